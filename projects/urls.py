"""Addresses of the four stages: plans, building, aftercare, rounds, and the page of one project."""

from django.urls import URLPattern

app_name = "projects"

plan_urls: list[URLPattern] = []
build_urls: list[URLPattern] = []
care_urls: list[URLPattern] = []
round_urls: list[URLPattern] = []
project_urls: list[URLPattern] = []
urlpatterns = [*plan_urls, *build_urls, *care_urls, *round_urls, *project_urls]
