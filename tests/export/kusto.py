"""Kusto queries, run over rows by the translation of PyPI duckdb-kql.

That engine has no ingestion time and no clock of its own, so `ingestion_time()` is read from a column and
`ago()` counts from a fixed moment. Nothing else of a query is changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from tests.export.validators import tables, validator

Row = Mapping[str, object]

_TYPES = {"string": "VARCHAR", "long": "BIGINT", "int": "INTEGER", "datetime": "TIMESTAMP", "bool": "BOOLEAN"}
_AGO = re.compile(r"ago\(([^)]*)\)")


class Kusto:
    """One translated query, ready to run over any rows."""

    def __init__(self, query: str, *, now: datetime) -> None:
        engine = validator("duckdb_kql")
        self._connection: Any = engine.connect()
        self._columns = {name: {**columns, "IngestionTime": "datetime"} for name, columns in tables().items()}
        for name, columns in self._columns.items():
            declared = ", ".join(f'"{column}" {_TYPES[kind]}' for column, kind in columns.items())
            self._connection.execute(f"CREATE TABLE {name} ({declared})")
        moment = now.isoformat().replace("+00:00", "Z")
        local = _AGO.sub(rf"(datetime({moment}) - (\1))", query.replace("ingestion_time()", "IngestionTime"))
        self._sql = str(engine.to_sql(local, schema=self._columns))

    def run(self, process_events: Sequence[Row], device_events: Sequence[Row] = ()) -> list[dict[str, Any]]:
        """Return the query's result over two tables."""
        self._fill("DeviceProcessEvents", process_events)
        self._fill("DeviceEvents", device_events)
        result = self._connection.execute(self._sql)
        names = [column[0] for column in result.description]
        return [dict(zip(names, map(_aware, row), strict=True)) for row in result.fetchall()]

    def _fill(self, table: str, rows: Sequence[Row]) -> None:
        columns = self._columns[table]
        self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 - the names are those of tables.json
        if rows:
            used = [column for column in columns if any(column in row for row in rows)]
            names = ", ".join(f'"{column}"' for column in used)
            values = ", ".join(f"unnest(?::{_TYPES[columns[column]]}[])" for column in used)
            self._connection.execute(
                f"INSERT INTO {table} ({names}) SELECT {values}",
                [[_stored(row.get(column), columns[column]) for row in rows] for column in used],
            )


def _stored(value: object, kind: str) -> object:
    if kind == "string":  # Kusto has no null text
        return "" if value is None else value
    return value.astimezone(timezone.utc).replace(tzinfo=None) if isinstance(value, datetime) else value


def _aware(value: object) -> object:
    return value.replace(tzinfo=timezone.utc) if isinstance(value, datetime) else value
