"""What ledgers about projects have in common: the columns that name the project."""

from __future__ import annotations

from projects.columns.places import (
    plan_year_column,
    project_community_column,
    project_region_column,
    project_street_column,
)
from records.columns import LedgerResource


class ProjectPartLedger(LedgerResource):
    """A ledger whose rows are about projects; each ledger adds its own columns and its way to know a row."""

    year_field = "project__plan_year"
    anchors = {"project_id": "community_name"}

    community_name = project_community_column("project__community")
    region = project_region_column("project__community")
    street = project_street_column("project__community")
    plan_year = plan_year_column(lookup="project__plan_year")
