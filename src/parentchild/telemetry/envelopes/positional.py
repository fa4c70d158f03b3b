"""Event data without names: values in the order of the event's template.

Sources: Microsoft's manifests of Security-Auditing 4688 (versions 0 to 2) and 4689, and of Sysmon's events 1,
5 and 8 (schema 4.90, with the users that 4.80 added), as OTRF/OSSEM-DD lists them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_SYSMON, _SECURITY = "microsoft-windows-sysmon", "microsoft-windows-security-auditing"
_TEMPLATES: Mapping[tuple[str, int], str] = {
    (_SECURITY, 4688): (
        "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId NewProcessId NewProcessName "
        "TokenElevationType ProcessId CommandLine TargetUserSid TargetUserName TargetDomainName "
        "TargetLogonId ParentProcessName MandatoryLabel"
    ),
    (_SECURITY, 4689): (
        "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId Status ProcessId ProcessName"
    ),
    (_SYSMON, 1): (
        "RuleName UtcTime ProcessGuid ProcessId Image FileVersion Description Product Company "
        "OriginalFileName CommandLine CurrentDirectory "
        "User LogonGuid LogonId TerminalSessionId IntegrityLevel Hashes "
        "ParentProcessGuid ParentProcessId ParentImage ParentCommandLine ParentUser"
    ),
    (_SYSMON, 5): "RuleName UtcTime ProcessGuid ProcessId Image User",
    (_SYSMON, 8): (
        "RuleName UtcTime SourceProcessGuid SourceProcessId SourceImage TargetProcessGuid TargetProcessId "
        "TargetImage NewThreadId StartAddress StartModule StartFunction SourceUser TargetUser"
    ),
}


def named(provider: object, number: object, values: Sequence[object]) -> Mapping[str, object] | None:
    """Return event data by name; None when no template says what the values are.

    Sysmon's events of older schemas lack the first value (RuleName) or the last ones (users): the place of
    the time tells which it is.
    """
    if not isinstance(provider, str):
        return None
    try:
        template = _TEMPLATES.get((provider.lower(), int(str(number).strip())))
    except ValueError:
        return None
    if template is None:
        return None
    names = template.split()
    if names[0] == "RuleName" and values and _is_time(values[0]):
        names = names[1:]
    return dict(zip(names, values, strict=False))


def _is_time(value: object) -> bool:
    return isinstance(value, str) and value[:4].isdigit() and value[4:5] == "-" and value[10:11] in {" ", "T"}
