"""Consultations, their notices, their costs and the rules of notices over the API."""

from consultations.api.consultation import (
    ConsultationViewSet,
    CostShareViewSet,
    NoticeViewSet,
)

__all__ = ["ConsultationViewSet", "CostShareViewSet", "NoticeViewSet"]
