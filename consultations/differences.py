"""What changed between two versions of a plan, word by word, as residents read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

# A Chinese character is a word; letters and figures stay together, so that 2,300 is never cut in two.
_WORDS = re.compile(r"\d[\d,.]*\d|\d|[^\W\d_\u3400-\u9fff\uac00-\ud7a3]+|[\uac00-\ud7a3]+|\s+|.", re.DOTALL)
# Fewer equal words than this between two changes are told as changed too: crumbs cannot be read.
_CRUMB = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: the same in both versions, or taken out, or put in."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class TextDifference:
    """One text before and after, each cut into pieces."""

    old: tuple[Piece, ...]
    new: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """Tell whether anything differs."""
        return any(piece.changed for piece in (*self.old, *self.new))


def compare_texts(old: str, new: str) -> TextDifference:
    """Compare two texts word by word."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    end = _same_end(before, after)
    tail = "".join(before[len(before) - end :])
    before, after = before[: len(before) - end], after[: len(after) - end]
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    left: list[Piece] = []
    right: list[Piece] = []
    last = len(steps) if end else len(steps) - 1
    for place, (tag, i1, i2, j1, j2) in enumerate(steps):
        crumb = tag == "equal" and i2 - i1 < _CRUMB and 0 < place < last
        changed = tag != "equal" or crumb
        _add(left, "".join(before[i1:i2]), changed)
        _add(right, "".join(after[j1:j2]), changed)
    for pieces in (left, right):
        _add(pieces, tail, False)
    return TextDifference(tuple(left), tuple(right))


def _same_end(before: list[str], after: list[str]) -> int:
    """Return how many words at the end are the same: the full stop of a clause is not a change."""
    count = 0
    for one, other in zip(reversed(before), reversed(after), strict=False):
        if one != other:
            break
        count += 1
    return count


def _add(pieces: list[Piece], text: str, changed: bool) -> None:
    """Add a stretch, joined to the one before where both are of a kind."""
    if not text:
        return
    if pieces and pieces[-1].changed == changed:
        text = pieces.pop().text + text
    pieces.append(Piece(text, changed))
