"""Recognising the project a row is about, by the words the row uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from communities.columns import resolve_communities, working_unit
from projects.columns.kinds import default_year
from projects.models import Project
from records.columns import Context, Entry
from records.parsing import CellError


def resolve_projects(entries: Sequence[Entry], context: Context) -> None:
    """Set ``project_id`` of rows that name a project by community, region, street and plan year.

    All four are ``related``; the year the work is for is the default.  A few queries for any number of rows.
    """
    resolve_communities(entries, context)
    fresh = [entry for entry in entries if entry.pk is None]
    # The row itself has no community: it belongs to a project.
    places = {id(entry): entry.values.pop("community_id", None) for entry in fresh}
    rows = Project.objects.live().filter(community__in=set(places.values()) - {None})
    known: dict[Any, int] = {
        (community, year): pk for pk, community, year in rows.values_list("pk", "community_id", "plan_year")
    }
    for entry in fresh:
        community, year = places[id(entry)], entry.related.get("plan_year") or context.year
        if entry.failed("plan_year") or community is None:
            continue
        if year is None:
            entry.fail("plan_year", CellError("no_year", _("The plan year is missing."), _("Choose a year.")))
        elif (community, year) in known:
            entry.values["project_id"] = known[community, year]
        else:
            entry.fail("community_name", not_planned(year))


def not_planned(year: int) -> CellError:
    """Return what is said about a community that has no project in a plan year."""
    return CellError(
        "unknown_project",
        _("This community is not in the plan of %(year)d.") % {"year": year},
        _("Enter it in the year-plan ledger first, or mend the plan year."),
    )


def recognise_parts(entries: Sequence[Entry], context: Context, model: Any, names: tuple[str, ...]) -> None:
    """Find the row of a project that agrees in these attributes too; blank and absent are the same here."""
    resolve_projects(entries, context)
    fresh = [entry for entry in entries if entry.pk is None and "project_id" in entry.values]
    rows = model.objects.live().filter(project__in={entry.values["project_id"] for entry in fresh})
    known: dict[Any, int] = {
        (project, *(value or "" for value in values)): pk
        for pk, project, *values in rows.order_by("-pk").values_list("pk", "project_id", *names)
    }
    for entry in fresh:
        told = (entry.values.get(name) or "" for name in names)
        entry.pk = known.get((entry.values["project_id"], *told))


def recognise_of_year(
    entries: Sequence[Entry], context: Context, model: Any, names: tuple[str, ...] = ()
) -> None:
    """Find the row of a reporting unit and year that agrees in these attributes too.

    The unit and the year the work is for are the defaults.  One query for any number of rows.
    """
    fresh = [entry for entry in entries if entry.pk is None]
    own = working_unit(context)
    for entry in fresh:
        if own and entry.values.get("unit_id") is None and not entry.failed("unit"):
            entry.values["unit_id"] = own.pk
    default_year(fresh, context, "year", "year")
    key = ("unit_id", "year", *names)
    rows = model.objects.live().filter(unit__in={entry.values.get("unit_id") for entry in fresh} - {None})
    known = {tuple(told): pk for pk, *told in rows.order_by().values_list("pk", *key)}
    for entry in fresh:
        entry.pk = known.get(tuple(entry.values.get(name) for name in key))
