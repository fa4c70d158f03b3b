r"""Fields: a row's values, taken out under the names of its columns.

Sources have many alternatives to say nothing: a missing key, null, `""`, `-`, `?`, NaN, `NULL SID`. All of
them become None here, and what a table or a spreadsheet did to a text is undone (`cells`). A value that
says something else than its column may is refused with the column's name, if an event cannot be told
without it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import SupportsIndex

from parentchild.errors import InvalidEvent
from parentchild.telemetry.cells import command_line, plain_account, plain_path, plain_text, unmarked
from parentchild.telemetry.images import account
from parentchild.telemetry.nested import as_list, as_object
from parentchild.telemetry.times import clamped_time_of, time_of

_SAYS_NOTHING = frozenset(
    {
        *("", "-", "?", "N/A", "n/a", "NULL SID", "S-1-0-0", "'-", "(null)"),
        *("nan", "NaN", "NAN", "NaT", "None", "null", "NULL", "<NA>"),
    }
)
NOTHING = _SAYS_NOTHING | {f'="{text}"' for text in _SAYS_NOTHING}
"""Texts with which sources, and the tables that their rows went through, say that they know nothing."""

_FOREIGN_NOTHING = frozenset({"NAType", "NaTType"})  # pandas, which is never imported here
_NO_NUMBER = frozenset({"nan", "nat", "none", "null"})
GUID = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")
NO_GUID = "00000000-0000-0000-0000-000000000000"
_WHOLE = re.compile(r"(-?[0-9]+)\.0*")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.0*)?")
_LONGEST_NUMBER = 24
_NOTHING_THERE: Mapping[str, object] = {}
MAX_PID = 0xFFFF_FFFF
_MAX_RECORD = 0xFFFF_FFFF_FFFF_FFFF


class Fields:
    """The values of a mapping by column, and under dotted names those of the mappings within it.

    Args:
        values: the mapping.
        where: what stands before its columns' names in an error, `Event.EventData.` say.
        nothing: the texts that mean None.
        dotted: what stands before every column in the mapping itself, `process.` say.
        is_secondary: whether an event can be told without these values: then a bad one is None.
    """

    __slots__ = ("_dots", "_dotted", "_get", "_is_secondary", "_nothing", "_rest", "_values", "_where")

    def __init__(
        self,
        values: Mapping[str, object],
        where: str = "",
        *,
        nothing: frozenset[str] = NOTHING,
        dotted: str = "",
        is_secondary: bool = False,
    ) -> None:
        self._values = values
        self._get = values.get
        self._where = where
        self._nothing = nothing
        self._dotted = dotted
        self._dots: bool | None = None
        self._is_secondary = is_secondary
        self._rest: Fields | None = self if is_secondary else None

    @property
    def mapping(self) -> Mapping[str, object]:
        """The mapping itself."""
        return self._values

    @property
    def dotted(self) -> str:
        """What stands before every column in it."""
        return self._dotted

    @property
    def secondary(self) -> Fields:
        """The same fields for what an event can do without: a value that cannot be read is None."""
        if self._rest is None:
            self._rest = Fields(
                self._values, self._where, nothing=self._nothing, dotted=self._dotted, is_secondary=True
            )
        return self._rest

    def within(self, column: str) -> Fields:
        """Return the fields of the mapping in `column`, or of the columns whose names start with it.

        Raises:
            InvalidEvent: there is something else than a mapping.
        """
        if self._values is _NOTHING_THERE:
            return self
        value = self._get(self._dotted + column if self._dotted else column)
        nested = None if value is None else as_object(value)
        if nested is not None:
            where = f"{self._where}{self._dotted}{column}."
            return Fields(nested, where, nothing=self._nothing, is_secondary=self._is_secondary)
        if value is None:
            if not self._dotted and not self._has_dots():
                return Fields(
                    _NOTHING_THERE,
                    f"{self._where}{column}.",
                    nothing=self._nothing,
                    is_secondary=self._is_secondary,
                )
        elif self._says_something(value):
            self._refuse(InvalidEvent(self._name(column), value, "must be an object"))
        return Fields(
            self._values,
            self._where,
            nothing=self._nothing,
            dotted=f"{self._dotted}{column}.",
            is_secondary=self._is_secondary,
        )

    def leads_to(self, column: str) -> bool:
        """Tell whether `within` may find anything, a mapping in the column or columns called after it."""
        if self._dotted:
            return True
        return self._get(column) is not None or (self._values is not _NOTHING_THERE and self._has_dots())

    def raw(self, *columns: str) -> object:
        """Return the first value that says something, as it is; None when none does."""
        return self._first(columns)[1]

    def says(self, *columns: str) -> bool:
        """Tell whether one of the columns says something, whatever it is."""
        return self._first(columns)[1] is not None

    def has(self, column: str) -> bool:
        """Tell whether there is such a column, whatever it says."""
        return self._dotted + column in self._values

    def invalid(self, column: str, reason: str) -> InvalidEvent:
        """Return the error that says what is wrong with the value in `column`."""
        return InvalidEvent(self._name(column), self._values.get(self._dotted + column), reason)

    def text(self, *columns: str) -> str | None:
        """Return the first text that says something, as it was before a table held it.

        Raises:
            InvalidEvent: there is something else than a text.
        """
        # A row is some twenty calls of this, so the search of `_first` stands here again: a call less.
        get, dotted = self._get, self._dotted
        for column in columns:
            value = get(dotted + column if dotted else column)
            if value is None:
                continue
            if type(value) is not str:
                if not self._says_something(value):
                    continue
                if not isinstance(value, str):
                    self._refuse(InvalidEvent(self._name(column), value, "must be text"))
                    return None
                return _plain(str.__str__(value))
            if value not in self._nothing and not value.isspace():
                return _plain(value)
        return None

    def path(self, *columns: str) -> str | None:
        """Return the first path that says something, its separators single except before a network name.

        Raises:
            InvalidEvent: there is something else than a text.
        """
        text = self.text(*columns)
        return text if text is None or "\\\\" not in text else plain_path(text)

    def account(self, *columns: str) -> str | None:
        r"""Return the first account that says something, `DOMAIN\name`.

        Raises:
            InvalidEvent: there is something else than a text.
        """
        text = self.text(*columns)
        return text if text is None or "\\\\" not in text else plain_account(text)

    def texts(self, column: str) -> tuple[str, ...]:
        """Return the texts in a column that holds one or a list of them.

        Raises:
            InvalidEvent: there is something else.
        """
        value = self._first((column,))[1]
        if value is None or isinstance(value, str):
            return () if value is None else (value,)
        listed = as_list(value)
        texts = [each for each in listed or () if isinstance(each, str)]
        if listed is None or len(texts) != len(listed):
            self._refuse(InvalidEvent(self._name(column), value, "must be text, or a list of texts"))
        return tuple(texts)

    def command_line(self, *columns: str) -> str | None:
        """Return the first command line, a text or a list of arguments.

        Raises:
            InvalidEvent: there is something else.
        """
        column, value = self._first(columns)
        if value is None or isinstance(value, str):
            return self.text(*columns)
        return command_line(list(self.texts(column))) or None

    def objects(self, column: str) -> tuple[Fields, ...]:
        """Return the fields of each mapping in a list.

        Raises:
            InvalidEvent: there is something else than a list of mappings.
        """
        value = self._first((column,))[1]
        if value is None:
            return ()
        listed = as_list(value)
        objects = [each for each in map(as_object, listed or ()) if each is not None]
        if listed is None or len(objects) != len(listed):
            self._refuse(InvalidEvent(self._name(column), value, "must be a list of objects"))
        where = f"{self._name(column)}."
        return tuple(
            Fields(each, where, nothing=self._nothing, is_secondary=self._is_secondary) for each in objects
        )

    def identifier(self, *columns: str) -> str | None:
        """Return the first id, a text or a number, as text.

        Raises:
            InvalidEvent: it is neither.
        """
        column, value = self._first(columns)
        if isinstance(value, str):
            return self.text(column)
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # a column of ids with gaps becomes one of floats
        if isinstance(value, int) and not isinstance(value, bool):
            return self._number_text(column, value)
        return self.text(column)

    def record_id(self, *columns: str) -> str | int | None:
        """Return the first id, an int of at most 64 bits when it is one, else text; None for what is neither.

        No event depends on it, so it costs none.
        """
        column, value = self._first(columns)
        if value is None or (type(value) is int and -_MAX_RECORD <= value <= _MAX_RECORD):
            return value
        if type(value) is str:
            return _plain(value)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _MAX_RECORD:
            return int(value)
        return self.secondary.identifier(column)

    def number(self, *columns: str) -> int | None:
        """Return the first number: an int, a whole float, decimal digits, or hexadecimal ones after `0x`.

        Raises:
            InvalidEvent: it is none of these.
        """
        column, value = self._first(columns)
        if value is None:
            return None
        return self._number(column, value)

    def pid(self, *columns: str) -> int | None:
        """Return the first process id.

        Raises:
            InvalidEvent: it is no number, or not one of 32 bits.
        """
        column, value = self._first(columns)
        if value is None:
            return None
        number = self._number(column, value)
        if number is None or 0 <= number <= MAX_PID:
            return number
        self._refuse(InvalidEvent(self._name(column), value, "must lie between 0 and 2**32 - 1"))
        return None

    def session(self, *columns: str) -> int | None:
        """Return the first session's number; None also for a bad one, since no event depends on it."""
        column, value = self._first(columns)
        return None if value is None else self.secondary.pid(column)

    def time(self, *columns: str) -> datetime | None:
        """Return the first time, in UTC; None also for a bad one: an event does not depend on it."""
        column, value = self._first(columns)
        if value is None:
            return None
        try:
            return time_of(column, value)
        except InvalidEvent:
            return None

    def timestamp(self, *columns: str) -> datetime:
        """Return the time of the event: the first column's that has the form of a time.

        A time that cannot be told, as one of the year 30827, becomes the nearest that can.

        Raises:
            InvalidEvent: there is none.
        """
        error: InvalidEvent | None = None
        for column in columns:
            value = self._first((column,))[1]
            if value is None:
                continue
            try:
                return clamped_time_of(self._name(column), value)
            except InvalidEvent as found:
                error = error or found
        if error is not None:
            raise error
        raise self.invalid(columns[0], "must be the time of the event" + _instead(columns[1:]))

    def guid(self, *columns: str) -> str | None:
        """Return the first id of a process instance; a GUID in lower case without braces, null as None.

        What is neither text nor number is None too, since no event depends on it.
        """
        column, found = self._first(columns)
        if found is None:
            return None
        value = found if type(found) is str else self.secondary.identifier(column)
        if value is None:
            return None
        value = _plain(value)
        match = GUID.fullmatch(value)
        if match is None:
            return value
        guid = match[1].lower()
        return None if guid == NO_GUID else guid

    def user(self, *columns: tuple[str, str]) -> str | None:
        """Return the first account, from pairs of a domain's and a name's column.

        Raises:
            InvalidEvent: there is something else than a text.
        """
        for domain, name in columns:
            if (value := self.account(name)) is not None:
                return account(self.text(domain), value)
        return None

    def _has_dots(self) -> bool:
        if self._dots is None:
            try:
                self._dots = "." in "".join(self._values)
            except TypeError:  # a column is no text
                self._dots = True
        return self._dots

    def _refuse(self, error: InvalidEvent) -> None:
        """Raise the error, unless an event can do without the value.

        Raises:
            InvalidEvent: it cannot.
        """
        if not self._is_secondary:
            raise error

    def _first(self, columns: tuple[str, ...]) -> tuple[str, object]:
        get, dotted = self._get, self._dotted
        for column in columns:
            value = get(dotted + column if dotted else column)
            if value is None:
                continue
            if type(value) is str:
                if value not in self._nothing and not value.isspace():
                    return column, value
            elif self._says_something(value):
                return column, value
        return columns[0], None

    def _says_something(self, value: object) -> bool:
        if isinstance(value, str):
            return value not in self._nothing and not value.isspace()
        if isinstance(value, float):
            return value == value  # noqa: PLR0124 - NaN is the one that is not
        kind = type(value).__name__
        return kind not in _FOREIGN_NOTHING and not (kind == "datetime64" and str(value) == "NaT")

    def _number(self, column: str, value: object) -> int | None:
        number = value if type(value) is int else _number_of(value)
        if number is not None or (isinstance(value, str) and value.strip().lower() in _NO_NUMBER):
            return number
        self._refuse(InvalidEvent(self._name(column), value, "must be a whole number, decimal or 0x..."))
        return None

    def _name(self, column: str) -> str:
        return f"{self._where}{self._dotted}{column}"

    def _number_text(self, column: str, value: int) -> str | None:
        if abs(value) >= 10**_LONGEST_NUMBER:
            self._refuse(InvalidEvent(self._name(column), value, "is too large for an id"))
            return None
        return str(value)


