"""The detection that this library implements: 0xFF-0080, as a typed value."""

from __future__ import annotations

from typing import Final

import attrs

from parentchild.findings.attack import (
    MATCH_NAME_OR_LOCATION,
    PARENT_PID_SPOOFING,
    RENAME_UTILITIES,
    Technique,
)


@attrs.frozen(kw_only=True)
class DataSource:
    """Where the published query reads.

    Args:
        provider: who writes the log.
        event: the event's name there.
        attack_data_source: ATT&CK's word for the source.
        attack_data_component: ATT&CK's word for what of it is used.
    """

    provider: str
    event: str
    attack_data_source: str
    attack_data_component: str


@attrs.frozen(kw_only=True)
class Version:
    """One version of the published detection.

    Args:
        number: its number.
        date: its day, as `YYYY-MM-DD`.
        impact: how much it changed, in the publisher's words.
        notes: what it changed.
    """

    number: str
    date: str
    impact: str
    notes: str


@attrs.frozen(kw_only=True)
class Detection:
    """What is known of a published detection beside its query.

    Args:
        id: the publisher's id, with the publisher's slug.
        title: its title.
        systems: the systems that it is for, in the publisher's words.
        false_positive_rate: how often it is wrong, in the publisher's word.
        attack: the techniques by which the publisher tagged it.
        fitting_attack: the techniques that fit what it sees, the likeliest first.
        permission: the rights that an attacker needs.
        data_sources: where the published query reads.
        description: what it finds.
        attack_description: what the attacker does.
        considerations: what to know before it is used.
        false_positives: what else it finds.
        response_actions: what to do about a finding.
        blind_spots: what it cannot see.
        references: further reading.
        versions: the published versions, newest first.
        implemented_version: the version whose table and query this library reproduces.
    """

    id: str
    title: str
    systems: tuple[str, ...]
    false_positive_rate: str
    attack: tuple[Technique, ...]
    fitting_attack: tuple[Technique, ...]
    permission: str
    data_sources: tuple[DataSource, ...]
    description: str
    attack_description: str
    considerations: tuple[str, ...]
    false_positives: tuple[str, ...]
    response_actions: tuple[str, ...]
    blind_spots: tuple[str, ...]
    references: tuple[str, ...]
    versions: tuple[Version, ...]
    implemented_version: str


_FALCON_FRIDAY: Final = "https://github.com/FalconForceTeam/FalconFriday/blob/master"
_PROVIDER: Final = "MicrosoftThreatProtection"

DETECTION: Final = Detection(
    id="0xFF-0080-Parent_Child_Mismatch_Common_Windows_Process-Win",
    title="Parent Child Mismatch Common Windows Process",
    systems=("WindowsEndpoint", "WindowsServer"),
    false_positive_rate="High",
    attack=(RENAME_UTILITIES,),
    fitting_attack=(MATCH_NAME_OR_LOCATION, PARENT_PID_SPOOFING),
    permission="User",
    data_sources=(
        DataSource(
            provider=_PROVIDER,
            event="ProcessCreated",
            attack_data_source="Process",
            attack_data_component="Process Creation",
        ),
        DataSource(
            provider=_PROVIDER,
            event="CreateRemoteThreadApiCall",
            attack_data_source="Process",
            attack_data_component="OS API Execution",
        ),
    ),
    description=(
        "Windows always starts its own processes in the same way: services.exe starts svchost.exe,"
        " wininit.exe starts lsass.exe. Windows did not start a process with such a name and another parent."
    ),
    attack_description=(
        "Malware uses the names of processes that run on every machine, so that it is overlooked."
        " A name is easy to copy; the parent is not."
    ),
    considerations=(
        "A parent that exits early leaves events with no parent's name: those are unknown, not wrong.",
        "What is expected differs by release: lsm.exe, taskhost.exe, dwm.exe and all of Windows XP.",
        "Names alone are weak evidence. Where the source tells paths, those of both processes are checked.",
    ),
    false_positives=(
        "Security products and agents that host themselves in Windows' processes (see the vendor packs).",
        "Copies that Windows Error Reporting makes of a crashing process to dump them.",
        "Servicing: the update stack starts Windows' processes in ways that few machines ever log.",
    ),
    response_actions=(
        "Find out what the parent is and who signed it; compare its path with the expected one.",
        "Look at what the child did: network, injected code, dumps, persistence.",
        "See on how many devices the pair occurs: software is on many, an intruder on few.",
        "If it is expected in your environment, allow the pair or exclude it, with the reason.",
    ),
    blind_spots=(
        "A forged parent id passes wherever the source does not tell who made the call.",
        "Code injected into the right process at the right place has the right parent.",
        "A program that an attacker installs as a service has services.exe as its parent.",
        "What starts before the sensor, and names that no relation is about.",
    ),
    references=(
        f"{_FALCON_FRIDAY}/0xFF-0080-Parent_Child_Mismatch_Common_Windows_Process-Win.md",
        f"{_FALCON_FRIDAY}/Defense%20Evasion/T1036.005-WIN-001.md",
        "https://www.andreafortuna.org/2017/06/15/standard-windows-processes-a-brief-reference/",
        MATCH_NAME_OR_LOCATION.url,
        PARENT_PID_SPOOFING.url,
        "https://sansorg.egnyte.com/dl/WFdH1hHnQI",
    ),
    versions=(
        Version(
            number="2.4",
            date="2025-09-02",
            impact="minor",
            notes="A link in the documentation works again; the relations are unchanged.",
        ),
        Version(
            number="2.3",
            date="2025-05-19",
            impact="minor",
            notes="The host is mapped by HostName and DnsDomain, in the place of the deprecated FullName.",
        ),
        Version(
            number="2.2",
            date="2024-06-06",
            impact="minor",
            notes="Only ProcessCreated counts, since Defender began to log other actions in the same table.",
        ),
        Version(
            number="2.1",
            date="2023-12-04",
            impact="major",
            notes="More entities are mapped for Sentinel; later releases call this change minor.",
        ),
        Version(
            number="2.0",
            date="2023-01-27",
            impact="major",
            notes="A filter leaves out what crash reporting causes.",
        ),
        Version(
            number="1.1",
            date="2022-02-22",
            impact="minor",
            notes="Events are selected by ingestion time, and each pair is reported once.",
        ),
        Version(number="1.0", date="2021-03-19", impact="major", notes="First version."),
    ),
    implemented_version="2.2",
)
"""The published detection's own facts; prose is in this project's words."""
