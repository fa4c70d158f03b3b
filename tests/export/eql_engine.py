"""EQL queries, parsed in Elastic's syntax and run over documents by the `eql` package.

Elasticsearch matches a regular expression against a whole text, the package against its beginning. Here the
package does as Elasticsearch does; nothing else of it is changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
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
    with _whole_texts(validator("eql.functions")):
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


@contextmanager
def _whole_texts(functions: Any) -> Generator[None, None, None]:
    original = functions.Match.get_callback

    def get_callback(_: object, __: object, *literals: Any) -> Callable[..., bool | None]:
        pattern = re.compile("|".join(each.value for each in literals), re.IGNORECASE | re.DOTALL)

        def callback(source: object, *_: object) -> bool | None:
            return pattern.fullmatch(source) is not None if isinstance(source, str) else None

        return callback

    functions.Match.get_callback = classmethod(get_callback)
    try:
        yield
    finally:
        functions.Match.get_callback = original
