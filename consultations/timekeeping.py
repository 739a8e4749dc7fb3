"""What the days bring to consultations, written down by beat; late or twice changes nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from consultations.models import Consultation
from consultations.proceedings import REJECTABLE, count_votes, shut, write
from consultations.standing import hold, local_day, state_on
from records.models import ChangeSet

Source = ChangeSet.Source
State = Consultation.State


def keep_time(now: datetime | None = None) -> tuple[int, int, int]:
    """Write down what the days have brought; return how many opened, were closed, had votes counted."""
    today = local_day(now)
    rows = Consultation.objects.live()
    begun = rows.filter(state=State.NOTICE, opens_on__lte=today, closes_on__gte=today)
    over = rows.filter(state__in=(State.NOTICE, State.OPEN), closes_on__lt=today)
    opened = sum(_open(row) for row in begun)
    closed = sum(_close_by_time(row, now) for row in over)
    waiting = rows.filter(state__in=REJECTABLE, votes__isnull=False, votes__counted_at=None).distinct()
    return opened, closed, sum(_count_by_time(row, now) for row in waiting)


def _open(row: Consultation) -> bool:
    with transaction.atomic():
        held = hold(row)
        if held.state != State.NOTICE:
            return False
        write(held, {"state": State.OPEN}, None, Source.JOB)
        return True


def _close_by_time(row: Consultation, now: datetime | None) -> bool:
    with transaction.atomic():
        held = hold(row)
        if state_on(held, now) != State.CLOSED or held.state == State.CLOSED:
            return False
        shut(held, None, Source.JOB)
        return True


def _count_by_time(row: Consultation, now: datetime | None) -> bool:
    with transaction.atomic():
        held = hold(row)
        return held.state in REJECTABLE and count_votes(held, now) is None
