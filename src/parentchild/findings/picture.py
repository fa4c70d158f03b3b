"""The picture of a chain: a box for each process, and under the wrong one what would have been right."""

from __future__ import annotations

from typing import Final

from parentchild.display.markup import LINE, RIGHT, WRONG, Html, code, element, joined, muted, text
from parentchild.findings.chain import Link, links_of
from parentchild.findings.view import FindingView

_NAME: Final = 60
_BESIDE: Final = "display:inline-block;vertical-align:top;max-width:100%"


def chain_html(finding: FindingView) -> Html:
    """Return the chain of a finding, from left to right; it breaks into lines where it is narrow."""
    drawn: list[Html] = []
    arrow = element("span", text("→"), style=f"{_BESIDE};padding:6px 6px")
    for link in links_of(finding):
        drawn.append(_box(link))
        if link.role not in {"creator", "child"}:
            drawn.append(arrow)
        elif link.role == "creator":
            named = element("span", text("named"), style="opacity:0.75")
            drawn.append(element("span", named, style=f"{_BESIDE};padding:6px 6px"))
    return element("div", *drawn, style="margin:2px 0")


def _box(link: Link) -> Html:
    border = f"2px solid {WRONG}" if link.faults else f"1px solid {LINE}"
    pid = dict(link.details).get("pid")
    inside = [
        muted(text(link.role)),
        Html("<br>"),
        code(link.name, _NAME),
        *((Html("<br>"), muted(code(f"= {link.spelling}", _NAME))) if link.spelling else ()),
        *((Html(" "), muted(text(pid))) if pid else ()),
        *((Html("<br>"), muted(text(link.note))) if link.note else ()),
        *((Html("<br>"), text(", ".join(link.faults))) if link.faults else ()),
    ]
    frame = "display:inline-block;border-radius:4px;padding:2px 8px;max-width:100%;box-sizing:border-box"
    box = element("div", *inside, style=f"{frame};border:{border}")
    if not link.instead:
        return element("div", box, style=f"{_BESIDE};margin:2px 0")
    names = joined([code(each, _NAME) for each in link.instead], " or ")
    beside = element(
        "div",
        muted(text(link.instead_label)),
        Html("<br>"),
        names,
        style=f"{frame};border:1px dashed {RIGHT};margin-top:3px",
    )
    return element("div", box, Html("<br>"), beside, style=f"{_BESIDE};margin:2px 0")
