"""The papers of a vote: three notices and the form of its result; the same facts for page, Word and PDF.

Fields as in the forms that are in use: the notice of a vote in Dongguan (范围、总人数、总面积、起止时间), its
preliminary count with time for objections (询异), and Foshan's form of the result (投票结果公示).  They carry
totals alone, never what one household answered.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from docxtpl import DocxTemplate

from consultations import counting, tally
from consultations.models import Ballot, Notice, Vote
from consultations.rolls import walking_order
from consultations.standing import local_day
from projects.day_words import full_day
from records.typesetting import typeset

TYPST = Path(__file__).with_name("vote_paper.typ")
# Built by tools/vote_paper_template.py.
WORD = Path(__file__).with_name("vote_paper.docx")


class Kind(models.TextChoices):
    """Which paper of a vote."""

    NOTICE = "notice", gettext_lazy("Notice of the vote")
    COUNT = "count", gettext_lazy("Preliminary count, open to objections")
    RESULT = "result", gettext_lazy("Result of the vote")
    FORM = "form", gettext_lazy("Form of the count, for the file")


# The public notice that goes with a paper, with its number and days.
NOTICES: Mapping[Kind, Notice.Kind] = {
    Kind.NOTICE: Notice.Kind.PLAN,
    Kind.COUNT: Notice.Kind.COUNT,
    Kind.RESULT: Notice.Kind.RESULT,
}


class NotCounted(ValueError):
    """The paper tells a result and the vote is not counted yet."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a paper: lines of label and value, then sentences."""

    heading: str
    rows: tuple[tuple[str, str], ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as page, Word and PDF show it."""

    kind: str
    title: str
    number: str
    sections: tuple[Section, ...]
    conclusion: str
    signed: str
    dated: str
    signatures: tuple[str, ...] = ()


def paper_of(vote: Vote, kind: Kind) -> Paper:
    """Return a paper of a vote; raises NotCounted for those that tell a result before there is one.

    ``vote`` comes with its rule and its consultation's community.  Three queries.
    """
    counted = counting.result_of(vote)
    if kind != Kind.NOTICE and counted is None:
        raise NotCounted(_("The vote is not counted yet."))
    made = counted or counting.count(vote)
    notice = _notice(vote, kind)
    sections = {
        Kind.NOTICE: lambda: _notice_sections(vote, made),
        Kind.COUNT: lambda: (*_result_sections(vote, made), _objections(vote, notice)),
        Kind.RESULT: lambda: _result_sections(vote, made),
        Kind.FORM: lambda: (*_result_sections(vote, made), _split(vote, made)),
    }[kind]()
    consultation = vote.consultation
    return Paper(
        kind=kind.value,
        title=f"{consultation.project.community.name}：{kind.label}",
        number=notice.number if notice else "",
        sections=sections,
        conclusion="" if kind == Kind.NOTICE else conclusion_of(vote, made, is_final=kind != Kind.COUNT),
        signed=consultation.organiser,
        dated=full_day(_dated(vote, kind, notice)),
        signatures=(pgettext("signature", "Counted by"), _("Watched by"), _("Residents' representatives"))
        if kind == Kind.FORM
        else (),
    )


def as_word(paper: Paper) -> bytes:
    """Return a paper as a Word file."""
    template = DocxTemplate(str(WORD))
    template.render(asdict(paper), autoescape=True)
    made = io.BytesIO()
    template.save(made)
    return made.getvalue()


def as_pdf(paper: Paper) -> bytes:
    """Return a paper as PDF, A4."""
    return typeset(TYPST, asdict(paper))


def rule_in_words(rule: tally.Rule) -> str:
    """Return what a vote must reach, in the words of the law."""
    agree = _more_than(rule.agree) if rule.agree_is_exclusive else _at_least(rule.agree)
    if rule.agree_of_all:
        return _("owners of %(agree)s of the area, and %(agree)s of the owners by number, agree") % {
            "agree": agree
        }
    return _(
        "owners of %(join)s of the area, and %(join)s of the owners by number, take part; of those taking "
        "part %(agree)s by area and %(agree)s by number agree"
    ) % {"join": _at_least(rule.join), "agree": agree}


def conclusion_of(vote: Vote, made: tally.Tally, *, is_final: bool = True) -> str:
    """Return in one sentence whether the vote meets its rule, with the law's words."""
    told = {"source": vote.rule.source.partition("；")[0], "rule": rule_in_words(made.rule)}
    if made.is_passed:
        text = _("The vote meets %(source)s: «%(rule)s». The matter is carried.") % told
    else:
        text = _("The vote does not meet %(source)s: «%(rule)s». The matter is not carried.") % told
    return text if is_final else _("By the preliminary count: %(text)s") % {"text": text}


def scope_of(vote: Vote) -> str:
    """Return who votes: the buildings of the roll in their order, or the entrance."""
    entries = counting.entries_of(vote).order_by()
    numbers = set(entries.values_list("building_number", flat=True))
    named = "、".join(sorted(numbers, key=walking_order))
    return f"{named} {vote.entrance}".strip()


def _notice(vote: Vote, kind: Kind) -> Notice | None:
    wanted = NOTICES.get(kind)
    if wanted is None:
        return None
    found: Notice | None = (
        Notice.objects.live().filter(consultation=vote.consultation_id, kind=wanted).first()
    )
    return found


def _dated(vote: Vote, kind: Kind, notice: Notice | None) -> date | None:
    if notice is not None:
        return notice.from_on
    if kind == Kind.NOTICE:
        return vote.consultation.announced_on
    return local_day(vote.counted_at) if vote.counted_at else None


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at, timezone.get_default_timezone()):%Y-%m-%d %H:%M}" if at else ""


