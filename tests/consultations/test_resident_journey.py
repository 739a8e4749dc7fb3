"""A resident's whole way on a phone, with script and without: from the slip to the changed clause."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from accounts.roles import Capability
from consultations import access, answers, moderation, privacy, proceedings
from consultations.answers import Answer
from consultations.models import Ballot, Comment, Consultation, CostShare, ResidentSession, Vote
from projects.models import PlanClause, PlanItem
from records.models import ChangeSet
from records.services import apply
from tests.browsing import axe_violations
from tests.consultations.hearing import Hearing, hearing
from tests.projects.stage import write

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
MOST_BYTES = 150 * 1024
WORDS = "我妈坐轮椅，台阶太高。能不能做个坡道？我的电话 13912345678"


@pytest.fixture
def stage(db: None) -> Hearing:
    """A community that is being heard, with a cost to tell."""
    found = hearing()
    write(CostShare, [{"consultation_id": found.consultation.pk, "title": "水表", "amount_fen": 80_000}])
    return found


OpenPhone = Callable[..., Page]


@pytest.fixture
def open_phone(chromium: Browser, live_server: LiveServer) -> Iterator[OpenPhone]:
    """Open a phone of a resident; fail the test on any error in its console."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(*, script: bool = True, width: int = 390, **options: Any) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            locale="en-GB",
            viewport={"width": width, "height": 844},
            java_script_enabled=script,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def enter(page: Page, stage: Hearing, officer: User, *, script: bool) -> None:
    """Come in by the slip: its QR code where scripts run, its typed code where they do not."""
    [slip] = access.issue_codes([stage.households[0]], actor=officer)
    code = stage.project.community.code
    if script:
        page.goto(f"/p/{code}/enter/#s={slip.secret}")
    else:
        page.goto(f"/p/{code}/enter/")
        page.get_by_label("Code on the slip").fill(slip.typed.lower())
        page.get_by_role("button", name="Go on").click()
    page.wait_for_url(f"**/p/{code}/")
    assert slip.secret not in page.url


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_resident_reads_speaks_votes_and_sees_what_it_changed(
    open_phone: OpenPhone, stage: Hearing, yanji: User, script: bool
) -> None:
    page, code = open_phone(script=script), stage.project.community.code
    page.goto(f"/p/{code}/")
    assert page.get_by_role("heading", name="建安小区改造方案").is_visible()
    assert page.get_by_text("7 days left").is_visible()
    enter(page, stage, yanji, script=script)
    _speak(page, stage)
    _vote(page)
    comment = Comment.objects.get()
    moderation.publish([comment], actor=yanji)
    _answer_and_revise(stage, comment, yanji)
    page.goto(f"/p/{code}/mine/{comment.pk}/")
    assert page.get_by_role("heading", name="Your comment was adopted").is_visible()
    gone, come = page.locator("main del").first, page.locator(".card ins").first
    assert page.locator(".card del").first.inner_text() == "抹水泥"
    assert come.inner_text() == "铺防滑砖，1 号楼 1 单元做坡道"
    if script:
        assert gone.evaluate("e => getComputedStyle(e).color") == "rgb(176, 35, 26)"
        assert come.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(228, 242, 233)"
        assert come.evaluate("e => getComputedStyle(e).textDecorationLine") == "underline"
    page.goto(f"/p/{code}/changes/")
    assert page.get_by_text("You said").is_visible()
    assert page.get_by_text("我妈坐轮椅").is_visible()
    _finalise(stage, yanji)
    page.goto(f"/p/{code}/")
    assert page.get_by_text("The plan is final").first.is_visible()
    _take_back(page, comment)


