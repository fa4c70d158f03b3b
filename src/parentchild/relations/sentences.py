"""What is wrong with a creation, in plain sentences: what was seen, what was expected, what to check.

Every sentence has at most 25 words, unless names themselves have many. Nothing that telemetry wrote can
break a line, move a cursor or turn the reading direction; letters beyond ASCII are written as escapes, since
they may look like others.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from parentchild.display.markup import shortened
from parentchild.relations.evaluation import Reason
from parentchild.relations.relation import Relation, Tier, images_of
from parentchild.relations.wording import COPY_CHECK, COPY_SEEN, NOTHING, SENTENCES

MOST_NAMED: Final = 4
_LONGEST: Final = 120
_NEVER_CLEARED: Final = "lsass.exe"
"""The image whose copies no crash excuses: they serve to read the credentials in its memory."""
_HOUR: Final = 3600
_MINUTE: Final = 60


def sentence(
    reasons: tuple[Reason, ...],
    *,
    child: str,
    parent: str,
    expected: tuple[str, ...],
    relation: Relation | None = None,
    device: str = "",
    directory: str = "",
    imitates: str | None = None,
    creator: str = "",
    original_name: str = "",
    inference_age: timedelta | None = None,
) -> str:
    r"""Return what is wrong in plain sentences: the first reason in full, the others by their names.

    The values are those of an evaluation. Of the names of `relation` those by Windows' own design are said
    alone; `inference_age` is how long before the child its parent had started, where it was looked up by pid.

    >>> print(sentence((Reason.UNEXPECTED_PARENT,), child="lsass.exe", parent="cmd.exe",
    ...     expected=("wininit.exe",), device="ws-42").replace(". ", ".\n"))
    On ws-42, cmd.exe started lsass.exe; expected wininit.exe.
    Possible masquerading (T1036.005) or process hollowing: check the child's path and signature.
    """
    seen, check = SENTENCES[reasons[0]]
    if reasons[0] is Reason.UNEXPECTED_PARENT and child == parent:
        seen = COPY_SEEN
        is_excusable = child != _NEVER_CLEARED
        check = f"Unless its crash was being reported, a {COPY_CHECK}" if is_excusable else f"A {COPY_CHECK}"
    nothing = NOTHING.get(reasons[0], "no parent at all")
    words = {
        "child": shown(child) or "a process without a name",
        "parent": shown(parent) or "an unknown parent",
        "creator": shown(creator) or "another process",
        "imitates": shown(imitates or "") or "a name of Windows",
        "original": shown(original_name) or "another program",
        "directory": shown(directory) or "another directory",
        "expected": alternatives(by_design_first(expected, relation)) or nothing,
        "inferred": f" ({inference(inference_age)})" if inference_age is not None else "",
    }
    where = f"On {shortened(device, _LONGEST)}, " if device else ""
    others = f" Also: {', '.join(reason.value.replace('-', ' ') for reason in reasons[1:])}."
    return f"{where}{seen.format_map(words)}. {check.format_map(words)}.{others if reasons[1:] else ''}"


def inference(age: timedelta) -> str:
    """Return in words that a parent was looked up, not logged.

    >>> inference(timedelta(hours=3, minutes=5)), inference(timedelta(seconds=12))
    ('parent looked up by pid, started 3 h earlier', 'parent looked up by pid, started 12 s earlier')
    """
    seconds = max(int(age.total_seconds()), 0)
    if seconds >= _HOUR:
        span = f"{seconds // _HOUR} h"
    else:
        span = f"{seconds // _MINUTE} min" if seconds >= _MINUTE else f"{seconds} s"
    return f"parent looked up by pid, started {span} earlier"


def shown(value: str) -> str:
    r"""Return a value in ASCII and not too long: a borrowed letter is written as its escape.

    >>> shown("sv\u0441host.exe")
    'sv\\u0441host.exe'
    """
    text = shortened(value, _LONGEST)
    return text if text.isascii() else "".join(c if c.isascii() else ascii(c)[1:-1] for c in text)


def by_design_first(expected: tuple[str, ...], relation: Relation | None) -> tuple[str, ...]:
    """Return what to name: what is expected by design, or all of it where nothing is."""
    by_design = {image.name for image in images_of(relation) if image.tier is Tier.CORE}
    return tuple(name for name in expected if name in by_design) or expected


def alternatives(names: tuple[str, ...]) -> str:
    """Return names as a choice, no more than a few.

    >>> alternatives(("a", "b")), alternatives(tuple("abcdefg"))
    ('a or b', 'a, b, c, d or 3 more')
    """
    said = [shown(name) for name in names[:MOST_NAMED]]
    if len(names) > MOST_NAMED:
        said.append(f"{len(names) - MOST_NAMED} more")
    return f"{', '.join(said[:-1])} or {said[-1]}" if len(said) > 1 else "".join(said)
