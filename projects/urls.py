"""Addresses of the four stages: plans, building, aftercare, rounds, and the page of one project."""

from django.urls import URLPattern, path

from projects.views import acceptances, cards, outlook, project, quality, schedule

app_name = "projects"

plan_urls: list[URLPattern] = []
build_urls: list[URLPattern] = [
    path("risks/", schedule.risks, name="risks"),
    path("approvals/", schedule.approvals, name="approvals"),
    path("calendar/", schedule.calendar, name="calendar"),
    path("defects/", quality.defects, name="defects"),
    path("defects/<int:pk>/", quality.defect, name="defect"),
    path("defects/<int:pk>/assign/", quality.assign, name="defect_assign"),
    path("defects/<int:pk>/mend/", quality.mend, name="defect_mend"),
    path("defects/<int:pk>/verify/", quality.verify, name="defect_verify"),
    path("defects/<int:pk>/reopen/", quality.reopen, name="defect_reopen"),
    path("firms/", quality.firms, name="firms"),
    path("acceptances/<int:pk>/sign/", acceptances.sign, name="acceptance_sign"),
    path("acceptances/<int:pk>/pass/", acceptances.pass_it, name="acceptance_pass"),
    path("acceptances/<int:pk>/fail/", acceptances.fail_it, name="acceptance_fail"),
    path("cards/<int:pk>/plate/", cards.plate, name="card_plate"),
    path("<int:pk>/schedule/", schedule.detail, name="schedule"),
    path("<int:pk>/quality/", quality.quality, name="quality"),
    path("<int:pk>/defects/new/", quality.report, name="defect_new"),
    path("<int:pk>/acceptance/", acceptances.acceptance, name="acceptance"),
    path("<int:pk>/handovers/", acceptances.prepare, name="handovers_prepare"),
    path("<int:pk>/cards/", cards.index, name="cards"),
    path("<int:pk>/cards/make/", cards.make, name="cards_make"),
]
care_urls: list[URLPattern] = []
round_urls: list[URLPattern] = []
project_urls: list[URLPattern] = [
    path("", project.index, name="index"),
    path("try/", outlook.try_all, name="try_all"),
    path("try/move/", outlook.move_all, name="move_all"),
    path("<int:pk>/", project.project, name="project"),
    path("<int:pk>/advance/", project.advance, name="advance"),
    path("<int:pk>/send-back/", project.send_back, name="send_back"),
    path("<int:pk>/suspend/", project.suspend, name="suspend"),
    path("<int:pk>/resume/", project.resume, name="resume"),
]
urlpatterns = [*plan_urls, *build_urls, *care_urls, *round_urls, *project_urls]
