"""Every envelope that is known. Adding one is one function, and one row here."""

from __future__ import annotations

from parentchild.telemetry.envelopes import answers, collectors, eventlog, plaso
from parentchild.telemetry.envelopes.envelope import Envelope, having, having_any

_HOSTS = ("host.name", "host", "hostname", "Hostname")

ENVELOPES: tuple[Envelope, ...] = (
    # Documents and hits of search engines and query services.
    Envelope("Elasticsearch hit", having("_source"), answers.hit),
    Envelope("Elasticsearch hit with fields", having("fields", "_index"), answers.hit),
    Envelope(
        "fields of a hit alone",
        having("@timestamp"),
        answers.fields_alone,
        looks_so=answers.has_listed_time,
    ),
    Envelope("table of columns and values", having("columns", "values"), answers.tabled),
    Envelope("table of columns and rows", having("columns", "rows"), answers.tabled),
    Envelope("table of Kusto", having("Columns", "Rows"), answers.tabled),
    Envelope("table of OpenSearch", having("schema", "datarows"), answers.tabled),
    Envelope("table of pandas", having("columns", "data"), answers.tabled),
    Envelope("Splunk json_rows", having("fields", "rows"), answers.tabled),
    Envelope("Splunk json_cols", having("fields", "columns"), answers.by_column),
    Envelope(
        "answer with a list of rows",
        having_any(
            "results", "Results", "records", "Records", "value", "hits", "responses", "tables", "Tables"
        ),
        answers.listed,
    ),
    Envelope("table with marks in its headers", answers.has_marked_headers, answers.bare_headers),
    Envelope("CSV of Log Analytics", answers.has_portal_headers, answers.portal_headers),
    Envelope("Defender device timeline", having("Action Type", "File Name"), answers.titled),
    # Splunk.
    Envelope("Splunk export", having("result", "preview"), collectors.within("result")),
    Envelope("Splunk export", having("result", "offset"), collectors.within("result")),
    Envelope(
        "Splunk _raw", having("_raw"), collectors.splunk_raw, device=("host", "ComputerName"), time=("_time",)
    ),
    Envelope("Splunk tstats", collectors.is_tstats, collectors.tstats),
    Envelope("Splunk fields of Windows events", having("EventCode"), eventlog.event_code),
    # Records of the Windows event log, as parsers and collectors write them.
    Envelope("pyevtx-rs", having("event_record_id", "data"), eventlog.parser_record, time=("timestamp",)),
    Envelope("EvtxECmd", having("EventId", "Payload"), eventlog.evtxecmd),
    Envelope("Hayabusa", having("RuleTitle", "EventID"), eventlog.hayabusa),
    Envelope("Hayabusa", having("RecordID", "EventID", "Details"), eventlog.hayabusa),
    Envelope("Hayabusa", having("RecordID", "EventID", "AllFieldInfo"), eventlog.hayabusa),
    Envelope("Chainsaw", having("document"), collectors.within("document")),
    Envelope("Chainsaw document", having("kind", "data", "path"), collectors.within("data")),
    Envelope("plaso", having("data_type", "parser"), plaso.event),
    Envelope("plaso", having("data_type", "__container_type__"), plaso.event),
    Envelope("plaso table", having("timestamp_desc", "message"), plaso.event),
    Envelope("plaso table", having("MACB", "desc"), plaso.event),
    Envelope(
        "System and EventData",
        having("System"),
        eventlog.system_and_data,
        device=("Fqdn", "Hostname", "ClientId"),
        ingested=("OpenWEC.TimeReceived",),
    ),
    Envelope("Velociraptor live events", having("ID", "EventData"), eventlog.numbered_data),
    Envelope("Get-WinEvent", having("Id", "EventData"), eventlog.numbered_data),
    Envelope("Get-WinEvent", having("Id", "Properties"), eventlog.positional),
    Envelope("Get-EventLog", having("ReplacementStrings"), eventlog.positional),
    Envelope("Fluent Bit", having("StringInserts"), eventlog.positional),
    Envelope("Fluentd", having("string_inserts"), eventlog.positional),
    Envelope("Fluentd", having("EventData", "ProviderName"), eventlog.positional),
    Envelope("Wazuh", having("data", "agent"), eventlog.wazuh, device=("agent.name",), time=("timestamp",)),
    Envelope("Wazuh", having("data", "rule"), eventlog.wazuh, device=("agent.name",), time=("timestamp",)),
    Envelope(
        "Wazuh", having("agent", "decoder"), eventlog.wazuh, device=("agent.name",), time=("timestamp",)
    ),
    Envelope("Wazuh archive", having("win"), eventlog.wazuh),
    Envelope("Wazuh dashboard", eventlog.has_wazuh_columns, eventlog.wazuh_dotted, device=("agent.name",)),
    Envelope("Panther Windows events", having("ExtraEventData"), eventlog.extra_event_data),
    Envelope("OpenTelemetry windowseventlog", having("event_data", "system_time"), eventlog.opentelemetry),
    Envelope("Loki windows_events", having("event_id", "event_data", "eventRecordID"), eventlog.loki),
    Envelope("osquery windows_events", having("eventid", "data", "provider_name"), eventlog.windows_events),
    Envelope("Azure diagnostics", having("category", "properties"), eventlog.diagnostics),
    Envelope("record told in its message", eventlog.is_told, eventlog.told),
    # Collectors that wrap rows of any source.
    Envelope(
        "Datadog log",
        having("attributes", "type"),
        collectors.datadog,
        device=("attributes.host",),
        time=("attributes.timestamp",),
    ),
    Envelope("OpenTelemetry export", having("resourceLogs"), collectors.otlp),
    Envelope(
        "OpenTelemetry log record",
        having("body", "attributes"),
        collectors.within("body"),
        device=("resource.host.name", "attributes.host.name"),
    ),
    Envelope(
        "Trellix HX alert", having("event_values", "event_type"), collectors.trellix, device=("agent._id",)
    ),
    Envelope(
        "GELF", having("version", "short_message"), collectors.gelf, device=("host",), time=("timestamp",)
    ),
    Envelope("LimaCharlie", having("event", "routing"), collectors.limacharlie, device=("routing.hostname",)),
    Envelope(
        "Panther", having("p_log_type", "event"), collectors.panther, time=("p_event_time",), device=("aid",)
    ),
    Envelope(
        "osquery result log",
        having("columns", "name"),
        collectors.osquery_result,
        device=("decorations.hostname", "hostIdentifier"),
        ingested=("unixTime",),
    ),
    Envelope(
        "osquery snapshot",
        having_any("snapshot", "diffResults"),
        collectors.osquery_snapshot,
        device=("decorations.hostname", "hostIdentifier"),
        ingested=("unixTime",),
    ),
    Envelope("SilkETW", having("XmlEventData", "ProviderName"), collectors.silketw),
    Envelope("Sealighter", having("header", "properties"), collectors.sealighter),
    Envelope("Loki stream", having("stream", "values"), collectors.loki_stream),
    Envelope("Graylog from Winlogbeat", collectors.is_graylog, collectors.graylog, device=("source",)),
    Envelope("Graylog", collectors.is_stored_by_graylog, collectors.stored_by_graylog, device=("source",)),
    Envelope("CAPE report", having("behavior"), collectors.cape, device=("info.machine.name",)),
    Envelope("tree of rows", having("__children"), collectors.tree),
)
"""The envelopes in the order in which they are tried."""
