"""Every block of Python in the documents runs, and what it prints is what the document says.

A block of `text` right after a block of Python that printed something is what it must have printed. A block
below the comment `<!-- needs: pandas -->` runs where pandas is installed. `notest` after the language keeps a
block from being run.
"""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterable
from contextlib import redirect_stdout
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

sybil = pytest.importorskip("sybil")

ROOT = Path(__file__).parents[2]
OWN = ("README.md", "CONTRIBUTING.md")
DOCUMENTS = [ROOT / name for name in OWN] + sorted((ROOT / "docs").rglob("*.md"))
BLOCK = re.compile(
    r"^(?:<!-- needs: (?P<needs>[\w, ]+) -->\n+)?^```(?P<language>python|text)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def regions(document: Any) -> Iterable[Any]:
    """Find the blocks of a document."""
    for match in BLOCK.finditer(document.text):
        yield sybil.Region(match.start(), match.end(), match.groupdict(), evaluate)


def evaluate(example: Any) -> str | None:
    """Run a block, or compare it with what the last one printed."""
    block, space = example.parsed, example.namespace
    if not all(find_spec(name.strip()) for name in (block["needs"] or "").split(",") if name.strip()):
        space["printed"] = ""
        return None
    if block["language"] == "text":
        printed, space["printed"] = space.get("printed", ""), ""
        return None if not printed or printed == block["body"] else f"it printed\n{printed}"
    if block["body"].startswith(">>>"):
        return interact(block["body"], space, example.path)
    lines = "\n" * example.line
    told = StringIO()
    with redirect_stdout(told):
        exec(compile(lines + block["body"], example.path, "exec"), space)  # noqa: S102 - that is the test
    space["printed"] = told.getvalue()
    return None


def interact(body: str, space: dict[str, Any], path: str) -> str | None:
    """Run a block that is written as a dialogue."""
    told: list[str] = []
    test = doctest.DocTestParser().get_doctest(body, space, path, path, 0)
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    runner.run(test, out=told.append, clear_globs=False)
    space.update(test.globs)
    return "".join(told) or None


# In a page, as in a notebook, a file that was read is left to be closed by itself.
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.parametrize("path", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS])
def test_every_block_of_a_document_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a page may write the made-up export that it reads
    document = sybil.Sybil(parsers=[regions]).parse(path)
    for example in document.examples():
        example.namespace.setdefault("__name__", "document")
        try:
            told = example.evaluate()
        except AssertionError as error:
            pytest.fail(f"{path.name}, line {example.line}: {error!r}")
        assert told is None, told
