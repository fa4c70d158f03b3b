r"""Relations as a self-contained PySpark snippet, for lakes where no package can be installed.

The snippet needs Spark 3.4 and Python 3.10 and nothing else: no pip, no file, no `parentchild`. All that
comes from a registry stands in it as Python literals; the code around them is always the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from parentchild.export.alternatives import Alternative, unique, watched_children, watched_parents
from parentchild.export.folders import folder_pattern
from parentchild.export.pyspark_text import CODE, HEADER
from parentchild.relations.exclusions import Exclusion
from parentchild.relations.registry import RelationRegistry
from parentchild.windows.names import fold


def render(registry: RelationRegistry, *, exclusions: Iterable[Exclusion] = ()) -> str:
    """Return a registry as Python code with one function, `mismatches(process_events, device_events)`.

    Args:
        registry: the relations.
        exclusions: what is expected in your environment.

    >>> from parentchild import SEED_RELATIONS
    >>> code = render(SEED_RELATIONS)
    >>> "def mismatches(" in code, "import parentchild" in code
    (True, False)
    """
    children, parents = watched_children(registry), watched_parents(registry)
    tables = (
        _mapping(
            "EXPECTED_PARENTS",
            (
                (each.name, (each.relation.severity.label, _plain_names(each.alternatives)))
                for each in children
            ),
        ),
        _mapping(
            "EXPECTED_CHILDREN",
            (
                (each.name, (each.relation.severity.label, _plain_names(each.alternatives)))
                for each in parents
            ),
        ),
        _mapping(
            "PLACES",
            (
                (each.name, folder_pattern(each.relation.directories))
                for each in children
                if each.relation.directories
            ),
        ),
        _listing(
            "OTHER_PARENTS", (_condition(each.name, way) for each in children for way in each.alternatives)
        ),
        _listing(
            "OTHER_CHILDREN", (_condition(each.name, way) for each in parents for way in each.alternatives)
        ),
        _listing("EXCLUSIONS", map(_exclusion, exclusions)),
    )
    return "\n".join((HEADER, *tables, CODE))


def _plain_names(alternatives: Iterable[Alternative]) -> list[str]:
    return list(
        unique(name for way in alternatives if way.is_plain and not way.is_local for name in way.names)
    )


def _condition(subject: str, way: Alternative) -> dict[str, object] | None:
    """Return what a way asks; None where the tables of names say it all."""
    if way.is_plain and not way.is_local:
        return None
    asked = {
        "lies_in": folder_pattern(way.directories) if way.directories else None,
        "in_place": bool(way.own_directories),
        "about_lies_in": folder_pattern(way.counterpart_directories) if way.counterpart_directories else None,
        "command_line": [fold(text) for text in way.command_line],
        "parent_command_line": [fold(text) for text in way.parent_command_line],
        "signer": None if way.signer is None else fold(way.signer),
        "integrity": None if way.integrity is None else fold(way.integrity),
        "must_know": way.must_know,
        "at_home": way.is_local,
    }
    said = {name: value for name, value in asked.items() if value not in (None, False, [])}
    return {"about": subject, "names": list(way.names), **said, "why": way.why}


def _exclusion(exclusion: Exclusion) -> dict[str, object]:
    texts = {
        "child": exclusion.child,
        "parent": exclusion.parent,
        "device": exclusion.device,
        "user": exclusion.user,
        "command_line": exclusion.command_line,
    }
    condition: dict[str, object] = {name: fold(text) for name, text in texts.items() if text is not None}
    if exclusion.expires_at is not None:
        condition["expires_at"] = exclusion.expires_at.isoformat()
    return condition | {"reason": exclusion.reason}


def _mapping(name: str, rows: Iterable[tuple[str, object]]) -> str:
    lines = [f"    {key!r}: {value!r},\n" for key, value in rows]
    return f"{name} = {{\n{''.join(lines)}}}" if lines else f"{name} = {{}}"


def _listing(name: str, rows: Iterable[object]) -> str:
    lines = [f"    {row!r},\n" for row in rows if row is not None]
    return f"{name} = [\n{''.join(lines)}]" if lines else f"{name} = []"
