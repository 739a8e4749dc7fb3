"""The archive of one project: its files, and every change of its rows with who, when and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Q

from accounts.models import User
from projects.models import Project, ProjectPart
from records.models import Attachment, ChangeSet, VersionedRecord

# So many acts of writing are shown; older ones are in the history of each row.
MOST_CHANGES = 100


def part_models() -> list[type[ProjectPart]]:
    """Return the ledgers whose rows are about one project."""
    return [model for model in apps.get_app_config("projects").get_models() if issubclass(model, ProjectPart)]


def files_of(project: Project, user: User) -> list[tuple[str, list[Attachment]]]:
    """Return the files of a project and its community, grouped by the ledger they were brought to."""
    wanted = Q(record_type="projects.project", record_id=project.pk)
    wanted |= Q(record_type="communities.community", record_id=project.community_id)
    for model in part_models():
        rows = model._default_manager.filter(project=project).values("pk")
        wanted |= Q(record_type=model._meta.label_lower, record_id__in=rows)
    found = Attachment.objects.visible_to(user).filter(wanted, removed_at=None).select_related("uploaded_by")
    groups: dict[str, list[Attachment]] = defaultdict(list)
    for file in found.order_by("record_type", "-pk"):
        groups[str(apps.get_model(file.record_type)._meta.verbose_name)].append(file)
    return list(groups.items())


@dataclass(frozen=True)
class Written:
    """One act of writing and the ledgers it touched."""

    change_set: ChangeSet
    rows: Sequence[tuple[str, int]]


def changes_of(project: Project) -> list[Written]:
    """Return the newest acts of writing to a project and its parts."""
    touched: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    models: list[tuple[type[VersionedRecord], dict[str, Any]]] = [(Project, {"id": project.pk})]
    models += [(model, {"project_id": project.pk}) for model in part_models()]
    for model, condition in models:
        states: Any = model.history.model.objects
        name = str(model._meta.verbose_name)
        newest = states.filter(**condition).order_by("-change_set_id")
        for change_set in newest.values_list("change_set_id", flat=True)[: MOST_CHANGES * 4]:
            touched[change_set][name] += 1
    newest_sets = sorted(touched, reverse=True)[:MOST_CHANGES]
    sets = ChangeSet.objects.select_related("actor").in_bulk(newest_sets)
    return [Written(sets[pk], list(touched[pk].items())) for pk in newest_sets if pk in sets]
