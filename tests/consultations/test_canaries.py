"""What a household must not leave behind: its telephone, its number and its code are nowhere afterwards."""

from __future__ import annotations

import io
import logging
import zipfile
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from accounts.models import User
from consultations import access, answers, moderation, privacy
from consultations.models import Ballot, Comment, Questionnaire, Sheet
from jobs.models import Job
from tests.conftest import ClientFor
from tests.consultations.hearing import Hearing, hearing

pytestmark = pytest.mark.django_db
TELEPHONE, NUMBER = "13912345678", "222401196001011234"


class Journey:
    """A phone on its way through the residents' pages; remembers every address it was at or sent to."""

    def __init__(self, heard: Hearing) -> None:
        self.client = Client(headers={"user-agent": "Mozilla/5.0 MicroMessenger"})
        self.base = f"/p/{heard.project.community.code}/"
        self.addresses: list[str] = []

    def post(self, path: str, **fields: Any) -> None:
        """Send a form, and follow where it leads."""
        answer = self.client.post(self.base + path, fields)
        assert answer.status_code in (200, 302, 400), (path, answer.status_code)
        self.addresses += [answer.request["PATH_INFO"], answer.headers.get("Location", "")]
        if answer.status_code == 302:
            self.client.get(answer.headers["Location"])


def walk(heard: Hearing, slip: access.Slip) -> list[str]:
    """Enter, accept, speak, propose, vote, answer questions and mistype; return every address met."""
    questionnaire = Questionnaire.objects.create(consultation=heard.consultation, title="问卷")
    question = questionnaire.questions.create(number=1, text="还有什么", kind="text")
    phone = Journey(heard)
    phone.post("enter/", typed=slip.typed[:-1] + ("2" if slip.typed[-1] != "2" else "3"))
    phone.post("enter/", secret=slip.secret, typed="")
    phone.post("enter/", typed=slip.typed)
    phone.post("privacy/")
    words = f"请打 {TELEPHONE}，身份证 {NUMBER}"
    phone.post("say/", key="k1", kind="comment", about=f"clause-{heard.clauses[0].pk}", text=words)
    phone.post("say/", key="k2", kind="comment", about="", text="")
    phone.post("vote/1/", choice="agree", sure="1")
    phone.post("vote/1/", choice=TELEPHONE)
    phone.post(f"questions/{questionnaire.pk}/", **{f"q{question.pk}": words})
    return phone.addresses


def stored() -> str:
    """Return every value of every table as text."""
    return "\n".join(str(list(model._base_manager.values())) for model in apps.get_models())


def inside(content: bytes) -> str:
    """Return the text of a file: the parts of a package, or what can be read of anything else."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "ignore")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return "".join(package.read(name).decode("utf-8", "ignore") for name in package.namelist())


def test_no_number_of_a_person_and_no_code_stays_anywhere(
    yanji: User, client_for: ClientFor, caplog: pytest.LogCaptureFixture
) -> None:
    heard = hearing()
    [slip] = access.issue_codes([heard.households[0]], actor=yanji)
    caplog.set_level("DEBUG")
    # The log of the database would hold every parameter; the portal never writes it.
    logging.getLogger("django.db.backends").disabled = True
    try:
        addresses = walk(heard, slip)
    finally:
        logging.getLogger("django.db.backends").disabled = False
    comment = Comment.objects.get()
    assert comment.text.startswith("请打")
    assert Ballot.objects.filter(is_live=True).count() == 1
    assert Sheet.objects.count() == 1
    moderation.publish([comment], actor=yanji)
    answers.answer([comment], answers.Answer("refused", "已电话说明"), actor=yanji)

    office = client_for(yanji)
    files = [
        office.get(reverse("consultations:sheet_file", args=[heard.consultation.pk, kind]))
        for kind in ("docx", "pdf")
    ]
    files += [office.get(reverse("ledgers:export", args=[slug])) for slug in ("households", "consultations")]
    assert {answer.status_code for answer in files} == {200}
    exports = "".join(inside(one.getvalue()) for one in files)

    left = "\n".join([caplog.text, *addresses, stored(), exports])
    assert "已电话说明" in left
    for canary in (TELEPHONE, NUMBER, slip.secret, slip.typed, slip.typed.replace("-", "")):
        assert canary not in left
    # Nothing of it went to the broker either: residents start no background work.
    assert not Job.objects.exists()


def test_the_notice_about_personal_data_comes_before_the_first_word(yanji: User) -> None:
    heard = hearing()
    [slip] = access.issue_codes([heard.households[0]], actor=yanji)
    phone = Journey(heard)
    phone.post("enter/", secret=slip.secret, typed="")
    phone.post("say/", key="k1", kind="comment", about="", text="楼道灯坏了")
    assert not Comment.objects.exists()
    phone.post("privacy/")
    phone.post("say/", key="k1", kind="comment", about="", text="楼道灯坏了")
    said = Comment.objects.select_related("session").get()
    assert said.session is not None
    assert said.session.privacy_version == privacy.VERSION
