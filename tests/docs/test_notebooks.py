"""The notebooks run from top to bottom, and show what they are kept with; pictures are not compared."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")
pytest.importorskip("matplotlib")
pytest.importorskip("pandas")
pytest.importorskip("narwhals")

NOTEBOOKS = sorted((Path(__file__).parents[2] / "docs" / "notebooks").glob("*.ipynb"))


def shown(notebook: Any) -> list[str]:
    """Return what each cell of code shows, as text."""
    return ["".join(map(text_of, cell.outputs)) for cell in notebook.cells if cell.cell_type == "code"]


def text_of(output: Any) -> str:
    """Return an output as text and HTML; of a picture only that it is one."""
    if output.output_type == "stream":
        return str(output.text)
    data = output.get("data", {})
    return "a picture" if "image/png" in data else f"{data.get('text/plain')}\n{data.get('text/html')}"


@pytest.mark.filterwarnings("default")  # of the kernel's own libraries
@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_a_notebook_shows_what_it_is_kept_with(path: Path) -> None:
    nbformat: Any = import_module("nbformat")
    nbclient: Any = import_module("nbclient")
    kept = nbformat.read(path, as_version=4)
    again = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(again, timeout=300, kernel_name="python3").execute()
    assert shown(kept) == shown(again), "run python docs/run_notebooks.py"
    for cell in kept.cells:
        for output in cell.get("outputs", []):
            assert "application/json" not in output.get("data", {})


def test_there_are_three_notebooks() -> None:
    names = ["hunting_a_fleet", "hunting_an_evtx_folder", "tuning_with_families"]
    assert [path.stem for path in NOTEBOOKS] == names
