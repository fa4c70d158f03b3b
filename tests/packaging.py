"""Build the package as a release would, twice, and try what comes out where nothing else is installed.

`python -m tests.packaging [FOLDER]` needs `build`, `twine` and `check-wheel-contents` beside the Python that
runs it. It tries the wheel on each Python from 3.10 to 3.13 that it finds (on the path, or with pyenv), with
the lowest and with the newest dependencies that are allowed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
EPOCH = "1767225600"
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
WARNINGS = ("-W", "error", "-W", "ignore::DeprecationWarning:dateutil.tz.tz")  # dateutil 2.8 on Python 3.12
LOWEST = ("attrs==23.2.0", "python-dateutil==2.8.2")

TRIAL = r"""
import json, sys
import parentchild
from parentchild import DEFAULT_RELATIONS, Detector, Exclusion, hunt
from parentchild.export import kql, sigma, eql, pyspark
from parentchild.testing import Host, SCENARIOS, assert_scenarios, rows

host = Host("ws-01")
host.boot()
host.masquerade("svchost.exe", parent="explorer.exe")
report = hunt(host.rows(rows.sysmon))
assert [(finding.child, finding.parent) for finding in report] == [("svchost.exe", "explorer.exe")], report
assert "<table" in report._repr_html_() and "explorer.exe" in str(report)
detector = Detector.from_state(json.loads(json.dumps(Detector().state())), registry=DEFAULT_RELATIONS)
assert len(detector.observe_many(host.events)) == 1
assert_scenarios(SCENARIOS)
assert kql.render(DEFAULT_RELATIONS) and sigma.rules(DEFAULT_RELATIONS)
assert eql.render(DEFAULT_RELATIONS) and pyspark.render(DEFAULT_RELATIONS)
foreign = {name.split(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
allowed = {"parentchild", "attr", "attrs", "dateutil", "six", "tzdata", "__main__"}
print(parentchild.__version__, sorted(name for name in foreign - allowed if not name.startswith("_")))
"""


def run(*command: object, folder: Path = ROOT, **environment: str) -> str:
    """Run a command, and return what it printed."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def checkout(folder: Path) -> Path:
    """Return a copy of what is committed, or of everything where this is no repository."""
    copy = folder / "checkout"
    if (ROOT / ".git").exists():
        run("git", "archive", "--output", folder / "checkout.tar", "HEAD")
        shutil.unpack_archive(folder / "checkout.tar", copy)
    else:
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "build", "dist", "node_modules"))
    return copy


def build(source: Path, folder: Path) -> dict[str, str]:
    """Build sdist and wheel, the wheel out of the sdist; return the hash of each file."""
    run(sys.executable, "-m", "build", "--outdir", folder, source, SOURCE_DATE_EPOCH=EPOCH)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def pythons() -> Iterator[tuple[str, str]]:
    """Yield the Pythons that can be found, each with its version."""
    pyenv = Path.home() / ".pyenv" / "versions"
    for version in PYTHONS:
        with_pyenv = sorted(pyenv.glob(f"{version}.*/bin/python")) if pyenv.is_dir() else []
        found = str(with_pyenv[-1]) if with_pyenv else shutil.which(f"python{version}")
        if found is None:
            say(f"python {version}: not here, not tried")
        else:
            yield version, found


def try_wheel(wheel: Path, folder: Path) -> None:
    """Install the wheel alone into empty environments, and use it."""
    for version, python in pythons():
        for name, pins in (("lowest", LOWEST), ("newest", ())):
            home = folder / f"{version}-{name}"
            run(python, "-m", "venv", home)
            mine = home / "bin" / "python"
            run(mine, "-m", "pip", "install", "-q", "--disable-pip-version-check", wheel, *pins)
            told = run(mine, *WARNINGS, "-c", TRIAL, folder=folder).strip()
            with_what = run(mine, "-m", "pip", "list", "--format", "freeze", "--disable-pip-version-check")
            deps = [line for line in with_what.split() if line.startswith(("attrs", "python-dateutil"))]
            say(f"python {version}, {name} ({', '.join(deps)}): {told}")
            shutil.rmtree(home)


def try_zip(wheel: Path, folder: Path) -> None:
    """Use the package from a zip on the path, as a notebook that installs nothing would."""
    home = folder / "zip"
    run(sys.executable, "-m", "venv", home)
    mine = home / "bin" / "python"
    run(mine, "-m", "pip", "install", "-q", "--disable-pip-version-check", *LOWEST)
    package = folder / "parentchild.zip"
    with zipfile.ZipFile(wheel) as inside, zipfile.ZipFile(package, "w") as zipped:
        for name in inside.namelist():
            if name.startswith("parentchild/"):
                zipped.writestr(name, inside.read(name))
    say(f"from a zip: {run(mine, '-c', TRIAL, folder=folder, PYTHONPATH=str(package)).strip()}")


def main(folder: Path) -> None:
    """Build twice, check, and try."""
    folder.mkdir(parents=True, exist_ok=True)
    source = checkout(folder)
    first, second = build(source, folder / "first"), build(source, folder / "second")
    if first != second:
        sys.exit(f"two builds differ: {first} {second}")
    for name, digest in first.items():
        say(f"{name} {digest[:16]}, twice the same")
    files = sorted((folder / "first").iterdir())
    say(run(sys.executable, "-m", "twine", "check", "--strict", *files).strip())
    [wheel] = [path for path in files if path.suffix == ".whl"]
    say(run(sys.executable, "-m", "check_wheel_contents", wheel).strip())
    try_zip(wheel, folder)
    try_wheel(wheel, folder)


if __name__ == "__main__":
    if sys.argv[1:]:
        main(Path(sys.argv[1]).resolve())
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(temporary))
