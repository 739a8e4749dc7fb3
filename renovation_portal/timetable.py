"""What happens by itself, and when (Asia/Shanghai). ``manage.py sync_timetable`` brings it to beat.

A monthly or yearly entry runs more often than its work is due and asks for its job under a key that holds
the period: whoever comes first makes it, a beat that slept through the moment makes it later, and it is made
once.
"""

from datetime import timedelta

from jobs.timetable import Daily, Entry

TIMETABLE = (
    Entry("jobs.sweep", task="jobs.sweep", when=timedelta(seconds=30)),
    Entry("jobs.pulse", task="jobs.pulse", when=timedelta(seconds=60)),
    # The month that ended is frozen on the 1st at 00:30; reports follow at the hours staff have given them.
    Entry("dashboards.freeze", task="dashboards.freeze_last_month", when=Daily(hour="*", minute=30)),
    Entry("dashboards.report", task="dashboards.report_all_due", when=Daily(hour="*", minute=0)),
    # Rounds open on their day, whichever it is; a beat that slept catches up with the month before.
    Entry("projects.open_rounds", task="projects.open_rounds", when=Daily(hour="*", minute=20)),
    Entry("projects.plan_visits", task="projects.plan_visits", when=Daily(hour=4, minute=10)),
    Entry("projects.send_digest", task="projects.send_digest", when=Daily(hour="7-9", minute=40)),
    # Pages judge by the days: this only writes down which consultations have opened and closed.
    Entry("consultations.keep_time", task="consultations.keep_time", when=Daily(hour="*", minute=2)),
    # Before the first official comes, the whole ledger has been checked.
    Entry("ledgers.nightly_health", task="ledgers.nightly_health", when=Daily(hour=2, minute=20)),
    # After the rows were checked, the rules look; an hour later again, should beat have slept.
    Entry("dashboards.alerts", task="dashboards.nightly_alerts", when=Daily(hour="3-5", minute=0)),
    # Monthly scores, the mid-year check and years that were issued: each asked for under its period.
    Entry("assessments.report", task="assessments.report_periods", when=Daily(hour="*", minute=50)),
    Entry("accounts.tidy", task="accounts.tidy", when=Daily(hour=3, minute=10)),
)
