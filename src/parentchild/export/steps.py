"""The steps of a query over rows, for languages that work a table out column by column.

Splunk's and Elastic's pipes differ in how they write a function, and in little else. Each step names a column
and what it is worked out from; the languages write the steps, and say where the rows come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from parentchild.export.formula import Atoms, Formula, written
from parentchild.export.plan import Plan, Weights
from parentchild.relations.copies import NEVER_COPIED
from parentchild.windows.placeholders import PLACEHOLDERS

REASONS: Final = (
    ("parent_weight", "unexpected-parent"),
    ("child_weight", "unexpected-child"),
    ("place_weight", "misplaced-image"),
    ("outside_weight", "misplaced-parent"),
    ("argument_weight", "unexpected-arguments"),
)
"""The columns of weights, in the order in which their reasons are told."""

LABELS: Final = {5: "critical", 4: "high", 3: "medium", 2: "low", 1: "informational"}

AFTER_NAMES: Final = r"^.*[\\/]"
"""What stands before the base name of a path."""
BEFORE_NAMES: Final = r"[^\\]*$"
"""The base name of a path."""
SPELLINGS: Final = (
    (r"/", r"\\"),
    (r"^(\\\?\?|\\\\\?)\\([a-z]:\\)", "$2"),
    (r"^(\\systemroot|%systemroot%|%windir%)\\", r"\\windows\\"),
)
"""What is replaced in a lowered path, in this order."""
NUMBERS: Final = r"s-1(-[0-9]+)+|[0-9]+|0x[0-9a-f]+"


class Writer(Atoms, Protocol):
    """How a language writes what steps are made of."""

    def text(self, value: str) -> str:
        """Write a text."""
        ...

    def within(self, column: str, values: Sequence[str]) -> str:
        """Write that a column has one of some values."""
        ...

    def matches(self, column: str, pattern: str) -> str:
        """Write that the whole of a column matches a pattern that all dialects read alike."""
        ...

    def wildcards(self, column: str, text: str, *, is_whole: bool) -> str:
        """Write that a column, or a part of it, is a text in which `*` is anything but a backslash."""
        ...

    def replaced(self, column: str, pattern: str, replacement: str) -> str:
        """Write a column in which all that matches is replaced; `$2` is the second group."""
        ...

    def either(self, condition: str, value: str, other: str) -> str:
        """Write one value where a condition holds, else another."""
        ...

    def joined(self, texts: Sequence[str]) -> str:
        """Write texts as one."""
        ...


def steps(plan: Plan, write: Writer) -> Iterator[tuple[str, str]]:
    """Yield the columns to work out, in order; "" for a condition that rows must meet.

    It starts from `child_image`, `parent_image`, `child_line`, `parent_line`, `child_user`, `parent_user`
    and `child_level`: texts that are empty where a source tells nothing.
    """
    yield from _names(write)
    yield "is_watched", _boolean(write, write.within("child", plan.watched))
    watching = f"is_watched == 0 {write.words[0]} child != {write.text('')}"
    yield (
        "is_watching",
        _boolean(write, f"{watching} {write.words[0]} {write.within('parent', plan.watching)}"),
    )
    started = write.within("child", plan.started)
    yield "", f"is_watched == 1 {write.words[1]} is_watching == 1 {write.words[1]} {started}"
    yield from _fit(plan, write)
    yield from _weights(plan, write)
    yield from _reasons(write)


def _names(write: Writer) -> Iterator[tuple[str, str]]:
    _, word_or, _ = write.words
    for end in ("child", "parent"):
        path = f"{end}_image"
        for pattern, replacement in SPELLINGS:
            yield path, write.replaced(path, pattern, replacement)
        yield end, write.replaced(path, AFTER_NAMES, "")
        yield f"{end}_folder", write.replaced(path, BEFORE_NAMES, "")
    gap = f"{write.within('parent', sorted(PLACEHOLDERS))} {word_or} {write.matches('parent', NUMBERS)}"
    unknown = f"parent_folder == {write.text('')} {write.words[0]} ({gap})"
    yield "parent", write.either(unknown, write.text(""), "parent")
    yield "parent", write.either(f"parent == {write.text('ntoskrnl.exe')}", write.text("system"), "parent")


def _fit(plan: Plan, write: Writer) -> Iterator[tuple[str, str]]:
    word_and, word_or, _ = write.words
    yield "fits_there", _holds(plan.there, write)
    yield "fits_anywhere", _holds(plan.anywhere, write)
    fits_not = f"fits_there == 0 {word_and} fits_anywhere == 0"
    yield "is_near", _boolean(write, f"{fits_not} {word_and} {written(plan.near, write)}")
    own = f"fits_there == 0 {word_and} {written(plan.own_outside, write)}"
    yield "is_outside", _boolean(write, f"is_near == 1 {word_or} ({own})")
    drive = f"is_near == 1 {word_and} {written(plan.near_other_drive, write)}"
    own_drive = f"is_near == 0 {word_and} {written(plan.own_other_drive, write)}"
    yield "is_on_other_drive", _boolean(write, f"({drive}) {word_or} ({own_drive})")


def _weights(plan: Plan, write: Writer) -> Iterator[tuple[str, str]]:
    word_and, word_or, word_not = write.words
    yield "parent_weight", _weight(plan.parent_weights, write)
    yield "place_weight", _weight(plan.place_weights, write)
    yield (
        "child_place_weight",
        write.either("is_watching == 1", _weight(plan.child_place_weights, write), "0"),
    )
    heavier = "child_place_weight > place_weight"
    yield "place_weight", write.either(heavier, "child_place_weight", "place_weight")
    wrong_child = f"is_watching == 1 {word_and} child_place_weight == 0"
    yield "child_weight", write.either(wrong_child, _weight(plan.child_weights, write), "0")
    excused = f"(is_watched == 1 {word_and} {written(plan.excused, write)})"
    listed = f"(is_watching == 1 {word_and} {written(plan.child_excused, write)})"
    yield (
        "argument_weight",
        write.either(f"{excused} {word_or} {listed}", "0", _weight(plan.argument_weights, write)),
    )
    known = f"is_watched == 1 {word_and} parent != {write.text('')}"
    lighter = write.either(f"is_on_other_drive == 1 {word_and} parent_weight > 3", "3", "parent_weight")
    yield "outside_weight", write.either(f"{known} {word_and} is_outside == 1", lighter, "0")
    fits = f"fits_there == 1 {word_or} fits_anywhere == 1 {word_or} is_near == 1"
    yield "parent_weight", write.either(f"{known} {word_and} {word_not} ({fits})", "parent_weight", "0")


def _reasons(write: Writer) -> Iterator[tuple[str, str]]:
    word_and, word_or, word_not = write.words
    nothing = write.text("")
    parts = [write.either(f"{weight} > 0", write.text(f", {name}"), nothing) for weight, name in REASONS]
    yield "reasons", write.joined(parts)
    unknown = f"reasons == {nothing} {word_and} is_watched == 1 {word_and} parent == {nothing}"
    yield "reasons", write.either(unknown, write.text(", unknown-parent"), "reasons")
    yield "", f"reasons != {nothing}"
    yield "reasons", write.replaced("reasons", "^, ", "")
    pairs = (
        ("child_folder", "parent_folder"),
        ("child_user", "parent_user"),
        ("child_line", "parent_line"),
    )
    agree = [
        f"({one} == {nothing} {word_or} {other} == {nothing} {word_or} {one} == {other})"
        for one, other in pairs
    ]
    copied = write.within("reasons", ["unexpected-parent", "unexpected-child"])
    never = write.within("child", sorted(NEVER_COPIED))
    copy = f" {word_and} ".join(["child == parent", copied, f"{word_not} ({never})", *agree])
    yield "", f"{word_not} ({copy})"
    wrong = write.either("outside_weight > 0", "parent_folder", nothing)
    yield "directory", write.either("place_weight > 0", "child_folder", wrong)
    yield "weight", "1"
    for column, _ in REASONS:
        yield "weight", write.either(f"{column} > weight", column, "weight")
    severity = write.text(LABELS[1])
    for value, label in sorted(LABELS.items()):
        severity = write.either(f"weight == {value}", write.text(label), severity)
    yield "severity", severity


def _holds(formula: Formula, write: Writer) -> str:
    return _boolean(write, written(formula, write))


def _boolean(write: Writer, condition: str) -> str:
    return write.either(condition, "1", "0")


def _weight(weights: Weights, write: Writer) -> str:
    found = "0"
    for formula, severity in reversed(weights):
        found = write.either(written(formula, write), str(severity.value), found)
    return found
