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
let IsGap = (text:string) { not(text endswith_cs ".exe" or text endswith_cs ".EXE")
    and (Fold(Trimmed(text)) in (Placeholders) or Fold(Trimmed(text))
        matches regex @"^(?:s-1(?:-[0-9]{1,20}){1,16}|[0-9]{1,20}|0x[0-9a-f]{1,16})\z") };
let Logged = (name:string, path:string) { case(
    isnotempty(path) and (ImageName(name) == "" or IsGap(name))
        and ImageName(path) != "" and not(IsGap(path)),
    path, ImageName(name) == "" and isnotempty(path), path, name) };
// What findings are grouped by: without volumes, profiles and security identifiers.
let Normalised = (folder:string) { replace_regex(replace_regex(iff(
    folder matches regex
        @"^(?:[a-z]:|\\device\\[^\\]+)?\\[^\\]+\\(?:public|default|default user|all users)\\",
    Unnumbered(folder), replace_regex(Unnumbered(folder),
        @"^((?:[a-z]:)?\\(?:users|documents and settings)\\)[^\\]+\\", @"\1*\\")),
    @"\\s-1(?:-[0-9]{1,20}){1,16}\\", @"\\*\\"), @"([^:])\\\z", @"\1") };
let PlainName = @'(?s)^[\t\r\n\v\f\x00]*(?:"(?:.*[\\/])?(?:[!#-)+,\-.0-9;=@A-Z\[\]^_`a-z{}~][ !#-)+,\-.0-9;=@A-Z\[\]^_`a-z{}~]*)?[!#-)+,\-0-9;=@A-Z\[\]^_`a-z{}~]"|(?:.*[\\/])?(?:[!#-)+,\-.0-9;=@A-Z\[\]^_`a-z{}~][ !#-)+,\-.0-9;=@A-Z\[\]^_`a-z{}~]*)?[!#-)+,\-0-9;=@A-Z\[\]^_`a-z{}~])[\t\r\n\v\f\x00]*\z';"""  # noqa: E501 - one pattern of Kusto's

CRASHES: Final = r"""let BaseName = (text:string) { Fold(replace_regex(text, @"(?s)^(?:.*[\\/]|.:)", "")) };
let IsImage = (name:string, path:string, image:string, folders:string) { strcat(name, path) != ""
    and BaseName(iff(name == "", path, name)) == image // a path may be that of the directory alone
    and not(ImageName(name) == image and BaseName(name) != image)
    and not(ImageName(path) == image and BaseName(path) != image)
    and (FolderOf(name, image) == "" or FolderOf(name, image) matches regex folders)
    and (FolderOf(path, image) == "" or FolderOf(path, image) matches regex folders) };
let System32 = @"^(?:c:|\\device\\(?:harddiskvolume[0-9]+|vhdharddisk\{[^\\]+))?\\windows\\system32\\\z";
let EitherSystem =
    @"^(?:c:|\\device\\(?:harddiskvolume[0-9]+|vhdharddisk\{[^\\]+))?\\windows\\sys(?:tem32|wow64)\\\z";
let CrashThreads = DeviceEvents
| where ingestion_time() >= ago(Timeframe + CrashLookback)
| where ActionType =~ "CreateRemoteThreadApiCall" and ProcessId > 0
| where IsImage(InitiatingProcessFileName, InitiatingProcessFolderPath, "werfault.exe", EitherSystem)
| project DeviceId, CrashPid = ProcessId, CrashImage = ImageName(FileName), CrashStart = ProcessCreationTime,
    CrashTime = Timestamp;
