"""By hand in an engine: every question that `hunt` answers of a frame, not of its pairs alone.

The peers of `peers.py` find the pairs, and the clones that a remote thread explains. A hunt also looks at the
starts of the crash handler, whose command line may explain a clone too, and at what a copy of its parent has
started, which makes it no clone; and it accounts for every row. Here all three are asked by hand.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.benchmarks import peers
from tests.benchmarks.floors import PREPARED, SYSTEM32, grouped
from tests.benchmarks.workload import CRASH_WITHIN, Result

_PID = PREPARED.pattern

SQL = f"""
WITH created AS MATERIALIZED (
  SELECT lower(FileName) AS c, lower(InitiatingProcessFileName) AS p, epoch_us(Timestamp::TIMESTAMPTZ) AS t,
         DeviceName AS d, ProcessId AS own, InitiatingProcessId AS q, ProcessCommandLine AS line,
         FolderPath AS path
  FROM ev WHERE lower(ActionType) = 'processcreated'
    AND lower(FileName) IN {(*peers.CHILDREN, "werfault.exe")}),
hits AS (FROM created WHERE c <> 'werfault.exe' AND (c, p) NOT IN ({", ".join(map(str, peers.PAIRS))})),
evidence AS (
  SELECT d, TRY_CAST(regexp_extract(lower(line), '{_PID}', 1) AS BIGINT) AS q, t FROM created
  WHERE c = 'werfault.exe' AND p = 'svchost.exe' AND contains(lower(line), '-pss')
    AND starts_with(lower(path), '{SYSTEM32}')
  UNION ALL
  SELECT DeviceName, ProcessId, epoch_us(Timestamp::TIMESTAMPTZ) FROM ev
  WHERE lower(ActionType) = 'createremotethreadapicall'
    AND lower(InitiatingProcessFileName) = 'werfault.exe'),
started AS (
  SELECT DISTINCT d, own FROM ev JOIN (FROM hits WHERE c = p) ON DeviceName = d AND InitiatingProcessId = own
  WHERE lower(ActionType) = 'processcreated' AND lower(FileName) <> 'werfault.exe')
SELECT c, p, min(t), count(DISTINCT d) FROM hits h
WHERE c <> p OR (d, own) IN (FROM started) OR NOT EXISTS (
  SELECT 1 FROM evidence x WHERE x.d = h.d AND x.q = h.q AND h.t - x.t BETWEEN 0 AND {CRASH_WITHIN})
