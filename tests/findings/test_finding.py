"""A finding is one event's whole story: all reasons, one id, one score, what to check next."""

from __future__ import annotations

import uuid
from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parentchild import Activity, Finding, Process, Reason, Severity
from parentchild.findings.devices import device_set_of
from parentchild.findings.finding import finding_order, finding_uid
from parentchild.findings.next_steps import next_steps
from parentchild.findings.risk import KIND_WEIGHTS, rarity, risk_score
from parentchild.windows.programs import ProgramKind
from tests.export.findings import FULL_EVENT, REASONS, START, findings, reason_sets


def finding(**given_: object) -> Finding:
    values: dict[str, object] = {
        "activity": Activity.CREATED,
        "reasons": (Reason.UNEXPECTED_PARENT,),
        "severity": Severity.HIGH,
        "child": "svchost.exe",
        "parent": "explorer.exe",
        "expected": ("services.exe",),
        "relation": None,
        "event": FULL_EVENT,
        "first_seen": START,
        "last_seen": START,
        "device_count": 1,
        "device_set": device_set_of(("ws-42",)),
    }
    return Finding(**{**values, **given_})  # type: ignore[arg-type]


# identity ---------------------------------------------------------------------------------------------


def test_reasons_are_declared_the_weightiest_first() -> None:
    assert [reason.value for reason in Reason] == [
        "spoofed-parent",
        "lookalike",
        "renamed-image",
        "unexpected-parent",
        "unexpected-child",
        "misplaced-image",
        "misplaced-parent",
        "unexpected-arguments",
        "self-copy",
        "unknown-parent",
    ]


def test_the_reason_is_the_first_of_the_reasons() -> None:
    both = (Reason.UNEXPECTED_PARENT, Reason.MISPLACED_IMAGE)
    assert finding(reasons=both).reason is Reason.UNEXPECTED_PARENT


texts = st.text(max_size=5)
keys = st.tuples(texts, texts, reason_sets(), texts)


@given(keys, keys)
def test_two_findings_have_one_uid_only_if_child_parent_reasons_and_directory_are_the_same(
    one: tuple[str, str, tuple[Reason, ...], str], other: tuple[str, str, tuple[Reason, ...], str]
) -> None:
    assert (finding_uid(*one) == finding_uid(*other)) is (one == other)
    assert uuid.UUID(finding_uid(*one)).version == 5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a\nb", "c"), ("a", "b\nc")),
        (('a", "b', "c"), ("a", 'b", "c')),
        (("\ud83d\ude00", ""), ("\U0001f600", "")),
        (("\ud800", ""), ("\\ud800", "")),
    ],
)
def test_names_made_to_collide_do_not(one: tuple[str, str], other: tuple[str, str]) -> None:
    reasons = (Reason.UNEXPECTED_PARENT,)
    assert finding_uid(*one, reasons) != finding_uid(*other, reasons)


def test_a_uid_does_not_change_when_devices_join() -> None:
    spread = finding(activity=Activity.UPDATED, device_count=9, occurrences=70, severity=Severity.LOW)
    assert spread.uid == finding().uid


def test_the_same_pair_in_two_directories_is_two_findings() -> None:
    reasons = (Reason.MISPLACED_IMAGE,)
    uids = {finding(reasons=reasons, directory=each).uid for each in (r"c:\sandbox", r"c:\programdata")}
    assert len(uids) == 2


# score and order -----------------------------------------------------------------------------------


def score(parent: str, reasons: tuple[Reason, ...] = (Reason.UNEXPECTED_PARENT,), **counts: int) -> int:
    event = attrs.evolve(FULL_EVENT, parent=Process(parent), creator=Process("evil.exe"))
    counts = {"device_count": 1, "occurrences": 1, **counts}
    return risk_score(Severity.HIGH, reasons, event, **counts)


def test_the_score_is_severity_then_kind_then_rarity() -> None:
    assert score("wscript.exe") == 20 * 3 + 1 + KIND_WEIGHTS[ProgramKind.SCRIPT_HOST] + 9
    assert score("unheard-of.exe", device_count=4, occurrences=8) == (
        61 + KIND_WEIGHTS[ProgramKind.UNKNOWN] + 9 - 2 - 1
    )


