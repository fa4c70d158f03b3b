"""The docs as a site: `python -m sphinx -n -W -T -b html docs build/docs`."""

from __future__ import annotations

import inspect
import re
import sys
from enum import Enum
from pathlib import Path
from typing import get_type_hints

import attrs
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.logging import getLogger
from sphinx.util.typing import stringify_annotation

sys.path[:0] = [str(Path(__file__).parents[1] / "src"), str(Path(__file__).parent)]

import inventories  # noqa: E402 - found by the line above

from parentchild import __version__  # noqa: E402 - the same

logger = getLogger(__name__)

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

# The inventories hold the names that these pages link to, and are kept beside this file: a build needs no
# network, and is the same with one and without.
intersphinx_mapping = {
    name: (project.url, str(inventories.FOLDER / f"{name}.inv"))
    for name, project in inventories.PROJECTS.items()
}

nitpicky = True
nitpick_ignore = [
    # What passes between rooms and has no page, since no user makes or reads one.
    ("py:class", "parentchild.findings.devices.DeviceSet"),
    ("py:class", "parentchild.findings.record.FindingRecord"),
    ("py:class", "parentchild.relations.compiled.CompiledRelations"),
    ("py:class", "parentchild.telemetry.envelopes.envelope.Context"),
    ("py:class", "parentchild.telemetry.source.CutOff"),
]

_INLINE = {"attribute", "data", "property"}
_kept: dict[str, list[str]] = {}


def _keep(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Remember a docstring that napoleon would cut at its first colon, as if a type stood before it."""
    del app, options
    if what in _INLINE:
        _kept[name] = (
            own_docstring(name, obj) if what == "data" and is_of_its_class(obj, lines) else list(lines)
        )


def _restore(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Put back what `_keep` remembered; annotations already tell the types."""
    del app, obj, options
    if what in _INLINE:
        lines[:] = _kept.pop(name)


def is_of_its_class(obj: object, lines: list[str]) -> bool:
    """Tell whether a docstring is that of an object's class, which says nothing of the object."""
    return "\n".join(lines).strip() in {(inspect.getdoc(each) or "").strip() for each in (obj, type(obj))}


def own_docstring(name: str, obj: object) -> list[str]:
    """Return the docstring of a value from the module that defines it, since another may show it."""
    last = name.rpartition(".")[2]
    for module_name, module in sorted(sys.modules.items()):
        if module_name.startswith("parentchild") and getattr(module, last, None) is obj:
            docs = ModuleAnalyzer.for_module(module_name).find_attr_docs()
            if ("", last) in docs:
                return docs["", last]
    logger.warning("%s has no docstring of its own", name)
    return []


def signature_of(thing: object, signature: str | None) -> tuple[str, None] | None:
    """Return a class's signature with its fields' types and defaults; an empty one for what nobody calls."""
    if not isinstance(thing, type):
        return None
    if issubclass(thing, Enum) or getattr(thing, "_is_protocol", False):
        return "", None
    if not attrs.has(thing) or not signature:
        return None
    fields = [field for field in attrs.fields(thing) if field.init]
    if list(inspect.signature(thing).parameters) != [field.alias for field in fields]:
        return None  # it has a constructor of its own
    types = get_type_hints(thing)
    shown: list[str] = []
    for field in fields:
        if field.kw_only and "*" not in shown:
            shown.append("*")
        default = "" if field.default is attrs.NOTHING else f" = {shown_default(field.default)}"
        shown.append(f"{field.alias}: {taken(field, types[field.name])}{default}")
    return f"({', '.join(shown)})", None


def taken(field: attrs.Attribute[object], kept: object) -> str:
    """Return the type that a field takes: its converter's, else an iterable where it keeps a tuple."""
    if not field.converter:
        return stringify_annotation(kept, "smart")
    told = [hint for name, hint in get_type_hints(field.converter).items() if name != "return"][:1]
    if told and told[0] is not object:
        return stringify_annotation(told[0], "smart")
    shown = stringify_annotation(kept, "smart")
    shown = re.sub(r"^tuple\[(.*), \.\.\.\]$", r"~collections.abc.Iterable[\1]", shown)
    return re.sub(r"\[(~[\w.]+\.ExpectedImage)\]", r"[str | \1]", shown)


def shown_default(default: object) -> str:
    """Return a default as code would have it."""
    if isinstance(default, Enum):
        return f"{type(default).__name__}.{default.name}"
    factory = getattr(default, "factory", None)
    return repr(default).removeprefix("datetime.") if factory is None else f"{factory.__name__}()"


def _show_signature(app: Sphinx, what: str, name: str, obj: object, *rest: object) -> tuple[str, None] | None:
    """Show the signature of a class by its fields."""
    del app, name
    return signature_of(obj, rest[1]) if what == "class" else None  # type: ignore[arg-type]


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
    app.connect("autodoc-process-signature", _show_signature)
    app.connect("html-page-context", _search_images)
