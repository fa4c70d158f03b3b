r"""Facts and conditions: what can be known of one creation, and what a relation may ask of it.

This is the one place in which a kind of condition is defined. A condition names the fact that it is about,
tells whether a value meets it, whether an absent one does, says itself in words, and gives a portable form
for the query languages. Evaluation, prefilter, explanations and exports know conditions by this interface
alone, so a new kind is a new class here, or in the code of a caller (`ExpectedImage(conditions=...)`).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Protocol

import attrs

from parentchild.windows.arguments import compiled, folded_arguments, pattern_regex, service_of
from parentchild.windows.integrity import integrity_level
from parentchild.windows.names import fold
from parentchild.windows.original_names import is_own_name
from parentchild.windows.paths import directory_of, is_in
from parentchild.windows.placeholders import missing_name
from parentchild.windows.releases import holds


class Fact(enum.Enum):
    """Something that a source may tell of a creation, beside the names of the two processes."""

    CHILD_PATH = "child path"
    CHILD_COMMAND_LINE = "child command line"
    CHILD_ORIGINAL_NAME = "child original name"
    CHILD_SIGNER = "child signer"
    CHILD_INTEGRITY = "child integrity"
    CHILD_USER = "child user"
    PARENT_PATH = "parent path"
    PARENT_COMMAND_LINE = "parent command line"
    PARENT_SIGNER = "parent signer"
    PARENT_INTEGRITY = "parent integrity"
    PARENT_USER = "parent user"
    RELEASE = "Windows release"

    __hash__ = object.__hash__  # members are single, and Enum's own hash is a call of Python a look-up


ATTRIBUTES: Final[Mapping[Fact, tuple[str, bool]]] = MappingProxyType(
    {
        fact: (fact.value.partition(" ")[2].replace(" ", "_"), fact.value.startswith("child "))
        for fact in Fact
        if fact is not Fact.RELEASE
    }
)
"""The attribute of a process that a fact is, and whether it is the child's."""


class Operator(enum.Enum):
    """How the portable form of a condition compares a fact."""

    EQUALS = "equals"
    """Equal to one of the values, ASCII case aside."""
    IN_DIRECTORY = "in directory"
    """A path that lies in one of the directories."""
    MATCHES = "matches"
    """Every one of the values, each an RE2 regular expression for the folded text, is found."""
    MATCHES_ANY = "matches any"
    """At least one of them is found."""


@attrs.frozen
class Test:
    """A condition as a query language can say it: a fact, an operator, and plain values."""

    fact: Fact
    operator: Operator
    values: tuple[str, ...]


class Condition(Protocol):
    """Something that must hold of one fact of a creation.

    A path is given to `holds` as the directory that `windows.paths.directory_of` makes of it; every other
    fact as the source writes it.
    """

    @property
    def fact(self) -> Fact:
        """The fact that it is about."""
        ...

    @property
    def holds_when_absent(self) -> bool:
        """Whether it is met where the source does not tell the fact."""
        ...

    def holds(self, value: str) -> bool:
        """Tell whether a value meets it."""
        ...

    def words(self) -> str:
        """Return it as a part of a sentence, such as `signed by Microsoft Windows`."""
        ...

    def test(self) -> Test | None:
        """Return its portable form; None where a query language cannot say it."""
        ...


_WHOSE = {Fact.CHILD_PATH: "the child", Fact.PARENT_PATH: "the parent"}


@attrs.frozen
class InDirectories:
    """The image lies in one of some directories."""

    fact: Fact
    directories: tuple[str, ...]
    holds_when_absent: bool = True
    _plain: frozenset[str | None] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        plain = frozenset(directory_of(each, "") for each in self.directories if "*" not in each)
        object.__setattr__(self, "_plain", plain)

    def holds(self, value: str) -> bool:
        """Tell whether a directory is one of them."""
        return value in self._plain or is_in(value, self.directories)  # one look-up for nearly all

    def words(self) -> str:
        """Return it in words."""
        return f"{_WHOSE[self.fact]} in {' or '.join(self.directories)}"

    def test(self) -> Test:
        """Return its portable form."""
        return Test(self.fact, Operator.IN_DIRECTORY, self.directories)


@attrs.frozen
class HasNoFile:
    """The process has no image file, as the kernel's minimal processes have none: any directory is wrong."""

    fact: Fact
    holds_when_absent: bool = True

    def holds(self, value: str) -> bool:
        """Tell that no directory meets it."""
        return not value

    def words(self) -> str:
        """Return it in words."""
        return f"{_WHOSE[self.fact]} without an image file"

    def test(self) -> Test:
        """Return its portable form: a path that lies in none."""
        return Test(self.fact, Operator.IN_DIRECTORY, ())


