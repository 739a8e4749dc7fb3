"""What the limits mean, by subject, in words: the labels of the packaged table and the order of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text: TypeAlias = str | Promise

# Subject → code → meaning.  A limit that stands nowhere here is listed last, with the label it was given.
SUBJECTS: tuple[tuple[Text, Mapping[str, Text]], ...] = (
    (
        _("Plausibility of communities and buildings"),
        {
            "area_per_household": _("Floor area per household"),
            "household_area": _("Floor area of one dwelling"),
            "area_per_building": _("Floor area per building"),
            "households_per_building": _("Households per building"),
            "built_late": _("Latest year of completion"),
            "late_built_years": _("First year of completion that counts as built late"),
            "late_built_share": _("Largest share of households in homes built late in a year's task"),
            "management_fee": _("Management fee per ㎡ and month"),
        },
    ),
    (
        _("Plausibility of money"),
        {
            "investment_per_household": _("Planned investment per household"),
            "investment_per_area": _("Planned investment per ㎡"),
            "price_band_cases": _("Cases a peer price band needs"),
            "price_band_margin": _("How far a unit price may lie from its peer band"),
            "subsidy_per_household": _("Money of a batch per household of the plan year"),
            "money_per_household": _("One amount of a project's money per household"),
            "money_per_investment": _("One amount of a project's money against its planned investment"),
            "contribution_per_household": _("Contribution per household"),
            "contribution_per_area": _("Contribution per ㎡"),
            "fiscal_coefficient": _("Difficulty coefficient"),
            "funding.required_from_year": _(
                "Plan years from which works need covered money to begin and reconciled spending to end"
            ),
        },
    ),
    (
        _("Works and acceptance"),
        {
            "schedule_due_soon": _("Days before the latest safe day when a step counts as due soon"),
            "acceptance_client": _("Signatures of the client at a joint acceptance"),
            "acceptance_street_or_neighbourhood": _(
                "Signatures of street or neighbourhood at a joint acceptance"
            ),
            "acceptance_builder": _("Signatures of the builder at a joint acceptance"),
            "acceptance_supervisor": _("Signatures of the supervisor at a joint acceptance"),
            "acceptance_residents": _("Signatures of residents' representatives at a joint acceptance"),
            "warranty_waterproofing": _("Least warranty of waterproofing"),
            "warranty_heating": _("Least warranty of heating and cooling"),
            "warranty_installation": _("Least warranty of wiring, pipes, equipment and finishing"),
        },
    ),
    (
        _("Monthly returns, visits and the health check"),
        {
            "round_opens_on_day": _("Monthly return: opens on this day of the month reported on"),
            "round_due_after_days": _("Monthly return: due so many days after the end of the month"),
            "visit_after_1": _("First visit after acceptance"),
            "visit_after_2": _("Second visit after acceptance"),
            "visit_after_3": _("Third visit after acceptance"),
            "health_outlier_cases": _("Rows a unit needs before one can be unlike the others"),
            "health_outlier_span": _("Interquartile ranges beyond the quartiles that a figure may lie"),
            "health_outlier_room": _("Least share of the median by which a figure must differ"),
        },
    ),
    (
        _("Hearing residents"),
        {
            "consultation_paper_days": _(
                "Days after closing in which sheets handed in before may be entered"
            ),
            "consultations.required_from_year": _(
                "Plan years from which no works begin before the residents were heard in the portal"
            ),
            "consultations.moderation_hours": _("Hours until a resident's word must be looked at"),
            "consultations.answer_days": _("Days until a comment must be answered"),
            "consultations.answer_days_late": _("Days after which an unanswered comment is late"),
            "consultations.answer_days_very_late": _(
                "Days after which an unanswered comment goes to the level above"
            ),
        },
    ),
    (
        _("Assessment and alerts"),
        {
            "assessment.self_days": _("Days for the self-assessment of a unit"),
            "assessment.check_days": _("Days for the check by the prefecture"),
            "assessment.review_days": _("Days for the review by the province"),
            "assessment.appeal_days": _("Days for appeals against a published score"),
            "alert_explain_days": _("Days to explain an alert"),
        },
    ),
)
MEANINGS: Mapping[str, Text] = {code: label for _subject, known in SUBJECTS for code, label in known.items()}
OTHERS = _("Others")
