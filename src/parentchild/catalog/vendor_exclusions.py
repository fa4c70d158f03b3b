r"""Other vendors' doing that no row can say: products known by who signed them, or by their own path.

A row of a pack names an image, and an image outside of Windows' directories stays misplaced whatever its
parent is. These are exclusions, then, to be given to a detector: `exclusions=VENDOR_EXCLUSIONS["lepide"]`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from parentchild.catalog.sources import ELASTIC_DNS, ENDPOINT, ENDPOINT_SVCHOST
from parentchild.relations.exclusions import Exclusion

if TYPE_CHECKING:
    from collections.abc import Mapping


def _child_of_lsass(signer: str, product: str) -> tuple[Exclusion, ...]:
    reason = f"{product} starts a helper from lsass.exe ({ENDPOINT})"
    return (Exclusion(parent="lsass.exe", signer=signer, reason=reason),)


VENDOR_EXCLUSIONS: Final[Mapping[str, tuple[Exclusion, ...]]] = MappingProxyType(
    {
        "asus": (
            Exclusion(
                child="svchost.exe",
                child_path=r"C:\Program Files (x86)\ASUS\ASUS Manager\USB Lock\svchost.exe",
                reason=f"ASUS USB Lock has a program of that name ({ENDPOINT_SVCHOST})",
            ),
        ),
        "authlite": _child_of_lsass("AuthLite, LLC", "AuthLite"),
        "lepide": (
            Exclusion(
                child="services.exe",
                parent="lasrv.exe",
                child_path=r"C:\Windows\LFSAgent\services.exe",
                parent_path=r"C:\Windows\LFSAgent\lasrv.exe",
                signer="LEPIDE SOFTWARE PRIVATE LIMITED",
                reason=f"Lepide's agent has a program of that name ({ENDPOINT})",
            ),
        ),
        "nomachine": _child_of_lsass("NoMachine S.a.r.l.", "NoMachine"),
        "reasonlabs": (
            Exclusion(
                parent="dns.exe",
                parent_path=r"C:\Program Files\ReasonLabs\DNS\ui\DNS.exe",
                reason=f"ReasonLabs has a program of that name ({ELASTIC_DNS})",
            ),
        ),
        "secure-endpoints": _child_of_lsass("Secure Endpoints Inc.", "Secure Endpoints"),
    }
)
"""Exclusions by the product's name.

Of Teramind's `dwm.exe`, and of the `svchost.exe` that SyncFuture and Code Systems sign, only the signer is
published. An exclusion of a misplaced image has to name its path, so look it up on your machines.
"""
