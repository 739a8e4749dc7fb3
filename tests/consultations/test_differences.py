"""Two texts of a clause side by side: nothing is lost, and figures are never cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from consultations.differences import compare_texts

CHINESE = st.text(alphabet="修补单元门前台阶，铺防滑砖。做坡道 12,3ab", max_size=60)


def marked(old: str, new: str) -> tuple[str, str]:
    """Return both texts with what was taken out in brackets and what was put in between strokes."""
    found = compare_texts(old, new)
    left = "".join(f"[{piece.text}]" if piece.changed else piece.text for piece in found.old)
    right = "".join(f"<{piece.text}>" if piece.changed else piece.text for piece in found.new)
    return left, right


def test_what_was_taken_out_and_put_in_is_told_in_whole_stretches() -> None:
    assert marked("修补台阶，面层抹水泥。", "修补台阶，面层铺防滑砖，装扶手。") == (
        "修补台阶，面层[抹水泥]。",
        "修补台阶，面层<铺防滑砖，装扶手>。",
    )


def test_a_figure_is_changed_as_a_whole() -> None:
    assert marked("共 2,300 ㎡", "共 2,800 ㎡") == ("共 [2,300] ㎡", "共 <2,800> ㎡")


def test_the_same_text_has_no_change() -> None:
    assert not compare_texts("屋面防水", "屋面防水").is_changed
    assert compare_texts("", "新加").is_changed


@given(CHINESE, CHINESE)
def test_the_pieces_are_the_texts_and_what_is_unmarked_is_the_same(old: str, new: str) -> None:
    found = compare_texts(old, new)
    assert "".join(piece.text for piece in found.old) == old
    assert "".join(piece.text for piece in found.new) == new
    same = [[piece.text for piece in side if not piece.changed] for side in (found.old, found.new)]
    assert "".join(same[0]) == "".join(same[1])
    assert found.is_changed == (old != new)
