"""The values that a relation is made with: each is checked by its own name, and refused in plain words.

There is a function for each field, since the type checkers understand nothing else as a converter.
"""

from __future__ import annotations

import ntpath
from collections.abc import Iterable
from typing import TypeVar, cast

from parentchild.errors import InvalidArgument
from parentchild.relations.conditions import Condition
from parentchild.relations.severity import Severity
from parentchild.windows import releases
from parentchild.windows.arguments import compiled
from parentchild.windows.names import fold, image_name
from parentchild.windows.paths import is_full_path
from parentchild.windows.programs import ProgramKind

_V = TypeVar("_V")


def name(value: object) -> str:
    """Return the comparable name of an image."""
    if not isinstance(value, str):
        raise InvalidArgument("name", value, f"must be the base name of an image, got {type(value).__name__}")
    base = image_name(value)
    if base and ntpath.isabs(value):
        raise InvalidArgument(
            "name", value, "is a path; give the base name, and the directory as directories="
        )
    found = base or fold(value.strip())
    if not found:
        raise InvalidArgument("name", value, "is empty")
    return found


def why(value: object) -> str:
    """Return a reason."""
    return _text("why", value)


def session(value: object) -> str:
    """Return the sessions in words."""
    return _text("session", value)


def pack(value: object) -> str:
    """Return the name of a pack."""
    return _text("pack", value)


def signer(value: object) -> str | None:
    """Return a signer."""
    return None if value is None else _text("signer", value, "str or None")


def integrity(value: object) -> str | None:
    """Return an integrity level."""
    return None if value is None else _text("integrity", value, "str or None")


def sources(value: object) -> tuple[str, ...]:
    """Return sources."""
    return _texts("sources", value)


def windows(value: object) -> str:
    """Return a range of releases."""
    if not isinstance(value, str):
        raise InvalidArgument("windows", value, "must be a str such as 'all', '10+' or 'vista-7'")
    releases.bounds(value)
    return value


def directories(value: object) -> tuple[str, ...]:
    """Return the directories of an image."""
    return _directories("directories", value)


def counterpart_directories(value: object) -> tuple[str, ...]:
    """Return the directories of the image at the other end."""
    return _directories("counterpart_directories", value)


def refused_directories(value: object) -> tuple[str, ...]:
    """Return the directories from which nothing is started."""
    return _directories("refused_directories", value)


def arguments(value: object) -> tuple[str, ...]:
    """Return patterns of the child's arguments."""
    return _patterns("arguments", value)


def parent_arguments(value: object) -> tuple[str, ...]:
    """Return patterns of the parent's arguments."""
    return _patterns("parent_arguments", value)


def service_groups(value: object) -> tuple[str, ...]:
    """Return groups of services."""
    return _texts("service_groups", value)


def services(value: object) -> tuple[str, ...]:
    """Return the names of services."""
    return tuple(dict.fromkeys(map(fold, _texts("services", value))))


def severity(value: object) -> Severity:
    """Return a severity."""
    return member("severity", Severity, value)


def refused_kinds(value: object) -> tuple[ProgramKind, ...]:
    """Return the kinds of programs that are never started."""
    kinds = [member("refused_kinds", ProgramKind, item) for item in _items("refused_kinds", value)]
    return tuple(dict.fromkeys(kinds))


def conditions(value: object) -> tuple[Condition, ...]:
    """Return a caller's own conditions."""
    items = _items("conditions", value)
    for item in items:
        if isinstance(item, type) or not hasattr(item, "holds_when_absent"):
            raise InvalidArgument(
                "conditions", item, "is no condition; relations.conditions says what one has"
            )
    return cast("tuple[Condition, ...]", items)


def member(field: str, kind: type[_V], value: object) -> _V:
    """Return a value that must be of one kind.

    Raises:
        InvalidArgument: it is not.
    """
    if not isinstance(value, kind):
        raise InvalidArgument(field, value, f"must be a {kind.__name__}, got {type(value).__name__}")
    return value


def _text(field: str, value: object, wanted: str = "str") -> str:
    if not isinstance(value, str):
        raise InvalidArgument(field, value, f"must be {wanted}, got {type(value).__name__}")
    return value


def _items(field: str, value: object) -> tuple[object, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InvalidArgument(field, value, f"must be a collection, got {type(value).__name__}")
    return tuple(cast("Iterable[object]", value))


def _texts(field: str, value: object) -> tuple[str, ...]:
    items = _items(field, value)
    for item in items:
        if not isinstance(item, str) or not item.strip():
            raise InvalidArgument(field, item, "must be a str that is not empty")
    return tuple(dict.fromkeys(cast("tuple[str, ...]", items)))  # once, so that uniting is idempotent


def _patterns(field: str, value: object) -> tuple[str, ...]:
    texts = _texts(field, value)
    try:
        list(map(compiled, texts))
    except InvalidArgument as error:
        raise InvalidArgument(field, error.value, error.reason) from error
    return texts


def _directories(field: str, value: object) -> tuple[str, ...]:
    texts = _texts(field, value)
    for text in texts:
        if not is_full_path(text):
            raise InvalidArgument(field, text, "is not a full path, so no file can lie in it")
    return texts
