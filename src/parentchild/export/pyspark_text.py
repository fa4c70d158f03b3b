r"""The code of the PySpark snippet that is the same for every registry."""

from __future__ import annotations

from typing import Final

HEADER: Final = """\
# 0xFF-0080, Parent Child Mismatch Common Windows Process, for Spark 3.4 and Python 3.10.
# What the detector does and this code does not: look-alike names, parents looked up by pid, 8.3 names and
# ".." in paths (both count as another directory), releases of Windows, findings that are closed later.
import datetime

from pyspark.sql import Window
from pyspark.sql import functions as F
"""

CODE: Final = r'''

GRACE = 30  # seconds between the crash handler's thread and the clone that it explains
PAD = ' \t\r\n\v\f"'
UPPER, LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
KERNEL = ["system", "ntoskrnl.exe"]
LABELS = {1: "informational", 2: "low", 3: "medium", 4: "high", 5: "critical"}
VOLUME = r"\\device\\(?:harddiskvolume[0-9]+|vhdharddisk\{[^\\]+)"
ROOT = rf"^([a-z]:|{VOLUME})\\"
SYSTEM32 = rf"^(?:c:|{VOLUME})?\\windows\\system32\\\z"
EITHER_SYSTEM = rf"^(?:c:|{VOLUME})?\\windows\\sys(?:tem32|wow64)\\\z"
START, INNER, LAST = (
    r"[!#-)+,\-.0-9;=@A-Z\[\]^_`a-z{}~]",
    r"[ !#-)+,\-.0-9;=@A-Z\[\]^_`a-z{}~]",
    r"[!#-)+,\-0-9;=@A-Z\[\]^_`a-z{}~]",
)
PLAIN = rf"(?:.*[\\/])?(?:{START}{INNER}*)?{LAST}"
PLAIN_NAME = rf'(?s)^[\t\r\n\x0b\f\x00]*(?:"{PLAIN}"|{PLAIN})[\t\r\n\x0b\f\x00]*\z'


def text(column):
    return F.coalesce(F.col(column), F.lit(""))


def fold(column):
    return F.translate(column, UPPER, LOWER)  # no letter beyond ASCII is folded


def trimmed(column):
    return F.regexp_replace(F.regexp_replace(column, r"\x00+\z", ""), f"^[{PAD}]+|[{PAD}]+\\z", "")


def image_name(column):
    base = F.regexp_replace(trimmed(column), r"(?s)^(?:.*[\\/]|.:)", "")
    return fold(F.regexp_replace(F.regexp_replace(base, r"(?s):.*\z", ""), f"^[{PAD}]+|[{PAD}.]+\\z", ""))


def rooted(path):
    found = F.translate(fold(trimmed(path)), "/", "\\")
    for pattern, replacement in (
        (r"^(?:\\\?\?|\\\\\?|\\\\\.|\\global\?\?|\\dosdevices)\\", r"\\\\?\\"),
        (r"^\\\\\?\\globalroot(\\(?:device|systemroot)\\)", r"$1"),
        (r"^\\\\\?\\([a-z]:\\)", r"$1"),
        (r"^(?:\\\\\?\\unc|\\device\\mup)\\", r"\\\\"),
        (r"^(?:\\systemroot|%systemroot%|%windir%)\\", r"\\windows\\"),
        (r"^(?:%programfiles%|%programw6432%)\\", r"\\program files\\"),
        (r"(?s)(.)\\{2,}", r"$1\\"),
    ):
        found = F.regexp_replace(found, pattern, replacement)
    return found


def folder_of(path, image):
    """The directory of an image, with a backslash at its end; "" where a path tells none."""
    whole = rooted(path)
    folder = (
        F.when(
            (image != "") & whole.endswith(F.concat(F.lit("\\"), image)),
            whole.substr(F.lit(1), F.length(whole) - F.length(image)),
        )
        .when(~whole.contains("\\"), F.lit(""))
        .when(whole.endswith("\\"), whole)
        .otherwise(F.concat(whole, F.lit("\\")))
    )
    return F.regexp_replace(folder, r"(?s)^[^\\:%]+\\.*", "")


def rootless(folder):
    return F.regexp_replace(folder, ROOT, r"\\")


def normalised(folder):
    found = F.regexp_replace(folder, rf"^{VOLUME}\\", r"\\")
    found = F.regexp_replace(found, r"^(\\device\\[a-z]{1,40})[0-9]{1,9}", "$1*")
    shared = r"(?!(?:public|default|default user|all users)\\)"
    found = F.regexp_replace(
        found, rf"^((?:[a-z]:)?\\(?:users|documents and settings)\\){shared}[^\\]+\\", r"$1*\\"
    )
    found = F.regexp_replace(found, r"\\s-1(?:-[0-9]{1,20}){1,16}\\", r"\\*\\")
    return F.regexp_replace(found, r"([^:])\\\z", "$1")


def is_gap(column):
    word = fold(trimmed(column))
    number_or_sid = word.rlike(r"^(?:s-1(?:-[0-9]{1,20}){1,16}|[0-9]{1,20}|0x[0-9a-f]{1,16})\z")
    return ~(column.endswith(".exe") | column.endswith(".EXE")) & (word.isin(PLACEHOLDERS) | number_or_sid)


def logged(name, path):
    """The text that names an image: its name, or its path where that says more."""
    no_name = image_name(name) == ""
    path_says_more = (no_name | is_gap(name)) & (image_name(path) != "") & ~is_gap(path)
    return F.when((path != "") & (path_says_more | no_name), path).otherwise(name)


def with_end(rows, end, name, path):
    file, folder, said = F.col(f"{end}File"), F.col(f"{end}Folder"), F.col(f"{end}Logged")
    place = text(path)
    rows = settled(rows.withColumn(f"{end}Logged", logged(text(name), place)), [f"{end}Logged"])
    rows = settled(rows.withColumn(f"{end}File", image_name(said)), [f"{end}File"])
    rows = rows.withColumn(f"{end}Folder", folder_of(said, file))
    rows = rows.withColumn("Other", folder_of(F.when(place == "", said).otherwise(place), file))
    rows = settled(rows, [f"{end}Folder", "Other"])
    other = F.col("Other")
    rows = rows.withColumn(f"{end}Folder", F.when(folder.isin("", "\\"), other).otherwise(folder))
    rows = rows.drop("Other")
    nameless = (file == "") & (folder != "")
    return rows.withColumn(f"{end}File", F.when(nameless, fold(said)).otherwise(file))


def user(domain, name):
    domain, name = text(domain), text(name)
    return F.when((domain == "") | name.contains("\\"), name).otherwise(F.concat(domain, F.lit("\\"), name))


def agree(one, other):
    return (one == "") | (other == "") | (one == other)


def same_folder(one, other):
    first, second = F.regexp_extract(one, ROOT, 1), F.regexp_extract(other, ROOT, 1)
    one_is_volume = first.startswith("\\") != second.startswith("\\")
    return agree(one, other) | (
        (rootless(one) == rootless(other)) & ((first == "") | (second == "") | one_is_volume)
    )


COLUMNS = {
    "child path": lambda: F.col("ImageFolder"),
    "child command line": lambda: text("ProcessCommandLine"),
    "child original name": lambda: text("ProcessVersionInfoOriginalFileName"),
    "child integrity": lambda: text("ProcessIntegrityLevel"),
    "child user": lambda: user("AccountDomain", "AccountName"),
    "parent path": lambda: F.col("ParentFolder"),
    "parent command line": lambda: text("InitiatingProcessCommandLine"),
    "parent signer": lambda: text("InitiatingProcessSignerType"),
    "parent integrity": lambda: text("InitiatingProcessIntegrityLevel"),
    "parent user": lambda: user("InitiatingProcessAccountDomain", "InitiatingProcessAccountName"),
}
NAMES = {"child": "ImageFile", "parent": "ParentKey"}


def settled(rows, names):
    """Let Spark work out some columns once; it would write each expression into all that use it."""
    rows = rows.withColumn("Settled", F.explode(F.array(F.struct(*names))))
    for name in names:
        rows = rows.withColumn(name, F.col(f"Settled.{name}"))
    return rows.drop("Settled")


def either(conditions):
    found = F.lit(False)
    for condition in conditions:
        found = found | condition
    return found


def every(conditions):
    found = F.lit(True)
    for condition in conditions:
        found = found & condition
    return found


def holds(formula):
    """Return a formula of the tables above as a condition."""
    kind, *parts = formula
    if kind == "all":
        return every(map(holds, parts))
    if kind == "any":
        return either(map(holds, parts))
    if kind == "not":
        return ~holds(parts[0])
    if kind == "plain":
        return F.col("IsPlain")
    if kind == "named":
        return F.col(NAMES[parts[0]]).isin(parts[1])
    fact, values, absent = parts
    column = COLUMNS[fact]()
    if kind == "equals":
        found = fold(column).isin(values)
    elif kind == "lies in":
        found = column.rlike(values) if values else F.lit(False)
    elif kind == "matches any":
        found = either(fold(column).rlike(each) for each in values)
    else:
        found = every(fold(column).rlike(each) for each in values)
    return (column == "") | found if absent else (column != "") & found


def weight(cases):
    """Return the weight of the first case that holds, 0 where none does."""
    found = F.lit(0)
    for formula, value in reversed(cases):
        found = F.when(holds(formula), F.lit(value)).otherwise(found)
    return found


def is_excluded(row):
    """Tell whether an exclusion covers a row; a pair says nothing of place and form, unless it names them."""
    paths = {"child_path": ("FolderPath", "FileName")}
    paths["parent_path"] = ("InitiatingProcessFolderPath", "InitiatingProcessFileName")
    device = F.when(text("DeviceName") == "", text("DeviceId")).otherwise(text("DeviceName"))
    columns = {
        "child": F.col("ImageFile"),
        "parent": F.col("ParentFile"),
        "device": fold(device),
        "user": fold(user("AccountDomain", "AccountName")),
        "command_line": fold(text("ProcessCommandLine")),
    }
    for name, (path, file) in paths.items():
        whole = F.when(text(path) == "", text(file)).otherwise(text(path))
        columns[name] = folder_of(whole, F.lit(""))
    told = {
        "misplaced-image": "child_path" in row,
        "misplaced-parent": "parent_path" in row,
        "unexpected-arguments": bool({"child_path", "parent_path", "command_line"} & row.keys()),
    }
    found = F.lit("signer" not in row)  # no column tells who signed the child's image
    for name, column in columns.items():
        if name in row:
            found &= column.rlike(row[name])
    for reason, is_told in told.items():
        if not is_told:
            found &= ~F.col("Reasons").contains(reason)
    if "expires_at" in row:
        found &= F.col("Timestamp") < F.lit(datetime.datetime.fromisoformat(row["expires_at"]))
    return found


def with_parent(rows):
    rows = with_end(rows, "Parent", "InitiatingProcessFileName", "InitiatingProcessFolderPath")
    name, folder, said = F.col("ParentFile"), F.col("ParentFolder"), F.col("ParentLogged")
    path = text("InitiatingProcessFolderPath")
    # A placeholder, a security identifier or a number is no name, unless a directory shows that it is a file.
    rows = rows.withColumn("NoName", (name == "") | ((folder == "") & is_gap(said)))
    # Only the plain name of a file is ever expected.
    rows = rows.withColumn("IsPlain", F.col("NoName") | said.rlike(PLAIN_NAME))
    rows = rows.withColumn("IsPlainImage", F.col("ImageLogged").rlike(PLAIN_NAME))
    is_kernel_by_pid = F.coalesce(F.col("InitiatingProcessId") == 4, F.lit(False))
    rows = rows.withColumn(
        "ParentFolder",
        F.when(F.col("NoName"), F.lit(""))
        .when(name.isin(KERNEL) & image_name(path).isin(KERNEL), folder_of(path, image_name(path)))
        .otherwise(folder),
    )
    rows = rows.withColumn(
        "ParentKey",
        F.when(F.col("NoName"), F.when(is_kernel_by_pid, F.lit("system")).otherwise(F.lit("")))
        .when(name.isin(KERNEL), F.lit("system"))
        .otherwise(name),
    )
    shown = F.regexp_replace(F.regexp_replace(fold(said), r"(?s)^.*[\\/]", ""), r"^\x00+|\x00+\z", "")
    plain = F.col("IsPlain") | (shown == "")
    return rows.withColumn("ParentFile", F.when(plain, F.col("ParentKey")).otherwise(shown))


def suspicious(process_events):
    rows = process_events.where(fold(text("ActionType")) == "processcreated")
    rows = with_parent(with_end(rows, "Image", "FileName", "FolderPath"))
    rows = settled(
        rows,
        [
            "ImageFile",
            "ImageFolder",
            "ParentFile",
            "ParentFolder",
            "ParentKey",
            "NoName",
            "IsPlain",
            "IsPlainImage",
        ],
    )
    child, parent = F.col("ImageFile"), F.col("ParentFile")
    watched, known = child.isin(WATCHED), parent != ""
    watching = ~watched & known & (child != "") & F.col("ParentKey").isin(WATCHING)
    rows = rows.where(watched | watching | child.isin(STARTED))
    steps = {
        "FitsThere": holds(THERE),
        "Fits": F.col("FitsThere") | holds(ANYWHERE),
        "IsNear": ~F.col("Fits") & holds(NEAR),
        "IsOutside": F.col("IsNear") | (~F.col("FitsThere") & holds(OWN_OUTSIDE)),
        "IsOnOtherDrive": F.when(F.col("IsNear"), holds(NEAR_OTHER_DRIVE)).otherwise(holds(OWN_OTHER_DRIVE)),
        "ParentWeight": weight(PARENT_WEIGHTS),
        "ChildPlaceWeight": F.when(watching, weight(CHILD_PLACE_WEIGHTS)).otherwise(0),
        "PlaceWeight": F.greatest(weight(PLACE_WEIGHTS), F.col("ChildPlaceWeight")),
        "ChildWeight": F.when(
            watching & (F.col("ChildPlaceWeight") == 0), weight(CHILD_WEIGHTS)
        ).otherwise(0),
        "IsExcused": F.when(watched, holds(EXCUSED)).otherwise(watching & holds(CHILD_EXCUSED)),
        "ArgumentWeight": F.when(F.col("IsExcused"), 0).otherwise(weight(ARGUMENT_WEIGHTS)),
        "OutsideWeight": F.when(
            watched & known & F.col("IsOutside"),
            F.when(F.col("IsOnOtherDrive"), F.least("ParentWeight", F.lit(3))).otherwise(
                F.col("ParentWeight")
            ),
        ).otherwise(0),
        "ParentWeight ": F.when(
            watched & known & ~(F.col("Fits") | F.col("IsNear")), F.col("ParentWeight")
        ).otherwise(0),
    }
    for name, step in steps.items():
        rows = settled(rows.withColumn(name.strip(), step), [name.strip()])
    reasons = F.concat_ws(
        ", ",
        F.when(F.col("ParentWeight") > 0, F.lit("unexpected-parent")),
        F.when(F.col("ChildWeight") > 0, F.lit("unexpected-child")),
        F.when(F.col("PlaceWeight") > 0, F.lit("misplaced-image")),
        F.when(F.col("OutsideWeight") > 0, F.lit("misplaced-parent")),
        F.when(F.col("ArgumentWeight") > 0, F.lit("unexpected-arguments")),
    )
    rows = rows.withColumn("Reasons", reasons)
    rows = rows.withColumn(
        "Reasons",
        F.when((F.col("Reasons") == "") & watched & ~known, F.lit("unknown-parent")).otherwise(
            F.col("Reasons")
        ),
    ).where(F.col("Reasons") != "")
    rows = rows.withColumn("Reason", F.split("Reasons", ", ")[0]).where(~is_harmless_copy())
    rows = rows.withColumn(
        "Directory",
        F.when(F.col("PlaceWeight") > 0, normalised(F.col("ImageFolder")))
        .when(F.col("OutsideWeight") > 0, normalised(F.col("ParentFolder")))
        .otherwise(F.lit("")),
    )
    heaviest = F.greatest(
        "ParentWeight", "ChildWeight", "PlaceWeight", "OutsideWeight", "ArgumentWeight", F.lit(1)
    )
    rows = rows.withColumn("Severity", F.lit(None).cast("string"))
    for value, label in LABELS.items():
        severity = F.when(heaviest == value, F.lit(label)).otherwise(F.col("Severity"))
        rows = rows.withColumn("Severity", severity)
    # Begin environment-specific filter.
    rows = rows.where(~either(is_excluded(row) for row in EXCLUSIONS))
    # End environment-specific filter.
    helpers = ("NoName", "IsPlain", "IsPlainImage", "ParentKey", "ImageLogged", "ParentLogged")
    return rows.drop(*{name.strip() for name in steps}, *helpers)


def is_harmless_copy():
    """An image that was started by itself, and of which nothing speaks against that, is no finding."""
    lines = [
        F.regexp_replace(text(each), r"^\s+|\s+\z", "")
        for each in ("ProcessCommandLine", "InitiatingProcessCommandLine")
    ]
    users = [
        F.regexp_replace(fold(COLUMNS[each]()), r"^\s+|\s+\z", "") for each in ("child user", "parent user")
    ]
    levels = [fold(COLUMNS[each]()) for each in ("child integrity", "parent integrity")]
    return (
        (F.col("ImageFile") == F.col("ParentKey"))
        & F.col("Reasons").isin("unexpected-parent", "unexpected-child")
        & F.col("IsPlain")
        & F.col("IsPlainImage")
        & ~F.col("ImageFile").isin(NEVER_COPIED)
        & same_folder(F.col("ImageFolder"), F.col("ParentFolder"))
        & agree(*users)
        & agree(*levels)
        & agree(*lines)
    )


def is_image(name, path, image, folders):
    told = [text(name), text(path)]
    bases = [fold(F.regexp_replace(column, r"(?s)^(?:.*[\\/]|.:)", "")) for column in told]
    found = F.when(told[0] == "", bases[1]).otherwise(bases[0]) == image
    for column, base in zip(told, bases, strict=True):
        folder = folder_of(column, F.lit(image))
        found &= ~((image_name(column) == image) & (base != image)) & ((folder == "") | folder.rlike(folders))
    return found


def crash_evidence(process_events, device_events):
    handler = ("InitiatingProcessFileName", "InitiatingProcessFolderPath")
    threads = device_events.where(
        (fold(text("ActionType")) == "createremotethreadapicall")
        & (F.col("ProcessId") > 0)
        & is_image(*handler, "werfault.exe", EITHER_SYSTEM)
    )
    snapshots = process_events.where(
        (fold(text("ActionType")) == "processcreated")
        & is_image("FileName", "FolderPath", "werfault.exe", EITHER_SYSTEM)
        & is_image(*handler, "svchost.exe", SYSTEM32)
        & (F.length(text("ProcessCommandLine")) <= 1024)
        & fold(text("ProcessCommandLine")).rlike(r"(?:^|\s)-pss(?:\s|\z)")
    )
    word = F.regexp_extract(fold(text("ProcessCommandLine")), r"(?:^|\s)-p\s+(\S+)", 1)
    return threads.select(
        F.col("DeviceId").alias("CrashDevice"),
        F.col("ProcessId").alias("CrashPid"),
        image_name(text("FileName")).alias("CrashImage"),
        F.col("ProcessCreationTime").alias("CrashStart"),
        F.col("Timestamp").alias("CrashTime"),
    ).unionByName(
        snapshots.select(
            F.col("DeviceId").alias("CrashDevice"),
            F.when(word.rlike(r"^[0-9]{1,18}\z"), word).cast("long").alias("CrashPid"),
            F.lit("").alias("CrashImage"),
            F.lit(None).cast("timestamp").alias("CrashStart"),
            F.col("Timestamp").alias("CrashTime"),
        )
    )


def explains():
    """A clone that the crash handler made is no finding; lsass.exe is never cleared."""
    started = F.col("InitiatingProcessCreationTime")
    return (
        F.col("Reasons").isin(["unexpected-parent", "unexpected-child"])
        & (F.col("ImageFile") == F.col("ParentFile"))
        & (F.col("ImageFile") != "lsass.exe")
        & same_folder(
            folder_of(text("FolderPath"), F.col("ImageFile")),
            folder_of(text("InitiatingProcessFolderPath"), F.col("ImageFile")),
        )
        & agree(
            F.substring(trimmed(text("ProcessCommandLine")), 1, 1024),
            F.substring(trimmed(text("InitiatingProcessCommandLine")), 1, 1024),
        )
        & (F.col("InitiatingProcessId") > 0)
        & (F.col("DeviceId") == F.col("CrashDevice"))
        & (F.col("InitiatingProcessId") == F.col("CrashPid"))
        & (F.col("CrashTime") <= F.col("Timestamp"))
        & (F.col("Timestamp") <= F.col("CrashTime") + F.expr(f"INTERVAL {GRACE} SECONDS"))
        & ((F.col("CrashImage") == "") | (F.col("CrashImage") == F.col("ImageFile")))
        & (F.col("CrashStart").isNull() | started.isNull() | (F.col("CrashStart") == started))
        & (started.isNull() | (F.col("CrashTime") >= started))
    )


def mismatches(process_events, device_events):
    """Return one row a finding, from DeviceProcessEvents and DeviceEvents: its earliest event, and counts."""
    rows = suspicious(process_events).join(
        crash_evidence(process_events, device_events), explains(), "left_anti"
    )
    key = ["Reasons", "ImageFile", "ParentFile", "Directory"]
    counts = rows.groupBy(*key).agg(
        F.countDistinct("DeviceId").alias("DeviceCount"),
        F.count(F.lit(1)).alias("Occurrences"),
        F.max("Timestamp").alias("LastSeen"),
    )
    earliest = Window.partitionBy(*key).orderBy("Timestamp", "ReportId", "DeviceId")
    first = rows.withColumn("Place", F.row_number().over(earliest)).where(F.col("Place") == 1).drop("Place")
    return first.drop("ImageFolder", "ParentFolder").join(counts, key)
'''
