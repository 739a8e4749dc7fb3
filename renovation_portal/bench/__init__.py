"""Measuring the portal (``manage.py bench``): workbooks, the grid and the dashboards, against their floors.

Everything happens in a database made for the measurement and destroyed after it; every piece of work runs in
a process of its own, so that its peak of memory is its own.
"""
