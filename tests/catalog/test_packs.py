"""Vendor packs, optional packs, and the default narrowed to one release."""

from __future__ import annotations

import pytest

from parentchild import catalog
from parentchild.catalog.vendors import VENDOR_RELATIONS
from parentchild.errors import InvalidArgument
from parentchild.relations.evaluation import Verdict
from parentchild.relations.relation import ExpectedChildren, ExpectedImage, ExpectedParents
from parentchild.windows.releases import RELEASES
from tests.catalog.examples import images, meeting

DEFAULT = catalog.DEFAULT_RELATIONS


@pytest.mark.parametrize("pack", catalog.VENDORS)
def test_a_pack_is_joined_and_removed_by_its_name(pack: str) -> None:
    joined = DEFAULT | catalog.vendor(pack)
    assert joined != DEFAULT
    assert joined.without_pack(pack) == DEFAULT
    assert set(joined) == set(DEFAULT)
    assert catalog.vendor(pack) | DEFAULT == joined


@pytest.mark.parametrize("pack", catalog.VENDORS)
def test_a_pack_never_leaves_its_product_as_the_only_parent(pack: str) -> None:
    for child, relation in catalog.vendor(pack).items():
        assert set(DEFAULT[child].names) < set(relation.names)


@pytest.mark.parametrize(
    ("relation", "image"),
    [(relation, image) for relation in VENDOR_RELATIONS for image in images(relation)],
    ids=lambda each: getattr(each, "pack", "") and f"{each.pack}-{each.name}",
)
def test_vendor_images_are_findings_until_their_pack_is_joined(
    relation: ExpectedParents | ExpectedChildren, image: ExpectedImage
) -> None:
    child, parent, _ = meeting(relation, image)
    assert DEFAULT.verdict(child, parent) is Verdict.MISMATCH
    assert (DEFAULT | catalog.vendor(image.pack)).verdict(child, parent) is Verdict.EXPECTED


def test_a_pack_trusts_its_own_directory_alone() -> None:
    registry = DEFAULT | catalog.vendor("cisco")
    own = r"C:\Program Files\Cisco\AMP\8.4.0\sfc.exe"
    assert registry.verdict("svchost.exe", "sfc.exe", parent_path=own) is Verdict.EXPECTED
    windows = r"C:\Windows\System32\sfc.exe"
    assert registry.verdict("svchost.exe", "sfc.exe", parent_path=windows) is Verdict.MISMATCH


def test_a_password_filter_is_known_by_its_script() -> None:
    registry = DEFAULT | catalog.vendor("adpasswordsync")
    script = r"cmd.exe /c C:\AdPasswordSync\passwd.bat ann"
    assert registry.verdict("cmd.exe", "lsass.exe", command_line=script) is Verdict.EXPECTED
    assert registry.verdict("cmd.exe", "lsass.exe", command_line="cmd.exe") is Verdict.MISMATCH


def test_pack_names_are_compared_without_case() -> None:
    assert catalog.vendor("Sophos") == catalog.vendor("sophos")


def test_an_unknown_pack_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidArgument, match="absolute"):
        catalog.vendor("acme")


@pytest.mark.parametrize("name", sorted(catalog.OPTIONAL_PACKS))
def test_an_optional_pack_watches_what_the_default_does_not(name: str) -> None:
    pack = catalog.OPTIONAL_PACKS[name]
    watched = {*pack, *pack.expected_children}
    assert watched
    assert not set(pack) & set(DEFAULT)
    assert not set(pack.expected_children) & set(DEFAULT.expected_children)
    assert set(DEFAULT | pack) == set(DEFAULT) | set(pack)


def test_the_shell_as_an_optional_pack() -> None:
    registry = DEFAULT | catalog.OPTIONAL_PACKS["explorer"]
    assert registry.verdict("explorer.exe", "userinit.exe") is Verdict.EXPECTED
    assert registry.verdict("explorer.exe", "winword.exe") is Verdict.MISMATCH
    window = "explorer.exe /factory,{75dff2b7-6936-4c06-a8bb-676a7b00b24b} -Embedding"
    assert registry.verdict("explorer.exe", "svchost.exe", command_line=window) is Verdict.EXPECTED
    assert registry.verdict("expl0rer.exe", "cmd.exe") is Verdict.MISMATCH


