"""The calendars over the API: seasons, deadlines, times of steps, time limits of approvals."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from communities.api import shared_region_filter
from projects.models import DeadlineRule, SeasonRule, StepDuration, TimeLimit
from records.api import RecordSerializer, RecordViewSet, RegionCodeField
from records.models import VersionedRecord

R = TypeVar("R", bound=VersionedRecord)

COMMON: tuple[str, ...] = (*RecordSerializer.RECORD_FIELDS, "region", "year_from", "year_to", "source")
READ_ONLY: tuple[str, ...] = ("id", "updated_at")


class CalendarSerializer(RecordSerializer[R]):
    """A rule of a calendar, by the region and the years it holds in, with its source."""

    region = RegionCodeField()


class SeasonRuleSerializer(CalendarSerializer[SeasonRule]):
    """When works rest in winter and when houses are heated; days as month × 100 + day."""

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


class SeasonRuleViewSet(RecordViewSet[SeasonRule]):
    """The seasons of regions."""

    queryset = SeasonRule.objects.select_related("region")
    serializer_class = SeasonRuleSerializer
    filterset_class = shared_region_filter(SeasonRule)


class DeadlineRuleSerializer(CalendarSerializer[DeadlineRule]):
    """A day of the plan year by which something must be done; as month × 100 + day."""

    class Meta:
        model = DeadlineRule
        fields: ClassVar[tuple[str, ...]] = (*COMMON, "code", "label", "step", "month_day", "year_offset")
        read_only_fields: ClassVar[tuple[str, ...]] = READ_ONLY


class DeadlineRuleViewSet(RecordViewSet[DeadlineRule]):
    """The deadlines of plan years."""

    queryset = DeadlineRule.objects.select_related("region")
    serializer_class = DeadlineRuleSerializer
    filterset_class = shared_region_filter(DeadlineRule, "code", "step")


class StepDurationSerializer(CalendarSerializer[StepDuration]):
    """The least time a step takes after the one before it."""

    class Meta:
        model = StepDuration
        fields: ClassVar[tuple[str, ...]] = (*COMMON, "step", "days", "in_working_days")
        read_only_fields: ClassVar[tuple[str, ...]] = READ_ONLY


class StepDurationViewSet(RecordViewSet[StepDuration]):
    """The least times steps take."""

    queryset = StepDuration.objects.select_related("region")
    serializer_class = StepDurationSerializer
    filterset_class = shared_region_filter(StepDuration, "step")


class TimeLimitSerializer(CalendarSerializer[TimeLimit]):
    """The most time an office may take to answer."""

    class Meta:
        model = TimeLimit
        fields: ClassVar[tuple[str, ...]] = (*COMMON, "step", "days", "in_working_days")
        read_only_fields: ClassVar[tuple[str, ...]] = READ_ONLY


class TimeLimitViewSet(RecordViewSet[TimeLimit]):
    """The time limits of approvals."""

    queryset = TimeLimit.objects.select_related("region")
    serializer_class = TimeLimitSerializer
    filterset_class = shared_region_filter(TimeLimit, "step")
