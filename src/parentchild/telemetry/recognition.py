"""Recognition: what wraps a row, and of which source it is.

The answer depends on the row alone, never on the rows before it. Each source says by which columns its rows
are known; of the sources that a row may be of, the one with most of its columns in the row wins. What
envelopes wrap is opened first, a bounded number of times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import tzinfo
from functools import lru_cache
from typing import cast

import attrs

from parentchild.errors import InvalidEvent
from parentchild.events import Event
from parentchild.relations.evaluation import Verdict
from parentchild.relations.prefilter import EVALUATE, Prefilter
from parentchild.telemetry import (
    asim,
    cape,
    carbonblack,
    cortex,
    crowdstrike,
    defender,
    ecs,
    endgame,
    eqlevents,
    etw,
    eventlog,
    eventviewer,
    harfanglab,
    layouts,
    limacharlie,
    listing,
    ocsf,
    osquery,
    procmon,
    pslist,
    security,
    sentinelone,
    splunk_cim,
    sysmon,
    sysmoncolumns,
)
from parentchild.telemetry.counts import RowCounts
from parentchild.telemetry.envelopes import ENVELOPES, NO_CONTEXT, Aside, Context, Envelope
from parentchild.telemetry.envelopes.eventlog import unreadable_message
from parentchild.telemetry.given import rows_in, tables_in
from parentchild.telemetry.messages import message_number
from parentchild.telemetry.nested import as_list, as_object, reached
from parentchild.telemetry.source import (
    Columns,
    Device,
    Held,
    OnInvalid,
    Outcome,
    Prefiltering,
    Read,
    Reading,
    Row,
    Source,
    alone,
    answered,
    event_in,
    not_a_row,
    plainly_told,
    raise_invalid,
    stream,
)
from parentchild.telemetry.texts import is_text, object_in, things_in

SOURCES: tuple[Source, ...] = (
    defender.SOURCE,
    sysmon.SOURCE,
    security.SOURCE,
    ecs.SOURCE,
    ocsf.SOURCE,
    asim.SOURCE,
    crowdstrike.SOURCE,
    endgame.SOURCE,
    etw.SOURCE,
    osquery.SOURCE,
    pslist.SOURCE,
    splunk_cim.SOURCE,
    limacharlie.SOURCE,
    *listing.SOURCES,
    *layouts.SOURCES,
    cape.SOURCE,
    carbonblack.SOURCE,
    cortex.SOURCE,
    eqlevents.SOURCE,
    eventviewer.SOURCE,
    harfanglab.SOURCE,
    procmon.SOURCE,
    sentinelone.SOURCE,
    sysmoncolumns.SOURCE,
)
"""Every source that `read` recognises."""

_NO_HEADER = "is unrecognised, and has more cells than columns: the first line must name them, in English"
_BLANK_LINE, _EMPTY_PAGE = Aside("blank line"), Aside("empty page")
_OBJECTS = ("actor", "device", "event", "host", "metadata", "principal", "process", "target", "winlog")
"""Columns in which schemas have an object by which they are known."""
_DEEPEST = 8
_SHAPES = 1024
_LONGEST_REASON = 200
_LONGEST_SHAPE = 16_384  # characters of column names; a wider row is looked at anew each time
_NOT_ITS_OWN = frozenset(
    {sysmon.SOURCE.name, security.SOURCE.name}
)  # told apart by the event log, once opened
_HOSTS = (
    *("host.name", "host.hostname", "host", "hostname", "Hostname", "HostName", "computer", "Computer"),
    *(
        "computer_name",
        "ComputerName",
        "device.hostname",
        "device.name",
        "device",
        "DeviceName",
        "device_name",
    ),
    *(
        "host_name",
        "agent.hostname",
        "agent.name",
        "endpoint.name",
        "hostIdentifier",
        "Fqdn",
        "ClientId",
        "machine",
    ),
)
"""Where a wrapper that no envelope describes may name the device, best first."""


_TIMES = ("@timestamp", "timestamp", "_time", "time", "TimeCreated", "TimeGenerated")
"""Where it may say when it happened, best first."""


@attrs.frozen
class _Flat:
    """The flat table that rows are of, so that a prefilter can be asked before they are read."""

    source: Source
    columns: Columns
    writer: tuple[str, str] | None = None
    """A column, and the text that it must hold, where the columns alone do not tell the table."""


@attrs.frozen
class _Shape:
    """What rows with the same columns may be, whatever the columns hold."""

    envelopes: tuple[Envelope, ...]
    dotted_envelopes: tuple[Envelope, ...]
    """Those that may wrap it once its dotted names are taken for objects within objects."""
    sources: tuple[tuple[Source, Callable[[Row], bool] | None], ...]
    """The sources that they may be of, each with what must be asked of the row; None for nothing."""
    certain: Source | None
    """The source that they are of, where the columns alone say so."""
    flat: _Flat | None
    """The flat table that they are of, if nothing wraps them; Defender's is looked at before any shape."""


