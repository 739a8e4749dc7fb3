"""The API: every ledger under one root, its schema and its documentation, all served from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import include, path
from drf_spectacular.authentication import SessionScheme, TokenScheme
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import mixins, serializers, viewsets
from rest_framework.routers import SimpleRouter

from accounts.api_permissions import HasCapability
from accounts.models import Region
from accounts.models.region import RegionQuerySet
from accounts.requests import current_user
from accounts.roles import Capability
from assessments.api import AssessmentViewSet, FiscalFactorViewSet
from communities.api import (
    BuildingViewSet,
    CatalogueItemViewSet,
    CommunityViewSet,
    HouseholdViewSet,
    SurveyFindingViewSet,
    TaxonomyViewSet,
    TechnicalStandardViewSet,
)
from consultations.api import ConsultationViewSet, CostShareViewSet, NoticeViewSet
from dashboards.api import RollupViewSet
from funding.api import (
    AgreementViewSet,
    AllotmentViewSet,
    ContributionViewSet,
    FundBatchViewSet,
    MoneyEventViewSet,
    PayBandViewSet,
    SourceViewSet,
)
from jobs.api import JobViewSet
from projects.api import (
    AcceptanceSignerViewSet,
    AcceptanceViewSet,
    AnnualPlanViewSet,
    BundleMemberViewSet,
    BundleViewSet,
    CareModelTagViewSet,
    ContractViewSet,
    DeadlineRuleViewSet,
    DefectViewSet,
    HandoverViewSet,
    InspectionViewSet,
    LiabilityViewSet,
    MaintenanceFundViewSet,
    ManagementArrangementViewSet,
    MilestoneViewSet,
    PlanClauseViewSet,
    PlanItemViewSet,
    PlanVersionViewSet,
    ProgressQuantityViewSet,
    ProgressReportViewSet,
    ProjectViewSet,
    SeasonRuleViewSet,
    StepDurationViewSet,
    TimeLimitViewSet,
    UnitReturnViewSet,
    UpkeepTaskViewSet,
    UpkeepVisitViewSet,
    WaiverViewSet,
)


class RegionSerializer(serializers.ModelSerializer[Region]):
    """A place of the administrative tree; parents by code."""

    parent: serializers.Field[Any, Any, Any, Any] = serializers.SlugRelatedField(
        slug_field="code", read_only=True
    )  # type: ignore[assignment]

    class Meta:
        model = Region
        fields = ("code", "name", "short_name", "name_en", "level", "parent", "path")


class RegionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Region]):
    """The regions in the caller's view."""

    queryset = Region.objects.select_related("parent")
    serializer_class = RegionSerializer
    lookup_field = "code"
    filterset_fields = ("level",)
    required_capabilities: ClassVar[Mapping[str, Capability]] = {
        "list": Capability.LEDGER_VIEW,
        "retrieve": Capability.LEDGER_VIEW,
        "metadata": Capability.LEDGER_VIEW,
    }

    def get_queryset(self) -> RegionQuerySet:
        """Return the caller's part of the tree."""
        return Region.objects.select_related("parent").within(current_user(self.request).view_region)


class PortalSessionScheme(SessionScheme):  # type: ignore[no-untyped-call]
    """How the schema names the browser's session."""

    target_class = "accounts.api_permissions.PortalSessionAuthentication"


class PortalTokenScheme(TokenScheme):  # type: ignore[no-untyped-call]
    """How the schema names API tokens."""

    target_class = "accounts.api_permissions.PortalTokenAuthentication"


class SchemaView(SpectacularAPIView):
    """The OpenAPI schema, for callers who may read ledgers."""

    permission_classes = (HasCapability,)

    required_capabilities: ClassVar[Mapping[str, Capability]] = {"get": Capability.LEDGER_VIEW}


class DocsView(SpectacularSwaggerSplitView):
    """The schema as a page to read and try, without anything fetched from elsewhere."""

    permission_classes = (HasCapability,)

    required_capabilities: ClassVar[Mapping[str, Capability]] = {"get": Capability.LEDGER_VIEW}
    url_name = "api-schema"
    template_name = "api/docs.html"


router = SimpleRouter()
router.register("regions", RegionViewSet)
router.register("communities", CommunityViewSet)
router.register("buildings", BuildingViewSet)
router.register("households", HouseholdViewSet)
router.register("catalogue", CatalogueItemViewSet)
router.register("findings", SurveyFindingViewSet)
router.register("plans", AnnualPlanViewSet)
router.register("projects", ProjectViewSet)
router.register("plan-versions", PlanVersionViewSet)
router.register("plan-clauses", PlanClauseViewSet)
router.register("plan-items", PlanItemViewSet)
router.register("bundles", BundleViewSet)
router.register("bundle-members", BundleMemberViewSet)
router.register("progress", ProgressReportViewSet)
router.register("quantities", ProgressQuantityViewSet)
router.register("arrangements", ManagementArrangementViewSet)
router.register("funds", MaintenanceFundViewSet)
router.register("upkeep", UpkeepTaskViewSet)
router.register("visits", UpkeepVisitViewSet)
router.register("caretags", CareModelTagViewSet)
router.register("milestones", MilestoneViewSet)
router.register("contracts", ContractViewSet)
router.register("liabilities", LiabilityViewSet)
router.register("inspections", InspectionViewSet)
router.register("defects", DefectViewSet)
router.register("acceptances", AcceptanceViewSet)
router.register("signers", AcceptanceSignerViewSet)
router.register("handovers", HandoverViewSet)
router.register("taxonomies", TaxonomyViewSet)
router.register("standards", TechnicalStandardViewSet)
router.register("seasons", SeasonRuleViewSet)
router.register("deadlines", DeadlineRuleViewSet)
router.register("step-times", StepDurationViewSet)
router.register("time-limits", TimeLimitViewSet)
router.register("returns", UnitReturnViewSet)
router.register("waivers", WaiverViewSet)
router.register("consultations", ConsultationViewSet)
router.register("notices", NoticeViewSet)
router.register("cost-shares", CostShareViewSet)
router.register("funding-sources", SourceViewSet)
router.register("fund-batches", FundBatchViewSet)
router.register("allotments", AllotmentViewSet)
router.register("money-events", MoneyEventViewSet)
router.register("contributions", ContributionViewSet)
router.register("agreements", AgreementViewSet)
router.register("pay-bands", PayBandViewSet)
router.register("assessments", AssessmentViewSet)
router.register("fiscal-factors", FiscalFactorViewSet)
router.register("jobs", JobViewSet)
router.register("rollups", RollupViewSet, basename="rollup")

urlpatterns = [
    path("v1/", include(router.urls)),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
]
