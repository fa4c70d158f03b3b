"""The lint of the catalog: what must hold of every row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import attrs
import pytest

from parentchild import catalog
from parentchild.catalog.boot import XP
from parentchild.catalog.confidence import EVIDENCE, rated
from parentchild.catalog.launches import LAUNCHES
from parentchild.catalog.optional_children import OPTIONAL
from parentchild.catalog.spellings import SPELLINGS
from parentchild.catalog.vendors import VENDOR_RELATIONS
from parentchild.events import Process
from parentchild.relations.compiled import CompiledRelations, compiled
from parentchild.relations.evaluation import Reason, Verdict, evaluate
from parentchild.relations.registry import RelationRegistry
from parentchild.relations.relation import (
    Confidence,
    ExpectedChildren,
    ExpectedImage,
    ExpectedLaunch,
    ExpectedParents,
    Relation,
    Tier,
)
from parentchild.relations.severity import Severity
from parentchild.windows import releases
from parentchild.windows.arguments import compiled as pattern_of
from parentchild.windows.names import fold, image_name
from parentchild.windows.programs import ProgramKind, kind_of
from tests.catalog.examples import (
    DEFAULT_ROWS,
    PACK_ROWS,
    WHOLE_ROWS,
    WITH_FILE,
    alone,
    images,
    launch_example,
    meeting,
    rows,
    subject,
    whole,
)

UNLISTED = "notepad++.exe"
"""An image that no relation expects at either end."""

ROWS = tuple(rows())
ROW_IDS = [
    f"{subject(relation)}{image.name}{'-' + image.pack if image.pack else ''}" for relation, image in ROWS
]


def some_rows(keep: Callable[[Relation, ExpectedImage], bool]) -> pytest.MarkDecorator:
    kept = [(row, row_id) for row, row_id in zip(ROWS, ROW_IDS, strict=True) if keep(*row)]
    return pytest.mark.parametrize(
        ("relation", "image"), [row for row, _ in kept], ids=[row_id for _, row_id in kept]
    )


each_relation = pytest.mark.parametrize("relation", WHOLE_ROWS, ids=subject)
each_row = pytest.mark.parametrize(("relation", "image"), ROWS, ids=ROW_IDS)
each_launch = pytest.mark.parametrize("relation", LAUNCHES, ids=subject)


def table_of(relation: Relation) -> CompiledRelations:
    return compiled(whole(relation))


def verdict(relation: Relation, child: Process, parent: Process, windows: str) -> Verdict:
    return evaluate(table_of(relation), child, parent, windows=windows).verdict


def directories_of(relation: Relation) -> tuple[str, ...]:
    return relation.refused_directories if isinstance(relation, ExpectedChildren) else relation.directories


@each_relation
def test_relation_says_why_and_from_where(relation: Relation) -> None:
    assert re.fullmatch(r"[A-Za-z].*\.", relation.why), "why must be a sentence"
    assert relation.sources


@each_row
def test_row_says_why_and_from_where(relation: Relation, image: ExpectedImage) -> None:
    assert image.why, subject(relation)
    assert not image.why.endswith("."), "why is a part of a sentence"
    assert image.sources


@pytest.mark.parametrize("relation", [*WHOLE_ROWS, *VENDOR_RELATIONS], ids=subject)
def test_confidence_follows_from_the_sources(relation: Relation) -> None:
    assert rated(relation) == (relation,)
    for each in (relation, *images(relation)):
        assert (each.confidence is Confidence.RECORDED) == (not EVIDENCE.isdisjoint(each.sources))


@each_row
def test_names_are_canonical(relation: Relation, image: ExpectedImage) -> None:
    own = subject(relation).removesuffix("->")
    for name in (own, image.name):
        assert name == fold(name) == image_name(name)
        assert name.isascii()


@each_row
def test_no_row_is_a_wildcard(relation: Relation, image: ExpectedImage) -> None:
    """A name with a star would swallow rows of the core beside it."""
    assert not set("*?") & set(image.name), subject(relation)


@pytest.mark.parametrize("relation", [*WHOLE_ROWS, *VENDOR_RELATIONS], ids=subject)
def test_no_star_stands_for_a_part_of_a_directory_that_others_could_name(relation: Relation) -> None:
    r"""`C:\Program Files*` would let `C:\Program FilesX` in; .NET's `Framework*` lies in Windows."""
    for image in images(relation):
        for directory in (*image.directories, *image.counterpart_directories, *directories_of(relation)):
            plain, _, rest = directory.removesuffix("**").partition("*")
            assert re.match(r"C:\\", plain), directory
            assert plain.endswith("\\") or (not rest and plain == directory) or plain.count("\\") > 1, (
                directory
            )
            assert "**" not in rest


