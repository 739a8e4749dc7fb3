"""The projects app: annual plans and one project per community and plan year."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    """Annual plans and projects."""

    name = "projects"
    verbose_name = _("Projects")
