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
// A path as the detector reads it, but for 8.3 names and "." and "..". What follows \\?\ is no local drive.
let Rooted = (path:string) { replace_regex(replace_regex(replace_regex(replace_regex(replace_regex(
    replace_regex(replace_regex(replace_string(Fold(Trimmed(path)), "/", @"\"),
    @"^(?:\\\?\?|\\\\\?|\\\\\.|\\global\?\?|\\dosdevices)\\", @"\\\\?\\"),
    @"^\\\\\?\\globalroot(\\(?:device|systemroot)\\)", @"\1"),
    @"^\\\\\?\\([a-z]:\\)", @"\1"),
    @"^(?:\\\\\?\\unc|\\device\\mup)\\", @"\\\\"),
    @"^(?:\\systemroot|%systemroot%|%windir%)\\", @"\\windows\\"),
    @"^(?:%programfiles%|%programw6432%)\\", @"\\program files\\"),
    @"(?s)(.)\\{2,}", @"\1\\") };
// The directory of an image, with a backslash at its end; "" where a path tells none.
let FolderOf = (path:string, image:string) {
    replace_regex(replace_regex(replace_regex(
        replace_string(strcat(Rooted(path), "|"), strcat(@"\", image, "|"), @"\|"),
        @"(?s)^[^\\]*\|\z", ""), @"\\?\|\z", @"\\"), @"(?s)^[^\\:%]+\\.*", "") };
let Rootless = (folder:string) { replace_regex(folder,
    @"^(?:[a-z]:|\\device\\(?:harddiskvolume[0-9]+|vhdharddisk\{[^\\]+))\\", @"\\") };
let RootOf = (folder:string) { extract(
    @"^([a-z]:|\\device\\(?:harddiskvolume[0-9]+|vhdharddisk\{[^\\]+))\\", 1, folder) };
let UserOf = (domain:string, name:string) {
    iff(isempty(domain) or name contains_cs @"\", name, strcat(domain, @"\", name)) };
let Agree = (one:string, other:string) { isempty(one) or isempty(other) or one == other };
let IsVolume = (root:string) { root startswith_cs @"\" };
let SameFolder = (one:string, other:string) { one == "" or other == "" or one == other
    or Rootless(one) == Rootless(other) and (RootOf(one) == "" or RootOf(other) == ""
        or IsVolume(RootOf(one)) != IsVolume(RootOf(other))) };
let Unnumbered = (folder:string) { replace_regex(replace_regex(folder,
    @"^\\device\\(?:harddiskvolume[0-9]+|vhdharddisk\{[^\\]+)\\", @"\\"),
    @"^(\\device\\[a-z]{1,40})[0-9]{1,9}", @"\1*") };
// What findings are grouped by: without volumes, profiles and security identifiers.
let Normalised = (folder:string) { replace_regex(replace_regex(iff(
    folder matches regex @"^(?:[a-z]:|\\device\\[^\\]+)?\\[^\\]+\\(?:public|default|default user|all users)\\",
    Unnumbered(folder), replace_regex(Unnumbered(folder),
        @"^((?:[a-z]:)?\\(?:users|documents and settings)\\)[^\\]+\\", @"\1*\\")),
    @"\\s-1(?:-[0-9]{1,20}){1,16}\\", @"\\*\\"), @"([^:])\\\z", @"\1") };
let PlainName = @'(?s)^[\t\r\n\v\f\x00]*(?:"(?:.*[\\/])?(?:[!#-)+,\-.0-9;=@A-Z\[\]^_`a-z{}~][ !#-)+,\-.0-9;=@A-Z\[\]^_`a-z{}~]*)?[!#-)+,\-0-9;=@A-Z\[\]^_`a-z{}~]"|(?:.*[\\/])?(?:[!#-)+,\-.0-9;=@A-Z\[\]^_`a-z{}~][ !#-)+,\-.0-9;=@A-Z\[\]^_`a-z{}~]*)?[!#-)+,\-0-9;=@A-Z\[\]^_`a-z{}~])[\t\r\n\v\f\x00]*\z';"""

CRASHES: Final = r"""let SystemFolders = dynamic(["", @"\windows\system32\", @"\windows\syswow64\"]);
let CrashThreads = DeviceEvents
| where ingestion_time() >= ago(Timeframe + CrashLookback)
| where ActionType =~ "CreateRemoteThreadApiCall"
| where ImageName(InitiatingProcessFileName) == "werfault.exe" and ProcessId > 0
| extend HandlerPath = iff(isempty(InitiatingProcessFolderPath), InitiatingProcessFileName,
    InitiatingProcessFolderPath)
| where Rootless(FolderOf(HandlerPath, "werfault.exe")) in (SystemFolders)
| project DeviceId, CrashPid = ProcessId, CrashImage = ImageName(FileName), CrashStart = ProcessCreationTime,
    CrashTime = Timestamp;
let CrashSnapshots = DeviceProcessEvents
| where ingestion_time() >= ago(Timeframe + CrashLookback)
| where ActionType =~ "ProcessCreated"
| where ImageName(FileName) == "werfault.exe"
| where Rootless(FolderOf(iff(isempty(FolderPath), FileName, FolderPath), "werfault.exe")) in (SystemFolders)
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
| extend ImageFolder = FolderOf(FileName, ImageFile)
| extend ImageFolder = iff(ImageFolder in ("", @"\"),
    FolderOf(iff(isempty(FolderPath), FileName, FolderPath), ImageFile), ImageFolder)
| extend ParentFolder = FolderOf(InitiatingProcessFileName, ParentName)
| extend ParentRaw = iff(isempty(InitiatingProcessFileName), InitiatingProcessFolderPath,
    InitiatingProcessFileName)
| extend ParentFolder = iff(ParentFolder in ("", @"\"), FolderOf(iff(isempty(InitiatingProcessFolderPath),
    InitiatingProcessFileName, InitiatingProcessFolderPath), ParentName), ParentFolder)
// A placeholder, a security identifier or a number is no name, unless a directory shows that it is a file.
| extend ParentWord = Fold(Trimmed(ParentRaw))
| extend NoName = ParentFolder == "" and (ParentName == ""
    or not(ParentRaw endswith_cs ".exe" or ParentRaw endswith_cs ".EXE") and (ParentWord in (Placeholders)
        or ParentWord matches regex @"^(?:s-1(?:-[0-9]{1,20}){1,16}|[0-9]{1,20}|0x[0-9a-f]{1,16})\z"))
// A parent is only expected under the plain name of a file.
| extend IsPlain = ParentRaw matches regex PlainName
| extend ParentFile = case(NoName, iff(InitiatingProcessId == 4, "system", ""),
    not(IsPlain), iff(isempty(trim(@"\s+", ParentRaw)), ParentName, Fold(trim(@"\s+", ParentRaw))),
    ParentName == "ntoskrnl.exe", "system", ParentName)
| extend ParentKey = iff(NoName or IsPlain, ParentFile, "")
| extend ParentFolder = case(NoName, "",
    ParentName in ("system", "ntoskrnl.exe")
        and ImageName(InitiatingProcessFolderPath) in ("system", "ntoskrnl.exe"),
    FolderOf(InitiatingProcessFolderPath, ImageName(InitiatingProcessFolderPath)), ParentFolder)
| extend ImageUser = UserOf(AccountDomain, AccountName),
    ParentUser = UserOf(InitiatingProcessAccountDomain, InitiatingProcessAccountName)"""

REASONS: Final = r"""| extend IsWatched = ImageFile in {watched}, IsKnown = ParentFile != ""
| extend IsWatching = not(IsWatched) and IsKnown and ImageFile != "" and ParentKey in {watching}
| where IsWatched or IsWatching or ImageFile in {started}
| extend FitsThere = {there}
| extend Fits = FitsThere or {anywhere}
| extend IsNear = not(Fits) and {near}
| extend IsOutside = IsNear or (not(FitsThere) and {own_outside})
| extend IsOnOtherDrive = iff(IsNear, {near_other_drive}, {own_other_drive})
| extend ParentWeight = {parent_weight}
| extend PlaceWeight = {place_weight}
| extend ChildWeight = iff(IsWatching, {child_weight}, 0)
| extend IsExcused = iff(IsWatched, {excused}, IsWatching and ChildWeight == 0 and {listed_excused})
| extend ArgumentWeight = iff(IsExcused, 0, {argument_weight})
| extend OutsideWeight = iff(IsWatched and IsKnown and IsOutside,
    iff(IsOnOtherDrive and ParentWeight > 3, 3, ParentWeight), 0)
| extend ParentWeight = iff(IsWatched and IsKnown and not(Fits or IsNear), ParentWeight, 0)
| extend Reasons = strcat(iff(ParentWeight > 0, ", unexpected-parent", ""),
    iff(ChildWeight > 0, ", unexpected-child", ""), iff(PlaceWeight > 0, ", misplaced-image", ""),
    iff(OutsideWeight > 0, ", misplaced-parent", ""), iff(ArgumentWeight > 0, ", unexpected-arguments", ""))
| extend Reasons = iff(Reasons == "" and IsWatched and not(IsKnown), ", unknown-parent", Reasons)
| where Reasons != ""
| extend Reasons = substring(Reasons, 2)
| extend Reason = tostring(split(Reasons, ", ")[0])
// An image that was started by itself, and of which nothing speaks against that, is no finding.
| where not(ImageFile == ParentKey and Reasons in ("unexpected-parent", "unexpected-child")
    and ImageFile !in {never_copied} and SameFolder(ImageFolder, ParentFolder)
    and Agree(Fold(ImageUser), Fold(ParentUser))
    and Agree(Fold(ProcessIntegrityLevel), Fold(InitiatingProcessIntegrityLevel))
    and Agree(trim(@"\s+", ProcessCommandLine), trim(@"\s+", InitiatingProcessCommandLine)))
| extend Directory = case(PlaceWeight > 0, Normalised(ImageFolder), OutsideWeight > 0, Normalised(ParentFolder),
    "")
| extend Weight = iff(ParentWeight > ChildWeight, ParentWeight, ChildWeight)
| extend Weight = iff(PlaceWeight > Weight, PlaceWeight, Weight)
| extend Weight = iff(OutsideWeight > Weight, OutsideWeight, Weight)
| extend Weight = iff(ArgumentWeight > Weight, ArgumentWeight, Weight)
| extend Severity = case(Weight == 5, "critical", Weight == 4, "high", Weight == 3, "medium", Weight == 2, "low",
    "informational")
{exclusions}
);"""

ASSEMBLY: Final = r"""// A clone that the crash handler made is no finding; lsass.exe is never cleared.
let Cleared = Suspicious
| where Reasons in ("unexpected-parent", "unexpected-child")
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
| distinct DeviceId, ReportId, Timestamp, Reasons;
Suspicious
| join kind=leftanti Cleared on DeviceId, ReportId, Timestamp, Reasons
| project-away ImageFolder, ParentName, ParentFolder, ParentRaw, ParentWord, ParentKey, NoName, IsPlain,
    ImageUser, ParentUser, IsWatched, IsKnown, IsWatching, FitsThere, Fits, IsNear, IsOutside, IsOnOtherDrive,
    IsExcused, ParentWeight, PlaceWeight, ChildWeight, ArgumentWeight, OutsideWeight, Weight
| summarize arg_min(Timestamp, *), DeviceCount = dcount(DeviceId), Occurrences = count(),
    LastSeen = max(Timestamp) by Reasons, ImageFile, ParentFile, Directory
| extend IsAddress = DeviceName matches regex @"^[0-9.]+\z"
| extend HostName = iff(IsAddress, DeviceName, tostring(split(DeviceName, ".")[0])),
    DnsDomain = iff(IsAddress or indexof(DeviceName, ".") < 0, "",
        substring(DeviceName, indexof(DeviceName, ".") + 1))
| project-away IsAddress
"""

HASH_ALGORITHM: Final = """\
| extend HashAlgorithm = "SHA256" // for the FileHash entity, beside SHA256
"""
