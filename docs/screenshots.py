"""Take the pictures of README.md: `python docs/screenshots.py`. It needs a `chromium` on the path.

The picture is the report of `docs/examples/first_findings.py` as a page, light and dark. What a display must
keep at 500 to 1400 pixels is measured by `tests/display/render.py`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "docs" / "examples")]

from first_findings import ROWS  # noqa: E402 - found by the lines above

from parentchild import hunt  # noqa: E402

IMAGES = ROOT / "docs" / "images"
SCHEMES = {"dark": 0, "light": 1}
"""What Chromium calls the colour schemes that a page may prefer."""
WIDTH, HEIGHT = 900, 720


def take(page: Path, scheme: str) -> None:
    """Take the picture of a page in a colour scheme."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(  # noqa: S603 - a fixed command
            [  # noqa: S607 - the one on the path
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--hide-scrollbars",
                f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}",
                f"--user-data-dir={profile}",
                f"--window-size={WIDTH},{HEIGHT}",
                f"--screenshot={IMAGES / f'report-{scheme}.png'}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        page.write_text(hunt(ROWS).to_html(), "utf-8")
        for each in SCHEMES:
            take(page, each)
