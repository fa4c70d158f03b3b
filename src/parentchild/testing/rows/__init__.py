r"""Rows: events written down as telemetry records them, to test a reader or a pipeline end to end.

There is a writer for each source that `parentchild.telemetry` reads, under the name of the module that reads
it. A writer gives the row of an event, or None where its source has no such record. A row says what the
source can say and no more, in the source's own spelling, so reading it back may give less than was written;
each writer tells what is lost. What a source writes where it knows nothing, such as `-` or a GUID of zeros,
is read as nothing, and a GUID in lower case. For other sources, pass a function of your own wherever a writer
is asked for.

>>> from parentchild import telemetry
>>> from parentchild.testing import Host
>>> event = Host("ws-01").spawn("svchost.exe", parent="explorer.exe")
>>> telemetry.read(sysmon(event)).parent.path
'C:\\Windows\\explorer.exe'
>>> telemetry.read(crowdstrike(event)).process.path
'\\Device\\HarddiskVolume3\\Windows\\System32\\svchost.exe'
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from parentchild.testing.rows.elastic import ecs, endgame
from parentchild.testing.rows.event_log import security, sysmon
from parentchild.testing.rows.falcon import crowdstrike
from parentchild.testing.rows.kernel_trace import etw, osquery
from parentchild.testing.rows.memory_image import pslist, snapshot
from parentchild.testing.rows.microsoft import asim, defender
from parentchild.testing.rows.process_activity import ocsf
from parentchild.testing.rows.row import Row, Writer
from parentchild.testing.rows.splunk import splunk_cim

WRITERS: Final = MappingProxyType[str, Writer](
    {
        "defender": defender,
        "asim": asim,
        "sysmon": sysmon,
        "security": security,
        "ecs": ecs,
        "ocsf": ocsf,
        "endgame": endgame,
        "splunk_cim": splunk_cim,
        "crowdstrike": crowdstrike,
        "osquery": osquery,
        "etw": etw,
        "pslist": pslist,
    }
)
"""The writers, by the name of the module of `parentchild.telemetry` that reads what they write."""

__all__ = [
    "WRITERS",
    "Row",
    "Writer",
    "asim",
    "crowdstrike",
    "defender",
    "ecs",
    "endgame",
    "etw",
    "ocsf",
    "osquery",
    "pslist",
    "security",
    "snapshot",
    "splunk_cim",
    "sysmon",
]
