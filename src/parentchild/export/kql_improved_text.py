r"""What is the same in every improved query. Braces are doubled only where a part is formatted."""

from __future__ import annotations

from typing import Final

HEADER: Final = r"""// 0xFF-0080, Parent Child Mismatch Common Windows Process: improved form.
// What the detector does and this query does not: look-alike names, parents looked up by pid, 8.3 names and
// ".." in paths (both count as another directory), releases of Windows, findings that are closed later.
// Names with letters beyond ASCII are compared letter for letter: none of them is ever an expected parent.
let Timeframe = 2h;
let CrashLookback = 1h; // a crash may be ingested long before the process that it explains
let Grace = 30s; // the longest time between the crash handler's thread and the clone"""

FUNCTIONS: Final = r"""
let Fold = (text:string) { iff(text matches regex @"^[\x00-\x7F]*\z", tolower(text), text) };
let Trimmed = (text:string) {
    replace_regex(replace_regex(text, @"\x00+\z", ""), @'^[ \t\r\n\v\f"]+|[ \t\r\n\v\f"]+\z', "") };
let ImageName = (text:string) { Fold(replace_regex(replace_regex(replace_regex(
    Trimmed(text), @"(?s)^(?:.*[\\/]|.:)", ""), @"(?s):.*\z", ""),
    @'^[ \t\r\n\v\f"]+|[ \t\r\n\v\f".]+\z', "")) };
let Plain = (path:string) { replace_regex(replace_regex(replace_string(Fold(Trimmed(path)), "/", @"\"),
    @"^(?:\\\?\?\\|\\\\\?\\|\\\\\.\\)?(?:globalroot)?", ""), @"^(?:unc|\\device\\mup)\\", @"\\\\") };
let Rooted = (path:string) { replace_regex(replace_regex(Plain(path),
    @"^(?:\\systemroot|%systemroot%|%windir%)\\", @"\\windows\\"),
    @"^(?:\\device\\harddiskvolume[0-9]+|[a-z]:)\\", @"\\") };
// The directory of an image, from the root of its volume and with a backslash at its end; "" where unknown.
// The bar marks the end of the path; a path that does not begin at a root tells no directory.
let FolderOf = (path:string, image:string) {
    replace_regex(replace_regex(replace_regex(
        replace_string(strcat(Rooted(path), "|"), strcat(@"\", image, "|"), @"\|"),
        @"\\?\|\z", @"\\"), @"(?s)^[^\\].*", ""), @"^\\windows\\sysnative\\", @"\\windows\\system32\\") };"""

CRASHES: Final = r"""let SystemFolders = dynamic(["", @"\windows\system32\", @"\windows\syswow64\"]);
let CrashThreads = DeviceEvents
| where ingestion_time() >= ago(Timeframe + CrashLookback)
| where ActionType =~ "CreateRemoteThreadApiCall"
| where ImageName(InitiatingProcessFileName) == "werfault.exe" and ProcessId > 0
| extend HandlerPath = iff(isempty(InitiatingProcessFolderPath), InitiatingProcessFileName,
    InitiatingProcessFolderPath)
| where FolderOf(HandlerPath, "werfault.exe") in (SystemFolders)
| project DeviceId, CrashPid = ProcessId, CrashImage = ImageName(FileName), CrashStart = ProcessCreationTime,
    CrashTime = Timestamp;
let CrashSnapshots = DeviceProcessEvents
| where ingestion_time() >= ago(Timeframe + CrashLookback)
| where ActionType =~ "ProcessCreated"
| where ImageName(FileName) == "werfault.exe"
| where FolderOf(iff(isempty(FolderPath), FileName, FolderPath), "werfault.exe") in (SystemFolders)
| where ImageName(InitiatingProcessFileName) in ("", "svchost.exe") and strlen(ProcessCommandLine) <= 1024
| where Fold(ProcessCommandLine) matches regex @"(?:^|\s)-pss(?:\s|\z)"
| extend CrashWord = extract(@"(?:^|\s)-p\s+(\S+)", 1, Fold(ProcessCommandLine))
| where CrashWord matches regex @"^[0-9]+\z"
| project DeviceId, CrashPid = tolong(CrashWord), CrashImage = "", CrashStart = datetime(null),
    CrashTime = Timestamp;"""

