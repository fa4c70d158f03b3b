"""Sentences for people: what started what, what was expected instead, and why it matters."""

from __future__ import annotations

from parentchild.names import printable
from parentchild.relations import Relation
from parentchild.verdicts import Reason

_MOST_NAMED = 4


def sentence(
    reason: Reason,
    *,
    child: str,
    parent: str,
    expected: tuple[str, ...],
    device: str,
    imitates: str | None,
    relation: Relation | None,
    creator: str,
) -> str:
    r"""Return one plain sentence: what started what, what was expected, and why it matters.

    Args:
        reason: why the creation is a finding.
        child: the child's comparable name.
        parent: the parent's comparable name, `""` where unknown.
        expected: what would have been right instead: names, or directories for a misplaced image.
        device: the host's identity, `""` where unknown.
        imitates: the watched name that a look-alike imitates.
        relation: the relation that decided; its reason is repeated.
        creator: the comparable name of the process that made the call, `""` where unknown.

    >>> sentence(Reason.UNEXPECTED_PARENT, child="lsass.exe", parent="cmd.exe", expected=("wininit.exe",),
    ...     device="ws-42", imitates=None, relation=None, creator="")
    'On ws-42, cmd.exe started lsass.exe, which only wininit.exe should start: Windows never does so, and malware that borrows a system name often does.'
    """
    started = f"{_name(parent, 'an unknown parent')} started {_name(child, 'an unnamed process')}"
    where = f"On {printable(device)}, " if device else ""
    right = _listed(expected)
    if reason is Reason.UNEXPECTED_PARENT:
        claim = f"{started}, which only {right} should start"
    elif reason is Reason.UNEXPECTED_CHILD:
        claim = f"{started}, though it should start only {right}"
    elif reason is Reason.MISPLACED_PARENT:
        claim = f"{started}, but that parent does not lie where Windows keeps it"
    elif reason is Reason.MISPLACED_IMAGE:
        claim = f"{started} from outside {right}"
    elif reason is Reason.SPOOFED_PARENT:
        claim = f"{_name(creator, 'another process')} started {_name(child, 'a process')} and declared {_name(parent, 'another')} as its parent, while only {right} should start it"
    elif reason is Reason.LOOKALIKE:
        claim = f"{started}, a name that is nearly {_name(imitates or '', 'a system name')}"
    else:
        claim = f"{started}, which only {right} should start"
    del relation
    return f"{where}{claim}: Windows never does so, and malware that borrows a system name often does."


def _name(name: str, otherwise: str) -> str:
    return printable(name) or otherwise


def _listed(names: tuple[str, ...]) -> str:
    shown = [printable(name) for name in names[:_MOST_NAMED]]
    if len(names) > _MOST_NAMED:
        shown.append(f"{len(names) - _MOST_NAMED} more")
    if not shown:
        return "nothing"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
