"""Fuzzing guided by coverage, where atheris is installed.

`python -m tests.proof.fuzzing_by_coverage rows -max_total_time=60`; other targets are `texts` and `states`.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any


def main(arguments: list[str]) -> None:
    """Fuzz one target, for as long as the arguments behind its name say."""
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["parentchild"]):
        fuzzing = importlib.import_module("tests.proof.fuzzing")
    atheris.Setup([arguments[0], *arguments[2:]], fuzzing.TARGETS[arguments[1]])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv)
