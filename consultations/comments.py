"""What households say: said once, without numbers of persons, counted, and theirs to take back.

Everything waits to be looked at before others may read it (consultations.moderation).  A comment is never
deleted: what is withdrawn or erased leaves a stone, so that whoever counts the answers finds them all.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, models, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import throttle
from communities.models import CatalogueItem, Household
from consultations import reading, standing
from consultations.models import (
    Comment,
    CommentEvent,
    Consultation,
    Notice,
    ResidentSession,
    Support,
)
from projects.models import PlanClause, PlanItem, Project
from records.attachments import Prepared, small_name

Kind, State, Action = Comment.Kind, Comment.State, CommentEvent.Action
LONGEST = 1000
SHORTEST = 2
# How often one household may speak about one plan: at most 3 times in ten minutes, 10 in a day.
LIMITS = ((3, timedelta(minutes=10)), (10, timedelta(days=1)))
# Of a building with fewer homes not even the building is named: somebody could be recognised.
SMALLEST_BUILDING = 5
# What stands where a number of a person was.
BLOT = "［…］"
# Kinds that are about the works and not about a plan.
OF_WORKS = (Kind.DEFECT, Kind.ACCEPTANCE)


class CommentRefused(ValueError):
    """What was said cannot be taken; the message says why.  ``code`` tells the reasons apart."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class TooMany(CommentRefused):
    """The household has spoken as often as it may; ``retry_after`` is when it may again."""

    def __init__(self, retry_after: timedelta) -> None:
        if retry_after > timedelta(hours=1):
            text = _("Your home has said ten things today. Please go on tomorrow, or call the office.")
        else:
            text = _(
                "Your home has just said three things. Please wait ten minutes; your text is kept below."
            )
        super().__init__("many", text)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Saying:
    """What somebody wants to say, as the form brings it; ``key`` is the form's own."""

    text: str
    key: str
    kind: str = Kind.COMMENT
    clause_id: int | None = None
    item_id: int | None = None
    proposed_id: int | None = None
    photo: Prepared | None = None


def say(session: ResidentSession, project: Project, saying: Saying) -> Comment:
    """Store what a household says; the same form sent twice has said it once.

    Raises CommentRefused: too long or empty, nothing is asked now, the clause is not of the plan on display,
    the notice of privacy was not accepted, or said too often (TooMany).
    """
    if not session.privacy_version:
        raise CommentRefused("privacy", _("Please read the notice about your data first."))
    if saying.kind not in Kind.values:
        raise CommentRefused("kind", _("Choose what you want to say."))
    text = readable(saying.text)
    key = _key(session, saying.key)
    with transaction.atomic():
        consultation = _hold(session, project, saying.kind)
        known = Comment.objects.filter(project=project, key=key).first()
        if known is not None:
            return known
        comment = _about(consultation, project, saying)
        _refuse_many(session, project)
        comment.text = text
        comment.key = key
        comment.household = session.household
        comment.voice = voice_of(session.household)
        comment.session = session
        comment.is_simulated = project.is_simulated
        try:
            with transaction.atomic():
                return _keep(comment, saying.photo)
        except IntegrityError:
            return Comment.objects.get(project=project, key=key)


def _keep(comment: Comment, photo: Prepared | None) -> Comment:
    if photo is not None:
        name = f"{secrets.token_hex(16)}.{photo.ending}"
        comment.photo.save(name, ContentFile(photo.content), save=False)
        default_storage.save(small_name(comment.photo.name or ""), ContentFile(photo.small))
    comment.save(force_insert=True)
    CommentEvent.objects.create(comment=comment, action=Action.SAID)
    return comment


def _key(session: ResidentSession, key: str) -> str:
    """Return the key of a form as it is stored: no household can use up another's."""
    if not key:
        raise CommentRefused("key", _("The page is incomplete. Load it again."))
    return sha256(f"{session.household_id}:{key}".encode()).hexdigest()


