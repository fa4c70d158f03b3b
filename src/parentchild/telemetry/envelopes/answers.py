"""Answers of search engines and query services: documents that hold many rows."""

from __future__ import annotations

import json
import re
from ast import literal_eval
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain

from parentchild.errors import InvalidEvent
from parentchild.telemetry.envelopes.envelope import Opened
from parentchild.telemetry.nested import as_list, as_object
from parentchild.telemetry.source import Row
from parentchild.telemetry.times import LocalTime, has_zone

_DEEPEST = 8  # objects within objects in `fields`; names of ECS have five parts at the most
_LISTS = ("results", "Results", "records", "Records", "value", "hits", "responses", "tables", "Tables")
_NAMES = ("columns", "Columns", "schema", "fields")
_ROWS = ("values", "rows", "Rows", "datarows", "data")
_NAMES_OF_NAMES = ("name", "ColumnName", "Name")
_MARK_MISREAD = "\u00ef\u00bb\u00bf"  # the mark of UTF-8, read as the code page of the Western Windows
_OPENINGS = ("['", '["')
_BETWEEN = re.compile(r"(?<!\\)['\"][,\s]+['\"]")
"""Between two texts of a list."""
_LONGEST_CELL = 65_536  # characters of a text that may be a list
_AROUND_NAMES = "\ufeff \t\r\n\"'"
_TITLES = {
    "Event Time": "Timestamp",
    "Machine Id": "DeviceId",
    "Computer Name": "DeviceName",
    "Sha256": "SHA256",
}


def listed(row: Row) -> Opened:
    """Open a document whose rows are a list of objects, such as `results`, `records` or `value`."""
    for column in _LISTS:
        value = row.get(column)
        found = as_object(value)
        items = as_list(value if found is None else found.get("hits"))  # Elasticsearch: hits.hits
        if items is not None and all(as_object(item) is not None for item in items):
            return [*items, error] if (error := _lacking(row)) is not None else items
    return None


def _lacking(row: Row) -> InvalidEvent | None:
    """Return the error that an answer is not whole, where it says so: what it lacks may be what is sought."""
    shards = as_object(row.get("_shards")) or {}
    for column, value in (
        *((name, row.get(name)) for name in ("timed_out", "is_partial")),
        ("_shards.failed", shards.get("failed")),
        ("error", as_object(row.get("error"))),
        ("Exceptions", as_list(row.get("Exceptions"))),
    ):
        if value and not isinstance(value, str):
            return InvalidEvent(
                column, value, "says that the answer lacks rows: ask for less at once, or again"
            )
    return None


def tabled(row: Row) -> Opened:
    """Open a table: the names of its columns once, and the values of each row, or each column, in a list.

    Where there are as many rows as columns, the lists are those of columns if only then each column holds
    values of one type.
    """
    names = next((found for column in _NAMES if (found := _names(row.get(column))) is not None), None)
    rows = next((each for column in _ROWS if (each := as_list(row.get(column))) is not None), None)
    if names is None or rows is None:
        return None
    lists = [inner for each in rows if (inner := as_list(each)) is not None]
    if len(lists) != len(rows):
        return None
    is_by_row = all(len(each) == len(names) for each in lists)
    if not is_by_row or _are_columns(lists):
        if len(lists) != len(names) or len({len(each) for each in lists}) != 1:
            return None
        lists = list(zip(*lists, strict=True))  # Elasticsearch, where `columnar` is asked for
    told = (dict(zip(names, each, strict=True)) for each in lists)
    return told if (error := _lacking(row)) is None else chain(told, [error])


def _are_columns(lists: Sequence[Sequence[object]]) -> bool:
    """Tell whether lists hold values of one type each, and would not if they were rows."""
    if not lists or len(lists) != len(lists[0]):
        return False
    return all(map(_is_of_one_type, lists)) and not all(map(_is_of_one_type, zip(*lists, strict=True)))


def _is_of_one_type(values: Sequence[object]) -> bool:
    return len({type(each) for each in values if each is not None}) <= 1


def by_column(row: Row) -> Opened:
    """Open Splunk's `json_cols`: the names of the columns, and the values of each column in a list."""
    names, columns = _names(row.get("fields")), as_list(row.get("columns"))
    if names is None or columns is None or len(columns) != len(names):
        return None
    values = [as_list(each) for each in columns]
    if any(each is None for each in values):
        return None
    return (
        dict(zip(names, each, strict=False)) for each in zip(*(each or () for each in values), strict=False)
    )


def hit(row: Row) -> Opened:
    """Open a hit of Elasticsearch or OpenSearch: its `_source`, else its `fields`, each a list.

    One that stands for a group is given with the other hits of it, which lie in `inner_hits`.
    """
    if (source := as_object(row.get("_source"))) is not None and source:
        return (source, *_group(row)) if "inner_hits" in row else (source,)
    fields = as_object(row.get("fields"))
    if fields is None or not ("_index" in row or "_id" in row):
        return None
    return (_singles(fields),)


