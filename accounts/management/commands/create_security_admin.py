"""Make the first account of a portal: a bare database has none."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import services
from accounts.models import Region, User
from accounts.passwords import INITIAL_LIFETIME
from accounts.roles import Role


class Command(BaseCommand):
    """Make a security administrator, who then makes all other accounts in the browser."""

    help = "Create a security administrator and print the initial password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the names."""
        parser.add_argument("username", help="login name")
        parser.add_argument("--name", required=True, help="name shown")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account; refuse without regions and for a name that is taken."""
        province = Region.objects.filter(code=settings.PORTAL_PROVINCE).first()
        if province is None:
            raise CommandError("There are no regions yet: run load_reference first.")
        account = User(
            username=options["username"],
            display_name=options["name"],
            role=Role.SECURITY_ADMIN,
            region=province,
            view_region=province,
        )
        try:
            account.full_clean(exclude=["password"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        initial = services.create_account(None, account)
        hours = int(INITIAL_LIFETIME.total_seconds() // 3600)
        self.stdout.write(f"Initial password of {account.username}, valid for {hours} hours: {initial}")