TRUSTED = (
    "C:\\Windows",
    "C:\\Program Files",
    "C:\\ProgramData\\Microsoft\\",
    "C:\\$WINDOWS.~BT",
    "C:\\$WinREAgent",
)


@pytest.mark.parametrize("relation", DEFAULT_ROWS, ids=subject)
def test_only_packs_trust_directories_that_users_can_write(relation: Relation) -> None:
    own = () if isinstance(relation, ExpectedChildren) else relation.directories
    for directory in (*own, *(each for image in images(relation) for each in image.directories)):
        assert directory.startswith(TRUSTED)
        assert not directory.startswith(("C:\\Windows\\Temp", "C:\\Windows\\Tasks"))


@some_rows(lambda _, image: image.tier is Tier.VENDOR)
def test_every_row_of_a_vendor_pins_its_directory(relation: Relation, image: ExpectedImage) -> None:
    assert image.directories, subject(relation)


@each_row
def test_versions_are_known_and_hold_where_the_relation_does(
    relation: Relation, image: ExpectedImage
) -> None:
    first, last = releases.bounds(image.windows)
    low, high = releases.bounds(relation.windows)
    assert first <= high, "the row ends before the relation begins"
    assert low <= last, "the row begins after the relation ends"


@pytest.mark.parametrize("relation", [*WHOLE_ROWS, *VENDOR_RELATIONS], ids=subject)
def test_each_image_is_spelled_as_its_maker_spells_it(relation: Relation) -> None:
    known = {fold(spelling) for spelling in SPELLINGS}
    names = {subject(relation).strip("=").removesuffix("->"), *(image.name for image in images(relation))}
    assert names <= known
    assert {fold(catalog.spelled(name)) for name in names} == names


def test_spellings_are_of_the_catalog_and_each_once() -> None:
    every = (*WHOLE_ROWS, *VENDOR_RELATIONS)
    used = {subject(relation).strip("=").removesuffix("->") for relation in every}
    used |= {image.name for relation in every for image in images(relation)}
    used |= {image.name for each in every if isinstance(each, ExpectedParents) for image in each.creators}
    spelled = [fold(spelling) for spelling in SPELLINGS]
    assert max(Counter(spelled).values()) == 1
    assert set(spelled) == used


def test_no_relation_is_there_twice() -> None:
    for relations in (DEFAULT_ROWS, OPTIONAL, XP, VENDOR_RELATIONS, PACK_ROWS):
        assert max(Counter(map(subject, relations)).values()) == 1 or relations is VENDOR_RELATIONS


@each_relation
def test_no_row_is_there_twice(relation: Relation) -> None:
    assert len(images(relation)) == len(set(images(relation)))


@each_row
def test_packs_are_vendors_and_vendors_are_packs(relation: Relation, image: ExpectedImage) -> None:
    assert (image.tier is Tier.VENDOR) == bool(image.pack), subject(relation)
    assert image.tier is not Tier.LOCAL


def test_the_default_holds_no_vendor_and_nothing_of_windows_xp() -> None:
    default = catalog.DEFAULT_RELATIONS
    assert default.without_tier(Tier.VENDOR) == default
    assert not [r for r in default.relations for image in images(r) if releases.bounds(image.windows)[1] == 0]


@pytest.mark.parametrize("relation", WITH_FILE, ids=subject)
def test_relation_of_an_image_with_a_file_says_where_it_lies(relation: ExpectedParents) -> None:
    assert relation.directories
    assert relation.session
    assert any(image.tier is Tier.CORE for image in relation.parents)


