r"""Volatility's pslist and pstree: a snapshot of the processes in a memory image.
"""

from __future__ import annotations

from parentchild.events import Event, Process, ProcessCreated
from parentchild.telemetry.fields import Fields, name_in, process_if_known
from parentchild.telemetry.source import Row, Screening, Source


def _event(row: Row, screen: Screening) -> Event | None:
    fields = Fields(row)
    return None
SOURCE = Source("Volatility pslist", "PID and PPID", _event)
read = SOURCE.read
read_many = SOURCE.read_many
