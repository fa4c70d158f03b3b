r"""Where published tables disagree, what was decided, and the cases that hold the decision.

Each case is evaluated by the default relations in the tests, so a decision cannot change unseen.
"""

from __future__ import annotations

from typing import Final

import attrs

from parentchild.catalog.sources import (
    CAR,
    ECHOTRAIL,
    ELASTIC,
    ELASTIC_6696,
    ELASTIC_LSASS,
    ELASTIC_TRIAGE,
    ENDPOINT,
    ENDPOINT_PPID,
    ENDPOINT_SVCHOST,
    EQLLIB,
    FALCON,
    FALCON_2020,
    LOLBAS,
    MALPROCFIND,
    OPENSSH,
    OSQUERY_ATTCK,
    RECORDED,
    SIGMA_CONHOST,
    SIGMA_LSASS,
    SIGMA_SVCHOST,
    SIGMA_WRONG,
    SPLUNK,
    THREATHUNTING,
    VELOCIRAPTOR,
    WAZUH,
)
from parentchild.relations.evaluation import Verdict


@attrs.frozen
class Case:
    """One process creation and the verdict that was decided for it.

    Args:
        child: the child's name.
        parent: the parent's name.
        verdict: what the default relations say.
        child_path: the child's path, where the decision rests on it.
        parent_path: the parent's path, where the decision rests on it.
        command_line: the child's command line, where the decision rests on it.
        windows: the release, where the decision rests on it.
    """

    child: str
    parent: str
    verdict: Verdict
    child_path: str | None = attrs.field(default=None, kw_only=True)
    parent_path: str | None = attrs.field(default=None, kw_only=True)
    command_line: str | None = attrs.field(default=None, kw_only=True)
    windows: str | None = attrs.field(default=None, kw_only=True)


@attrs.frozen
class Dispute:
    """A claim about a pair on which published tables disagree.

    Args:
        claim: the claim, in words.
        made_by: who makes it.
        denied_by: who does not.
        decision: what was decided.
        why: the reason.
        sources: where that is known from.
        cases: creations that show the decision.
    """

    claim: str
    made_by: str = attrs.field(kw_only=True)
    denied_by: str = attrs.field(kw_only=True)
    decision: str = attrs.field(kw_only=True)
    why: str = attrs.field(kw_only=True)
    sources: tuple[str, ...] = attrs.field(kw_only=True)
    cases: tuple[Case, ...] = attrs.field(kw_only=True)


_SYSTEM32: Final = "C:\\Windows\\System32\\"
_MISMATCH: Final = Verdict.MISMATCH
_EXPECTED: Final = Verdict.EXPECTED

