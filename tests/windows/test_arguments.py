"""How a command line is cut into arguments, and which patterns match them: attacks beside honest lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parentchild import InvalidArgument
from parentchild.windows.arguments import arguments_of, compiled, folded_arguments, service_of

# The first six are Microsoft's own examples ("Parsing C command-line arguments").
RULES = {
    '"a b c" d e': ("a b c", "d", "e"),
    r'"ab\"c" "\\" d': ('ab"c', "\\", "d"),
    r'a\\\b d"e f"g h': (r"a\\\b", "de fg", "h"),
    r"a\\\"b c d": (r"a\"b", "c", "d"),
    r'a\\\\"b c" d e': (r"a\\b c", "d", "e"),
    'a"b"" c d': ('ab" c d',),
    "": (),
    "  \t ": (),
    "a\tb  c ": ("a", "b", "c"),
    'a "" b': ("a", "", "b"),
    '""': ("",),
    'a ""': ("a", ""),
    'a "b c': ("a", "b c"),
    'a """b c""" d': ("a", '"b c"', "d"),
    "a\nb\u00a0c": ("a\nb\u00a0c",),
    'a "b"c"d e"': ("a", "bcd e"),
    "a \\ \\\\": ("a", "\\", "\\\\"),
    r'a "\\server\share\\" b': ("a", "\\\\server\\share\\", "b"),
}


@pytest.mark.parametrize(("line", "arguments"), RULES.items(), ids=ascii)
def test_arguments_are_cut_as_the_c_run_time_library_cuts_them(line: str, arguments: tuple[str, ...]) -> None:
    assert arguments_of("x.exe " + line) == ("x.exe", *arguments)


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("", ()),
        (" ", ()),
        ("x.exe", ("x.exe",)),
        (" x.exe -k a", ("x.exe", "-k", "a")),
        (r'"C:\A b\x.exe" -k a', (r"C:\A b\x.exe", "-k", "a")),
        (r'C:\"A b"\x.exe -k', (r"C:\A b\x.exe", "-k")),
        (r'"C:\a\" -k', ("C:\\a\\", "-k")),  # in the program a backslash is only a backslash
        # a quote that is never closed
        (r'"C:\Windows\System32\svchost.exe -k a', (r"C:\Windows\System32\svchost.exe", "-k", "a")),
        ('"', ("",)),
        # spaces without quotes
        (r"C:\Program Files\A b\x.exe /s c.exe", (r"C:\Program Files\A b\x.exe", "/s", "c.exe")),
        (r"C:\Program Files\A\X.EXE", (r"C:\Program Files\A\X.EXE",)),
        (r"C:\Windows\x.exe y.exe", (r"C:\Windows\x.exe", "y.exe")),
        (r"C:\Windows\x -k C:\a\y.exe", (r"C:\Windows\x", "-k", r"C:\a\y.exe")),
        (r'C:\Windows\x "C:\a\y.exe"', (r"C:\Windows\x", r"C:\a\y.exe")),
        (r"C:\Windows\x a b", (r"C:\Windows\x", "a", "b")),
        ("x y.exe z", ("x", "y.exe", "z")),
        ("/c y.exe", ("/c", "y.exe")),
    ],
)
def test_the_program_ends_where_windows_finds_it(line: str, arguments: tuple[str, ...]) -> None:
    assert arguments_of(line) == arguments


GUID = "{3AD05575-8857-4850-9277-11B85BDB8E09}"


@pytest.mark.parametrize(
    ("pattern", "line", "found"),
    [
        ("-k netsvcs", r"C:\Windows\system32\svchost.exe -k NETSVCS -p", True),
        ("-k netsvcs", r"svchost.exe -p -k netsvcs", True),
        ("-k netsvcs", "svchost.exe -k", False),
        ("-k netsvcs", "svchost.exe -k netsvcs2", False),
        ("-k netsvcs", "svchost.exe -k x netsvcs", False),
        ("-k netsvcs", 'svchost.exe "-k netsvcs"', False),
        ("-k netsvcs", "svchost.exe x-k netsvcs", False),
        ("-k netsvcs", "-k netsvcs", False),  # there it is the program
        ("-k *", "svchost.exe -k netsvcs", True),
        ("-k *", "svchost.exe -k", False),
        ("/processid:*", f"DllHost.exe /Processid:{GUID}", True),
        ("/processid:*", f"DllHost.exe x/Processid:{GUID}", False),
        (f"/processid:{GUID}", f'DllHost.exe "/processid:{GUID.lower()}"', True),
        ('"a b" c', 'x.exe "A B" C', True),
        ('"a b" c', "x.exe a b c", False),
        ("*", "x.exe a", True),
        ("*", "x.exe", False),
        ("^ -k *", "svchost.exe -k a", True),
        ("^ -k *", "svchost.exe x -k a", False),
        ("^ -k *", "svchost.exe -k", False),
        ("-\u017f", "x.exe -s", False),
        # the words of an honest line behind a module of the attacker's
        ("^ OneCore.dll,ShellRefresh", "rundll32.exe OneCore.dll,ShellRefresh", True),
        ("^ OneCore.dll,ShellRefresh", r"rundll32.exe C:\a\evil.dll,Run OneCore.dll,ShellRefresh", False),
        ("^ OneCore.dll,ShellRefresh", r"rundll32.exe C:\a\OneCore.dll,ShellRefresh", False),
        ("^ OneCore.dll,ShellRefresh", r'rundll32.exe "evil.dll,Run OneCore.dll,ShellRefresh"', False),
        ("a a b", "x.exe a a a b", True),
        ("-k a", "x.exe -k " + "b" * 40_000 + " -k a", False),  # past what Windows takes
    ],
)
def test_a_pattern_matches_arguments_and_no_loose_text(
    pattern: str,
    line: str,
    found: bool,  # noqa: FBT001
) -> None:
    assert compiled(pattern).matches(folded_arguments(line)) is found


@pytest.mark.parametrize("pattern", ["", " ", "^", "^ ", " ^  "])
def test_a_pattern_without_arguments_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidArgument, match="holds no argument"):
        compiled(pattern)


@pytest.mark.parametrize(
    ("line", "group", "service"),
    [
        (r"C:\WINDOWS\system32\svchost.exe -k netsvcs -p -s Schedule", "netsvcs", "schedule"),
        (r"C:\Windows\system32\svchost.exe -k DcomLaunch", "dcomlaunch", None),
        (r'"C:\Windows\system32\svchost.exe" -K "LocalService" -p', "localservice", None),
        (r'"C:\Windows\system32\svchost.exe -k netsvcs -s BITS', "netsvcs", "bits"),
        ("svchost.exe -k netsvcs -k NetSvcs", "netsvcs", None),
        ("svchost.exe", None, None),
        ("svchost.exe -k", None, None),
        ("svchost.exe -k -p", None, None),
        ("svchost.exe -k netsvcs -k DcomLaunch", None, None),
        ("svchost.exe x-k netsvcs", None, None),
        ('svchost.exe "-k DcomLaunch"', None, None),
        ("-k netsvcs", None, None),
        ("", None, None),
    ],
)
def test_a_service_host_says_its_group_and_service(line: str, group: str | None, service: str | None) -> None:
    assert service_of(line) == (group, service)


@given(st.lists(st.text(alphabet='ab \t"\\', max_size=6), max_size=6))
def test_arguments_that_were_quoted_by_the_rules_come_back(arguments: list[str]) -> None:
    assert arguments_of(" ".join(["x.exe", *map(quoted, arguments)])) == ("x.exe", *arguments)


def quoted(argument: str) -> str:
    """Quote an argument: backslashes before a quote or the end are doubled, and a quote gets one more."""
    text = ""
    backslashes = 0
    for character in argument:
        if character == '"':
            text += "\\" * (backslashes + 1)
        backslashes = backslashes + 1 if character == "\\" else 0
        text += character
    return f'"{text}{chr(92) * backslashes}"'


@given(st.text(alphabet='a.exe \t"\\/-*^') | st.text())
def test_any_line_has_arguments(line: str) -> None:
    arguments = arguments_of(line)
    assert bool(arguments) is bool(line.strip(" \t"))
    service_of(line)
    if len(arguments) > 1:
        assert compiled("*").matches(folded_arguments(line))


@pytest.mark.parametrize("part", ['"', "\\", '\\"', '"" ', " a", "a\t", ' "a', "C:\\a ", "-k a "])
def test_of_an_endless_line_only_what_windows_takes_is_read(part: str) -> None:
    assert sum(map(len, arguments_of("x.exe " + part * 100_000))) <= 32_767
