"""Chinese is complete: every sentence of code and templates is translated, placeholders and all."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
APPS = (
    "accounts",
    "records",
    "jobs",
    "communities",
    "consultations",
    "funding",
    "assessments",
    "projects",
    "ledgers",
    "dashboards",
    "renovation_portal",
)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")

Message = tuple[str | None, str]


def _found(source: Path, text: str) -> Iterator[tuple[Message, str]]:
    for line, message, _comments, context in extract(
        "python", io.BytesIO(text.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
    ):
        first = message if isinstance(message, str) else message[0]
        if first:
            yield (context, first), f"{source.relative_to(ROOT)}:{line}"


def in_use() -> dict[Message, str]:
    """Return every message of the portal with the place where it stands."""
    messages: dict[Message, str] = {}
    for app in APPS:
        for source in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in source.parts:
                messages.update(_found(source, source.read_text(encoding="utf-8")))
    for source in sorted((ROOT / "templates").rglob("*.html")):
        # Django rewrites a template as the calls it makes; the rest of the markup is noise to Python.
        calls = re.findall(
            r"(?:^|\s)((?:n?p?gettext|_)\(.*?\))(?=\s|$)",
            templatize(source.read_text(encoding="utf-8"), origin=source.name),
            flags=re.S,
        )
        for call in calls:
            messages.update(_found(source, call.replace("\n", " ")))
    return messages


def entries() -> Iterator[tuple[str | None, list[str], str]]:
    """Yield context, msgid (and plural) and Chinese of every entry that is not doubtful (fuzzy)."""
    path = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as lines:
        catalog = read_po(lines, locale="zh_Hans")
    for entry in catalog:
        if entry.id and not entry.fuzzy:
            ids = [entry.id] if isinstance(entry.id, str) else list(entry.id)
            strings = [entry.string] if isinstance(entry.string, str) else list(entry.string or ())
            yield entry.context, ids, strings[0] if strings else ""


def catalogue() -> dict[Message, str]:
    """Return the Chinese of every message."""
    return {(context, ids[0]): text for context, ids, text in entries()}


def placeholders(*texts: str) -> set[str]:
    """Return the names a text leaves room for."""
    return {a or b for text in texts for a, b in PLACEHOLDER.findall(text)}


def test_every_message_is_translated() -> None:
    known = catalogue()
    used = in_use()
    assert len(used) > 900, "the extraction sees too little to be trusted"
    missing = {message: place for message, place in used.items() if not known.get(message)}
    assert missing == {}


def test_translations_name_no_placeholder_that_is_not_there() -> None:
    wrong = {ids[0]: text for _context, ids, text in entries() if placeholders(text) - placeholders(*ids)}
    assert wrong == {}


def test_chinese_sentences_use_chinese_punctuation() -> None:
    halfwidth = re.compile(r"[\u4e00-\u9fff][,;:!?](?=[\u4e00-\u9fff]|$)")
    assert {key: text for key, text in catalogue().items() if halfwidth.search(text)} == {}


def test_the_checker_sees_an_untranslated_sentence() -> None:
    found = dict(_found(ROOT / "x.py", '_("Nobody has translated this.")\npgettext("step", "done")\n'))
    assert set(found) == {(None, "Nobody has translated this."), ("step", "done")}
