"""Techniques have the names of their version, and each reason has those that its evidence fits."""

from __future__ import annotations

import re

import pytest

from parentchild.catalog import DETECTION
from parentchild.errors import InvalidArgument
from parentchild.findings import attack
from parentchild.relations.evaluation import Reason

ALL = (
    attack.MASQUERADING,
    attack.RENAME_UTILITIES,
    attack.MATCH_NAME_OR_LOCATION,
    attack.PROCESS_INJECTION,
    attack.PROCESS_HOLLOWING,
    attack.PARENT_PID_SPOOFING,
)


@pytest.mark.parametrize("technique", ALL, ids=lambda technique: technique.id)
def test_technique_is_well_formed(technique: attack.Technique) -> None:
    assert re.fullmatch(r"T\d{4}(\.\d{3})?", technique.id)
    assert technique.tactics
    assert technique.name == technique.names[-1][1] == technique.name_in("20.0")
    assert [since for since, _ in technique.names] == sorted(since for since, _ in technique.names)
    assert technique.url.startswith("https://attack.mitre.org/techniques/T1")


@pytest.mark.parametrize(
    ("technique", "version", "name"),
    [
        (attack.RENAME_UTILITIES, "16.1", "Rename System Utilities"),
        (attack.RENAME_UTILITIES, "v17.0", "Rename Legitimate Utilities"),
        (attack.RENAME_UTILITIES, "20", "Rename Legitimate Utilities"),
        (attack.RENAME_UTILITIES, "7", "Rename System Utilities"),
        (attack.MATCH_NAME_OR_LOCATION, "16.1", "Match Legitimate Name or Location"),
        (attack.MATCH_NAME_OR_LOCATION, "18.1", "Match Legitimate Resource Name or Location"),
        (attack.PARENT_PID_SPOOFING, "19.2", "Parent PID Spoofing"),
    ],
)
def test_names_by_version(technique: attack.Technique, version: str, name: str) -> None:
    assert technique.name_in(version) == name


def test_tactic_was_renamed_in_v19_and_kept_its_id() -> None:
    assert attack.STEALTH.id == "TA0005"
    assert attack.STEALTH.name == "Stealth"
    assert attack.STEALTH.name_in("18.1") == "Defense Evasion"
    assert attack.STEALTH.name_in("19.0") == "Stealth"
    assert attack.PRIVILEGE_ESCALATION.name_in("9") == "Privilege Escalation"


@pytest.mark.parametrize("version", ["", "sixteen", "16.1.2", "1" * 9, "-1", "\u0661"])
def test_what_is_no_version_is_refused(version: str) -> None:
    with pytest.raises(InvalidArgument):
        attack.STEALTH.name_in(version)


@pytest.mark.parametrize("reason", Reason)
def test_no_reason_is_tagged_with_what_windows_does_not_have(reason: Reason) -> None:
    ids = [technique.id for technique in attack.techniques((reason,))]
    assert "T1036.009" not in ids
    assert ("T1036.003" in ids) is (reason is Reason.RENAMED_IMAGE)
    assert len(ids) == len(set(ids))


def test_each_reason_has_what_its_evidence_fits() -> None:
    likeliest = {reason: [each.id for each in attack.techniques((reason,))][:1] for reason in Reason}
    assert likeliest == {
        Reason.RENAMED_IMAGE: ["T1036.003"],
        Reason.UNEXPECTED_ARGUMENTS: ["T1055.012"],
        Reason.SELF_COPY: [],
        Reason.UNEXPECTED_PARENT: ["T1036.005"],
        Reason.UNEXPECTED_CHILD: ["T1055"],
        Reason.MISPLACED_PARENT: ["T1036.005"],
        Reason.MISPLACED_IMAGE: ["T1036.005"],
        Reason.SPOOFED_PARENT: ["T1134.004"],
        Reason.LOOKALIKE: ["T1036.005"],
        Reason.UNKNOWN_PARENT: [],
    }


def test_several_reasons_have_the_techniques_of_all_each_once() -> None:
    reasons = (Reason.SPOOFED_PARENT, Reason.MISPLACED_IMAGE, Reason.UNEXPECTED_PARENT)
    assert [each.id for each in attack.techniques(reasons)] == ["T1134.004", "T1036.005", "T1055.012"]


def test_the_detection_keeps_the_publisher_tag_and_says_what_fits() -> None:
    published = DETECTION.attack[0]
    assert (published.id, published.name_in("16.1")) == ("T1036.003", "Rename System Utilities")
    assert published.tactics[0].name_in("16.1") == "Defense Evasion"
    assert [technique.id for technique in DETECTION.fitting_attack] == ["T1036.005", "T1134.004"]


def test_the_detection_is_told_as_published() -> None:
    assert DETECTION.id == "0xFF-0080-Parent_Child_Mismatch_Common_Windows_Process-Win"
    assert DETECTION.title == "Parent Child Mismatch Common Windows Process"
    assert DETECTION.systems == ("WindowsEndpoint", "WindowsServer")
    assert DETECTION.false_positive_rate == "High"
    assert DETECTION.permission == "User"
    assert [source.event for source in DETECTION.data_sources] == [
        "ProcessCreated",
        "CreateRemoteThreadApiCall",
    ]
    assert [version.number for version in DETECTION.versions] == [
        "2.4",
        "2.3",
        "2.2",
        "2.1",
        "2.0",
        "1.1",
        "1.0",
    ]
    assert [version.date for version in DETECTION.versions] == sorted(
        (version.date for version in DETECTION.versions), reverse=True
    )
    assert DETECTION.implemented_version == "2.2"
    for prose in (
        DETECTION.considerations,
        DETECTION.false_positives,
        DETECTION.response_actions,
        DETECTION.blind_spots,
    ):
        assert prose
        assert all(sentence.endswith(".") for sentence in prose)
