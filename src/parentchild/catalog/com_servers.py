"""COM servers: what the DCOM launcher in svchost.exe starts on behalf of others."""

from __future__ import annotations

from typing import Final

from parentchild.catalog.arguments import COM_SERVER, DCOM, IsBare
from parentchild.catalog.confidence import rated
from parentchild.catalog.directories import (
    COMPONENT_STORE,
    EITHER_BITNESS,
    POWERSHELL,
    SERVICING,
    SETUP,
    SYSTEM32,
    UPDATE_STACK,
    UPGRADE_COMPONENTS,
    WBEM,
)
from parentchild.catalog.sources import (
    ATTACK_PPID,
    ELASTIC,
    ELASTIC_TRIAGE,
    ELASTIC_UPDATE,
    ENDPOINT,
    ENDPOINT_ARGUMENTS,
    FALCON_2020,
    MALPROCFIND,
    RECORDED,
    SIGMA_DIRECTORY,
    SIGMA_DLLHOST,
    VOLDIFF,
    WAZUH,
)
from parentchild.relations.relation import ExpectedImage, ExpectedParents, Tier
from parentchild.relations.severity import Severity

COM_SERVERS: Final = rated(
    ExpectedParents(
        "dllhost.exe",
        (
            ExpectedImage(
                "svchost.exe",
                service_groups=DCOM,
                why="the DCOM launcher starts COM servers that are libraries in this surrogate",
                sources=(FALCON_2020, ELASTIC, WAZUH, RECORDED),
            ),
            ExpectedImage(
                "services.exe",
                why="COM+ applications that are installed as a service",
                sources=(ELASTIC, WAZUH),
            ),
        ),
        creators=(
            ExpectedImage(
                "consent.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                why="a COM server that a user elevated is created by the elevation prompt",
                sources=(ATTACK_PPID,),
            ),
        ),
        why="The COM surrogate is started by the DCOM launcher, or as a service by services.exe.",
        sources=(ELASTIC, WAZUH, SIGMA_DLLHOST, ENDPOINT_ARGUMENTS, RECORDED),
        directories=EITHER_BITNESS,
        arguments=("/processid:*",),
        severity=Severity.MEDIUM,
        session="any",
        protects_name=True,
    ),
    ExpectedParents(
        "wmiprvse.exe",
        (
            ExpectedImage(
                "svchost.exe",
                service_groups=DCOM,
                why="the DCOM launcher starts the hosts of WMI providers",
                sources=(ELASTIC, ENDPOINT, MALPROCFIND, VOLDIFF, RECORDED),
            ),
            ExpectedImage(
                "svchost.exe",
                service_groups=DCOM,
                conditions=(IsBare(),),
                excuses_arguments=True,
                why="it is started without any arguments too, if seldom (2 of 122 recorded starts)",
                sources=(RECORDED,),
            ),
            ExpectedImage(
                "powershell.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=POWERSHELL,
                arguments=("/regserver",),
                why="repair scripts register the provider host again",
                sources=(ENDPOINT,),
            ),
            ExpectedImage(
                "cmd.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=EITHER_BITNESS,
                arguments=("/regserver",),
                why="repair scripts register the provider host again",
                sources=(ENDPOINT,),
            ),
        ),
        why="A host of WMI providers is a COM server: the DCOM launcher in svchost.exe starts it.",
        sources=(ELASTIC, ENDPOINT, ENDPOINT_ARGUMENTS, RECORDED),
        directories=WBEM,
        arguments=(*COM_SERVER, "/regserver"),
        severity=Severity.MEDIUM,
        session="0",
        protects_name=True,
    ),
    ExpectedParents(
        "wsmprovhost.exe",
        (
            ExpectedImage(
                "svchost.exe",
                service_groups=DCOM,
                why="the DCOM launcher starts the host of a remote PowerShell session",
                sources=(ELASTIC, ENDPOINT, RECORDED),
            ),
        ),
        why="The host of remote PowerShell is a COM server that svchost.exe starts for WinRM.",
        sources=(ELASTIC, ENDPOINT, RECORDED),
        windows="7+",
        directories=EITHER_BITNESS,
        arguments=COM_SERVER,
        severity=Severity.MEDIUM,
        session="0",
        protects_name=True,
    ),
    ExpectedParents(
        "winrshost.exe",
        (
            ExpectedImage(
                "svchost.exe",
                service_groups=DCOM,
                why="the DCOM launcher starts the host of a remote command shell",
                sources=(ELASTIC, ENDPOINT, RECORDED),
            ),
        ),
        why="The host of a remote command shell is a COM server that svchost.exe starts for WinRM.",
        sources=(ELASTIC, ENDPOINT, RECORDED),
        windows="7+",
        directories=EITHER_BITNESS,
        arguments=COM_SERVER,
        severity=Severity.MEDIUM,
        session="0",
        protects_name=True,
    ),
    ExpectedParents(
        "tiworker.exe",
        (
            ExpectedImage(
                "svchost.exe",
                service_groups=DCOM,
                why="the DCOM launcher starts the worker that installs components",
                sources=(ELASTIC, RECORDED),
            ),
            ExpectedImage(
                "trustedinstaller.exe",
                tier=Tier.KNOWN_BENIGN,
                windows="10+",
                directories=SERVICING,
                excuses_arguments=True,
                why="the servicing stack may start its worker itself",
                sources=(ELASTIC_TRIAGE,),
            ),
        ),
        why="The servicing worker is a COM server: the DCOM launcher in svchost.exe starts it.",
        sources=(ELASTIC, RECORDED),
        windows="8+",
        directories=(*COMPONENT_STORE, *UPGRADE_COMPONENTS),
        arguments=COM_SERVER,
        severity=Severity.MEDIUM,
        session="0",
    ),
    ExpectedParents(
        "backgroundtaskhost.exe",
        (
            ExpectedImage(
                "svchost.exe",
                service_groups=DCOM,
                why="the DCOM launcher starts the host of an app's background tasks",
                sources=(RECORDED,),
            ),
        ),
        why="The host of background tasks is a COM server: the DCOM launcher in svchost.exe starts it.",
        sources=(RECORDED,),
        windows="8+",
        directories=EITHER_BITNESS,
        arguments=("-servername:*",),
        severity=Severity.LOW,
        session="1 and up",
    ),
    ExpectedParents(
        "smartscreen.exe",
        (
            ExpectedImage(
                "svchost.exe",
                service_groups=DCOM,
                why="the DCOM launcher starts the filter of downloaded programs",
                sources=(RECORDED,),
            ),
        ),
        why="SmartScreen is a COM server: the DCOM launcher in svchost.exe starts it.",
        sources=(RECORDED, SIGMA_DIRECTORY),
        windows="10+",
        directories=(*SYSTEM32, *SETUP),
        arguments=COM_SERVER,
        severity=Severity.LOW,
        session="1 and up",
    ),
    ExpectedParents(
        "mousocoreworker.exe",
        (
            ExpectedImage(
                "svchost.exe",
                why="the update orchestrator starts its worker",
                sources=(RECORDED,),
            ),
        ),
        why="The worker of the update orchestrator is a COM server that svchost.exe starts.",
        sources=(RECORDED, ELASTIC_UPDATE),
        windows="10+",
        directories=(*SYSTEM32, *UPDATE_STACK),
        arguments=COM_SERVER,
        severity=Severity.LOW,
        session="0",
    ),
    ExpectedParents(
        "usocoreworker.exe",
        (
            ExpectedImage(
                "svchost.exe",
                why="the update orchestrator starts its worker",
                sources=(RECORDED,),
            ),
        ),
        why="The worker of the update orchestrator is a COM server that svchost.exe starts.",
        sources=(RECORDED, ELASTIC_UPDATE),
        windows="10+",
        directories=(*SYSTEM32, *UPDATE_STACK),
        arguments=COM_SERVER,
        severity=Severity.LOW,
        session="0",
    ),
)
"""Hosts of libraries, of providers and of remote sessions, and the workers of servicing."""
