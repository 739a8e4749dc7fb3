"""Loading the rules of votes that come with the portal; edited ones and a province's own stay as they are."""

from __future__ import annotations

import csv
from pathlib import Path

from consultations.models import VoteRule

DEFAULT_FILE = Path(__file__).resolve().parent / "data" / "vote_rules.csv"
_SHARES = ("join_numerator", "join_denominator", "agree_numerator", "agree_denominator")


def load_vote_rules(path: Path = DEFAULT_FILE) -> int:
    """Add the rules whose code nobody has used yet; return how many."""
    known = set(VoteRule.objects.values_list("code", flat=True))
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["code"] not in known]
    VoteRule.objects.bulk_create(_rule(row) for row in rows)
    return len(rows)


def _rule(row: dict[str, str]) -> VoteRule:
    proxies = row["proxies_per_holder"]
    return VoteRule(
        code=row["code"],
        name=row["name"],
        scope=VoteRule.Scope(row["scope"]),
        **{name: int(row[name]) for name in _SHARES},
        agree_is_exclusive=row["agree_is_exclusive"] == "1",
        agree_of_all=row["agree_of_all"] == "1",
        proxies_per_holder=int(proxies) if proxies else None,
        source=row["source"],
    )
