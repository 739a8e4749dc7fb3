"""Assessments over the API, to be read; difficulty coefficients, to be kept."""

from assessments.api.assessment import AssessmentViewSet
from assessments.api.fiscal import FiscalFactorViewSet

__all__ = ["AssessmentViewSet", "FiscalFactorViewSet"]
