"""What a caller gives: rows, a document of rows, their text, or something that must be read first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from parentchild.errors import InvalidArgument, InvalidEvent
from parentchild.telemetry.nested import as_list, as_object
from parentchild.telemetry.texts import is_text, things_in

_LONGEST_PATH = 1024


def rows_in(given: object) -> Iterable[object]:
    """Return what a caller gave as rows that `read_many` takes.

    Taken are an iterable of rows, of pages (lists of rows) or of documents; one document or row; its text,
    also of many lines or events; and a table that has `columns` and `rows`, as Azure's client gives.
    Nothing is consumed, and what is within documents is left there.

    Args:
        given: what the caller gave.

    Raises:
        InvalidArgument: it is something else; the error says what to give instead.

    >>> list(rows_in('{"EventID": 1}'))
    [{'EventID': 1}]
    >>> rows_in("events.csv")
    Traceback (most recent call last):
        ...
    parentchild.errors.InvalidArgument: rows = 'events.csv': is a path: read it first, for example ...
    """
    if isinstance(given, Mapping):
        return _numbered(cast("Mapping[str, object]", given))
    if isinstance(given, bytearray) or type(given) is memoryview:
        given = bytes(given)
    if is_text(given):
        return _from_text(given)
    if hasattr(given, "__fspath__"):
        raise InvalidArgument("rows", given, _PATH)
    tables = tables_in(given)
    if tables is not None:
        return tables
    reason = _why_no_row(given)
    if reason is not None or not isinstance(given, Iterable):
        reason = reason or "must be rows: a list of dicts, say, or the text of a JSON or XML file"
        raise InvalidArgument("rows", given, reason)
    rows = cast("Iterable[object]", given)
    for row in rows if isinstance(rows, Sequence) else ():
        check_row(row)
        break
    return rows


def check_row(row: object) -> None:
    """Refuse what is no row, and never will be, however it is written.

    Raises:
        InvalidArgument: it is a frame, a named tuple, or another object that holds rows.
    """
    reason = _why_no_row(row)
    if reason is not None:
        raise InvalidArgument("row", row, reason)


_NEVER_IN_A_PATH = frozenset('<>"|?*')
_PATH = (
    "is a path: read it first, for example open(path).read() of JSON or XML, or csv.DictReader(open(path))"
)


def _why_no_row(value: object) -> str | None:
    """Return what to give instead of something that holds rows without being one; None when it may be one."""
    if value is None or isinstance(value, (Mapping, str, bytes, int, float, list)):
        return None
    if hasattr(value, "_fields") or hasattr(value, "asDict"):
        return 'is a tuple: give mappings, for example df.to_dict("records") or row.asDict()'
    if hasattr(value, "__dataframe__") or (hasattr(value, "columns") and hasattr(value, "to_dict")):
        return 'is a frame: give it alone to hunt, or its rows, df.to_dict("records")'
    if hasattr(value, "to_pylist"):
        return "is an Arrow table: give it alone to hunt, or its rows, table.to_pylist()"
    if hasattr(value, "iter_rows") or hasattr(value, "take_all"):
        return "is a data set: give its rows, for example dataset.iter_rows()"
    if callable(getattr(value, "xml", None)):
        return "is a record of a parser: give its text, record.xml()"
    return None


_PACKED = "is compressed: unpack it first, for example gzip.decompress(rows)"
_FILES = {
    b"ElfFile\0": "is an EVTX file: give the records of a parser, PyEvtxParser(path).records_json() say",
    b"PAR1": "is a Parquet file: give its table, pyarrow.parquet.read_table(path)",
    b"Obj\1": "is an Avro file: give its records, for example fastavro.reader(file)",
    b"PK\3\4": "is a ZIP file, or a workbook: give the rows or the text of what it holds",
    b"\x1f\x8b": _PACKED,
    b"BZh": _PACKED,
    b"\xfd7zXZ": _PACKED,
    b"(\xb5/\xfd": _PACKED,
}
"""What the bytes of files start with that are no text, and what to give instead."""


def _from_text(text: str | bytes) -> Iterable[object]:
    if isinstance(text, bytes):
        for start, reason in _FILES.items():
            if text.startswith(start):
                raise InvalidArgument("rows", text, reason)
    try:
        things = things_in(text)
        document = as_object(things[0]) if len(things) == 1 else None
        return things if document is None else _numbered(document)
    except InvalidEvent as error:
        plain = text if isinstance(text, str) else text.decode("utf-8", "replace")
        if plain.lstrip("\ufeff \t\r\n").startswith(("<", "{", "[")):
            return (text,)  # broken: a row that cannot be read
        lines = plain.strip().splitlines()
        if (
            len(lines) == 1
            and len(plain) <= _LONGEST_PATH
            and ("." in plain or "/" in plain or "\\" in plain)
            and _NEVER_IN_A_PATH.isdisjoint(plain)
        ):
            raise InvalidArgument("rows", text, _PATH) from error
        if len(lines) > 1 and ("," in lines[0] or ";" in lines[0] or "\t" in lines[0]):
            reason = "is the text of a table: give its rows, csv.DictReader(text.splitlines())"
            raise InvalidArgument("rows", text, reason) from error
        raise InvalidArgument("rows", text, error.reason) from error


def _numbered(document: Mapping[str, object]) -> list[object]:
    """Return a document, or the rows of one that keeps the values of each column by their row's number.

    So `to_json()` and `to_dict()` of pandas write a frame, if not told otherwise.
    """
    columns = [as_object(value) for value in document.values()]
    first = columns[0] if columns else None
    if not first or not all(str(number).isdecimal() for number in first):
        return [document]
    if any(column is None or column.keys() != first.keys() for column in columns):
        return [document]
    return [
        {name: column[number] for name, column in zip(document, columns, strict=True) if column is not None}
        for number in first
    ]


def tables_in(given: object) -> Sequence[object] | None:
    """Return the rows of objects that keep the names of columns apart; None for anything else.

    So the clients of Azure Monitor and of Kusto give a table, and the answer that holds some.
    """
    for name in ("primary_results", "tables", "partial_data"):
        tables = as_list(getattr(given, name, None))
        if tables is not None:
            return [{"columns": _columns(each), "rows": _rows(each)} for each in tables]
    columns, rows = _columns(given), _rows(given)
    if columns is None or rows is None:
        return None
    return ({"columns": columns, "rows": rows},)


def _columns(table: object) -> Sequence[object] | None:
    columns = as_list(getattr(table, "columns", None))
    return None if columns is None else [getattr(each, "column_name", each) for each in columns]


def _rows(table: object) -> Sequence[object] | None:
    rows = as_list(getattr(table, "raw_rows", getattr(table, "rows", None)))
    if rows is None:
        return None
    return [list(cast("Iterable[object]", each)) if isinstance(each, Iterable) else each for each in rows]
