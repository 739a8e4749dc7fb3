"""Models of the accounts app."""

from accounts.models.audit import AuditEvent
from accounts.models.department import Department
from accounts.models.region import Region
from accounts.models.security import LoginGuard, PasswordHistory
from accounts.models.session import Session
from accounts.models.user import User

__all__ = ["AuditEvent", "Department", "LoginGuard", "PasswordHistory", "Region", "Session", "User"]
