"""The residents' pages speak Korean, whole: every sentence of theirs, and no others."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation.template import templatize

from consultations.models import Ballot, Disposition
from projects.models import Defect
from tests.consultations.hearing import hearing
from tests.renovation_portal.test_translations import Message, _found, placeholders

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale" / "ko" / "LC_MESSAGES" / "django.po"
# Whose sentences residents may read.
SOURCES = (
    "consultations/access.py",
    "consultations/ballots.py",
    "consultations/comments.py",
    "consultations/costs.py",
    "consultations/outcomes.py",
    "consultations/points.py",
    "consultations/questionnaires.py",
    "consultations/reading.py",
    "consultations/residents.py",
    "consultations/steps.py",
    "consultations/views/entry.py",
    "consultations/views/residents.py",
    "consultations/views/speaking.py",
    "consultations/views/visits.py",
    "consultations/views/voting.py",
    "projects/day_words.py",
)
# Of the keeping of files: what may be said of a resident's photo.
PHOTOS = ("The file is larger", "The file is empty", "This is no photo", "The picture", "HEIC", "file")
HANGUL = re.compile(r"[\uac00-\ud7a3]")


def wanted() -> set[Message]:
    """Return every message that a resident may read."""
    messages: set[Message] = set()
    for name in SOURCES:
        messages |= dict(_found(ROOT / name, (ROOT / name).read_text(encoding="utf-8"))).keys()
    files = ROOT / "records" / "attachments.py"
    of_files = dict(_found(files, files.read_text(encoding="utf-8")))
    messages |= {found for found in of_files if found[1] == "file" or found[1].startswith(PHOTOS[:-1])}
    for source in sorted((ROOT / "templates" / "residents").rglob("*.html")):
        text = templatize(source.read_text(encoding="utf-8"), origin=source.name)
        for call in re.findall(r"(?:^|\s)((?:n?p?gettext|_)\(.*?\))(?=\s|$)", text, flags=re.S):
            messages |= dict(_found(source, call.replace("\n", " "))).keys()
    with translation.override(None):
        for choices in (Ballot.Choice, Disposition.Outcome, Defect.State):
            messages |= {(None, str(label)) for label in choices.labels}
    return messages


def told() -> dict[Message, tuple[list[str], str]]:
    """Return the Korean of every message, with its msgids."""
    with CATALOGUE.open("rb") as lines:
        entries = [entry for entry in read_po(lines, locale="ko") if entry.id and not entry.fuzzy]
    found: dict[Message, tuple[list[str], str]] = {}
    for entry in entries:
        ids = [entry.id] if isinstance(entry.id, str) else list(entry.id)
        text = entry.string if isinstance(entry.string, str) else (entry.string or ("",))[0]
        found[entry.context, ids[0]] = (ids, text)
    return found


def test_every_sentence_for_residents_is_translated_and_nothing_else() -> None:
    needed, known = wanted(), told()
    assert len(needed) > 200, "the extraction sees too little to be trusted"
    assert needed - known.keys() == set()
    assert known.keys() - needed == set()
    assert [message for message, (_ids, text) in known.items() if not text] == []


def test_korean_names_no_placeholder_that_is_not_there() -> None:
    wrong = {ids[0]: text for ids, text in told().values() if placeholders(text) - placeholders(*ids)}
    assert wrong == {}


def test_korean_is_korean() -> None:
    plain = {", ", ": "}
    assert [text for _ids, text in told().values() if text not in plain and not HANGUL.search(text)] == []
    assert [text for _ids, text in told().values() if re.search(r"[\u4e00-\u9fff，。；！？]", text)] == []


class Spoken(HTMLParser):
    """Gathers the texts of a page's body with the language each stands in."""

    EMPTY = {"br", "hr", "img", "input", "link", "meta"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.EMPTY:
            around = self.open[-1][1] if self.open else ""
            self.open.append((tag, dict(attrs).get("lang") or around))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and "body" in (tag for tag, _language in self.open):
            self.texts.append((self.open[-1][1], data.strip()))


@pytest.mark.django_db
def test_what_the_office_wrote_in_chinese_is_marked_as_chinese_on_a_korean_page() -> None:
    page = Spoken()
    page.feed(Client().get(f"/p/{hearing().project.community.code}/", {"lang": "ko"}).content.decode())
    assert ("zh-Hans", "建安小区改造方案") in page.texts
    chinese = re.compile(r"[\u4e00-\u9fff]")
    assert [text for language, text in page.texts if language == "ko" and chinese.search(text)] == []


@pytest.mark.django_db
def test_a_page_in_korean_holds_no_english_sentence() -> None:
    address = f"/p/{hearing().project.community.code}/"
    page = Client().get(address, {"lang": "ko"}).content.decode()
    assert '<html lang="ko">' in page
    words = re.sub(r"<[^>]+>", " ", page)
    assert re.findall(r"\b[a-z]{3,}\b", words.replace("English", "")) == []
    assert "댁에서 돈을 내나요" in page
    assert "일 남았습니다" in page
