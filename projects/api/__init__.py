"""The ledgers of this app over the API."""

from projects.api.acceptance import AcceptanceSignerViewSet, AcceptanceViewSet, HandoverViewSet
from projects.api.aftercare import (
    CareModelTagViewSet,
    MaintenanceFundViewSet,
    ManagementArrangementViewSet,
    UpkeepTaskViewSet,
    UpkeepVisitViewSet,
)
from projects.api.bundle import BundleMemberViewSet, BundleViewSet
from projects.api.calendar import (
    DeadlineRuleViewSet,
    SeasonRuleViewSet,
    StepDurationViewSet,
    TimeLimitViewSet,
)
from projects.api.contract import ContractViewSet, LiabilityViewSet
from projects.api.milestone import MilestoneViewSet
from projects.api.plan import AnnualPlanViewSet, ProjectViewSet
from projects.api.quality import DefectViewSet, InspectionViewSet
from projects.api.reporting import ProgressQuantityViewSet, ProgressReportViewSet, UnitReturnViewSet
from projects.api.version import PlanClauseViewSet, PlanItemViewSet, PlanVersionViewSet
from projects.api.waiver import WaiverViewSet

__all__ = [
    "AcceptanceSignerViewSet",
    "AcceptanceViewSet",
    "AnnualPlanViewSet",
    "BundleMemberViewSet",
    "BundleViewSet",
    "CareModelTagViewSet",
    "ContractViewSet",
    "DeadlineRuleViewSet",
    "DefectViewSet",
    "HandoverViewSet",
    "InspectionViewSet",
    "LiabilityViewSet",
    "MaintenanceFundViewSet",
    "ManagementArrangementViewSet",
    "MilestoneViewSet",
    "PlanClauseViewSet",
    "PlanItemViewSet",
    "PlanVersionViewSet",
    "ProgressQuantityViewSet",
    "ProgressReportViewSet",
    "ProjectViewSet",
    "SeasonRuleViewSet",
    "StepDurationViewSet",
    "TimeLimitViewSet",
    "UnitReturnViewSet",
    "UpkeepTaskViewSet",
    "UpkeepVisitViewSet",
    "WaiverViewSet",
]
