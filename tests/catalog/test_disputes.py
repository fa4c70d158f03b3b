"""Every pair on which published tables disagree, held to what was decided."""

from __future__ import annotations

import pytest

from parentchild import catalog
from parentchild.catalog.disputes import Case, Dispute
from parentchild.relations.evaluation import Verdict

CASES = [
    pytest.param(case, id=f"{case.parent or 'nothing'}->{case.child}-{number}")
    for number, case in enumerate(each for dispute in catalog.DISPUTES for each in dispute.cases)
]


@pytest.mark.parametrize("case", CASES)
def test_decision_holds(case: Case) -> None:
    actual = catalog.DEFAULT_RELATIONS.verdict(
        case.child,
        case.parent,
        child_path=case.child_path,
        parent_path=case.parent_path,
        command_line=case.command_line,
        windows=case.windows,
    )
    assert actual is case.verdict


@pytest.mark.parametrize("dispute", catalog.DISPUTES, ids=lambda dispute: dispute.claim)
def test_dispute_says_who_why_and_from_where(dispute: Dispute) -> None:
    assert dispute.made_by
    assert dispute.denied_by
    assert dispute.decision
    assert dispute.why.endswith(".")
    assert dispute.sources
    assert dispute.cases


# errors of published tables, each by its name ------------------------------------------------------------


def verdict(child: str, parent: str, **known: str) -> Verdict:
    return catalog.DEFAULT_RELATIONS.verdict(child, parent, **known)


def test_csrss_is_watched_though_it_was_published_as_crmss_and_csmss() -> None:
    assert verdict("csrss.exe", "explorer.exe") is Verdict.MISMATCH
    assert "csmss.exe" not in catalog.DEFAULT_RELATIONS
    assert verdict("csmss.exe", "smss.exe") is Verdict.MISMATCH


def test_taskhost_is_watched_though_it_was_published_as_tashost() -> None:
    assert verdict("taskhost.exe", "cmd.exe") is Verdict.MISMATCH
    assert verdict("tashost.exe", "services.exe") is Verdict.MISMATCH


def test_a_full_path_is_compared_by_its_name() -> None:
    assert (
        verdict(r"C:\Windows\System32\svchost.exe", r"C:\Windows\System32\services.exe") is Verdict.EXPECTED
    )
    assert verdict(r"C:\Windows\System32\svchost.exe", r"C:\Windows\System32\cmd.exe") is Verdict.MISMATCH


def test_services_is_watched_though_a_slash_disabled_it() -> None:
    assert verdict("services.exe", "cmd.exe") is Verdict.MISMATCH


def test_system32_in_a_path_is_not_the_system_process() -> None:
    assert verdict("smss.exe", "cmd.exe", parent_path=r"C:\Windows\System32\cmd.exe") is Verdict.MISMATCH


def test_system_settings_is_not_the_system_process() -> None:
    assert verdict("smss.exe", "SystemSettings.exe") is Verdict.MISMATCH


def test_a_file_called_ntoskrnl_is_not_the_system_process() -> None:
    assert verdict("smss.exe", "ntoskrnl.exe") is Verdict.EXPECTED
    assert verdict("smss.exe", "ntoskrnl.exe", parent_path=r"C:\Windows\System32") is Verdict.EXPECTED
    assert verdict("smss.exe", "ntoskrnl.exe", parent_path=r"C:\Temp\ntoskrnl.exe") is Verdict.MISMATCH


def test_the_session_manager_at_boot_is_no_finding() -> None:
    assert verdict("smss.exe", "System") is Verdict.EXPECTED
    assert verdict("csrss.exe", "smss.exe") is Verdict.EXPECTED


def test_csrss_wininit_and_winlogon_have_a_known_parent_while_the_copy_lives() -> None:
    for child in ("csrss.exe", "wininit.exe", "winlogon.exe"):
        assert verdict(child, "smss.exe") is Verdict.EXPECTED


def test_copies_of_themselves_are_expected_of_no_image_but_the_session_manager() -> None:
    for child in catalog.DEFAULT_RELATIONS:
        expected = Verdict.EXPECTED if child == "smss.exe" else Verdict.MISMATCH
        assert verdict(child, child) is expected, child


def test_images_of_absolute_are_in_the_pack_of_absolute() -> None:
    registry = catalog.DEFAULT_RELATIONS | catalog.vendor("absolute")
    assert verdict("svchost.exe", "rpcnet.exe") is Verdict.MISMATCH
    assert registry.verdict("svchost.exe", "rpcnet.exe") is Verdict.EXPECTED
    assert registry.verdict("svchost.exe", "rpcnetp.exe") is Verdict.EXPECTED


def test_a_mandatory_label_in_the_place_of_the_parent_is_unknown() -> None:
    assert verdict("svchost.exe", "S-1-16-16384") is Verdict.UNKNOWN


def test_wermgr_may_be_started_by_any_failing_process() -> None:
    assert verdict("wermgr.exe", "SearchIndexer.exe") is Verdict.EXPECTED
    assert verdict("wermgr.exe", "lsass.exe") is Verdict.EXPECTED