def _speak(page: Page, stage: Hearing) -> None:
    """Comment on the second clause; the notice about data stands before the first word."""
    clause = page.locator(f"#clause-{stage.clauses[1].pk}")
    clause.get_by_role("link", name="Say a word").click()
    assert page.get_by_role("heading", name="About your data").is_visible()
    page.get_by_role("button", name="I have read it, go on").click()
    assert ResidentSession.objects.get(ended_at=None).privacy_version == privacy.VERSION
    assert page.get_by_role("heading", name="No. 2, 单元门前台阶").is_visible()
    page.get_by_label("What do you want to say?").fill(WORDS)
    page.get_by_role("button", name="Send").click()
    assert page.get_by_role("heading", name="Your comment has arrived").is_visible()
    said = Comment.objects.get()
    assert (said.clause_id, said.state) == (stage.clauses[1].pk, "pending")
    assert "139" not in said.text
    page.get_by_role("link", name="Back to the plan").click()


def _vote(page: Page) -> None:
    """Vote, and change the vote."""
    page.get_by_role("button", name="I do not agree").click()
    assert page.get_by_text("Your answer is kept.").is_visible()
    page.get_by_role("button", name="I agree", exact=True).click()
    assert page.get_by_text("Your home answered «agree»").is_visible()
    given = Ballot.objects.order_by("pk").values_list("choice", "is_live")
    assert list(given) == [("against", False), ("agree", True)]


def _set(consultation: Consultation, **values: object) -> Consultation:
    """Let days pass: write the days of a consultation."""
    apply(Consultation, actor=None, source=ChangeSet.Source.LOAD, pk=consultation.pk, values=values)
    return Consultation.objects.get(pk=consultation.pk)


def _answer_and_revise(stage: Hearing, comment: Comment, officer: User) -> None:
    """Do the officer's half: close, count, answer, change the clause, put the result on display."""
    assert officer.may(Capability.CONSULTATION_ANSWER)
    Vote.objects.update(is_decisive=False)
    today = timezone.localdate()
    past = {"opens_on": today - timedelta(days=30), "closes_on": today - timedelta(days=20)}
    held = _set(stage.consultation, **past)
    held = proceedings.close(held, actor=officer)
    [given] = answers.answer([comment], Answer("adopted", "在 1 号楼 1 单元做坡道。"), actor=officer)
    held = Consultation.objects.get(pk=held.pk)
    if held.state == Consultation.State.CLOSED:
        held = proceedings.mark_answered(held, actor=officer)
    held = proceedings.revise(held, actor=officer)
    clause = PlanClause.objects.get(plan_version=held.revised_version, number=2)
    text = clause.text.replace("抹水泥", "铺防滑砖，1 号楼 1 单元做坡道")
    answers.link(given, actor=officer, clause=clause)
    source = ChangeSet.Source.FORM
    apply(PlanClause, actor=officer, source=source, pk=clause.pk, values={"text": text})
    item = PlanItem.objects.get(plan_version=held.revised_version, clause=clause)
    apply(PlanItem, actor=officer, source=source, pk=item.pk, values={"unit_price_fen": 438_900})
    proceedings.show_result(held, today + timedelta(days=10), actor=officer)


def _finalise(stage: Hearing, officer: User) -> None:
    """Let the notice hang its days, then make the plan final."""
    today = timezone.localdate()
    held = Consultation.objects.get(pk=stage.consultation.pk)
    held = _set(held, result_from=today - timedelta(days=11), result_to=today - timedelta(days=1))
    assert proceedings.finalise(held, actor=officer).state == Consultation.State.FINAL


def _take_back(page: Page, comment: Comment) -> None:
    """Take the comment back, then leave the phone."""
    page.get_by_role("link", name="All I said").click()
    page.get_by_role("link", name="No. 2, 单元门前台阶").click()
    page.get_by_role("link", name="Take it back").click()
    page.get_by_role("button", name="Yes, take it back").click()
    assert page.get_by_text("Taken back.").is_visible()
    assert Comment.objects.get(pk=comment.pk).state == "withdrawn"
    page.get_by_role("button", name="Not my phone").click()
    assert page.get_by_text("Your home:").count() == 0


