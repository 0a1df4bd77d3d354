"""The command line of this package: `python -m peerhub.embedded run | exec | translations | system`."""

import argparse
import sys

from peerhub.embedded.errors import EmbeddedError


def arguments() -> argparse.ArgumentParser:
    """What may be typed."""
    parser = argparse.ArgumentParser(prog="python -m peerhub.embedded", description="peerhub's own servers")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("run", help="set everything up, serve until Ctrl-C (make run)")
    execute = actions.add_parser("exec", help="run a command while the servers serve")
    execute.add_argument("--temporary", action="store_true", help="servers and data of its own, gone afterwards")
    execute.add_argument("--durable", action="store_true", help="with --temporary: do not trade safety for speed")
    execute.add_argument("command", nargs=argparse.REMAINDER, help="-- and the command")
    keep = actions.add_parser("keep")
    keep.add_argument("--fast", action="store_true")
    keep.add_argument("--temporary", action="store_true")
    keep.add_argument("servers", nargs="+", choices=["postgres", "valkey"])
    actions.add_parser("translations", help="compile locale/*.po, no gettext needed")
    system = actions.add_parser("system", help="say which system packages are missing")
    system.add_argument("--install", action="store_true", help="install them where apt-get and root are at hand")
    system.add_argument("--tests", action="store_true", help="also those that only the tests need")
    return parser


def act(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Do what was asked; imports stand here so that each action loads only what it needs."""
    if options.action == "run":
        from peerhub.embedded.run import run  # noqa: PLC0415

        return run()
    if options.action == "exec":
        from peerhub.embedded.temporary import execute  # noqa: PLC0415

        command = options.command[1:] if options.command[:1] == ["--"] else options.command
        if not command:
            parser.error("exec needs a command: exec -- CMD…")
        return execute(command, temporary=options.temporary, durable=options.durable)
    if options.action == "keep":
        from peerhub.embedded.keeper import Keeper  # noqa: PLC0415
        from peerhub.embedded.paths import data_dir  # noqa: PLC0415

        return Keeper(data_dir(), options.servers, fast=options.fast, temporary=options.temporary).run()
    if options.action == "translations":
        from peerhub.embedded.prepare import compile_translations  # noqa: PLC0415

        compile_translations()
        return 0
    from peerhub.embedded.system import provide  # noqa: PLC0415

    return provide(install=options.install, tests=options.tests)


def main() -> int:
    """0 when all went well, 2 with one sentence when not."""
    parser = arguments()
    options = parser.parse_args()
    try:
        return act(options, parser)
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
