"""HTML that notebooks keep, and nothing that telemetry could break out of.

Notebooks clean what they show: JupyterLab drops `<style>`, `<svg>`, scripts, `var(...)` and every property
that is not on its list, so styles are inline and plain. Colours are those of the theme, with grey and a few
accents that can be told apart on light and on dark.
"""

from __future__ import annotations

from html import escape
from typing import Final, NewType

from parentchild.windows.names import printable

Html = NewType("Html", str)
"""Text that is safe to show as HTML: made by `text` and `element` alone."""

LONGEST: Final = 300
"""The most characters of one value that are shown."""

WRONG: Final = "#d1495b"
RIGHT: Final = "#2e9e6b"
LINE: Final = "#888888"

_VOID: Final = Html("")


def shortened(value: str, longest: int = LONGEST) -> str:
    r"""Return `value` as printable text that is no longer than `longest`, and says how much it left out.

    >>> shortened("a" * 10, 4), shortened("a\tb")
    ('aaaa... (6 more)', 'a\\tb')
    """
    kept = printable(value[:longest])
    left = len(value) - longest
    return f"{kept}... ({left} more)" if left > 0 else kept


def text(value: object, longest: int = LONGEST) -> Html:
    """Return a value as text in HTML: shortened, printable, escaped.

    >>> text("<script>alert(1)</script>")
    '&lt;script&gt;alert(1)&lt;/script&gt;'
    """
    return Html(escape(shortened(str(value), longest)))


def element(tag: str, *children: Html, style: str = "", attributes: str = "") -> Html:
    """Return an element. Tag, style and attributes are this library's own words, never telemetry.

    >>> element("b", text("1 < 2"), style="color:red")
    '<b style="color:red">1 &lt; 2</b>'
    """
    styled = f' style="{style}"' if style else ""
    more = f" {attributes}" if attributes else ""
    return Html(f"<{tag}{styled}{more}>{''.join(children)}</{tag}>")


def code(value: object, longest: int = LONGEST) -> Html:
    """Return a value as code that may be broken anywhere."""
    style = "background:none;padding:0;white-space:pre-wrap;word-wrap:break-word;font-size:90%"
    return element("code", text(value, longest), style=style)


def muted(*children: Html) -> Html:
    """Return words in a paler colour."""
    return element("span", *children, style="opacity:0.75;font-size:90%")


def joined(children: list[Html], between: str) -> Html:
    """Return elements one after another; `between` is this library's own words."""
    return Html(between.join(children))


def table(head: tuple[tuple[str, str], ...], rows: list[tuple[Html, ...]]) -> Html:
    """Return a table with a line under each row.

    Args:
        head: the name and the width of each column; a column without a width takes what is left.
        rows: the cells.
    """
    if not rows:
        return _VOID
    cell = f"text-align:left;vertical-align:top;padding:6px 10px 6px 0;border-bottom:1px solid {LINE}"
    tops = (
        element("th", text(name), style=f"{cell};width:{width}" if width else cell) for name, width in head
    )
    body = (
        element(
            "tr",
            *(element("td", each, style=f"{cell};white-space:normal;word-wrap:break-word") for each in row),
        )
        for row in rows
    )
    return element(
        "table",
        element("thead", element("tr", *tops)),
        element("tbody", *body),
        style="border-collapse:collapse;margin:4px 0;width:100%;table-layout:fixed",
    )


def folded(summary: Html, *children: Html) -> Html:
    """Return something that opens when it is clicked; nothing when it is empty."""
    if not any(children):
        return _VOID
    head = element("summary", summary, style="cursor:pointer")
    return element("details", head, *children, style="margin:4px 0")


def bullets(lines: list[Html]) -> Html:
    """Return lines as a list; nothing when there are none."""
    if not lines:
        return _VOID
    items = (element("li", line) for line in lines)
    return element("ul", *items, style="margin:2px 0 6px 0;padding-left:20px")


def number(count: int, noun: str, plural: str = "s") -> str:
    """Return a number with its noun.

    >>> number(1, "row"), number(12_000, "process", "es")
    ('1 row', '12,000 processes')
    """
    return f"{count:,} {noun}{'' if count == 1 else plural}"


def page(*children: Html) -> Html:
    """Return a display: one block in which no mathematics is looked for, since command lines have dollars."""
    return element(
        "div",
        *children,
        style="max-width:100%;line-height:1.4;text-align:left;word-wrap:break-word",
        attributes='class="tex2jax_ignore mathjax_ignore"',
    )


def more(shown: int, total: int, noun: str) -> Html:
    """Return how many were left out; nothing when none were."""
    if total <= shown:
        return _VOID
    return element("div", muted(text(f"... {total - shown:,} more {noun}")))
