"""Models of the projects app."""

from projects.models.plan import AnnualPlan
from projects.models.project import Project, ProjectQuerySet

__all__ = ["AnnualPlan", "Project", "ProjectQuerySet"]
