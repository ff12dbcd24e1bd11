#!/usr/bin/env python
"""Django's command line for the portal. Starts the embedded database for a command that needs it."""

import os
import signal
import sys
from contextlib import nullcontext

from django.core.management import execute_from_command_line

from bulletin import embedded, local

# Whatever is not here may want the database, and it is there.
WITHOUT_DATABASE = {
    *("help", "version", "check", "parse_issue", "annotate", "collectstatic", "findstatic", "diffsettings"),
    *("makemessages", "compilemessages", "startapp", "startproject", "run"),  # run starts it itself
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bulletin.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    local.complete(os.environ, command)
    wants_help = "--help" in sys.argv or "-h" in sys.argv
    embed = local.is_embedded(os.environ) and command not in WITHOUT_DATABASE and not wants_help
    try:
        with embedded.running(local.var_dir(os.environ)) if embed else nullcontext():
            execute_from_command_line(sys.argv)
    except embedded.EmbeddedError as error:
        sys.exit(str(error))


def leave(signum: int, frame: object) -> None:
    """On SIGTERM go the ordinary way out, so that the database is stopped."""
    sys.exit(128 + signum)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, leave)
    main()
