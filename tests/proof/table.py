"""The proof as a table: each law and each attack, on how many cases it was tried, and what came of it.

`python tests/proof/table.py` runs all of it in full, which takes half an hour or so. With a number behind it
(`python tests/proof/table.py 0.01`) it runs only that part of the cases, and with a kind behind that
(`python tests/proof/table.py 1 flood`) only rows of that kind. Exit code 1 means that something failed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from parentchild.testing import SCENARIOS, assert_scenarios  # noqa: E402 - the path comes first
from tests.proof.effort import drive, effort  # noqa: E402
from tests.proof.floods import FLOODS, apart  # noqa: E402
from tests.proof.fuzzing import TARGETS, fuzz  # noqa: E402
from tests.proof.laws import LAWS, tried  # noqa: E402
from tests.proof.machines import WithLimits, WithoutLimits  # noqa: E402
from tests.proof.test_evasions import CASES, CLASSES, try_evasion  # noqa: E402


class Row(NamedTuple):
    """One law or attack: its kind, its name, and a way to try it that returns the number of cases."""

    kind: str
    name: str
    run: Callable[[], int]


def rows(part: float) -> Iterator[Row]:
    """Yield all rows, each with `part` of its full number of cases."""

    def some(cases: int) -> int:
        return max(20, int(cases * part))

    yield Row("scenarios", "what must and must not be found", _scenarios)
    for number, title in CLASSES.items():
        yield Row("evasion", f"{number}: {title}", partial(_evasion, number))
    for law in LAWS:
        yield Row("law", law.__name__.replace("_", " "), partial(tried, law, effort(some(2000))))
    yield Row("model", "without limits: 40 steps a case", partial(_drive, WithoutLimits, some(1000)))
    yield Row("model", "window and capacity: 40 steps a case", partial(_drive, WithLimits, some(2000)))
    for target in TARGETS:
        yield Row("fuzzing", target, partial(fuzz, target, some(50_000)))
    for flood, size in FLOODS:
        yield Row(
            "flood", flood.__name__.replace("_", " "), partial(apart, flood, max(2000, int(size * part)))
        )
    for name in ("test_states", "test_copies", "test_isolation", "test_found_cases"):
        title = name.removeprefix("test_").replace("_", " ")
        yield Row("tests", title, partial(_pytest, ROOT / "tests" / "proof" / f"{name}.py"))


def _scenarios() -> int:
    assert_scenarios(SCENARIOS)
    return len(SCENARIOS)


def _evasion(number: str) -> int:
    """Try a class of evasions, attack and honest counterpart; return how many cases that were."""
    by_itself = _tests_of_evasions().get(number, {})
    failed = [f"{name}\n{text}" for name, text in by_itself.items() if text]
    if failed:
        raise AssertionError("\n".join(failed))
    return len(by_itself) + sum(try_evasion(case) for case in CASES if case.number == number)


@cache
def _tests_of_evasions() -> Mapping[str, Mapping[str, str]]:
    """Run the tests of evasions that are none of the table's; return by class what failed in each."""
    found: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as directory:
        result = Path(directory) / "result.xml"
        path = ROOT / "tests" / "proof" / "test_evasions.py"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={result}"]
        subprocess.run([*command, str(path)], cwd=ROOT, capture_output=True, check=False)
        for case in ET.parse(result).getroot().iter("testcase"):  # noqa: S314 - our own
            name = case.get("name", "")
            failures = [part.get("message", "") for part in case if part.tag in {"failure", "error"}]
            found.setdefault(name.split("_")[1], {})[name] = "\n".join(failures)
    return found


def _drive(machine: type[WithLimits | WithoutLimits], cases: int) -> int:
    drive(machine, effort(cases, steps=40))
    return cases


def _pytest(path: Path) -> int:
    """Run a file of tests, and return how many there were."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode:
        raise AssertionError(run.stdout[-2000:])
    return int(run.stdout.rsplit(" passed", 1)[0].split()[-1])


def main(arguments: list[str]) -> int:
    """Print the table, and return how many rows failed."""
    part = float(arguments[0]) if arguments else 1.0
    failed: list[str] = []
    write = sys.stdout.write
    write(f"{'kind':10} {'law or attack':46} {'cases':>9} {'seconds':>8}  result\n")
    kinds = frozenset(arguments[1:])
    for row in rows(part):
        if kinds and row.kind not in kinds:
            continue
        began = time.perf_counter()
        try:
            cases, result = f"{row.run():,}", "holds"
        except Exception as error:  # noqa: BLE001 - what breaks a law may be any error, and the table shows it
            cases, result = "-", "FAILS"
            failed.append(f"{row.kind}: {row.name}\n{error}")
        seconds = time.perf_counter() - began
        write(f"{row.kind:10} {row.name:46} {cases:>9} {seconds:8.1f}  {result}\n")
        sys.stdout.flush()
    write("".join(f"\n{each}\n" for each in failed))
    return min(len(failed), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
