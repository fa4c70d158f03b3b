"""Did the right parent start this Windows process?

Detection 0xFF-0080 as a library: typed events in, findings out, no I/O. Everything named in `__all__` is
public.

A name is loaded when it is first asked for. Building the typed models and the catalog takes two to three
times as long as importing attrs does, and a tool that imports this package but meets no Windows telemetry
should not wait for that.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from parentchild._version import __version__

if TYPE_CHECKING:
    from parentchild import catalog, published, telemetry
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
    from parentchild.report import Hunt, Report, hunt
    from parentchild.severity import Severity
    from parentchild.suppression import AsPublished, CrashHandler
    from parentchild.verdicts import Reason, Verdict

_HOMES = {
    "DEFAULT_RELATIONS": "catalog",
    "SEED_RELATIONS": "catalog",
    "Activity": "findings",
    "AsPublished": "suppression",
    "CrashHandler": "suppression",
    "Detector": "detector",
    "Event": "events",
    "Exclusion": "exclusions",
    "ExpectedChildren": "relations",
    "ExpectedImage": "relations",
    "ExpectedParents": "relations",
    "Finding": "findings",
    "Hunt": "report",
    "InvalidEvent": "errors",
    "InvalidExclusion": "errors",
    "InvalidOption": "errors",
    "InvalidRelation": "errors",
    "InvalidState": "errors",
    "ParentChildError": "errors",
    "Process": "events",
    "ProcessCreated": "events",
    "ProcessExited": "events",
    "Reason": "verdicts",
    "RelationRegistry": "registry",
    "RemoteThreadCreated": "events",
    "Report": "report",
    "Severity": "severity",
    "Tier": "relations",
    "UnknownParents": "detector",
    "Verdict": "verdicts",
    "hunt": "report",
}
_ROOMS = frozenset({"catalog", "export", "frames", "published", "telemetry", "testing"})

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
    "Hunt",
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
    "Report",
    "Severity",
    "Tier",
    "UnknownParents",
    "Verdict",
    "__version__",
    "catalog",
    "hunt",
    "published",
    "telemetry",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        value = getattr(import_module(f"parentchild.{_HOMES[name]}"), name)
    elif name in _ROOMS:
        value = import_module(f"parentchild.{name}")
    else:
        raise AttributeError(f"module 'parentchild' has no attribute {name!r}")
    globals()[name] = value  # so that the next access is an ordinary one
    return value


def __dir__() -> list[str]:
    return sorted({*__all__, *globals()})