def _people(weight: tally.Weight) -> str:
    return _("%(count)d people") % {"count": weight.people}


def _area(weight: tally.Weight) -> str:
    return f"{counting.square_metres(weight.area)} ㎡"


def _percent(share: Fraction) -> str:
    return f"{tally.percent(share)} %"


def _notice_sections(vote: Vote, made: tally.Tally) -> tuple[Section, ...]:
    consultation = vote.consultation
    reached = " · ".join(filter(None, (consultation.organiser, consultation.telephone, consultation.address)))
    return (
        Section(
            _("1. Who votes"),
            (
                (_("Which buildings"), scope_of(vote)),
                (_("People on the roll (owners; several places of one owner are one)"), _people(made.roll)),
                (_("Area on the roll"), _area(made.roll)),
            ),
        ),
        Section(
            _("2. When"),
            (
                (_("Begins"), full_day(consultation.opens_on)),
                (_("Ends"), _("%(day)s, 24:00") % {"day": full_day(consultation.closes_on)}),
            ),
        ),
        Section(_("3. What is put to the vote"), (), tuple(filter(None, (vote.matter, vote.explanation)))),
        Section(
            _("4. How it is counted"),
            (),
            (
                rule_in_words(made.rule),
                _("Basis: %(source)s") % {"source": vote.rule.source},
                _("Who does not answer does not take part and is not counted with the majority."),
                _("A home that answers several times counts once, by its last answer."),
            ),
        ),
        Section(
            _("5. How to answer"),
            (),
            (
                _("By telephone with the code of your home, on paper, at the door, or by proxy in writing."),
                _proxies(vote),
                reached,
            ),
        ),
    )


def _proxies(vote: Vote) -> str:
    most = vote.rule.proxies_per_holder
    if most is None:
        return _("A holder of proxies names the owners in writing.")
    return _("One holder of proxies speaks for at most %(count)d owners.") % {"count": most}


def _result_sections(vote: Vote, made: tally.Tally) -> tuple[Section, ...]:
    consultation, (people, area) = vote.consultation, made.join_shares
    return (
        Section(
            _("1. The matter"),
            (
                (_("Title"), vote.matter),
                (_("In short"), vote.explanation or consultation.title),
                (_("Who votes (community or building)"), scope_of(vote)),
                (_("Begins"), full_day(consultation.opens_on)),
                (_("Ends"), full_day(consultation.closes_on)),
                (_("Put to the vote by"), consultation.organiser),
                (_("Contact"), ""),
                (_("Telephone"), consultation.telephone),
            ),
        ),
        Section(
            _("2. The result"),
            (
                (_("People concerned"), _people(made.roll)),
                (_("Area concerned"), _area(made.roll)),
                (_("People taking part"), _people(made.joined)),
                (_("Area taking part"), _area(made.joined)),
                (_("Share of people taking part"), _percent(people)),
                (_("Share of area taking part"), _percent(area)),
                (_("People agreeing"), _people(made.agree)),
                (_("Area agreeing"), _area(made.agree)),
                *_agreeing(made),
            ),
        ),
    )


def _agreeing(made: tally.Tally) -> tuple[tuple[str, str], tuple[str, str]]:
    people, area = made.agree_shares
    if made.rule.agree_of_all:
        labels = _("Agreeing, share of all people on the roll"), _("Agreeing, share of all area on the roll")
    else:
        labels = _("Agreeing, share of the people taking part"), _("Agreeing, share of the area taking part")
    return (labels[0], _percent(people)), (labels[1], _percent(area))


def _objections(vote: Vote, notice: Notice | None) -> Section:
    days = f"{full_day(notice.from_on)} — {full_day(notice.to_on)}" if notice else ""
    consultation = vote.consultation
    return Section(
        _("3. Objections"),
        ((_("On display"), days), (_("Telephone"), consultation.telephone)),
        (
            _(
                "Who doubts the count may ask in these days how their own answer was counted, or object in "
                "writing at %(place)s."
            )
            % {"place": consultation.address or consultation.organiser},
        ),
    )


def _split(vote: Vote, made: tally.Tally) -> Section:
    live = Ballot.objects.filter(vote=vote, is_live=True).order_by()
    ways = Counter(live.values_list("channel", flat=True))
    rows = [(_("Do not agree"), made.against), (_("Abstain"), made.abstain)]
    return Section(
        _("3. For the file"),
        (
            *((label, f"{_people(side)}，{_area(side)}") for label, side in rows),
            *(
                (str(Ballot.Channel(way).label), _("%(count)d homes") % {"count": ways[way]})
                for way in Ballot.Channel.values
            ),
            (_("Counted at"), _moment(vote.counted_at)),
        ),
    )


def _share_in_words(share: Fraction) -> str:
    known = {
        Fraction(1, 2): _("half"),
        Fraction(2, 3): _("two thirds"),
        Fraction(3, 4): _("three quarters"),
        Fraction(4, 5): _("four fifths"),
        Fraction(9, 10): _("nine tenths"),
    }
    return known.get(share, f"{share.numerator}/{share.denominator}")


def _at_least(share: Fraction) -> str:
    return _("all") if share == 1 else _("at least %(share)s") % {"share": _share_in_words(share)}


def _more_than(share: Fraction) -> str:
    if share == Fraction(1, 2):
        return _("more than half")
    return _("more than %(share)s") % {"share": _share_in_words(share)}


def name_of(paper: Paper, ending: str) -> str:
    """Return the name of the file of a paper."""
    return f"{paper.title}.{ending}"


def data_of(paper: Paper) -> dict[str, Any]:
    """Return a paper as plain data, for the page."""
    return asdict(paper)
