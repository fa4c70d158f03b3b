r"""Exceptions for other vendors' products, each product a pack of its own.

None is part of the default: a name that a product excuses excuses an attacker too wherever the product is not
installed. Each row extends one relation of the default and names the directory or the signer by which peers,
or the vendor's own installer, pin the product down. `vendor` joins them.
"""

from __future__ import annotations

from typing import Final

import attrs

from parentchild.catalog.confidence import rated
from parentchild.catalog.default import DEFAULT_RELATIONS
from parentchild.catalog.directories import EITHER_BITNESS, POWERSHELL, SYSTEM32
from parentchild.catalog.sources import (
    ECHOTRAIL,
    ELASTIC,
    ELASTIC_4775,
    ELASTIC_6696,
    ELASTIC_SPOOLER,
    ELASTIC_TRIAGE,
    ENDPOINT,
    ENDPOINT_DWM,
    ENDPOINT_SVCHOST,
    ENDPOINT_SYSCALL,
    QUALCOMM,
    SIGMA_319,
    SIGMA_SPOOLER,
    SIGMA_SVCHOST,
    SIGMA_WRONG,
)
from parentchild.errors import InvalidArgument
from parentchild.relations.registry import RelationRegistry
from parentchild.relations.relation import ExpectedChildren, ExpectedImage, ExpectedParents, Relation, Tier
from parentchild.windows.names import fold


def _either(directory: str) -> tuple[str, ...]:
    """Return a directory below both `Program Files`."""
    return rf"C:\Program Files\{directory}", rf"C:\Program Files (x86)\{directory}"


_WORKPLACE: Final = (r"C:\Program Files (x86)\Workplace\Components\WorkplaceContainerComponent\Current",)
_CUTEPDF: Final = (
    r"C:\Program Files (x86)\CutePDF Writer",
    r"C:\Program Files (x86)\Acro Software\CutePDF Writer",
)
_PRIVILEGE_MANAGER: Final = (
    r"C:\Program Files (x86)\Common Files\One Identity\Safeguard Privilege Manager for Windows\Client"
)

