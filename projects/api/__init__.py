"""The ledgers of this app over the API."""

from projects.api.plan import AnnualPlanViewSet, ProjectViewSet

__all__ = ["AnnualPlanViewSet", "ProjectViewSet"]
