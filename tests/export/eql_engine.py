"""EQL queries, parsed in Elastic's syntax and run over documents by the `eql` package."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.export.plain_events import Creation
from tests.export.validators import validator


def parsed(query: str) -> Any:
    """Return a query's tree; the parser's errors fail the test."""
    with validator("eql.parser").elasticsearch_syntax:
        return validator("eql").parse_query(query)


def matches(queries: Sequence[str], creations: Sequence[Creation]) -> list[set[int]]:
    """For each query, return which of the creations it finds."""
    eql = validator("eql")
    return [_rows(eql, query, creations) for query in queries]


def _rows(eql: Any, query: str, creations: Sequence[Creation]) -> set[int]:
    engine, found = eql.PythonEngine(), set[int]()
    engine.add_query(parsed(query))

    def collect(result: Any) -> None:
        found.update(event.time for event in result.events)

    engine.add_output_hook(collect)
    for row, creation in enumerate(creations):
        engine.stream_event(eql.Event("process", row, creation.as_ecs()))
    engine.finalize()
    return found
