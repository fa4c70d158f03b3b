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
    from parentchild.detector import Detector
    from parentchild.errors import InvalidArgument, InvalidEvent, InvalidState, ParentChildError
    from parentchild.events import Event, Process, ProcessCreated, ProcessExited, RemoteThreadCreated
    from parentchild.findings.finding import Activity, Finding
    from parentchild.hunting import Hunt, Report, hunt
    from parentchild.hunting import frames as frames
    from parentchild.hunting import spark as spark
    from parentchild.relations.crashes import CrashHandler
    from parentchild.relations.evaluation import Reason, Verdict
    from parentchild.relations.exclusions import Exclusion
    from parentchild.relations.registry import RelationRegistry
    from parentchild.relations.relation import (
        ExpectedChildren,
        ExpectedImage,
        ExpectedLaunch,
        ExpectedParents,
        Tier,
    )
    from parentchild.relations.severity import Severity

_MODULES = {
    "Activity": "findings.finding",
    "CrashHandler": "relations.crashes",
    "DEFAULT_RELATIONS": "catalog",
    "Detector": "detector",
    "Event": "events",
    "Exclusion": "relations.exclusions",
    "ExpectedChildren": "relations.relation",
    "ExpectedImage": "relations.relation",
    "ExpectedLaunch": "relations.relation",
    "ExpectedParents": "relations.relation",
    "Finding": "findings.finding",
    "Hunt": "hunting",
    "InvalidArgument": "errors",
    "InvalidEvent": "errors",
    "InvalidState": "errors",
    "ParentChildError": "errors",
    "Process": "events",
    "ProcessCreated": "events",
    "ProcessExited": "events",
    "Reason": "relations.evaluation",
    "RelationRegistry": "relations.registry",
    "RemoteThreadCreated": "events",
    "Report": "hunting",
    "SEED_RELATIONS": "catalog",
    "Severity": "relations.severity",
    "Tier": "relations.relation",
    "Verdict": "relations.evaluation",
    "hunt": "hunting",
}
_ROOMS = {
    "catalog": "catalog",
    "export": "export",
    "frames": "hunting.frames",
    "published": "published",
    "spark": "hunting.spark",
    "telemetry": "telemetry",
    "testing": "testing",
}

__all__ = [
    "DEFAULT_RELATIONS",
    "SEED_RELATIONS",
    "Activity",
    "CrashHandler",
    "Detector",
    "Event",
    "Exclusion",
    "ExpectedChildren",
    "ExpectedImage",
    "ExpectedLaunch",
    "ExpectedParents",
    "Finding",
    "Hunt",
    "InvalidArgument",
    "InvalidEvent",
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
    "Verdict",
    "__version__",
    "catalog",
    "hunt",
    "published",
    "telemetry",
]


def __getattr__(name: str) -> object:
    if name in _MODULES:
        value = getattr(import_module(f"parentchild.{_MODULES[name]}"), name)
    elif name in _ROOMS:
        value = import_module(f"parentchild.{_ROOMS[name]}")
    else:
        raise AttributeError(f"module 'parentchild' has no attribute {name!r}")
    globals()[name] = value  # so that the next access is an ordinary one
    return value


def __dir__() -> list[str]:
    return sorted({*__all__, *_ROOMS})
