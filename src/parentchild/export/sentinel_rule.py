"""A registry as a scheduled analytics rule of Microsoft Sentinel: YAML text, as its repository has them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from typing import Final

from parentchild.errors import InvalidArgument
from parentchild.export.kql import KqlForm, KqlPlatform
from parentchild.export.kql import render as render_kql
from parentchild.export.yaml_text import document
from parentchild.findings.attack import techniques
from parentchild.relations.evaluation import Reason
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.registry import RelationRegistry

LONGEST_QUERY: Final = 10_000
"""Characters that the query of a rule may have, by Sentinel's own limit."""

_NAMESPACE: Final = uuid.UUID("5d2c3f0e-7a53-5c61-9a0c-0ff0080f0516")
_FUNCTION: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_REASONS: Final = (Reason.UNEXPECTED_PARENT, Reason.UNEXPECTED_CHILD, Reason.MISPLACED_IMAGE)
_ENTITIES: Final = (
    ("Host", (("HostName", "HostName"), ("DnsDomain", "DnsDomain"))),
    ("Account", (("Sid", "AccountSid"), ("Name", "AccountName"), ("NTDomain", "AccountDomain"))),
    (
        "Process",
        (
            ("ProcessId", "ProcessId"),
            ("CommandLine", "ProcessCommandLine"),
            ("CreationTimeUtc", "ProcessCreationTime"),
        ),
    ),
    ("File", (("Name", "FileName"), ("Directory", "FolderPath"))),
    ("FileHash", (("Algorithm", "HashAlgorithm"), ("Value", "SHA256"))),
)
"""The entities of a row: at most three identifiers each, of which one is a strong one."""


def render(
    registry: RelationRegistry,
    *,
    name: str = "Parent Child Mismatch of Windows Processes",
    function: str | None = None,
    exclusions: Iterable[Exclusion] = (),
) -> str:
    """Return the text of a rule that runs the improved Kusto query once an hour.

    Args:
        registry: the relations.
        name: the rule's name; its id is made from it.
        function: the name of a function of the workspace that holds the query, where the query is too long
            for a rule: save `kql.render(..., form=KqlForm.IMPROVED, platform=KqlPlatform.SENTINEL)` there.
        exclusions: what is expected in your environment.

    Raises:
        InvalidArgument: the query is too long for a rule and no function is named, or that is no name.

    >>> from parentchild import SEED_RELATIONS
    >>> print(render(SEED_RELATIONS, function="ParentChildMismatch").splitlines()[1])
    name: Parent Child Mismatch of Windows Processes
    """
    if function is not None and not _FUNCTION.fullmatch(function):
        raise InvalidArgument("function", function, "must be a name of letters, digits and underscores")
    query = f"{function}\n"
    if function is None:
        query = render_kql(
            registry, form=KqlForm.IMPROVED, exclusions=exclusions, platform=KqlPlatform.SENTINEL
        )
        if len(query) > LONGEST_QUERY:
            reason = (
                f"the query has {len(query)} characters, a rule takes {LONGEST_QUERY}: save it as a function"
            )
            raise InvalidArgument("function", function, reason)
    found = techniques(_REASONS)
    tactics = dict.fromkeys(
        tactic.name_in("18").replace(" ", "") for each in found for tactic in each.tactics
    )
    return document(
        {
            "id": str(uuid.uuid5(_NAMESPACE, ascii(name))),
            "name": name,
            "description": "A Windows process has a parent or a place that Windows never gives it.",
            "severity": "High",
            "status": "Available",
            "requiredDataConnectors": [
                {
                    "connectorId": "MicrosoftThreatProtection",
                    "dataTypes": ["DeviceProcessEvents", "DeviceEvents"],
                }
            ],
            "queryFrequency": "1h",
            "queryPeriod": "3h",
            "triggerOperator": "gt",
            "triggerThreshold": 0,
            "tactics": list(tactics),
            "relevantTechniques": [each.id for each in found],
            "query": query,
            "entityMappings": [
                {
                    "entityType": entity,
                    "fieldMappings": [
                        {"identifier": identifier, "columnName": column} for identifier, column in fields
                    ],
                }
                for entity, fields in _ENTITIES
            ],
            "eventGroupingSettings": {"aggregationKind": "AlertPerResult"},
            "alertDetailsOverride": {
                "alertDisplayNameFormat": "{{ParentFile}} started {{ImageFile}}",
                "alertDescriptionFormat": "{{Reasons}} {{Directory}}",
                "alertSeverityColumnName": "Severity",
            },
            "version": "1.0.0",
            "kind": "Scheduled",
        }
    )
