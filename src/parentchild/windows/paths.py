r"""Directories: where an image lies, in one form, and whether Windows keeps it there.

A path is a claim of the sensor, spelled in one of many ways: with a drive, with a device
(`\Device\HarddiskVolume3\...`), with a prefix (`\??\`, `\\?\`, `\\?\GLOBALROOT\`), with a variable
(`%SystemRoot%`), with 8.3 components. `directory_of` brings all of them into **one canonical form**: ASCII
letters folded, backslashes, no doubled ones, no `.` or `..`, no backslash at the end unless it is a drive's
own root. It begins with its *root*, and there are five
kinds:

- `c:\windows\system32`, **a drive**: `C:\...`, also behind `\\?\`, `\\.\`, `\??\`, `\GLOBAL??\` and
  `\DosDevices\`.
- `\device\harddiskvolume3\windows`, **a volume**: `\Device\HarddiskVolume3\...`, or a Windows container's
  `\Device\VhdHardDisk{...}\...`; also behind `\\?\GLOBALROOT`.
- `\windows\system32`, **the system drive** by no letter: `\SystemRoot\...`, `%windir%\...`, `\Windows\...`.
- `\\server\share\windows`, **the network**: UNC, `\Device\Mup\...`.
- `\\?\volume{...}\temp` or `\device\cdrom0\temp`, **nowhere** that is local and fixed: every other device, an
  unknown root, a path longer than Windows allows.

None means that the text gives no directory: a bare name, or a relative path. An unknown root is a definite
directory that is never an expected one, since it is not absent: somebody chose it.

An expected directory is written with `C:`, which means *the system drive*: `is_in` takes which drives these
are. A volume says no letter, so it passes for any of them, unless the caller names the system's own volume.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from parentchild.errors import InvalidArgument
from parentchild.windows.names import PADDING, SID, fold

SYSTEM_DRIVES: Final = frozenset({"c:"})
"""The drives that Windows is taken to run from unless the caller says otherwise."""

_LONGEST = 32_767  # characters of a path, in Windows' own words
_USUAL = 260  # characters of nearly every path
_ANY_DEPTH = "**"
_IN_COMPONENT = r"[^\\]*"
_TOO_LONG = "\\\\?\\too long for a path"

# A path on a drive in which there is nothing to resolve: printable ASCII, no component that begins with a dot
# or a space, no space at the end. Nearly all paths are such, and a match spares the parsing.
_NOTHING_TO_RESOLVE = re.compile(
    r"[A-Za-z]:(?:\\[!#-)+\-0-9;=@A-Z\[\]^_`a-{}~][ !#-)+\-.0-9;=@A-Z\[\]^_`a-{}~]*)+(?<! )"
)
_LETTER = r"[a-z]:"
_DISK = r"\\device\\(?:harddiskvolume[0-9]{1,9}|vhdharddisk\{[0-9a-f-]{1,64}\})"
_VOLUME = re.compile(_DISK + r"(?=\\|$)")
_SYSTEM_DRIVE = re.compile(_LETTER + "|" + _DISK)

# The namespaces in which drives have names, and from any of them the way back to the objects of the kernel.
_DRIVES = r"(?:\\(?:\?\?|\\\?|\\\.|global\?\?|dosdevices)\\)"
_PREFIX = re.compile(rf"((?:{_DRIVES}globalroot(?=\\))*)({_DRIVES}?)")
_DRIVE = re.compile(_LETTER + r"(?=\\)")
# How a path may begin: what its canonical form has for a root (the beginning itself where that is empty), and
# what stands before the rest.
_IN_DRIVES = ((_DRIVE, "", ""), (re.compile(r"unc\\"), "\\\\", ""))
_IN_OBJECTS = (
    (_VOLUME, "", ""),
    (re.compile(r"(?:\\systemroot|%systemroot%|%windir%)(?=\\)"), "\\", "windows"),
    (re.compile(r"\\device\\mup\\"), "\\\\", ""),
)
_IN_PROGRAMS = (
    *_IN_OBJECTS,
    _IN_DRIVES[0],
    (re.compile(r"\\\\"), "\\\\", ""),
    (re.compile(r"\\|%systemdrive%\\"), "\\", ""),
    (re.compile(r"%(?:programfiles|programw6432)%(?=\\)"), "\\", "program files"),
    (re.compile(r"%programfiles\(x86\)%(?=\\)"), "\\", "program files (x86)"),
    (re.compile(r"%(?:programdata|allusersprofile)%(?=\\)"), "\\", "programdata"),
)

_PROFILES = frozenset({"users", "documents and settings"})
_SHARED_PROFILES = frozenset({"public", "default", "default user", "all users"})
_NUMBERED = re.compile(r"(\A\\device\\[a-z]{1,40})[0-9]{1,9}|(\A\\\\\?\\volume)\{[0-9a-f-]{1,64}\}")

_IS_SHORT_ALREADY = re.compile(r"[^ .+,;=\[\]]{1,8}(?:\.[^ .+,;=\[\]]{1,3})?")
_CHANGED_IN_SHORT = str.maketrans("+,;=[]", "______", " .")
# Which number a short name has where anybody may make a directory that is named like one. Windows' own are
# made first: at the root of a drive `progra~1` to `progra~3`, in ProgramData `micros~1`.
_NUMBERS_AT_ROOT = {"program files": "1", "program files (x86)": "2", "programdata": "23"}
_FIRST_NUMBER = "1"
_ANY_NUMBER = "1234"


def directory_of(path: str | None, image: str) -> str | None:
    r"""Return the directory that `path` gives for the image named `image`, or None when it gives none.

    A path whose last component is not the image is taken as the directory itself: some sensors log only
    that. So an alternate stream (`C:\Windows\System32\x.exe:y`) never counts as the file it hangs on.

    Args:
        path: a path as logged.
        image: the comparable name of the image, from `names.image_name`.

    Cost: linear in the length of the path; a look-up for one of the last few thousand.

    >>> directory_of(r"\??\C:\Windows\System32\..\Temp\svchost.exe", "svchost.exe")
    'c:\\windows\\temp'
    >>> directory_of(r"\SystemRoot\System32\smss.exe", "smss.exe")
    '\\windows\\system32'
    >>> directory_of("svchost.exe", "svchost.exe") is None
    True
    """
    if path is None or ("\\" not in path and "/" not in path):
        return None  # nearly always: many sources log a name alone
    if len(path) > _LONGEST:
        return _TOO_LONG
    return _known_directory(path, image) if len(path) <= _USUAL else _directory(path, image)


def _directory(path: str, image: str) -> str | None:
    whole = path.lower() if _NOTHING_TO_RESOLVE.fullmatch(path) else _canonical(path)
    if whole is None:
        return None
    head, _, tail = whole.rpartition("\\")
    if tail != image:
        return whole
    return head + "\\" if head in {"", "\\"} or head[-1] == ":" else head


_known_directory = lru_cache(maxsize=4096)(_directory)  # paths come from outside: few, and no long one


def is_in(directory: str, expected: Iterable[str]) -> bool:
    r"""Tell whether a directory from `directory_of` is one of those in `expected`.

    An expected directory is written plainly, with `C:` for the system drive (`C:\Windows\System32`); another
    letter stands for itself. `*` stands for any text within one component
    (`C:\ProgramData\Microsoft\Windows Defender\Platform\*`); a last component `**` for any number of
    components, none included.

    Args:
        directory: the directory, in canonical form; where Windows runs from another drive than `C:`, as
            `on_system_drive` returns it.
        expected: where the image may lie.

    Cost: linear in the length of the directory, for each expected one.

    >>> system32 = (r"C:\Windows\System32",)
    >>> is_in(r"c:\windows\system32", system32), is_in(r"e:\windows\system32", system32)
    (True, False)
    >>> is_in(on_system_drive(r"e:\windows\system32", frozenset({"e:"})), system32)
    True
    """
    return _expected(tuple(expected)).fullmatch(directory) is not None


def is_full_path(text: str) -> bool:
    r"""Tell whether a text names a directory in which an image could be expected: local, or on the network.

    >>> is_full_path(r"%ProgramFiles%\ACME"), is_full_path("ACME"), is_full_path(r"%TEMP%\ACME")
    (True, False, False)
    """
    directory = directory_of(text, "")
    if directory is None:
        return False
    return root_of(directory) is not None or not directory.startswith(("\\device\\", "\\\\?\\"))


def root_of(directory: str) -> str | None:
    r"""Return the drive or volume of a canonical directory, `""` where it names none, None on no local disk.

    >>> root_of(r"c:\windows"), root_of(r"\device\harddiskvolume3\windows"), root_of(r"\windows")
    ('c:', '\\device\\harddiskvolume3', '')
    >>> root_of(r"\\server\share") is root_of(r"\device\cdrom0\windows") is None
    True
    """
    if directory[1:2] == ":":
        return directory[:2]
    if directory.startswith("\\device\\"):
        volume = _VOLUME.match(directory)
        return None if volume is None else volume[0]
    return None if directory.startswith("\\\\") else ""


def may_be_system_drive(root: str) -> bool:
    """Tell whether a root from `root_of` is the system drive's, or may be, since it says no letter."""
    return root in SYSTEM_DRIVES or root == "" or _is_volume(root)