def test_severities_differ_by_what_is_at_stake() -> None:
    default = catalog.DEFAULT_RELATIONS
    critical = {name for name, relation in default.items() if relation.severity is Severity.CRITICAL}
    assert critical == {"smss.exe", "csrss.exe", "wininit.exe", "winlogon.exe", "services.exe", "lsass.exe"}
    assert len({relation.severity for relation in default.relations}) == 4


def test_a_parent_that_exits_is_told_for_what_a_session_manager_copy_starts() -> None:
    default = catalog.DEFAULT_RELATIONS
    exits = {name for name, relation in default.items() if relation.parent_exits}
    assert exits == {"csrss.exe", "wininit.exe", "winlogon.exe"}


@pytest.mark.parametrize("relation", [*WHOLE_ROWS, *VENDOR_RELATIONS], ids=subject)
def test_patterns_of_arguments_are_patterns(relation: Relation) -> None:
    own = () if isinstance(relation, ExpectedChildren) else relation.arguments
    for pattern in (
        *own,
        *(p for image in images(relation) for p in (*image.arguments, *image.parent_arguments)),
    ):
        assert pattern_of(pattern).arguments


# examples: each row with its conditions met, and not met ------------------------------------------------


@each_row
def test_a_creation_that_meets_the_row_is_expected(relation: Relation, image: ExpectedImage) -> None:
    assert isinstance(relation, ExpectedParents | ExpectedChildren)
    assert verdict(relation, *meeting(relation, image)) is Verdict.EXPECTED


def is_refused(relation: Relation) -> bool:
    return not (isinstance(relation, ExpectedChildren) and relation.is_open)


@some_rows(lambda relation, _: is_refused(relation))
def test_an_unlisted_image_in_the_place_of_the_row_is_a_mismatch(
    relation: Relation, image: ExpectedImage
) -> None:
    assert isinstance(relation, ExpectedParents | ExpectedChildren)
    child, parent, windows = meeting(relation, image)
    other = Process(UNLISTED, path=rf"C:\Users\ann\{UNLISTED}", command_line=child.command_line)
    pair = (child, other) if isinstance(relation, ExpectedParents) else (other, parent)
    assert verdict(relation, *pair, windows) is Verdict.MISMATCH


@some_rows(lambda relation, image: bool(image.directories) and is_refused(relation))
def test_the_image_in_another_directory_is_a_mismatch(relation: Relation, image: ExpectedImage) -> None:
    assert isinstance(relation, ExpectedParents | ExpectedChildren)
    child, parent, windows = meeting(relation, image)
    elsewhere = rf"C:\Users\ann\Downloads\{image.name}"
    if isinstance(relation, ExpectedParents):
        parent = attrs.evolve(parent, path=elsewhere)
    else:
        child = attrs.evolve(child, path=elsewhere)
    assert verdict(relation, child, parent, windows) is Verdict.MISMATCH


@some_rows(lambda relation, image: bool(image.directories) and is_refused(relation))
def test_a_directory_that_only_begins_like_the_right_one_is_a_mismatch(
    relation: Relation, image: ExpectedImage
) -> None:
    assert isinstance(relation, ExpectedParents | ExpectedChildren)
    child, parent, windows = meeting(relation, image)
    process = parent if isinstance(relation, ExpectedParents) else child
    assert process.path is not None
    root, _, rest = process.path.partition("C:\\")[2].partition("\\")
    moved = attrs.evolve(process, path=f"C:\\{root}X\\{rest}")
    pair = (child, moved) if isinstance(relation, ExpectedParents) else (moved, parent)
    assert verdict(relation, *pair, windows) is Verdict.MISMATCH


