"""The ledgers of this app over the API."""

from projects.api.bundle import BundleMemberViewSet, BundleViewSet
from projects.api.plan import AnnualPlanViewSet, ProjectViewSet
from projects.api.version import PlanClauseViewSet, PlanItemViewSet, PlanVersionViewSet

__all__ = [
    "AnnualPlanViewSet",
    "BundleMemberViewSet",
    "BundleViewSet",
    "PlanClauseViewSet",
    "PlanItemViewSet",
    "PlanVersionViewSet",
    "ProjectViewSet",
]
