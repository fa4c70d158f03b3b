"""Peers: the same work in the engines that one would take instead."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from tests.benchmarks.floors import grouped
from tests.benchmarks.workload import CRASH_WITHIN, WATCHED, Result, Row

NAMES = ("Timestamp", "DeviceName", "ActionType", "FileName", "ProcessId", "InitiatingProcessFileName",
          "InitiatingProcessId")  # fmt: skip
CHILDREN = list(WATCHED)
PAIRS = [(child, parent) for child, parents in WATCHED.items() for parent in sorted(parents)]

SQL = f"""
WITH hits AS (
  SELECT lower(FileName) AS c, lower(InitiatingProcessFileName) AS p, epoch_us(Timestamp::TIMESTAMPTZ) AS t,
         DeviceName AS d, InitiatingProcessId AS q
  FROM ev WHERE lower(ActionType) = 'processcreated' AND lower(FileName) IN {tuple(CHILDREN)}
    AND (lower(FileName), lower(InitiatingProcessFileName)) NOT IN ({", ".join(map(str, PAIRS))})),
threads AS (
  SELECT DeviceName AS d, ProcessId AS q, epoch_us(Timestamp::TIMESTAMPTZ) AS t FROM ev
  WHERE lower(ActionType) = 'createremotethreadapicall' AND lower(InitiatingProcessFileName) = 'werfault.exe')
SELECT c, p, min(t), count(DISTINCT d) FROM hits h
WHERE c <> p OR NOT EXISTS (
  SELECT 1 FROM threads x WHERE x.d = h.d AND x.q = h.q AND h.t - x.t BETWEEN 0 AND {CRASH_WITHIN})
GROUP BY c, p"""  # noqa: S608 - all of it is written here


def connection() -> Any:
    made = import_module("duckdb").connect()
    made.execute("SET threads = 1")
    made.execute("SET TimeZone = 'UTC'")
    return made


def duckdb(table: Any) -> Result:
    made = connection()
    made.register("ev", table)
    return frozenset(made.execute(SQL).fetchall())


def duckdb_of_rows(rows: list[Row]) -> Result:
    pyarrow = import_module("pyarrow")
    schema = pyarrow.schema(
        [(name, pyarrow.int64() if name.endswith("ProcessId") else pyarrow.string()) for name in NAMES]
    )
    return duckdb(pyarrow.Table.from_pylist(rows, schema=schema))


def polars(frame: Any) -> Result:
    pl = import_module("polars")
    lower = {
        name: pl.col(name).str.to_lowercase()
        for name in ("ActionType", "FileName", "InitiatingProcessFileName")
    }
    lazy = frame.lazy().select(NAMES)
    pairs = pl.LazyFrame(PAIRS, schema=["c", "p"], orient="row")
    hits = (
        lazy.filter(lower["FileName"].is_in(CHILDREN) & (lower["ActionType"] == "processcreated"))
        .with_columns(c=lower["FileName"], p=lower["InitiatingProcessFileName"])
        .join(pairs, on=["c", "p"], how="anti")
    )
    threads = lazy.filter(
        (lower["ActionType"] == "createremotethreadapicall")
        & (lower["InitiatingProcessFileName"] == "werfault.exe")
    )
    found, made = pl.collect_all([hits, threads])
    return grouped(
        found.select("c", "p", "Timestamp", "DeviceName", "InitiatingProcessId").iter_rows(),
        made.select("DeviceName", "ProcessId", "Timestamp").iter_rows(),
    )


def polars_of_rows(rows: list[Row]) -> Result:
    pl = import_module("polars")
    schema = {name: pl.Int64 if name.endswith("ProcessId") else pl.String for name in NAMES}
    return polars(pl.from_dicts(rows, schema=schema))


def pandas(frame: Any) -> Result:
    child = frame["FileName"].str.lower()
    some = frame.loc[child.isin(CHILDREN), list(NAMES)]
    some = some[some["ActionType"].str.lower() == "processcreated"]
    pairs = set(PAIRS)
    names = zip(some["FileName"].str.lower(), some["InitiatingProcessFileName"].str.lower(), strict=True)
    hits = some[[pair not in pairs for pair in names]]
    made = frame.loc[frame["ActionType"].str.lower() == "createremotethreadapicall", list(NAMES)]
    made = made[made["InitiatingProcessFileName"].str.lower() == "werfault.exe"]
    columns = ("FileName", "InitiatingProcessFileName", "Timestamp", "DeviceName", "InitiatingProcessId")
    return grouped(
        zip(*(hits[name].tolist() for name in columns), strict=True),
        zip(*(made[name].tolist() for name in ("DeviceName", "ProcessId", "Timestamp")), strict=True),
    )


def pandas_of_rows(rows: list[Row]) -> Result:
    return pandas(import_module("pandas").DataFrame.from_records(rows, columns=list(NAMES)))


def eql_feed(found: list[Any]) -> Callable[[Row], None]:
    """Return what takes one row into eql's Python engine, which puts what matches into `found`."""
    wrong = " or ".join(
        f"(FileName == '{child}' and not "
        f"InitiatingProcessFileName in ({', '.join(map(repr, sorted(parents)))}))"
        for child, parents in WATCHED.items()
    )
    parse: Any = import_module("eql.parser").parse_query
    engine: Any = import_module("eql.engine").PythonEngine()
    make: Any = import_module("eql.events").Event
    engine.add_query(parse(f"process where ActionType == 'ProcessCreated' and ({wrong})", implied_any=True))
    engine.add_output_hook(found.append)
    return lambda row: engine.stream_event(make("process", 0, row))