_shapes: dict[tuple[object, ...], _Shape] = {}  # a memo of a pure function, bounded


def read(row: Row | str | bytes) -> Event | None:
    """Return the event of a row of any source, in any known envelope; None when it is about something else.

    Args:
        row: a mapping of column names to values, or its text in JSON or XML.

    Raises:
        InvalidEvent: no source knows the row, it holds many rows, or a value in it cannot be what it
            claims to be.

    >>> read({"EventID": 4689, "TimeCreated": "2024-06-10T10:30:00Z", "ProcessId": "0x1a4"}).process.pid
    420
    >>> read({"colour": "red"})
    Traceback (most recent call last):
        ...
    parentchild.errors.InvalidEvent: row = ['colour']: is unrecognised: no source has such columns. Name ...
    """
    found = list(_read(row, _PLAIN))
    if len(found) != 1:
        raise InvalidEvent("row", row, f"holds {len(found)} rows: give it to telemetry.read_many")
    outcome = found[0][1]
    if isinstance(outcome, InvalidEvent):
        raise outcome
    return event_in(outcome)


def read_many(
    rows: Iterable[object],
    *,
    prefilter: Prefiltering | None = None,
    on_invalid: OnInvalid = raise_invalid,
    device: Device | None = None,
    zone: tzinfo | None = None,
    counts: RowCounts | None = None,
) -> Iterator[Event]:
    """Return the events of rows of any source, in any known envelope, mixed as they come, lazily.

    Nothing is read until an event is asked for; each row is read then, and not kept. Rows that are not about
    the start or exit of a process or a remote thread give nothing; rows that cannot be read go to
    `on_invalid`. What `prefilter` rejects is not parsed, so nothing else in such a row is checked.

    Args:
        rows: the rows, each a mapping of column names to values, its text in JSON or XML, or a document that
            holds many rows.
        prefilter: what could matter, `Detector.prefilter` say; None reads all.
        on_invalid: what to do with a row that cannot be read; the default raises.
        device: names the device of rows that do not, and whose envelope does not: a text, or a function of
            the row.
        zone: the zone of local times. Without it, local times are read as UTC, or refused where the source
            is known to write another zone.
        counts: is told what became of each row.

    Raises:
        InvalidEvent: a row cannot be read, and `on_invalid` raised it.
        InvalidArgument: `rows` are no rows, or an option has a wrong value.

    >>> list(read_many([{"colour": "red"}], on_invalid=lambda index, error: print(index, error.field)))
    0 row
    []
    """
    # These three columns together only Defender has, so this shortcut cannot change an answer.
    reading = Reading(prefilter, on_invalid, device, zone, counts)
    return stream(_read, rows_in(rows), reading, defender.COLUMNS, defender.SOURCE.name)


_PLAIN = Reading()


def _read(given: object, reading: Reading) -> Iterable[Read]:
    """Return what a row was, or what the rows within it were."""
    row = as_object(given)
    if row is not None:
        shape = _shape_of(row)
        if not shape.dotted_envelopes and not (shape.envelopes and _may_be_wrapped(row, shape)):
            if (flat := shape.flat) is not None and _is_held(row, flat, reading.prefilter):
                return ((flat.source, Held.START),)
            source = _best(row, shape)
            if source is not None:
                return (_outcome(row, source, reading, NO_CONTEXT, row),)
    return _within(given, reading)


def _may_be_wrapped(row: Row, shape: _Shape) -> bool:
    return any(each.looks_so is None or each.looks_so(row) for each in shape.envelopes)


def _is_held(row: Row, flat: _Flat, prefilter: Prefiltering | None) -> bool:
    """Tell whether a row of a flat table is a start that the prefilter settles."""
    if type(prefilter) is not Prefilter:
        return False
    if flat.writer is not None:
        column, name = flat.writer
        found = row[column]
        if not isinstance(found, str) or found != name:
            return False
    answer = answered(prefilter, flat.columns, row)
    if answer is Verdict.EXPECTED:
        prefilter.expected += 1
    return answer is not EVALUATE


