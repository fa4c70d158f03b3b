"""The values that a relation is made with: each is checked by its own name, and refused in plain words."""

from __future__ import annotations

import ntpath
from collections.abc import Callable, Iterable
from typing import Any, Final, cast

import attrs

from parentchild.errors import InvalidArgument
from parentchild.windows import releases
from parentchild.windows.arguments import compiled
from parentchild.windows.names import fold, image_name
from parentchild.windows.paths import is_full_path
from parentchild.windows.programs import ProgramKind


def many(value: object) -> tuple[Any, ...]:
    """Return a collection as a tuple; anything else as it is, since `check` refuses it by its name."""
    is_many = isinstance(value, Iterable) and not isinstance(value, str)
    return tuple(cast("Iterable[object]", value)) if is_many else cast("tuple[object, ...]", value)


def check(model: attrs.AttrsInstance) -> None:
    """Bring the values of a new relation, or of a row of one, into their one form.

    Raises:
        InvalidArgument: one of them makes no sense.
    """
    for field in attrs.fields(type(model)):
        value = getattr(model, field.name)
        if field.name in _CHECKS:
            checked = _CHECKS[field.name](field.name, value)
        else:
            checked = _member(field.name, value, type(cast("object", field.default)))
        if checked is not value:
            object.__setattr__(model, field.name, checked)


def _name(_: str, value: object) -> str:
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


def _member(field: str, value: object, kind: type) -> object:
    if not isinstance(value, kind):
        raise InvalidArgument(field, value, f"must be a {kind.__name__}, got {type(value).__name__}")
    return value


def _text(field: str, value: object, wanted: str = "str") -> object:
    if not isinstance(value, str):
        raise InvalidArgument(field, value, f"must be {wanted}, got {type(value).__name__}")
    return value


def _text_if_any(field: str, value: object) -> object:
    return None if value is None else _text(field, value, "str or None")


def _releases(field: str, value: object) -> object:
    if not isinstance(value, str):
        raise InvalidArgument(field, value, "must be a str such as 'all', '10+' or 'vista-7'")
    releases.bounds(value)
    return value


def _items(field: str, value: object) -> tuple[object, ...]:
    if not isinstance(value, tuple):
        raise InvalidArgument(field, value, f"must be a collection, got {type(value).__name__}")
    return cast("tuple[object, ...]", value)


def _texts(field: str, value: object) -> tuple[str, ...]:
    items = _items(field, value)
    for item in items:
        if not isinstance(item, str) or not item.strip():
            raise InvalidArgument(field, item, "must be a str that is not empty")
    return tuple(dict.fromkeys(cast("tuple[str, ...]", items)))  # once, so that uniting is idempotent


def _folded(field: str, value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(fold, _texts(field, value))))


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


def _kinds(field: str, value: object) -> tuple[object, ...]:
    return tuple(dict.fromkeys(_member(field, item, ProgramKind) for item in _items(field, value)))


def _conditions(field: str, value: object) -> tuple[object, ...]:
    for item in _items(field, value):
        if isinstance(item, type) or not hasattr(item, "holds_when_absent"):
            raise InvalidArgument(field, item, "is no condition; relations.conditions says what one has")
    return _items(field, value)


_CHECKS: Final[dict[str, Callable[[str, object], object]]] = {
    **dict.fromkeys(("name", "child", "parent", "image"), _name),
    **dict.fromkeys(("why", "session", "pack"), _text),
    **dict.fromkeys(("signer", "integrity"), _text_if_any),
    **dict.fromkeys(("sources", "service_groups"), _texts),
    **dict.fromkeys(("arguments", "parent_arguments"), _patterns),
    **dict.fromkeys(("directories", "counterpart_directories", "refused_directories"), _directories),
    **dict.fromkeys(("parents", "children", "creators"), _items),
    "windows": _releases,
    "services": _folded,
    "refused_kinds": _kinds,
    "conditions": _conditions,
}
"""By name of a field; any other holds a value of the kind that it has by default."""
