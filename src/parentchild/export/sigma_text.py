r"""Values as Sigma writes them: `*`, `?` and the backslash mean themselves, unless they are to match.

All letters are in lower case: Sigma compares without regard to case, but some backends lower only the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias, cast

import attrs

from parentchild.export.formula import End
from parentchild.windows.names import KERNEL, fold
from parentchild.windows.paths import SYSTEM_DRIVES, directory_of, is_in, root_of

_WILD: Final = "*?"
_ANY: Final = "*"
_ANY_DEPTH: Final = "\\**"
_FIELDS: Final = {End.CHILD: "Image", End.PARENT: "ParentImage"}
_KERNEL_NAMES: Final = ("system", "ntoskrnl.exe")
_VOLUMES: Final = "\\device\\harddiskvolume"
_NAMESPACE: Final = "\\\\??"  # \??\ and \\?\: a backslash, and any two characters


_Place: TypeAlias = tuple[tuple[str, ...], bool]


@attrs.frozen
class Clause:
    """Conditions that must all hold.

    Args:
        names: the names that each process may have.
        directories: where each must lie, and whether it may lie in no known one; without an entry, anywhere.
        fields: values of which each field must have one.
    """

    names: Mapping[End, tuple[str, ...]] = attrs.field(factory=dict[End, tuple[str, ...]])
    directories: Mapping[End, _Place] = attrs.field(factory=dict[End, _Place])
    fields: Mapping[str, object] = attrs.field(factory=dict[str, object])

    def with_clause(self, other: Clause) -> Clause | None:
        """Return both as one; None where they exclude each other."""
        names = dict(self.names)
        for end, wanted in other.names.items():
            names[end] = tuple(name for name in names.get(end, wanted) if name in wanted)
            if not names[end]:
                return None
        directories = dict(self.directories)
        for end, place in other.directories.items():
            directories[end] = _both(directories[end], place) if end in directories else place
        fields = dict(self.fields)
        for field, value in other.fields.items():
            if field in fields and "|" in field:
                continue  # two lists of parts cannot be asked of one field: the second is taken as met
            fields[field] = _common(fields[field], value) if field in fields else value
            if fields[field] == []:
                return None
        return Clause(names, directories, fields)


def _both(one: _Place, other: _Place) -> _Place:
    """Return the directories that are in both of two lists; one may lie within one of the other's."""
    here, there = one[0], other[0]
    inside = [each for each in here if is_in(_canonical(each), there)]
    inside += [each for each in there if is_in(_canonical(each), here)]
    return tuple(dict.fromkeys(inside)), one[1] and other[1]


def _common(one: object, other: object) -> object:
    """Return the values of a field that are among both of two; none at all cannot be met."""
    whole: object = one  # as it is, whatever the next line makes of its type
    if isinstance(one, list) and isinstance(other, list):
        others = cast("list[object]", other)
        return [each for each in cast("list[object]", one) if each in others]
    return whole if one == other else []


def exact(text: str) -> str:
    r"""Return a value that means exactly `text`.

    >>> print(exact(r"a\*b"), exact(r"C:\Windows"))
    a\\\*b C:\Windows
    """
    return _escaped(text, then="")


def value(pieces: Sequence[str]) -> str:
    r"""Return a value of texts with wildcards between them.

    >>> print(value(["a\\", "b*"]))
    a\\*b\*
    """
    *others, last = pieces
    return "".join(_escaped(piece, then=_ANY) + _ANY for piece in others) + exact(last)


def matches_of(clause: Clause) -> Iterator[dict[str, object]]:
    """Yield Sigma's maps for a clause; an image that is logged without its path has one of its own."""
    found: list[dict[str, object]] = [{}]
    for end, field in _FIELDS.items():
        names = clause.names.get(end)
        directories, absent = clause.directories.get(end, (None, True))
        spelled = None if names is None else _spelled(names)
        choices = list(_choices(field, spelled, directories, absent=absent))
        if choices:
            found = [each | _fresh(choice) for each in found for choice in choices]
    for each in found:
        yield each | _fresh(dict(clause.fields))


def _fresh(match: dict[str, object]) -> dict[str, object]:
    return {field: _copied(value) for field, value in match.items()}


def _copied(value: object) -> object:
    """Return a list of its own: writers of YAML would make references of one that stands in many maps."""
    return list(cast("list[object]", value)) if isinstance(value, list) else value


def _choices(
    field: str, names: Sequence[str] | None, directories: tuple[str, ...] | None, *, absent: bool
) -> Iterator[dict[str, object]]:
    if names is None:
        if directories:
            yield {f"{field}|startswith": [path for each in directories for path in _paths(each, "")]}
        return
    if directories:
        yield {field: [path for each in directories for name in names for path in _paths(each, name)]}
    elif directories is None:
        yield {f"{field}|endswith": [exact(f"\\{name}") for name in names]}
    if absent:
        yield {field: [exact(name) for name in names]}


def _spelled(names: Iterable[str]) -> list[str]:
    """Sensors log the kernel's process under one of two names."""
    return [each for name in names for each in (_KERNEL_NAMES if name == KERNEL else (name,))]


def _paths(directory: str, name: str) -> Iterator[str]:
    """Yield the values for an image in a directory, by the roots under which sensors log it."""
    whole = _canonical(directory)
    if whole.endswith(_ANY_DEPTH):  # a star spans directories, so one stands for all below
        above = whole.removesuffix(_ANY_DEPTH)
        yield from _paths(above, name)
        whole = above + "\\*"
    root = root_of(whole)
    pieces = f"{whole}\\{name}".split(_ANY)
    if root is None:
        yield value(pieces)
        return
    rest = [pieces[0][len(root) :], *pieces[1:]]
    letter = root or "c:"
    yield value([letter + rest[0], *rest[1:]])
    yield _NAMESPACE + value(["\\" + letter + rest[0], *rest[1:]])
    for number in ("?", "??"):  # a star could be a directory of an attacker's
        yield exact(_VOLUMES) + number + value(rest)
    if letter in SYSTEM_DRIVES and rest[0].startswith("\\windows\\"):
        yield value(["\\systemroot" + rest[0].removeprefix("\\windows"), *rest[1:]])


def _canonical(directory: str) -> str:
    return directory_of(directory, "") or fold(directory)


def _escaped(text: str, *, then: str) -> str:
    following = text[1:] + then if then else text[1:] + " "
    return "".join(_sign(character, after) for character, after in zip(text, following, strict=False))


def _sign(character: str, after: str) -> str:
    if character in _WILD:
        return "\\" + character
    if character == "\\" and (after == "\\" or after in _WILD):
        return r"\\"
    return character
