"""Models of the projects app."""

from projects.models.acceptance import Acceptance, AcceptanceSigner, BuildingCard, Handover
from projects.models.aftercare import (
    CareModel,
    CareModelTag,
    MaintenanceFund,
    ManagementArrangement,
    UpkeepTask,
    UpkeepVisit,
)
from projects.models.bundle import Bundle, BundleMember
from projects.models.calendar import DeadlineRule, Holiday, SeasonRule, StepDuration, TimeLimit
from projects.models.contract import Contract, Liability
from projects.models.milestone import Milestone
from projects.models.parts import ProjectPart
from projects.models.plan import AnnualPlan, PlanBaseline
from projects.models.project import Project, ProjectQuerySet
from projects.models.quality import Defect, Inspection
from projects.models.reporting import ProgressQuantity, ProgressReport, ReportingRound, UnitReturn
from projects.models.version import PlanClause, PlanItem, PlanVersion
from projects.models.waiver import Waiver
from projects.models.workflow import StageTransition, Urge

__all__ = [
    "Acceptance",
    "AcceptanceSigner",
    "AnnualPlan",
    "BuildingCard",
    "Bundle",
    "BundleMember",
    "CareModel",
    "CareModelTag",
    "Contract",
    "DeadlineRule",
    "Defect",
    "Handover",
    "Holiday",
    "Inspection",
    "Liability",
    "MaintenanceFund",
    "ManagementArrangement",
    "Milestone",
    "PlanBaseline",
    "PlanClause",
    "PlanItem",
    "PlanVersion",
    "ProgressQuantity",
    "ProgressReport",
    "Project",
    "ProjectPart",
    "ProjectQuerySet",
    "ReportingRound",
    "SeasonRule",
    "StageTransition",
    "StepDuration",
    "TimeLimit",
    "UnitReturn",
    "UpkeepTask",
    "UpkeepVisit",
    "Urge",
    "Waiver",
]
