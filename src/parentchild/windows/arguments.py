r"""Command lines: their arguments, and patterns that match arguments as arguments.

A text anywhere in a command line proves nothing: `rundll32.exe evil.dll,Run ShellRefresh` holds every word of
an honest line. So a line is cut as Windows' own C run-time library cuts it (UCRT, since Visual C++ 2008;
Microsoft, "main function and command-line arguments", "Parsing C command-line arguments"):

- The program is the first word. Quotes in it protect spaces, a backslash in it is only a backslash.
- Spaces and tabs outside of quotes separate arguments, and nothing else does.
- 2n backslashes before a quote are n backslashes and the quote counts; 2n+1 are n and the sign `"`.
- Two quotes inside of quotes are the sign `"`. A missing closing quote is at the end of the line.

The program alone is read more kindly, since what follows it depends on where it ends:

- A quote that opens the line and is never closed is left out. Windows would take the whole line as the
  program, yet services whose registered line lacks the quote are started by that line all the same.
- A full path without quotes may hold spaces. CreateProcess tries each space as its end and takes the first
  file that exists. Here it ends with the first word that ends in a runnable extension, if no word before that
  begins with `-` or `/`; else with its first word.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

import attrs

from parentchild.errors import InvalidArgument
from parentchild.windows.names import RUNNABLE, fold
from parentchild.windows.stars import STAR, fits

_LONGEST: Final = 32_767  # characters that Windows takes as a command line
_BLANK: Final = " \t"
_WORD: Final = re.compile(r'(?:[^ \t"]|"[^"]*(?:"|\Z))+')
_NEXT_WORD: Final = re.compile(r"[ \t]+([^ \t]+)")
_BARE: Final = re.compile(r"[^ \t]+")
_PIECE: Final = re.compile(r'(\\*)("+)|([ \t]+)|(\\+|[^ \t\\"]+)')  # backslashes and quotes, blanks, all else
_ANCHOR: Final = "^"


def arguments_of(command_line: str) -> tuple[str, ...]:
    r"""Return the program and the arguments of a command line, as the module describes.

    Of a line longer than Windows allows only what it would allow is read.

    Cost: linear in the length of the line; a few microseconds for a usual one.

    >>> arguments_of(r'"C:\Program Files\a b.exe" -k "net svcs" C:\x\ \"q\"')
    ('C:\\Program Files\\a b.exe', '-k', 'net svcs', 'C:\\x\\', '"q"')
    >>> arguments_of(r"C:\Program Files\a b.exe -k netsvcs")
    ('C:\\Program Files\\a b.exe', '-k', 'netsvcs')
    """
    text = command_line[:_LONGEST].strip(_BLANK)
    if not text:
        return ()
    program, rest = _program_and_rest(text)
    return (program, *_cut(rest))


def folded_arguments(command_line: str) -> tuple[str, ...]:
    """Return the arguments after the program with their ASCII letters folded, as patterns compare them."""
    return _folded_arguments(command_line[:_LONGEST])


@lru_cache(maxsize=32)  # few, since lines come from outside: several conditions ask about one line
def _folded_arguments(command_line: str) -> tuple[str, ...]:
    return tuple(map(fold, arguments_of(command_line)[1:]))


@attrs.frozen
class ArgumentPattern:
    """Arguments that must stand one after another.

    Args:
        arguments: the folded arguments; a `*` within one stands for any run of characters.
        is_anchored: whether they must be the first ones.
    """

    arguments: tuple[str, ...]
    is_anchored: bool

    def matches(self, arguments: tuple[str, ...]) -> bool:
        """Tell whether arguments from `folded_arguments` match."""
        wanted = self.arguments
        places = len(arguments) - len(wanted) + 1
        for at in range(min(places, 1) if self.is_anchored else places):
            if all(map(fits, wanted, arguments[at : at + len(wanted)])):
                return True
        return False


@lru_cache(maxsize=1024)  # patterns come from relations, never from a row
def compiled(pattern: str) -> ArgumentPattern:
    r"""Return the compiled form of a pattern as a relation writes it.

    A pattern is cut into arguments by the rules of a command line. They must occur one after another among
    the arguments after the program, in any case of the letters A to Z. A `*` within one stands for any
    run of characters, an argument `*` for any argument. One that begins with `^ ` must match right after the
    program.

    >>> compiled("^ -k *").matches(("-k", "netsvcs")), compiled("^ -k *").matches(("x", "-k", "netsvcs"))
    (True, False)
    >>> compiled("/processid:*").matches(("/processid:{3ad05575-8857-4850-9277-11b85bdb8e09}",))
    True

    Raises:
        InvalidArgument: the pattern holds no argument.
    """
    first, _, rest = pattern.strip(_BLANK).partition(" ")
    is_anchored = first == _ANCHOR
    arguments = tuple(map(fold, _cut(rest if is_anchored else pattern)))
    if not arguments:
        raise InvalidArgument("pattern", pattern, "holds no argument; write one such as '-k netsvcs'")
    return ArgumentPattern(arguments, is_anchored)


def service_of(command_line: str) -> tuple[str | None, str | None]:
    r"""Return the folded group (`-k`) and service (`-s`) of a service host's command line.

    Each is None where it is not told, and where it is told twice in different words: Windows never does that.

    >>> service_of(r"C:\Windows\System32\svchost.exe -k DcomLaunch -p -s LSM")
    ('dcomlaunch', 'lsm')
    >>> service_of("svchost.exe"), service_of("svchost.exe -k a -k b")
    ((None, None), (None, None))
    """
    arguments = folded_arguments(command_line)
    return _value_of("-k", arguments), _value_of("-s", arguments)


def _value_of(switch: str, arguments: tuple[str, ...]) -> str | None:
    told = {
        value for argument, value in pairwise(arguments) if argument == switch and value and value[0] != "-"
    }
    return told.pop() if len(told) == 1 else None


@lru_cache(maxsize=1024)  # as above
def pattern_regex(pattern: str) -> str:
    r"""Return a regular expression (RE2) that finds the arguments of a pattern in a folded command line.

    It is for query languages, which cannot cut a line: it agrees with `compiled` on lines whose arguments are
    quoted as a whole or not at all.

    >>> pattern_regex("-k netsvcs")
    '[ \\t]"?\\-k"?[ \\t]+"?netsvcs"?(?:[ \\t]|$)'
    >>> pattern_regex("^ /processid:*")
    '^(?:"[^"]*"|[^ \\t"]+)[ \\t]+"?/processid:[^"]*"?(?:[ \\t]|$)'

    Raises:
        InvalidArgument: the pattern holds no argument.
    """
    form = compiled(pattern)
    words = (f'"?{_regex_of(argument)}"?' for argument in form.arguments)
    before = r'^(?:"[^"]*"|[^ \t"]+)[ \t]+' if form.is_anchored else r"[ \t]"
    return before + r"[ \t]+".join(words) + r"(?:[ \t]|$)"


def _regex_of(argument: str) -> str:
    if argument == STAR:
        return r'[^ \t"]+'
    return '[^"]*'.join(map(re.escape, argument.split(STAR)))


def _program_and_rest(text: str) -> tuple[str, str]:
    if text[0] == '"' and '"' not in text[1:]:
        text = text[1:].lstrip(_BLANK)
    word = _WORD.match(text)
    if word is None:
        return "", ""
    end = word.end()
    is_full_path = word[0][0] == "\\" or word[0][1:2] == ":"
    if is_full_path and '"' not in word[0] and not _is_runnable(word[0]):
        end = _end_of_spaced_program(text, end)
    return text[:end].replace('"', ""), text[end:]


def _end_of_spaced_program(text: str, end: int) -> int:
    """Return where a program ends whose path has spaces but no quotes, or `end`, that of its first word."""
    at = end
    while word := _NEXT_WORD.match(text, at):
        if word[1][0] in "-/" or '"' in word[1]:
            break
        at = word.end()
        if _is_runnable(word[1]):
            return at
    return end


def _is_runnable(word: str) -> bool:
    _, dot, extension = fold(word).rpartition(".")
    return dot != "" and extension in RUNNABLE


def _cut(text: str) -> list[str]:
    """Return the arguments of what follows the program."""
    if '"' not in text:  # nearly always
        return _BARE.findall(text)
    arguments: list[str] = []
    current: list[str] | None = None  # None between arguments; an empty list is one that is empty
    quoted = False
    for slashes, quotes, blank, plain in _PIECE.findall(text):
        if blank and not quoted:
            if current is not None:
                arguments.append("".join(current))
            current = None
            continue
        current = current or []
        current.append("\\" * (len(slashes) // 2) + blank + plain)
        is_sign = len(slashes) % 2 == 1
        for at, _ in enumerate(quotes):
            if is_sign:
                current.append('"')
                is_sign = False
            elif quoted and at + 1 < len(quotes):
                is_sign = True
            else:
                quoted = not quoted
    if current is not None:
        arguments.append("".join(current))
    return arguments