def test_the_answer_pressed_before_the_door_is_asked_again_behind_it(
    open_phone: OpenPhone, stage: Hearing, yanji: User
) -> None:
    page, code = open_phone(), stage.project.community.code
    [slip] = access.issue_codes([stage.households[0]], actor=yanji)
    page.goto(f"/p/{code}/")
    page.get_by_role("link", name="I do not agree").click()
    page.get_by_label("Code on the slip").fill(slip.typed)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="I have read it, go on").click()
    assert page.get_by_text("You pressed «do not agree».").is_visible()
    assert Ballot.objects.count() == 0
    page.get_by_role("button", name="I do not agree").click()
    assert Ballot.objects.get().choice == "against"


@pytest.mark.parametrize("language", ["zh-hans", "ko", "en"])
def test_pages_are_light_large_and_reach_everybody(
    open_phone: OpenPhone, stage: Hearing, yanji: User, language: str
) -> None:
    page, code = open_phone(bypass_csp=True), stage.project.community.code
    page.goto(f"/p/{code}/?lang={language}")
    page.goto("about:blank")
    [slip] = access.issue_codes([stage.households[0]], actor=yanji)
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())) if answer.ok else None)
    page.goto(f"/p/{code}/", wait_until="networkidle")
    assert 0 < sum(sizes) <= MOST_BYTES
    page.goto(f"/p/{code}/enter/#s={slip.secret}")
    page.wait_for_url(f"**/p/{code}/")
    ResidentSession.objects.update(privacy_version=privacy.VERSION)
    for path in ("", "say/?kind=proposal", "mine/", "all/", "vote/1/", "privacy/", "say/"):
        page.goto(f"/p/{code}/{path}")
        assert axe_violations(page) == [], path
        assert _too_small(page) == [], path


def _too_small(page: Page) -> list[str]:
    """Return texts below 18 px, and targets below 44 px that stand on their own."""
    found: list[str] = page.evaluate(
        """() => {
          const bad = [];
          for (const e of document.querySelectorAll("body *")) {
            if (e.closest(".visually-hidden, .skip") || !e.getClientRects().length) continue;
            const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
            const size = parseFloat(getComputedStyle(e).fontSize);
            if (own && size < 18) bad.push(`${size} px: ${e.textContent.trim().slice(0, 30)}`);
          }
          for (const e of document.querySelectorAll("button, a.button, .tongues a, .back, .call, .links a,"
              + " select, textarea, input:not([type=hidden]):not([type=radio]):not([type=checkbox])")) {
            if (e.closest(".skip") || !e.getClientRects().length) continue;
            const box = e.getBoundingClientRect();
            if (box.height < 43.9 || box.width < 43.9) bad.push(`${box.height}: ${e.textContent.trim()}`);
          }
          for (const e of document.querySelectorAll(".choices button, .choices a")) {
            if (e.getBoundingClientRect().height < 53.9) bad.push(`vote: ${e.textContent}`);
          }
          return bad;
        }"""
    )
    return found


@pytest.mark.parametrize(("width", "zoom"), [(320, 1), (390, 2)])
def test_nothing_runs_out_of_a_small_or_enlarged_page(
    open_phone: OpenPhone, stage: Hearing, width: int, zoom: int
) -> None:
    # To zoom to 200 % is to have half the width.
    page = open_phone(width=width // zoom)
    for path in ("", "enter/", "all/"):
        page.goto(f"/p/{stage.project.community.code}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width // zoom


def test_the_three_answers_look_alike(open_phone: OpenPhone, stage: Hearing) -> None:
    page = open_phone()
    page.goto(f"/p/{stage.project.community.code}/")
    looks = page.evaluate(
        """() => [...document.querySelectorAll(".choices a")].map((e) => {
          const s = getComputedStyle(e), box = e.getBoundingClientRect();
          const look = [s.color, s.backgroundColor, s.borderColor, s.fontWeight, s.fontSize];
          return [...look, box.width, box.height].join();
        })"""
    )
    assert len(looks) == 3
    assert len(set(looks)) == 1
