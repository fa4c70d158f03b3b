r"""Names that are nearly, but not quite, a protected one.

Five disguises are known: one slip of the keyboard (`scvhost.exe`, `lsasss.exe`), the width of a processor
(`svchost64.exe`), letters that look like others (`svch0st.exe`, a Cyrillic `s`, a full-width `l`), characters
that show nothing (a zero-width space, a mark that turns the reading direction), and another extension
(`svchost.exe.exe`, `svchost .exe`, `svchost.scr`, `svchost`, and behind the whole name anything that is no
letter, `svchost.exe   .txt` or `svchost.exe -k netsvcs.exe`: what starts a process need not look at it).
What is no letter is looked past before the whole name as well (`(svchost.exe)`, `4242 svchost.exe`), and
anything up to a sign that stands in hardly any name: `b'svchost.exe'`, `host process (svchost.exe)`. The dot
may be written out: `svchost[.]exe`, `svchost%2Eexe`. What Explorer or a browser adds to the
name of a second copy (`svchost(1).exe`, `svchost - Copy.exe`) is taken off first.
`svchost.pdf.exe` is none of them: it wants to be read as a document.

Which characters look like ASCII, and which show nothing, is Unicode's own data (`unicode_tables`); what has a
compatible form in ASCII, such as a full-width letter, is what Unicode's normalisation NFKD says. Beside that,
`HURRIED` holds a few that Unicode tells apart and a hurried reader does not.

A slip is looked for by deletion: two names are one edit apart only if they agree once each has lost at most
one letter, so a name is compared with the few that share such a remainder and with no others.

Short names are near too many honest ones (`lms.exe` is Intel's, `sms.exe` Microsoft's). So of four letters
before the extension only a swap or a doubled letter counts, and of three no slip at all.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from functools import lru_cache
from typing import Final, TypeAlias

from parentchild.windows.lookalike_letters import ASCII_TWINS, BLANK, HONEST, HURRIED
from parentchild.windows.names import RUNNABLE
from parentchild.windows.unicode_tables import LOOK_LIKE, SHOW_NOTHING

_Remainders: TypeAlias = dict[str, tuple[str, ...]]

_LONGEST: Final = 64  # characters shown; longer than any protected name in any disguise
_LONGEST_TEXT: Final = 32_767  # characters with those that show nothing; no path is longer

_SHORT: Final = 4  # letters before the extension

_WIDTHS: Final = ("32", "64")
_BEFORE_WIDTH: Final = "x_- "

_BOUNDARY: Final = re.compile(r"[^0-9a-z]")  # after a whole name
_BEFORE: Final = re.compile(r"(?:^[^a-z]*[^a-z0-9]|[^a-z0-9 ._-]+)(?=[a-z])")  # a whole name
_MOST_STARTS: Final = 8  # a name with more signs looks like no other
_WRITTEN_DOT: Final = re.compile(r"[\[({](?:\.|dot)[\])}]|%2e|&#46;|&period;")

# Explorer writes ` - Copy (2)`, in its own language ` - Kopie`, ` - copia`; a browser `(1)`, `[1]` or `-1`.
_COPY_MARK: Final = re.compile(r"(?: - [ck]op[a-z]+| ?\(\d+\)|\[\d+\]|[-_]\d{1,2})+(?=\.[^.]*$|$)")

_RIGHT_TO_LEFT: Final = "\u202e"
_END_OF_DIRECTION: Final = "\u202c"

_NOTHING_TO_SEE: Final = frozenset({"Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})

_MOST_HURRIED: Final = 4  # different ones in a name of which each may be read in two ways


def imitated(
    name: str, protected_names: frozenset[str], placed_names: frozenset[str] = frozenset()
) -> str | None:
    r"""Return the name that `name` imitates, or None.

    Args:
        name: a comparable name, from `names.image_name`.
        protected_names: the comparable names worth imitating.
        placed_names: further names, of which only what looks the same is an imitation: many programs are
            honestly called nearly like them.

    Cost: linear in the length of the name, some twenty microseconds for one that imitates nothing; the first
    call for a set of protected names prepares it.

    >>> protected = frozenset({"svchost.exe", "lsass.exe", "csrss.exe"})
    >>> [imitated(each, protected) for each in ("scvhost.exe", "svch0st.exe", "csmss.exe")]
    ['svchost.exe', 'svchost.exe', 'csrss.exe']
    >>> [imitated(each, protected) for each in ("svchost.exe.exe", "svchost .exe", "svchost.scr", "svchost")]
    ['svchost.exe', 'svchost.exe', 'svchost.exe', 'svchost.exe']
    >>> [imitated(each, protected) for each in ("\uff53vchost.exe", "svchost.exe", "host.exe")]
    ['svchost.exe', None, None]
    >>> [imitated(each, protected, frozenset({"explorer.exe"})) for each in ("exp1orer.exe", "explorers.exe")]
    ['explorer.exe', None]
    """
    if name in protected_names or name in placed_names or name in HONEST or len(name) > _LONGEST_TEXT:
        return None
    if not (protected_names or placed_names):
        return None
    if name.isascii() and name.isprintable():
        if len(name) > _LONGEST and len(name.replace(" ", "")) > _LONGEST:
            return None
        found_of = _known if len(name) <= _LONGEST else _found
        return found_of(name, protected_names, placed_names, is_disguised=False)
    for reading in _readings(name):
        if len(reading) <= _LONGEST:
            found = _found(reading, protected_names, placed_names, is_disguised=True)
            if found is not None:
                return found
    return None


def _found(
    name: str, protected_names: frozenset[str], placed_names: frozenset[str], *, is_disguised: bool
) -> str | None:
    """Return the name that a reading imitates. No honest short name is disguised."""
    name = _WRITTEN_DOT.sub(".", name)
    found = _protected(name, protected_names, is_disguised=is_disguised)
    if found is None:
        unmarked = _COPY_MARK.sub("", name)
        if unmarked != name and unmarked not in HONEST:
            found = _protected(unmarked, protected_names, is_disguised=is_disguised)
    return found or _twin(name, _prepared(placed_names)[1], is_disguised=is_disguised)


def _protected(name: str, protected_names: frozenset[str], *, is_disguised: bool) -> str | None:
    """Return the protected name that a reading is, or imitates."""
    remainders, twins = _prepared(protected_names)
    found = (
        _twin(name, twins, is_disguised=is_disguised)
        or _by_extension(name, twins)
        or _by_architecture(name, twins)
    )
    compact = name.replace(" ", "")
    if found is None and name.isascii() and compact not in HONEST:
        found = _one_slip_away(compact, remainders)
    return found


def _twin(name: str, twins: dict[str, str], *, is_disguised: bool) -> str | None:
    """Return the name that looks the same; of a short one only if nothing but a disguise can look so."""
    twin = twins.get(_plain(name))
    is_telling = twin is not None and (
        is_disguised or len(_stem(twin)) >= _SHORT or name.replace(" ", "") == twin
    )
    return twin if is_telling else None


_known = lru_cache(maxsize=4096)(_found)  # names come from outside: few, and no long one


@lru_cache(maxsize=16)  # a set for each registry in use
def _prepared(protected_names: frozenset[str]) -> tuple[_Remainders, dict[str, str]]:
    """Return the protected names by what is left of them after one deletion, and by their plain form."""
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
    return name.translate(ASCII_TWINS).replace("vv", "w").replace("rn", "m").replace(" ", "")


def _by_extension(name: str, twins: dict[str, str]) -> str | None:
    """Return the protected name that begins a longer one, or has another extension than its own."""
    # What is behind the whole name may be hidden, or far to the right; where there is something before it,
    # nothing need be behind it.
    ends = [end.start() for end in _BOUNDARY.finditer(name, max(name.find("."), 0))]
    starts = [start.end() for start in itertools.islice(_BEFORE.finditer(name), _MOST_STARTS)]
    for start, end in (*((0, end) for end in ends), *itertools.product(starts, (*ends, len(name)))):
        if (twin := twins.get(_plain(name[start:end]))) is not None:
            return twin
    stem, dot, extension = name.rpartition(".")
    if dot and (extension == "exe" or extension.strip() not in RUNNABLE):  # with `.exe` it is as it stands
        return None
    twin = twins.get(_plain((stem if dot else name) + ".exe"))
    return twin if twin is not None and len(_stem(twin)) >= _SHORT else None


def _by_architecture(name: str, twins: dict[str, str]) -> str | None:
    """Return the protected name to which only the width of a processor was added, as in `svchost64.exe`."""
    stem, dot, extension = name.rpartition(".")
    if name in HONEST or not stem.endswith(_WIDTHS):
        return None
    before = stem[:-2]
    for each in (before, before.rstrip(_BEFORE_WIDTH)):
        twin = twins.get(_plain(each + dot + extension))
        if twin is not None and len(_stem(twin)) >= _SHORT:
            return twin
    return None


def _one_slip_away(name: str, remainders: _Remainders) -> str | None:
    candidates: set[str] = set(remainders.get(name, ()))
    for rest in _deletions(name):
        candidates.update(remainders.get(rest, ()))
    close = [(len(other) != len(name), other) for other in candidates if _is_slip(name, other)]
    return min(close)[1] if close else None


def _is_slip(name: str, protected: str) -> bool:
    """Tell whether an insertion, deletion, substitution or swap of neighbours leads from one to the other."""
    if len(_stem(protected)) <= _SHORT and not _is_telling(_stem(name), _stem(protected)):
        return False
    longer, shorter = (name, protected) if len(name) >= len(protected) else (protected, name)
    at = next((i for i, (a, b) in enumerate(zip(longer, shorter, strict=False)) if a != b), len(shorter))
    if len(longer) > len(shorter):
        return longer[at + 1 :] == shorter[at:]
    swapped = longer[at : at + 2] == shorter[at : at + 2][::-1] and longer[at + 2 :] == shorter[at + 2 :]
    return swapped or longer[at + 1 :] == shorter[at + 1 :]


def _is_telling(name: str, protected: str) -> bool:
    """Tell whether what is near a short name has just its letters: one swapped or doubled, nothing else."""
    return len(name) >= len(protected) and set(name) == set(protected)


def _readings(name: str) -> list[str]:
    """Return the ways in which a name with foreign or invisible characters may be read, in plain letters.

    A NUL ends a text wherever that is kept with room to spare, and what is behind it was there before.
    """
    seen = [name] if "\0" not in name else [name, name.partition("\0")[0]]
    before, mark, after = name.partition(_RIGHT_TO_LEFT)
    if mark:
        turned, _, rest = after.partition(_END_OF_DIRECTION)
        seen.append(before + turned[::-1] + rest)
    in_two_ways = sorted(set(name).intersection(HURRIED))[:_MOST_HURRIED]
    ways = itertools.product((False, True), repeat=len(in_two_ways))
    hurried = [{c for c, is_hurried in zip(in_two_ways, way, strict=True) if is_hurried} for way in ways]
    return [_letters(text, read) for text in seen for read in hurried]


def _letters(text: str, hurried: set[str]) -> str:
    """Return `text` without what shows nothing, its look-alikes written as what they show, up to a bound."""
    shown: list[str] = []
    length = 0
    for character in text:
        letters = HURRIED[character] if character in hurried else _shown(character)
        shown.append(letters)
        length += len(letters)
        if length > _LONGEST:
            break
    return "".join(shown)


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    """Return what one character shows: ASCII where it looks like that, nothing, or what it is."""
    shows_nothing, look_like = _tables()
    if character in look_like:
        return look_like[character]
    if character in shows_nothing or unicodedata.category(character) in _NOTHING_TO_SEE:
        return ""
    if character.isascii():
        return character
    decomposed = unicodedata.normalize("NFKD", character)
    if decomposed == character:
        decomposed = character.casefold()
    if decomposed == character:
        return character
    return "".join(map(_shown, decomposed)).lower()


@lru_cache(maxsize=1)
def _tables() -> tuple[frozenset[str], dict[str, str]]:
    """Return the characters that show nothing, and by character what it looks like."""
    ignored = (chr(each) for first, last in SHOW_NOTHING for each in range(first, last + 1))
    look_like = {character: text for text, characters in LOOK_LIKE.items() for character in characters}
    return BLANK.union(ignored), look_like
