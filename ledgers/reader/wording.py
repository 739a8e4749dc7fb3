"""The words by which lines around the data are told apart: totals, notes, sections, units."""

from __future__ import annotations

import re
import unicodedata

from records.headers import known_unit

# 合计, 全市小计, 朝阳街道小计, 全省, Total: a whole cell. A figure in it (2020年24个小区合计) makes it the
# name of a group of communities, which is for a person to judge.
TOTAL = re.compile(
    r"^(?:[^\d,。;]{0,8}(?:合计|小计|总计|共计|累计|总和|汇总)|全[省市区县州国盟旗]"
    r"|(?:grand|sub)?-?total(?:rows?)?|sum)"
    r"(?:数|\([^()\d]*\))?:?$"
)
REGION = re.compile(r"^全[省市区县州国盟旗]$")
MAYBE_TOTAL = re.compile("[计全总汇]|total|sum", re.IGNORECASE)
LONGEST_TOTAL = 24
SUBTOTAL = re.compile(r"小计|本页|sub-?total")
NOTE = re.compile(
    r"^(?:注\d*[:.、]|附注|注释|备注\d*:|说明\d*:|[填制报审复经][表报核办]人|(?:单位)?负责人(?::|$)|联系(?:人|电话)"
    r"|(?:填表|填报|制表|审核|分管|主管|电话|日期|来源)[^:]{0,8}:|\d{4}年\d{1,2}月\d{1,2}日$|[数资][据料]来源"
    r"|notes?:|source:|preparedby|remarks?:)"
)
MAYBE_NOTE = re.compile("[:：.、人话注录明源日]|note|prepared", re.IGNORECASE)
SECTION = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|第[一二三四五六七八九十\d]+批)"
)
SENTENCE = re.compile(r"[。;]")
LONG_TEXT = 20
UNIT_LINE = re.compile(r"(?<![报制编])单位[:：]\s*([^\s()（）]+)")
UNIT_SEPARATORS = re.compile(r"[、,，/;；和]")
PUBLISHED_TOTAL = re.compile(
    r"(?:published\s+total(?:\s+row)?|公布合计|合计行)\s*([^:：\d]*)[:：]\s*((?:[\d.]+(?:\s*,\s*)?)+)",
    re.IGNORECASE,
)


def folded(text: str) -> str:
    """Return a text in one width and case, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def is_total(text: str) -> bool:
    """Tell whether a cell's text is the label of a total row."""
    if len(text) > LONGEST_TOTAL or not MAYBE_TOTAL.search(text):
        return False
    return TOTAL.match(folded(text)) is not None


def is_region(label: str) -> bool:
    """Tell whether a total's label only names the whole region (全省): a place as well as a total."""
    return REGION.match(folded(label)) is not None


def is_subtotal(label: str) -> bool:
    """Tell whether a total's label says that it adds up only a part of the rows."""
    return SUBTOTAL.search(folded(label)) is not None


def is_note(text: str) -> bool:
    """Tell whether a line that stands alone is a note, a signature or a source by its first words."""
    return MAYBE_NOTE.search(text) is not None and NOTE.match(folded(text)) is not None


def is_section(text: str) -> bool:
    """Tell whether a line that stands alone is a heading between groups of rows (一、延吉市)."""
    return SECTION.match(folded(text)) is not None


def is_sentence(text: str) -> bool:
    """Tell whether a text alone in its row is too long or too much of a sentence to be a name."""
    plain = folded(text)
    return len(plain) >= LONG_TEXT or SENTENCE.search(plain) is not None


def stated_units(line: str) -> list[str]:
    """Return the units a line above the table states for all of it: 单位：个、万元 → 个, 万元."""
    units: list[str] = []
    for match in UNIT_LINE.finditer(line):
        for piece in UNIT_SEPARATORS.split(match.group(1)):
            unit = known_unit(piece)
            if unit and unit not in units:
                units.append(unit)
    return units


def published_total(line: str) -> tuple[str, list[str]] | None:
    """Return label and figures of a line that quotes the total published with a table, or None."""
    match = PUBLISHED_TOTAL.search(line)
    if not match:
        return None
    figures = [figure.strip() for figure in match.group(2).split(",") if figure.strip()]
    return match.group(1).strip(), figures
