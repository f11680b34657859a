"""Nothing on the paths of `run`, `verify`, `book` and `report` asks for what Windows lacks, as far as it shows here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_every_verb_works_without_what_windows_lacks(tmp_path):
    """In a locale that knows no Kazakh letters either, as a Russian Windows does not."""
    child = Path(__file__).parents[1] / "support" / "windows_child.py"
    (tmp_path / "temporary").mkdir()
    env = {
        **os.environ,
        "TMPDIR": str(tmp_path / "temporary"),
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONWARNDEFAULTENCODING": "1",
    }
    done = subprocess.run(
        [sys.executable, str(child), str(tmp_path)], capture_output=True, text=True, check=False, encoding="utf-8",
        env=env, cwd=child.parents[2],
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    ends = [line for line in done.stdout.splitlines() if line.startswith("== ")]
    assert len(ends) == 17, said
    assert [line for line in ends if not line.startswith("== 0: ")] == [], said
