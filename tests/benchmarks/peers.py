"""Peers: the same work in the engines that one would take instead."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from importlib import import_module
from typing import Any

from tests.benchmarks.floors import grouped, of_rows
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
    return _eql_feed(f"process where ActionType == 'ProcessCreated' and ({wrong})", found)


def _eql_feed(query: str, found: list[Any]) -> Callable[[Row], None]:
    parse: Any = import_module("eql.parser").parse_query
    engine: Any = import_module("eql.engine").PythonEngine()
    make: Any = import_module("eql.events").Event
    engine.add_query(parse(query, implied_any=True))
    engine.add_output_hook(found.append)
    return lambda row: engine.stream_event(make("process", 0, row))


def eql(rows: list[Row]) -> Result:
    """Find the pairs with eql's Python engine: one query for mismatches, one for what explains clones."""
    hits, threads = list[Any](), list[Any]()
    wrong, explains = eql_feed(hits), _eql_feed(f"process where {_THREAD_IN_EQL}", threads)
    for row in rows:
        wrong(row)
        explains(row)
    told = [[each.data for output in found for each in output.events] for found in (hits, threads)]
    return of_rows(*told)


_THREAD_IN_EQL = "ActionType == 'CreateRemoteThreadApiCall' and InitiatingProcessFileName == 'werfault.exe'"


def sigma_rules() -> tuple[str, str]:
    """Return the published table as a Sigma rule, and another for the threads that explain clones."""
    lines: list[str] = []
    for number, (child, parents) in enumerate(WATCHED.items()):
        lines += [
            f"  child_{number}:",
            f"    FileName: {child}",
            f"  parent_{number}:",
            "    InitiatingProcessFileName:",
        ]
        lines += [f"      - {parent}" for parent in sorted(parents)]
    wrong = " or ".join(f"(child_{number} and not parent_{number})" for number in range(len(WATCHED)))
    return (
        _sigma("2b1a6a0e-5b7c-4f0a-9d3e-6f2c8f0d1a11", "process_creation", "ProcessCreated", lines, wrong),
        _sigma(
            "7c9e6679-7425-40de-944b-e07fc1f90ae7",
            "create_remote_thread",
            "CreateRemoteThreadApiCall",
            ["  maker:", "    InitiatingProcessFileName: werfault.exe"],
            "maker",
        ),
    )


def _sigma(identity: str, category: str, action: str, lines: list[str], condition: str) -> str:
    return "\n".join(
        [
            f"title: {category}",
            f"id: {identity}",
            "status: test",
            "logsource:",
            f"  category: {category}",
            "  product: windows",
            "detection:",
            "  action:",
            f"    ActionType: {action}",
            *lines,
            f"  condition: action and ({condition})",
            "",
        ]
    )


def sigma_in_python(rows: list[Row]) -> Result:
    """Find the pairs with azuma, which evaluates Sigma rules in Python, a row at a time."""
    rule: Any = import_module("azuma").Rule
    wrong, explains = (rule.model_validate_yaml(text).match for text in sigma_rules())
    hits = list[Row]()
    threads = list[Row]()
    for row in rows:
        if wrong(row):
            hits.append(row)
        elif explains(row):
            threads.append(row)
    return of_rows(hits, threads)


def sigma_in_sqlite(rows: list[Row]) -> Result:
    """Find the pairs with pySigma's own SQLite backend: the rules become SQL over a table of the rows."""
    collection: Any = import_module("sigma.collection").SigmaCollection
    backend: Any = import_module("sigma.backends.sqlite").sqliteBackend
    made = sqlite3.connect(":memory:")
    made.row_factory = sqlite3.Row
    columns = ", ".join(
        f"{name} {'INTEGER' if name.endswith('ProcessId') else 'TEXT COLLATE NOCASE'}" for name in NAMES
    )
    made.execute(f"CREATE TABLE logs ({columns})")
    values = ", ".join(f":{name}" for name in NAMES)
    made.executemany(f"INSERT INTO logs VALUES ({values})", rows)  # noqa: S608 - all of it is written here
    told = [
        [dict(row) for query in backend().convert(collection.from_yaml(text)) for row in made.execute(
            query.replace("<TABLE_NAME>", "logs")
        )]
        for text in sigma_rules()
    ]  # fmt: skip
    made.close()
    return of_rows(*told)
