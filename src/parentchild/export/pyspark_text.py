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
SYSTEM_FOLDERS = ["", "\\windows\\system32\\", "\\windows\\syswow64\\"]
PLACEHOLDERS = ["-", "?", "<unknown process>", "&lt;unknown process&gt;"]


def text(column):
    return F.coalesce(F.col(column), F.lit(""))


def fold(column):
    return F.translate(column, UPPER, LOWER)  # no letter beyond ASCII is folded


def trimmed(column):
    return F.regexp_replace(F.regexp_replace(column, r"\x00+\z", ""), f"^[{PAD}]+|[{PAD}]+\\z", "")


def image_name(column):
    base = F.regexp_replace(trimmed(column), r"(?s)^(?:.*[\\/]|.:)", "")
    return fold(F.regexp_replace(F.regexp_replace(base, r"(?s):.*\z", ""), f"^[{PAD}]+|[{PAD}.]+\\z", ""))


def folder_of(path, image):
    rooted = F.translate(fold(trimmed(path)), "/", "\\")
    for pattern, replacement in (
        (r"^(?:\\\?\?\\|\\\\\?\\|\\\\\.\\)?(?:globalroot)?", ""),
        (r"^(?:unc|\\device\\mup)\\", r"\\\\"),
        (r"^(?:\\systemroot|%systemroot%|%windir%)\\", r"\\windows\\"),
        (r"^(?:\\device\\harddiskvolume[0-9]+|[a-z]:)\\", r"\\"),
    ):
        rooted = F.regexp_replace(rooted, pattern, replacement)
    folder = (
        F.when(~rooted.startswith("\\"), F.lit(""))
        .when(
            rooted.endswith(F.concat(F.lit("\\"), image)),
            rooted.substr(F.lit(1), F.length(rooted) - F.length(image)),
        )
        .when(rooted.endswith("\\"), rooted)
        .otherwise(F.concat(rooted, F.lit("\\")))
    )
    return F.regexp_replace(folder, r"^\\windows\\sysnative\\", r"\\windows\\system32\\")


def with_end(rows, end, name, path):
    raw, place = text(name), text(path)
    rows = rows.withColumn(f"{end}File", image_name(raw))
    rows = rows.withColumn(
        f"{end}File", F.when(F.col(f"{end}File") == "", image_name(place)).otherwise(F.col(f"{end}File"))
    )
    return rows.withColumn(
        f"{end}Folder", folder_of(F.when(place == "", raw).otherwise(place), F.col(f"{end}File"))
    )


def either(conditions):
    found = F.lit(False)
    for condition in conditions:
        found = found | condition
    return found


def lies_in(column, pattern, must_know):
    there = F.col(column).rlike(pattern)
    return there if must_know else (F.col(column) == "") | there


def agrees(column, wanted, must_know):
    same = fold(column) == wanted
    return same if must_know else (column == "") | same


def in_place(end):
    by_pattern = {}
    for name, pattern in PLACES.items():
        by_pattern.setdefault(pattern, []).append(name)
    misplaced = [
        F.col(f"{end}File").isin(names) & ~F.col(f"{end}Folder").rlike(pattern)
        for pattern, names in by_pattern.items()
    ]
    return (F.col(f"{end}Folder") == "") | ~either(misplaced)


def by_table(table, about, other):
    return either(
        (F.col(about) == name) & F.col(other).isin(names) for name, (_, names) in table.items() if names
    )


def fits(row, about, other, asks_place):
    must_know = "must_know" in row
    found = (F.col(f"{about}File") == row["about"]) & F.col(f"{other}File").isin(row["names"])
    if "about_lies_in" in row:
        found &= lies_in(f"{about}Folder", row["about_lies_in"], must_know)
    for wanted in row.get("command_line", []):
        found &= fold(text("ProcessCommandLine")).contains(wanted)
    for wanted in row.get("parent_command_line", []):
        found &= fold(text("InitiatingProcessCommandLine")).contains(wanted)
    if "signer" in row:
        signer = text("InitiatingProcessSignerType") if other == "Parent" else F.lit("")
        found &= agrees(signer, row["signer"], must_know)
    if "integrity" in row:
        found &= agrees(text("ProcessIntegrityLevel"), row["integrity"], must_know)
    if "lies_in" in row and (asks_place or must_know):
        found &= lies_in(f"{other}Folder", row["lies_in"], must_know)
    if "in_place" in row and asks_place:
        found &= in_place(other)
    return found


