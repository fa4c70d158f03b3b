"""Parts that nested records share: values without what is absent, and what no schema has a field for."""

from __future__ import annotations

from collections.abc import Mapping

from parentchild.findings.finding import Finding


def present(values: Mapping[str, object]) -> dict[str, object]:
    """Return `values` without absent ones: None, and empty dicts and lists; texts and numbers always stay.

    >>> present({"a": None, "b": {}, "c": 0, "d": ""})
    {'c': 0, 'd': ''}
    """
    return {key: value for key, value in values.items() if value not in (None, {}, [])}


def variants_of(f: Finding) -> list[dict[str, object]]:
    """Return a finding's variants, the rarest first, as nested records."""
    return [
        present(
            {
                "child_path": each.child_path,
                "parent_path": each.parent_path,
                "command_line": each.command_line,
                "user": each.user,
                "occurrences": each.occurrences,
                "device_count": each.device_count,
                "devices": list(each.devices),
            }
        )
        for each in f.variants
    ]


def inferred_seconds(f: Finding) -> int | None:
    """Return how many seconds before the child a looked-up parent had started; None where it was logged."""
    return None if f.inference_age is None else int(f.inference_age.total_seconds())