def _within(given: object, reading: Reading) -> Iterator[Read]:
    """Open whatever wraps rows, from the outside in, and read what is within."""
    waiting: list[tuple[object, Context, int]] = [(given, NO_CONTEXT, 0)]
    while waiting:
        thing, context, depth = waiting.pop()
        if isinstance(thing, InvalidEvent):
            yield None, thing  # what an envelope says of its rows
            continue
        try:
            row, source, inner, within = _opened(thing, context, depth)
        except InvalidEvent as error:
            yield None, alone(error)
            continue
        if inner is not None:
            items = inner if isinstance(inner, (list, tuple)) else list(inner)
            if len(items) == 1:
                waiting.append((items[0], within, depth + 1))
            else:
                waiting.extend([(each, within, depth + 1) for each in reversed(items)])
        elif row is None:
            yield None, thing.kind if isinstance(thing, Aside) else not_a_row(thing)
        elif source is None and None in row:
            yield None, InvalidEvent("row", sorted(map(str, row)), _NO_HEADER)
        elif source is None and any("." in name for name in row if isinstance(name, str)):
            waiting.append((_nested(row), context, depth + 1))
        elif source is None:
            yield None, _unrecognised(row)
        else:
            yield _outcome(row, source, reading, within, given)


def _opened(
    thing: object, context: Context, depth: int
) -> tuple[Row | None, Source | None, Iterable[object] | None, Context]:
    """Return a row that nothing wraps and its source; or what is within, and what is known of it.

    Raises:
        InvalidEvent: what wraps it is broken, or too much does.
    """
    if depth > _DEEPEST:
        raise InvalidEvent("row", thing, f"is wrapped more than {_DEEPEST} times")
    row = as_object(thing)
    if row is None:
        if is_text(thing):
            return None, None, (_BLANK_LINE,) if thing.isspace() else things_in(thing), context
        return None, None, _page(thing), context
    shape = _shape_of(row)
    for envelopes, subject in (
        (shape.dotted_envelopes, _nested(row) if shape.dotted_envelopes else row),
        (shape.envelopes, row),
    ):
        for envelope in envelopes:
            opened = envelope.open(subject)
            # A row may have an empty column called `value`, and an answer without hits groups of them.
            if opened or (opened is not None and _best(row, shape) is None and not _held(row, depth)):
                return None, None, opened, envelope.context(subject, context)
    source = _best(row, shape)
    if source is None and (held := _held(row, depth)):
        return None, None, held, _guessed(row, context)
    if source is None and (objects := _objects_told(row)):
        return None, None, ({**row, **objects},), context
    if source is None and (named := _respelt(tuple(row))) is not None:
        return None, None, ({name: row[given] for given, name in named},), context
    return row, source, None, context


def _page(thing: object) -> Sequence[object] | None:
    """Return a list if it is one of rows or of their texts, and a row of a database as a mapping.

    The last page of an answer is often empty, which is no fault.
    """
    if not isinstance(thing, type) and hasattr(thing, "keys") and hasattr(thing, "__getitem__"):
        try:
            return (dict(cast("Row", thing)),)
        except (TypeError, ValueError, LookupError):
            return None
    if (tables := tables_in(thing)) is not None:
        return tables
    items = as_list(thing)
    if items is None or not all(as_object(each) is not None or is_text(each) for each in items):
        return None
    return items or (_EMPTY_PAGE,)


def _outcome(row: Row, source: Source, reading: Reading, context: Context, given: object) -> Read:
    try:
        if reading.zone is not None:
            row = reading.localised(row, source)
        if context.time is not None and source.time is not None and row.get(source.time) is None:
            row = {**row, source.time: context.time}
        if source is eventlog.SOURCE:
            source, tell = eventlog.narrowed(row)
            outcome = tell(reading.asked)
        else:
            outcome = source.event(row, reading.asked)
            if outcome.__class__ is str:
                outcome = plainly_told(outcome, row)
        return source, reading.completed(outcome, given, context.device, context.ingested)
    except InvalidEvent as error:
        return source, alone(error)