@attrs.frozen
class HasArguments:
    """A command line has all of some arguments, or any of them; `windows.arguments` says how they match."""

    fact: Fact
    patterns: tuple[str, ...]
    holds_when_absent: bool = False
    any_will_do: bool = attrs.field(default=False, kw_only=True)

    def holds(self, value: str) -> bool:
        """Tell whether a command line has them."""
        arguments = folded_arguments(value)
        found = (compiled(pattern).matches(arguments) for pattern in self.patterns)
        return any(found) if self.any_will_do else all(found)

    def words(self) -> str:
        """Return it in words."""
        whose = "child" if self.fact is Fact.CHILD_COMMAND_LINE else "parent"
        return (
            f"the {whose}'s command line has {(' or ' if self.any_will_do else ' and ').join(self.patterns)}"
        )

    def test(self) -> Test:
        """Return its portable form."""
        operator = Operator.MATCHES_ANY if self.any_will_do else Operator.MATCHES
        return Test(self.fact, operator, tuple(map(pattern_regex, self.patterns)))


@attrs.frozen
class InServiceGroup:
    """The parent is the svchost.exe of one of some service groups, written `group` or `group:service`.

    Of `group:service`, a host that names no service counts too, since several services can share one.
    """

    groups: tuple[str, ...]
    fact: Fact = Fact.PARENT_COMMAND_LINE
    holds_when_absent: bool = True

    def holds(self, value: str) -> bool:
        """Tell whether a service host's command line names one of the groups."""
        group, service = service_of(value)
        for each in self.groups:
            wanted, _, only = fold(each).partition(":")
            if group == wanted and (not only or service is None or service == only):
                return True
        return False

    def words(self) -> str:
        """Return it in words."""
        return f"the parent is the service host of {' or '.join(self.groups)}"

    def test(self) -> Test:
        """Return its portable form, for the order in which Windows writes a service host's arguments."""
        return Test(self.fact, Operator.MATCHES_ANY, tuple(map(_group_regex, self.groups)))


def _group_regex(text: str) -> str:
    group, _, service = fold(text).partition(":")
    named = rf"[-/]k\s+{re.escape(group)}"
    rest = rf"(?:\s+-p)?(?:\s+-s\s+{re.escape(service)})?\s*$" if service else r"(?:\s|$)"
    return rf"(?:^|\s){named}{rest}"


@attrs.frozen
class HostsService:
    """The parent is the svchost.exe of one of some services, which its command line must tell."""

    services: tuple[str, ...]
    fact: Fact = Fact.PARENT_COMMAND_LINE
    holds_when_absent: bool = False

    def holds(self, value: str) -> bool:
        """Tell whether a service host's command line names one of the services."""
        return service_of(value)[1] in self.services

    def words(self) -> str:
        """Return it in words."""
        return f"the parent hosts {' or '.join(self.services)}"

    def test(self) -> Test:
        """Return its portable form."""
        patterns = tuple(pattern_regex(f"-s {service}") for service in self.services)
        return Test(self.fact, Operator.MATCHES_ANY, patterns)


@attrs.frozen
class BearsItsOwnName:
    """The image's version resource names the image itself, if it is known."""

    image: str
    fact: Fact = Fact.CHILD_ORIGINAL_NAME
    holds_when_absent: bool = True

    def holds(self, value: str) -> bool:
        """Tell whether that is the image's own name, or another that it is known to bear."""
        if value.lower() == self.image:  # nearly always
            return True
        return missing_name(value) is not None or is_own_name(self.image, value)

    def words(self) -> str:
        """Return it in words."""
        return f"the original file name of {self.image}"

    def test(self) -> None:
        """Return nothing: few tables have the original name."""
        return


@attrs.frozen
class SignedBy:
    """The image is signed by someone, if its signer is known."""

    fact: Fact
    signer: str
    holds_when_absent: bool = True

    def holds(self, value: str) -> bool:
        """Tell whether that is the signer."""
        return fold(value) == fold(self.signer)

    def words(self) -> str:
        """Return it in words."""
        return f"signed by {self.signer}"

    def test(self) -> Test:
        """Return its portable form."""
        return Test(self.fact, Operator.EQUALS, (self.signer,))


@attrs.frozen
class HasIntegrity:
    """The child has an integrity level, if it is known."""

    level: str
    fact: Fact = Fact.CHILD_INTEGRITY
    holds_when_absent: bool = True

    def holds(self, value: str) -> bool:
        """Tell whether that is the level, however the source writes it."""
        return integrity_level(value) == integrity_level(self.level)

    def words(self) -> str:
        """Return it in words."""
        return f"the child's integrity is {self.level}"

    def test(self) -> Test:
        """Return its portable form."""
        return Test(self.fact, Operator.EQUALS, (self.level,))


@attrs.frozen
class OnRelease:
    """It is so on some releases of Windows only; an unknown release may be one of them."""

    versions: str
    fact: Fact = Fact.RELEASE
    holds_when_absent: bool = True

    def holds(self, value: str) -> bool:
        """Tell whether a release is one of them."""
        return holds(self.versions, value)

    def words(self) -> str:
        """Return it in words."""
        return f"on Windows {self.versions}"

    def test(self) -> None:
        """Return nothing: rows do not tell the release."""
        return
