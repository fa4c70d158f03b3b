"""What several parents start, and what no parent should start that does not run commands."""

from __future__ import annotations

from typing import Final

from parentchild.catalog.directories import DOTNET, EITHER_BITNESS
from parentchild.catalog.sources import (
    ELASTIC,
    ELASTIC_3377,
    ELASTIC_4775,
    ENDPOINT_WSUS,
    RECORDED,
    SIGMA_PARENTS,
)
from parentchild.relations.relation import ExpectedImage, Tier
from parentchild.windows.programs import ProgramKind

CRASH_HANDLERS: Final = (
    ExpectedImage(
        "werfault.exe",
        tier=Tier.KNOWN_BENIGN,
        directories=EITHER_BITNESS,
        why="the process crashed and is reported",
        sources=(ELASTIC, SIGMA_PARENTS, RECORDED),
    ),
    ExpectedImage(
        "werfaultsecure.exe",
        tier=Tier.KNOWN_BENIGN,
        directories=EITHER_BITNESS,
        why="the process is protected, crashed, and is reported",
        sources=(ELASTIC,),
    ),
    ExpectedImage(
        "wermgr.exe",
        tier=Tier.KNOWN_BENIGN,
        directories=EITHER_BITNESS,
        why="the failing process files its own report",
        sources=(ELASTIC, SIGMA_PARENTS, RECORDED),
    ),
)

NGENTASK: Final = ExpectedImage(
    "ngentask.exe",
    tier=Tier.KNOWN_BENIGN,
    directories=DOTNET,
    why="the .NET image generator runs as a task",
    sources=(ELASTIC, ELASTIC_4775, ENDPOINT_WSUS, RECORDED),
)
CONHOST: Final = ExpectedImage(
    "conhost.exe",
    tier=Tier.KNOWN_BENIGN,
    directories=EITHER_BITNESS,
    why="the console of a program that it runs",
    sources=(ELASTIC, ELASTIC_3377),
)

NET_COMPILER: Final = ExpectedImage(
    "csc.exe",
    tier=Tier.KNOWN_BENIGN,
    directories=DOTNET,
    why="a web application is compiled when it is first asked for",
    sources=(ENDPOINT_WSUS, RECORDED),
)
RESOURCE_COMPILER: Final = ExpectedImage(
    "cvtres.exe",
    tier=Tier.KNOWN_BENIGN,
    directories=DOTNET,
    why="the resources of a web application are compiled",
    sources=(ENDPOINT_WSUS,),
)

INTERPRETERS: Final = (ProgramKind.SHELL, ProgramKind.SCRIPT_HOST, ProgramKind.LIVING_OFF_THE_LAND)
"""What runs whatever it is told to: no parent that should not run commands starts one of these."""