def on_system_drive(directory: str, system_drives: AbstractSet[str] = SYSTEM_DRIVES) -> str:
    r"""Return a canonical directory with the system drive written as `c:`, whichever drive that is.

    What lies on `c:` while that is no system drive, and what lies on another volume than the one that is
    named as the system's, is nowhere that Windows keeps an image.

    >>> on_system_drive(r"d:\windows", frozenset({"d:"})), on_system_drive(r"e:\windows")
    ('c:\\windows', 'e:\\windows')
    >>> on_system_drive(r"c:\temp", frozenset({"d:"}))
    '\\\\?\\c:\\temp'
    """
    root = root_of(directory)
    if not root:
        return directory
    if root in system_drives:
        return "c:" + directory[len(root) :]
    is_excluded = _is_volume(root) and any(map(_is_volume, system_drives))
    return f"\\\\?\\{directory}" if root == "c:" or is_excluded else directory


def system_drive(text: str) -> str:
    r"""Return the canonical root for a system drive as a person or a device writes it.

    >>> system_drive("D:"), system_drive("d:\\"), system_drive(r"\Device\HarddiskVolume3")
    ('d:', 'd:', '\\device\\harddiskvolume3')

    Raises:
        InvalidArgument: it is no drive with a letter, nor a volume of a disk.
    """
    root = fold(text).rstrip("\\") if isinstance(text, str) else ""
    if not _SYSTEM_DRIVE.fullmatch(root):
        raise InvalidArgument("system_drive", text, r"must be like 'D:' or '\Device\HarddiskVolume3'")
    return root


