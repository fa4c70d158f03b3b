"""Write src/parentchild/windows/unicode_tables.py from two files of the Unicode Character Database.

    python docs/unicode_tables.py confusables.txt DerivedCoreProperties.txt

The files are https://www.unicode.org/Public/<version>/security/confusables.txt and
https://www.unicode.org/Public/<version>/ucd/DerivedCoreProperties.txt; both must be of one version. Names of
characters come from Python's own `unicodedata`.

Kept is only what a look-alike of a Windows image name can use: characters outside of ASCII that look like
letters, digits or the dot (marks on them left out), and those that show nothing. Where Unicode's prototype is
itself no ASCII letter but is named as a form of one (LATIN LETTER SMALL CAPITAL T), the letter in its name
counts.
"""

from __future__ import annotations

import re
import string
import sys
import unicodedata
from pathlib import Path

TARGET = Path(__file__).parent.parent / "src" / "parentchild" / "windows" / "unicode_tables.py"
LINE = 110
WIDTH = LINE - 10  # the indent and quotes of a line in parentheses
KEPT = frozenset(string.ascii_lowercase + string.digits + ".")
VERSION = re.compile(r"^# (?:Version: |DerivedCoreProperties-)([0-9]+\.[0-9]+\.[0-9]+)", re.MULTILINE)
IGNORABLE = re.compile(r"^([0-9A-F]+)(?:\.\.([0-9A-F]+))? *; *Default_Ignorable_Code_Point *# ", re.MULTILINE)
CONFUSABLE = re.compile(r"^([0-9A-F]+) ;\t([0-9A-F ]+) ;\tMA\t", re.MULTILINE)
FORM_OF_LETTER = re.compile(
    r"LATIN (?:SMALL LETTER|CAPITAL LETTER|LETTER SMALL CAPITAL) ([A-Z])(?: WITH .*)?"
    "|LATIN SMALL LETTER (K)RA"
)

HEADER = '''"""Look-alikes and invisible characters of Unicode {version}; docs/unicode_tables.py writes this.

Do not edit. Derived from confusables.txt (Unicode Technical Standard #39) and from the property
Default_Ignorable_Code_Point; the notice below covers these data.
"""

# UNICODE LICENSE V3
#
# COPYRIGHT AND PERMISSION NOTICE
#
# Copyright (C) 1991-2025 Unicode, Inc.
#
# NOTICE TO USER: Carefully read the following legal agreement. BY DOWNLOADING, INSTALLING, COPYING OR
# OTHERWISE USING DATA FILES, AND/OR SOFTWARE, YOU UNEQUIVOCALLY ACCEPT, AND AGREE TO BE BOUND BY, ALL OF THE
# TERMS AND CONDITIONS OF THIS AGREEMENT. IF YOU DO NOT AGREE, DO NOT DOWNLOAD, INSTALL, COPY, DISTRIBUTE OR
# USE THE DATA FILES OR SOFTWARE.
#
# Permission is hereby granted, free of charge, to any person obtaining a copy of data files and any
# associated documentation (the "Data Files") or software and any associated documentation (the "Software")
# to deal in the Data Files or Software without restriction, including without limitation the rights to use,
# copy, modify, merge, publish, distribute, and/or sell copies of the Data Files or Software, and to permit
# persons to whom the Data Files or Software are furnished to do so, provided that either (a) this copyright
# and permission notice appear with all copies of the Data Files or Software, or (b) this copyright and
# permission notice appear in associated Documentation.
#
# THE DATA FILES AND SOFTWARE ARE PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED,
# INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
# NONINFRINGEMENT OF THIRD PARTY RIGHTS.
#
# IN NO EVENT SHALL THE COPYRIGHT HOLDER OR HOLDERS INCLUDED IN THIS NOTICE BE LIABLE FOR ANY CLAIM, OR ANY
# SPECIAL INDIRECT OR CONSEQUENTIAL DAMAGES, OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR
# PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN
# CONNECTION WITH THE USE OR PERFORMANCE OF THE DATA FILES OR SOFTWARE.
#
# Except as contained in this notice, the name of a copyright holder shall not be used in advertising or
# otherwise to promote the sale, use or other dealings in these Data Files or Software without prior written
# authorization of the copyright holder.

from __future__ import annotations

from typing import Final

UNICODE_VERSION: Final = "{version}"

SHOW_NOTHING: Final = (
{ranges}
)
"""First and last code points of the ranges with the property Default_Ignorable_Code_Point."""

LOOK_LIKE: Final = {{
{looks}
}}
"""Folded ASCII texts, each with the characters that look like it."""
'''


def main(confusables: str, properties: str) -> None:
    looks_text, ignorable_text = (
        Path(each).read_text(encoding="utf-8-sig") for each in (confusables, properties)
    )
    version = version_of(looks_text)
    if version_of(ignorable_text) != version:
        sys.exit("the two files are of different versions of Unicode")
    ranges = "\n".join(f"    (0x{first:04X}, 0x{last:04X})," for first, last in ignorable(ignorable_text))
    looks = "\n".join(rendered(text, sources) for text, sources in sorted(look_alikes(looks_text).items()))
    TARGET.write_text(HEADER.format(version=version, ranges=ranges, looks=looks), encoding="utf-8")


def version_of(text: str) -> str:
    found = VERSION.search(text)
    if found is None:
        sys.exit("a file does not say its version")
    return found[1]


def ignorable(text: str) -> list[tuple[int, int]]:
    """Return the ranges, those that touch as one."""
    ranges: list[tuple[int, int]] = []
    for found in IGNORABLE.finditer(text):
        first, last = int(found[1], 16), int(found[2] or found[1], 16)
        if ranges and ranges[-1][1] + 1 == first:
            first = ranges.pop()[0]
        ranges.append((first, last))
    return ranges


def look_alikes(text: str) -> dict[str, list[str]]:
    """Return folded ASCII texts with the characters outside of ASCII that look like them."""
    looks: dict[str, list[str]] = {}
    seen: set[str] = set()
    for found in CONFUSABLE.finditer(text):
        source = chr(int(found[1], 16))
        shown = in_ascii("".join(chr(int(each, 16)) for each in found[2].split()))
        if not source.isascii() and shown:
            looks.setdefault(shown, []).append(source)
            seen.add(source)
    for source in map(chr, range(0x80, 0x30000)):
        shown = in_ascii(source)
        if source not in seen and shown and unicodedata.normalize("NFKD", source) == source:
            looks.setdefault(shown, []).append(source)
    return {shown: sorted(sources) for shown, sources in looks.items()}


def in_ascii(text: str) -> str:
    """Return what a text shows in folded ASCII, marks left out, or nothing where it shows something else."""
    shown = ""
    for character in text:
        if unicodedata.category(character) in {"Mn", "Me"}:
            continue
        form = FORM_OF_LETTER.fullmatch(unicodedata.name(character, ""))
        folded = (form[1] or form[2] if form else character).lower()
        if folded not in KEPT:
            return ""
        shown += folded
    return shown


def rendered(text: str, sources: list[str]) -> str:
    escaped = [source.encode("unicode_escape").decode("ascii") for source in sources]
    lines = [""]
    for each in escaped:
        if len(lines[-1]) + len(each) > WIDTH:
            lines.append("")
        lines[-1] += each
    inline = f'    "{text}": "{lines[0]}",'
    if len(lines) == 1 and len(inline) <= LINE:
        return inline
    return "\n".join([f'    "{text}": (', *(f'        "{line}"' for line in lines), "    ),"])


if __name__ == "__main__":
    main(*sys.argv[1:])
