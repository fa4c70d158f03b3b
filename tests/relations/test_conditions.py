"""A condition of a caller's own is honoured by everything, since conditions are known by their interface."""

from __future__ import annotations

import pickle
from typing import Any

import attrs
import pytest

from parentchild import (
    ExpectedChildren,
    ExpectedImage,
    ExpectedParents,
    InvalidArgument,
    Process,
    RelationRegistry,
    Verdict,
)
from parentchild.relations import conditions
from parentchild.relations.conditions import (
    BearsItsOwnName,
    Condition,
    Fact,
    HasArguments,
    HasIntegrity,
    HasNoFile,
    HostsService,
    InDirectories,
    InServiceGroup,
    OnRelease,
    Operator,
    SignedBy,
)
from parentchild.relations.evaluation import evaluate
from parentchild.relations.prefilter import EVALUATE, Prefilter


@attrs.frozen
class RunsAs:
    """The child runs as one of some accounts: a condition that the library does not have."""

    users: tuple[str, ...]
    fact: Fact = Fact.CHILD_USER
    holds_when_absent: bool = False

    def holds(self, value: str) -> bool:
        return value in self.users

    def words(self) -> str:
        return f"the child runs as {' or '.join(self.users)}"

    def test(self) -> conditions.Test:
        return conditions.Test(self.fact, Operator.EQUALS, self.users)


BY_CHILD = RelationRegistry(
    [ExpectedParents("agent.exe", [ExpectedImage("boss.exe", conditions=(RunsAs(("ann", "-")),))])]
)
BY_PARENT = RelationRegistry(
    [ExpectedChildren("boss.exe", [ExpectedImage("agent.exe", conditions=[RunsAs(("ann", "-"))])])]
)


@pytest.mark.parametrize("registry", [BY_CHILD, BY_PARENT])
@pytest.mark.parametrize(
    ("user", "verdict"), [("ann", Verdict.EXPECTED), ("bob", Verdict.MISMATCH), (None, Verdict.MISMATCH)]
)
def test_the_evaluation_asks_it(registry: RelationRegistry, user: str | None, verdict: Verdict) -> None:
    child, boss = Process("agent.exe", user=user), Process("boss.exe")
    assert registry.verdict(child, boss) is verdict
    unread = evaluate(registry.compiled, child, boss, unread=frozenset({Fact.CHILD_USER}))
    assert unread.needs == {Fact.CHILD_USER}


@pytest.mark.parametrize("registry", [BY_CHILD, BY_PARENT])
def test_the_prefilter_needs_its_fact_and_settles_by_it(registry: RelationRegistry) -> None:
    prefilter = Prefilter(registry.compiled)
    pair = "agent.exe", "boss.exe"
    assert prefilter.answer(*pair) is EVALUATE
    assert prefilter.needs(*pair) == (Fact.CHILD_USER,)
    assert prefilter.settle_values(*pair, {Fact.CHILD_USER: "ann"}) is Verdict.EXPECTED
    assert prefilter.settle_values(*pair, {Fact.CHILD_USER: "bob"}) is EVALUATE
    # it would hold, but a reader may take this text for a gap, and then it would not
    assert prefilter.settle_values(*pair, {Fact.CHILD_USER: "-"}) is EVALUATE


@pytest.mark.parametrize("registry", [BY_CHILD, BY_PARENT])
def test_the_explanation_says_it_in_its_own_words(registry: RelationRegistry) -> None:
    explanation = registry.explain(Process("agent.exe", user="bob"), "boss.exe")
    [(_, words)] = explanation.expected
    assert words == ("the child runs as ann or -",)
    assert any("the child runs as ann or -" in remedy for remedy in explanation.remedies)
    assert "[only the child runs as ann or -]" in str(explanation)


def test_a_registry_with_it_is_a_value_like_any_other() -> None:
    for registry in (BY_CHILD, BY_PARENT):
        twin = pickle.loads(pickle.dumps(registry))
        assert (twin, hash(twin)) == (registry, hash(registry))
    other = RelationRegistry(
        [ExpectedParents("agent.exe", [ExpectedImage("boss.exe", conditions=(RunsAs(("bob",)),))])]
    )
    assert other != BY_CHILD
    united = other | BY_CHILD
    for user in ("ann", "bob"):
        assert united.verdict(Process("agent.exe", user=user), "boss.exe") is Verdict.EXPECTED


@pytest.mark.parametrize("value", [7, RunsAs, "signed", None])
def test_what_is_no_condition_is_refused(value: Any) -> None:
    with pytest.raises(InvalidArgument, match=r"^conditions = "):
        ExpectedImage("boss.exe", conditions=(value,))


SYSTEM32 = r"C:\Windows\System32"
LINE = Fact.PARENT_COMMAND_LINE


