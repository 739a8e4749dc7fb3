"""Forms of the officials' pages of consultations; rules live in the services and the write path."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from consultations.models import Consultation, Disposition
from projects.models import PlanVersion, Project
from records.planning import Outcome, Status

FIELDS = (
    "kind",
    "title",
    "plan_version",
    "organiser",
    "telephone",
    "address",
    "opens_on",
    "closes_on",
    "intro",
)


def day_field(label: Any, **options: Any) -> forms.DateField:
    """Return a field for a day with the browser's own picker."""
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=picker, **options)


class ConsultationForm(forms.Form):
    """A consultation as it is prepared."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Consultation.Kind.choices)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    plan_version = forms.ModelChoiceField(
        label=gettext_lazy("Version of the plan"),
        queryset=PlanVersion.objects.none(),
        required=False,
        empty_label=gettext_lazy("none"),
        help_text=gettext_lazy("What the residents read and comment on; it is closed when you announce."),
    )
    organiser = forms.CharField(
        label=gettext_lazy("Organising office"),
        max_length=120,
        help_text=gettext_lazy("Residents read this first: the office that asks and answers."),
    )
    telephone = forms.CharField(label=gettext_lazy("Telephone of the office"), max_length=40, required=False)
    address = forms.CharField(label=gettext_lazy("Where the paper form is"), max_length=120, required=False)
    opens_on = day_field(gettext_lazy("Residents may speak from"), required=False)
    closes_on = day_field(gettext_lazy("until, 24:00"), required=False)
    intro = forms.CharField(
        label=gettext_lazy("Words to the residents"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, project: Project, record: Consultation | None, data: Any = None) -> None:
        self.project = project
        super().__init__(data, initial=_initial(project, record))
        versions = PlanVersion.objects.live().filter(
            project=project, state__in=(PlanVersion.State.DRAFT, PlanVersion.State.PUBLISHED)
        )
        field = self.fields["plan_version"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = versions.order_by("-number")

    def values(self) -> dict[str, Any]:
        """Return the fields as stored."""
        found = {name: self.cleaned_data[name] for name in FIELDS if name != "plan_version"}
        version = self.cleaned_data["plan_version"]
        is_plan = found["kind"] == Consultation.Kind.PLAN
        return {**found, "plan_version_id": version.pk if version and is_plan else None}

    def accept(self, outcome: Outcome) -> bool:
        """Tell whether the write path took the form; else put its words beside the fields."""
        if outcome.writes or outcome.status is Status.SAME:
            return True
        if outcome.conflicts:
            self.add_error(None, gettext("Somebody else has changed this meanwhile. Reload the page."))
        for finding in outcome.findings:
            name = finding.field.removesuffix("_id")
            words = f"{finding.message} {finding.mend}".strip()
            self.add_error(name if name in self.fields else None, words)
        return False


def _initial(project: Project, record: Consultation | None) -> dict[str, Any]:
    if record is not None:
        values = {name: getattr(record, name) for name in FIELDS if name != "plan_version"}
        return {**values, "plan_version": record.plan_version_id, "seen": record.version}
    today = timezone.localdate()
    newest = PlanVersion.objects.live().filter(
        project=project, state__in=(PlanVersion.State.DRAFT, PlanVersion.State.PUBLISHED)
    )
    return {
        "key": str(uuid.uuid4()),
        "kind": Consultation.Kind.PLAN,
        "title": gettext("Renovation plan of %(name)s") % {"name": project.community.name},
        "plan_version": newest.order_by("-number").first(),
        "organiser": project.community.street,
        "opens_on": today,
        "closes_on": today + timedelta(days=10),
        "intro": gettext(
            "Please read the plan and tell us what should be different. Every comment is answered here, "
            "and what changes in the plan is shown."
        ),
    }


class AnswerForm(forms.Form):
    """An answer to one comment or to many."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    outcome = forms.ChoiceField(label=gettext_lazy("What becomes of it"), choices=Disposition.Outcome.choices)
    reason = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The resident reads this: what is done, or why not."),
    )
    changed = forms.ChoiceField(label=gettext_lazy("What it changed"), required=False)
    same_as = forms.IntegerField(
        label=gettext_lazy("Said before in comment no."), required=False, min_value=1
    )

    def __init__(self, choices: Sequence[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data, initial={"key": str(uuid.uuid4())})
        field = self.fields["changed"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", gettext("not yet known")), *choices]
