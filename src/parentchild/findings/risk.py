"""The risk score: what an analyst should look at first among findings of one severity.

    risk_score = 20 x (severity - 1) + 1 + kind + rarity

- `severity` is OCSF's id, 1 (informational) to 5 (critical), so each severity has twenty points of its own:
  1 to 20, 21 to 40, 41 to 60, 61 to 80, 81 to 100. Ranking by severity and then by score is ranking by score.
- `kind` is 0 to 10: what kind of program stands at the wrong end of the pair, the weightiest where there are
  several. The wrong end is the parent for a wrong parent, the child for a wrong child, who made the call for
  a spoofed parent; for a fault of the image itself (its name, its place, its arguments) it is both.
- `rarity` is 0 to 9: 9 for one event on one device, one less for each doubling of the devices, and one less
  for each eightfold of the occurrences.
"""

from __future__ import annotations

from typing import Final

from parentchild.events import Process, ProcessCreated
from parentchild.findings.by_reason import WRONG_ENDS
from parentchild.relations.evaluation import Reason, name_of
from parentchild.relations.severity import Severity
from parentchild.windows.paths import directory_of
from parentchild.windows.programs import ProgramKind, kind_of

_BAND: Final = 20
_RAREST: Final = 9
_EIGHTFOLD: Final = 3  # in doublings

KIND_WEIGHTS: Final[dict[ProgramKind, int]] = {
    ProgramKind.SCRIPT_HOST: 10,
    ProgramKind.OFFICE: 10,
    ProgramKind.SHELL: 9,
    ProgramKind.LIVING_OFF_THE_LAND: 8,
    ProgramKind.BROWSER: 8,
    ProgramKind.REMOTE_LOCATION: 8,
    ProgramKind.REMOTE_ADMINISTRATION: 7,
    ProgramKind.USER_WRITABLE: 6,
    ProgramKind.UNKNOWN: 5,
    ProgramKind.WINDOWS: 3,
    ProgramKind.INSTALLER_TEMPORARY: 1,
    ProgramKind.PROGRAM_FILES: 0,
}
"""The weight of each kind of program, 0 to 10."""


def risk_score(
    severity: Severity,
    reasons: tuple[Reason, ...],
    event: ProcessCreated,
    *,
    device_count: int,
    occurrences: int,
) -> int:
    """Return the score of a finding, 1 to 100; the formula is in the docstring of this module."""
    kind = max([_weight(getattr(event, end)) for reason in reasons for end in WRONG_ENDS[reason]])
    return _BAND * (severity - 1) + 1 + kind + rarity(device_count, occurrences)


def rarity(device_count: int, occurrences: int) -> int:
    """Return how rare something is, 0 to 9.

    >>> rarity(1, 1), rarity(2, 2), rarity(1, 8), rarity(5000, 5000)
    (9, 8, 8, 0)
    """
    doublings = max(device_count, 1).bit_length() - 1
    eightfolds = (max(occurrences, 1).bit_length() - 1) // _EIGHTFOLD
    return max(0, _RAREST - doublings - eightfolds)


def _weight(process: Process | None) -> int:
    if process is None:
        return KIND_WEIGHTS[ProgramKind.UNKNOWN]
    name = name_of(process)
    return KIND_WEIGHTS[kind_of(name, directory_of(process.path or process.name, name))]
