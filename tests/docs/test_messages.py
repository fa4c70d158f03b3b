"""The page of messages is what the library says now, and no sentence in it is too long."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"
MOST_WORDS = 25
LISTS = re.compile(r"; known are .*|; it has .*|; there are .*|needs [A-Z].*|columns: .*|\(columns: .*?\)")
"""What names many things is not counted: releases, packs, columns."""


@pytest.fixture(scope="module")
def messages() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(DOCS), *sys.path])
        return import_module("messages")


def test_the_page_is_what_the_library_says(messages: Any) -> None:
    assert messages.page() == messages.PAGE.read_text("utf-8"), "run python docs/messages.py"


def test_no_explanation_has_a_sentence_of_more_than_25_words(messages: Any) -> None:
    for what, events in messages.EVENTS.items():
        finding = messages.found(events)
        for text in (finding.explanation, *finding.next_steps, *messages.remedies_of(finding)):
            assert too_long(text) == [], what


def test_no_error_has_a_sentence_of_more_than_25_words(messages: Any) -> None:
    said = [text.partition(": ")[2] for _, _, text in messages.raised()]
    assert [
        found for text in (*said, *(reason for _, reason in messages.written())) for found in too_long(text)
    ] == []


def too_long(text: str) -> list[str]:
    sentences = re.split(r"(?<=[.])\s+", LISTS.sub("", text))
    return [sentence for sentence in sentences if len(sentence.split()) > MOST_WORDS]