def _hold(session: ResidentSession, project: Project, kind: str) -> Consultation | None:
    """Lock what the words are about, and refuse them where nothing of the kind is asked now."""
    if project.community_id != session.community_id:
        raise Project.DoesNotExist
    if kind in OF_WORKS:
        if not takes_of_works(project, kind):
            raise CommentRefused("closed", _("This cannot be said yet; the works have not come so far."))
        return None
    rows = Consultation.objects.live().filter(project=project).exclude(kind=Consultation.Kind.SATISFACTION)
    running = rows.exclude(state__in=Consultation.ENDED).order_by("-pk").first()
    # The lock that whoever makes the plan final takes too: neither misses the other.
    consultation = standing.hold(running) if running is not None else None
    if consultation is None or not takes(consultation, kind):
        raise CommentRefused("closed", _("Comments are not taken now. Please call the office."))
    return consultation


def takes(consultation: Consultation, kind: str) -> bool:
    """Tell whether something of a kind may be said about a plan today."""
    if kind == Kind.OBJECTION:
        return standing.takes_objections(consultation)
    return kind in (Kind.COMMENT, Kind.PROPOSAL) and standing.is_open(consultation)


def takes_of_works(project: Project, kind: str) -> bool:
    """Tell whether something of a kind may be said about the works today."""
    if kind == Kind.DEFECT:
        return project.started_on is not None
    return kind == Kind.ACCEPTANCE and project.completed_on is not None


def _about(consultation: Consultation | None, project: Project, saying: Saying) -> Comment:
    """Return an unsaved comment that points at what it is about."""
    comment = Comment(project=project, consultation=consultation, kind=saying.kind)
    version = reading.shown_version(consultation) if consultation else None
    wrong = CommentRefused("about", _("This is not in the plan on display. Load the page again."))
    if saying.clause_id is not None:
        found = PlanClause.objects.live().filter(pk=saying.clause_id, plan_version=version)
        comment.clause = found.first()
        if version is None or comment.clause is None:
            raise wrong
    if saying.item_id is not None:
        items = PlanItem.objects.live().filter(pk=saying.item_id, plan_version=version)
        comment.item = items.first()
        if version is None or comment.item is None:
            raise wrong
    if saying.kind == Kind.PROPOSAL:
        comment.proposed = proposable(project).filter(pk=saying.proposed_id or 0).first()
        if comment.proposed is None:
            raise CommentRefused("proposed", _("Choose what should be added."))
    if saying.kind == Kind.OBJECTION and consultation is not None:
        comment.notice = (
            Notice.objects.live()
            .filter(consultation=consultation)
            .exclude(kind=Notice.Kind.PLAN)
            .order_by("-from_on", "-pk")
            .first()
        )
    return comment


def proposable(project: Project) -> models.QuerySet[CatalogueItem]:
    """Return the works of the catalogue that residents of a project's community may propose."""
    return CatalogueItem.objects.in_use().in_region(project.community.region)


def _refuse_many(session: ResidentSession, project: Project) -> None:
    for limit, window in LIMITS:
        place = f"{project.pk}:{session.household_id}:{int(window.total_seconds())}"
        if not throttle.allow("comment", place, limit, window):
            raise TooMany(window)


def voice_of(household: Household) -> str:
    """Return all that others see of who speaks: the building, and less where few live in it."""
    neighbours = Household.objects.live().filter(building=household.building_id)[:SMALLEST_BUILDING].count()
    # In the language of the place, whoever reads it: it is kept with the words.
    with translation.override(settings.LANGUAGE_CODE):
        if neighbours < SMALLEST_BUILDING:
            return _("a resident")
        return _("%(building)s, a resident") % {"building": household.building.number[:40]}


def withdraw(comment: Comment, session: ResidentSession) -> Comment:
    """Take back what a household said; a stone stays.  Raises Comment.DoesNotExist for another's words."""
    with transaction.atomic():
        held = _own(comment, session)
        if held.state in Comment.OWED:
            held.state = State.WITHDRAWN
            held.save(update_fields=["state"])
            CommentEvent.objects.create(comment=held, action=Action.WITHDRAWN)
    return held


def erase(comment: Comment, session: ResidentSession) -> Comment:
    """Erase what a household said, and that it was they (个人信息保护法 第四十七条); a stone stays.

    Raises Comment.DoesNotExist for another's words.
    """
    with transaction.atomic():
        held = _own(comment, session)
        photo = held.photo.name if held.photo else ""
        held.text, held.photo = "", ""
        held.household, held.session = None, None
        held.state = State.ERASED
        with translation.override(settings.LANGUAGE_CODE):
            held.voice = _("a resident")
        held.save(update_fields=["text", "photo", "household", "session", "state", "voice"])
        CommentEvent.objects.create(comment=held, action=Action.ERASED)
        if photo:
            transaction.on_commit(lambda: _delete_photo(photo))
    return held