def test_a_script_host_ranks_first_and_program_files_last() -> None:
    ranked = [
        score("wscript.exe"),
        score(r"C:\Users\ann\x.exe"),
        score(r"C:\Windows\System32\msra.exe"),
        score(r"C:\Users\ann\AppData\Local\Temp\is-7K2F9.tmp\setup.tmp"),
        score(r"C:\Program Files\Acme\agent.exe"),
    ]
    assert ranked == sorted(ranked, reverse=True)
    assert len(set(ranked)) == 5


def test_a_spoofed_parent_is_scored_by_who_made_the_call() -> None:
    reasons = (Reason.SPOOFED_PARENT,)
    assert score("wscript.exe", reasons) == score("services.exe", reasons)


def test_kinds_of_programs_weigh_from_nought_to_ten() -> None:
    assert set(KIND_WEIGHTS) == set(ProgramKind)
    assert (min(KIND_WEIGHTS.values()), max(KIND_WEIGHTS.values())) == (0, 10)


@given(findings(), findings())
def test_ranking_by_severity_then_score_is_ranking_by_score(one: Finding, other: Finding) -> None:
    for each in (one, other):
        assert 20 * (each.severity - 1) < each.risk_score <= 20 * each.severity
    if one.severity > other.severity:
        assert one.risk_score > other.risk_score
    if one.risk_score > other.risk_score:
        assert finding_order(one) < finding_order(other)


counts = st.integers(0, 10**9)


@given(counts, counts, counts, counts)
def test_rarity_never_grows_with_devices_or_occurrences(
    devices: int, occurrences: int, more_devices: int, more_occurrences: int
) -> None:
    before = rarity(devices, occurrences)
    assert 0 <= rarity(devices + more_devices, occurrences + more_occurrences) <= before <= 9


def test_findings_of_one_score_are_listed_the_earliest_first() -> None:
    later = finding(first_seen=START + timedelta(seconds=1))
    assert sorted([later, finding()], key=finding_order) == [finding(), later]


# what it says -----------------------------------------------------------------------------------------


@given(findings())
def test_there_are_two_to_four_next_steps_each_once(any_finding: Finding) -> None:
    steps = any_finding.next_steps
    assert 2 <= len(steps) <= 4
    assert len(set(steps)) == len(steps)
    assert all(step.isprintable() and step.endswith(".") and "{" not in step for step in steps)


@pytest.mark.parametrize("reason", Reason)
def test_the_steps_of_a_reason_name_what_to_look_at(reason: Reason) -> None:
    steps = next_steps((reason,), event=FULL_EVENT, child="svchost.exe", parent="explorer.exe")
    known = ("svchost.exe", "explorer.exe", "evil.exe", "ws-42.contoso.com")
    assert any(name in " ".join(steps) for name in known)


def test_every_reason_has_its_step() -> None:
    reasons = (Reason.SPOOFED_PARENT, Reason.MISPLACED_IMAGE, Reason.UNEXPECTED_ARGUMENTS)
    steps = finding(reasons=reasons).next_steps
    assert steps[0].startswith("Look at evil.exe")
    assert steps[-1].startswith("Read the whole command line")


def test_techniques_are_those_of_all_reasons() -> None:
    both = finding(reasons=(Reason.SPOOFED_PARENT, Reason.MISPLACED_IMAGE))
    assert [each.id for each in both.attack] == ["T1134.004", "T1036.005"]


def test_an_inferred_parent_is_marked_in_text_html_and_row() -> None:
    inferred = finding(inference_age=timedelta(hours=3, minutes=4))
    assert inferred.parent_is_inferred
    row = inferred.to_dict()
    assert (row["parent_is_inferred"], row["parent_inferred_seconds"]) == (True, 11_040)
    for text in (inferred.explanation, str(inferred), inferred._repr_html_()):
        assert "parent looked up by pid, started 3 h earlier" in text
    logged = finding()
    assert not logged.parent_is_inferred
    assert (logged.to_dict()["parent_is_inferred"], logged.to_dict()["parent_inferred_seconds"]) == (
        False,
        None,
    )
    assert "looked up" not in str(logged)


def test_the_first_of_the_row_is_the_newest_schema() -> None:
    row = finding(reasons=REASONS[:2]).to_dict()
    assert (row["schema_version"], row["reason"], row["reasons"]) == (
        2,
        "spoofed-parent",
        ["spoofed-parent", "lookalike"],
    )
