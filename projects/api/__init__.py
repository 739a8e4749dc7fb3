"""The ledgers of this app over the API."""

from projects.api.aftercare import (
    CareModelTagViewSet,
    MaintenanceFundViewSet,
    ManagementArrangementViewSet,
    UpkeepTaskViewSet,
    UpkeepVisitViewSet,
)
from projects.api.bundle import BundleMemberViewSet, BundleViewSet
from projects.api.plan import AnnualPlanViewSet, ProjectViewSet
from projects.api.reporting import ProgressQuantityViewSet, ProgressReportViewSet
from projects.api.version import PlanClauseViewSet, PlanItemViewSet, PlanVersionViewSet

__all__ = [
    "AnnualPlanViewSet",
    "BundleMemberViewSet",
    "BundleViewSet",
    "CareModelTagViewSet",
    "MaintenanceFundViewSet",
    "ManagementArrangementViewSet",
    "PlanClauseViewSet",
    "PlanItemViewSet",
    "PlanVersionViewSet",
    "ProgressQuantityViewSet",
    "ProgressReportViewSet",
    "ProjectViewSet",
    "UpkeepTaskViewSet",
    "UpkeepVisitViewSet",
]
