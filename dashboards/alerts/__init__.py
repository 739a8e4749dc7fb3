"""Alerts (预警): rules as data, ways of looking, the nightly evaluation, explaining and closing."""
