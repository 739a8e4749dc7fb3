"""Table headings as people write them, reduced to a name that can be compared and the unit they state.

Pure text work: the columns of a ledger and the reader of uploaded files use this one function, so a heading
that one of them knows is known to the other.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"), None)
# NFKC narrows （） and ［］ by itself; these brackets stay different without help.
BRACKETS = str.maketrans("【〔〖[{】〕〗]}", "((((()))))")
GROUP = re.compile(r"\(([^()]*)\)")
NUMBERING = re.compile(r"^(?:[①-⑳]|\(\d{1,2}\)|\d{1,2}[.、)．](?=\D))")
REMARKS = frozenset({"必填", "选填", "必填项", "选填项", "可选", "必录", "required", "optional"})
UNIT_PREFIX = re.compile(r"^(?:计量)?(?:单位|unit):?")

_SPELLINGS = {
    "㎡": "m2 m^2 sqm 平方米 平米",
    "万㎡": "万m2 万平方米 万平米 万平 wanm2 10,000m2 10000m2",
    "亿㎡": "亿m2 亿平方米",
    "元": "元 人民币元 yuan cny",
    "千元": "千元",
    "万元": "万元 人民币万元 wanyuan 10,000yuan 10,000cny 10000yuan",
    "百万元": "百万元",
    "亿元": "亿元",
    "户": "户 households",
    "万户": "万户 10,000households",
    "人": "人",
    "万人": "万人",
    "个": "个",
    "万个": "万个",
    "栋": "栋 幢 座 buildings",
    "层": "层",
    "单元": "单元",
    "部": "部",
    "处": "处",
    "项": "项",
    "套": "套",
    "件": "件",
    "次": "次",
    "天": "天",
    "年": "年",
    "米": "米 m",
    "公里": "公里 km",
    "%": "%",
}
UNITS: dict[str, str] = {
    spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings.split()
}
# Units that may close a heading without brackets; a bare 户 or 元 may end a word (居民户, 单元).
BARE_SUFFIXES = tuple(
    sorted(
        (
            s
            for s, u in UNITS.items()
            if u in {"㎡", "万㎡", "亿㎡", "千元", "万元", "百万元", "亿元", "万户", "%"}
        ),
        key=len,
        reverse=True,
    )
)
# Machine-made headings (area_wan_m2, investment_wan); "wan" alone is 万 of whatever the column counts.
MACHINE_SUFFIXES = (
    ("_wan_m2", "万㎡"),
    ("_wan_yuan", "万元"),
    ("_m2", "㎡"),
    ("_yuan", "元"),
    ("_wan", "wan"),
)
TRIMMED = "*:;,、/-—·.★※"


@lru_cache(maxsize=4096)
def normalise_header(text: str) -> tuple[str, str | None]:
    """Return a heading's comparable name and the unit it states, or None where it states none.

    The name has one width and one case, no spaces, line breaks, underscores, marks of obligation or item
    numbers. The unit is spelled as the columns spell it: ㎡, 万㎡, 元, 万元, 亿元, 户, 万户, 个, 栋, …, or
    ``wan`` for machine-made headings that end in ``_wan``. A heading that is nothing but a unit is a name.
    """
    folded = NUMBERING.sub("", text.translate(INVISIBLE).strip())
    folded = unicodedata.normalize("NFKC", folded).translate(BRACKETS).casefold()
    folded = NUMBERING.sub("", "".join(folded.split()))
    name, unit = _without_groups(folded)
    name, unit = _without_suffix(name, unit)
    name = name.replace("_", "").strip(TRIMMED)
    if name:
        return name, unit
    return folded.strip(TRIMMED + "()_"), None


def _without_groups(folded: str) -> tuple[str, str | None]:
    """Take bracketed units and remarks off; other brackets belong to the name: 县(市、区)."""
    units: list[str] = []

    def keep_or_drop(match: re.Match[str]) -> str:
        inner = match.group(1).strip(TRIMMED)
        if inner in REMARKS:
            return ""
        unit = known_unit(UNIT_PREFIX.sub("", inner))
        if unit is None:
            return match.group(0)
        units.append(unit)
        return ""

    name = GROUP.sub(keep_or_drop, folded)
    return name.strip(TRIMMED), units[-1] if units else None


def _without_suffix(name: str, unit: str | None) -> tuple[str, str | None]:
    """Take a unit without brackets off the end, unless the heading has already stated one."""
    if unit is not None:
        return name, unit
    for suffix, meaning in MACHINE_SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)], meaning
    for spelling in BARE_SUFFIXES:
        if name.endswith(spelling) and len(name) > len(spelling):
            return name[: -len(spelling)], UNITS[spelling]
    return name, None


def known_unit(text: str) -> str | None:
    """Return the unit a text spells (万平方米 → 万㎡, 元/平方米 → 元/㎡), or None when it is no unit."""
    folded = "".join(unicodedata.normalize("NFKC", text.translate(INVISIBLE)).casefold().split())
    if folded in UNITS:
        return UNITS[folded]
    over, slash, under = folded.partition("/")
    if slash and over in UNITS and under in UNITS:
        return f"{UNITS[over]}/{UNITS[under]}"
    return None
