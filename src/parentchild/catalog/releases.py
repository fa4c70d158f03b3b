"""Releases: someone's relations as they hold on the release of Windows that an event tells."""

from __future__ import annotations

from parentchild.catalog.default import on_release
from parentchild.errors import InvalidArgument
from parentchild.relations.compiled import CompiledRelations
from parentchild.relations.registry import RelationRegistry
from parentchild.windows.releases import release


class RelationsByRelease:
    """The relations of a registry by release, each compiled when it is first asked for."""

    __slots__ = ("_compiled", "_registry")

    def __init__(self, registry: RelationRegistry) -> None:
        self._registry = registry
        self._compiled: dict[str, CompiledRelations] = {}

    def on(self, windows: str | None) -> CompiledRelations:
        """Return the relations on a release: those of any where it is not told, or not known."""
        if windows is None:
            return self._registry.compiled
        try:
            canonical = release(windows)
        except InvalidArgument:
            return self._registry.compiled
        if canonical not in self._compiled:
            self._compiled[canonical] = on_release(self._registry, canonical).compiled
        return self._compiled[canonical]
