"""The calendars over the API: seasons, deadlines, times of steps, time limits of approvals."""

from __future__ import annotations

from typing import ClassVar

from communities.api import SharedRegionFilter
from projects.models import DeadlineRule, SeasonRule, StepDuration, TimeLimit
from records.api import RecordSerializer, RecordViewSet, RegionCodeField

COMMON: tuple[str, ...] = (*RecordSerializer.RECORD_FIELDS, "region", "year_from", "year_to", "source")
READ_ONLY: tuple[str, ...] = ("id", "updated_at")


class SeasonRuleSerializer(RecordSerializer[SeasonRule]):
    """When works rest in winter and when houses are heated; days as month × 100 + day."""

    region = RegionCodeField()

    class Meta:
        model = SeasonRule
        fields: ClassVar[tuple[str, ...]] = (
            *COMMON,
            "winter_stop_from",
            "winter_stop_to",
            "heating_from",
            "heating_to",
        )
        read_only_fields: ClassVar[tuple[str, ...]] = READ_ONLY


class SeasonRuleFilter(SharedRegionFilter):
    """Rules by the region they hold in."""

    class Meta:
        model = SeasonRule
        fields: ClassVar[list[str]] = []


class SeasonRuleViewSet(RecordViewSet[SeasonRule]):
    """The seasons of regions."""

    queryset = SeasonRule.objects.select_related("region")
    serializer_class = SeasonRuleSerializer
    filterset_class = SeasonRuleFilter


class DeadlineRuleSerializer(RecordSerializer[DeadlineRule]):
    """A day of the plan year by which something must be done; as month × 100 + day."""

    region = RegionCodeField()

    class Meta:
        model = DeadlineRule
        fields: ClassVar[tuple[str, ...]] = (*COMMON, "code", "label", "step", "month_day", "year_offset")
        read_only_fields: ClassVar[tuple[str, ...]] = READ_ONLY


class DeadlineRuleFilter(SharedRegionFilter):
    """Rules by the region they hold in."""

    class Meta:
        model = DeadlineRule
        fields: ClassVar[list[str]] = ["code", "step"]


class DeadlineRuleViewSet(RecordViewSet[DeadlineRule]):
    """The deadlines of plan years."""

    queryset = DeadlineRule.objects.select_related("region")
    serializer_class = DeadlineRuleSerializer
    filterset_class = DeadlineRuleFilter


class StepDurationSerializer(RecordSerializer[StepDuration]):
    """The least time a step takes after the one before it."""

    region = RegionCodeField()

    class Meta:
        model = StepDuration
        fields: ClassVar[tuple[str, ...]] = (*COMMON, "step", "days", "in_working_days")
        read_only_fields: ClassVar[tuple[str, ...]] = READ_ONLY


class StepDurationFilter(SharedRegionFilter):
    """Rules by the region they hold in."""

    class Meta:
        model = StepDuration
        fields: ClassVar[list[str]] = ["step"]


class StepDurationViewSet(RecordViewSet[StepDuration]):
    """The least times steps take."""

    queryset = StepDuration.objects.select_related("region")
    serializer_class = StepDurationSerializer
    filterset_class = StepDurationFilter


class TimeLimitSerializer(RecordSerializer[TimeLimit]):
    """The most time an office may take to answer."""

    region = RegionCodeField()

    class Meta:
        model = TimeLimit
        fields: ClassVar[tuple[str, ...]] = (*COMMON, "step", "days", "in_working_days")
        read_only_fields: ClassVar[tuple[str, ...]] = READ_ONLY


class TimeLimitFilter(SharedRegionFilter):
    """Rules by the region they hold in."""

    class Meta:
        model = TimeLimit
        fields: ClassVar[list[str]] = ["step"]


class TimeLimitViewSet(RecordViewSet[TimeLimit]):
    """The time limits of approvals."""

    queryset = TimeLimit.objects.select_related("region")
    serializer_class = TimeLimitSerializer
    filterset_class = TimeLimitFilter
