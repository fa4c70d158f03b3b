"""Sigma rules, converted by the SQLite backend of pySigma and run by SQLite over rows."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from tests.export.plain_events import Creation
from tests.export.validators import validator

_FIELDS = (
    "Image",
    "ParentImage",
    "CommandLine",
    "ParentCommandLine",
    "IntegrityLevel",
    "OriginalFileName",
    "User",
    "ParentUser",
)


def parsed(rules: Sequence[dict[str, object]]) -> Any:
    """Return the rules as pySigma parses them; its errors fail the test."""
    collection = validator("sigma.collection").SigmaCollection.from_dicts(list(rules))
    assert collection.errors == []
    return collection


def matches(rules: Sequence[dict[str, object]], creations: Sequence[Creation]) -> Iterator[set[int]]:
    """For each rule, yield which of the creations it finds."""
    backend = validator("sigma.backends.sqlite").sqliteBackend()
    # Sigma compares without regard to case; SQLite does so with LIKE by itself, with = when told to.
    columns = ", ".join(f"{field} TEXT COLLATE NOCASE" for field in _FIELDS)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.create_function("REGEXP", 2, _finds)
        connection.execute(f"CREATE TABLE logs (row INTEGER, {columns})")
        connection.executemany(
            f"INSERT INTO logs VALUES (?{', ?' * len(_FIELDS)})",  # noqa: S608 - nothing but marks
            [
                (row, *(fields[field] for field in _FIELDS))
                for row, fields in enumerate(creation.as_sysmon() for creation in creations)
            ],
        )
        for query in backend.convert(parsed(rules)):
            yield {row for (row, *_) in connection.execute(query)}


def _finds(pattern: str, text: str | None) -> bool:
    return text is not None and re.search(pattern, text) is not None
