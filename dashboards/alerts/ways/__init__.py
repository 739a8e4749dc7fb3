"""The ways of looking, a file for each subject; importing this registers them all."""

from dashboards.alerts.ways import aftercare, money, plans, reporting, sites, starts

__all__ = ["aftercare", "money", "plans", "reporting", "sites", "starts"]
