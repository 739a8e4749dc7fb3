"""The ledgers there are: one line each, everything else follows from their columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.columns import FiscalFactorLedger
from communities.columns import (
    BuildingLedger,
    CatalogueLedger,
    CommunityLedger,
    FindingLedger,
    HouseholdLedger,
    StandardLedger,
    TaxonomyLedger,
)
from consultations.columns import ConsultationLedger, CostLedger, NoticeLedger, NoticeRuleLedger
from funding.columns import (
    AgreementLedger,
    AllotmentLedger,
    BatchLedger,
    ContributionLedger,
    EventLedger,
    PayBandLedger,
    SourceLedger,
)
from projects.columns import (
    AcceptanceLedger,
    ArrangementLedger,
    BundleLedger,
    CareTagLedger,
    ContractLedger,
    DeadlineLedger,
    DefectLedger,
    FundLedger,
    HandoverLedger,
    InspectionLedger,
    ItemLedger,
    LiabilityLedger,
    MilestoneLedger,
    PlanLedger,
    ProgressLedger,
    ProjectLedger,
    QuantityLedger,
    SeasonLedger,
    SignerLedger,
    StepTimeLedger,
    TimeLimitLedger,
    UpkeepLedger,
    VersionLedger,
    VisitLedger,
)
from records.columns import LedgerResource

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Ledger:
    """A ledger as users meet it: address, name, columns and what it is for."""

    slug: str
    title: str | Promise
    resource: type[LedgerResource]
    purpose: str | Promise
    # The page that says what the ledger is for and where it is handed in, if there is one.
    home: str = ""
    # Who may open it at all; nobody is asked where the rows alone decide.
    open_to: Callable[[User], bool] | None = None

    @property
    def year_field(self) -> str:
        """Return the field of its plan year; empty where the ledger is kept for all years at once."""
        return self.resource.year_field

    @property
    def by_year(self) -> bool:
        """Tell whether the ledger is kept by plan year."""
        return bool(self.year_field)


LEDGERS: Mapping[str, Ledger] = {
    ledger.slug: ledger
    for ledger in (
        Ledger(
            "communities",
            _("Community ledger"),
            CommunityLedger,
            _("One row a community: place, age, size, ownership and management."),
        ),
        Ledger(
            "projects",
            _("Year-plan ledger"),
            ProjectLedger,
            _("One row a community of the plan year: what is planned and how far it has come."),
        ),
        Ledger(
            "buildings",
            _("Building ledger"),
            BuildingLedger,
            _("One row a building: what the counts of a community add up from."),
        ),
        Ledger(
            "households",
            _("Household register"),
            HouseholdLedger,
            _("One row a place: its area and the key that places of one owner share; no names."),
        ),
        Ledger(
            "findings",
            _("Survey findings"),
            FindingLedger,
            _("One row an item of a survey under way: its condition, and how much is to be renovated."),
        ),
        Ledger(
            "catalogue",
            _("Works catalogue"),
            CatalogueLedger,
            _("One row an item of works: class, unit, department, indicator and standards."),
        ),
        Ledger(
            "taxonomies",
            _("Taxonomies of works"),
            TaxonomyLedger,
            _("One row a way to group works: the province's, or a city's own beside it."),
        ),
        Ledger(
            "standards",
            _("Technical standards"),
            StandardLedger,
            _("One row a guide or standard that governs works: status, year, where to read it."),
        ),
        Ledger(
            "plans",
            _("Plan by unit"),
            PlanLedger,
            _("One row a reporting unit: the targets issued for the year."),
        ),
        Ledger(
            "plan-versions",
            _("Plan versions"),
            VersionLedger,
            _("One row a version of a community's plan: being drawn up, put to the residents, final."),
        ),
        Ledger(
            "plan-items",
            _("Works planned"),
            ItemLedger,
            _("One row an item of works at one place: quantity, unit price, who answers for it."),
        ),
        Ledger(
            "bundles",
            _("Bundles"),
            BundleLedger,
            _("One row a bundle: projects under one approval, one tender or one contract."),
        ),
        Ledger(
            "progress",
            _("Monthly progress"),
            ProgressLedger,
            _("One row a project and month: progress, investment and works of the month."),
        ),
        Ledger(
            "quantities",
            _("Monthly quantities"),
            QuantityLedger,
            _("One row an item of the plan and month: how much of it is done."),
        ),
        Ledger(
            "arrangements",
            _("Post-management ledger"),
            ArrangementLedger,
            _("One row a project: who looks after it, in which mode, for what fee."),
        ),
        Ledger(
            "funds",
            _("Maintenance funds"),
            FundLedger,
            _("One row a project: the fund for its upkeep, due, paid in, balance."),
        ),
        Ledger(
            "upkeep",
            _("Upkeep plan"),
            UpkeepLedger,
            _("One row a task: what is looked after, how often, by whom."),
        ),
        Ledger(
            "visits",
            _("Visits after completion"),
            VisitLedger,
            _("One row a visit: 6, 12 and 24 months after acceptance, with what was found."),
        ),
        Ledger(
            "caretags",
            _("Care models in use"),
            CareTagLedger,
            _("One row a community that follows one of the cities' models of care."),
        ),
        Ledger(
            "milestones",
            _("Steps"),
            MilestoneLedger,
            _("One row a step of a project: planned, submitted, done, with its document."),
        ),
        Ledger(
            "contracts",
            _("Contracts"),
            ContractLedger,
            _("One row a contract: firm, sum, days."),
        ),
        Ledger(
            "liabilities",
            _("Liabilities"),
            LiabilityLedger,
            _("One row an item of works: which firm and person answer for it, warranted until when."),
        ),
        Ledger(
            "inspections",
            _("Inspections"),
            InspectionLedger,
            _("One row an inspection of the works."),
        ),
        Ledger(
            "defects",
            _("Defects"),
            DefectLedger,
            _("One row a defect: where, who mends it, until when."),
        ),
        Ledger(
            "acceptances",
            _("Joint acceptances"),
            AcceptanceLedger,
            _("One row a joint acceptance; its result follows from the signatures."),
        ),
        Ledger(
            "signers",
            _("Acceptance signatures"),
            SignerLedger,
            _("One row a signature under a joint acceptance."),
        ),
        Ledger(
            "handovers",
            _("Handovers"),
            HandoverLedger,
            _("One row a handover, of the community or of a utility's assets."),
        ),
        Ledger(
            "consultations",
            _("Consultations"),
            ConsultationLedger,
            _("One row a consultation: what residents are asked, by whom, until when."),
        ),
        Ledger(
            "notices",
            _("Public notices"),
            NoticeLedger,
            _("One row a public notice of a consultation, with its days and places."),
        ),
        Ledger(
            "cost-shares",
            _("Costs to households"),
            CostLedger,
            _("One row what one thing of a plan costs a household."),
        ),
        Ledger(
            "notice-rules",
            _("Rules of notices"),
            NoticeRuleLedger,
            _("One row how long a notice hangs in a region, and how many objections stop it."),
        ),
        Ledger(
            "fund-batches",
            _("Fund batches"),
            BatchLedger,
            _("One row a document by which money comes down."),
        ),
        Ledger(
            "allotments",
            _("Allotments"),
            AllotmentLedger,
            _("One row what a unit, or one of its projects, gets from a batch."),
        ),
        Ledger(
            "money-events",
            _("Money of projects"),
            EventLedger,
            _("One row a step of a project's money: planned, issued, arrived, paid, settled."),
        ),
        Ledger(
            "contributions",
            _("Contributions"),
            ContributionLedger,
            _("One row what a group of households, a utility or a former owner unit pays."),
        ),
        Ledger(
            "agreements",
            _("Agreements with investors"),
            AgreementLedger,
            _("One row an agreement with an investor on a project, by mode."),
        ),
        Ledger(
            "pay-bands",
            _("Pay by score"),
            PayBandLedger,
            _("One row from which score on an agreement pays which share."),
        ),
        Ledger(
            "funding-sources",
            _("Sources of money"),
            SourceLedger,
            _("One row a channel of money and its instrument."),
        ),
        Ledger(
            "fiscal-factors",
            _("Difficulty coefficients"),
            FiscalFactorLedger,
            _("One row a reporting unit and year: how hard its finances are."),
        ),
        Ledger(
            "seasons",
            _("Seasons"),
            SeasonLedger,
            _("One row a region: when works rest in winter and when houses are heated."),
        ),
        Ledger(
            "deadlines",
            _("Deadlines"),
            DeadlineLedger,
            _("One row a deadline of the plan year, with its source."),
        ),
        Ledger(
            "step-times",
            _("Times steps take"),
            StepTimeLedger,
            _("One row the least time a step takes after the one before it."),
        ),
        Ledger(
            "time-limits",
            _("Time limits"),
            TimeLimitLedger,
            _("One row the most time an office may take to answer."),
        ),
    )
}


# Ledgers that are made while the portal runs, by how their addresses begin: «dispatch-7».
_families: dict[str, Callable[[str], Ledger | None]] = {}


def ledger_family(prefix: str) -> Callable[[Callable[[str], Ledger | None]], Callable[[str], Ledger | None]]:
    """Register who knows the ledgers whose addresses begin with a prefix and a hyphen."""

    def register(find: Callable[[str], Ledger | None]) -> Callable[[str], Ledger | None]:
        _families[prefix] = find
        return find

    return register


def find_ledger(slug: str) -> Ledger | None:
    """Return a ledger by its address, or None where there is none."""
    if slug in LEDGERS:
        return LEDGERS[slug]
    prefix, _hyphen, name = slug.partition("-")
    find = _families.get(prefix)
    return find(name) if find is not None else None


def ledger_or_404(slug: str) -> Ledger:
    """Return a ledger by its address; raises Http404 for an unknown one."""
    found = find_ledger(slug)
    if found is None:
        raise Http404(slug)
    return found
