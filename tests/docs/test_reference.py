"""The reference names everything that is public, and the README's figures are what its command prints."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

import parentchild

ROOT = Path(__file__).parents[2]
REFERENCE = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "docs" / "reference").glob("*.md")))
PAGES = ("catalog", "published", "telemetry")
WHOLE = ("parentchild.testing",)
"""Packages whose page lists everything in their `__all__` by itself."""


@pytest.mark.parametrize("name", sorted(set(parentchild.__all__) - {"__version__", *PAGES}))
def test_every_name_on_the_face_is_in_the_reference(name: str) -> None:
    assert re.search(rf":: (parentchild\.)?{name}$", REFERENCE, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(import_module("parentchild.telemetry").__all__))
def test_every_name_of_telemetry_is_in_the_reference(name: str) -> None:
    assert re.search(rf":: (parentchild\.telemetry\.)?{name}$", REFERENCE, re.MULTILINE)


@pytest.mark.parametrize("package", WHOLE)
def test_every_package_that_lists_itself_is_in_the_reference(package: str) -> None:
    assert f".. automodule:: {package}\n   :members:\n   :imported-members:" in REFERENCE


def test_the_figures_of_the_readme_are_what_its_command_prints() -> None:
    script = ROOT / "docs" / "examples" / "published_beside_hunt.py"
    told = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True).stdout
    assert told in (ROOT / "README.md").read_text("utf-8"), f"put this into README.md:\n{told}"


def test_no_page_is_left_alone() -> None:
    """Links between pages lead somewhere, from outside the site too."""
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def anchors_of(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and the site make them."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#{1,3} (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def test_links_into_a_page_lead_to_a_heading_of_it() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target, anchor in re.findall(
            r"\]\((?!https?:|mailto:)([^)#\s]*)#([^)\s]+)\)", page.read_text("utf-8")
        ):
            assert anchor in anchors_of(page.parent / target if target else page), (
                f"{page.name}: {target}#{anchor}"
            )


def test_what_the_changelog_calls_the_new_names_exists() -> None:
    changed = (ROOT / "CHANGELOG.md").read_text("utf-8").partition("### Changed names")[2].partition("###")[0]
    rows = [line.split("|") for line in changed.splitlines() if line.startswith("| `")]
    names = {name for row in rows for name in re.findall(r"`(parentchild\.[\w.]+)`", row[2])}
    assert len(names) > 8
    for name in names:
        assert find_spec(name), name
