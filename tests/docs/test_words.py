"""The voice of docs/style.md: no banned phrase stands where a user reads."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
QUOTE_THEM = {"docs/style.md"}
"""The page of rules must quote what is banned."""

BANNED = (
    "adopt", "at home", "at the most", "back door", "bears? the name", "beyond repair", "body for",
    "borrows?", "drowns?", "from afar", "hides? in", "impostor", "in (?:its|their) stead", "is none",
    "judg(?:e|ed|es|ing|ements?)", "kin", "lies? ready", "movable", "of no known source",
    "orphan(?:s|ed)?", "plain sight", "rightful(?:ly)?", "rosters?", "shelf", "shelves",
    "sift(?:s|ed|ing)?", "stands? aside", "steps? back", "strangers?", "the one to begin with",
    "those used longest ago", "torn", "untold",
)  # fmt: skip
"""As patterns of whole words, whatever their case."""
PLAIN = re.compile(r"\bis None\b|\b[Tt]here is none\b|\bis none of\b|`[^`\n]+`")
"""Python's own words and names, which stand in examples, and the plain uses of "is none"."""

_BANNED = re.compile(rf"\b(?:{'|'.join(BANNED)})\b", re.IGNORECASE)
PAGES = [
    path
    for path in (
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
        *sorted((ROOT / "docs").rglob("*.md")),
    )
    if str(path.relative_to(ROOT)) not in QUOTE_THEM
]
MODULES = sorted((ROOT / "src").rglob("*.py"))


def banned_in(text: str) -> list[str]:
    return _BANNED.findall(PLAIN.sub("", text))


@pytest.mark.parametrize("path", PAGES, ids=[str(path.relative_to(ROOT)) for path in PAGES])
def test_no_page_has_a_banned_phrase(path: Path) -> None:
    lines = enumerate(path.read_text("utf-8").splitlines(), start=1)
    assert [(number, found) for number, line in lines if (found := banned_in(line))] == []


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(ROOT)) for path in MODULES])
def test_no_docstring_or_message_has_a_banned_phrase(path: Path) -> None:
    texts = [
        (node.lineno, node.value)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert [(number, found) for number, text in texts if (found := banned_in(text))] == []


def test_the_style_page_names_every_rule_with_before_and_after() -> None:
    page = (ROOT / "docs" / "style.md").read_text("utf-8")
    assert (
        len(re.findall(r"^## \d+\. ", page, re.MULTILINE))
        == len(re.findall(r"^\| before \|", page, re.MULTILINE))
        == 10
    )
