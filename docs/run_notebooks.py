"""Run the notebooks again and keep what they show: `python docs/run_notebooks.py [name ...]`.

Each runs in a fresh kernel with the checkout's own library. Times of execution are not kept.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import nbclient
import nbformat

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "docs" / "notebooks"


def run(path: Path) -> None:
    """Run one notebook and write it back."""
    notebook: Any = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, path)


if __name__ == "__main__":
    os.environ["PYTHONPATH"] = str(ROOT / "src")
    for each in sorted(NOTEBOOKS.glob("*.ipynb")):
        if not sys.argv[1:] or each.stem in sys.argv[1:]:
            run(each)
            print(each.name)
