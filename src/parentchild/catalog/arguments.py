"""Shapes of arguments and service groups that relations share, and a condition of the catalog's own."""

from __future__ import annotations

from typing import Final

import attrs

from parentchild.relations.conditions import Fact, Operator, Test
from parentchild.windows.arguments import arguments_of

ANY_ARGUMENT: Final = ("*",)
"""At least one argument, whatever it is."""
COM_SERVER: Final = ("-embedding", "/embedding")
"""How COM starts a server that is a program of its own."""
DCOM: Final = ("DcomLaunch",)
"""The service group of the DCOM launcher, which starts every COM server."""


@attrs.frozen
class IsBare:
    """The child was started without arguments, as its command line shows."""

    fact: Fact = Fact.CHILD_COMMAND_LINE
    holds_when_absent: bool = False

    def holds(self, value: str) -> bool:
        """Tell whether a command line is a program alone."""
        return len(arguments_of(value)) == 1

    def words(self) -> str:
        """Return it in words."""
        return "the child's command line has no arguments"

    def test(self) -> Test:
        """Return its portable form."""
        return Test(self.fact, Operator.MATCHES, (r'^\s*("[^"]*"|\S+)\s*$',))