VENDOR_RELATIONS: Final[tuple[ExpectedParents | ExpectedChildren, ...]] = rated(
    ExpectedParents(
        "userinit.exe",
        (
            ExpectedImage(
                "kusrinit.exe",
                tier=Tier.VENDOR,
                pack="kusrinit",
                directories=EITHER_BITNESS,
                why="a helper of the log-on, by its name most likely of the KACE agent",
                sources=(ELASTIC_4775, ELASTIC),
            ),
        ),
    ),
    ExpectedParents(
        "svchost.exe",
        (
            ExpectedImage(
                "rpcnet.exe",
                tier=Tier.VENDOR,
                pack="absolute",
                directories=EITHER_BITNESS,
                excuses_arguments=True,
                why="Absolute's theft protection (Computrace, LoJack) runs its agent in a service host",
                sources=(SIGMA_SVCHOST, SIGMA_319, ENDPOINT_SVCHOST, ELASTIC_TRIAGE, ECHOTRAIL),
            ),
            ExpectedImage(
                "rpcnetp.exe",
                tier=Tier.VENDOR,
                pack="absolute",
                directories=EITHER_BITNESS,
                excuses_arguments=True,
                why="the small agent that Absolute's firmware module puts back at boot",
                sources=(ENDPOINT_SVCHOST, ELASTIC_TRIAGE),
            ),
            ExpectedImage(
                "savservice.exe",
                tier=Tier.VENDOR,
                pack="sophos",
                directories=_either(r"Sophos\Sophos Anti-Virus"),
                why="Sophos Anti-Virus",
                sources=(SIGMA_WRONG,),
            ),
            ExpectedImage(
                "sfc.exe",
                tier=Tier.VENDOR,
                pack="cisco",
                directories=_either(r"Cisco\AMP\*"),
                why="the connector of Cisco Secure Endpoint; Windows' own sfc.exe lies elsewhere",
                sources=(ENDPOINT_SVCHOST,),
            ),
            ExpectedImage(
                "alibabaprotect.exe",
                tier=Tier.VENDOR,
                pack="alibaba",
                directories=_either(r"AlibabaProtect\*"),
                why="Alibaba's protection service",
                sources=(ENDPOINT_SVCHOST,),
            ),
            ExpectedImage(
                "qqexternal.exe",
                tier=Tier.VENDOR,
                pack="tencent",
                directories=(r"C:\Program Files (x86)\Tencent\QQ\Bin",),
                why="Tencent QQ",
                sources=(ENDPOINT_SVCHOST,),
            ),
            ExpectedImage(
                "unity.exe",
                tier=Tier.VENDOR,
                pack="unity",
                directories=_either("Unity Client"),
                why="the Unity telephony client",
                sources=(ENDPOINT_SVCHOST,),
            ),
            ExpectedImage(
                "csehost.exe",
                tier=Tier.VENDOR,
                pack="one-identity",
                directories=(_PRIVILEGE_MANAGER,),
                why="One Identity Safeguard Privilege Manager",
                sources=(ENDPOINT_SVCHOST,),
            ),
            ExpectedImage(
                "cmdvirth.exe",
                tier=Tier.VENDOR,
                pack="comodo",
                directories=(r"C:\Program Files\COMODO\COMODO Internet Security",),
                integrity="System",
                why="the host of COMODO's container starts service hosts as SYSTEM",
                sources=(ENDPOINT_SVCHOST,),
            ),
            ExpectedImage(
                "rdrcef.exe",
                tier=Tier.VENDOR,
                pack="adobe",
                directories=(r"C:\Program Files (x86)\Adobe\Acrobat Reader DC\Reader\acrocef*",),
                integrity="System",
                why="Adobe Reader, seen by one endpoint product for service hosts that run as SYSTEM",
                sources=(ENDPOINT_SVCHOST,),
            ),
        ),
    ),
    ExpectedParents(
        "csrss.exe",
        (
            ExpectedImage(
                "aps.exe",
                tier=Tier.VENDOR,
                pack="graphon",
                directories=(r"C:\Program Files\GraphOn\GO-Global\Programs",),
                why="GO-Global gives each remote session a subsystem of its own",
                sources=(ENDPOINT_SYSCALL,),
            ),
        ),
    ),
    ExpectedParents(
        "runtimebroker.exe",
        (
            ExpectedImage(
                "sandboxiedcomlaunch.exe",
                tier=Tier.VENDOR,
                pack="sandboxie",
                directories=(r"C:\Program Files\Sandboxie", r"C:\Program Files\Sandboxie-Plus"),
                why="Sandboxie launches COM servers in the place of Windows' own launcher",
                sources=(ENDPOINT,),
            ),
            ExpectedImage(
                "workplace container helper.exe",
                tier=Tier.VENDOR,
                pack="workplace",
                directories=_WORKPLACE,
                why="the Workplace container starts its own brokers",
                sources=(ENDPOINT, ELASTIC, ELASTIC_4775),
            ),
        ),
    ),
    ExpectedParents(
        "spoolsv.exe",
        (
            ExpectedImage(
                "workplace starter.exe",
                tier=Tier.VENDOR,
                pack="workplace",
                directories=_WORKPLACE,
                why="the Workplace container starts its own spooler",
                sources=(ELASTIC, ENDPOINT, ELASTIC_4775),
            ),
        ),
    ),
    ExpectedParents(
        "logonui.exe",
        (
            ExpectedImage(
                "filecoauth.exe",
                tier=Tier.VENDOR,
                pack="onedrive",
                directories=(r"C:\Users\*\AppData\Local\Microsoft\OneDrive\*",),
                why="OneDrive, seen by one endpoint product; a reused pid looks so too",
                sources=(ENDPOINT,),
            ),
        ),
    ),
    ExpectedParents(
        "consent.exe",
        (
            ExpectedImage(
                "threatlockerconsent.exe",
                tier=Tier.VENDOR,
                pack="threatlocker",
                directories=(r"C:\Program Files\ThreatLocker",),
                excuses_arguments=True,
                why="ThreatLocker shows the elevation prompt itself",
                sources=(ENDPOINT,),
            ),
            ExpectedImage(
                "crwindowsclientservice.exe",
                tier=Tier.VENDOR,
                pack="adobe",
                directories=(r"C:\Program Files (x86)\Common Files\Adobe\Adobe Desktop Common\ADS",),
                excuses_arguments=True,
                why="Adobe Desktop Common",
                sources=(ENDPOINT,),
            ),
            ExpectedImage(
                "workplace container helper.exe",
                tier=Tier.VENDOR,
                pack="workplace",
                directories=_WORKPLACE,
                why="the Workplace container shows elevation prompts of its own",
                sources=(ELASTIC, ENDPOINT),
            ),
        ),
    ),
    ExpectedParents(
        "searchprotocolhost.exe",
        (
            ExpectedImage(
                "teams.exe",
                tier=Tier.VENDOR,
                pack="teams",
                directories=(r"C:\Users\*\AppData\Local\Microsoft\Teams\current",),
                excuses_arguments=True,
                why="Microsoft Teams, seen by one endpoint product; a reused pid looks so too",
                sources=(ENDPOINT,),
            ),
            ExpectedImage(
                "microsoftedgeupdatecore.exe",
                tier=Tier.VENDOR,
                pack="edge-update",
                directories=(r"C:\Users\*\AppData\Local\Microsoft\EdgeUpdate\*",),
                arguments=("*usgthrfltpipemssgthrpipe*",),
                why="Edge's updater, seen by one endpoint product; a reused pid looks so too",
                sources=(ENDPOINT,),
            ),
            ExpectedImage(
                "powershell.exe",
                tier=Tier.VENDOR,
                pack="unexplained",
                directories=POWERSHELL[:1],
                excuses_arguments=True,
                why="seen by one endpoint product without a reason; malware that injects code starts it too",
                sources=(ENDPOINT,),
            ),
        ),
    ),
    ExpectedParents(
        "sihost.exe",
        (
            ExpectedImage(
                "powershell.exe",
                tier=Tier.VENDOR,
                pack="unexplained",
                directories=POWERSHELL,
                why="seen by one endpoint product without a reason",
                sources=(ENDPOINT,),
            ),
        ),
    ),
    ExpectedChildren(
        "smss.exe",
        (
            ExpectedImage(
                "pvsvmboot.exe",
                tier=Tier.VENDOR,
                pack="citrix",
                directories=SYSTEM32,
                why="Citrix Provisioning prepares the machine at boot",
                sources=(ELASTIC_4775, ELASTIC),
            ),
            ExpectedImage(
                "sophosna.exe",
                tier=Tier.VENDOR,
                pack="sophos",
                directories=SYSTEM32,
                why="a native part of Sophos at boot",
                sources=(ELASTIC_4775, ELASTIC),
            ),
            ExpectedImage(
                "omnissa-ic-nga.exe",
                tier=Tier.VENDOR,
                pack="vmware",
                directories=SYSTEM32,
                why="the agent of instant clones, now Omnissa's",
                sources=(ELASTIC_4775, ELASTIC),
            ),
            ExpectedImage(
                "vmware-svi-nga.exe",
                tier=Tier.VENDOR,
                pack="vmware",
                directories=SYSTEM32,
                why="the agent of VMware's linked clones",
                sources=(ELASTIC_6696,),
            ),
            ExpectedImage(
                "icarus_rvrt.exe",
                tier=Tier.VENDOR,
                pack="icarus",
                directories=SYSTEM32,
                why="rolls an update back at boot; by its name most likely of Avast or a related product",
                sources=(ELASTIC_4775, ELASTIC),
            ),
            ExpectedImage(
                "taniumfileinfo.exe",
                tier=Tier.VENDOR,
                pack="tanium",
                directories=(r"C:\Program Files (x86)\Tanium\Tanium Client\Patch\tools",),
                why="Tanium's patch tools",
                sources=(ENDPOINT,),
            ),
            ExpectedImage(
                "urlinspectaddon.exe",
                tier=Tier.VENDOR,
                pack="vipre",
                directories=(r"C:\Program Files (x86)\VIPRE Business Agent",),
                why="VIPRE's agent",
                sources=(ENDPOINT,),
            ),
        ),
    ),
    ExpectedChildren(
        "lsass.exe",
        (
            ExpectedImage(
                "mfeepehost.exe",
                tier=Tier.VENDOR,
                pack="mcafee",
                directories=(r"C:\Program Files\McAfee\Endpoint Encryption Agent",),
                why="McAfee Endpoint Encryption",
                sources=(ENDPOINT,),
            ),
            ExpectedImage(
                "cmd.exe",
                tier=Tier.VENDOR,
                pack="adpasswordsync",
                directories=SYSTEM32,
                arguments=(r"C:\AdPasswordSync\passwd.bat",),
                why="a password filter on domain controllers passes new passwords on by a script",
                sources=(ENDPOINT,),
            ),
            ExpectedImage(
                "powershell.exe",
                tier=Tier.VENDOR,
                pack="passwordrbl",
                directories=POWERSHELL[:1],
                arguments=(r"C:\Program Files\PasswordRBL\passwdfw.ps1",),
                why="Password RBL checks new passwords on domain controllers by a script",
                sources=(ENDPOINT,),
            ),
        ),
    ),
    ExpectedChildren(
        "smss.exe",
        tuple(
            ExpectedImage(
                name,
                tier=Tier.VENDOR,
                pack="qualcomm",
                directories=(r"C:\Windows\System32\DriverStore\FileRepository\*",),
                why="an extension of the secure kernel, which the drivers of a Qualcomm platform register",
                sources=(QUALCOMM,),
            )
            for name in ("qcskext7180.exe", "qcskext8180.exe", "qcskext8250.exe", "qcskext8380.exe")
        ),
    ),
    ExpectedChildren(
        "dwm.exe",
        tuple(
            ExpectedImage(
                name,
                tier=Tier.VENDOR,
                pack=name.removesuffix(".exe"),
                directories=SYSTEM32,
                why="accepted by one endpoint product, which does not name the vendor",
                sources=(ENDPOINT_DWM,),
            )
            for name in ("ism.exe", "dgcvideo.exe")
        ),
    ),
    ExpectedChildren(
        "spoolsv.exe",
        (
            *(
                ExpectedImage(
                    name,
                    tier=Tier.VENDOR,
                    pack=pack,
                    directories=directories,
                    why=why,
                    sources=(ELASTIC_SPOOLER,),
                )
                for name, pack, directories, why in (
                    ("pdfcreator.exe", "pdfcreator", _either("PDFCreator"), "a printer that writes PDF"),
                    (
                        "acrodist.exe",
                        "adobe",
                        _either(r"Adobe\*\Acrobat"),
                        "Acrobat's printer that writes PDF",
                    ),
                    ("cpwriter2.exe", "cutepdf", _CUTEPDF, "CutePDF, a printer that writes PDF"),
                    ("cpwsave.exe", "cutepdf", _CUTEPDF, "CutePDF, which asks where to save"),
                    (
                        "gswin32c.exe",
                        "cutepdf",
                        (r"C:\Program Files (x86)\GPLGS",),
                        "Ghostscript, as CutePDF brings it",
                    ),
                    (
                        "cpwriter2.exe",
                        "tsplus",
                        (r"C:\Program Files (x86)\TSplus\UniversalPrinter",),
                        "the universal printer of TSplus",
                    ),
                    (
                        "driverenvironmentsetup.exe",
                        "seagull",
                        (r"C:\Program Files\Seagull\Printer Drivers\Packages\*",),
                        "the drivers of label printers by Seagull",
                    ),
                    ("cnab4rpd.exe", "canon", SYSTEM32, "a driver of Canon's printers"),
                )
            ),
            *(
                ExpectedImage(
                    name,
                    tier=Tier.VENDOR,
                    pack="print-scripts",
                    directories=directories,
                    arguments=arguments,
                    why="a printer that runs a script for each job, or opens its port",
                    sources=(ELASTIC_SPOOLER, SIGMA_SPOOLER),
                )
                for name, directories, arguments in (
                    ("cmd.exe", EITHER_BITNESS, ("*.spl*",)),
                    ("cmd.exe", EITHER_BITNESS, ("route add",)),
                    ("powershell.exe", POWERSHELL, ("*.spl*",)),
                    ("net.exe", EITHER_BITNESS, ("^ start",)),
                    ("net.exe", EITHER_BITNESS, ("^ stop",)),
                    ("netsh.exe", EITHER_BITNESS, ("add portopening",)),
                )
            ),
        ),
    ),
)
"""One row for each relation of the default that a product extends; the relation's own facts are left out."""

