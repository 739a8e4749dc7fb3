"""Addresses of the four stages: plans, building, aftercare, rounds, and the page of one project."""

from django.urls import URLPattern, path

from projects.views import outlook, project

app_name = "projects"

plan_urls: list[URLPattern] = []
build_urls: list[URLPattern] = []
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
