r"""Images: which one a process runs, as the relations see it, and what keeps a starter unknown.

Two questions about a name need the strict answer each. *Is it watched?* Every spelling counts as the file
that it resembles. *May it be expected?* Only a plain name may: `services.exe:x` is watched as services.exe,
but it is another file, so it is never one that a relation expects.
"""

from __future__ import annotations

import enum
from typing import Final

import attrs

from parentchild.events import Process, ProcessCreated
from parentchild.windows.names import KERNEL, fold, image_name, is_bare_name, is_kernel, is_plain_name
from parentchild.windows.paths import SYSTEM_DRIVES, directory_of, on_system_drive, root_of
from parentchild.windows.placeholders import missing_name

SESSION_MANAGER: Final = "smss.exe"
"""The first process that the kernel starts from a file, so its path says from which drive Windows runs."""

_KERNEL_PID: Final = 4
_NO_PIDS: Final = frozenset({None, 0})
_ROOT: Final = "\\"
_SYSTEM32: Final = r"\windows\system32"


class MissingParent(enum.Enum):
    """What is missing when the verdict is unknown."""

    ABSENT = "the source names no parent"
    NAMELESS = "the parent has neither a name nor a pid"
    PID_ONLY = "the parent has a pid but no name, and its start was not seen"
    PLACEHOLDER = "the parent's name is a placeholder"
    SID = "the parent's name is a security identifier"
    NUMBER = "the parent's name is a number"
    CREATOR = "another process than the parent made the call, and it has no name"
    FORGOTTEN = "the parent has a pid but no name, and starts on its device had to be forgotten"
    AMBIGUOUS = "the parent has a pid but no name, and the order of its starts is not certain"
    TOO_OLD = "the parent has a pid but no name, and its only start is more than a day older"


@attrs.define(eq=False)  # two for each evaluation; a frozen class takes twice as long to build
class Image:
    """A process as the relations see it; nothing changes it but what makes it.

    Args:
        name: its comparable name; as logged where nothing comparable is left of it; `""` where unknown.
        directory: the directory that it lies in, the system drive written as `c:`; None where unknown.
        logged: the text that names it, as logged.
        process: the process itself.
        is_placed: whether that text says the directory too, so that whoever read it knows both.
        is_plain: whether its name is known to be exactly that of its file, without which a starter is never
            expected.
        shown: of a starter, the name under which it is reported: if it is not plain, as it was logged.
    """

    name: str
    directory: str | None
    logged: str
    process: Process
    is_placed: bool = False
    is_plain: bool = False
    shown: str = ""


def name_of(process: Process) -> str:
    """Return a process's comparable name; that of its path where it has none, or a placeholder; else `""`."""
    return _bare_name(process) or _named(process)[1]


def is_nameless(process: Process) -> bool:
    """Tell whether nothing in a process says which image it is: no name, no path, or a placeholder."""
    if _bare_name(process) is not None:
        return False
    image = image_of(process)
    return not image.name or missing_name(image.logged, image.directory) is not None


def image_of(process: Process, system_drives: frozenset[str] = SYSTEM_DRIVES) -> Image:
    r"""Return the image of a process, whatever stands in its name.

    Cost: linear in the length of name and path; a good microsecond for plain ones.

    >>> image_of(Process("SVCHOST.EXE ", path=r"\\?\C:\Windows\System32\svchost.exe")).directory
    'c:\\windows\\system32'
    """
    logged, path = process.name, process.path
    is_placed = is_plain = False
    if logged and is_bare_name(logged) and (not path or missing_name(logged) is None):  # nearly always
        name, is_plain = logged.lower(), True
        directory = directory_of(path, name)
    else:
        logged, name = _named(process)
        directory = directory_of(logged, name)  # a name that is a path says where it lies
        is_placed = directory is not None and directory != _ROOT  # a lone backslash says little
        if not is_placed:
            directory = directory_of(path or logged, name)
        if directory is not None:
            name = name or fold(logged)
    if directory is not None and system_drives is not SYSTEM_DRIVES:  # which paths are written for
        directory = on_system_drive(directory, system_drives)
    return Image(name, directory, logged, process, is_placed, is_plain)


def starter_of(
    process: Process | None, system_drives: frozenset[str] = SYSTEM_DRIVES
) -> Image | MissingParent:
    r"""Return the image of a parent or creator, or what keeps it unknown.

    A known directory is never a gap: somebody's file lies there, however it is named.

    >>> starter_of(Process("N/A")), starter_of(Process(None, pid=4)).name
    (<MissingParent.PLACEHOLDER: "the parent's name is a placeholder">, 'system')
    >>> starter_of(Process(r"C:\Windows\System32\Services.exe:x")).shown
    'services.exe:x'
    """
    if process is None:
        return MissingParent.ABSENT
    image = image_of(process, system_drives)
    if image.is_plain and image.directory is not None and not is_kernel(image.name):  # nearly always
        image.shown = image.name
        return image
    missing = missing_name(image.logged, image.directory)
    if missing is None and image.name:
        if is_kernel(image.name):
            _place_kernel(image, system_drives)
        image.is_plain = is_plain_name(image.logged)
        image.shown = image.name if image.is_plain else _as_logged(image)
        return image
    if process.pid == _KERNEL_PID:
        return Image(KERNEL, None, KERNEL, process, is_plain=True, shown=KERNEL)
    if missing is None or not image.name:
        return MissingParent.NAMELESS if process.pid in _NO_PIDS else MissingParent.PID_ONLY
    return MissingParent[missing.name]


def _as_logged(image: Image) -> str:
    text = fold(image.logged)
    return text[max(text.rfind("\\"), text.rfind("/")) + 1 :].strip("\0") or image.name


def is_same_process(one: Process, other: Process) -> bool | None:
    """Tell whether two processes of one event are one, by guid, else by pid; None where neither tells."""
    if one.guid is not None and other.guid is not None:
        return one.guid == other.guid
    if one.pid in _NO_PIDS or other.pid in _NO_PIDS:
        return None
    return one.pid == other.pid


def _bare_name(process: Process) -> str | None:
    """Return the comparable name of a process that has a plain one, as nearly all have; else None."""
    logged = process.name
    return logged.lower() if logged and is_bare_name(logged) and missing_name(logged) is None else None


def _named(process: Process) -> tuple[str, str]:
    """Return the text that names a process's image, as logged, and the comparable name in it."""
    logged, path = process.name or "", process.path
    name = image_name(logged)
    if path and (not name or missing_name(logged) is not None):
        named_by_path = image_name(path)
        if named_by_path and missing_name(path) is None:
            return path, named_by_path
        return logged if name else path, name
    return logged, name


def _place_kernel(image: Image, system_drives: frozenset[str]) -> None:
    """Give the kernel its one name; a sensor may log `System` beside the path of the kernel's file."""
    image.name = KERNEL
    path = image.process.path
    file = "" if path is None else image_name(path)
    if is_kernel(file):
        directory = directory_of(path, file)
        image.directory = None if directory is None else on_system_drive(directory, system_drives)


def drive_of_session_manager(event: ProcessCreated) -> str | None:
    """Return the drive on whose Windows the kernel started the session manager; None where nothing tells.

    Only the kernel's process has pid 4, and nobody else can give that as its parent without its rights.
    """
    process, parent = event.process, event.parent
    if parent is None or parent.pid != _KERNEL_PID or name_of(process) != SESSION_MANAGER:
        return None
    directory = image_of(process).directory
    root = None if directory is None else root_of(directory)
    return root if root is not None and root.endswith(":") and directory == root + _SYSTEM32 else None
