"""Addresses of the four stages: plans, building, aftercare, rounds, and the page of one project."""

from django.urls import URLPattern, path

from projects.views import (
    acceptances,
    adjustments,
    aftercare,
    bundles,
    cards,
    outlook,
    plans,
    project,
    quality,
    rounds,
    schedule,
    tasks,
    versions,
    waivers,
)

app_name = "projects"

plan_urls: list[URLPattern] = [
    path("plans/", plans.reserve, name="library"),
    path("plans/declare/", plans.declare, name="declare"),
    path("plans/review/", plans.review, name="review"),
    path("plans/review/decide/", plans.decide, name="decide"),
    path("plans/roads/", bundles.digs, name="digs"),
    path("plans/<slug:code>/<int:year>/", adjustments.plan, name="plan"),
    path("plans/<slug:code>/<int:year>/issue/", adjustments.issue, name="plan_issue"),
    path("plans/<slug:code>/<int:year>/add/", adjustments.add, name="plan_add"),
    path("<int:pk>/adjust/", adjustments.adjust, name="plan_adjust"),
    path("<int:pk>/withdraw/", adjustments.withdraw, name="plan_withdraw"),
    path("<int:pk>/versions/", versions.versions_of, name="versions"),
    path("<int:pk>/versions/make/", versions.make, name="version_make"),
    path("versions/<int:pk>/", versions.version, name="version"),
    path("versions/<int:pk>/publish/", versions.publish, name="version_publish"),
    path("versions/<int:pk>/finalise/", versions.finalise, name="version_finalise"),
    path("versions/<int:pk>/compare/<int:other>/", versions.compare, name="version_compare"),
    path("versions/<int:pk>/clauses/", versions.clause, name="clause_new"),
    path("versions/<int:pk>/clauses/<int:clause_pk>/", versions.clause, name="clause"),
    path("bundles/<int:pk>/", bundles.bundle, name="bundle"),
    path("bundles/<int:pk>/add/", bundles.add_members, name="bundle_add"),
    path("bundles/<int:pk>/milestone/", bundles.milestone, name="bundle_milestone"),
    path("bundles/<int:pk>/members/<int:member>/out/", bundles.take_out, name="bundle_out"),
]
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
care_urls: list[URLPattern] = [
    path("<int:pk>/aftercare/", aftercare.aftercare, name="aftercare"),
    path("visits/", aftercare.visit_list, name="visits"),
    path("visits/<int:pk>/", aftercare.visit, name="visit"),
    path("care-models/", aftercare.models, name="care_models"),
]
round_urls: list[URLPattern] = [
    path("rounds/", rounds.overview, name="rounds"),
    path("rounds/open/", rounds.round_open, name="round_open"),
    path("rounds/league/", rounds.league, name="league"),
    path("rounds/<int:pk>/close/", rounds.round_close, name="round_close"),
    path("returns/<int:pk>/", rounds.unit_return, name="return"),
    path("returns/<int:pk>/save/", rounds.return_save, name="return_save"),
    path("returns/<int:pk>/submit/", rounds.return_submit, name="return_submit"),
    path("returns/<int:pk>/accept/", rounds.return_accept, name="return_accept"),
    path("returns/<int:pk>/return/", rounds.return_back, name="return_back"),
    path("returns/<int:pk>/urge/", rounds.return_urge, name="return_urge"),
    path("<int:pk>/urge/", rounds.gate_urge, name="gate_urge"),
    path("urges/<int:pk>/", rounds.urge, name="urge"),
    path("urges/<int:pk>/settle/", rounds.urge_settle, name="urge_settle"),
    path("waivers/", waivers.waiver_list, name="waivers"),
    path("waivers/new/", waivers.waiver_new, name="waiver_new"),
    path("waivers/<int:pk>/", waivers.waiver, name="waiver"),
    path("waivers/<int:pk>/decide/", waivers.waiver_decide, name="waiver_decide"),
]
task_urls: list[URLPattern] = [
    path("surveys/<int:pk>/tasks/", tasks.task_list, name="task_list"),
    path("surveys/<int:pk>/tasks/workbook/", tasks.task_file, name="task_file"),
]
project_urls: list[URLPattern] = [
    path("", project.index, name="index"),
    path("try/", outlook.try_all, name="try_all"),
    path("try/move/", outlook.move_all, name="move_all"),
    path("<int:pk>/", project.project, name="project"),
    path("<int:pk>/files/", project.files, name="files"),
    path("<int:pk>/changes/", project.changes, name="changes"),
    path("<int:pk>/advance/", project.advance, name="advance"),
    path("<int:pk>/send-back/", project.send_back, name="send_back"),
    path("<int:pk>/suspend/", project.suspend, name="suspend"),
    path("<int:pk>/resume/", project.resume, name="resume"),
]
urlpatterns = [*plan_urls, *build_urls, *care_urls, *round_urls, *task_urls, *project_urls]
