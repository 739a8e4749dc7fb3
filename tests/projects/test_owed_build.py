"""What is owed on the sites stands in the list of whoever works there, and of nobody else."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from accounts.models import User
from projects import acceptances, defects
from projects.models import Milestone
from projects.owed import build, owed
from records.models import ChangeSet
from tests.projects.stage import make_project, write

pytestmark = pytest.mark.django_db
FORM = ChangeSet.Source.FORM


@time_machine.travel(date(2026, 10, 20), tick=False)
def test_defects_acceptances_and_late_offices_are_owed_by_the_unit(
    yanji: User, worker: User, dunhua: User, province_user: User
) -> None:
    project = make_project(started_on=date(2026, 5, 4), completed_on=date(2026, 9, 10))
    row = {"origin": "visit", "description": "空鼓", "assignee": "甲", "found_on": date(2026, 9, 1)}
    due = date(2026, 10, 1)
    found = defects.report(project, actor=yanji, source=FORM, values={**row, "due_on": due})
    acceptances.open_acceptance(
        project, actor=yanji, source=FORM, held_on=date(2026, 9, 20), organiser="住建局"
    )
    waiting = make_project("乙小区", stage="plan")
    write(
        Milestone,
        [{"project_id": waiting.pk, "kind": "approval", "submitted_on": date(2026, 9, 28)}],
    )
    assert [one["due"] for one in build.defects(yanji)] == [due]
    assert [one["due"] for one in build.acceptances(worker)] == [date(2026, 9, 20)]
    sheet = f"/projects/{project.pk}/acceptance/"
    for user in (yanji, worker):
        [told] = [one for one in owed(user) if one["url"] == sheet]
        assert (told["due"], "向阳小区" in told["text"]) == (date(2026, 9, 20), True)
    assert [one["due"] for one in build.approvals(yanji)] == [date(2026, 10, 16)]
    defects.mend(found, actor=yanji, source=FORM, note="x")
    assert build.defects(yanji) == []
    assert len(build.defects(worker)) == 1
    for other in (dunhua, province_user):
        assert build.defects(other) + build.acceptances(other) + build.approvals(other) == []
