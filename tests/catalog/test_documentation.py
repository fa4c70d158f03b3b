"""The catalog's pages are what its data render to, and every image stands on one of them."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from parentchild import catalog

DOCS = Path(__file__).parents[2] / "docs"
FOLDER = DOCS / "catalog"
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}
LINES = re.findall(r"^\| \[`(.+?)`\]\((\S+?\.md)#(\S+?)\) \|(.*)$", PAGES["index.md"], re.MULTILINE)
"""The lines of the table of all images: a name, the page and place that it links to, and the rest."""


def slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.fixture
def renderer(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "path", [str(DOCS), *sys.path])
    return importlib.import_module("render_catalog")


def test_the_pages_are_up_to_date(renderer: ModuleType) -> None:
    assert renderer.render() == PAGES, "run python docs/render_catalog.py"


def test_every_image_stands_in_exactly_one_family_and_in_the_table_of_all(renderer: ModuleType) -> None:
    registries = (catalog.DEFAULT_RELATIONS, catalog.OPTIONAL_CHILDREN, *catalog.OPTIONAL_PACKS.values())
    images = {renderer.subject_of(each) for registry in registries for each in registry.relations}
    sorted_into = [name for family in renderer.FAMILIES for name in family.images]
    assert sorted(sorted_into) == sorted(images)
    assert sorted(name for name, *_ in LINES) == sorted(map(catalog.spelled, images))


def test_the_table_of_all_images_links_to_a_heading_of_their_page_that_shows_them() -> None:
    assert len(LINES) > 100
    for name, page, place, _ in LINES:
        assert place in map(slug, re.findall(r"^## (.+)$", PAGES[page], re.MULTILINE))
        assert f"## {name}\n" in PAGES[page] or f"| `{name}` |" in PAGES[page]


def test_the_table_of_all_images_names_each_parent_with_a_tier_that_is_not_core() -> None:
    lines = {name: rest for name, _, _, rest in LINES}
    for child, relation in catalog.DEFAULT_RELATIONS.items():
        for image in relation.parents:
            tier = "" if image.tier.value == "core" else f" ({image.tier.value})"
            assert f"`{catalog.spelled(image.name)}`{tier}" in lines[catalog.spelled(child)]
    assert "`rpcnet.exe` (vendor: absolute)" in lines["svchost.exe"]


def test_the_search_box_is_put_above_the_table_of_all_images() -> None:
    script = (DOCS / "static" / "catalog.js").read_text(encoding="utf-8")
    [section] = re.findall(r'querySelector\("#(\S+) table"\)', script)
    assert section in map(slug, re.findall(r"^## (.+)$", PAGES["index.md"], re.MULTILINE))
    assert not re.search(r"https?:|import|fetch|innerHTML", script)


def test_the_pages_name_every_pack_and_cite_their_own_sources_alone() -> None:
    for pack in (*catalog.VENDORS, *catalog.OPTIONAL_PACKS):
        assert re.search(rf"`{pack}`|\"{pack}\"", PAGES["packs.md"])
    for name, page in PAGES.items():
        cited = {int(number) for number in re.findall(r"\[(\d+)\]\(#sources\)", page)}
        listed = re.findall(r"^(\d+)\. ", page.partition("## Sources\n")[2], re.MULTILINE)
        assert [*map(int, listed)] == [*range(1, len(cited) + 1)], name
        assert cited == {*map(int, listed)}, name


@pytest.mark.usefixtures("renderer")
def test_the_catalog_tells_right_from_wrong_where_other_tables_do_not() -> None:
    comparison = sys.modules["catalog_comparison"]
    tables = {"ours": comparison.ours, **comparison.TABLES}
    right = {
        name: sum(says(creation) is answer for _, creation, answer in comparison.PROBES)
        for name, says in tables.items()
    }
    assert right.pop("ours") == len(comparison.PROBES)
    assert all(count < len(comparison.PROBES) for count in right.values())
