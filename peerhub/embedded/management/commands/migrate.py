"""Django's `migrate`, working as the owning role unless told otherwise: the web role owns no table."""

from django.core.management.base import CommandParser
from django.core.management.commands import migrate


class Command(migrate.Command):
    """Migrates the database through the alias `owner`."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's arguments with another default database."""
        super().add_arguments(parser)
        parser.set_defaults(database="owner")