VENDORS: Final = tuple(
    sorted(
        {
            image.pack
            for relation in VENDOR_RELATIONS
            for image in (relation.parents if isinstance(relation, ExpectedParents) else relation.children)
        }
    )
)
"""The names of all packs, for `vendor` and `RelationRegistry.without_pack`."""


def vendor(pack: str) -> RelationRegistry:
    r"""Return the exceptions of one product, to be joined to a registry with `|`.

    What comes back holds the default's whole relation for each image that the product touches, so joining it
    never leaves an image watched with the product as its only parent.

    >>> registry = DEFAULT_RELATIONS | vendor("absolute")
    >>> registry.verdict("svchost.exe", "rpcnet.exe").value
    'expected'
    >>> registry.without_pack("absolute") == DEFAULT_RELATIONS
    True

    Raises:
        InvalidArgument: there is no pack of that name.
    """
    name = fold(pack)
    if name not in VENDORS:
        raise InvalidArgument("pack", pack, f"is not a vendor pack; known are {', '.join(VENDORS)}")
    return RelationRegistry(
        extended for each in VENDOR_RELATIONS if (extended := _extended(each, name)) is not None
    )


def _extended(relation: ExpectedParents | ExpectedChildren, pack: str) -> Relation | None:
    """Return the default's relation with what one pack adds to it, or None where it adds nothing."""
    if isinstance(relation, ExpectedParents):
        parents = tuple(image for image in relation.parents if image.pack == pack)
        known = DEFAULT_RELATIONS[relation.child]
        return attrs.evolve(known, parents=(*known.parents, *parents)) if parents else None
    children = tuple(image for image in relation.children if image.pack == pack)
    listed = next(
        each
        for each in DEFAULT_RELATIONS.expected_children[relation.parent]
        if each.services == relation.services
    )
    return attrs.evolve(listed, children=(*listed.children, *children)) if children else None
