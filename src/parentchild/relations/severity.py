"""How much a finding matters, on OCSF's scale."""

from __future__ import annotations

import enum


class Severity(enum.IntEnum):
    """OCSF's `severity_id`: comparable, from least to most."""

    INFORMATIONAL = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5

    @property
    def label(self) -> str:
        """The word in lower case, as Sigma and Elastic write it.

        >>> Severity.HIGH.label
        'high'
        """
        return self.name.lower()
