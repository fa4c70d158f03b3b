"""The documents' code runs, and the worked example is a test file that passes."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from parentchild import DEFAULT_RELATIONS

DOCUMENT = Path(__file__).parents[2] / "docs" / "testing.md"
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def told() -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Run the document; return its names, and each text that it shows with what was printed instead."""
    names: dict[str, Any] = {}
    shown: list[tuple[str, str]] = []
    printed = StringIO()
    for language, body in BLOCK.findall(DOCUMENT.read_text(encoding="utf-8")):
        if language == "text":
            shown.append((printed.getvalue(), body))
            continue
        printed = StringIO()
        with redirect_stdout(printed):
            exec(compile(body, str(DOCUMENT), "exec"), names)  # noqa: S102 - that is the test
    return names, shown


NAMES, SHOWN = told()
TESTS: dict[str, Callable[[], object]] = {
    name: value for name, value in NAMES.items() if name.startswith("test_")
}


@pytest.mark.parametrize("name", TESTS)
def test_each_test_of_the_worked_example_passes(name: str) -> None:
    TESTS[name]()


def test_the_worked_example_has_tests_that_can_fail() -> None:
    assert len(TESTS) == 6
    NAMES["TUNED"] = DEFAULT_RELATIONS.without("lsass.exe")
    with pytest.raises(AssertionError, match="missing"):
        NAMES["test_the_agent_may_start_nothing_else"]()
    NAMES["TUNED"] = DEFAULT_RELATIONS.allow("svchost.exe", "acme.exe", why="as before")


@pytest.mark.parametrize(("printed", "said"), SHOWN)
def test_the_document_shows_what_its_code_prints(printed: str, said: str) -> None:
    assert printed == said