@some_rows(
    lambda relation, image: (
        bool(image.arguments or image.parent_arguments)
        and is_refused(relation)
        and not (image.parent_arguments and not isinstance(relation, ExpectedParents))
    )
)
def test_without_its_command_line_the_row_does_not_count(relation: Relation, image: ExpectedImage) -> None:
    assert isinstance(relation, ExpectedParents | ExpectedChildren)
    child, parent, windows = meeting(relation, image)
    row = alone(relation, image)
    child = attrs.evolve(child, command_line=None)
    if not (isinstance(relation, ExpectedChildren) and relation.services):
        parent = attrs.evolve(parent, command_line=None)
    found = evaluate(compiled([row]), child, parent, windows=windows).verdict
    assert found is Verdict.MISMATCH


@some_rows(lambda _, image: bool(image.service_groups))
def test_another_service_host_does_not_count_and_one_without_a_line_does(
    relation: Relation, image: ExpectedImage
) -> None:
    assert isinstance(relation, ExpectedParents)
    child, parent, windows = meeting(relation, image)
    row = alone(relation, image)
    for line, expected in (
        (r"C:\Windows\System32\svchost.exe -k LocalService -p -s nsi", Verdict.MISMATCH),
        (r"C:\Windows\System32\svchost.exe", Verdict.MISMATCH),
        (None, Verdict.EXPECTED),
    ):
        host = attrs.evolve(parent, command_line=line)
        assert evaluate(compiled([row]), child, host, windows=windows).verdict is expected


@each_row
def test_on_another_release_the_row_does_not_count(relation: Relation, image: ExpectedImage) -> None:
    assert isinstance(relation, ExpectedParents | ExpectedChildren)
    low, high = releases.bounds(image.windows)
    others = [each for i, each in enumerate(releases.RELEASES) if not low <= i <= high]
    child, parent, _ = meeting(relation, image)
    table = compiled([alone(relation, image)])
    closed = is_refused(relation)
    for other in others:
        found = evaluate(table, child, parent, windows=other).verdict
        assert not closed or found is not Verdict.EXPECTED


@pytest.mark.parametrize("relation", WITH_FILE, ids=subject)
def test_the_image_itself_in_another_directory_is_a_mismatch(relation: ExpectedParents) -> None:
    found = catalog.DEFAULT_RELATIONS.evaluate(
        relation.child, relation.parents[0].name, child_path=rf"C:\Users\ann\{relation.child}"
    )
    assert Reason.MISPLACED_IMAGE in found.reasons


@pytest.mark.parametrize(
    "relation",
    [r for r in WITH_FILE if r.arguments and not any(image.conditions for image in r.parents)],  # may be bare
    ids=subject,
)
def test_the_image_without_its_arguments_is_a_mismatch_and_without_a_line_is_not(
    relation: ExpectedParents,
) -> None:
    child, parent, windows = meeting(relation, relation.parents[0])
    bare = attrs.evolve(child, command_line=f'"{child.path}"')
    unknown = attrs.evolve(child, command_line=None)
    table = catalog.DEFAULT_RELATIONS.compiled
    assert evaluate(table, child, parent, windows=windows).verdict is Verdict.EXPECTED
    assert evaluate(table, bare, parent, windows=windows).reasons == (Reason.UNEXPECTED_ARGUMENTS,)
    assert evaluate(table, unknown, parent, windows=windows).verdict is Verdict.EXPECTED


@each_launch
def test_an_image_is_started_from_where_it_lies_by_anybody(relation: ExpectedLaunch) -> None:
    process = launch_example(relation)
    anybody = Process(UNLISTED, path=rf"C:\Program Files\x\{UNLISTED}")
    table = catalog.DEFAULT_RELATIONS.compiled
    assert evaluate(table, process, anybody).verdict is Verdict.EXPECTED
    elsewhere = attrs.evolve(process, path=rf"C:\Users\ann\{relation.image}")
    assert evaluate(table, elsewhere, anybody).reasons == (Reason.MISPLACED_IMAGE,)
    assert evaluate(table, attrs.evolve(process, path=None), anybody).verdict is Verdict.EXPECTED


