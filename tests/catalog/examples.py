"""From one row of the catalog, a creation that meets it: names, paths, command lines, signer and release."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import attrs

from parentchild import catalog
from parentchild.catalog.arguments import IsBare
from parentchild.catalog.boot import BOOT, MINIMAL, XP
from parentchild.catalog.children import CHILDREN
from parentchild.catalog.com_servers import COM_SERVERS
from parentchild.catalog.launches import LAUNCHES
from parentchild.catalog.optional_children import OPTIONAL
from parentchild.catalog.services import SERVICES
from parentchild.catalog.session import SESSION
from parentchild.catalog.vendors import VENDOR_RELATIONS
from parentchild.events import Process
from parentchild.relations.relation import (
    ExpectedChildren,
    ExpectedImage,
    ExpectedLaunch,
    ExpectedParents,
    Relation,
)
from parentchild.windows import releases

WITH_FILE = (*BOOT, *SESSION, *SERVICES, *COM_SERVERS)
"""What is watched as a child and lies in a file."""
DEFAULT_ROWS: tuple[Relation, ...] = (*WITH_FILE, *MINIMAL, *CHILDREN, *LAUNCHES)
PACK_ROWS = tuple(relation for registry in catalog.OPTIONAL_PACKS.values() for relation in registry.relations)
WHOLE_ROWS = (*DEFAULT_ROWS, *XP, *OPTIONAL, *PACK_ROWS)
"""Every relation but the vendors', whose own facts are left out since they extend the default's."""


BACKSLASH = "\\"


class Creation(NamedTuple):
    """One creation, and the release on which it happens."""

    child: Process
    parent: Process
    windows: str


def subject(relation: Relation) -> str:
    """Return a relation's name in test ids."""
    if isinstance(relation, ExpectedParents):
        return relation.child
    return f"{relation.parent}->" if isinstance(relation, ExpectedChildren) else f"={relation.image}"


def images(relation: Relation) -> tuple[ExpectedImage, ...]:
    """Return the images at a relation's other end."""
    if isinstance(relation, ExpectedParents):
        return relation.parents
    return relation.children if isinstance(relation, ExpectedChildren) else ()


def rows() -> Iterator[tuple[Relation, ExpectedImage]]:
    """Return every row of the catalog."""
    for relation in (*WHOLE_ROWS, *VENDOR_RELATIONS):
        for image in images(relation):
            yield relation, image


def path(name: str, directories: tuple[str, ...]) -> str | None:
    """Return where an image lies, None where that is not said."""
    return (
        f"{directories[0].removesuffix('**').rstrip(BACKSLASH).replace('*', 'x')}\\{name}"
        if directories
        else None
    )


def line(name: str, *patterns: str) -> str | None:
    """Return a command line that has the arguments of patterns, the anchored ones first."""
    shapes = sorted(patterns, key=lambda pattern: not pattern.startswith("^ "))
    texts = [shape.removeprefix("^ ").replace("*", "x") for shape in shapes]
    return " ".join((name, *texts)) if texts else None


def release(*ranges: str) -> str:
    """Return the oldest release that all ranges hold on."""
    return releases.RELEASES[max(releases.bounds(each)[0] for each in ranges)]


def meeting(relation: ExpectedParents | ExpectedChildren, image: ExpectedImage) -> Creation:
    """Return a creation in which every condition of a row holds."""
    windows = release(relation.windows, image.windows)
    is_bare = any(isinstance(each, IsBare) for each in image.conditions)
    of_host = tuple(
        f"-k {group}" + (f" -s {service}" if service else "")
        for group, _, service in (each.partition(":") for each in image.service_groups[:1])
    )
    if isinstance(relation, ExpectedParents):
        whole = catalog.DEFAULT_RELATIONS.get(relation.child, relation)
        own = image.counterpart_directories or whole.directories
        shapes = () if image.excuses_arguments else whole.arguments[:1]
        child = Process(
            relation.child,
            path=path(relation.child, own),
            command_line=line(relation.child, *image.arguments, *shapes)
            or (relation.child if is_bare else None),
            integrity=image.integrity,
        )
        parent = Process(
            image.name,
            path=path(image.name, image.directories),
            command_line=line(image.name, *image.parent_arguments, *of_host),
            signer=image.signer,
        )
        return Creation(child, parent, windows)
    child = Process(
        image.name,
        path=path(image.name, image.directories),
        command_line=line(image.name, *image.arguments) or (image.name if is_bare else None),
        signer=image.signer,
    )
    service = () if image.parent_arguments else tuple(f"-k x -s {each}" for each in relation.services[:1])
    parent = Process(
        relation.parent,
        path=path(relation.parent, image.counterpart_directories),
        command_line=line(relation.parent, *image.parent_arguments, *service),
    )
    return Creation(child, parent, windows)


def alone(relation: ExpectedParents | ExpectedChildren, image: ExpectedImage) -> Relation:
    """Return a relation with one of its rows alone."""
    if isinstance(relation, ExpectedParents):
        return attrs.evolve(relation, parents=(image,))
    return attrs.evolve(relation, children=(image,))


def whole(relation: Relation) -> tuple[Relation, ...]:
    """Return a relation with the default's that it extends, where it is a vendor's."""
    if relation not in VENDOR_RELATIONS:
        return (relation,)
    default = catalog.DEFAULT_RELATIONS
    if isinstance(relation, ExpectedParents):
        return relation, default[relation.child]
    assert isinstance(relation, ExpectedChildren)
    return relation, *default.expected_children[relation.parent]


def launch_example(relation: ExpectedLaunch) -> Process:
    """Return a process that is started as a relation about an image alone says."""
    return Process(
        relation.image,
        path=path(relation.image, relation.directories),
        command_line=line(relation.image, *relation.arguments[:1]),
    )
