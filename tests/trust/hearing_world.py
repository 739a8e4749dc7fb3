"""A consultation of residents for the world of the trust tests: one in each unit, open now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.utils import timezone

from communities.models import Building, Household
from consultations.models import (
    Ballot,
    Comment,
    Consultation,
    CostShare,
    Notice,
    Question,
    Questionnaire,
    Roll,
    RollEntry,
    Vote,
    VoteRule,
)
from projects.models import PlanVersion, Project


def targets(write: Callable[..., list[int]], project: int) -> dict[str, str]:
    """Put the plan of a project to the residents; return what the doors name."""
    today = timezone.localdate()
    row = {
        "project_id": project,
        "title": "改造方案",
        "state": Consultation.State.OPEN,
        "plan_version_id": PlanVersion.objects.filter(project=project).values_list("pk", flat=True).first(),
        "organiser": "北山街道办事处",
        "telephone": "0433-0000000",
        "announced_on": today - timedelta(days=10),
        "opens_on": today - timedelta(days=3),
        "closes_on": today + timedelta(days=7),
    }
    [consultation] = write(Consultation, [row])
    code = Project.objects.values_list("community__code", flat=True).get(pk=project)
    said = Comment.objects.create(
        project_id=project, consultation_id=consultation, text="台阶太高", voice="1栋 居民", key="said"
    )
    days = {"from_on": today - timedelta(days=10), "to_on": today + timedelta(days=7)}
    [notice] = write(Notice, [{**days, "consultation_id": consultation, "kind": "plan", "title": "方案公示"}])
    [cost] = write(CostShare, [{"consultation_id": consultation, "title": "电梯", "amount_fen": 100}])
    return {
        "consultation": str(consultation),
        "code": code,
        "said": str(said.pk),
        "notice": str(notice),
        "cost": str(cost),
        **_votes(write, consultation),
    }


def _votes(write: Callable[..., list[int]], consultation: int) -> dict[str, str]:
    """Freeze a roll of one household with a vote, a scanned sheet and a questionnaire."""
    asked = Consultation.objects.select_related("project").get(pk=consultation)
    building = Building.objects.filter(community=asked.project.community_id).order_by("pk").first()
    assert building is not None
    [home] = write(Household, [{"building_id": building.pk, "room": "909", "floor_area": Decimal(50)}])
    household = Household.objects.get(pk=home)
    roll = Roll.objects.create(consultation=asked, households=1, people=1, area=Decimal(50))
    entry = RollEntry.objects.create(
        roll=roll,
        household=household,
        building_id=building.pk,
        building_number=building.number,
        room=household.room,
        area=Decimal(50),
        person=f"#{household.pk}",
    )
    rule = VoteRule.objects.get(code="civil-code-ordinary")
    vote = Vote.objects.create(consultation=asked, number=1, matter="是否同意改造方案", rule=rule)
    ballot = Ballot(vote=vote, entry=entry, choice=Ballot.Choice.AGREE, channel=Ballot.Channel.PAPER)
    ballot.scan.save("sheet.pdf", ContentFile(b"%PDF-1.4 sheet"), save=False)
    ballot.save()
    questionnaire = Questionnaire.objects.create(consultation=asked, title="问卷")
    questionnaire.questions.create(number=1, text="满意吗", kind=Question.Kind.SCALE, is_overall=True)
    return {
        "vote": str(vote.pk),
        "vote_rule": str(rule.pk),
        "entry": str(entry.pk),
        "ballot": str(ballot.pk),
    }
