"""Packages of the operating system that no wheel brings: Pango for PDF, and a browser and fonts for the tests."""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

from peerhub.embedded.errors import EmbeddedError

PDF_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


def missing_for_pdf() -> list[str]:
    """Debian's names of the libraries WeasyPrint needs and does not find."""
    return (
        [package for library, package in PDF_LIBRARIES.items() if not _loads(library)]
        if sys.platform == "linux"
        else []
    )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def browser() -> str | None:
    """The Chromium or Chrome on the path."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def missing_for_tests() -> list[str]:
    """What the tests need beside the PDF libraries."""
    missing = [] if browser() else ["chromium"]
    if not any(folder.rglob("*.ttf") for folder in FONT_FOLDERS if folder.is_dir() and any(folder.rglob("*.?tf"))):
        missing.append("fonts-dejavu-core")
    return missing


def apt_command(packages: list[str]) -> str:
    """What a person types."""
    return f"sudo apt-get update && sudo apt-get install --yes --no-install-recommends {' '.join(packages)}"


def provide(*, install: bool, tests: bool) -> int:
    """Name what is missing, or install it where that is possible; 2 and one sentence where the tests cannot go on."""
    missing = missing_for_pdf() + (missing_for_tests() if tests else [])
    if missing and install and _may_install(missing):
        _install(missing)
        missing = missing_for_pdf() + (missing_for_tests() if tests else [])
    if missing:
        raise EmbeddedError(f"Missing on this machine: {', '.join(missing)}; install with: {apt_command(missing)}")
    return 0


def _may_install(packages: list[str]) -> bool:
    """Root, or CI with a sudo that asks nothing. Ubuntu's chromium wants snapd, so it is left to people."""
    if not shutil.which("apt-get") or ("chromium" in packages and _is_ubuntu()):
        return False
    if os.geteuid() == 0:
        return True
    if not os.environ.get("CI") or not shutil.which("sudo"):
        return False
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0


def _is_ubuntu() -> bool:
    try:
        return "\nID=ubuntu" in "\n" + Path("/etc/os-release").read_text()
    except OSError:
        return False


def _install(packages: list[str]) -> None:
    """Through apt-get, asking nothing."""
    sys.stderr.write(f"Installing {', '.join(packages)} with apt-get …\n")
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    prefix += ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    subprocess.run([*prefix, "update", "-q"], stdout=sys.stderr, check=False)
    command = [*prefix, "install", "--yes", "-q", "--no-install-recommends", *packages]
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:
        raise EmbeddedError(f"apt-get could not install {', '.join(packages)}; try: {apt_command(packages)}")
