"""Files made to hurt are refused for the right reason, in seconds, with little memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.ledgers.reader.bombs import BOMBS

# Seconds of work, so that a busy machine fails nobody's tests.
SECONDS = 3.0
MEGABYTES = 50
# Reads a file in a process of its own, so that the memory is the reader's alone.
PROBE = """
import json, sys, time
import django
from django.conf import settings
settings.configure(USE_I18N=False)
django.setup()
from pathlib import Path
from ledgers.reader import FileRefused, HeaderVocabulary, read_file

def peak():
    # Not getrusage: its maximum comes over from the process that started this one.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024

words = HeaderVocabulary(["小区名称", "户数", "name", "households"])
path = Path(sys.argv[1])
# The file itself must be in memory; what it makes grow beyond that is measured.
size = path.stat().st_size / 1_000_000
before, started = peak(), time.process_time()
try:
    read_file(path, sys.argv[2], header_words=words)
    code = "read"
except FileRefused as refused:
    code = refused.code
print(json.dumps([code, time.process_time() - started, peak() - before - size]))
"""


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_quickly_and_cheaply(name: str, tmp_path: Path) -> None:
    maker, filename, expected = BOMBS[name]
    path = tmp_path / "upload"
    path.write_bytes(maker())
    code, seconds, megabytes = _probe(path, filename)
    assert code == expected
    assert seconds <= SECONDS
    assert megabytes <= MEGABYTES


def _probe(path: Path, filename: str) -> tuple[str, float, float]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(path), filename],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    answer: Any = json.loads(done.stdout)
    return answer[0], answer[1], answer[2]
