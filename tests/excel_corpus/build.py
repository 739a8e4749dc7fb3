"""Build the corpus: ``python -m tests.excel_corpus.build`` writes files/, with ``expected`` also expected/.

The files come from the makers in cases*.py and are the same on every machine. The expectations are what the
reader answers today: whoever rewrites them reads their difference before committing it.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ledgers.reader import Document, FileRefused, read_file
from tests.excel_corpus import cases_cells, cases_refused, cases_tables, cases_texts
from tests.excel_corpus.cases import CASES, VOCABULARY

HERE = Path(__file__).parent
FILES = HERE / "files"
EXPECTED = HERE / "expected"
MAKERS = (cases_tables, cases_cells, cases_texts, cases_refused)


def build_files(folder: Path = FILES) -> None:
    """Write every corpus file into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for filename, maker in CASES.items():
        (folder / filename).write_bytes(maker())


def answer(path: Path) -> dict[str, Any]:
    """Return what the reader says to a file, as plain data."""
    try:
        return plain(read_file(path, path.name, header_words=VOCABULARY))
    except FileRefused as refused:
        return {"refused": refused.code, "message": refused.message, "mend": refused.mend}


def plain(document: Document) -> dict[str, Any]:
    """Return a document as JSON can hold it; a date is written {"date": …}, a moment {"moment": …}."""
    loaded: dict[str, Any] = json.loads(json.dumps(asdict(document), default=_moment, ensure_ascii=False))
    return loaded


def _moment(value: object) -> object:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    raise TypeError(value)


def spelled(answered: dict[str, Any]) -> str:
    """Return an answer as the text of its expectation: one row to a line."""
    lines = [f" {json.dumps(key)}: {_spell(value)}" for key, value in answered.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _spell(value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n  " + ",\n  ".join(json.dumps(item, ensure_ascii=False) for item in value) + "\n ]"
    return json.dumps(value, ensure_ascii=False)


def build_expected() -> None:
    """Write what the reader answers to every corpus file."""
    EXPECTED.mkdir(exist_ok=True)
    for filename in CASES:
        (EXPECTED / f"{filename}.json").write_text(spelled(answer(FILES / filename)), encoding="utf-8")


def main() -> None:
    """Build what the command line asks for."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    build_files()
    if "expected" in sys.argv[1:]:
        build_expected()


if __name__ == "__main__":
    main()
