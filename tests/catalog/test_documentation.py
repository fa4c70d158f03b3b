"""The catalog's page is what its data render to, and what it shows runs."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from parentchild import catalog

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "catalog.md"


@pytest.fixture
def renderer(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "path", [str(DOCS), *sys.path])
    return importlib.import_module("render_catalog")


def test_the_page_is_up_to_date(renderer: ModuleType) -> None:
    assert PAGE.read_text(encoding="utf-8") == renderer.render(), "run python docs/render_catalog.py"


def test_the_page_names_every_image_pack_and_source() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in (*catalog.DEFAULT_RELATIONS, *catalog.DEFAULT_RELATIONS.expected_children):
        assert f"### {catalog.spelled(name)}" in page
    for pack in catalog.VENDORS:
        assert f"`{pack}`" in page
    cited = {int(number) for number in re.findall(r"\[(\d+)\]\(#sources\)", page)}
    assert cited == set(range(1, len(cited) + 1))


def test_the_code_on_the_page_runs() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert len(blocks) > 3
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)  # noqa: S102 - the page is part of this repository


def test_the_catalog_tells_right_from_wrong_where_other_tables_do_not(renderer: ModuleType) -> None:
    tables = {"ours": renderer.ours, **renderer.TABLES}
    right = {
        name: sum(says(creation) is answer for _, creation, answer in renderer.PROBES)
        for name, says in tables.items()
    }
    assert right.pop("ours") == len(renderer.PROBES)
    assert all(count < len(renderer.PROBES) for count in right.values())
