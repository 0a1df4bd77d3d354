#!/usr/bin/env python3
"""Django's commands. Without DATABASE_URL they find the embedded servers running, or start them for their own time."""

import os
import sys

from peerhub.embedded.ensure import ensure_for
from peerhub.embedded.errors import EmbeddedError


def main() -> None:
    """Run one command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerhub.settings")
    try:
        ensure_for(sys.argv[1:])
    except EmbeddedError as error:
        sys.exit(_complain(error))
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - after the servers, which need no Django

    execute_from_command_line(sys.argv)


def _complain(error: EmbeddedError) -> int:
    sys.stderr.write(f"{error}\n")
    return 2


if __name__ == "__main__":
    main()
