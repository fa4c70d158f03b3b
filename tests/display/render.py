"""Render the displays and the notebooks to HTML, look at them in headless Chromium, and measure what is seen.

`python -m tests.display.render FOLDER` writes a page and a picture for each theme and width into FOLDER, and
prints what does not fit. It needs nbconvert and a `chromium` on the path.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import Any

from parentchild import DEFAULT_RELATIONS
from tests.display.hostile import report

NOTEBOOKS = Path(__file__).parents[2] / "docs" / "notebooks"
THEMES = ("light", "dark")
WIDTHS = (1400, 900, 500)
HEIGHT = 4000
BROWSER = (
    "chromium",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)

MEASURE = """
<script>
window.addEventListener("load", () => {
  const shown = [...document.querySelectorAll(".tex2jax_ignore")];
  const rgb = (colour) => (colour.match(/[0-9.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const part = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = rgb(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const opacity = (node) => {
    let all = 1;
    for (; node; node = node.parentElement) all *= Number(getComputedStyle(node).opacity);
    return all;
  };
  let least = 21;
  let clipped = 0;
  for (const block of shown) {
    for (const node of block.querySelectorAll("*")) {
      const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
      const box = node.getBoundingClientRect();
      if (!own || !box.width) continue;
      const behind = ground(node);
      const share = opacity(node);
      const ink = rgb(getComputedStyle(node).color).map((v, i) => v * share + behind[i] * (1 - share));
      const [a, b] = [light(ink), light(behind)].sort((x, y) => y - x);
      least = Math.min(least, (a + 0.05) / (b + 0.05));
      const hides = getComputedStyle(node).overflowX !== "visible";
      const cell = node.closest("td") || block;
      if (hides && node.scrollWidth > node.clientWidth + 1) clipped += 1;
      if (box.right > cell.getBoundingClientRect().right + 1 || box.right > window.innerWidth) clipped += 1;
    }
  }
  const measured = {
    displays: shown.length,
    wide: document.documentElement.scrollWidth - window.innerWidth,
    contrast: Math.round(least * 100) / 100,
    clipped,
    scripts: shown.reduce((sum, block) => sum + block.querySelectorAll("script,style,svg,img,h1").length, 0),
    owned: document.body.innerText.trim() === "owned",
    stays: document.body.innerText.includes("<script>document.body"),
  };
  const note = document.createElement("pre");
  note.id = "measured";
  note.style.display = "none";
  note.textContent = JSON.stringify(measured);
  document.body.append(note);
});
</script>
"""


def shown(value: Any) -> Any:
    """Return a cell that shows a value, as IPython would."""
    cells: Any = import_module("nbformat.v4")
    data = {"text/html": value._repr_html_(), "text/plain": str(value)}
    output = cells.new_output("execute_result", data=data, execution_count=1)
    return cells.new_code_cell("...", outputs=[output], execution_count=1)


def displays() -> Any:
    """Return a notebook of all displays, opened and closed."""
    nbformat: Any = import_module("nbformat.v4")
    title = nbformat.new_markdown_cell
    whole = report(many=20)
    cells: list[Any] = [title("# A report"), shown(whole), title("# Findings"), *map(shown, whole[:18])]
    cells += [title("# A registry"), shown(DEFAULT_RELATIONS)]
    for cell in cells[1:2] + cells[3:5]:
        data = cell.outputs[0].data
        data["text/html"] = data["text/html"].replace("<details", "<details open")
    return nbformat.new_notebook(cells=cells)


def pages() -> Iterator[tuple[str, Any]]:
    """Yield the name and notebook of everything that is looked at."""
    yield "displays", displays()
    nbformat: Any = import_module("nbformat")
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        yield path.stem, nbformat.read(path, as_version=4)


def browse(page: Path, width: int, picture: Path) -> dict[str, Any]:
    """Take a picture of a page, and return what was measured in it."""
    with tempfile.TemporaryDirectory() as profile:
        common = (*BROWSER, f"--user-data-dir={profile}", f"--window-size={width},{HEIGHT}")
        for task in (f"--screenshot={picture}", "--dump-dom"):
            done = subprocess.run(
                [*common, task, page.as_uri()], capture_output=True, text=True, check=True, timeout=120
            )
    note = done.stdout.partition('<pre id="measured" style="display: none;">')[2].partition("</pre>")[0]
    measured: dict[str, Any] = json.loads(unescape(note))
    return measured


def faults(name: str, measured: dict[str, Any]) -> list[str]:
    """Return what a reader would stumble over."""
    found: list[str] = []
    if not measured["displays"]:
        found.append("nothing is displayed")
    if measured["wide"] > 0:
        found.append(f"the page is {measured['wide']} pixels too wide")
    if measured["contrast"] < 3:
        found.append(f"the least contrast is {measured['contrast']}")
    if measured["clipped"]:
        found.append(f"{measured['clipped']} texts are clipped")
    if measured["scripts"] or measured["owned"]:
        found.append("telemetry became HTML")
    if name == "displays" and not measured["stays"]:
        found.append("the hostile command line is not shown as text")
    return found


def render(folder: Path) -> list[str]:
    """Render everything into a folder, and return all faults."""
    nbconvert: Any = import_module("nbconvert")
    folder.mkdir(parents=True, exist_ok=True)
    found: list[str] = []
    for name, notebook in pages():
        for theme in THEMES:
            exporter = nbconvert.HTMLExporter(theme=theme)
            exporter.mathjax_url = exporter.require_js_url = exporter.jquery_url = (
                ""  # nothing from the network
            )
            html, _ = exporter.from_notebook_node(notebook)
            page = folder / f"{name}-{theme}.html"
            page.write_text(html.replace("</body>", f"{MEASURE}</body>"), "utf-8", "backslashreplace")
            for width in WIDTHS:
                measured = browse(page.resolve(), width, (folder / f"{name}-{theme}-{width}.png").resolve())
                found += [f"{name}, {theme}, {width}: {fault}" for fault in faults(name, measured)]
                sys.stdout.write(f"{name} {theme} {width}: {json.dumps(measured)}\n")
    return found


if __name__ == "__main__":
    if shutil.which("chromium") is None:
        sys.exit("there is no chromium on the path")
    sys.exit("\n".join(render(Path(sys.argv[1]))) or 0)