DISPUTES: Final = (
    Dispute(
        "svchost.exe may start svchost.exe",
        made_by="Elastic since 2024, Sigma from 2019 to 2022",
        denied_by="FalconForce, Splunk, Sigma today, Wazuh",
        decision="only the hand-over from System32 to SysWOW64",
        why=(
            "Any other copy is a reported crash, which needs evidence, or injected code; of the parents"
            " that EchoTrail counted svchost.exe has 0.00 %."
        ),
        sources=(ELASTIC, SIGMA_SVCHOST, ENDPOINT_SVCHOST, ECHOTRAIL),
        cases=(
            Case("svchost.exe", "svchost.exe", _MISMATCH),
            Case(
                "svchost.exe",
                "svchost.exe",
                _MISMATCH,
                child_path=f"{_SYSTEM32}svchost.exe",
                parent_path=f"{_SYSTEM32}svchost.exe",
            ),
            Case(
                "svchost.exe",
                "svchost.exe",
                _EXPECTED,
                child_path=r"C:\Windows\SysWOW64\svchost.exe",
                parent_path=f"{_SYSTEM32}svchost.exe",
            ),
        ),
    ),
    Dispute(
        "svchost.exe may start csrss.exe",
        made_by="eqllib, CAR, ThreatHunting, Elastic",
        denied_by="all tables after SANS",
        decision="mismatch",
        why="Copied since 2018 without a reason; every recorded parent is smss.exe.",
        sources=(EQLLIB, CAR, THREATHUNTING, ELASTIC, RECORDED),
        cases=(
            Case("csrss.exe", "svchost.exe", _MISMATCH),
            Case("csrss.exe", "smss.exe", _EXPECTED),
        ),
    ),
    Dispute(
        "dwm.exe may start userinit.exe",
        made_by="eqllib, CAR, ThreatHunting, Elastic",
        denied_by="all others",
        decision="mismatch",
        why="Copied since 2018 without a reason; every recorded parent is winlogon.exe.",
        sources=(EQLLIB, CAR, THREATHUNTING, ELASTIC, RECORDED),
        cases=(Case("userinit.exe", "dwm.exe", _MISMATCH),),
    ),
    Dispute(
        "services.exe may start taskhostw.exe",
        made_by="eqllib, Elastic, Elastic's endpoint rule",
        denied_by="FalconForce, SANS, Velociraptor",
        decision="mismatch; right for taskhost.exe on Windows 7",
        why="True of taskhost.exe on Windows 7; all 167 recorded taskhostw.exe came from svchost.exe.",
        sources=(EQLLIB, ELASTIC, ENDPOINT, FALCON, RECORDED),
        cases=(
            Case("taskhostw.exe", "services.exe", _MISMATCH),
            Case("taskhost.exe", "services.exe", _EXPECTED, windows="7"),
        ),
    ),
    Dispute(
        "lsass.exe may start lsass.exe",
        made_by="Elastic's endpoint rule, Elastic's general exclusion of copies",
        denied_by="Sigma (critical), Elastic's rule for event 4688",
        decision="mismatch, critical, never cleared by a crash report",
        why="A copy of the local security authority serves to dump its secrets.",
        sources=(ENDPOINT, ELASTIC_6696, SIGMA_LSASS, ELASTIC_LSASS, RECORDED),
        cases=(
            Case("lsass.exe", "lsass.exe", _MISMATCH),
            Case(
                "lsass.exe",
                "lsass.exe",
                _MISMATCH,
                child_path=f"{_SYSTEM32}lsass.exe",
                parent_path=f"{_SYSTEM32}lsass.exe",
            ),
        ),
    ),
    Dispute(
        "services.exe, lsass.exe and sihost.exe may start lsass.exe, services.exe, LsaIso.exe and smss.exe",
        made_by="Elastic's endpoint rule",
        denied_by="all others",
        decision="mismatch",
        why="One rule's list for a group of images, which lets each parent stand for every other.",
        sources=(ENDPOINT,),
        cases=(
            Case("lsass.exe", "services.exe", _MISMATCH),
            Case("services.exe", "services.exe", _MISMATCH),
            Case("lsaiso.exe", "lsass.exe", _MISMATCH),
            Case("lsaiso.exe", "services.exe", _MISMATCH),
            Case("smss.exe", "sihost.exe", _MISMATCH),
        ),
    ),
    Dispute(
        "winlogon.exe may start lsass.exe and services.exe",
        made_by="CAR, malprocfind",
        denied_by="all others",
        decision="only before Vista",
        why="Vista moved both to wininit.exe.",
        sources=(CAR, MALPROCFIND),
        cases=(
            Case("lsass.exe", "winlogon.exe", _MISMATCH),
            Case("services.exe", "winlogon.exe", _MISMATCH),
        ),
    ),
    Dispute(
        "smss.exe never starts smss.exe",
        made_by="Velociraptor, Wazuh, Patrolman",
        denied_by="all others",
        decision="it does, for each session",
        why="True of a snapshot, in which the copies are gone; among creations it is the most frequent pair.",
        sources=(VELOCIRAPTOR, WAZUH, RECORDED),
        cases=(
            Case(
                "smss.exe",
                "smss.exe",
                _EXPECTED,
                child_path=f"{_SYSTEM32}smss.exe",
                parent_path=f"{_SYSTEM32}smss.exe",
            ),
            Case("smss.exe", "System", _EXPECTED),
        ),
    ),
    Dispute(
        "svchost.exe may start dwm.exe",
        made_by="malprocfind",
        denied_by="Elastic",
        decision="on Windows 7 and before",
        why="Both are right for the release that they were written for; Windows 8 moved it to winlogon.exe.",
        sources=(MALPROCFIND, ELASTIC, RECORDED),
        cases=(
            Case("dwm.exe", "svchost.exe", _EXPECTED, windows="7"),
            Case("dwm.exe", "svchost.exe", _EXPECTED),
            Case("dwm.exe", "svchost.exe", _MISMATCH, windows="10"),
            Case("dwm.exe", "winlogon.exe", _EXPECTED, windows="10"),
        ),
    ),
    Dispute(
        "only csrss.exe starts conhost.exe",
        made_by="osquery-attck, malprocfind, VolDiff",
        denied_by="Sigma, Elastic",
        decision="only its place is watched; its parents on Windows 7, in an optional pack",
        why="Since Windows 8 each console program starts its own host, as 6,488 recorded ones did.",
        sources=(OSQUERY_ATTCK, MALPROCFIND, SIGMA_CONHOST, RECORDED),
        cases=(
            Case("conhost.exe", "python.exe", _EXPECTED),
            Case("conhost.exe", "csrss.exe", _EXPECTED, windows="7"),
            Case("conhost.exe", "csrss.exe", _MISMATCH, windows="10"),
        ),
    ),
    Dispute(
        "services.exe may start dllhost.exe",
        made_by="Elastic, Wazuh",
        denied_by="FalconForce in 2020",
        decision="expected",
        why="COM+ applications can be installed as services, which is normal on servers.",
        sources=(ELASTIC, WAZUH, FALCON_2020),
        cases=(Case("dllhost.exe", "services.exe", _EXPECTED),),
    ),
    Dispute(
        "only userinit.exe starts explorer.exe",
        made_by="Wazuh, malprocfind",
        denied_by="FalconForce, which took the row out",
        decision="only its place is watched; its parents in an optional pack",
        why="Users, installers and scripts restart the shell in many ways.",
        sources=(WAZUH, MALPROCFIND, FALCON_2020),
        cases=(Case("explorer.exe", "cmd.exe", _EXPECTED),),
    ),
    Dispute(
        "conhost.exe may start cmd.exe and powershell.exe",
        made_by="a draft of Elastic's",
        denied_by="Sigma, LOLBAS",
        decision="mismatch, but optional",
        why=(
            "Misuse of --headless looks like this, but so does every shell over OpenSSH, which is "
            "part of Windows. A default that must be silent on a clean server cannot hold it."
        ),
        sources=(ELASTIC_TRIAGE, LOLBAS, OPENSSH),
        cases=(Case("cmd.exe", "conhost.exe", _EXPECTED),),
    ),
    Dispute(
        "a parent that is called MsMpEng.exe is Defender",
        made_by="FalconForce, Elastic, Sigma",
        denied_by="Splunk, Elastic's endpoint rule",
        decision="where its path is known, only from Defender's directories",
        why="Anyone can give a file that name.",
        sources=(FALCON, SPLUNK, ENDPOINT_SVCHOST),
        cases=(
            Case("svchost.exe", "MsMpEng.exe", _EXPECTED),
            Case(
                "svchost.exe",
                "MsMpEng.exe",
                _EXPECTED,
                parent_path=(r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.2110.6-0\MsMpEng.exe"),
            ),
            Case(
                "svchost.exe",
                "MsMpEng.exe",
                _MISMATCH,
                parent_path=r"C:\Users\ann\AppData\Local\Temp\MsMpEng.exe",
            ),
        ),
    ),
    Dispute(
        "any parent in System32 may start svchost.exe",
        made_by="Sigma's rule for wrong parents",
        denied_by="all others",
        decision="mismatch",
        why="It accepts cmd.exe and rundll32.exe, and with them every one of 290 recorded simulations.",
        sources=(SIGMA_WRONG, RECORDED),
        cases=(
            Case("svchost.exe", "cmd.exe", _MISMATCH, parent_path=f"{_SYSTEM32}cmd.exe"),
            Case("svchost.exe", "rundll32.exe", _MISMATCH, parent_path=f"{_SYSTEM32}rundll32.exe"),
        ),
    ),
    Dispute(
        "consent.exe, RuntimeBroker.exe and TiWorker.exe have the same parents",
        made_by="a draft of Elastic's",
        denied_by="its reviewers",
        decision="each image has its own list",
        why="A list for a group lets each parent stand for every other.",
        sources=(ELASTIC_TRIAGE,),
        cases=(
            Case("consent.exe", "runtimebroker.exe", _MISMATCH),
            Case("runtimebroker.exe", "trustedinstaller.exe", _MISMATCH),
            Case("tiworker.exe", "trustedinstaller.exe", _EXPECTED),
        ),
    ),
    Dispute(
        "a parent that is not known is a mismatch",
        made_by="FalconForce, Wazuh, Splunk, osquery-attck",
        denied_by="Elastic, Sigma, CAR, Velociraptor, which drop it",
        decision="a verdict of its own: unknown, with the reason",
        why="The parent may have exited, or was not logged: the pair is neither expected nor a mismatch.",
        sources=(FALCON, ELASTIC, CAR, VELOCIRAPTOR),
        cases=(
            Case("svchost.exe", "", Verdict.UNKNOWN),
            Case("svchost.exe", "-", Verdict.UNKNOWN),
            Case("svchost.exe", "?", Verdict.UNKNOWN),
            Case("svchost.exe", "S-1-16-16384", Verdict.UNKNOWN),
        ),
    ),
    Dispute(
        "cmd.exe, powershell.exe and browsers are started by explorer.exe alone",
        made_by="osquery-attck, Velociraptor, malprocfind",
        denied_by="the rest",
        decision="only the place of those that are Windows' own is watched; their parents in optional packs",
        why="Any program may start them: that is no fact about Windows.",
        sources=(OSQUERY_ATTCK, VELOCIRAPTOR, MALPROCFIND),
        cases=(
            Case("cmd.exe", "python.exe", _EXPECTED),
            Case("chrome.exe", "outlook.exe", Verdict.UNWATCHED),
        ),
    ),
    Dispute(
        "sihost.exe may start sihost.exe",
        made_by="Elastic's endpoint rules, twice",
        denied_by="no other table has the image",
        decision="where both paths are known to be its own",
        why="The shell's infrastructure host starts itself again when it failed.",
        sources=(ENDPOINT, ENDPOINT_PPID),
        cases=(
            Case("sihost.exe", "sihost.exe", _MISMATCH),
            Case(
                "sihost.exe",
                "sihost.exe",
                _EXPECTED,
                child_path=f"{_SYSTEM32}sihost.exe",
                parent_path=f"{_SYSTEM32}sihost.exe",
            ),
        ),
    ),
    Dispute(
        "WmiPrvSE.exe with /regserver as SYSTEM may have any parent",
        made_by="Elastic's endpoint rule",
        denied_by="all others",
        decision="only from Windows' own shells",
        why="Whoever starts an image chooses its arguments, so they prove nothing about the parent.",
        sources=(ENDPOINT,),
        cases=(
            Case(
                "wmiprvse.exe",
                "cmd.exe",
                _EXPECTED,
                command_line="wmiprvse.exe /regserver",
            ),
            Case("wmiprvse.exe", "acme.exe", _MISMATCH, command_line="wmiprvse.exe /regserver"),
        ),
    ),
    Dispute(
        "smss.exe with -SpecialSession may start anything",
        made_by="Elastic's endpoint rule",
        denied_by="all others",
        decision="mismatch for what the session manager does not start otherwise",
        why="The rule names no child of such a session, and no recording shows one.",
        sources=(ENDPOINT,),
        cases=(Case("cmd.exe", "smss.exe", _MISMATCH),),
    ),
    Dispute(
        "RuntimeBroker.exe, dllhost.exe and taskhostw.exe may be started by any service host",
        made_by="every published table",
        denied_by="the recordings: 433 of 433 by one group, two of consent.exe by a host without a service",
        decision="by the one group, where the host's command line is known",
        why="COM servers are started by the DCOM launcher, tasks by the scheduler, the prompt by Appinfo.",
        sources=(RECORDED,),
        cases=(Case("runtimebroker.exe", "svchost.exe", _EXPECTED),),
    ),
)
"""The claims on which published tables disagree, and what was decided."""
