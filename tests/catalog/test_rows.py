"""The lint of the catalog: what must hold of every row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

import attrs
import pytest

from parentchild import catalog
from parentchild.catalog.boot import BOOT, MINIMAL, XP
from parentchild.catalog.children import CHILDREN, OPTIONAL
from parentchild.catalog.services import SERVICES
from parentchild.catalog.session import SESSION
from parentchild.catalog.spellings import SPELLINGS
from parentchild.catalog.vendors import VENDOR_RELATIONS
from parentchild.events import Process
from parentchild.relations.evaluation import Verdict, evaluate
from parentchild.relations.registry import RelationRegistry
from parentchild.relations.relation import (
    HOME,
    ExpectedChildren,
    ExpectedImage,
    ExpectedParents,
    Relation,
    RelationTable,
    Tier,
)
from parentchild.relations.severity import Severity
from parentchild.windows import releases
from parentchild.windows.names import fold, image_name

DEFAULT_ROWS = (*BOOT, *SESSION, *SERVICES, *MINIMAL, *CHILDREN)
PACK_ROWS = tuple(relation for registry in catalog.OPTIONAL_PACKS.values() for relation in registry.relations)
WHOLE_ROWS = (*DEFAULT_ROWS, *XP, *OPTIONAL, *PACK_ROWS)
"""Every relation but the vendors', whose own facts are left out since they extend the default's."""

FOREIGN = "notepad++.exe"
"""An image that no relation expects at either end."""


def subject(relation: Relation) -> str:
    return relation.child if isinstance(relation, ExpectedParents) else f"{relation.parent}->"


def images(relation: Relation) -> tuple[ExpectedImage, ...]:
    return relation.parents if isinstance(relation, ExpectedParents) else relation.children


def rows() -> Iterator[tuple[Relation, ExpectedImage]]:
    for relation in (*WHOLE_ROWS, *VENDOR_RELATIONS):
        for image in images(relation):
            yield relation, image


ROWS = tuple(rows())
ROW_IDS = [
    f"{subject(relation)}{image.name}{'-' + image.pack if image.pack else ''}" for relation, image in ROWS
]


def some_rows(keep: Callable[[ExpectedImage], bool]) -> pytest.MarkDecorator:
    kept = [(row, row_id) for row, row_id in zip(ROWS, ROW_IDS, strict=True) if keep(row[1])]
    return pytest.mark.parametrize(
        ("relation", "image"), [row for row, _ in kept], ids=[row_id for _, row_id in kept]
    )


each_relation = pytest.mark.parametrize("relation", WHOLE_ROWS, ids=subject)
each_row = pytest.mark.parametrize(("relation", "image"), ROWS, ids=ROW_IDS)


@each_relation
def test_relation_says_why_and_from_where(relation: Relation) -> None:
    assert re.fullmatch(r"[A-Za-z].*\.", relation.why), "why must be a sentence"
    assert relation.sources


@each_row
def test_row_says_why_and_from_where(relation: Relation, image: ExpectedImage) -> None:
    assert image.why, subject(relation)
    assert not image.why.endswith("."), "why is a part of a sentence"
    assert image.sources


@each_row
def test_names_are_canonical(relation: Relation, image: ExpectedImage) -> None:
    own = relation.child if isinstance(relation, ExpectedParents) else relation.parent
    for name in (own, image.name):
        assert name == fold(name) == image_name(name)
        assert name.isascii()


@each_row
def test_no_row_is_a_wildcard(relation: Relation, image: ExpectedImage) -> None:
    """A name with a star would swallow rows of the core beside it."""
    assert not set("*?") & set(image.name), subject(relation)


@each_row
def test_a_star_in_a_directory_stands_for_one_component_below_a_plain_one(
    relation: Relation, image: ExpectedImage
) -> None:
    own = relation.directories if isinstance(relation, ExpectedParents) else ()
    for directory in (*own, *image.directories, *image.counterpart_directories):
        plain, _, rest = directory.partition("*")
        assert re.fullmatch(r"C:\\[^*]+", plain), directory
        assert "**" not in rest


@each_row
def test_only_vendor_packs_trust_directories_that_users_can_write(
    relation: Relation, image: ExpectedImage
) -> None:
    own = relation.directories if isinstance(relation, ExpectedParents) else ()
    trusted = (*own, *(image.directories if image.tier is not Tier.VENDOR else ()))
    for directory in trusted:
        assert directory.startswith(("C:\\Windows", "C:\\Program Files", "C:\\ProgramData\\Microsoft\\"))


@each_row
def test_versions_are_known_and_hold_where_the_relation_does(
    relation: Relation, image: ExpectedImage
) -> None:
    first, last = releases.bounds(image.windows)
    low, high = releases.bounds(relation.windows)
    assert first <= high, "the row ends before the relation begins"
    assert low <= last, "the row begins after the relation ends"


@each_row
def test_each_image_is_spelled_as_its_maker_spells_it(relation: Relation, image: ExpectedImage) -> None:
    own = relation.child if isinstance(relation, ExpectedParents) else relation.parent
    assert fold(catalog.spelled(image.name)) == image.name
    known = {fold(spelling) for spelling in SPELLINGS}
    assert {own, image.name} <= known


def test_spellings_are_of_the_catalog_and_each_once() -> None:
    used = {name for relation, image in ROWS for name in (subject(relation).removesuffix("->"), image.name)}
    used |= {image.name for registry in catalog.OPTIONAL_PACKS.values() for r in registry.values()
             for image in r.creators}  # fmt: skip
    spelled = [fold(spelling) for spelling in SPELLINGS]
    assert max(Counter(spelled).values()) == 1
    assert set(spelled) == used | {"consent.exe", "svchost.exe"}


def test_no_relation_is_there_twice() -> None:
    for relations in ((*DEFAULT_ROWS,), OPTIONAL, XP, VENDOR_RELATIONS, PACK_ROWS):
        assert max(Counter(map(subject, relations)).values()) == 1


@each_relation
def test_no_row_is_there_twice(relation: Relation) -> None:
    keys = [(image.name, image.command_line, image.pack, image.windows) for image in images(relation)]
    assert len(keys) == len(set(keys))


@each_row
def test_packs_are_vendors_and_vendors_are_packs(relation: Relation, image: ExpectedImage) -> None:
    assert (image.tier is Tier.VENDOR) == bool(image.pack), subject(relation)
    assert image.pack != HOME


def test_the_default_holds_no_vendor_and_nothing_of_windows_xp() -> None:
    default = catalog.DEFAULT_RELATIONS
    assert default.without_tier(Tier.VENDOR) == default
    assert not [r for r in default.relations for image in images(r) if releases.bounds(image.windows)[1] == 0]


@pytest.mark.parametrize("relation", [*BOOT, *SESSION, *SERVICES], ids=subject)
def test_relation_of_an_image_with_a_file_says_where_it_lies(relation: ExpectedParents) -> None:
    assert relation.directories
    assert relation.session
    assert relation.tier is Tier.CORE
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


# examples: each row with its conditions met, and not met ------------------------------------------------


def _path(name: str, directories: tuple[str, ...]) -> str | None:
    return f"{directories[0].replace('*', 'x')}\\{name}" if directories else None


def _release(*ranges: str) -> str:
    low = max(releases.bounds(each)[0] for each in ranges)
    return releases.RELEASES[low]


def _example(relation: Relation, image: ExpectedImage) -> tuple[Process, Process, str]:
    """Return child, parent and release of a creation in which every condition of the row holds."""
    own = relation.directories if isinstance(relation, ExpectedParents) else ()
    own = image.counterpart_directories or own
    release = _release(relation.windows, image.windows)
    if isinstance(relation, ExpectedParents):
        child = Process(relation.child, path=_path(relation.child, own), integrity=image.integrity)
        parent = Process(image.name, path=_path(image.name, image.directories), signer=image.signer)
    else:
        child = Process(image.name, path=_path(image.name, image.directories), signer=image.signer)
        parent = Process(relation.parent)
    if image.command_line:
        child = attrs.evolve(child, command_line=" ".join(image.command_line))
    if image.parent_command_line:
        parent = attrs.evolve(parent, command_line=" ".join(image.parent_command_line))
    return child, parent, release


def _table(relation: Relation) -> RelationTable:
    """Return the one relation, whole: a vendor's row with the default's relation that it extends."""
    if relation not in VENDOR_RELATIONS:
        return RelationTable.of([relation])
    default = catalog.DEFAULT_RELATIONS.table
    whole: Relation = (
        default.parents[relation.child]
        if isinstance(relation, ExpectedParents)
        else default.children[relation.parent]
    )
    return RelationTable.of([relation, whole])


@each_row
def test_a_creation_that_meets_the_row_is_expected(relation: Relation, image: ExpectedImage) -> None:
    child, parent, release = _example(relation, image)
    assert evaluate(_table(relation), child, parent, windows=release).verdict is Verdict.EXPECTED


@each_row
def test_a_foreign_image_in_the_place_of_the_row_is_a_mismatch(
    relation: Relation, image: ExpectedImage
) -> None:
    child, parent, release = _example(relation, image)
    if isinstance(relation, ExpectedParents):
        parent = Process(FOREIGN, path=rf"C:\Users\ann\{FOREIGN}")
    else:
        child = Process(FOREIGN, path=rf"C:\Users\ann\{FOREIGN}", command_line=child.command_line)
    assert evaluate(_table(relation), child, parent, windows=release).verdict is Verdict.MISMATCH


@some_rows(lambda image: bool(image.directories))
def test_the_image_in_another_directory_is_a_mismatch(relation: Relation, image: ExpectedImage) -> None:
    child, parent, release = _example(relation, image)
    elsewhere = rf"C:\Users\ann\Downloads\{image.name}"
    if isinstance(relation, ExpectedParents):
        parent = attrs.evolve(parent, path=elsewhere)
    else:
        child = attrs.evolve(child, path=elsewhere)
    assert evaluate(_table(relation), child, parent, windows=release).verdict is Verdict.MISMATCH


@some_rows(lambda image: bool(image.command_line or image.parent_command_line))
def test_without_its_command_line_the_row_does_not_count(relation: Relation, image: ExpectedImage) -> None:
    child, parent, release = _example(relation, image)
    child = attrs.evolve(child, command_line=None)
    parent = attrs.evolve(parent, command_line=None)
    assert evaluate(_table(relation), child, parent, windows=release).verdict is Verdict.MISMATCH


@each_row
def test_on_another_release_the_row_does_not_count(relation: Relation, image: ExpectedImage) -> None:
    low, high = releases.bounds(image.windows)
    others = [release for i, release in enumerate(releases.RELEASES) if not low <= i <= high]
    child, parent, _ = _example(relation, image)
    table = RelationTable.of([_alone(relation, image)])
    for release in others:
        assert evaluate(table, child, parent, windows=release).verdict is not Verdict.EXPECTED


def _alone(relation: Relation, image: ExpectedImage) -> Relation:
    if isinstance(relation, ExpectedParents):
        return attrs.evolve(relation, parents=(image,))
    return attrs.evolve(relation, children=(image,))


@pytest.mark.parametrize("relation", [*BOOT, *SESSION, *SERVICES], ids=subject)
def test_the_image_itself_in_another_directory_is_a_mismatch(relation: ExpectedParents) -> None:
    verdict = catalog.DEFAULT_RELATIONS.verdict(
        relation.child, relation.parents[0].name, child_path=rf"C:\Users\ann\{relation.child}"
    )
    assert verdict is Verdict.MISMATCH


@pytest.mark.parametrize("relation", [r for r in CHILDREN if isinstance(r, ExpectedChildren)], ids=subject)
def test_a_shell_is_no_child_of_a_guarded_parent(relation: ExpectedChildren) -> None:
    assert catalog.DEFAULT_RELATIONS.verdict("cmd.exe", relation.parent) is Verdict.MISMATCH


def test_joining_what_is_there_changes_nothing() -> None:
    default = catalog.DEFAULT_RELATIONS
    assert default | default == default
    assert RelationRegistry(DEFAULT_ROWS) == default
