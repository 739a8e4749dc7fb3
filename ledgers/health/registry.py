"""The registry of rules over many rows, which no single write can see.

A rule is handed the stock of a region and yields what it finds, with a constant number of queries::

    @health_rule("photo_reused", _("Photo under two rows"), "records.attachment")
    def photo_reused(stock: Stock) -> Iterator[Hit]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

from records.checks import Finding, fingerprint

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from ledgers.health.stock import Stock


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule has to say about one row.

    ``facts`` are the values it is about: a reason given for it holds for exactly these.
    """

    record_type: str
    row: Mapping[str, Any]
    field: str
    value: Any
    message: str
    mend: str
    facts: Mapping[str, Any]

    def print_of(self, code: str) -> str:
        """Return the digest of the values it is about, as confirmations keep it."""
        told = Finding(self.field, self.message, code=code, fields=tuple(sorted(self.facts)))
        return fingerprint(told, self.facts)


Rule = Callable[["Stock"], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class HealthRule:
    """A registered rule."""

    code: str
    label: StrOrPromise
    record_type: str
    find: Rule


RULES: dict[str, HealthRule] = {}


def health_rule(code: str, label: StrOrPromise, record_type: str) -> Callable[[Rule], Rule]:
    """Register a rule about rows of a record type; raises ImproperlyConfigured for a code used twice."""

    def register(find: Rule) -> Rule:
        if code in RULES:
            raise ImproperlyConfigured(f"Two health rules are called {code!r}.")
        RULES[code] = HealthRule(code, label, record_type, find)
        return find

    return register
