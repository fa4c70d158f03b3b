"""The docs as a site: `python -m sphinx -n -W -T -b html docs build/docs`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from parentchild import __version__

project = "parentchild"
author = "The parentchild maintainers"
copyright = author  # noqa: A001 - Sphinx calls it so
version = release = __version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["build"]
html_theme = "furo"
html_title = f"parentchild {release}"
default_role = "code"

myst_heading_anchors = 3
nb_execution_mode = "off"  # the tests run the notebooks; here they are shown as they are kept

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False
python_use_unqualified_type_names = True

# Names of other projects and of this one's inner modules stand in signatures without a page of their own.
nitpick_ignore_regex = [("py:.*", r"(?!parentchild\.).*"), ("py:.*", r"parentchild\..*")]
