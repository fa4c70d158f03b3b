"""Services: their hosts, those that run in their own process, and what these start."""

from __future__ import annotations

from typing import Final

from parentchild.catalog.arguments import ANY_ARGUMENT, COM_SERVER
from parentchild.catalog.confidence import rated
from parentchild.catalog.directories import (
    COMPONENT_STORE,
    DEFENDER,
    DOTNET,
    EITHER_BITNESS,
    SERVICING,
    SYSTEM32,
    SYSWOW64,
)
from parentchild.catalog.sources import (
    CAR,
    ECHOTRAIL,
    ELASTIC,
    ELASTIC_3377,
    ELASTIC_EDR_FREEZE,
    ELASTIC_MRT,
    ELASTIC_TRIAGE,
    ENDPOINT,
    ENDPOINT_ARGUMENTS,
    ENDPOINT_PPID,
    ENDPOINT_SVCHOST,
    EQLLIB,
    FALCON,
    FALCON_2020,
    PROTECTED,
    RECORDED,
    SANS,
    SIGMA_ARGUMENTS,
    SIGMA_FREEZE,
    SIGMA_SVCHOST,
    SIGMA_WRONG,
    SPLUNK,
    VOLDIFF,
    WINDOWS_INTERNALS,
)
from parentchild.relations.relation import ExpectedImage, ExpectedParents, Tier
from parentchild.relations.severity import Severity

APP_DEPLOYMENT: Final = "AppXDeploymentExtensions.OneCore.dll"
"""The library that installs apps from the store."""