def _plain(text: str) -> str:
    return plain_text(text) if text[0] in "'=" or ":\\\\" in text else text


def _number_of(value: object) -> int | None:
    if isinstance(value, str):
        return _number_in(value if value.isalnum() else _without_commas(unmarked(value).strip()))
    if isinstance(value, int):
        return None if isinstance(value, bool) else int(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, Decimal):
        return int(value) if _is_whole(value) else None
    return operator.index(value) if isinstance(value, SupportsIndex) else None  # numpy's ints are no int


def _without_commas(digits: str) -> str:
    """Return a number without the commas of thousands, or with a point for the comma of a decimal."""
    if "," not in digits:
        return digits
    return digits.replace(",", "") if _THOUSANDS.fullmatch(digits) else digits.replace(",", ".")


def _number_in(digits: str) -> int | None:
    if len(digits) > _LONGEST_NUMBER or not digits.isascii() or "_" in digits:
        return None
    if digits.isdigit():
        return int(digits)
    if whole := _WHOLE.fullmatch(digits):
        digits = whole[1]
    try:
        return int(digits, 16 if digits[:2] in {"0x", "0X"} else 10)
    except ValueError:
        return None


def _is_whole(value: Decimal) -> bool:
    return value.is_finite() and value.adjusted() < _LONGEST_NUMBER and value == value.to_integral_value()


def _instead(columns: tuple[str, ...]) -> str:
    return f"; {' or '.join(columns)} would do as well" if columns else ""
