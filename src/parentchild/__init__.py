"""Did the right parent start this Windows process?

Detection 0xFF-0080 as a library: typed events in, findings out, no I/O.
"""

from __future__ import annotations

from parentchild._version import __version__
from parentchild.catalog import DEFAULT_RELATIONS, SEED_RELATIONS
from parentchild.detector import Detector, UnknownParents
from parentchild.errors import (
    InvalidEvent,
    InvalidExclusion,
    InvalidOption,
    InvalidRelation,
    InvalidState,
    ParentChildError,
)
from parentchild.events import Event, Process, ProcessCreated, ProcessExited, RemoteThreadCreated
from parentchild.exclusions import Exclusion
from parentchild.findings import Activity, Finding
from parentchild.registry import RelationRegistry
from parentchild.relations import ExpectedChildren, ExpectedImage, ExpectedParents, Tier
from parentchild.severity import Severity
from parentchild.suppression import AsPublished, CrashHandler
from parentchild.verdicts import Reason, Verdict

__all__ = [
    "DEFAULT_RELATIONS",
    "SEED_RELATIONS",
    "Activity",
    "AsPublished",
    "CrashHandler",
    "Detector",
    "Event",
    "Exclusion",
    "ExpectedChildren",
    "ExpectedImage",
    "ExpectedParents",
    "Finding",
    "InvalidEvent",
    "InvalidExclusion",
    "InvalidOption",
    "InvalidRelation",
    "InvalidState",
    "ParentChildError",
    "Process",
    "ProcessCreated",
    "ProcessExited",
    "Reason",
    "RelationRegistry",
    "RemoteThreadCreated",
    "Severity",
    "Tier",
    "UnknownParents",
    "Verdict",
    "__version__",
]
