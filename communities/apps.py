"""The communities app: the communities themselves and their buildings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunitiesConfig(AppConfig):
    """Communities and buildings."""

    name = "communities"
    verbose_name = _("Communities")
