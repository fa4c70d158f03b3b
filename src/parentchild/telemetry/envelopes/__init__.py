"""Envelopes: what tools wrap around rows. One table says which there are and what each knows of its rows."""

from __future__ import annotations

from parentchild.telemetry.envelopes.envelope import NO_CONTEXT, Aside, Context, Envelope, Opened
from parentchild.telemetry.envelopes.table import ENVELOPES

__all__ = ["ENVELOPES", "NO_CONTEXT", "Aside", "Context", "Envelope", "Opened"]
