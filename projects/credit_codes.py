"""Unified social credit codes of firms and their check digit (GB 32100-2015, 统一社会信用代码)."""

from __future__ import annotations

# Digits and capitals without I, O, S, V and Z.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))


def check_character(body: str) -> str:
    """Return the eighteenth character for the first seventeen; raises ValueError for other characters."""
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def is_valid(code: str) -> bool:
    """Tell whether a code has 18 characters of the alphabet and the right check digit."""
    if len(code) != LENGTH or any(sign not in ALPHABET for sign in code):
        return False
    return code[-1] == check_character(code[:-1])