def is_same_directory(one: str, other: str) -> bool:
    r"""Tell whether two canonical directories may be one: a drive and a volume may name the same disk.

    >>> is_same_directory(r"c:\windows", r"\device\harddiskvolume3\windows")
    True
    >>> is_same_directory(r"c:\windows", r"e:\windows")
    False
    """
    if one == other:
        return True
    first, second = root_of(one), root_of(other)
    if first is None or second is None or _below(first, one) != _below(second, other):
        return False
    return first == "" or second == "" or _is_volume(first) is not _is_volume(second)


def normalised_directory(directory: str) -> str:
    r"""Return the directory under which findings are grouped: without what differs by user or by device.

    A user's profile and a security identifier become `*`; the volume goes, since its number differs from
    device to device; so does the number of another device.

    >>> normalised_directory(r"c:\users\ann\appdata\local\temp")
    'c:\\users\\*\\appdata\\local\\temp'
    >>> normalised_directory(r"\device\harddiskvolume3\programdata")
    '\\programdata'
    >>> normalised_directory(r"\device\cdrom0\x")
    '\\device\\cdrom*\\x'

    Cost: linear in the length of the directory.
    """
    root = root_of(directory)
    if root is None:
        return _NUMBERED.sub(lambda found: (found[1] or found[2]) + "*", directory, count=1)
    kept = "" if _is_volume(root) else root
    first, *others = directory[len(root) + 1 :].split("\\")
    if others and first in _PROFILES and others[0] not in _SHARED_PROFILES:
        others[0] = "*"
    return kept + "\\" + "\\".join(["*" if SID.fullmatch(each) else each for each in (first, *others)])


