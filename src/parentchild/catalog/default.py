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

DEFAULT_RELATIONS: Final = RelationRegistry(
    (*BOOT, *SESSION, *SERVICES, *COM_SERVERS, *MINIMAL, *CHILDREN, *LAUNCHES)
)
"""What Windows 10, 11 and Server 2016 and later do, and what Windows 7 to 8.1 did: no vendor's doing."""

OPTIONAL_CHILDREN: Final = RelationRegistry(OPTIONAL)
"""Parents whose children are few but not certain; add them with `|`."""

_EVERY_RELEASE: Final = RelationRegistry((*DEFAULT_RELATIONS.relations, *XP))


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
    return _EVERY_RELEASE.for_windows(windows)
