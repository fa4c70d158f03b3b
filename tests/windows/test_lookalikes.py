"""Names that imitate a watched one are found, honest names are not, and a miss is cheap."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parentchild import catalog
from parentchild.relations.evaluation import Reason, Verdict
from parentchild.windows.lookalikes import imitated
from parentchild.windows.names import image_name
from parentchild.windows.unicode_tables import LOOK_LIKE, SHOW_NOTHING

GUARDED = catalog.DEFAULT_RELATIONS.compiled.protected_names

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
    "svchost32.exe": "svchost.exe",
    "svchost64.exe": "svchost.exe",
    "svchost_x64.exe": "svchost.exe",
    "SERVICES64.EXE": "services.exe",
    "csrss-32.exe": "csrss.exe",
    "smss32.exe": "smss.exe",
    "spoolsv64.exe": "spoolsv.exe",
    "taskhostex64.exe": "taskhostex.exe",
    "lsas\u0455 64.exe": "lsass.exe",
}
COPIES = {
    "svchost(1).exe": "svchost.exe",
    "svchost (12).exe": "svchost.exe",
    "svchost[1].exe": "svchost.exe",
    "svchost-2.exe": "svchost.exe",
    "svchost - copy.exe": "svchost.exe",
    "svchost - kopie (2).exe": "svchost.exe",
    "svchost - copy - copy.exe": "svchost.exe",
    "svch0st (1).exe": "svchost.exe",
    "scvhost_1.exe": "svchost.exe",
    "svchost64(1).exe": "svchost.exe",
    "svchost (1).scr": "svchost.exe",
    "svchost.exe (1)": "svchost.exe",
    "lsass(1).exe": "lsass.exe",
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
    "sv\u03f2host.exe": "svchost.exe",  # Greek lunate sigma
    "svch\u0585st.exe": "svchost.exe",  # Armenian
    "svch\u2c9fst.exe": "svchost.exe",  # Coptic
    "\u13da\u13d9chost.exe": "svchost.exe",  # Cherokee
    "\ua4e2vchost.exe": "svchost.exe",  # Lisu
    "\U0001d42cvchost.exe": "svchost.exe",  # mathematical
    "\u24e2vchost.exe": "svchost.exe",  # in a circle
    "ls\u1d00ss.exe": "lsass.exe",  # small capital
    "\u043ds\u0430ss.exe": "lsass.exe",  # look-alikes and a slip
    "\u03c9inlogon.exe": "winlogon.exe",  # omega
    "s\u0475chost.exe": "svchost.exe",  # Izhitsa
    "\u03c3\u03b5rvic\u03b5s.exe": "services.exe",  # more than one reading
    "svch\u03c3st.exe": "svchost.exe",  # the other reading of sigma
    "con\u03c3\u03b5nt.exe": "consent.exe",
    "svchost\u2024exe": "svchost.exe",  # one dot leader
    "svchost\uff0eexe": "svchost.exe",  # full-width stop
    "services\u2800.exe": "services.exe",  # empty braille pattern
    "svc\u3164host.exe": "svchost.exe",  # Hangul fillers
    "svc\u115fhost.exe": "svchost.exe",
    "svc\uffa0host.exe": "svchost.exe",
    "svc\u2065host.exe": "svchost.exe",  # not assigned, but ignored
    "svc\ue000host.exe": "svchost.exe",  # private use
    "svc\U000f0000host.exe": "svchost.exe",
    "svc\U000e0041host.exe": "svchost.exe",  # a tag
    "svc\ufe0fhost.exe": "svchost.exe",  # variation selector
    "svc\u180ehost.exe": "svchost.exe",  # Mongolian vowel separator
    "svc\u00adhost.exe": "svchost.exe",  # soft hyphen
    "svc\ufffdhost.exe": "svchost.exe",  # what replaces what could not be read
    "svc\ufffchost.exe": "svchost.exe",
    "svc\x01host.exe": "svchost.exe",  # control characters
    "svc\x7fhost.exe": "svchost.exe",
    "\u2067svchost.exe": "svchost.exe",  # an isolate turns no letters
    "\u2066svchost.exe\u2069": "svchost.exe",
    "\u202eexe.tsohcvs": "svchost.exe",
    "svchost" + "\u200b" * 200 + ".exe": "svchost.exe",  # padded past any limit
    "\u3164" * 3_000 + "svchost.exe": "svchost.exe",
    "svchost" + " " * 200 + ".exe": "svchost.exe",
    "svchost" + "\u00a0" * 200 + ".exe": "svchost.exe",
    "lsm\u200b.exe": "lsm.exe",
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
    "svchost": "svchost.exe",
    "svchost.com": "svchost.exe",
    "svchost.scr": "svchost.exe",
    "svchost.pif": "svchost.exe",
    "svchost.bat": "svchost.exe",
    "svchost.cmd": "svchost.exe",
    "svchost. com": "svchost.exe",
    "scvhost" + " " * 200 + ".exe": "svchost.exe",
    "svch0st.scr": "svchost.exe",
    "svchost.exe.bat": "svchost.exe",
    "svchost.exe.txt": "svchost.exe",  # what starts a process need not look at its extension
    "svchost.exe" + " " * 200 + ".txt": "svchost.exe",
    "lsass.exe.tar.gz": "lsass.exe",
    "svchost.exe -k netsvcs.exe": "svchost.exe",
    "svchost.exe -k netsvcs": "svchost.exe",
    "svchost.exe*32": "svchost.exe",
    "svchost.exe (deleted)": "svchost.exe",
    "svch0st .exe -p.scr": "svchost.exe",
    "dwm.exe;1": "dwm.exe",
    "(svchost.exe)": "svchost.exe",
    "'lsass.exe'": "lsass.exe",
    "\u201csvch0st.exe\u201d": "svchost.exe",
    "--svchost.exe": "svchost.exe",
    "**svchost.exe -k netsvcs.exe": "svchost.exe",
    "4242 svchost.exe": "svchost.exe",  # as lists of processes show a pid
    "[4242] svchost.exe": "svchost.exe",
    "4242-lsass.exe": "lsass.exe",
    "b'svchost.exe'": "svchost.exe",
    'u"svch0st.exe"': "svchost.exe",
    "name=svchost.exe": "svchost.exe",
    "host process (svchost.exe)": "svchost.exe",
    "&quot;svchost.exe&quot;": "svchost.exe",
    '=hyperlink("x","svchost.exe")': "svchost.exe",
    "svchost[.]exe": "svchost.exe",
    "svchost(dot)exe": "svchost.exe",
    "svchost%2eexe": "svchost.exe",
    "svchost&#46;exe": "svchost.exe",
    "svchost.exe\0evil": "svchost.exe",
    "svchost\u3002exe": "svchost.exe",
    "svchost\uff61exe": "svchost.exe",
    "smss.com": "smss.exe",
    "\u0455vchost.com": "svchost.exe",
    "svchost\u200b": "svchost.exe",
}
HONEST = (
    "svchost.exe",
    "svchost.dll",
    "a.svchost.exe",
    "$$deleteme.svchost.exe.01d7",
    "(nosvchost.exe)",
    "365services.exe",
    "acme services.exe",
    "acme-services.exe",
    "acme_services.exe",
    "file(service).exe",
    "r&d explorer.exe",
    "svchost.log",
    "svchosts-report.exe",
    "svchost.executor.exe",
    "not-svchost.exe-at-all.exe",
    "ctfmonitor.exe",
    "explorer++.exe",
    "dwm64.exe",
    "lsm32.exe",
    "system32.exe",
    "rundll32.exe",
    "service64.exe",
    "restfulservices64.exe",
    "svchost128.exe",
    "services-2019.exe",
    "services - agent.exe",
    "service (1).exe",
    "service-2.exe",
    "explorer (1).exe",
    "svchost(x).exe",
    "(1).exe",
    " - copy.exe",
    "64.exe",
    "dwm",
    "lsm",
    "lsm.com",
    "service",
    "services-report",
    "host",
    "system.exe",
    "\u0441\u0435\u0440\u0432\u0438\u0441.exe",
    "\u03c5\u03c0\u03b7\u03c1\u03b5\u03c3\u03af\u03b1.exe",
    "d\u00e9marrage.exe",
    "\u0e1a\u0e23\u0e34\u0e01\u0e32\u0e23.exe",
    "\u200b",
    "\ue000.exe",
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


@pytest.mark.parametrize(
    ("name", "original"), {**SLIPS, **COPIES, **TWINS, **FOREIGN, **EXTENSIONS}.items(), ids=ascii
)
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


@pytest.mark.parametrize(
    "part", ["svchost.exe", "\u200b", "\u0455", "\u03c3\u03b5\u03b2\u03c9", "\u202e", " ", "\ufdfa"]
)
def test_a_name_without_bounds_costs_nothing(part: str) -> None:
    assert imitated(part * 100_000, GUARDED) is None
    assert imitated(part * 3_000, GUARDED) is None


@pytest.mark.parametrize(
    "name",
    [
        "ctfmonitor.exe",
        "ctfmon64.exe",
        "explorer++.exe",
        "explorerframe.exe",
        "iexplorer-setup.exe",
    ],
)
def test_a_name_that_resembles_by_chance_is_none(name: str) -> None:
    assert imitated(name, frozenset({"ctfmon.exe", "explorer.exe", "consent.exe"})) is None


def test_what_every_character_shows_is_known_and_settled() -> None:
    for code_point in range(0x10000):  # lone surrogates among them
        shown = imitated("svchost" + chr(code_point) + ".exe", frozenset({"svchost.exe"}))
        assert shown in {None, "svchost.exe"}
    assert imitated("svc\ud800host.exe", frozenset({"svchost.exe"})) == "svchost.exe"


def test_all_that_unicode_ignores_by_default_is_seen_through() -> None:
    for first, last in SHOW_NOTHING:
        for code_point in (first, last):
            assert imitated(f"svc{chr(code_point)}host.exe", frozenset({"svchost.exe"})) == "svchost.exe"


def test_all_that_looks_like_a_letter_is_seen_through() -> None:
    for text, characters in LOOK_LIKE.items():
        name = f"acme{text}corp.exe"
        for character in characters:
            assert imitated(f"acme{character}corp.exe", frozenset({name})) == name


def test_a_look_alike_is_a_finding_with_the_name_that_it_imitates() -> None:
    evaluation = catalog.DEFAULT_RELATIONS.evaluate("scvhost.exe", "services.exe")
    assert evaluation.verdict is Verdict.MISMATCH
    assert evaluation.reasons == (Reason.LOOKALIKE,)
    assert evaluation.imitates == "svchost.exe"


def test_allowing_is_not_needed_for_a_watched_name() -> None:
    """taskhost, taskhostw and taskhostex are near each other, and each is judged by its own relation."""
    for name in ("taskhost.exe", "taskhostw.exe", "taskhostex.exe"):
        assert Reason.LOOKALIKE not in catalog.DEFAULT_RELATIONS.evaluate(name, "cmd.exe").reasons


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("exp1orer.exe", "explorer.exe"),
        ("expl0rer.exe", "explorer.exe"),
        ("\u0435xplorer.exe", "explorer.exe"),
        ("explorer .exe", "explorer.exe"),
        ("\u0455ystem", "system"),
        ("\u0441md.exe", "cmd.exe"),
        ("crnd.exe", None),  # three letters tell too little without a disguise
        ("explorers.exe", None),
        ("exlporer.exe", None),
        ("explorer64.exe", None),
        ("explorer++.exe", None),
        ("system.exe", None),
        ("explorer.exe", None),
    ],
)
def test_of_a_placed_name_only_what_looks_the_same_is_an_imitation(name: str, original: str | None) -> None:
    placed = frozenset({"explorer.exe", "cmd.exe", "system"})
    assert imitated(name, GUARDED, placed) == original
    assert imitated(name, frozenset(), placed) == original


def test_a_protected_name_is_imitated_before_a_placed_one() -> None:
    assert imitated("1sass.exe", frozenset({"lsass.exe"}), frozenset({"isass.exe"})) == "lsass.exe"