def test_the_brokers_of_elevation_may_create_for_another() -> None:
    registry = DEFAULT | catalog.OPTIONAL_PACKS["shells"]
    assert registry.verdict("cmd.exe", "explorer.exe", creator="consent.exe") is Verdict.EXPECTED
    assert registry.verdict("cmd.exe", "explorer.exe", creator="svchost.exe") is Verdict.EXPECTED
    assert registry.verdict("cmd.exe", "explorer.exe", creator="winword.exe") is Verdict.MISMATCH
    assert registry.verdict("dllhost.exe", "svchost.exe", creator="consent.exe") is Verdict.EXPECTED
    assert registry.verdict("lsass.exe", "wininit.exe", creator="consent.exe") is Verdict.MISMATCH


def test_consoles_of_windows_7_as_an_optional_pack() -> None:
    registry = DEFAULT | catalog.OPTIONAL_PACKS["conhost"]
    assert registry.verdict("conhost.exe", "csrss.exe", windows="7") is Verdict.EXPECTED
    assert registry.verdict("conhost.exe", "cmd.exe", windows="7") is Verdict.MISMATCH


def test_optional_children_are_off_by_default() -> None:
    registry = DEFAULT | catalog.OPTIONAL_CHILDREN
    for parent in catalog.OPTIONAL_CHILDREN.expected_children:
        assert DEFAULT.verdict("cmd.exe", parent) is Verdict.EXPECTED
        assert DEFAULT.verdict("acme.exe", parent) is Verdict.UNWATCHED
        assert registry.verdict("cmd.exe", parent) is Verdict.MISMATCH
    assert not set(catalog.OPTIONAL_CHILDREN.expected_children) & set(DEFAULT.expected_children)


def test_log_on_scripts_and_server_core_are_children_of_userinit() -> None:
    registry = DEFAULT | catalog.OPTIONAL_CHILDREN
    script = r'cmd /c "\\corp.example\netlogon\map.cmd"'
    assert registry.verdict("cmd.exe", "userinit.exe", command_line=script) is Verdict.EXPECTED
    shell = "PowerShell.exe"
    assert registry.verdict("powershell.exe", "userinit.exe", command_line=shell) is Verdict.EXPECTED
    encoded = "PowerShell.exe -enc SQBFAFgA"
    assert registry.verdict("powershell.exe", "userinit.exe", command_line=encoded) is Verdict.MISMATCH


@pytest.mark.parametrize("release", RELEASES)
def test_a_release_has_its_own_session_manager(release: str) -> None:
    registry = catalog.for_windows(release)
    assert registry.verdict("smss.exe", "System") is Verdict.EXPECTED
    authority = "winlogon.exe" if release == "xp" else "wininit.exe"
    assert registry["lsass.exe"].names == (authority,)
    assert registry["services.exe"].names == (authority,)


def test_windows_7_is_narrower_than_the_default() -> None:
    seven = catalog.for_windows("7")
    assert seven["dwm.exe"].names == ("svchost.exe",)
    assert seven["lsm.exe"].names == ("wininit.exe",)
    assert "runtimebroker.exe" not in seven
    assert "taskhostw.exe" not in seven
    assert DEFAULT.verdict("dwm.exe", "winlogon.exe") is Verdict.EXPECTED
    assert seven.verdict("dwm.exe", "winlogon.exe") is Verdict.MISMATCH


def test_a_name_that_windows_gave_up_stays_watched_with_no_expected_parent() -> None:
    ten = catalog.for_windows("Server 2019")
    for gone in ("lsm.exe", "taskhost.exe", "taskhostex.exe"):
        assert ten[gone].names == ()
        assert ten.verdict(gone, "services.exe") is Verdict.MISMATCH


def test_the_default_accepts_old_releases_unless_told_which_one_it_is() -> None:
    assert DEFAULT.verdict("lsm.exe", "wininit.exe") is Verdict.EXPECTED
    assert DEFAULT.verdict("lsm.exe", "wininit.exe", windows="11") is Verdict.MISMATCH
    assert DEFAULT.verdict("lsass.exe", "winlogon.exe") is Verdict.MISMATCH


def test_an_unknown_release_is_refused() -> None:
    with pytest.raises(InvalidArgument):
        catalog.for_windows("12")
