"""The state of a job, for programs that asked for one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rest_framework import mixins, serializers, viewsets

from accounts.roles import Capability
from jobs.models import Job, JobQuerySet


class JobSerializer(serializers.ModelSerializer[Job]):
    """How far a job is and what became of it; what it was given stays inside."""

    error = serializers.CharField(source="error_message", read_only=True)
    progress_label = serializers.CharField(source="step", read_only=True)

    class Meta:
        model = Job
        fields = [
            "id",
            "kind",
            "state",
            "attempt",
            "progress_done",
            "progress_total",
            "progress_label",
            "result",
            "error_code",
            "error",
            "created_at",
            "started_at",
            "finished_at",
        ]
        read_only_fields = fields


class JobViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet[Job]):
    """One job of the caller's, or of a region they read; everything else is not found."""

    queryset = Job.objects.all()
    serializer_class = JobSerializer
    filter_backends = ()
    required_capabilities: ClassVar[Mapping[str, Capability]] = {"retrieve": Capability.LEDGER_VIEW}

    def get_queryset(self) -> JobQuerySet:
        """Return the jobs the caller may follow."""
        return Job.objects.visible_to(self.request.user)
