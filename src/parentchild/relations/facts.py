"""The facts of one creation under evaluation: a value, absent (not told) or unread (not looked at yet)."""

from __future__ import annotations

from typing import Final

import attrs

from parentchild.relations.conditions import ATTRIBUTES, Condition, Fact
from parentchild.relations.images import Image

_CHILD_PATH: Final = Fact.CHILD_PATH
_PARENT_PATH: Final = Fact.PARENT_PATH
_RELEASE: Final = Fact.RELEASE


@attrs.define(eq=False)
class Facts:
    """What is known of one creation, and which unread facts its evaluation asked for.

    Args:
        child: the image that was started.
        parent: the image that started it, None where unknown.
        release: the release it runs on, None where unknown; it is an argument, so it is never unread.
        unread: facts whose values do not count, since nobody has looked at them.
        needs: where the unread facts that were asked for are noted.
        is_of_caller: whether `parent` is the process that made the call for another.
    """

    child: Image
    parent: Image | None
    release: str | None
    unread: frozenset[Fact]
    needs: set[Fact]
    is_of_caller: bool = False

    def of_caller(self, caller: Image) -> Facts:
        """Return the facts as if the process that made the call were the parent."""
        return Facts(self.child, caller, self.release, self.unread, self.needs, is_of_caller=True)

    def is_unread(self, fact: Fact) -> bool:
        """Tell whether nobody has looked at a fact, nor at a name that tells it."""
        if fact not in self.unread or fact is _RELEASE:
            return False
        if fact is _CHILD_PATH:
            return not self.child.is_placed
        return not (fact is _PARENT_PATH and self.parent is not None and self.parent.is_placed)

    def value(self, fact: Fact) -> str | None:
        """Return the value of a fact; None where it is absent."""
        if fact is _CHILD_PATH:
            return self.child.directory
        if fact is _PARENT_PATH:
            return None if self.parent is None else self.parent.directory
        if fact is _RELEASE:
            return self.release
        attribute, is_of_child = ATTRIBUTES[fact]
        image = self.child if is_of_child else self.parent
        value: str | None = None if image is None else getattr(image.process, attribute)
        return value or None

    def read(self, fact: Fact) -> str | None:
        """Return the value of a fact; of an unread one nothing, and note that it is needed."""
        if self.is_unread(fact):
            self.needs.add(fact)
            return None
        return self.value(fact)

    def truth(self, condition: Condition, *, absent_fails: bool = False) -> bool | None:
        """Tell whether a condition holds; None where its fact was not read."""
        if self.unread and self.is_unread(condition.fact):
            return None
        value = self.value(condition.fact)
        if value is None:
            return condition.holds_when_absent and not absent_fails
        return condition.holds(value)

    def fails(self, condition: Condition) -> bool:
        """Tell whether a condition does not hold, as far as is known; an unread fact is noted as needed."""
        if self.unread and self.is_unread(condition.fact):
            self.needs.add(condition.fact)
            return False
        value = self.value(condition.fact)
        return not (condition.holds_when_absent if value is None else condition.holds(value))