def _group(row: Row) -> Iterator[object]:
    for inner in (as_object(row["inner_hits"]) or {}).values():
        hits = as_object((as_object(inner) or {}).get("hits")) or {}
        for each in as_list(hits.get("hits")) or ():
            found = as_object(each) or {}
            is_another = "_nested" not in found and found.get("_id") != row.get("_id")
            if is_another and "_source" in found:  # what is nested is a part of the hit itself
                yield found


def fields_alone(row: Row) -> Opened:
    """Open the `fields` of a hit that stand alone: each value is a list, its time too, or the text of one."""
    return (_singles(row),) if has_listed_time(row) else None


def has_listed_time(row: Row) -> bool:
    """Tell whether the time of a row is in a list, or in the text that a table made of one."""
    value = row.get("@timestamp")
    return as_list(value) is not None or (isinstance(value, str) and value[:2] in _OPENINGS)


def _told_single(value: str) -> object:
    """Return what is alone in the text of a list, `['a']` or `["a"]`; everything else as it is."""
    if value[:1] != "[" or value[-1:] != "]":
        return value
    if len(value) > _LONGEST_CELL or _BETWEEN.search(value):  # of several, numpy's text has no commas
        return value
    try:
        items = as_list(json.loads(value) if value.startswith('["') else literal_eval(value))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return value
    if not items:
        return None
    return items[0] if len(items) == 1 else value


def _singles(fields: Mapping[str, object], depth: int = 0) -> dict[str, object]:
    return {
        name: _single(value)
        if depth == _DEEPEST or (inner := as_object(value)) is None
        else _singles(inner, depth + 1)
        for name, value in fields.items()
    }


def portal_headers(row: Row) -> Opened:
    """Open a row of Log Analytics' CSV, whose times are headed `TimeGenerated [UTC]`, or `[Local Time]`."""
    opened: dict[str, object] = {}
    for name, value in row.items():
        plain, bracket, zone = name.partition(" [") if _is_zoned(name) else (name, "", "")
        opened[plain] = value if not bracket else _in_zone(value, zone.removesuffix("]"))
    return (opened,)


def has_portal_headers(columns: AbstractSet[object]) -> bool:
    """Tell whether any column is headed with a zone."""
    return any(map(_is_zoned, columns))


def bare_headers(row: Row) -> Opened:
    """Open a row of a table whose headers still have a mark of its encoding, quotes or blanks around them.

    What stands around a header by `a, "b"` stands around the values below it, too.
    """
    opened: dict[str, object] = {}
    for name, value in row.items():
        bare = _bare(name) if isinstance(name, str) else name
        if opened.get(bare) is None:
            opened[bare] = _below(name, value) if bare != name and isinstance(value, str) else value
    return (opened,)


def has_marked_headers(columns: AbstractSet[object]) -> bool:
    """Tell whether any column's name is more than a name."""
    return any(isinstance(name, str) and _bare(name) != name for name in columns)


def _bare(name: str) -> str:
    return name.removeprefix(_MARK_MISREAD).strip(_AROUND_NAMES)


def _below(name: str, value: str) -> str:
    """Return a value without the blanks, and the quotes, that its header has around it."""
    header = name.strip()
    if header != name:
        value = value.strip()
    for quote in "\"'":
        if header[:1] == quote and len(value) > 1 and value[0] == value[-1] == quote:
            return value[1:-1]
    return value


def titled(row: Row) -> Opened:
    """Open a row of Defender's device timeline, whose columns are titles: `Initiating Process Id`."""
    return ({_TITLES.get(name, name.replace(" ", "")): value for name, value in row.items()},)


def _in_zone(value: object, zone: str) -> object:
    if not isinstance(value, str) or has_zone(value):
        return value
    return f"{value} UTC" if zone == "UTC" else LocalTime(value)


def _is_zoned(name: object) -> bool:
    return isinstance(name, str) and name.endswith("]") and " [" in name


def _single(value: object) -> object:
    if isinstance(value, str):
        return _told_single(value)
    items = as_list(value)
    return items[0] if items is not None and len(items) == 1 else value


def _names(value: object) -> Sequence[str] | None:
    items = as_list(value)
    if not items:
        return None
    names = list(_each_name(items))
    return names if len(names) == len(items) else None


def _each_name(items: Sequence[object]) -> Iterator[str]:
    for item in items:
        found = as_object(item)
        name = item if found is None else next((found[key] for key in _NAMES_OF_NAMES if key in found), None)
        if isinstance(name, str):
            yield name
