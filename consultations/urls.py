"""Addresses of the residents' pages, below /p/: they hold no secret and nothing of a household."""

from django.urls import path

from consultations.views import entry, residents, speaking, voting

app_name = "residents"

urlpatterns = [
    path("<slug:code>/", residents.read, name="read"),
    path("<slug:code>/enter/", entry.enter, name="enter"),
    path("<slug:code>/leave/", entry.leave, name="leave"),
    path("<slug:code>/all/", residents.everything, name="all"),
    path("<slug:code>/all/<int:pk>/support/", speaking.support, name="support"),
    path("<slug:code>/changes/", residents.changes, name="changes"),
    path("<slug:code>/results/<int:pk>/", residents.results, name="results"),
    path("<slug:code>/pictures/<int:pk>/", residents.picture, name="picture"),
    path("<slug:code>/privacy/", speaking.notice, name="privacy"),
    path("<slug:code>/say/", speaking.say, name="say"),
    path("<slug:code>/mine/", speaking.mine, name="mine"),
    path("<slug:code>/mine/<int:pk>/", speaking.one, name="comment"),
    path("<slug:code>/mine/<int:pk>/photo/", speaking.photo, name="photo"),
    path("<slug:code>/mine/<int:pk>/withdraw/", speaking.withdraw, name="withdraw"),
    path("<slug:code>/mine/<int:pk>/erase/", speaking.erase, name="erase"),
    path("<slug:code>/vote/<int:number>/", voting.vote, name="vote"),
    path("<slug:code>/questions/<int:pk>/", voting.questions, name="questions"),
]
