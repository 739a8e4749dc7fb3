"""Addresses of what officials do with consultations; residents' pages are in urls.py."""

from django.urls import URLPattern, path

from consultations.views import ballots, comments, desk, questionnaires, sheets, vote_papers, votes

app_name = "consultations"

vote_urls: list[URLPattern] = [
    path("rules/", votes.rules, name="rules"),
    path("rules/<int:pk>/offer/", votes.offer, name="rule_offer"),
    path("satisfaction/", questionnaires.satisfaction, name="satisfaction"),
    path("<int:pk>/votes/", votes.index, name="votes"),
    path("<int:pk>/votes/new/", votes.new, name="vote_new"),
    path("votes/<int:pk>/", votes.edit, name="vote"),
    path("votes/<int:pk>/remove/", votes.remove, name="vote_remove"),
    path("votes/<int:pk>/enter/", ballots.enter, name="vote_enter"),
    path("votes/<int:pk>/doors/", ballots.doors, name="vote_doors"),
    path("votes/<int:pk>/papers/<slug:kind>/", vote_papers.page, name="vote_paper"),
    path("votes/<int:pk>/papers/<slug:kind>/<slug:form>/", vote_papers.file, name="vote_paper_file"),
    path("votes/<int:pk>/notice/", vote_papers.put_up_count, name="vote_count_notice"),
    path("<int:pk>/places/<int:entry>/", ballots.place, name="vote_place"),
    path("ballots/<int:pk>/scan/", ballots.scan, name="ballot_scan"),
]
questionnaire_urls: list[URLPattern] = [
    path("<int:pk>/questionnaire/", questionnaires.index, name="questionnaire"),
    path("<int:pk>/questionnaire/template/", questionnaires.use_template, name="questionnaire_template"),
    path("<int:pk>/questionnaire/save/", questionnaires.save, name="questionnaire_save"),
    path("<int:pk>/questionnaire/enter/", questionnaires.enter, name="questionnaire_enter"),
    path("<int:pk>/questionnaire/doors/", questionnaires.doors, name="questionnaire_doors"),
]
urlpatterns = [
    *vote_urls,
    *questionnaire_urls,
    path("", desk.index, name="index"),
    path("comments/", comments.queue, name="queue"),
    path("of-project/<int:project_pk>/", desk.of_project, name="of_project"),
    path("of-project/<int:project_pk>/new/", desk.new, name="new"),
    path("<int:pk>/", desk.consultation, name="consultation"),
    path("<int:pk>/edit/", desk.edit, name="edit"),
    path("<int:pk>/steps/<slug:name>/", desk.step, name="step"),
    path("<int:pk>/comments/", comments.comments, name="comments"),
    path("<int:pk>/answers/", comments.answers, name="answers"),
    path("<int:pk>/sheet/", sheets.sheet, name="sheet"),
    path("<int:pk>/sheet.<slug:kind>", sheets.sheet_file, name="sheet_file"),
]
