r"""Cells: texts as tables, spreadsheets and shells leave them, read as what they were.

JSON that was written into a CSV keeps its doubled backslashes; Kibana puts an apostrophe before a cell that a
spreadsheet would take for a formula, and others write `="0042"`, the formula of a text, so that a spreadsheet
leaves it alone; Windows puts U+200E around the parts of a date. Marks of direction are dropped from times and
numbers only: in a name they may be a disguise, and stay.
"""

from __future__ import annotations

import re

_RUN = re.compile(r"\\{2,}")
_ODD = re.compile(r"(?<!\\)(?:\\\\)*\\(?!\\)")
_LEAD = re.compile(r'["\s]*(\\*)')
_ESCAPED_ROOT = re.compile(
    r'["\s]*\\\\(?:device|systemroot|\?\?|globalroot|dosdevices|windows|program files(?: \(x86\))?'
    r"|users)\\\\",
    re.IGNORECASE,
)
_ESCAPED_ACCOUNT = re.compile(r"([^\\]+)\\\\([^\\]+)")
_FORMULA = re.compile(r"'[=+\-@]")
_FORMULA_OF_TEXT = re.compile(r'="(.+)"', re.DOTALL)  # no file name and no account holds a quote
_DROPPED = "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"
_BLANKS = "\u00a0\u2009\u202f"
_MARKS = str.maketrans(_BLANKS, " " * len(_BLANKS), _DROPPED)


def unmarked(text: str) -> str:
    r"""Return a time or a number without marks of direction or a formula around it, and with plain blanks.

    >>> unmarked("\u200e2024-06-10 10:30:00\u202fAM")
    '2024-06-10 10:30:00 AM'
    """
    if text[:2] == '="':
        text = plain_text(text)
    return text if text.isascii() else text.translate(_MARKS)


def plain_text(text: str) -> str:
    r"""Return a text as it was before it was written into a cell.

    Backslashes are halved only where a drive is followed by two and every run of them is even: then the
    whole text was escaped. A lone UNC path or a quoted argument is left alone.

    >>> plain_text(r"C:\\Windows\\svchost.exe -k netsvcs"), plain_text("'-k"), plain_text('="a ""b"" c"')
    ('C:\\Windows\\svchost.exe -k netsvcs', '-k', 'a "b" c')
    """
    if text[:1] == "'" and _FORMULA.match(text):
        text = text[1:]
    elif (quoted := _FORMULA_OF_TEXT.fullmatch(text)) is not None:
        text = quoted[1].replace('""', '"')
    if ":\\\\" in text and _ODD.search(text) is None:
        return text.replace("\\\\", "\\")
    return text


def plain_path(text: str) -> str:
    r"""Return a path with single separators; two stay at the start of a UNC path.

    Windows itself takes a run of separators within a path for one.

    >>> plain_path(r"C:\\Windows\\\\explorer.exe"), plain_path(r"\\\\server\\share\\x.exe")
    ('C:\\Windows\\explorer.exe', '\\\\server\\share\\x.exe')
    >>> plain_path(r"\\Device\\HarddiskVolume3\\x.exe"), plain_path(r"\\server\share\x.exe")
    ('\\Device\\HarddiskVolume3\\x.exe', '\\\\server\\share\\x.exe')
    """
    if "\\\\" not in text:
        return text
    lead = _LEAD.match(text)
    start, end = lead.span(1) if lead else (0, 0)
    separators = text[start:end]
    if len(separators) > 1:
        separators = "\\" if _ESCAPED_ROOT.match(text) and _ODD.search(text) is None else "\\\\"
    return text[:start] + separators + _RUN.sub(r"\\", text[end:])


def plain_account(text: str) -> str:
    r"""Return an account with one separator between domain and name.

    >>> plain_account(r"CORP\\ann")
    'CORP\\ann'
    """
    escaped = _ESCAPED_ACCOUNT.fullmatch(text) if "\\\\" in text else None
    return text if escaped is None else f"{escaped[1]}\\{escaped[2]}"


def command_line(words: list[str]) -> str:
    """Return the command line of a list of arguments; those with blanks are quoted.

    >>> command_line(["C:/a b.exe", "-k"])
    '"C:/a b.exe" -k'
    """
    return " ".join(f'"{word}"' if " " in word or not word else word for word in words)