let CrashSnapshots = DeviceProcessEvents
| where ingestion_time() >= ago(Timeframe + CrashLookback)
| where ActionType =~ "ProcessCreated" and strlen(ProcessCommandLine) <= 1024
| where IsImage(FileName, FolderPath, "werfault.exe", EitherSystem)
| where IsImage(InitiatingProcessFileName, InitiatingProcessFolderPath, "svchost.exe", System32)
| where Fold(ProcessCommandLine) matches regex @"(?:^|\s)-pss(?:\s|\z)"
| extend CrashWord = extract(@"(?:^|\s)-p\s+(\S+)", 1, Fold(ProcessCommandLine))
| where CrashWord matches regex @"^[0-9]+\z"
| project DeviceId, CrashPid = tolong(CrashWord), CrashImage = "", CrashStart = datetime(null),
    CrashTime = Timestamp;"""

EVENTS: Final = r"""let Suspicious = materialize(DeviceProcessEvents
| where ingestion_time() >= ago(Timeframe)
| where ActionType =~ "ProcessCreated"
| extend ImageLogged = Logged(FileName, FolderPath),
    ParentLogged = Logged(InitiatingProcessFileName, InitiatingProcessFolderPath)
| extend ImageFile = ImageName(ImageLogged), ParentName = ImageName(ParentLogged)
| extend ImageFolder = FolderOf(ImageLogged, ImageFile), ParentFolder = FolderOf(ParentLogged, ParentName)
| extend ImageFolder = iff(ImageFolder in ("", @"\"),
    FolderOf(iff(isempty(FolderPath), ImageLogged, FolderPath), ImageFile), ImageFolder)
| extend ParentFolder = iff(ParentFolder in ("", @"\"), FolderOf(
    iff(isempty(InitiatingProcessFolderPath), ParentLogged, InitiatingProcessFolderPath), ParentName),
    ParentFolder)
| extend ImageFile = iff(ImageFile == "" and ImageFolder != "", Fold(ImageLogged), ImageFile)
| extend ParentName = iff(ParentName == "" and ParentFolder != "", Fold(ParentLogged), ParentName)
// A placeholder, a security identifier or a number is no name, unless a directory shows that it is a file.
| extend NoName = ParentName == "" or (ParentFolder == "" and IsGap(ParentLogged))
// Only the plain name of a file is ever expected.
| extend IsPlainImage = ImageLogged matches regex PlainName
| extend IsPlain = NoName or ParentLogged matches regex PlainName
| extend ParentFolder = case(NoName, "",
    ParentName in ("system", "ntoskrnl.exe")
        and ImageName(InitiatingProcessFolderPath) in ("system", "ntoskrnl.exe"),
    FolderOf(InitiatingProcessFolderPath, ImageName(InitiatingProcessFolderPath)), ParentFolder)
| extend ParentKey = case(NoName, iff(InitiatingProcessId == 4, "system", ""),
    ParentName == "ntoskrnl.exe", "system", ParentName)
| extend ParentText = trim(@"\x00+", replace_regex(Fold(ParentLogged), @"(?s)^.*[\\/]", ""))
| extend ParentFile = iff(IsPlain or ParentText == "", ParentKey, ParentText)
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
| extend ChildPlaceWeight = iff(IsWatching, {child_place_weight}, 0)
| extend PlaceWeight = iff(ChildPlaceWeight > PlaceWeight, ChildPlaceWeight, PlaceWeight)
| extend ChildWeight = iff(IsWatching and ChildPlaceWeight == 0, {child_weight}, 0)
| extend IsExcused = iff(IsWatched, {excused}, IsWatching and {child_excused})
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
    and IsPlain and IsPlainImage and ImageFile !in {never_copied} and SameFolder(ImageFolder, ParentFolder)
    and Agree(trim(@"\s+", Fold(ImageUser)), trim(@"\s+", Fold(ParentUser)))
    and Agree(Fold(ProcessIntegrityLevel), Fold(InitiatingProcessIntegrityLevel))
    and Agree(trim(@"\s+", ProcessCommandLine), trim(@"\s+", InitiatingProcessCommandLine)))
| extend Directory = case(PlaceWeight > 0, Normalised(ImageFolder),
    OutsideWeight > 0, Normalised(ParentFolder), "")
| extend Weight = iff(ParentWeight > ChildWeight, ParentWeight, ChildWeight)
| extend Weight = iff(PlaceWeight > Weight, PlaceWeight, Weight)
| extend Weight = iff(OutsideWeight > Weight, OutsideWeight, Weight)
| extend Weight = iff(ArgumentWeight > Weight, ArgumentWeight, Weight)
| extend Severity = case(Weight == 5, "critical", Weight == 4, "high", Weight == 3, "medium",
    Weight == 2, "low", "informational")
{exclusions}
);"""

ASSEMBLY: Final = r"""// A clone that the crash handler made is no finding; lsass.exe is never cleared.
let Cleared = Suspicious
| where Reasons in ("unexpected-parent", "unexpected-child")
| where ImageFile == ParentFile and ImageFile != "lsass.exe" and InitiatingProcessId > 0
| where SameFolder(FolderOf(FolderPath, ImageFile), FolderOf(InitiatingProcessFolderPath, ImageFile))
| where Agree(substring(trim(@"\s+", ProcessCommandLine), 0, 1024),
    substring(trim(@"\s+", InitiatingProcessCommandLine), 0, 1024))
| join kind=inner (union CrashThreads, CrashSnapshots)
    on DeviceId, $left.InitiatingProcessId == $right.CrashPid
| where CrashTime <= Timestamp and Timestamp <= CrashTime + Grace
| where isempty(CrashImage) or CrashImage == ImageFile
| where isnull(CrashStart) or isnull(InitiatingProcessCreationTime)
    or CrashStart == InitiatingProcessCreationTime
| where isnull(InitiatingProcessCreationTime) or CrashTime >= InitiatingProcessCreationTime
| distinct DeviceId, ReportId, Timestamp, Reasons;
Suspicious
| join kind=leftanti Cleared on DeviceId, ReportId, Timestamp, Reasons
| project-away ImageFolder, ParentName, ParentFolder, ImageLogged, ParentLogged, ParentText, ParentKey,
    NoName, IsPlain, IsPlainImage, ImageUser, ParentUser, IsWatched, IsKnown, IsWatching, FitsThere, Fits,
    IsNear, IsOutside, IsOnOtherDrive,
    IsExcused, ParentWeight, PlaceWeight, ChildWeight,
    ChildPlaceWeight, ArgumentWeight, OutsideWeight, Weight
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
