"""Compiling the translations without gettext."""

import gettext
import os
from pathlib import Path

import pytest

from tools import translations

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """One Chinese catalogue."""
    file = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)
    file.write_text(
        HEADER + '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
        'msgid "Ledgers"\nmsgstr "台账"\n\n'
        'msgctxt "month"\nmsgid "May"\nmsgstr "五月"\n\n'
        'msgid "%(n)d row"\nmsgid_plural "%(n)d rows"\nmsgstr[0] "%(n)d 行"\n\n'
        '#, fuzzy\nmsgid "Guess"\nmsgstr "猜测"\n',
        encoding="utf-8",
    )
    return file


def test_compiled_texts_are_what_the_source_says(source: Path, tmp_path: Path) -> None:
    """Contexts and plurals included; a fuzzy guess is never shown."""
    assert translations.compile_changed(tmp_path) == [source]

    with source.with_suffix(".mo").open("rb") as compiled:
        texts = gettext.GNUTranslations(compiled)
    assert texts.gettext("Ledgers") == "台账"
    assert texts.pgettext("month", "May") == "五月"
    assert texts.ngettext("%(n)d row", "%(n)d rows", 5) == "%(n)d 行"
    assert texts.gettext("Guess") == "Guess"


def test_only_a_changed_source_is_compiled_again(source: Path, tmp_path: Path) -> None:
    """So that a second start costs nothing."""
    translations.compile_changed(tmp_path)
    assert translations.compile_changed(tmp_path) == []

    later = source.with_suffix(".mo").stat().st_mtime + 5
    os.utime(source, (later, later))
    assert translations.compile_changed(tmp_path) == [source]


def test_a_broken_source_is_named_and_the_old_texts_stay(source: Path, tmp_path: Path) -> None:
    """A merge conflict must not empty the interface."""
    translations.compile_changed(tmp_path)
    before = source.with_suffix(".mo").read_bytes()
    source.write_text(HEADER + '\nmsgid "Ledgers"\n<<<<<<< ours\n', encoding="utf-8")
    os.utime(source, (2_000_000_000, 2_000_000_000))

    with pytest.raises(translations.TranslationError, match=r"django\.po"):
        translations.compile_changed(tmp_path)
    assert source.with_suffix(".mo").read_bytes() == before
