"""Assessments over the API, to be read."""

from assessments.api.assessment import AssessmentViewSet

__all__ = ["AssessmentViewSet"]
"""The ledgers of this app over the API."""

from assessments.api.fiscal import FiscalFactorViewSet

__all__ = ["FiscalFactorViewSet"]
