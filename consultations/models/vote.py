"""Votes: the rule, the matter, and one live answer per household."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import Capability
from accounts.scope import ScopedQuerySet
from consultations.models.access import ResidentSession
from consultations.models.consultation import Consultation
from consultations.models.roll import RollEntry


class VoteRule(models.Model):
    """A rule of counting, as data with its source: shares are whole fractions, never floats.

    Of the area and of the people on the roll at least ``join`` must take part; of those taking part ``agree``
    must agree, more than that when ``agree_is_exclusive`` ("过半数" excludes the number, "以上" includes it).
    """

    class Scope(models.TextChoices):
        """Whose roll counts."""

        COMMUNITY = "community", _("the whole community")
        BUILDING = "building", _("one building")
        ENTRANCE = "entrance", _("one entrance")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    scope = models.CharField(_("counted over"), max_length=10, choices=Scope.choices)
    join_numerator = models.PositiveSmallIntegerField(_("take part"))
    join_denominator = models.PositiveSmallIntegerField(_("of"))
    agree_numerator = models.PositiveSmallIntegerField(_("agree"))
    agree_denominator = models.PositiveSmallIntegerField(_("of those taking part"))
    agree_is_exclusive = models.BooleanField(_("more than that"))
    # Yanji's elevators: every household of the stairwell, not only those that answered.
    agree_of_all = models.BooleanField(_("of all on the roll"), default=False)
    proxies_per_holder = models.PositiveSmallIntegerField(
        _("proxies a holder may have"), null=True, blank=True
    )
    source = models.CharField(_("source"), max_length=300)
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("rule of a vote")
        verbose_name_plural = _("rules of votes")
        constraints = [
            models.CheckConstraint(
                condition=Q(join_denominator__gt=0, join_numerator__lte=F("join_denominator"))
                & Q(agree_denominator__gt=0, agree_numerator__lte=F("agree_denominator")),
                name="vote_rule_shares_are_shares",
            )
        ]

    def __str__(self) -> str:
        return self.name


class VoteQuerySet(ScopedQuerySet["Vote"]):
    """Votes, in the scope of their consultation."""

    region_field: ClassVar[str] = "consultation__project__community__region"
    view_capability: ClassVar[Capability] = Capability.CONSULTATION_VIEW
    edit_capability: ClassVar[Capability] = Capability.CONSULTATION_MANAGE


class Vote(models.Model):
    """One matter put to the households of a consultation.

    ``building_id`` and ``entrance`` narrow the roll where the rule counts over a building or an entrance.
    ``result`` is the tally as it was counted on closing, frozen.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="votes")
    number = models.PositiveSmallIntegerField(_("number"))
    matter = models.CharField(_("matter"), max_length=200)
    explanation = models.TextField(_("explanation"), max_length=2000, blank=True)
    rule = models.ForeignKey(VoteRule, on_delete=models.PROTECT, related_name="+", verbose_name=_("rule"))
    building_id = models.BigIntegerField(_("building"), null=True, blank=True)
    entrance = models.CharField(_("entrance"), max_length=20, blank=True)
    # The plan stands or falls with this one: voted down, the community leaves the plan.
    is_decisive = models.BooleanField(_("decides about the plan"), default=True)
    result = models.JSONField(_("result"), null=True, editable=False)
    counted_at = models.DateTimeField(_("counted at"), null=True, editable=False)

    objects = models.Manager.from_queryset(VoteQuerySet)()

    class Meta:
        ordering = ["consultation_id", "number"]
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [models.UniqueConstraint(fields=["consultation", "number"], name="vote_number_once")]

    def __str__(self) -> str:
        return self.matter


class BallotQuerySet(ScopedQuerySet["Ballot"]):
    """Ballots, in the scope of their consultation."""

    region_field: ClassVar[str] = "vote__consultation__project__community__region"
    view_capability: ClassVar[Capability] = Capability.BALLOT_ENTER
    edit_capability: ClassVar[Capability] = Capability.BALLOT_ENTER


class Ballot(models.Model):
    """One answer of one household to one vote; the last one is live, the former ones are its history."""

    class Choice(models.TextChoices):
        """What was answered; who abstains takes part."""

        AGREE = "agree", _("agree")
        AGAINST = "against", _("do not agree")
        ABSTAIN = "abstain", _("abstain")

    class Channel(models.TextChoices):
        """How the answer came."""

        ONLINE = "online", _("online")
        PAPER = "paper", _("on paper")
        VISIT = "visit", _("at the door")
        PROXY = "proxy", _("by proxy")

    vote = models.ForeignKey(Vote, on_delete=models.PROTECT, related_name="ballots")
    entry = models.ForeignKey(RollEntry, on_delete=models.PROTECT, related_name="ballots")
    choice = models.CharField(_("answer"), max_length=8, choices=Choice.choices)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    # A mark that tells holders apart, such as the holder's own room or the number of the paper: no name.
    proxy_holder = models.CharField(_("holder of the proxy"), max_length=60, blank=True)
    sheet_no = models.CharField(_("number of the sheet"), max_length=40, blank=True)
    scan = models.FileField(_("scanned sheet"), upload_to="ballots/%Y/%m", max_length=200, blank=True)
    session = models.ForeignKey(ResidentSession, on_delete=models.PROTECT, null=True, related_name="+")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    cast_at = models.DateTimeField(_("answered at"), auto_now_add=True)
    is_live = models.BooleanField(default=True, editable=False)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = models.Manager.from_queryset(BallotQuerySet)()

    class Meta:
        ordering = ["vote_id", "pk"]
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        constraints = [
            models.UniqueConstraint(
                fields=["vote", "entry"], condition=Q(is_live=True), name="ballot_one_live_per_household"
            ),
            models.CheckConstraint(
                condition=~Q(channel="proxy") | ~Q(proxy_holder=""), name="ballot_proxy_has_a_holder"
            ),
        ]

    def __str__(self) -> str:
        return self.get_choice_display()
