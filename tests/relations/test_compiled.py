"""The compiled form: what each relation asks, of which process, and on which releases."""

from __future__ import annotations

from parentchild import (
    ExpectedChildren,
    ExpectedImage,
    ExpectedLaunch,
    ExpectedParents,
    RelationRegistry,
    Tier,
)
from parentchild.relations.conditions import (
    BearsItsOwnName,
    Fact,
    HasArguments,
    HasNoFile,
    HostsService,
    InDirectories,
    OnRelease,
)

SYSTEM32 = (r"C:\Windows\System32",)


def test_a_watched_child_has_its_name_its_relation_its_parents_and_its_releases() -> None:
    relation = ExpectedParents(
        "child.exe",
        (ExpectedImage("ntoskrnl.exe"), ExpectedImage("parent.exe", directories=SYSTEM32)),
        creators=("broker.exe",),
        windows="10+",
    )
    watched = RelationRegistry([relation]).compiled.children["child.exe"]
    assert (watched.name, watched.relation, watched.names) == ("child.exe", relation, relation.names)
    assert watched.release == OnRelease("10+")
    assert {name: [row.name for row in rows] for name, rows in watched.by_parent.items()} == {
        "system": ["system"],
        "parent.exe": ["parent.exe"],
    }
    assert list(watched.by_creator) == ["broker.exe"]
    [kernel], [parent] = watched.by_parent["system"], watched.by_parent["parent.exe"]
    assert (kernel.is_certain, kernel.place, kernel.image) == (True, None, relation.parents[0])
    assert (parent.is_certain, parent.place) == (False, InDirectories(Fact.PARENT_PATH, SYSTEM32))


def test_a_watched_parent_has_its_services_and_where_it_refuses_a_child() -> None:
    relation = ExpectedChildren(
        "host.exe",
        (ExpectedImage("a.exe", directories=SYSTEM32, signer="ACME"), ExpectedImage("host.exe")),
        services=("one", "two"),
        is_open=True,
        refused_directories=(r"C:\Drop",),
        windows="7",
    )
    [watched] = RelationRegistry([relation]).compiled.parents["host.exe"]
    assert (watched.name, watched.relation, watched.names) == ("host.exe", relation, relation.names)
    assert (watched.release, watched.host) == (OnRelease("7"), HostsService(("one", "two")))
    assert watched.refused == InDirectories(Fact.CHILD_PATH, (r"C:\Drop",))
    [row], [own] = watched.by_child["a.exe"], watched.by_child["host.exe"]
    assert (row.place, row.is_certain, row.is_copy) == (
        InDirectories(Fact.CHILD_PATH, SYSTEM32),
        False,
        False,
    )
    assert [condition.fact for condition in row.conditions] == [Fact.CHILD_SIGNER]
    assert (own.is_copy, own.is_certain) == (True, True)
    plain = RelationRegistry([ExpectedChildren("host.exe", ("a.exe",))]).compiled.parents["host.exe"][0]
    assert (plain.host, plain.refused, plain.release) == (None, None, OnRelease("all"))


def test_a_launch_asks_where_how_and_under_which_name_its_image_was_started() -> None:
    relation = ExpectedLaunch(
        "it.exe", directories=SYSTEM32, arguments=("-a", "-b"), windows="10+", bears_own_name=True
    )
    [launch] = RelationRegistry([relation]).compiled.launches["it.exe"]
    assert (launch.name, launch.relation, launch.release) == ("it.exe", relation, OnRelease("10+"))
    assert launch.place == InDirectories(Fact.CHILD_PATH, SYSTEM32)
    assert launch.place_as_parent == InDirectories(Fact.PARENT_PATH, SYSTEM32)
    assert launch.own_name == BearsItsOwnName("it.exe")
    assert launch.arguments == HasArguments(
        Fact.CHILD_COMMAND_LINE, ("-a", "-b"), holds_when_absent=True, any_will_do=True
    )
    [bare] = RelationRegistry([ExpectedLaunch("it.exe", arguments=("-a",))]).compiled.launches["it.exe"]
    assert (bare.place, bare.place_as_parent, bare.own_name) == (None, None, None)


def test_a_minimal_process_has_no_file_and_a_protected_name_is_its_own() -> None:
    minimal = ExpectedParents("registry", ("system",), is_minimal=True)
    guarded = ExpectedParents("it.exe", ("a.exe",), protects_name=True)
    relations = RelationRegistry([minimal, guarded, ExpectedParents("plain.exe", ("a.exe",))]).compiled
    [launch] = relations.launches["registry"]
    assert (launch.place, launch.place_as_parent) == (
        HasNoFile(Fact.CHILD_PATH),
        HasNoFile(Fact.PARENT_PATH),
    )
    [launch] = relations.launches["it.exe"]
    assert (launch.own_name, launch.place, launch.arguments) == (BearsItsOwnName("it.exe"), None, None)
    assert "plain.exe" not in relations.launches


def test_names_are_protected_placed_listed_or_known_and_what_the_user_allowed_is_not_known() -> None:
    local = ExpectedImage("mine.exe", tier=Tier.LOCAL)
    relations = RelationRegistry(
        [
            ExpectedParents(
                "guarded.exe", ("starter.exe", local), creators=("broker.exe",), protects_name=True
            ),
            ExpectedParents("plain.exe", ("ntoskrnl.exe",)),
            ExpectedChildren("boss.exe", ("helper.exe",)),
            ExpectedLaunch("it.exe", directories=SYSTEM32),
        ]
    ).compiled
    assert relations.protected_names == {"guarded.exe"}
    assert relations.placed_names == {"plain.exe", "it.exe"}
    assert relations.listed_names == {"helper.exe"}
    named = {"guarded.exe", "plain.exe", "boss.exe", "it.exe"}
    assert relations.known_names == named | {"starter.exe", "broker.exe", "system", "helper.exe"}
