"""The renovation task list of a survey: what is damaged or missing, how much, at which price."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from accounts.models import Region, User
from communities import surveys
from communities.models import CatalogueItem, Community, Survey, SurveyFinding
from projects.taskbook import task_book
from records.models import ChangeSet
from records.services import apply
from tests.conftest import ClientFor

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(yanji: User) -> Survey:
    """A survey with a priced roof, an unpriced lamp and a good wall."""
    values = {"name": "州府家园", "region_id": Region.objects.get(code="222401").pk, "street": "北山街道"}
    apply(Community, actor=None, source=ChangeSet.Source.LOAD, values=values)
    [pk] = surveys.open_surveys(
        [Community.objects.get()], due_on=date(2099, 1, 1), actor=yanji, source=ChangeSet.Source.FORM
    )
    roof = CatalogueItem.objects.get(name="屋面防水")
    price = {"reference_price_fen": 9_505}
    apply(CatalogueItem, actor=None, source=ChangeSet.Source.LOAD, pk=roof.pk, values=price)
    for name, condition, quantity in (
        ("屋面防水", "damaged", Decimal("100.10")),
        ("楼道灯", "missing", Decimal(12)),
        ("外墙", "good", None),
    ):
        found = SurveyFinding.objects.get(survey=pk, item__name=name)
        answer = {"condition": condition, "quantity": quantity}
        assert surveys.enter(found, answer, actor=yanji, base_version=1).writes
    return Survey.objects.get(pk=pk)


def test_it_lists_what_is_to_be_done_and_adds_up_what_has_a_price(survey: Survey) -> None:
    book = task_book(survey)
    assert [(task.finding.item.name, task.amount_fen) for task in book.tasks] == [
        ("屋面防水", 951_451),  # 100.10 ㎡ × 95.05 元 = 9,514.505 元, half up
        ("楼道灯", None),
    ]
    assert (book.amount_fen, book.unpriced) == (951_451, 1)
    assert [group.name for group in book.groups] == ["改善房屋功能"]


def test_the_workbook_holds_the_same_lines_as_numbers(
    survey: Survey, yanji: User, client_for: ClientFor
) -> None:
    answer = client_for(yanji).get(reverse("projects:task_file", args=[survey.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer))).active
    assert sheet is not None
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert [(line[1], line[4], line[8], line[9]) for line in lines] == [
        ("屋面防水", 100.1, 95.05, 0.951451),
        ("楼道灯", 12, None, None),
        (None, None, None, 0.951451),
    ]


def test_a_stranger_finds_no_list(survey: Survey, dunhua: User, client_for: ClientFor) -> None:
    for route in ("projects:task_list", "projects:task_file"):
        assert client_for(dunhua).get(reverse(route, args=[survey.pk])).status_code == 404
