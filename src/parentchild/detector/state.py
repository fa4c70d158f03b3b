"""The saved state of a detector: JSON values, versioned, and checked before any of it is believed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

import attrs

from parentchild.detector.assessor import UnknownParents
from parentchild.detector.crashes import AsPublished, CrashHandler, Evidence, Suppression
from parentchild.detector.fields import Fields
from parentchild.detector.groups import Key
from parentchild.detector.settings import Settings
from parentchild.detector.snapshots import (
    ExitRecord,
    MemberRecord,
    OccurrenceRecord,
    OrphanRecord,
    ProofRecord,
    RunRecord,
    Snapshot,
)
from parentchild.detector.stats import NAMES
from parentchild.errors import InvalidState, ParentChildError
from parentchild.events import Process, ProcessCreated
from parentchild.relations.evaluation import Reason
from parentchild.relations.exclusions import Exclusion

FORMAT = "parentchild.detector"
VERSION = 1

_MOST_BOOKS = 100_000
_TOUCHES = 3


@attrs.frozen
class SavedState:
    """All that a state holds, as typed values."""

    settings: Settings
    snapshot: Snapshot
    books: Mapping[str, Mapping[str, int]]
    own_book: str | None


def encoded(saved: SavedState) -> dict[str, object]:
    """Return a state as JSON values.

    Raises:
        InvalidState: the suppression policy is not one of this library's, so it cannot be written down.
    """
    snapshot = saved.snapshot
    return {
        "format": FORMAT,
        "version": VERSION,
        "settings": _settings(saved.settings),
        "members": [_member(member) for member in snapshot.members],
        "inexact": [_key(key) for key in sorted(snapshot.inexact, key=_key)],
        "proofs": [_plain(proof) for proof in snapshot.proofs],
        "all_inexact": snapshot.all_inexact,
        "orphans": [_orphan(orphan) for orphan in snapshot.orphans],
        "runs": [_plain(run) for run in snapshot.runs],
        "exits": [_plain(gone) for gone in snapshot.exits],
        "touches": [snapshot.touches, snapshot.table_touches, snapshot.orphan_touches],
        "books": {name: dict(sorted(book.items())) for name, book in sorted(saved.books.items())},
        "own_book": saved.own_book,
    }


def decoded(state: Mapping[str, object]) -> SavedState:
    """Return what a state holds, having checked all of it.

    Raises:
        InvalidState: it is damaged, too large, from a newer version, or of something else.
    """
    if not isinstance(state, Mapping):
        raise InvalidState("state", state, "must be the mapping that Detector.state() returned")
    if state.get("format") != FORMAT:
        raise InvalidState("format", state.get("format"), f"is not {FORMAT!r}: this is no saved detector")
    if state.get("version") != VERSION:
        raise InvalidState("version", state.get("version"), f"is not {VERSION}, the one this release reads")
    try:
        return _decoded(Fields(state, ""))
    except InvalidState:
        raise
    except ParentChildError as error:  # a saved event or exclusion that could not have been made
        raise InvalidState(error.field, error.value, error.reason) from error


# writing ----------------------------------------------------------------------------------------------


def _plain(value: object) -> object:
    """Return an attrs value as JSON: only what is set, times as text."""
    if isinstance(value, datetime):
        return value.isoformat()
    if attrs.has(value.__class__):
        fields = ((field.name, getattr(value, field.name)) for field in attrs.fields(value.__class__))
        return {name: _plain(inner) for name, inner in fields if inner is not None}
    return value


def _key(key: Key) -> list[str]:
    reason, child, parent = key
    return [reason.value, child, parent]


def _member(member: MemberRecord) -> dict[str, object]:
    return {
        "key": _key(member.key),
        "device": member.device,
        "at": _plain(member.at),
        "touched": member.touched,
        "settled": member.settled,
        "first": _plain(member.first),
        "last": _plain(member.last),
        "cleared": member.cleared,
        "open": [_plain(occurrence) for occurrence in member.open],
    }


def _orphan(orphan: OrphanRecord) -> dict[str, object]:
    return {
        "event": _plain(orphan.event),
        "known": [_plain(event) for event in orphan.known],
        "at": _plain(orphan.at),
        "touched": orphan.touched,
    }


def _settings(settings: Settings) -> dict[str, object]:
    return {
        "exclusions": [_plain(exclusion) for exclusion in settings.exclusions],
        "window": None if settings.window is None else settings.window.total_seconds(),
        "capacity": settings.capacity,
        "suppression": _policy(settings.suppression),
        "unknown_parents": settings.unknown_parents.value,
        "resolve_parents": settings.resolve_parents,
    }


def _policy(policy: Suppression | None) -> dict[str, object] | None:
    if policy is None:
        return None
    if isinstance(policy, CrashHandler):
        return {"name": "crash-handler", "within": policy.within.total_seconds()}
    if isinstance(policy, AsPublished):
        return {"name": "as-published"}
    raise InvalidState("suppression", policy, "is a policy of your own, which a state cannot hold")


# reading ----------------------------------------------------------------------------------------------


def _decoded(fields: Fields) -> SavedState:
    settings = _read_settings(fields.inner("settings"))
    members = fields.each("members", _read_member)
    identities = {(member.key, member.device) for member in members}
    if len(identities) != len(members):
        raise InvalidState("members", len(members), "names a device of one pair twice")
    touches = fields.items("touches")
    if len(touches) != _TOUCHES or not all(isinstance(value, int) for value in touches):
        raise InvalidState("touches", touches, "must be three numbers")
    touched, table_touched, orphan_touched = cast("list[int]", touches)
    proofs = fields.each("proofs", _read_proof)
    orphans = fields.each("orphans", _read_orphan)
    runs = fields.each("runs", _read_run)
    exits = fields.each("exits", _read_exit)
    held = len(members) + len(proofs) + sum(len(member.open) for member in members)
    for name, number in (("members", held), ("orphans", len(orphans)), ("runs", len(runs) + len(exits))):
        if number > settings.capacity:
            raise InvalidState(name, number, f"is more than the capacity of {settings.capacity}")
    if not settings.resolve_parents and (orphans or runs or exits):
        raise InvalidState("runs", len(runs), "cannot be: this detector does not resolve parents")
    own_book = fields.take_if_set("own_book", str)
    return SavedState(
        settings,
        Snapshot(
            members=members,
            inexact=frozenset(_read_key(key, "inexact") for key in fields.items("inexact")),
            all_inexact=fields.take("all_inexact", bool),
            proofs=proofs,
            orphans=orphans,
            runs=runs,
            exits=exits,
            touches=touched,
            table_touches=table_touched,
            orphan_touches=orphan_touched,
        ),
        _read_books(cast("dict[object, object]", fields.take("books", dict))),
        own_book,
    )


def _read_books(books: dict[object, object]) -> dict[str, dict[str, int]]:
    if len(books) > _MOST_BOOKS:
        raise InvalidState("books", len(books), f"is more than {_MOST_BOOKS}")
    read: dict[str, dict[str, int]] = {}
    for name, book in books.items():
        if not isinstance(name, str) or not isinstance(book, dict):
            raise InvalidState("books", name, "must hold one JSON object a name")
        counts = cast("dict[object, object]", book)
        for counter, number in counts.items():
            if counter not in NAMES or not isinstance(number, int) or number < 0:
                raise InvalidState(f"books.{name}", (counter, number), "is no counter of this library")
        read[name] = cast("dict[str, int]", dict(counts))
    return read


def _read_settings(fields: Fields) -> Settings:
    try:
        unknown_parents = UnknownParents(fields.take("unknown_parents", str))
    except ValueError as error:
        raise InvalidState(fields.at("unknown_parents"), None, "is unknown") from error
    return Settings(
        exclusions=fields.each("exclusions", _read_exclusion),
        window=fields.seconds_if_set("window"),
        capacity=fields.take("capacity", int),
        suppression=_read_policy(fields.inner_if_set("suppression")),
        unknown_parents=unknown_parents,
        resolve_parents=fields.take("resolve_parents", bool),
    )


def _read_policy(fields: Fields | None) -> Suppression | None:
    if fields is None:
        return None
    name = fields.take("name", str)
    if name == "crash-handler":
        return CrashHandler(within=fields.seconds("within"))
    if name == "as-published":
        return AsPublished()
    raise InvalidState(fields.at("name"), name, "is no policy of this release")


def _read_exclusion(fields: Fields) -> Exclusion:
    return Exclusion(
        reason=fields.take("reason", str),
        child=fields.take_if_set("child", str),
        parent=fields.take_if_set("parent", str),
        device=fields.take_if_set("device", str),
        user=fields.take_if_set("user", str),
        command_line=fields.take_if_set("command_line", str),
        expires_at=fields.time_if_set("expires_at"),
    )


def _read_key(value: object, place: str) -> Key:
    parts = cast("list[object]", value) if isinstance(value, list) else []
    if len(parts) != len(("reason", "child", "parent")) or not all(isinstance(part, str) for part in parts):
        raise InvalidState(place, parts, "must be a reason, a child and a parent")
    reason, child, parent = cast("list[str]", parts)
    try:
        return Reason(reason), child, parent
    except ValueError as error:
        raise InvalidState(place, reason, "is no reason of this release") from error


def _read_member(fields: Fields) -> MemberRecord:
    device = fields.take("device", str)
    first = fields.inner_if_set("first")
    member = MemberRecord(
        key=_read_key(fields.items("key"), fields.at("key")),
        device=device,
        at=fields.time("at"),
        touched=fields.count("touched"),
        settled=fields.count("settled"),
        first=None if first is None else _read_event(first),
        last=fields.time_if_set("last"),
        cleared=fields.count("cleared"),
        open=fields.each("open", _read_occurrence),
    )
    if (member.settled == 0) != (member.first is None) or (member.settled == 0) != (member.last is None):
        raise InvalidState(fields.at("settled"), member.settled, "does not fit its first and last")
    events = [occurrence.event for occurrence in member.open]
    if any(event.device != device for event in (*events, *([member.first] if member.first else ()))):
        raise InvalidState(fields.at("device"), device, "is not the device of its events")
    return member


def _read_occurrence(fields: Fields) -> OccurrenceRecord:
    return OccurrenceRecord(
        _read_event(fields.inner("event")),
        fields.time("at"),
        fields.count("touched"),
        fields.take("cleared", bool),
    )


def _read_proof(fields: Fields) -> ProofRecord:
    inner = fields.inner("evidence")
    evidence = Evidence(
        device=inner.take("device", str),
        pid=inner.take_if_set("pid", int),
        at=inner.time("at"),
        name=inner.take_if_set("name", str),
        started_at=inner.time_if_set("started_at"),
        guid=inner.take_if_set("guid", str),
    )
    return ProofRecord(evidence, fields.time("at"), fields.count("touched"))


def _read_orphan(fields: Fields) -> OrphanRecord:
    known = fields.each("known", _read_event)
    if not known:
        raise InvalidState(fields.at("known"), known, "must not be empty")
    return OrphanRecord(_read_event(fields.inner("event")), known, fields.time("at"), fields.count("touched"))


def _read_run(fields: Fields) -> RunRecord:
    return RunRecord(
        fields.take("device", str),
        _read_process(fields.inner("process")),
        fields.time("since"),
        fields.time("at"),
        fields.count("touched"),
    )


def _read_exit(fields: Fields) -> ExitRecord:
    return ExitRecord(
        fields.take("device", str),
        fields.take("pid", int),
        fields.take_if_set("guid", str),
        fields.time("until"),
        fields.time("at"),
        fields.count("touched"),
    )


def _read_event(fields: Fields) -> ProcessCreated:
    def process(name: str) -> Process | None:
        inner = fields.inner_if_set(name)
        return None if inner is None else _read_process(inner)

    return ProcessCreated(
        timestamp=fields.time("timestamp"),
        device=fields.take("device", str),
        process=_read_process(fields.inner("process")),
        parent=process("parent"),
        creator=process("creator"),
        grandparent=process("grandparent"),
        ingested_at=fields.time_if_set("ingested_at"),
        record_id=fields.record_id(),
    )


def _read_process(fields: Fields) -> Process:
    return Process(
        fields.take_if_set("name", str),
        pid=fields.take_if_set("pid", int),
        path=fields.take_if_set("path", str),
        command_line=fields.take_if_set("command_line", str),
        started_at=fields.time_if_set("started_at"),
        user=fields.take_if_set("user", str),
        user_sid=fields.take_if_set("user_sid", str),
        guid=fields.take_if_set("guid", str),
        session=fields.take_if_set("session", int),
        integrity=fields.take_if_set("integrity", str),
        signer=fields.take_if_set("signer", str),
        original_name=fields.take_if_set("original_name", str),
        sha256=fields.take_if_set("sha256", str),
    )
