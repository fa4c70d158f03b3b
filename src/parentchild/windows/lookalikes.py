r"""Names that are nearly, but not quite, a watched one.

Four disguises are known: one slip of the keyboard (`scvhost.exe`, `lsasss.exe`), letters that look like
others (`svch0st.exe`, a Cyrillic `s`, a full-width `l`), characters that show nothing (a zero-width space, a
mark that turns the reading direction), and an extension hidden behind another (`svchost.exe.exe`,
`svchost .exe`). `svchost.pdf.exe` is none of them: it wants to be read as a document.

A slip is looked for by deletion: two names are one edit apart only if they agree once each has lost at most
one letter, so a name is compared with the few that share such a remainder and with no others.

Short names are near too many honest ones (`lms.exe` is Intel's, `sms.exe` Microsoft's). So of four letters
before the extension only a swap or a doubled letter counts, and of three no slip at all.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final, TypeAlias

_Remainders: TypeAlias = dict[str, tuple[str, ...]]

_RUNNABLE: Final = ("exe", "com", "scr", "pif")
_LONGEST: Final = (
    64  # longer than any protected_names name in any disguise; the rest of the work is bounded by it
)

_SHORT: Final = 4  # letters before the extension

_RIGHT_TO_LEFT: Final = "\u202e"
_END_OF_DIRECTION: Final = "\u202c"

# Each letter stands for all that can be mistaken for it. `i`, `l` and `1` are one letter to a hurried reader.
_ASCII_TWINS: Final = str.maketrans(
    {"0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "3": "e", "4": "a", "@": "a", "5": "s", "$": "s"}
)
_FOREIGN_TWINS: Final = str.maketrans(
    {
        **dict(zip("аеіјорсухѕԁһԛԝӏвкмнтгпьъиѵɡ", "aeijopcyxsdhqwlbkmhtrnbbuvg", strict=True)),
        **dict(zip("αβεηικνορτυχωγѡσ", "abenikvoptuxwyws", strict=True)),
        **dict(zip("АВЕЅІЈКМНОРСТУХӀԌ", "abesijkmhopctyxlg", strict=True)),  # noqa: RUF001
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx", strict=True)),  # noqa: RUF001
        **dict(zip("ıȷłøđħŧɩʟꜱᴡᴠᴜᴏᴇᴄᴀɴʀ", "ijlodhtllswvuoecanr", strict=True)),
    }
)

# Real images of Windows and of common software that lie one edit from a protected_names name.
_HONEST: Final = frozenset(
    {
        "content.exe",  # consent.exe
        "service.exe",  # services.exe
        "wininst.exe",  # wininit.exe
        "taskhost.exe",  # taskhostw.exe, where only that is watched
        "taskhostw.exe",
    }
)


def imitated(name: str, protected_names: frozenset[str]) -> str | None:
    r"""Return the protected_names name that `name` imitates, or None.

    Args:
        name: a comparable name, from `names.image_name`.
        protected_names: the comparable names worth imitating.

    Cost: linear in the length of the name, a few microseconds for one that imitates nothing; the first call
    for a set of protected_names names prepares it.

    >>> protected_names = frozenset({"svchost.exe", "lsass.exe", "csrss.exe"})
    >>> imitated("scvhost.exe", protected_names), imitated("svch0st.exe", protected_names), imitated("csmss.exe", protected_names)
    ('svchost.exe', 'svchost.exe', 'csrss.exe')
    >>> imitated("svchost.exe.exe", protected_names), imitated("svchost .exe", protected_names)
    ('svchost.exe', 'svchost.exe')
    >>> imitated("\uff53vchost.exe", protected_names), imitated("svchost.exe", protected_names), imitated("host.exe", protected_names)
    ('svchost.exe', None, None)
    """
    if name in protected_names or name in _HONEST or len(name) > _LONGEST or not protected_names:
        return None
    remainders, twins = _prepared(protected_names)
    if name.isascii():
        twin = twins.get(_plain(name))
        if twin is not None and (len(_stem(twin)) >= _SHORT or name.replace(" ", "") == twin):
            return twin
        return _behind_extension(name, twins) or _one_slip_away(name, remainders)
    for reading in _readings(name):
        found = twins.get(_plain(reading)) or _behind_extension(reading, twins)
        if found is not None:
            return found
    return None


@lru_cache(maxsize=16)  # a set for each registry in use
def _prepared(protected_names: frozenset[str]) -> tuple[_Remainders, dict[str, str]]:
    """Return the protected_names names by what is left of them after one deletion, and by their plain form."""
    remainders: dict[str, list[str]] = {}
    twins: dict[str, str] = {}
    for name in sorted(protected_names):
        twins.setdefault(_plain(name), name)
        if len(_stem(name)) < _SHORT:
            continue
        for rest in {name, *_deletions(name)}:
            remainders.setdefault(rest, []).append(name)
    return {rest: tuple(names) for rest, names in remainders.items()}, twins


def _deletions(name: str) -> list[str]:
    return [name[:at] + name[at + 1 :] for at in range(len(name))]


def _stem(name: str) -> str:
    return name.partition(".")[0]


def _plain(name: str) -> str:
    """Return the form that a name shares with all that look the same, spaces left out."""
    return name.translate(_ASCII_TWINS).replace("vv", "w").replace("rn", "m").replace(" ", "")


def _behind_extension(name: str, twins: dict[str, str]) -> str | None:
    """Return the protected_names name in front of a second extension that lets the file run and can be hidden."""
    stem, dot, extension = name.rpartition(".")
    return twins.get(_plain(stem)) if dot and extension.strip() in _RUNNABLE else None


def _one_slip_away(name: str, remainders: _Remainders) -> str | None:
    candidates: set[str] = set(remainders.get(name, ()))
    for rest in _deletions(name):
        candidates.update(remainders.get(rest, ()))
    close = [(len(other) != len(name), other) for other in candidates if _is_slip(name, other)]
    return min(close)[1] if close else None


def _is_slip(name: str, protected_names: str) -> bool:
    """Tell whether an insertion, deletion, substitution or swap of neighbours leads from one to the other."""
    if len(_stem(protected_names)) <= _SHORT and not _is_telling(_stem(name), _stem(protected_names)):
        return False
    longer, shorter = (
        (name, protected_names) if len(name) >= len(protected_names) else (protected_names, name)
    )
    at = next((i for i, (a, b) in enumerate(zip(longer, shorter, strict=False)) if a != b), len(shorter))
    if len(longer) > len(shorter):
        return longer[at + 1 :] == shorter[at:]
    swapped = longer[at : at + 2] == shorter[at : at + 2][::-1] and longer[at + 2 :] == shorter[at + 2 :]
    return swapped or longer[at + 1 :] == shorter[at + 1 :]


def _is_telling(name: str, protected_names: str) -> bool:
    """Tell whether what is near a short name has just its letters: one swapped or doubled, nothing else."""
    return len(name) >= len(protected_names) and set(name) == set(protected_names)


def _readings(name: str) -> list[str]:
    """Return the alternatives in which a name with foreign characters may be read, in plain letters."""
    seen = [name]
    before, mark, after = name.partition(_RIGHT_TO_LEFT)
    if mark:
        turned, _, rest = after.partition(_END_OF_DIRECTION)
        seen.append(before + turned[::-1] + rest)
    return [_letters(each) for each in seen]


def _letters(text: str) -> str:
    """Return `text` without marks and invisible characters, its look-alikes written as what they show."""
    decomposed = unicodedata.normalize("NFKD", text)
    shown = "".join(c for c in decomposed if unicodedata.category(c) not in {"Mn", "Me", "Cf", "Cc", "Zs"})
    return shown.translate(_FOREIGN_TWINS).casefold().translate(_FOREIGN_TWINS)