EVENTS: Final = r"""let Suspicious = materialize(DeviceProcessEvents
| where ingestion_time() >= ago(Timeframe)
| where ActionType =~ "ProcessCreated"
| extend ImageFile = ImageName(FileName), ParentName = ImageName(InitiatingProcessFileName)
| extend ImageFile = iff(isempty(ImageFile), ImageName(FolderPath), ImageFile)
| extend ParentName = iff(isempty(ParentName), ImageName(InitiatingProcessFolderPath), ParentName)
| extend ImageFolder = FolderOf(iff(isempty(FolderPath), FileName, FolderPath), ImageFile)
| extend ParentFolder = FolderOf(iff(isempty(InitiatingProcessFolderPath), InitiatingProcessFileName,
    InitiatingProcessFolderPath), ParentName)
// A placeholder, a security identifier or a number is no name, unless a directory shows that it is a file.
| extend NoName = ParentName == "" or (ParentFolder == "" and (
    trim(@"\s+", Fold(InitiatingProcessFileName))
        in ("-", "?", "<unknown process>", "&lt;unknown process&gt;")
    or ParentName matches regex @"^(?:s-1(?:-[0-9]{{1,20}}){{1,16}}|[0-9]+)\z"))
| extend ParentFile = case(NoName, iff(InitiatingProcessId == 4, "system", ""),
    ParentName == "ntoskrnl.exe", "system", ParentName)
| extend ParentFolder = iff(NoName, "", ParentFolder)
| extend ImageSigner = "", ParentSigner = InitiatingProcessSignerType
| lookup kind=leftouter ExpectedParents on ImageFile
| lookup kind=leftouter ExpectedChildren on ParentFile
| extend IsWatched = isnotempty(ParentSeverity), IsWatching = isnotempty(ChildSeverity)
| where IsWatched or IsWatching
| extend IsExpected = {expected_parent}
| extend IsNearlyExpected = {nearly}
| extend IsExpectedChild = {expected_child}
| extend ImageReason = iff(IsWatched and not(InPlace(ImageFile, ImageFolder)), "misplaced-image", "")
| extend ParentReason = case(
    IsWatched and ParentFile == "", iff(ImageReason == "", "unknown-parent", ""), // a row of its own
    IsWatched and IsExpected, "",
    IsWatched and IsNearlyExpected, "misplaced-parent",
    IsWatched, "unexpected-parent",
    IsWatching and ImageFile != "" and not(IsExpectedChild), "unexpected-child",
    "")
| mv-expand Reason = pack_array(ParentReason, ImageReason) to typeof(string)
| where isnotempty(Reason)
| extend Severity = case(Reason == "unknown-parent", "informational", Reason == "unexpected-child",
    ChildSeverity, ParentSeverity)
{exclusions}
);"""

ASSEMBLY: Final = r"""// A clone that the crash handler made is no finding; lsass.exe is never cleared.
let Cleared = Suspicious
| where Reason in ("unexpected-parent", "unexpected-child")
| where ImageFile == ParentFile and ImageFile != "lsass.exe" and InitiatingProcessId > 0
| where isempty(FolderPath) or isempty(InitiatingProcessFolderPath)
    or ImageFolder == "" or ParentFolder == "" or ImageFolder == ParentFolder
| join kind=inner (union CrashThreads, CrashSnapshots)
    on DeviceId, $left.InitiatingProcessId == $right.CrashPid
| where CrashTime <= Timestamp and Timestamp <= CrashTime + Grace
| where isempty(CrashImage) or CrashImage == ParentFile
| where isnull(CrashStart) or isnull(InitiatingProcessCreationTime)
    or CrashStart == InitiatingProcessCreationTime
| where isnull(InitiatingProcessCreationTime) or CrashTime >= InitiatingProcessCreationTime
| distinct DeviceId, ReportId, Timestamp, Reason;
Suspicious
| join kind=leftanti Cleared on DeviceId, ReportId, Timestamp, Reason
| project-away ImageFolder, ParentName, ParentFolder, NoName, ImageSigner, ParentSigner, ExpectedChild,
    ParentSeverity, ChildSeverity, IsWatched, IsWatching, IsExpected, IsNearlyExpected, IsExpectedChild,
    ImageReason, ParentReason
| summarize arg_min(Timestamp, *), DeviceCount = dcount(DeviceId), Occurrences = count(),
    LastSeen = max(Timestamp) by Reason, ImageFile, ParentFile
| extend IsAddress = DeviceName matches regex @"^[0-9.]+\z"
| extend HostName = iff(IsAddress, DeviceName, tostring(split(DeviceName, ".")[0])),
    DnsDomain = iff(IsAddress or indexof(DeviceName, ".") < 0, "",
        substring(DeviceName, indexof(DeviceName, ".") + 1))
| project-away IsAddress
"""

HASH_ALGORITHM: Final = """\
| extend HashAlgorithm = "SHA256" // for the FileHash entity, beside SHA256
"""
