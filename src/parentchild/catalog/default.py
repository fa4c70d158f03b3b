"""The relations that a detector uses unless told otherwise, and what can be had beside them."""

from __future__ import annotations

from typing import Final

from parentchild.catalog.boot import BOOT, MINIMAL, XP
from parentchild.catalog.children import CHILDREN
from parentchild.catalog.com_servers import COM_SERVERS
from parentchild.catalog.launches import LAUNCHES
from parentchild.catalog.optional_children import OPTIONAL
from parentchild.catalog.services import SERVICES
from parentchild.catalog.session import SESSION
from parentchild.relations.registry import RelationRegistry
from parentchild.windows.releases import release

_XP: Final = "xp"

DEFAULT_RELATIONS: Final = RelationRegistry(
    (*BOOT, *SESSION, *SERVICES, *COM_SERVERS, *MINIMAL, *CHILDREN, *LAUNCHES)
)
"""What Windows 10, 11 and Server 2016 and later do, and what Windows 7 to 8.1 did: no vendor's doing."""

OPTIONAL_CHILDREN: Final = RelationRegistry(OPTIONAL)
"""Parents whose children are few but not certain; add them with `|`."""


def for_windows(windows: str) -> RelationRegistry:
    """Return the default relations as they hold on one release of Windows, Windows XP included.

    Names that an older release used and this one no longer has (`lsm.exe` on Windows 10) stay watched, with
    no parent that would be right; names that it does not have yet are not watched.

    >>> for_windows("7")["taskhost.exe"].names
    ('services.exe', 'svchost.exe', 'ngentask.exe')
    >>> for_windows("Server 2022")["lsm.exe"].names
    ()
    >>> for_windows("xp")["lsass.exe"].names
    ('winlogon.exe',)

    Raises:
        InvalidArgument: the release is not known.
    """
    return on_release(DEFAULT_RELATIONS, windows)


def on_release(registry: RelationRegistry, windows: str) -> RelationRegistry:
    """Return someone's relations as they hold on one release.

    On Windows XP, what only that release did is right too, for the images that the relations are about.

    >>> on_release(DEFAULT_RELATIONS.without("lsass.exe"), "xp")["services.exe"].names
    ('winlogon.exe',)

    Raises:
        InvalidArgument: the release is not known.
    """
    if release(windows) == _XP:
        registry = registry | RelationRegistry(each for each in XP if each.child in registry)
    return registry.for_windows(windows)