GROUP BY c, p"""  # noqa: S608 - all of it is written here

ACCOUNT = """
SELECT ActionType, count(*), count(*) FILTER (WHERE FileName IS NULL OR FileName = '') FROM ev GROUP BY 1
"""


def duckdb(table: Any) -> Result:
    made = peers.connection()
    made.register("ev", table)
    _check(made.execute(ACCOUNT).fetchall(), len(table))
    return frozenset(made.execute(SQL).fetchall())


def polars(frame: Any) -> Result:
    pl = import_module("polars")
    names = ("ActionType", "FileName", "InitiatingProcessFileName")
    action, child, parent = (pl.col(name).str.to_lowercase() for name in names)
    lazy = frame.lazy().select(*peers.NAMES, "ProcessCommandLine", "FolderPath")
    pairs = pl.LazyFrame(peers.PAIRS, schema=["c", "p"], orient="row")
    created = lazy.filter(
        child.is_in([*peers.CHILDREN, "werfault.exe"]) & (action == "processcreated")
    ).with_columns(c=child, p=parent)
    hits = created.filter(pl.col("c") != "werfault.exe").join(pairs, on=["c", "p"], how="anti")
    threads = lazy.filter((action == "createremotethreadapicall") & (parent == "werfault.exe"))
    starts = (
        created.filter((pl.col("c") == "werfault.exe") & (pl.col("p") == "svchost.exe"))
        .with_columns(line=pl.col("ProcessCommandLine").str.to_lowercase())
        .filter(
            pl.col("line").str.contains("-pss", literal=True)
            & pl.col("FolderPath").str.to_lowercase().str.starts_with(SYSTEM32)
        )
        .with_columns(ProcessId=pl.col("line").str.extract(_PID).cast(pl.Int64, strict=False))
    )
    no_child = (pl.col("FileName").is_null() | (pl.col("FileName") == "")).sum()
    account = lazy.group_by("ActionType").agg(pl.len(), no_child.alias("without"))
    found, *explaining, counts = pl.collect_all([hits, threads, starts, account])
    _check(counts.rows(), len(frame))
    # To join the lazy frame itself with the copies takes longer than all of the rest.
    copies = found.filter(pl.col("c") == pl.col("p")).select("DeviceName", starter="ProcessId")
    by_copies = (
        lazy.filter(pl.col("InitiatingProcessId").is_in(copies["starter"].implode()))
        .filter((action == "processcreated") & (child != "werfault.exe"))
        .collect()
        .join(copies, left_on=["DeviceName", "InitiatingProcessId"], right_on=["DeviceName", "starter"])
    )
    assert by_copies.is_empty(), "a copy has started something, so it would be no clone"
    return grouped(
        found.select("c", "p", "Timestamp", "DeviceName", "InitiatingProcessId").iter_rows(),
        (
            row
            for each in explaining
            for row in each.select("DeviceName", "ProcessId", "Timestamp").iter_rows()
        ),
    )


def pandas(frame: Any) -> Result:
    names = [*peers.NAMES, "ProcessCommandLine", "FolderPath"]
    child, action = frame["FileName"].str.lower(), frame["ActionType"].str.lower()
    is_start = action == "processcreated"
    some = frame.loc[child.isin(peers.CHILDREN) & is_start, names]
    pairs = set(peers.PAIRS)
    each = zip(some["FileName"].str.lower(), some["InitiatingProcessFileName"].str.lower(), strict=True)
    hits = some[[pair not in pairs for pair in each]]
    made = frame.loc[action == "createremotethreadapicall", names]
    made = made[made["InitiatingProcessFileName"].str.lower() == "werfault.exe"]
    starts = frame.loc[(child == "werfault.exe") & is_start, names]
    line = starts["ProcessCommandLine"].str.lower()
    starts = starts[
        (starts["InitiatingProcessFileName"].str.lower() == "svchost.exe")
        & line.str.contains("-pss", regex=False)
        & starts["FolderPath"].str.lower().str.startswith(SYSTEM32)
    ]
    pids = starts["ProcessCommandLine"].str.lower().str.extract(_PID, expand=False).dropna().astype("int64")
    starts = starts.loc[pids.index].assign(ProcessId=pids)
    copies = hits[hits["FileName"].str.lower() == hits["InitiatingProcessFileName"].str.lower()]
    by_pid = frame.loc[frame["InitiatingProcessId"].isin(set(copies["ProcessId"])) & is_start, names]
    by_copies = by_pid[by_pid["FileName"].str.lower() != "werfault.exe"].merge(
        copies[["DeviceName", "ProcessId"]],
        left_on=["DeviceName", "InitiatingProcessId"],
        right_on=["DeviceName", "ProcessId"],
    )
    assert by_copies.empty, "a copy has started something, so it would be no clone"
    without = frame["FileName"].isna() | (frame["FileName"] == "")
    counts = without.groupby(frame["ActionType"], dropna=False).agg(["size", "sum"])
    _check(list(counts.itertuples()), len(frame))
    columns = ("FileName", "InitiatingProcessFileName", "Timestamp", "DeviceName", "InitiatingProcessId")
    explaining = [*_rows(made, "DeviceName", "ProcessId", "Timestamp"),
                  *_rows(starts, "DeviceName", "ProcessId", "Timestamp")]  # fmt: skip
    return grouped(_rows(hits, *columns), explaining)


def _rows(frame: Any, *columns: str) -> Any:
    return zip(*(frame[name].tolist() for name in columns), strict=True)


def _check(counts: list[tuple[Any, ...]], rows: int) -> None:
    assert sum(number for _, number, _ in counts) == rows, "a row is in no count"