def _canonical(path: str) -> str | None:
    """Return a path in canonical form; its pieces are looked at in the order in which Windows would."""
    text = fold(path.strip(PADDING)).replace("/", "\\")
    prefix = _PREFIX.match(text)
    from_root, in_drives = prefix.groups() if prefix else ("", "")
    text = text[len(from_root) + len(in_drives) :]
    beginnings = _IN_DRIVES if in_drives else _IN_OBJECTS if from_root else _IN_PROGRAMS
    for pattern, root, head in beginnings:
        if found := pattern.match(text):
            whole = (root or found[0] + "\\") + _resolved(head + text[found.end() :])
            return whole.removesuffix("\\") if pattern is _VOLUME else whole
    first, separator, _ = text.partition("\\")
    is_relative = not separator or (":" not in first and "%" not in first)
    return None if is_relative and beginnings is _IN_PROGRAMS else _nowhere(text)


def _nowhere(text: str) -> str:
    return "\\\\?\\" + text.rstrip("\\")


def _resolved(text: str) -> str:
    """Return the components of `text` without empty ones, `.` and `..`."""
    kept: list[str] = []
    for component in text.split("\\"):
        if component == "..":
            del kept[-1:]
        elif component not in {"", "."}:
            kept.append(component)
    return "\\".join(kept)


def _below(root: str, directory: str) -> str:
    return directory[len(root) :] or "\\"


def _is_volume(root: str) -> bool:
    return root.startswith("\\")


@lru_cache(maxsize=1024)  # patterns come from relations, never from a row
def _expected(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return a regular expression for the canonical directories that expected ones stand for."""
    canonical = filter(None, map(_canonical, patterns))
    return re.compile("|".join(map(_regex_of, canonical)) or r"(?!)", re.DOTALL)


def _regex_of(expected: str) -> str:
    root = root_of(expected)
    below = expected[len(root or "") :]
    if root is None:
        drive = ""
    elif root in {"", *SYSTEM_DRIVES}:  # it may be named by nothing at all
        drive = rf"(?:c:|{_DISK}|(?!\\\\|\\device\\))"
    else:  # a volume says no letter, so it may be any drive
        drive = f"(?:{re.escape(root)}|{_DISK})"
    if below in {"", "\\"}:
        return drive + r"\\?"
    components = below[1:].split("\\")
    depth = components.pop() if components[-1] == _ANY_DEPTH else ""
    for at, component in enumerate(components):
        before, star, after = component.partition("*")
        short = "" if root is None else _short_regex(components[:at], before, star)
        drive += rf"\\(?:{re.escape(before)}{star and _IN_COMPONENT}{re.escape(after)}{short})"
    return drive + (r"(?:\\.*)?" if depth else "")


def _short_regex(above: list[str], begin: str, star: str) -> str:
    """Return a regular expression for the 8.3 name of a component, behind a bar; nothing where it has none.

    NTFS makes a short name only for a name that is not one already: the first six characters without spaces
    and dots, a number, the first three of the extension (`progra~1`). `windows` has none, so `window~1` is a
    directory that somebody made.
    """
    name, dot, extension = begin.rpartition(".")
    if star or not dot:
        name, extension = begin, ""
    stem, ending = (text.translate(_CHANGED_IN_SHORT) for text in (name, extension))
    if not stem or (not star and _IS_SHORT_ALREADY.fullmatch(begin)):
        return ""
    if above:  # where anybody may make a directory, it has the number that Windows' own had first
        numbers = _FIRST_NUMBER if above == ["programdata"] else _ANY_NUMBER
    else:
        numbers = _NUMBERS_AT_ROOT.get(begin + star, _FIRST_NUMBER)
    more = rf"[^.\\]{{0,{6 - len(stem[:6])}}}" if star else ""
    rest = r"(?:\.[^.\\]{1,3})?" if star else re.escape(f".{ending[:3]}" if ending else "")
    return f"|{re.escape(stem[:6])}{more}~[{numbers}]{rest}"