def _delete_photo(name: str) -> None:
    default_storage.delete(name)
    default_storage.delete(small_name(name))


def _own(comment: Comment, session: ResidentSession) -> Comment:
    rows = Comment.objects.filter(household=session.household_id, project__community=session.community_id)
    return rows.select_for_update(of=("self",)).get(pk=comment.pk)


def support(comment: Comment, session: ResidentSession, *, on: bool = True) -> bool:
    """Say or unsay that a household agrees with what another said; return whether it now does.

    Raises Comment.DoesNotExist for what the household cannot read, CommentRefused for its own words and where
    nothing is asked any more.
    """
    if not session.privacy_version:
        raise CommentRefused("privacy", _("Please read the notice about your data first."))
    shown = Comment.objects.filter(state=State.PUBLISHED, project__community=session.community_id)
    found = shown.select_related("consultation").get(pk=comment.pk)
    if found.household_id == session.household_id:
        raise CommentRefused("own", _("These are your own words."))
    if found.consultation is None or not standing.is_open(found.consultation):
        raise CommentRefused("closed", _("Comments are not taken now. Please call the office."))
    if on:
        Support.objects.get_or_create(comment=found, household=session.household)
    else:
        Support.objects.filter(comment=found, household=session.household).delete()
    return on


def readable(text: str) -> str:
    """Return words as they are stored: no numbers of persons, no signs that cannot be seen.

    Raises CommentRefused for nothing and for more than 1,000 characters.
    """
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(sign for sign in plain if sign == "\n" or unicodedata.category(sign) not in _UNSEEN)
    tidy = re.sub(r"\n{3,}", "\n\n", kept).strip()
    if len(tidy) < SHORTEST:
        raise CommentRefused("empty", _("Write a few words."))
    if len(tidy) > LONGEST:
        raise CommentRefused(
            "long", _("Write at most 1,000 characters, or say the rest in a second comment.")
        )
    return without_numbers(tidy)


# Controls, signs that turn the direction of writing, signs without a shape, halves of signs.
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
# What people write between the figures of one number; not the signs between the numbers of a list.
_GAP = r"[ \-–—_.·]{0,2}"
# Figures as they are spelled: 一三九, 幺三九, 壹叁玖.
_SPELLED = ("零〇○", "一幺壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒拐", "八捌", "九玖")
_DIGITS = {sign: str(value) for value, signs in enumerate(_SPELLED) for sign in signs}


def _figures(count: int) -> str:
    return rf"(?:{_GAP}\d){{{count}}}"


_NUMBERS = re.compile(
    "|".join(
        (
            # Numbers of identity: region, a day of birth of three centuries, serial and check figure.
            rf"(?<!\d)[1-9]{_figures(5)}{_GAP}(?:18|19|20){_figures(2)}{_GAP}[01]{_figures(1)}{_GAP}[0-3]"
            rf"{_figures(4)}{_GAP}[\dXx](?!\d)",
            # Numbers of bank cards, and of identity before 1999.
            r"(?<!\d)\d{15,19}(?!\d)",
            rf"(?<!\d)(?:\+?86{_GAP})?1{_GAP}[3-9]{_figures(9)}(?!\d)",
            rf"(?<!\d)0\d{{2,3}}{_GAP}[2-9]\d{{6,7}}(?!\d)",
            r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",
        )
    )
)
_SPOKEN = re.compile(r"1[3-9]\d{9}(?!\d)")


def without_numbers(text: str) -> str:
    """Blot out telephone and identity numbers and addresses of mail, spelled or spaced as people do."""
    figures = "".join(str(unicodedata.digit(sign, sign)) for sign in text)
    blotted = _blot(text, figures, _NUMBERS)
    spelled = "".join(_DIGITS.get(sign, str(unicodedata.digit(sign, sign))) for sign in blotted)
    return _blot(blotted, spelled, _SPOKEN)


def _blot(text: str, read: str, pattern: re.Pattern[str]) -> str:
    """Replace the stretches of a text in which a twin of the same length, its figures read, matches."""
    pieces, last = [], 0
    for match in pattern.finditer(read):
        pieces += [text[last : match.start()], BLOT]
        last = match.end()
    return "".join([*pieces, text[last:]])