@pytest.mark.parametrize(
    ("condition", "held", "refused", "absent", "words"),
    [
        (
            InDirectories(Fact.CHILD_PATH, (SYSTEM32, r"C:\A\*")),
            [r"c:\windows\system32", r"c:\a\b", r"\device\harddiskvolume3\windows\system32"],
            [r"c:\windows", r"e:\windows\system32", r"c:\a\b\c"],
            True,
            rf"the child in {SYSTEM32} or C:\A\*",
        ),
        (HasNoFile(Fact.PARENT_PATH), [], [r"c:\temp"], True, "the parent without an image file"),
        (
            HasArguments(Fact.CHILD_COMMAND_LINE, ("-a", "-b")),
            ["x -b -a", "x -A -B c"],
            ["x -a", "-a -b", "x '-a -b'"],
            False,
            "the child's command line has -a and -b",
        ),
        (
            HasArguments(LINE, ("-a", "-b"), holds_when_absent=True, any_will_do=True),
            ["x -b", "x -a"],
            ["x", "x -ab"],
            True,
            "the parent's command line has -a or -b",
        ),
        (
            InServiceGroup(("netsvcs", "LocalService:Time")),
            ["x -k NetSvcs -p", "x -k localservice", "x -k LocalService -s time"],
            ["x", "x -k other", "x -k LocalService -s w32", "x -k netsvcs -k other"],
            True,
            "the parent is the service host of netsvcs or LocalService:Time",
        ),
        (
            HostsService(("one", "two")),
            ["x -s ONE"],
            ["x", "x -s three"],
            False,
            "the parent hosts one or two",
        ),
        (BearsItsOwnName("a.exe"), ["A.EXE", "-"], ["b.exe"], True, "the original file name of a.exe"),
        (SignedBy(Fact.CHILD_SIGNER, "ACME"), ["acme"], ["Other", "ACME Ltd"], True, "signed by ACME"),
        (HasIntegrity("High"), ["12288", "HIGH"], ["Low"], True, "the child's integrity is High"),
        (OnRelease("10+"), ["11", "Server 2019"], ["7"], True, "on Windows 10+"),
    ],
)
def test_each_condition_holds_for_what_it_says_and_for_nothing_else(
    condition: Condition, held: list[str], refused: list[str], words: str, *, absent: bool
) -> None:
    assert [value for value in (*held, *refused) if condition.holds(value)] == held
    assert condition.holds_when_absent is absent
    assert condition.words() == words


@pytest.mark.parametrize(
    ("condition", "test"),
    [
        (
            InDirectories(Fact.CHILD_PATH, (SYSTEM32,)),
            conditions.Test(Fact.CHILD_PATH, Operator.IN_DIRECTORY, (SYSTEM32,)),
        ),
        (SignedBy(Fact.CHILD_SIGNER, "ACME"), conditions.Test(Fact.CHILD_SIGNER, Operator.EQUALS, ("ACME",))),
        (HasIntegrity("High"), conditions.Test(Fact.CHILD_INTEGRITY, Operator.EQUALS, ("High",))),
        (HasNoFile(Fact.PARENT_PATH), conditions.Test(Fact.PARENT_PATH, Operator.IN_DIRECTORY, ())),
        (
            HasArguments(Fact.CHILD_COMMAND_LINE, ("-k", "a*")),
            conditions.Test(
                Fact.CHILD_COMMAND_LINE,
                Operator.MATCHES,
                (r'[ \t]"?\-k"?(?:[ \t]|$)', r'[ \t]"?a[^"]*"?(?:[ \t]|$)'),
            ),
        ),
        (
            HasArguments(Fact.PARENT_COMMAND_LINE, ("-k",), any_will_do=True),
            conditions.Test(Fact.PARENT_COMMAND_LINE, Operator.MATCHES_ANY, (r'[ \t]"?\-k"?(?:[ \t]|$)',)),
        ),
        (
            InServiceGroup(("NetSvcs", "dcomlaunch:LSM")),
            conditions.Test(
                Fact.PARENT_COMMAND_LINE,
                Operator.MATCHES_ANY,
                (
                    r"(?:^|\s)[-/]k\s+netsvcs(?:\s|$)",
                    r"(?:^|\s)[-/]k\s+dcomlaunch(?:\s+-p)?(?:\s+-s\s+lsm)?\s*$",
                ),
            ),
        ),
        (
            HostsService(("w32time",)),
            conditions.Test(
                Fact.PARENT_COMMAND_LINE,
                Operator.MATCHES_ANY,
                (r'[ \t]"?\-s"?[ \t]+"?w32time"?(?:[ \t]|$)',),
            ),
        ),
        (BearsItsOwnName("a.exe"), None),
        (OnRelease("10+"), None),
    ],
)
def test_each_condition_has_a_portable_form_or_says_that_it_has_none(
    condition: Condition, test: conditions.Test | None
) -> None:
    assert condition.test() == test
