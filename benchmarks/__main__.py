"""Run every benchmark (or the named ones) and print what each measured beside its own yardstick."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks


def main() -> None:
    names = sys.argv[1:] or [one.name for one in pkgutil.iter_modules(benchmarks.__path__) if one.name != "__main__"]
    for name in names:
        print(f"\n== {name} ==")
        sys.argv = [name]  # its own arguments are for running it alone
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
