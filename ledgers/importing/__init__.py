"""From an uploaded table to rows of a ledger: map the headings, plan, commit, undo."""
