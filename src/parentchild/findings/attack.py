"""MITRE ATT&CK: which techniques a finding may be a sign of, with the names that they have in each version.

Ids stay; names change between versions. `TA0005` was Defense Evasion up to v18 and is Stealth since v19;
`T1036.003` and `T1036.005` were renamed in v17. The names are those of mitre/cti up to v18.1 and of the
release of April 2026 (v19). Each reason has the techniques that its evidence fits, not all that could follow.
`T1036.009` (Break Process Trees) is for Linux and macOS, so no reason has it. `T1036.003` needs proof that a
utility was renamed: a version resource with another name, never a parent.
"""

from __future__ import annotations

import re
from typing import Final

import attrs

from parentchild.errors import InvalidArgument
from parentchild.relations.evaluation import Reason

_VERSION = re.compile(r"v?([0-9]{1,4})(?:\.[0-9]{1,4})?")


@attrs.frozen
class _Named:
    """What has an id that never changes, and names that do.

    Args:
        id: the id.
        names: the names, oldest first, each with the major version since which it holds.
    """

    id: str
    names: tuple[tuple[int, str], ...]

    @property
    def name(self) -> str:
        """Its newest name."""
        return self.names[-1][1]

    def name_in(self, version: str) -> str:
        """Return its name in one version of ATT&CK.

        Raises:
            InvalidArgument: that is no version.
        """
        match = _VERSION.fullmatch(version.strip().lower())
        if match is None:
            raise InvalidArgument("version", version, "must be a version of ATT&CK such as '16.1' or 'v19'")
        held = [name for since, name in self.names if int(match[1]) >= since]
        return held[-1] if held else self.names[0][1]  # older versions had the oldest known name too


@attrs.frozen
class Tactic(_Named):
    """An aim of an attacker, with its id and its names."""


@attrs.frozen
class Technique(_Named):
    """A way to reach an aim, with its id and its names.

    Args:
        tactics: the aims that it serves.

    >>> RENAME_UTILITIES.name, RENAME_UTILITIES.name_in("16.1")
    ('Rename Legitimate Utilities', 'Rename System Utilities')
    >>> [tactic.name for tactic in PARENT_PID_SPOOFING.tactics]
    ['Stealth', 'Privilege Escalation']
    """

    tactics: tuple[Tactic, ...]

    @property
    def url(self) -> str:
        """Its page."""
        return f"https://attack.mitre.org/techniques/{self.id.replace('.', '/')}/"


STEALTH: Final = Tactic("TA0005", ((9, "Defense Evasion"), (19, "Stealth")))
PRIVILEGE_ESCALATION: Final = Tactic("TA0004", ((9, "Privilege Escalation"),))

MASQUERADING: Final = Technique("T1036", ((9, "Masquerading"),), (STEALTH,))
RENAME_UTILITIES: Final = Technique(
    "T1036.003", ((9, "Rename System Utilities"), (17, "Rename Legitimate Utilities")), (STEALTH,)
)
MATCH_NAME_OR_LOCATION: Final = Technique(
    "T1036.005",
    ((9, "Match Legitimate Name or Location"), (17, "Match Legitimate Resource Name or Location")),
    (STEALTH,),
)
PROCESS_INJECTION: Final = Technique("T1055", ((9, "Process Injection"),), (STEALTH, PRIVILEGE_ESCALATION))
PROCESS_HOLLOWING: Final = Technique(
    "T1055.012", ((9, "Process Hollowing"),), (STEALTH, PRIVILEGE_ESCALATION)
)
PARENT_PID_SPOOFING: Final = Technique(
    "T1134.004", ((9, "Parent PID Spoofing"),), (STEALTH, PRIVILEGE_ESCALATION)
)

_BY_REASON: Final[dict[Reason, tuple[Technique, ...]]] = {
    Reason.SPOOFED_PARENT: (PARENT_PID_SPOOFING,),
    Reason.LOOKALIKE: (MATCH_NAME_OR_LOCATION,),
    Reason.RENAMED_IMAGE: (RENAME_UTILITIES, MATCH_NAME_OR_LOCATION),
    Reason.MISPLACED_IMAGE: (MATCH_NAME_OR_LOCATION,),
    Reason.MISPLACED_PARENT: (MATCH_NAME_OR_LOCATION,),
    # Not Windows made a process of that name: it is a file that bears it, or the real image, hollowed.
    Reason.UNEXPECTED_PARENT: (MATCH_NAME_OR_LOCATION, PROCESS_HOLLOWING),
    # Code that is not the parent's own runs in it, or another process named it as the parent.
    Reason.UNEXPECTED_CHILD: (PROCESS_INJECTION, PARENT_PID_SPOOFING),
    # A hollowed image is started bare: what runs in it has no use for the arguments.
    Reason.UNEXPECTED_ARGUMENTS: (PROCESS_HOLLOWING, MATCH_NAME_OR_LOCATION),
    Reason.SELF_COPY: (),
    Reason.UNKNOWN_PARENT: (),
}


def techniques(reasons: tuple[Reason, ...]) -> tuple[Technique, ...]:
    """Return the techniques that a finding may be a sign of, those of the weightiest reason first.

    >>> [each.id for each in techniques((Reason.SPOOFED_PARENT, Reason.MISPLACED_IMAGE))]
    ['T1134.004', 'T1036.005']
    """
    return tuple(dict.fromkeys(technique for reason in reasons for technique in _BY_REASON[reason]))
