"""Shapes of arguments, and service groups, that several relations share."""

from __future__ import annotations

from typing import Final

ANY_ARGUMENT: Final = ("*",)
"""At least one argument, whatever it is."""
COM_SERVER: Final = ("-embedding", "/embedding")
"""How COM starts a server that is a program of its own."""
DCOM: Final = ("DcomLaunch",)
"""The service group of the DCOM launcher, which starts every COM server."""
