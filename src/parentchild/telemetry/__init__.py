"""Telemetry: rows as their sources write them, read into events."""

from __future__ import annotations

from parentchild.telemetry import (
    asim,
    crowdstrike,
    defender,
    ecs,
    endgame,
    etw,
    ocsf,
    osquery,
    pslist,
    security,
    splunk_cim,
    sysmon,
)
from parentchild.telemetry.fieldmap import FieldMap
from parentchild.telemetry.recognition import SOURCES, read, read_many
from parentchild.telemetry.source import Columns, OnInvalid, Prefiltering, Row, Source, raise_invalid

__all__ = [
    "SOURCES",
    "Columns",
    "FieldMap",
    "OnInvalid",
    "Row",
    "Prefiltering",
    "Source",
    "asim",
    "crowdstrike",
    "defender",
    "ecs",
    "endgame",
    "etw",
    "ocsf",
    "osquery",
    "pslist",
    "raise_invalid",
    "read",
    "read_many",
    "security",
    "splunk_cim",
    "sysmon",
]
