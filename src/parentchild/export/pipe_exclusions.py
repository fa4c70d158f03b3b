"""Exclusions for the pipes of Splunk and Elastic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from parentchild.export.steps import Writer
from parentchild.relations.exclusions import Exclusion
from parentchild.windows.names import fold

_COLUMNS: Final = ("child", "parent", "device", "user", "child_path", "parent_path")
_OF_QUERY: Final = {
    "child": "child",
    "parent": "parent",
    "device": "device_name",
    "user": "child_user",
    "child_path": "child_image",
    "parent_path": "parent_image",
}


def condition(exclusion: Exclusion, write: Writer) -> str | None:
    """Return the condition that an exclusion covers a row; None where it names what no column tells.

    What it asks of the time is left out: whoever runs the query removes what has expired.
    """
    if exclusion.signer is not None:
        return None
    return f" {write.words[0]} ".join(_conditions(exclusion, write))


def _conditions(exclusion: Exclusion, write: Writer) -> Iterator[str]:
    for name in _COLUMNS:
        text: str | None = getattr(exclusion, name)
        if text is not None:
            yield write.wildcards(_OF_QUERY[name], fold(text), is_whole=True)
    if exclusion.command_line is not None:
        yield write.wildcards("child_line", fold(exclusion.command_line), is_whole=False)
    told = {
        "misplaced-image": exclusion.child_path,
        "misplaced-parent": exclusion.parent_path,
        "unexpected-arguments": exclusion.child_path or exclusion.parent_path or exclusion.command_line,
    }
    for reason, named in told.items():
        if named is None:  # a pair says nothing of place and form
            yield f"{write.words[2]} ({write.wildcards('reasons', reason, is_whole=False)})"
