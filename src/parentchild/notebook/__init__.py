"""Display: findings, reports and registries in notebooks and terminals.

`Report`, `Finding` and `RelationRegistry` show themselves: as HTML in a notebook (`_repr_html_`), as
readable text in IPython (`_repr_pretty_`), and to rich (`__rich_repr__`). This package is loaded when that
happens, and needs nothing beyond this library. All that comes from telemetry is shortened, made printable and
escaped.
"""

from __future__ import annotations

from parentchild.notebook.displays import finding_html, report_html
from parentchild.notebook.plain import finding_text, findings_text
from parentchild.notebook.records import prevalence_of, timeline_of
from parentchild.notebook.registries import registry_html

__all__ = [
    "finding_html",
    "finding_text",
    "findings_text",
    "prevalence_of",
    "registry_html",
    "report_html",
    "timeline_of",
]
