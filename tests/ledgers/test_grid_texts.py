"""The scripts of the grid and the texts they ask for agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from ledgers.grid_texts import grid_texts

SCRIPTS = sorted((Path(settings.BASE_DIR) / "static" / "js" / "grid").glob("*.js"))
ASKED = re.compile(r"\bt\(\s*\"([a-z_]+)\"")
NAMED = re.compile(r"\"((?:help|menu)_[a-z_]+)\"")
STATES = ("saved", "saving", "unsaved", "soft", "hard", "conflict", "locked", "preview")
VERDICTS = ("changed", "soft", "hard", "locked", "same")
BUILT = {
    *(f"state_{state}" for state in STATES),
    *(f"preview_{verdict}{end}" for verdict in VERDICTS for end in ("", "_fate")),
    *(f"side_{side}" for side in ("base", "theirs", "mine")),
    *("sorted_asc", "sorted_desc", "save_refused", "save_denied"),
    *(f"head_{column}{end}" for column in ("state", "row") for end in ("", "_long")),
}


def asked() -> set[str]:
    """Return every key the scripts ask for, those they build from a name included."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    return {*ASKED.findall(source), *NAMED.findall(source)} | BUILT


def test_every_text_the_scripts_ask_for_is_there() -> None:
    assert asked() - grid_texts().keys() == set()


def test_no_text_is_kept_that_no_script_names() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    unnamed = {key for key in grid_texts().keys() - BUILT if f'"{key}"' not in source}
    assert unnamed == set()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_sentence_is_written_in_a_script(script: Path) -> None:
    """What a reader of the page sees comes translated; what input may say (units, marks) is matched here."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", script.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert script.name == "values.js" or not re.search(r"[\u4e00-\u9fff]", text)
