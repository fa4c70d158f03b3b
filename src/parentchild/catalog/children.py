"""What a parent starts: the direction that shows code running inside a process that should run none.

An image that is itself watched as a child is evaluated by its own relation; these lists decide for others.
Crash handling is part of each list, since any process may crash: the failing process itself starts WerFault
or the out-of-process report of wermgr.
"""

from __future__ import annotations

from typing import Final

from parentchild.catalog.boot_children import BOOT_CHILDREN
from parentchild.catalog.service_children import SERVICE_CHILDREN
from parentchild.catalog.session_children import SESSION_CHILDREN

CHILDREN: Final = (*BOOT_CHILDREN, *SESSION_CHILDREN, *SERVICE_CHILDREN)
"""Parents whose children are known on every clean system: part of the default."""
