"""Assessments over the API, to be read."""

from assessments.api.assessment import AssessmentViewSet

__all__ = ["AssessmentViewSet"]
