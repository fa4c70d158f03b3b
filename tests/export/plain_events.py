r"""Random creations as Sigma and EQL see them, and what a registry says of each.

Names are logged plainly and paths begin with a drive letter: where that is not so, the two languages differ
from the detector in alternatives that have tests of their own.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, cast

from parentchild import Process, Reason, RelationRegistry
from parentchild.relations.evaluation import evaluate
from parentchild.relations.relation import ExpectedLaunch

_DIRECTORIES = (
    r"C:\Windows\System32",
    r"D:\Windows\System32",
    r"C:\Windows\SysWOW64",
    r"C:\Windows",
    r"C:\Windows\System32\wbem",
    r"C:\Windows\WinSxS\x",
    r"C:\Tools\x",
    r"C:\Tools\v2\bin",
    r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18",
    r"C:\Temp",
)
_NAMES = ("explorer.exe", "cmd.exe", "helper.exe", "tool.exe", "setup.exe", "host.exe", "acme.exe")
_ODD = (None, None, "", "-", "?", "S-1-16-16384", "4711", "System", "ntoskrnl.exe")
_COMMAND_LINES = (
    None,
    "",
    "x /regserver y",
    "agent /INSTALL now",
    "cmd /c check",
    "x -k netsvcs -p",
    "x -k NetSvcs -p -s Appinfo",
    "x -k DcomLaunch -p -s LSM",
    "x -knetsvcs",
)
JUDGED = {
    Reason.UNEXPECTED_PARENT: "parent",
    Reason.MISPLACED_PARENT: "parent",
    Reason.MISPLACED_IMAGE: "place",
    Reason.UNEXPECTED_CHILD: "child",
    Reason.UNEXPECTED_ARGUMENTS: "arguments",
}
"""Which of the four kinds of exported rule a reason belongs to."""


class Creation(NamedTuple):
    """A child and its parent; a parent with neither name nor path is not known."""

    child: Process
    parent: Process

    def kinds(self, registry: RelationRegistry) -> set[str]:
        """The kinds of exported rule that must find this creation."""
        evaluation = evaluate(registry.compiled, self.child, self.parent)
        kinds = {JUDGED[reason] for reason in evaluation.reasons if reason in JUDGED}
        if Reason.SELF_COPY in evaluation.reasons:  # no such language compares parent and child
            kinds.add("parent" if evaluation.child in registry else "child")
        if Reason.MISPLACED_IMAGE in evaluation.reasons and evaluation.child not in registry:
            # An image may have a place of its own, and one from which this parent starts it.
            alone = evaluate(registry.compiled, self.child, None)
            pair = evaluate(without_launches(registry).compiled, self.child, self.parent)
            kinds -= {"place"}
            kinds |= {"place"} if Reason.MISPLACED_IMAGE in alone.reasons else set()
            kinds |= {"child"} if Reason.MISPLACED_IMAGE in pair.reasons else set()
        return kinds

    def as_sysmon(self) -> dict[str, object]:
        """The fields of Sigma's process creation category."""
        return {
            "Image": self.child.path or self.child.name,
            "ParentImage": self.parent.path or self.parent.name,
            "CommandLine": self.child.command_line,
            "ParentCommandLine": self.parent.command_line,
            "IntegrityLevel": self.child.integrity,
            "OriginalFileName": self.child.original_name,
            "User": self.child.user,
            "ParentUser": self.parent.user,
        }

    def as_ecs(self) -> dict[str, object]:
        """The fields of ECS that the EQL queries read."""
        return {
            "event": {"type": "start"},
            "user": _account(self.child.user),
            "process": {
                **_ecs(self.child),
                "Ext": {"token": {"integrity_level_name": self.child.integrity}},
                "parent": {
                    **_ecs(self.parent),
                    "pid": self.parent.pid,
                    "code_signature": {"subject_name": self.parent.signer},
                },
            },
        }

    def as_flat_ecs(self) -> dict[str, object]:
        """The same, as the columns of a table."""
        return flat(self.as_ecs())


@cache
def without_launches(registry: RelationRegistry) -> RelationRegistry:
    """The relations about pairs alone."""
    return RelationRegistry(each for each in registry.relations if not isinstance(each, ExpectedLaunch))


def flat(document: dict[str, object], prefix: str = "") -> dict[str, object]:
    """Return a nested document as dotted columns."""
    found: dict[str, object] = {}
    for name, value in document.items():
        if isinstance(value, dict):
            found |= flat(cast("dict[str, object]", value), f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = value
    return found


def creations(registry: RelationRegistry, seed: int, count: int) -> list[Creation]:
    """Random creations for a registry, from a seed."""
    generator = random.Random(seed)
    children = (*registry, *_NAMES)
    return [_creation(generator, registry, children) for _ in range(count)]


def _creation(generator: random.Random, registry: RelationRegistry, children: Sequence[str]) -> Creation:
    name = generator.choice(children)
    expected = registry[name].names if name in registry else ()
    parent = generator.choice((*expected, *expected, name, *_NAMES, *_ODD, *registry.expected_children))
    child = _process(generator, name)
    return Creation(child, Process(parent, pid=100) if parent in _ODD else _process(generator, parent or ""))


def _process(generator: random.Random, name: str) -> Process:
    spelled = generator.choice((name, name.upper(), name.capitalize()))
    directory = generator.choice((None, _DIRECTORIES[0], *_DIRECTORIES))
    return Process(
        spelled,
        pid=100,
        path=None if directory is None else f"{directory}\\{spelled}",
        command_line=generator.choice(_COMMAND_LINES),
        integrity=generator.choice((None, "", "System", "high")),
    )


def _account(user: str | None) -> dict[str, object]:
    domain, _, name = (user or "").rpartition("\\")
    return {"domain": domain or None, "name": name or None}


def _ecs(process: Process) -> dict[str, object]:
    return {"name": process.name, "executable": process.path, "command_line": process.command_line}