def reader_of(row: Row, source: Source) -> tuple[Source, Callable[[Prefiltering], Outcome]]:
    """Return which source wrote a row, of the event log say, and what tells what it was.

    Raises:
        InvalidEvent: a record of the event log cannot be opened.
    """
    if source is not eventlog.SOURCE:
        return source, lambda prefilter: plainly_told(source.event(row, prefilter), row)
    return eventlog.narrowed(row)


# Of which source --------------------------------------------------------------------------------------------


def is_document(row: Row) -> bool:
    """Tell whether a mapping wraps rows, and so is neither a row nor columns of values."""
    shape = _shape_of(row)
    try:
        if any(envelope.open(row) is not None for envelope in shape.envelopes):
            return True
    except InvalidEvent:
        return True
    return _best(row, shape) is None and bool(_held(row, 0))


def source_of_columns(columns: Iterable[str]) -> Source | None:
    """Return the source that all rows with these columns are of, None where that depends on their values."""
    shape = _shape_of(dict.fromkeys(columns))
    return None if shape.envelopes else shape.certain


def _shape_of(row: Row) -> _Shape:
    key = tuple(row)
    shape = _shapes.get(key)
    if shape is None:
        shape = _new_shape(key)
        if sum(len(name) if isinstance(name, str) else 1 for name in key) <= _LONGEST_SHAPE:
            if len(_shapes) >= _SHAPES:
                _shapes.clear()
            _shapes[key] = shape
    return shape


def _new_shape(key: tuple[object, ...]) -> _Shape:
    columns = frozenset(key)
    tops = frozenset(name.partition(".")[0] for name in columns if isinstance(name, str))
    fitting = [source for source in _CANDIDATES if source.marks.may_fit(columns)]
    sources = tuple((source, source.marks.left_to_ask(columns)) for source in fitting)
    is_certain = all(question is None for _, question in sources) and (
        len(fitting) == 1 or all(source.marks.has_plain_score(columns) for source in fitting)
    )
    certain = _best_of(fitting, dict.fromkeys(map(str, key))) if is_certain else None
    wrapping = tuple(each for each in ENVELOPES if each.wraps(columns))
    return _Shape(
        wrapping,
        tuple(each for each in ENVELOPES if each.wraps(tops) and each not in wrapping)
        if tops != columns
        else (),
        sources,
        certain,
        None if certain is None else _flat_table(certain, columns),
    )


def _flat_table(source: Source, columns: frozenset[object]) -> _Flat | None:
    if source is defender.SOURCE:
        return None
    if source is eventlog.SOURCE:
        found = eventlog.flat_source(columns)
        if found is None or found[0].columns is None:
            return None
        return _Flat(found[0], found[0].columns, found[1:])
    return None if source.columns is None else _Flat(source, source.columns)


_CANDIDATES = (*(source for source in SOURCES if source.name not in _NOT_ITS_OWN), eventlog.SOURCE)


def _best(row: Row, shape: _Shape) -> Source | None:
    if shape.certain is not None:
        return shape.certain
    return _best_of([source for source, asks in shape.sources if asks is None or asks(row)], row)


def _best_of(fitting: Sequence[Source], row: Row) -> Source | None:
    if len(fitting) < 2:  # noqa: PLR2004 - nothing to compare
        return fitting[0] if fitting else None
    return max(fitting, key=lambda source: source.marks.score(row))  # the first of equals


def _nested(row: Row) -> Row:
    """Return a row with objects in place of dotted names, as it was before a table held it.

    Where a name has both a value and further names below it, the value goes. The row's own objects stay as
    they are: what is written into is a copy.
    """
    found: dict[str, object] = {}
    copies = {id(found)}
    for name, value in row.items():
        *above, last = name.split(".", _DEEPEST) if isinstance(name, str) else (name,)
        within = found
        for each in above:
            inner = within.get(each)
            if id(inner) not in copies:
                inner = within[each] = dict(cast("Row", inner)) if isinstance(inner, dict) else {}
                copies.add(id(inner))
            within = cast("dict[str, object]", inner)
        if not isinstance(within.get(last), dict):
            within[last] = value
    return found


def _objects_told(row: Row) -> dict[str, object]:
    """Return the objects of a schema that a table kept as JSON text. A row that is known is left as it is."""
    texts = {name: value for name in _OBJECTS if isinstance(value := row.get(name), str)}
    return {name: found for name, value in texts.items() if (found := object_in(value)) is not None}