def severity(table, column):
    found = F.lit(None).cast("string")
    for label in sorted({label for label, _ in table.values()}):
        names = [name for name, (own, _) in table.items() if own == label]
        found = F.when(F.col(column).isin(names), F.lit(label)).otherwise(found)
    return found


def is_excluded(row):
    found = F.lit(True)
    if "child" in row:
        found &= F.col("ImageFile") == row["child"]
    if "parent" in row:
        found &= F.col("ParentFile") == row["parent"]
    if "device" in row:
        found &= (
            fold(F.when(text("DeviceName") == "", text("DeviceId")).otherwise(text("DeviceName")))
            == row["device"]
        )
    if "user" in row:
        domain, name = text("AccountDomain"), text("AccountName")
        whole = F.when((domain == "") | name.contains("\\"), name).otherwise(
            F.concat(domain, F.lit("\\"), name)
        )
        found &= fold(whole) == row["user"]
    if "command_line" in row:
        found &= fold(text("ProcessCommandLine")).contains(row["command_line"])
    if "expires_at" in row:
        found &= F.col("Timestamp") < F.lit(datetime.datetime.fromisoformat(row["expires_at"]))
    return found


def suspicious(process_events):
    rows = process_events.where(fold(text("ActionType")) == "processcreated")
    rows = with_end(rows, "Image", "FileName", "FolderPath")
    rows = with_end(rows, "Parent", "InitiatingProcessFileName", "InitiatingProcessFolderPath")
    name = F.col("ParentFile")
    no_name = (name == "") | (
        (F.col("ParentFolder") == "")
        & (
            F.regexp_replace(fold(text("InitiatingProcessFileName")), r"^\s+|\s+\z", "").isin(PLACEHOLDERS)
            | name.rlike(r"^(?:s-1(?:-[0-9]{1,20}){1,16}|[0-9]+)\z")
        )
    )
    rows = rows.withColumn("NoName", no_name)
    rows = rows.withColumn(
        "ParentFolder", F.when(F.col("NoName"), F.lit("")).otherwise(F.col("ParentFolder"))
    )
    is_kernel = F.when(
        F.col("NoName"), F.coalesce(F.col("InitiatingProcessId") == 4, F.lit(False))
    ).otherwise(name == "ntoskrnl.exe")
    rows = rows.withColumn(
        "ParentFile", F.when(is_kernel, F.lit("system")).when(F.col("NoName"), F.lit("")).otherwise(name)
    )
    is_watched = F.col("ImageFile").isin(list(EXPECTED_PARENTS))
    is_watching = F.col("ParentFile").isin(list(EXPECTED_CHILDREN))
    rows = rows.where(is_watched | is_watching)
    named = by_table(EXPECTED_PARENTS, "ImageFile", "ParentFile")
    expected = (named & in_place("Parent")) | either(
        fits(row, "Image", "Parent", True) for row in OTHER_PARENTS
    )
    nearly = named | either(
        fits(row, "Image", "Parent", False) for row in OTHER_PARENTS if "at_home" not in row
    )
    expected_child = by_table(EXPECTED_CHILDREN, "ParentFile", "ImageFile") | either(
        fits(row, "Parent", "Image", True) for row in OTHER_CHILDREN
    )
    rows = rows.withColumn("ImageReason", F.when(is_watched & ~in_place("Image"), F.lit("misplaced-image")))
    rows = rows.withColumn(
        "ParentReason",
        F.when(
            is_watched & (F.col("ParentFile") == ""),
            F.when(F.col("ImageReason").isNull(), F.lit("unknown-parent")),
        )
        .when(is_watched & expected, F.lit(None))
        .when(is_watched & nearly, F.lit("misplaced-parent"))
        .when(is_watched, F.lit("unexpected-parent"))
        .when(is_watching & (F.col("ImageFile") != "") & ~expected_child, F.lit("unexpected-child")),
    )
    rows = rows.withColumn("Reason", F.explode(F.array("ParentReason", "ImageReason"))).where(
        F.col("Reason").isNotNull()
    )
    rows = rows.withColumn(
        "Severity",
        F.when(F.col("Reason") == "unknown-parent", F.lit("informational"))
        .when(F.col("Reason") == "unexpected-child", severity(EXPECTED_CHILDREN, "ParentFile"))
        .otherwise(severity(EXPECTED_PARENTS, "ImageFile")),
    )
    # Begin environment-specific filter.
    rows = rows.where(~either(is_excluded(row) for row in EXCLUSIONS))
    # End environment-specific filter.
    return rows.drop("ImageReason", "ParentReason", "NoName")


