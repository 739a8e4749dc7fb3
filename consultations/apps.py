"""The consultations app: residents are heard, vote and are answered."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    """Rolls, notices, comments, ballots and answers; the residents' pages."""

    name = "consultations"
    verbose_name = _("Consultations")