@lru_cache(maxsize=256)
def _respelt(columns: tuple[object, ...]) -> tuple[tuple[str, str], ...] | None:
    """Return the names of a flat table's columns for names that only their spelling keeps from being them.

    Databases put all names in lower or upper case, and projects write them with underscores.
    """
    texts = [name for name in columns if isinstance(name, str)]
    if len(texts) != len(columns) or sum(map(len, texts)) > _LONGEST_SHAPE:
        return None
    found: list[tuple[int, tuple[tuple[str, str], ...]]] = []
    for flat in (source.columns for source in SOURCES):
        if flat is None:
            continue
        known = {_squeezed(name): name for name in reversed(flat.needed)}
        named = tuple((given, known.get(_squeezed(given), given)) for given in texts)
        names = frozenset(name for _, name in named)
        if {flat.child, flat.parent} <= names and len(names) == len(texts):
            found.append((sum(given != name for given, name in named), named))
    for _, named in sorted(found, key=lambda each: -each[0]):
        if _shape_of(dict.fromkeys(name for _, name in named)).certain is not None:
            return named
    return None


def _squeezed(name: str) -> str:
    return name.casefold().replace("_", "").replace(" ", "")


# What no envelope describes ---------------------------------------------------------------------------------


def _held(row: Row, depth: int) -> list[object]:
    """Return the rows in the one column that holds any, or in all where every column does; else nothing."""
    found = _wrapping_columns(row, depth)
    if len(found) > 1:
        found = [name for name in found if not _is_empty_answer(row[name])] or found
    if len(found) != 1 and len(found) != len(row):
        return []
    return [item for name in found for item in as_list(row[name]) or (row[name],)]


def _wrapping_columns(row: Row, depth: int) -> list[str]:
    return [name for name, value in row.items() if isinstance(name, str) and _holds_row(value, depth + 1)]


def _is_empty_answer(value: object) -> bool:
    """Tell whether a value is a document that holds no rows, as `hits` beside groups of hits is."""
    inner = as_object(value)
    if inner is None:
        return False
    opened = [envelope.open(inner) for envelope in _shape_of(inner).envelopes]
    return any(each is not None and not each for each in opened)


def _holds_row(value: object, depth: int) -> bool:
    if depth > _DEEPEST:
        return False
    items = as_list(value)
    if items:
        value = items[0]
    if is_text(value):
        if not _may_be_text_of_row(value):
            return False
        try:
            value = things_in(value)[0]
        except InvalidEvent:
            return False
    inner = as_object(value)
    if inner is None:
        return False
    shape = _shape_of(inner)
    if _best(inner, shape) is not None:
        return True
    if any(envelope.open(inner) is not None for envelope in shape.envelopes):
        return True
    return bool(_held(inner, depth))


def _may_be_text_of_row(value: str | bytes) -> bool:
    if isinstance(value, bytes):
        return value.lstrip()[:1] in {b"{", b"<"}
    return value.lstrip()[:1] in {"{", "<"} or message_number(value) is not None


def _guessed(row: Row, context: Context) -> Context:
    device = next((each for path in _HOSTS if isinstance(each := reached(row, path), str) and each), None)
    time = next((each for path in _TIMES if is_text(each := reached(row, path))), None)
    return context._replace(device=device or context.device, time=time or context.time)


def _unrecognised(row: Row) -> InvalidEvent:
    """Return the error that says what a row looks like, and what it would need."""
    columns = sorted(map(str, row))
    wrapping = _wrapping_columns(row, 0)
    if wrapping:
        reason = f"is unrecognised. It holds rows in {' and '.join(wrapping[:3])}: give one of them alone."
        return InvalidEvent("row", columns, reason[:_LONGEST_REASON])
    delimiter = next((each for each in ";\t,|" if len(columns) == 1 and each in columns[0]), None)
    if delimiter is not None:
        reason = f"is one column: give the table's delimiter, csv.DictReader(file, delimiter={delimiter!r})"
        return InvalidEvent("row", columns, reason)
    if (error := unreadable_message(row)) is not None:
        return error
    closest = max(SOURCES, key=lambda source: (source.marks.seen(row), -len(source.marks.lacking(row))))
    if closest.marks.seen(row) == 0:
        return InvalidEvent(
            "row", columns, "is unrecognised: no source has such columns. Name them in a FieldMap."
        )
    needs = ", ".join(closest.marks.lacking(row)) or "other values"
    reason = f"is unrecognised. Closest: {closest.name} (needs {needs}). Name other columns in a FieldMap."
    return InvalidEvent("row", columns, reason)
