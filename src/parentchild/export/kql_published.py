"""The published query of 0xFF-0080 with a registry's table in it."""

from __future__ import annotations

from collections.abc import Iterable

from parentchild.export.kql_exclusions import filter_block, kusto_contains, kusto_equals
from parentchild.export.kql_text import dynamic, literal
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.registry import RelationRegistry

_QUERY = """\
let timeframe = 2*1h;
{table}
let suspiciousChild=DeviceProcessEvents
| where ingestion_time() >= ago(timeframe)
| where ActionType =~ "ProcessCreated"
| extend ImageFile = tolower(FileName)
| extend ParentFile = tolower(InitiatingProcessFileName)
| lookup kind=inner ProcessRelations on ImageFile
| where not(set_has_element(ExpectedParent,ParentFile))
{exclusions}
| summarize arg_min(Timestamp,*), DeviceCount=dcount(DeviceId) by ImageFile, ParentFile;
DeviceEvents
| where ingestion_time() >= ago(timeframe)
| where ActionType =~ "CreateRemoteThreadApiCall"
| where InitiatingProcessFileName =~ "werfault.exe"
| join kind=rightanti suspiciousChild on DeviceId,$left.ProcessId == $right.InitiatingProcessId, \
$left.FileName==$right.InitiatingProcessFileName
"""


def published_query(registry: RelationRegistry, exclusions: Iterable[Exclusion]) -> str:
    """Return the published query; only the names of the relations about a child go into its table."""
    block = filter_block(exclusions, equals=kusto_equals, contains=kusto_contains)
    return _QUERY.format(table=relation_table(registry), exclusions=block)


def relation_table(registry: RelationRegistry) -> str:
    """Return the relations about a child as the published query's table.

    >>> from parentchild import ExpectedParents, RelationRegistry
    >>> print(relation_table(RelationRegistry([ExpectedParents("agent.exe", ["services.exe"])])))
    let ProcessRelations=datatable(ImageFile:string,ExpectedParent:dynamic) [
        "agent.exe", dynamic(["services.exe"])
    ];
    """
    relations = registry.items()
    rows = (f"    {literal(child)}, {dynamic(relation.names)}" for child, relation in relations)
    return (
        "let ProcessRelations=datatable(ImageFile:string,ExpectedParent:dynamic) [\n"
        + ",\n".join(rows)
        + "\n];"
    )
