"""The package says one version, ships what it needs, and works from a zip.

`tests/packaging.py` builds it as a release would, and tries that.
"""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import parentchild
from tests import packaging

ROOT = Path(__file__).parents[1]
PACKAGE = Path(parentchild.__file__).parent


def test_the_version_comes_from_one_place() -> None:
    assert metadata.version("parentchild") == parentchild.__version__
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert 'dynamic = ["version"]' in project
    assert 'path = "src/parentchild/_version.py"' in project
    assert f"## [{parentchild.__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_two_dependencies_and_no_more() -> None:
    needed = [text for text in metadata.requires("parentchild") or () if "extra ==" not in text]
    assert sorted(re.split(r"[><=~]", text)[0] for text in needed) == ["attrs", "python-dateutil"]


def test_types_are_shipped() -> None:
    assert (PACKAGE / "py.typed").is_file()


def test_the_changelog_has_its_sections() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert {"### Added", "### Relations"} <= set(text.splitlines())


def test_the_package_works_from_a_zip(tmp_path: Path) -> None:
    archive = tmp_path / "parentchild.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for path in sorted(PACKAGE.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                zipped.write(path, Path("parentchild") / path.relative_to(PACKAGE))
    script = (
        f"import sys; sys.path.insert(0, {str(archive)!r})\n{packaging.TRIAL}\nprint(parentchild.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    version, _, rest = done.stdout.partition(" ")
    assert version == parentchild.__version__
    assert str(archive) in rest


def test_two_commands_of_the_readme_stay_as_they_are() -> None:
    start = "python3 -m venv .venv && .venv/bin/pip install -q"
    commands = [
        f"{start} . && .venv/bin/python docs/examples/first_findings.py",
        f"{start} -e '.[dev]' && .venv/bin/python -m pytest -q",
    ]
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert all(command in lines for command in commands)
