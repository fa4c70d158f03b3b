"""Names that imitate a watched one are found, honest names are not, and a miss is cheap."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parentchild import catalog
from parentchild.relations.evaluation import Reason, Verdict
from parentchild.windows.lookalikes import imitated
from parentchild.windows.names import image_name

GUARDED = catalog.DEFAULT_RELATIONS.table.protected_names

SLIPS = {
    "scvhost.exe": "svchost.exe",
    "svhost.exe": "svchost.exe",
    "svchosts.exe": "svchost.exe",
    "svchosl.exe": "svchost.exe",
    "lsasss.exe": "lsass.exe",
    "lsaas.exe": "lsass.exe",
    "csmss.exe": "csrss.exe",
    "csrs.exe": "csrss.exe",
    "winlogin.exe": "winlogon.exe",
    "spoolsrv.exe": "spoolsv.exe",
    "smsss.exe": "smss.exe",
    "msss.exe": "smss.exe",
    "svchost..exe": "svchost.exe",
    "tashost.exe": "taskhost.exe",
    "rumtimebroker.exe": "runtimebroker.exe",
}
TWINS = {
    "svch0st.exe": "svchost.exe",
    "5vch0st.exe": "svchost.exe",
    "isass.exe": "lsass.exe",
    "1sass.exe": "lsass.exe",
    "w1n1n1t.exe": "wininit.exe",
    "vvinlogon.exe": "winlogon.exe",
    "srnss.exe": "smss.exe",
}
FOREIGN = {
    "\u017fervices.exe": "services.exe",  # long s
    "tas\u212ahostw.exe": "taskhostw.exe",  # Kelvin sign
    "svchost\u200b.exe": "svchost.exe",  # zero-width space
    "svchost\u200f.exe": "svchost.exe",  # right-to-left mark
    "\u0455v\u0441host.exe": "svchost.exe",  # Cyrillic
    "\u0405VCHOST.exe": "svchost.exe",  # Cyrillic, upper case
    "\uff4c\uff53\uff41\uff53\uff53.exe": "lsass.exe",  # full width
    "ls\u03b1\u0455s.exe": "lsass.exe",  # Greek and Cyrillic
    "svch\u00f6st.exe": "svchost.exe",  # an accent
    "svchost\u00a0.exe": "svchost.exe",  # a space that does not break
    "svc\u202eexe.tsoh": "svchost.exe",  # read from right to left: svchost.exe
    "svchost.\u0435xe": "svchost.exe",  # in the extension
    "d\u0461m.exe": "dwm.exe",
}
EXTENSIONS = {
    "svchost.exe.exe": "svchost.exe",
    "svchost.exe.scr": "svchost.exe",
    "lsass.exe.com": "lsass.exe",
    "svchost .exe": "svchost.exe",
    "svchost      .exe": "svchost.exe",
    "svchost.exe                    .exe": "svchost.exe",
    "dwm.exe.exe": "dwm.exe",
    "lsm .exe": "lsm.exe",
}
HONEST = (
    "svchost.exe",
    "svchost",
    "svchost.dll",
    "svchost.com",
    "svchost.pdf.exe",
    "conhost.exe",
    "sihost.exe",
    "explorer.exe",
    "service.exe",
    "content.exe",
    "wininst.exe",
    "sms.exe",
    "lms.exe",
    "ism.exe",
    "dw20.exe",
    "cwm.exe",
    "rsm.exe",
    "smsx.exe",
    "dllhst3g.exe",
    "msmpengcp.exe",
    "wmiapsrv.exe",
    "searchhost.exe",
    "taskmgr.exe",
    "taskeng.exe",
    "winver.exe",
    "wusa.exe",
    "csc.exe",
    "lsaiso.exe",
    "spoolsv.exe",
    "splwow64.exe",
    "\u043f\u0440\u043e\u0433\u0440\u0430\u043c\u043c\u0430.exe",
    "\u5fae\u4fe1.exe",
    "",
    ".exe",
    " ",
)

names = st.sampled_from(sorted(name for name in GUARDED if len(name) > len("smss.exe")))


@pytest.mark.parametrize(("name", "original"), {**SLIPS, **TWINS, **FOREIGN, **EXTENSIONS}.items(), ids=ascii)
def test_disguise_is_seen_through(name: str, original: str) -> None:
    assert imitated(image_name(name), GUARDED) == original


@pytest.mark.parametrize("name", HONEST, ids=ascii)
def test_honest_name_is_none(name: str) -> None:
    assert imitated(name, GUARDED) is None


@given(names, st.integers(0, 20), st.characters(min_codepoint=97, max_codepoint=122))
def test_an_inserted_letter_is_seen_through(name: str, at: int, letter: str) -> None:
    at = min(at, len(name.partition(".")[0]))
    found = imitated(name[:at] + letter + name[at:], GUARDED)
    assert found is not None or name[:at] + letter + name[at:] in GUARDED


@given(names, st.integers(0, 20))
@example("services.exe", 7)
def test_a_lost_letter_is_seen_through_unless_the_rest_is_honest(name: str, at: int) -> None:
    at = min(at, len(name.partition(".")[0]) - 1)
    rest = name[:at] + name[at + 1 :]
    assert imitated(rest, GUARDED) is not None or rest in {"service.exe", *GUARDED}


@given(names, st.integers(0, 20))
def test_swapped_letters_are_seen_through(name: str, at: int) -> None:
    at = min(at, len(name.partition(".")[0]) - 2)
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    assert imitated(swapped, GUARDED) is not None or swapped in GUARDED


@given(st.text(max_size=40))
@example("\x00")
@example("\ud800svchost.exe")
@example("\u202e")
@example("\u202e\u202c.exe")
@example("." * 64)
def test_any_text_has_an_answer(name: str) -> None:
    found = imitated(name, GUARDED)
    assert found is None or found in GUARDED
    assert imitated(name, GUARDED) == found


@given(st.text(max_size=20))
def test_what_is_guarded_imitates_nothing(name: str) -> None:
    assert imitated(name, frozenset({name})) is None


def test_nothing_is_imitated_where_nothing_is_guarded() -> None:
    assert imitated("scvhost.exe", frozenset()) is None


def test_of_two_near_names_the_one_of_the_same_length_is_imitated() -> None:
    assert imitated("csmss.exe", frozenset({"smss.exe", "csrss.exe"})) == "csrss.exe"


def test_a_name_without_bounds_costs_nothing() -> None:
    assert imitated("svchost.exe" * 100_000, GUARDED) is None


def test_a_look_alike_is_a_finding_with_the_name_that_it_imitates() -> None:
    evaluation = catalog.DEFAULT_RELATIONS.evaluate("scvhost.exe", "services.exe")
    assert evaluation.verdict is Verdict.MISMATCH
    assert evaluation.reasons == (Reason.LOOKALIKE,)
    assert evaluation.imitates == "svchost.exe"


def test_allowing_is_not_needed_for_a_watched_name() -> None:
    """taskhost, taskhostw and taskhostex are near each other, and each is judged by its own relation."""
    for name in ("taskhost.exe", "taskhostw.exe", "taskhostex.exe"):
        assert Reason.LOOKALIKE not in catalog.DEFAULT_RELATIONS.evaluate(name, "cmd.exe").reasons