SERVICES: Final = rated(
    ExpectedParents(
        "svchost.exe",
        (
            ExpectedImage(
                "services.exe",
                why="the service control manager starts every service host",
                sources=(FALCON, FALCON_2020, ELASTIC, EQLLIB, SANS, ECHOTRAIL, RECORDED),
            ),
            ExpectedImage(
                "msmpeng.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=DEFENDER,
                excuses_arguments=True,
                why="Defender's engine starts a svchost.exe without arguments, for emulation or clean-up",
                sources=(FALCON, FALCON_2020, ELASTIC, SPLUNK, ECHOTRAIL, RECORDED),
            ),
            ExpectedImage(
                "mrt.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                excuses_arguments=True,
                why="the monthly Malicious Software Removal Tool starts a service host",
                sources=(SIGMA_SVCHOST, ELASTIC_MRT, ENDPOINT_SVCHOST, ECHOTRAIL),
            ),
            ExpectedImage(
                "mrt-kb890830.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                excuses_arguments=True,
                why="the same tool under the name of its update",
                sources=(ENDPOINT_SVCHOST, ECHOTRAIL),
            ),
            ExpectedImage(
                "tiworker.exe",
                tier=Tier.KNOWN_BENIGN,
                windows="10+",
                directories=COMPONENT_STORE,
                excuses_arguments=True,
                why="seen while a fresh Windows 10 serviced itself",
                sources=(SIGMA_SVCHOST,),
            ),
            ExpectedImage(
                "ngen.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=DOTNET,
                excuses_arguments=True,
                why=".NET makes native images while Windows is serviced",
                sources=(SIGMA_SVCHOST, SIGMA_WRONG),
            ),
            ExpectedImage(
                "wermgr.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                excuses_arguments=True,
                why="error reporting, as one endpoint product observed it",
                sources=(ENDPOINT_SVCHOST,),
            ),
            ExpectedImage(
                "svchost.exe",
                tier=Tier.KNOWN_BENIGN,
                directories=SYSTEM32,
                counterpart_directories=SYSWOW64,
                why="a 64-bit service host starts the 32-bit one in SysWOW64 for a 32-bit service",
                sources=(EQLLIB, ENDPOINT_SVCHOST, ELASTIC_3377),
            ),
        ),
        why="Service hosts are started by the service control manager, with few and known exceptions.",
        sources=(FALCON, ELASTIC, SANS, ECHOTRAIL, WINDOWS_INTERNALS, SIGMA_ARGUMENTS, RECORDED),
        directories=EITHER_BITNESS,
        arguments=("-k *",),
        severity=Severity.HIGH,
        session="0; services of a user run in that user's session",
        protects_name=True,
    ),
    ExpectedParents(
        "spoolsv.exe",
        (
            ExpectedImage(
                "services.exe",
                why="the print spooler is a service in its own process",
                sources=(FALCON_2020, ELASTIC, EQLLIB, CAR, RECORDED),
            ),
        ),
        why="The print spooler is a service: the service control manager starts it.",
        sources=(FALCON_2020, ELASTIC, RECORDED),
        directories=SYSTEM32,
        severity=Severity.MEDIUM,
        session="0",
        protects_name=True,
    ),
    ExpectedParents(
        "msmpeng.exe",
        (
            ExpectedImage(
                "services.exe",
                why="Defender's engine is a service in its own process",
                sources=(RECORDED, WINDOWS_INTERNALS),
            ),
        ),
        why=(
            "Defender's engine is a service: the service control manager starts it. Many rules trust "
            "its name."
        ),
        sources=(RECORDED, SPLUNK, ENDPOINT_SVCHOST),
        windows="7+",
        directories=DEFENDER,
        severity=Severity.HIGH,
        session="0",
        protects_name=True,
    ),
    ExpectedParents(
        "sppsvc.exe",
        (
            ExpectedImage(
                "services.exe",
                why="software protection is a service in its own process",
                sources=(VOLDIFF, RECORDED),
            ),
        ),
        why="Software protection is a service: the service control manager starts it.",
        sources=(VOLDIFF, RECORDED),
        windows="vista+",
        directories=SYSTEM32,
        severity=Severity.LOW,
        session="0",
    ),
    ExpectedParents(
        "audiodg.exe",
        (
            ExpectedImage(
                "svchost.exe",
                why="the audio service isolates sound effects in it",
                sources=(VOLDIFF, RECORDED),
            ),
        ),
        why="The isolated part of the audio engine is started by the audio service in svchost.exe.",
        sources=(VOLDIFF, RECORDED),
        windows="vista+",
        directories=SYSTEM32,
        severity=Severity.LOW,
        session="0",
    ),
    ExpectedParents(
        "searchindexer.exe",
        (
            ExpectedImage(
                "services.exe",
                why="Windows Search is a service in its own process",
                sources=(ELASTIC, ENDPOINT, VOLDIFF, RECORDED),
            ),
        ),
        why="The indexer is a service: the service control manager starts it.",
        sources=(ELASTIC, ENDPOINT, RECORDED),
        windows="vista+",
        directories=EITHER_BITNESS,
        arguments=COM_SERVER,
        severity=Severity.MEDIUM,
        session="0",
        protects_name=True,
    ),
    ExpectedParents(
        "searchprotocolhost.exe",
        (
            ExpectedImage(
                "searchindexer.exe",
                why="the indexer reaches each store of documents through a host of its own",
                sources=(ELASTIC, RECORDED),
            ),
            ExpectedImage(
                "dllhost.exe",
                tier=Tier.KNOWN_BENIGN,
                excuses_arguments=True,
                why="accepted by one large rule set since 2020",
                sources=(ELASTIC,),
            ),
            *(
                ExpectedImage(
                    "rundll32.exe",
                    tier=Tier.KNOWN_BENIGN,
                    windows="10+",
                    directories=EITHER_BITNESS,
                    parent_arguments=(f"^ {library},ShellRefresh",),
                    excuses_arguments=True,
                    why="the shell is refreshed after an app from the store was installed",
                    sources=(ENDPOINT, ELASTIC_TRIAGE),
                )
                for library in (APP_DEPLOYMENT, rf"C:\Windows\System32\{APP_DEPLOYMENT}")
            ),
        ),
        why="The indexer starts its protocol hosts; attackers inject code into them.",
        sources=(ELASTIC, ENDPOINT_ARGUMENTS, RECORDED),
        windows="vista+",
        directories=EITHER_BITNESS,
        arguments=ANY_ARGUMENT,
        severity=Severity.LOW,
        session="0, and that of a user whose mail is indexed",
        protects_name=True,
    ),
    ExpectedParents(
        "searchfilterhost.exe",
        (
            ExpectedImage(
                "searchindexer.exe",
                why="the indexer parses documents in a host with few rights",
                sources=(RECORDED,),
            ),
        ),
        why="The indexer alone starts its filter hosts.",
        sources=(RECORDED,),
        windows="vista+",
        directories=EITHER_BITNESS,
        arguments=ANY_ARGUMENT,
        severity=Severity.LOW,
        session="0",
        protects_name=True,
    ),
    ExpectedParents(
        "trustedinstaller.exe",
        (
            ExpectedImage(
                "services.exe",
                windows="vista+",
                why="the Windows Modules Installer is a service in its own process",
                sources=(RECORDED,),
            ),
        ),
        why="The installer of Windows' own modules is a service: the service control manager starts it.",
        sources=(RECORDED,),
        windows="vista+",
        directories=SERVICING,
        severity=Severity.MEDIUM,
        session="0",
        protects_name=True,
    ),
    ExpectedParents(
        "securityhealthservice.exe",
        (
            ExpectedImage(
                "services.exe",
                why="Windows Security's service runs in its own process",
                sources=(RECORDED,),
            ),
        ),
        why="The service of Windows Security is started by the service control manager.",
        sources=(RECORDED,),
        windows="10+",
        directories=(*SYSTEM32, r"C:\Windows\System32\SecurityHealth\*"),
        severity=Severity.LOW,
        session="0",
    ),
    ExpectedParents(
        "wudfhost.exe",
        (
            ExpectedImage(
                "services.exe",
                windows="8+",
                why="the service control manager starts a host for each user-mode driver",
                sources=(RECORDED,),
            ),
            ExpectedImage(
                "svchost.exe",
                windows="vista-7",
                why="before Windows 8 the driver foundation was a service in svchost.exe",
                sources=(WINDOWS_INTERNALS,),
            ),
        ),
        why="A host of user-mode drivers is started by the service control manager.",
        sources=(RECORDED, WINDOWS_INTERNALS),
        windows="vista+",
        directories=SYSTEM32,
        severity=Severity.LOW,
        session="0",
    ),
    ExpectedParents(
        "werfaultsecure.exe",
        (
            ExpectedImage(
                "svchost.exe",
                directories=SYSTEM32,
                service_groups=("WerSvcGroup",),
                why="error reporting dumps a protected process through it",
                sources=(ENDPOINT_PPID, ELASTIC_EDR_FREEZE),
            ),
            *(
                ExpectedImage(
                    name,
                    tier=Tier.KNOWN_BENIGN,
                    directories=directories,
                    why="a protected process that crashed, or error reporting on its behalf",
                    sources=sources,
                )
                for name, directories, sources in (
                    ("wermgr.exe", EITHER_BITNESS, (ELASTIC_EDR_FREEZE,)),
                    ("werfault.exe", EITHER_BITNESS, (ELASTIC_EDR_FREEZE,)),
                    ("dxgiadaptercache.exe", SYSTEM32, (ENDPOINT_PPID,)),
                    ("smss.exe", SYSTEM32, (PROTECTED,)),
                    ("csrss.exe", SYSTEM32, (ELASTIC,)),
                    ("wininit.exe", SYSTEM32, (PROTECTED,)),
                    ("services.exe", SYSTEM32, (PROTECTED,)),
                    ("lsass.exe", SYSTEM32, (ENDPOINT,)),
                    ("sppsvc.exe", SYSTEM32, (PROTECTED,)),
                    ("msmpeng.exe", DEFENDER, (PROTECTED,)),
                )
            ),
        ),
        tier=Tier.KNOWN_BENIGN,
        why=(
            "Only error reporting dumps protected processes; another parent uses its rights to freeze or to"
            " dump a security product. A protected product of another vendor that crashes looks so too."
        ),
        sources=(ENDPOINT_PPID, ELASTIC_EDR_FREEZE, SIGMA_FREEZE, RECORDED),
        windows="8+",
        directories=EITHER_BITNESS,
        severity=Severity.MEDIUM,
        session="that of the process that crashed",
    ),
)
"""What the service control manager starts, and the parts that its services start."""