@each_launch
@pytest.mark.parametrize(
    "directory",
    [
        r"C:\$WINDOWS.~BT\NewOS\Windows\System32",
        r"C:\Windows\SoftwareDistribution\Download\0123abcd\amd64",
        r"C:\Windows\SystemTemp\x.tmp",
        r"C:\Windows\WinSxS\amd64_microsoft-windows-x_31bf3856ad364e35_10.0.1_none_0",
        r"C:\Windows\UUS\amd64",
    ],
)
def test_upgrades_and_servicing_run_images_from_their_own_directories(
    relation: ExpectedLaunch, directory: str
) -> None:
    process = attrs.evolve(launch_example(relation), path=rf"{directory}\{relation.image}")
    anybody = Process(UNLISTED, path=rf"C:\Program Files\x\{UNLISTED}")
    assert evaluate(catalog.DEFAULT_RELATIONS.compiled, process, anybody).verdict is Verdict.EXPECTED


@each_launch
@pytest.mark.parametrize(
    "directory",
    [
        r"C:\Windows\SoftwareDistribution\DataStore",
        r"C:\Windows\Temp",
        r"C:\Windows\Tasks",
        r"C:\WindowsX\System32",
    ],
)
def test_no_other_directory_of_windows_holds_images(relation: ExpectedLaunch, directory: str) -> None:
    process = attrs.evolve(launch_example(relation), path=rf"{directory}\{relation.image}")
    found = catalog.DEFAULT_RELATIONS.evaluate(process, UNLISTED)
    assert found.reasons == (Reason.MISPLACED_IMAGE,)


@pytest.mark.parametrize(
    ("image", "own"),
    [
        ("utilman.exe", "utilman2.exe"),
        ("sethc.exe", "sethc.exe"),
        ("osk.exe", "osk.exe"),
        ("magnify.exe", "ScreenMagnifier.exe"),
        ("narrator.exe", "SR.exe"),
        ("displayswitch.exe", "DisplaySwitch.exe"),
        ("atbroker.exe", "ATBroker.exe.MUI"),
    ],
)
def test_another_program_under_the_name_of_one_on_the_log_on_screen_is_a_finding(
    image: str, own: str
) -> None:
    winlogon = Process("winlogon.exe", path=r"C:\Windows\System32\winlogon.exe")
    process = Process(image, path=rf"C:\Windows\System32\{image}", original_name=own)
    table = catalog.DEFAULT_RELATIONS.compiled
    for parent in (winlogon, Process(UNLISTED)):
        assert evaluate(table, attrs.evolve(process, original_name="Cmd.Exe"), parent).reasons[0] is (
            Reason.RENAMED_IMAGE
        )
    assert evaluate(table, process, Process(UNLISTED)).verdict is Verdict.EXPECTED


def test_about_sixty_images_are_watched_by_their_place_alone() -> None:
    launches = catalog.DEFAULT_RELATIONS.expected_launches
    assert len([name for name in launches if name not in catalog.DEFAULT_RELATIONS]) == len(launches) == 64


@pytest.mark.parametrize(
    "relation", [r for r in DEFAULT_ROWS if isinstance(r, ExpectedChildren)], ids=subject
)
def test_a_shell_is_no_child_of_a_watched_parent(relation: ExpectedChildren) -> None:
    line = f"{relation.parent} -k netsvcs -s {relation.services[0]}" if relation.services else None
    parent = Process(relation.parent, command_line=line)
    found = catalog.DEFAULT_RELATIONS.evaluate("cmd.exe", parent)
    assert found.reasons == (Reason.UNEXPECTED_CHILD,)
    assert found.severity >= Severity.HIGH


def test_an_unlisted_child_of_the_log_on_matters_less_than_a_shell() -> None:
    default = catalog.DEFAULT_RELATIONS
    for parent in ("winlogon.exe", "taskhostw.exe", "spoolsv.exe"):
        assert default.evaluate("acme.exe", parent).severity is Severity.LOW
        for shell in ("cmd.exe", "powershell.exe", "mshta.exe"):
            assert kind_of(shell, None) in {ProgramKind.SHELL, ProgramKind.SCRIPT_HOST}
            assert default.evaluate(shell, parent).severity is Severity.HIGH


def test_joining_what_is_there_changes_nothing() -> None:
    default = catalog.DEFAULT_RELATIONS
    assert default | default == default
    assert RelationRegistry(DEFAULT_ROWS) == default
