"""The fields of a saved value, each checked as it is taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar, cast

from parentchild.errors import InvalidState

_T = TypeVar("_T")


class Fields:
    """The fields of one saved value.

    Args:
        values: what should be a JSON object.
        place: where in the state it is, for messages.

    Raises:
        InvalidState: by every method, where a field is not what it must be; it names the place.
    """

    __slots__ = ("_place", "_values")

    def __init__(self, values: object, place: str) -> None:
        if not isinstance(values, Mapping):
            raise InvalidState(place, values, "must be a JSON object")
        self._values = cast("Mapping[str, object]", values)
        self._place = place

    def at(self, name: str) -> str:
        """Return where a field is, for messages."""
        return f"{self._place}.{name}" if self._place else name

    def take(self, name: str, kind: type[_T]) -> _T:
        """Return a field that must be of a kind."""
        value = self._values.get(name)
        if not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):  # a bool is an int too
            raise InvalidState(self.at(name), value, f"must be {kind.__name__}")
        return value

    def take_if_set(self, name: str, kind: type[_T]) -> _T | None:
        """Return a field that must be of a kind where it is set."""
        return None if self._values.get(name) is None else self.take(name, kind)

    def count(self, name: str) -> int:
        """Return a whole number that is not negative."""
        value = self.take(name, int)
        if value < 0:
            raise InvalidState(self.at(name), value, "must not be negative")
        return value

    def time(self, name: str) -> datetime:
        """Return an aware time."""
        text = self.take(name, str)
        try:
            time = datetime.fromisoformat(text)
        except ValueError as error:
            raise InvalidState(self.at(name), text, "must be a time in ISO 8601") from error
        if time.utcoffset() is None:
            raise InvalidState(self.at(name), text, "must be a time with a zone")
        return time

    def time_if_set(self, name: str) -> datetime | None:
        """Return an aware time where it is set."""
        return None if self._values.get(name) is None else self.time(name)

    def seconds(self, name: str) -> timedelta:
        """Return a duration that was saved in seconds."""
        value = self._values.get(name)
        if not isinstance(value, int | float):
            raise InvalidState(self.at(name), value, "must be a number of seconds")
        try:
            return timedelta(seconds=value)
        except (OverflowError, ValueError) as error:
            raise InvalidState(self.at(name), value, "must be a number of seconds") from error

    def seconds_if_set(self, name: str) -> timedelta | None:
        """Return a duration that was saved in seconds, where it is set."""
        return None if self._values.get(name) is None else self.seconds(name)

    def inner(self, name: str) -> Fields:
        """Return the fields of a value inside this one."""
        return Fields(self._values.get(name), self.at(name))

    def inner_if_set(self, name: str) -> Fields | None:
        """Return the fields of a value inside this one, where it is set."""
        return None if self._values.get(name) is None else self.inner(name)

    def each(self, name: str, read: Callable[[Fields], _T]) -> tuple[_T, ...]:
        """Return what `read` makes of each value in a list."""
        items = self.items(name)
        return tuple(read(Fields(item, f"{self.at(name)}[{place}]")) for place, item in enumerate(items))

    def items(self, name: str) -> list[object]:
        """Return a list, its values unchecked."""
        return cast("list[object]", self.take(name, list))

    def record_id(self) -> str | int | None:
        """Return the id of a record."""
        value = self._values.get("record_id")
        if value is None or isinstance(value, str | int):
            return value
        raise InvalidState(self.at("record_id"), value, "must be str or int")
