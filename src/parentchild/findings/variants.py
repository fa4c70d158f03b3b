"""The variants of a finding: its events told apart by what the grouping leaves out."""

from __future__ import annotations

import attrs


@attrs.frozen
class Variant:
    """Events of one finding that agree in paths, command line and user.

    Args:
        child_path: the child's path as logged; None where the source does not tell.
        parent_path: the parent's path as logged.
        command_line: the child's command line.
        user: the account that the child runs as.
        occurrences: how many events agree in these.
        device_count: on how many devices.
        devices: the first few of them, sorted.
    """

    child_path: str | None
    parent_path: str | None
    command_line: str | None
    user: str | None
    occurrences: int = 1
    device_count: int = 1
    devices: tuple[str, ...] = ()
