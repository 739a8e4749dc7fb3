"""Add the rules of votes that are not there yet."""

from typing import Any

from django.core.management.base import BaseCommand

from consultations.rule_data import load_vote_rules


class Command(BaseCommand):
    """Load the rules of votes that come with the portal; edited ones stay as they are."""

    help = "Add missing rules of votes."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the packaged table."""
        added = load_vote_rules()
        if options["verbosity"]:
            self.stdout.write(f"vote rules: {added} added")
