"""An exclusion covers what it names, literally but for its stars, and no place that it does not name."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from parentchild import (
    Exclusion,
    ExpectedParents,
    InvalidArgument,
    Process,
    ProcessCreated,
    Reason,
    RelationRegistry,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)
REGISTRY = RelationRegistry(
    [
        ExpectedParents(
            "svchost.exe",
            ["services.exe"],
            directories=(r"C:\Windows\System32",),
            arguments=("-k *",),
            protects_name=True,
        )
    ]
)


def covered(
    exclusion: Exclusion, child: dict[str, Any], parent: dict[str, Any], device: str = "ws-1"
) -> bool:
    what: dict[str, Any] = {"name": "svchost.exe"} | child
    who: dict[str, Any] = {"name": "acme.exe"} | parent
    started, starter = Process(**what), Process(**who)
    event = ProcessCreated(timestamp=NOON, device=device, process=started, parent=starter)
    return exclusion.covers(event, REGISTRY.evaluate(started, starter))


@pytest.mark.parametrize(
    ("named", "child", "parent", "expected"),
    [
        ({"child": "SVCHOST.exe"}, {}, {}, True),
        ({"child": "svchost.exe", "parent": "acme-*.exe"}, {}, {"name": "ACME-7.exe"}, True),
        ({"child": "svchost.exe", "parent": "acme-*.exe"}, {}, {"name": "acme.exe"}, False),
        ({"parent": "acme.exe"}, {}, {"name": "acme.exe:x"}, False),
        ({"device": "WS-*"}, {}, {}, True),
        ({"device": "lab-*"}, {}, {}, False),
        ({"user": r"corp\*"}, {"user": r"CORP\ann"}, {}, True),
        ({"user": "corp*"}, {"user": r"corp\ann"}, {}, False),
        ({"user": "ann"}, {}, {}, False),
        ({"signer": "ACME*"}, {"signer": "Acme Ltd"}, {}, True),
        ({"command_line": "-k *s -p"}, {"command_line": "svchost.exe -K netsvcs -P x"}, {}, True),
        ({"command_line": "-k x"}, {"command_line": "svchost.exe -k netsvcs"}, {}, False),
        ({"parent_path": r"C:\ACME\*\acme.exe"}, {}, {"path": r"\\?\C:\acme\7\acme.exe"}, True),
        ({"parent_path": r"C:\ACME\*\acme.exe"}, {}, {"path": r"C:\acme\7\8\acme.exe"}, False),
        ({"parent_path": r"C:\ACME\acme.exe"}, {}, {}, False),
        ({"child": "svchost.exe", "expires_at": NOON}, {}, {}, False),
        ({"child": "svchost.exe", "expires_at": NOON + timedelta(seconds=1)}, {}, {}, True),
    ],
)
def test_it_covers_what_it_names(
    named: dict[str, Any], child: dict[str, Any], parent: dict[str, Any], *, expected: bool
) -> None:
    assert covered(Exclusion(reason="a test", **named), child, parent) is expected


@pytest.mark.parametrize(
    ("child", "reason", "named"),
    [
        ({"path": r"C:\Temp\svchost.exe"}, Reason.MISPLACED_IMAGE, {"child_path": r"C:\Temp\svchost.exe"}),
        ({"original_name": "cmd.exe"}, Reason.RENAMED_IMAGE, {"child_path": r"C:\Windows\System32\*"}),
        ({"command_line": "svchost.exe"}, Reason.UNEXPECTED_ARGUMENTS, {"command_line": "svchost"}),
    ],
)
def test_a_pair_covers_no_place_no_other_program_and_no_arguments(
    child: dict[str, Any], reason: Reason, named: dict[str, Any]
) -> None:
    path: dict[str, Any] = {"path": r"C:\Windows\System32\svchost.exe"} | child
    assert reason in REGISTRY.evaluate(Process("svchost.exe", **path), "acme.exe").reasons
    pair = Exclusion(child="svchost.exe", parent="acme.exe", reason="a test")
    assert not covered(pair, path, {})
    whole = Exclusion(child="svchost.exe", parent="acme.exe", reason="a test", **named)
    assert covered(whole, path, {})


@pytest.mark.parametrize(
    ("named", "field", "reason"),
    [
        ({}, "child", "would exclude everything: name a child, parent or device"),
        ({"child": "*"}, "child", "would exclude everything: name a child, parent or device"),
        ({"child": r"C:\x\a.exe"}, "child", "is a path; give it as child_path="),
        ({"child": ""}, "child", "must be the base name of an image, or None for any"),
        ({"parent_path": "acme.exe"}, "parent_path", "must be a full path, or None for any"),
        ({"device": ""}, "device", "must be a str that is not empty, or None for any"),
        ({"signer": 7}, "signer", "must be a str that is not empty, or None for any"),
    ],
)
def test_one_that_makes_no_sense_is_refused(named: dict[str, Any], field: str, reason: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        Exclusion(reason="a test", **named)
    assert (refused.value.field, refused.value.reason) == (field, reason)


def test_it_needs_a_reason() -> None:
    with pytest.raises(InvalidArgument, match="must say why this is expected"):
        Exclusion(child="a.exe", reason=" ")
