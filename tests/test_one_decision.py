r"""One decision: a kind of condition that nobody knew is honoured wherever the relations are used.

The condition below is written here, in one place. It is given to a registry by the door that is open to
everybody, `ExpectedImage(conditions=...)`; nothing else of the library knows it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

import attrs
import pytest

from parentchild import ExpectedImage, ExpectedParents, Process, RelationRegistry, Verdict, hunt, published
from parentchild.export import eql, kql, pyspark, sigma
from parentchild.export.kql import KqlForm
from parentchild.relations import conditions
from parentchild.relations.conditions import Fact, Operator
from parentchild.relations.evaluation import evaluate
from parentchild.relations.prefilter import EVALUATE, Prefilter
from parentchild.windows.names import fold
from tests.export import eql_engine, sigma_engine
from tests.export.kusto import Kusto
from tests.export.plain_events import Creation

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
ROBOT, ANN = "CONTOSO\\robot", "CONTOSO\\ann"


@attrs.frozen
class RunsAs:
    """The child runs as somebody; where the source does not say, nobody knows better."""

    user: str
    fact: Fact = Fact.CHILD_USER
    holds_when_absent: bool = True

    def holds(self, value: str) -> bool:
        return fold(value) == fold(self.user)

    def words(self) -> str:
        return f"runs as {self.user}"

    def test(self) -> conditions.Test:
        return conditions.Test(self.fact, Operator.EQUALS, (self.user,))


PLAIN = RelationRegistry([ExpectedParents("agent.exe", ["host.exe"])])
ASKING = RelationRegistry(
    [ExpectedParents("agent.exe", [ExpectedImage("host.exe", conditions=(RunsAs(ROBOT),))])]
)
USERS = (ROBOT, ROBOT.upper(), None, ANN)
"""Of whom the condition holds, holds, is not known to fail, and fails."""
WRONG = [3]
"""The creations by these users that are not as expected."""


def row(number: int, user: str | None) -> dict[str, object]:
    """The creation in a table of Defender."""
    domain, _, name = (user or "").rpartition("\\")
    return {
        "Timestamp": NOW.replace(hour=11, minute=number),
        "IngestionTime": NOW.replace(hour=11, minute=number),
        "ReportId": number,
        "DeviceId": "d",
        "DeviceName": "ws-1",
        "ActionType": "ProcessCreated",
        "FileName": "agent.exe",
        "ProcessId": 100,
        "AccountDomain": domain,
        "AccountName": name,
        "InitiatingProcessFileName": "host.exe",
        "InitiatingProcessId": 50,
    }


def creation(user: str | None) -> Creation:
    """The creation as languages see it that match one event."""
    return Creation(Process("agent.exe", user=user), Process("host.exe"))


ROWS = [row(number, user) for number, user in enumerate(USERS)]


def test_the_evaluation_asks_it() -> None:
    verdicts = [
        evaluate(ASKING.compiled, Process("agent.exe", user=user), Process("host.exe")).verdict
        for user in USERS
    ]
    assert verdicts == [Verdict.EXPECTED] * 3 + [Verdict.MISMATCH]


def test_the_evaluation_says_that_it_needs_the_fact() -> None:
    found = evaluate(
        ASKING.compiled, Process("agent.exe"), Process("host.exe"), unread=frozenset({Fact.CHILD_USER})
    )
    assert found.needs == {Fact.CHILD_USER}


def test_the_prefilter_lets_through_what_it_does_not_settle() -> None:
    asking, plain = Prefilter(ASKING.compiled), Prefilter(PLAIN.compiled)
    assert asking.answer("agent.exe", "host.exe") is EVALUATE
    assert plain.answer("agent.exe", "host.exe") is Verdict.EXPECTED
    assert asking.needs("agent.exe", "host.exe") == (Fact.CHILD_USER,)


def test_the_explanation_says_it() -> None:
    explained = ASKING.explain(Process("agent.exe", user=ANN), Process("host.exe"))
    assert explained.verdict is Verdict.MISMATCH
    assert f"runs as {ROBOT}" in str(explained)


def frame_of_pandas(rows: Sequence[Mapping[str, object]]) -> object:
    return pytest.importorskip("pandas").DataFrame(rows)


def frame_of_polars(rows: Sequence[Mapping[str, object]]) -> object:
    return pytest.importorskip("polars").DataFrame(rows)


def columns_of_arrow(rows: Sequence[Mapping[str, object]]) -> object:
    return pytest.importorskip("pyarrow").Table.from_pylist(list(rows))


@pytest.mark.parametrize("given", [list, frame_of_pandas, frame_of_polars, columns_of_arrow])
def test_a_hunt_asks_it_of_rows_columns_and_frames(
    given: Callable[[Sequence[Mapping[str, object]]], object],
) -> None:
    report: Any = hunt(given(ROWS), registry=ASKING)
    assert [finding.event.record_id for finding in report.findings] in (["3"], [3])
    assert len(hunt(given(ROWS), registry=PLAIN).findings) == 0


def test_the_published_query_takes_names_alone() -> None:
    for registry in (ASKING, PLAIN):
        assert published.run(ROWS, [], now=NOW, registry=registry) == []
        assert '"agent.exe", dynamic(["host.exe"])' in kql.render(registry)


def test_the_improved_kusto_query_asks_it() -> None:
    query = kql.render(ASKING, form=KqlForm.IMPROVED)
    assert [found["ReportId"] for found in Kusto(query, now=NOW).run(ROWS)] == WRONG


def test_the_eql_query_asks_it() -> None:
    [found] = eql_engine.matches(eql.render(ASKING), [creation(user) for user in USERS])
    assert sorted(found) == WRONG


def test_the_sigma_rule_asks_it() -> None:
    [found] = sigma_engine.matches(sigma.rules(ASKING), [creation(user) for user in USERS])
    assert sorted(found) == WRONG


def test_the_pyspark_snippet_asks_it_with_the_value_that_was_given() -> None:
    tree = ast.parse(pyspark.render(ASKING))
    tables = {
        ast.unparse(node.targets[0]): ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"THERE", "ANYWHERE"}
    }
    asked = ("equals", "child user", [fold(ROBOT)], True)
    assert asked in tables["ANYWHERE"][-1] or asked in tables["ANYWHERE"]
