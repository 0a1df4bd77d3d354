"""Django's `migrate`, working as the owning role unless told otherwise: the web role owns no table."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate


class Command(migrate.Command):
    """Migrates the database through the alias `owner`."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's arguments with another default database."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; on a real place never as the role that serves pages, which would then own the tables."""
        owner, web = settings.DATABASES["owner"]["USER"], settings.DATABASES["default"]["USER"]
        if settings.REAL_PLACE and options["database"] == "owner" and owner == web:
            raise CommandError(
                "DATABASE_OWNER_URL is missing: name the role that owns the tables. Nothing was changed."
            )
        super().handle(*args, **options)