def crash_evidence(process_events, device_events):
    threads = with_end(
        device_events, "Handler", "InitiatingProcessFileName", "InitiatingProcessFolderPath"
    ).where((fold(text("ActionType")) == "createremotethreadapicall") & (F.col("ProcessId") > 0))
    snapshots = with_end(process_events, "Handler", "FileName", "FolderPath").where(
        (fold(text("ActionType")) == "processcreated")
        & image_name(text("InitiatingProcessFileName")).isin(["", "svchost.exe"])
        & (F.length(text("ProcessCommandLine")) <= 1024)
        & fold(text("ProcessCommandLine")).rlike(r"(?:^|\s)-pss(?:\s|\z)")
    )
    word = F.regexp_extract(fold(text("ProcessCommandLine")), r"(?:^|\s)-p\s+(\S+)", 1)
    found = threads.select(
        F.col("DeviceId").alias("CrashDevice"),
        F.col("ProcessId").alias("CrashPid"),
        image_name(text("FileName")).alias("CrashImage"),
        F.col("ProcessCreationTime").alias("CrashStart"),
        F.col("Timestamp").alias("CrashTime"),
        "HandlerFile",
        "HandlerFolder",
    ).unionByName(
        snapshots.select(
            F.col("DeviceId").alias("CrashDevice"),
            F.when(word.rlike(r"^[0-9]{1,18}\z"), word).cast("long").alias("CrashPid"),
            F.lit("").alias("CrashImage"),
            F.lit(None).cast("timestamp").alias("CrashStart"),
            F.col("Timestamp").alias("CrashTime"),
            "HandlerFile",
            "HandlerFolder",
        )
    )
    return found.where(
        (F.col("HandlerFile") == "werfault.exe") & F.col("HandlerFolder").isin(SYSTEM_FOLDERS)
    ).drop("HandlerFile", "HandlerFolder")


def explains():
    """A clone that the crash handler made is no finding; lsass.exe is never cleared."""
    started = F.col("InitiatingProcessCreationTime")
    return (
        F.col("Reason").isin(["unexpected-parent", "unexpected-child"])
        & (F.col("ImageFile") == F.col("ParentFile"))
        & (F.col("ImageFile") != "lsass.exe")
        & (
            (text("FolderPath") == "")
            | (text("InitiatingProcessFolderPath") == "")
            | (F.col("ImageFolder") == "")
            | (F.col("ParentFolder") == "")
            | (F.col("ImageFolder") == F.col("ParentFolder"))
        )
        & (F.col("InitiatingProcessId") > 0)
        & (F.col("DeviceId") == F.col("CrashDevice"))
        & (F.col("InitiatingProcessId") == F.col("CrashPid"))
        & (F.col("CrashTime") <= F.col("Timestamp"))
        & (F.col("Timestamp") <= F.col("CrashTime") + F.expr(f"INTERVAL {GRACE} SECONDS"))
        & ((F.col("CrashImage") == "") | (F.col("CrashImage") == F.col("ParentFile")))
        & (F.col("CrashStart").isNull() | started.isNull() | (F.col("CrashStart") == started))
        & (started.isNull() | (F.col("CrashTime") >= started))
    )


def mismatches(process_events, device_events):
    """Return one row a finding, from DeviceProcessEvents and DeviceEvents: its earliest event, and counts."""
    rows = suspicious(process_events).join(
        crash_evidence(process_events, device_events), explains(), "left_anti"
    )
    key = ["Reason", "ImageFile", "ParentFile"]
    counts = rows.groupBy(*key).agg(
        F.countDistinct("DeviceId").alias("DeviceCount"),
        F.count(F.lit(1)).alias("Occurrences"),
        F.max("Timestamp").alias("LastSeen"),
    )
    earliest = Window.partitionBy(*key).orderBy("Timestamp", "ReportId", "DeviceId")
    first = rows.withColumn("Place", F.row_number().over(earliest)).where(F.col("Place") == 1).drop("Place")
    return first.drop("ImageFolder", "ParentFolder").join(counts, key)
'''
