"""Add the rules of public notices that are not there yet."""

from typing import Any

from django.core.management.base import BaseCommand

from consultations.notice_rules import load_notice_rules


class Command(BaseCommand):
    """Load the rules of notices that come with the portal; edited ones stay as they are."""

    help = "Add missing rules of public notices."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the packaged table."""
        added = load_notice_rules()
        if options["verbosity"]:
            self.stdout.write(f"notice rules: {added} added")
