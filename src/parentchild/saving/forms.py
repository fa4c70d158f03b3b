"""Forms: how a value of each type is written as JSON, and read again, checked before any of it is believed.

An attrs class is an object of those of its fields that are not None, an enumeration its member's name, a time
its ISO 8601 text, a duration its microseconds, a tuple an array. Where one of several classes may stand, the
object says which, as its `kind`. Whatever is read is made by its own class, so it is checked as any other.
"""

from __future__ import annotations

import enum
import types
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import attrs

from parentchild.errors import InvalidState, ParentChildError
from parentchild.events import utc

SAVED_AS: Final = "saved_as"
"""The metadata of an attrs field that says of which type it is where it is saved."""

_MICROSECOND = timedelta(microseconds=1)
_SAID: Final[dict[type, str]] = {
    int: "a whole number that is not negative",
    str: "a text",
    bool: "true or false",
    list: "a JSON array",
}


@attrs.frozen
class Form:
    """How the values of one type are saved.

    Args:
        write: returns the JSON value of a value.
        read: returns the value of a JSON value, or raises InvalidState with the place within it.
    """

    write: Callable[[Any], Any]
    read: Callable[[object], Any]


def require(fits: object, field: str, value: object, reason: str) -> None:
    """Raise InvalidState unless something fits."""
    if not fits:
        raise InvalidState(field, value, reason)


@cache
def form_of(kind: Any) -> Form:  # noqa: ANN401 - a type as it is annotated
    """Return the form of a type: a plain value, a time, an enumeration, an attrs class, or made of such."""
    arguments = get_args(kind)
    if get_origin(kind) in {types.UnionType, Union}:
        kinds = [each for each in arguments if each is not types.NoneType]
        return _one_of(kinds, may_be_none=len(kinds) < len(arguments))
    if get_origin(kind) is tuple:
        return _array_of(arguments)
    if get_origin(kind) is dict:
        return _object_of(form_of(arguments[1]))
    if attrs.has(kind):
        return _record_of(kind)
    if kind is datetime:
        return Form(datetime.isoformat, _time)
    if kind is timedelta:
        return Form(_microseconds, _duration)
    if issubclass(kind, enum.Enum):
        return _member_of(kind)
    return Form(_itself, lambda value: _plain(kind, value))


def _one_of(kinds: list[Any], *, may_be_none: bool) -> Form:
    forms, is_told = {each: form_of(each) for each in kinds}, len(kinds) > 1 and all(map(attrs.has, kinds))
    named, first = {each.__name__: form for each, form in forms.items()}, forms[kinds[0]]

    def write(value: object) -> object:
        if value is None:
            return None
        written = forms[type(value)].write(value) if len(forms) > 1 else first.write(value)
        return {"kind": type(value).__name__, **written} if is_told else written

    def read(value: object) -> object:
        if value is None and may_be_none:
            return None
        if not is_told:
            return value if type(value) in kinds[1:] else first.read(value)
        told = dict(_items(value)).get("kind")
        if not isinstance(told, str) or told not in named:
            raise InvalidState(".kind", told, "is unknown")
        return named[told].read(value)

    return Form(write, read)


def _array_of(kinds: tuple[Any, ...]) -> Form:
    is_open = kinds[-1] is Ellipsis
    forms = [form_of(each) for each in kinds if each is not Ellipsis]

    def write(values: tuple[object, ...]) -> object:
        each = forms * len(values) if is_open else forms
        return [form.write(values[place]) for place, form in enumerate(each)]

    def read(value: object) -> object:
        items: list[object] = _plain(list, value)
        each = forms * len(items) if is_open else forms
        require(len(each) == len(items), "", items, f"must hold {len(each)} values")
        return tuple(_read_at(f"[{place}]", form, items[place]) for place, form in enumerate(each))

    return Form(write, read)


def _object_of(form: Form) -> Form:
    def write(values: dict[str, object]) -> object:
        return {name: form.write(value) for name, value in sorted(values.items())}

    def read(value: object) -> object:
        return {_plain(str, name): _read_at(f".{name}", form, each) for name, each in _items(value)}

    return Form(write, read)


def _record_of(kind: Any) -> Form:  # noqa: ANN401 - an attrs class
    hints = get_type_hints(kind)
    fields = [field for field in attrs.fields(kind) if field.init]
    forms = {each.name: form_of(each.metadata.get(SAVED_AS, hints[each.name])) for each in fields}

    def write(record: object) -> object:
        values = ((name, form, getattr(record, name)) for name, form in forms.items())
        return {name: form.write(value) for name, form, value in values if value is not None}

    def read(value: object) -> object:
        told = dict(_items(value))
        read = {name: _read_at(f".{name}", form, told.get(name)) for name, form in forms.items()}
        try:
            return kind(**read)
        except ParentChildError as error:  # what could not have been made, and so not saved
            raise InvalidState(f".{error.field}", error.value, error.reason) from error

    return Form(write, read)


def _member_of(kind: type[enum.Enum]) -> Form:
    def read(value: object) -> object:
        name = _plain(str, value)
        require(name in kind.__members__, "", value, f"is no {kind.__name__} that this release knows")
        return kind[name]

    return Form(lambda member: member.name, read)


def _time(value: object) -> datetime:
    try:
        return utc("", datetime.fromisoformat(_plain(str, value)))
    except InvalidState:
        raise
    except ValueError as error:
        reason = error.reason if isinstance(error, ParentChildError) else "is no datetime"
        raise InvalidState("", value, reason) from error


def _microseconds(duration: timedelta) -> int:
    return duration // _MICROSECOND


def _duration(value: object) -> timedelta:
    try:
        return timedelta(microseconds=_plain(int, value))
    except OverflowError as error:
        raise InvalidState("", value, "is out of range") from error


def _itself(value: object) -> object:
    return value


def _plain(kind: type[object], value: object) -> Any:  # noqa: ANN401 - of the kind
    if type(value) is not kind or (isinstance(value, int) and value < 0):
        raise InvalidState("", value, f"must be {_SAID[kind]}")
    return value


def _items(value: Any) -> Iterable[tuple[Any, object]]:  # noqa: ANN401 - whatever JSON holds
    require(isinstance(value, Mapping), "", value, "must be a JSON object")
    items: Iterable[tuple[Any, object]] = value.items()
    return items


def _read_at(place: str, form: Form, value: object) -> Any:  # noqa: ANN401 - as its type says
    try:
        return form.read(value)
    except InvalidState as error:
        raise InvalidState(f"{place}{error.field}", error.value, error.reason) from error
