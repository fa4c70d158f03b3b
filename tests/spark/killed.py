"""A stream that is killed in the middle of a micro-batch: `python -m tests.spark.killed IN HOME RECORD`.

It must lead a group of processes, all of which are killed at once when a device's history is about to take in
the record: the driver, the JVM, and the Python worker that was at it.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from parentchild import Exclusion, spark
from tests.spark.sessions import run, session, stream

GROUP, RECORD = "PARENTCHILD_TEST_GROUP", "PARENTCHILD_TEST_RECORD"


class Deadly(Exclusion):
    """Excludes nothing, and kills whoever asks it about one record."""

    def covers(self, event: Any, evaluation: Any) -> bool:
        del evaluation
        if str(event.record_id) == os.environ[RECORD]:
            os.killpg(int(os.environ[GROUP]), signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)
        return False


def main() -> None:
    given, home = map(Path, sys.argv[1:3])
    os.environ[GROUP], os.environ[RECORD] = str(os.getpid()), sys.argv[3]  # before the JVM inherits them
    made = session()
    run(spark.hunt_stream(stream(made, given), exclusions=[Deadly(child="lsass.exe", reason="none")]), home)


if __name__ == "__main__":
    main()
