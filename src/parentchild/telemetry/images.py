"""Images and accounts: how a row's names, paths, hashes and users become a process's own."""

from __future__ import annotations

import re

from parentchild.events import Process

_SHA256 = re.compile(r"(?:^|,)\s*SHA256\s*=\s*([^,\s][^,]*)", re.IGNORECASE)


def base_name(path: str) -> str:
    r"""Return the text after the last separator of a path, of either kind.

    >>> base_name(r"C:\Windows\System32\svchost.exe"), base_name("System")
    ('svchost.exe', 'System')
    """
    return path[max(path.rfind("\\"), path.rfind("/")) + 1 :]


def name_in(path: str | None) -> str | None:
    """Return the base name of a path that may be unknown, None when there is none."""
    if path is None:
        return None
    name = path[path.rfind("\\") + 1 :]
    return (name if "/" not in name else base_name(name)) or None


def joined_path(directory: str | None, name: str | None) -> str | None:
    r"""Return the full path of `name` when `directory` is only that, or `directory` when it ends with it.

    >>> joined_path(r"C:\Windows\System32", "svchost.exe")
    'C:\\Windows\\System32\\svchost.exe'
    """
    if directory is None or name is None or base_name(directory).lower() == name.lower():
        return directory
    return directory.rstrip("\\") + "\\" + name


def account(domain: str | None, name: str | None) -> str | None:
    r"""Return an account as Windows writes it, `DOMAIN\name`."""
    return name if name is None or domain is None or "\\" in name else f"{domain}\\{name}"


def sha256_of(hashes: str | None) -> str | None:
    """Return the SHA-256 of a list as Sysmon writes it, `SHA1=...,SHA256=...`."""
    if hashes is None:
        return None
    start = hashes.find("SHA256=") + len("SHA256=")
    if start == len("SHA256=") or (start > len("SHA256=") and hashes[start - len(",SHA256=")] == ","):
        plain = hashes[start:].partition(",")[0]
        if plain.isalnum():
            return plain
    found = _SHA256.search(hashes)
    return None if found is None else found[1].rstrip()


def process_if_known(process: Process) -> Process | None:
    """Return a parent or creator, or None when nothing of it is known; pid 0 alone stands for that too."""
    if process.name is None and process.path is None and process.guid is None and not process.pid:
        return None
    return process
