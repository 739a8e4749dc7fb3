"""A consultation of residents for the world of the trust tests: one in each unit, open now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from consultations.models import Comment, Consultation, CostShare, Notice
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
    }
