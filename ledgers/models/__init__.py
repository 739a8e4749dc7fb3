"""Models of the ledgers app."""

from ledgers.models.dispatch import Dispatch, DispatchRow, DispatchUnit
from ledgers.models.draft import CellDraft
from ledgers.models.health import HealthRun
from ledgers.models.importing import ColumnMapping, ImportBatch
from ledgers.models.view import SavedView

__all__ = [
    "CellDraft",
    "ColumnMapping",
    "Dispatch",
    "DispatchRow",
    "DispatchUnit",
    "HealthRun",
    "ImportBatch",
    "SavedView",
]
