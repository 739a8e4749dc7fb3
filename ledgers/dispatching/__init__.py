"""Ad-hoc tables (调度): set up in minutes, filled in like any ledger, put together at once."""
