"""Compile the portal's .po files to the .mo files Django reads; needs no gettext on the machine."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

ROOT = Path(__file__).resolve().parent.parent


class TranslationError(Exception):
    """A .po file cannot be compiled; the text names the file and the line."""


def is_current(source: Path) -> bool:
    """Say whether the compiled file beside this .po file is at least as new."""
    compiled = source.with_suffix(".mo")
    return compiled.is_file() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns


def compile_file(source: Path) -> None:
    """Compile one .po file; a running portal never sees a half-written result."""
    try:
        with source.open("rb") as lines:
            catalogue = read_po(lines, locale=source.parent.parent.name, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as problem:
        raise TranslationError(f"{source}: {problem}") from problem
    fresh = source.with_suffix(".mo.new")
    with fresh.open("wb") as target:
        write_mo(target, catalogue)
    fresh.replace(source.with_suffix(".mo"))


def compile_changed(locale: Path) -> list[Path]:
    """Compile what changed since the last time; return the sources that were compiled."""
    changed = [source for source in sorted(locale.glob("*/LC_MESSAGES/*.po")) if not is_current(source)]
    for source in changed:
        compile_file(source)
    return changed


def main() -> int:
    """Run the command."""
    try:
        compile_changed(ROOT / "locale")
    except TranslationError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
