"""Families: findings that differ only in random or versioned parts are one, and no finding is in two."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parentchild.hunting.families import families_of, family_key, shape_of
from tests.hunting.findings_of import TEMP, events, found, report, wrong

thorough = settings(max_examples=100, deadline=None)


@pytest.mark.parametrize(
    ("names", "shape"),
    [
        (("is-ab12c.tmp", "is-00000.tmp", "is-qwert.tmp"), "is-*.tmp"),
        (("msi1f.tmp", "msi9.tmp", "msiabcd.tmp"), "msi*.tmp"),
        (("app-1.2.3.exe", "app-10.0.exe"), "app-*.exe"),
        (("nsu1a2b.tmp", "nsqffff.tmp", "nsz4.tmp"), "ns*.tmp"),
        (("{9ba05972-f6a8-11cf-a442-00a0c90a8f39}.exe", "9ba05972-f6a8-11cf-a442-00a0c90a8f30.exe"), "*.exe"),
        (("update_4.12.1_x64.exe", "update_5.0_x64.exe"), "update_*_x64.exe"),
        (
            (r"c:\program files (x86)\acme\4.1.2", r"c:\program files (x86)\acme\5.0.0"),
            r"c:\program files (x86)\acme\*",
        ),
    ],
)
def test_names_that_differ_by_chance_or_version_have_one_shape(names: tuple[str, ...], shape: str) -> None:
    assert {shape_of(name) for name in names} == {shape}


@pytest.mark.parametrize(
    "names",
    [("rundll32.exe", "rundll64.exe"), ("agent32.exe", "agent64.exe"), ("powershell.exe", "pwsh.exe"),
     ("msi.tmp", "is.tmp"), ("msiexec.exe", "msinfo32.exe"), ("install.exe", "is-1.tmp"),
     ("msinfo32.exe", "msi1f32.exe"), ("nslookup.exe", "nst.exe")],
)  # fmt: skip
def test_programs_that_differ_keep_shapes_of_their_own(names: tuple[str, str]) -> None:
    assert shape_of(names[0]) != shape_of(names[1])


@thorough
@given(st.lists(events(), max_size=30), st.randoms())
def test_every_finding_is_in_exactly_one_family_whatever_their_order(
    given_events: list[Any], chance: Any
) -> None:
    findings = list(found(*given_events))
    families = families_of(findings)
    members = [finding.uid for family in families for finding in family.members]
    assert sorted(members) == sorted(finding.uid for finding in findings)
    chance.shuffle(findings)
    assert families_of(findings) == families
    for family in families:
        assert {family_key(finding) for finding in family.members} == {
            (family.child, family.parent, family.reasons, family.directory)
        }
        assert family.risk_score == max(finding.risk_score for finding in family.members)
        assert family.severity == max(finding.severity for finding in family.members)
        assert set(family.devices) == {device for finding in family.members for device in finding.devices}
        assert family.occurrences == sum(finding.occurrences for finding in family.members)
        assert family.first_seen == family.earliest.first_seen
    ranks = [(-family.severity, -family.risk_score, family.device_count) for family in families]
    assert ranks == sorted(ranks)


@thorough
@given(st.text("is-m.\\tp0123456789abcdefx{}_~", max_size=40))
def test_a_shape_is_the_shape_of_itself_and_matches_what_it_stands_for(text: str) -> None:
    shape = shape_of(text)
    assert shape_of(shape) == shape or "*" in shape
    pattern = "".join(".*" if each == "*" else re.escape(each) for each in shape)
    assert re.fullmatch(pattern, text, re.DOTALL)


def test_installers_are_one_family_and_a_shell_among_them_is_another() -> None:
    installers = [
        wrong(rf"{TEMP}\is-{number:05}.tmp", device=f"ws-{number % 130}", second=number)
        for number in range(130)
    ]
    families = report(*installers, wrong(r"C:\Windows\System32\cmd.exe", device="ws-5")).families()
    assert [(family.parent, len(family.members), family.device_count) for family in families] == [
        ("cmd.exe", 1, 1),
        ("is-*.tmp", 130, 130),
    ]
    text = str(report(*installers, wrong(r"C:\Windows\System32\cmd.exe", device="ws-5")))
    assert "is-*.tmp: unexpected parent; 130 findings, 130 times on 130 devices, first on ws-0" in text
    assert "... and 129 more like it" in text
    assert len(text.splitlines()) < 40
