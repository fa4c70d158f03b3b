"""The prefilter lets through what could matter, and nothing that is settled by names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parentchild import DEFAULT_RELATIONS, SEED_RELATIONS, Detector, Process, Verdict
from parentchild.relations.evaluation import evaluate
from parentchild.relations.prefilter import EVALUATE, Answer, Prefilter

SEED = Prefilter(SEED_RELATIONS.table, evidence=frozenset({"werfault.exe"}))
DEFAULT = Prefilter(DEFAULT_RELATIONS.table)
SYSTEM32 = r"C:\Windows\System32"


@pytest.mark.parametrize(
    ("child", "parent", "answer"),
    [
        ("notepad.exe", "explorer.exe", Verdict.UNWATCHED),
        ("svchost.exe", "services.exe", Verdict.EXPECTED),
        ("SVCHOST.EXE", "Services.exe", Verdict.EXPECTED),
        ("svchost.exe", "explorer.exe", EVALUATE),
        ("svchost.exe", "?", EVALUATE),
        ("svchost.exe", None, EVALUATE),
        ("WerFault.exe", "svchost.exe", EVALUATE),
        (None, "services.exe", EVALUATE),
        (7, "services.exe", EVALUATE),
        (["svchost.exe"], "services.exe", EVALUATE),
        ("svchost.exe", {}, EVALUATE),
    ],
)
def test_names_settle_what_they_can(child: Any, parent: Any, answer: Answer) -> None:
    for _ in range(2):  # the second answer comes from memory
        assert SEED.answer(child, parent) is answer
        assert SEED.created(child, parent) is (answer is EVALUATE)


@pytest.mark.parametrize(
    ("child", "parent", "open_"),
    [
        ("svchost.exe", "services.exe", True),
        (rf"{SYSTEM32}\svchost.exe", rf"{SYSTEM32}\services.exe", False),
        (rf"{SYSTEM32}\svchost.exe", "services.exe", True),
        (r"C:\Temp\svchost.exe", rf"{SYSTEM32}\services.exe", True),
        ("cmd.exe", "lsass.exe", True),
        ("scvhost.exe", "explorer.exe", True),
    ],
)
def test_full_paths_settle_what_depends_on_directories(child: str, parent: str, open_: bool) -> None:  # noqa: FBT001
    assert DEFAULT.created(child, parent) is open_


@pytest.mark.parametrize(
    ("source", "matters"),
    [
        ("WerFault.exe", True),
        (r"C:\Temp\WERFAULT.EXE", True),
        ("csrss.exe", False),
        (None, True),
        (7, True),
        ([], True),
    ],
)
def test_only_threads_by_the_crash_handler_matter(source: Any, matters: bool) -> None:  # noqa: FBT001
    for _ in range(2):
        assert SEED.thread(source) is matters


def test_a_detector_that_resolves_parents_needs_every_start_and_exit() -> None:
    prefilter = Detector(resolve_parents=True).prefilter
    assert prefilter.created("notepad.exe", "explorer.exe")
    assert prefilter.exits
    assert not Detector().prefilter.exits


NAMES = st.one_of(
    st.sampled_from(
        [
            "svchost.exe",
            "Services.exe",
            rf"{SYSTEM32}\svchost.exe",
            rf"{SYSTEM32}\services.exe",
            "cmd.exe",
            "csrss.exe",
        ]
    ),
    st.text(max_size=12),
)


@given(NAMES, NAMES, st.sampled_from([DEFAULT, SEED]))
def test_what_is_screened_out_is_never_a_finding(child: str, parent: str, prefilter: Prefilter) -> None:
    answer = prefilter.answer(child, parent)
    table = (DEFAULT_RELATIONS if prefilter is DEFAULT else SEED_RELATIONS).table
    for child_path in (None, r"C:\Temp\x.exe"):
        for parent_path in (None, r"C:\Temp\x.exe"):
            if ("\\" in child and child_path) or ("\\" in parent and parent_path):
                continue  # a name that is a path says already where it lies
            verdict = evaluate(
                table, Process(child, path=child_path), Process(parent, path=parent_path)
            ).verdict
            if answer is Verdict.UNWATCHED and "\\" not in parent:
                assert verdict is Verdict.UNWATCHED
            if answer is Verdict.EXPECTED:
                assert verdict is Verdict.EXPECTED


@given(
    st.text(alphabet="aAbZ09_-. \\/:\"'", max_size=12) | st.text(max_size=8), st.sampled_from([DEFAULT, SEED])
)
def test_a_child_that_needs_no_look_at_its_parent_is_unwatched(child: str, prefilter: Prefilter) -> None:
    prefilter.answer(child, "explorer.exe")
    if prefilter.memo.get(child, {}) is None:
        for parent in ("explorer.exe", "lsass.exe", "", "?"):
            for path in (None, rf"{SYSTEM32}\svchost.exe"):
                verdict = evaluate(
                    prefilter._table, Process(child, path=path), Process(parent, pid=4)
                ).verdict
                assert verdict is Verdict.UNWATCHED


PLACES = st.sampled_from([None, "", SYSTEM32, rf"{SYSTEM32}\svchost.exe", r"C:\Temp\svchost.exe", r"C:\Temp"])


@given(NAMES, PLACES, NAMES, PLACES, st.sampled_from([None, "x", "/RegServer"]))
def test_what_names_and_paths_settle_is_settled_whatever_else_is_known(
    child: str, child_path: str | None, parent: str, parent_path: str | None, command_line: str | None
) -> None:
    if DEFAULT.answer_with_paths(child, child_path, parent, parent_path) is Verdict.EXPECTED:
        started = Process(
            child, path=child_path or None, command_line=command_line, signer="x", integrity="Low"
        )
        starter = Process(parent, path=parent_path or None, command_line=command_line, signer="x")
        assert evaluate(DEFAULT_RELATIONS.table, started, starter).verdict is Verdict.EXPECTED
