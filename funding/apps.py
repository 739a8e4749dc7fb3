"""The funding app: where the money comes from, where it goes, and what must hold on the way."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundingConfig(AppConfig):
    """Sources, batches, allotments, money events and contributions; invariants and totals."""

    name = "funding"
    verbose_name = _("Funding")
