"""The docs as a site: `python -m sphinx -n -W -T -b html docs build/docs`."""

from __future__ import annotations

import sys
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from parentchild import __version__

project = "parentchild"
author = "The parentchild maintainers"
copyright = author  # noqa: A001 - Sphinx calls it so
version = release = __version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.intersphinx",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
]
exclude_patterns = ["build"]
html_theme = "furo"
html_title = f"parentchild {release}"
html_static_path = ["static"]
default_role = "code"

myst_heading_anchors = 3
nb_execution_mode = "off"  # the tests run the notebooks; here they are shown as they are kept

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False
python_use_unqualified_type_names = True
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

# The inventory of Python's own names is kept beside this file (`inventories.py` writes it): a build needs no
# network. attrs and narwhals appear in no signature, so there is nothing to link.
intersphinx_mapping = {"python": ("https://docs.python.org/3", "inventories/python.inv")}

nitpicky = True
nitpick_ignore = [
    # What passes between rooms and has no page, since no user makes or reads one.
    ("py:class", "parentchild.findings.devices.DeviceSet"),
    ("py:class", "parentchild.findings.view.FindingView"),
    ("py:class", "parentchild.hunting.frames.selection.Settled"),
    ("py:class", "parentchild.relations.compiled.CompiledRelations"),
    ("py:class", "parentchild.telemetry.envelopes.envelope.Context"),
]

_INLINE = {"attribute", "data", "property"}
_kept: dict[str, list[str]] = {}


def _keep(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Remember a docstring that napoleon would cut at its first colon, as if a type stood before it."""
    del app, obj, options
    if what in _INLINE:
        _kept[name] = list(lines)


def _restore(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Put back what `_keep` remembered; annotations already tell the types."""
    del app, obj, options
    if what in _INLINE:
        lines[:] = _kept.pop(name)


def _search_images(app: Sphinx, pagename: str, *rest: object) -> None:
    """Give the catalog's index its search box, and no other page."""
    del rest
    if pagename == "catalog/index":
        app.add_js_file("catalog.js")
        app.add_css_file("catalog.css")


def setup(app: Sphinx) -> None:
    """Stand before and behind napoleon, whose priority is 500."""
    app.connect("autodoc-process-docstring", _keep, priority=400)
    app.connect("autodoc-process-docstring", _restore, priority=600)
    app.connect("html-page-context", _search_images)
