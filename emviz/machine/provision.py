"""Offers to install missing system libraries. Uses only the standard library, like preflight."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

from emviz.machine import preflight

#: The terminal, even if standard input and output are redirected.
TERMINAL = "/dev/tty"
#: Answers for yes, including the Enter key alone; the end of the input means no.
YES = (b"\n", b"y\n", b"yes\n")


def problem(platform: str | None = None) -> str | None:
    """Return why a window cannot open, after offering to install missing packages.

    Parameters
    ----------
    platform : str, optional
        Same as for `preflight.problem`.
    """
    found = preflight.problem(platform)
    if found and _installed(preflight.lacking_packages(platform)):
        return preflight.problem(platform)
    return found


def _installed(packages: Sequence[str]) -> bool:
    """Ask in the terminal and install; return whether anything may have changed."""
    as_root = _as_root()
    if not packages or as_root is None:
        return False
    install = [*as_root, "apt-get", "install", "-y", "--no-install-recommends", *packages]
    try:
        terminal = os.open(TERMINAL, os.O_RDWR)
    except OSError:
        return False
    with os.fdopen(terminal, "r+b", buffering=0) as talk:
        talk.write(f"emviz: a window needs system libraries. Type `{' '.join(install)}` now? [Y/n] ".encode())
        if talk.readline().lower() not in YES:
            return False
        # A new machine has no package lists yet.
        for command in ([*as_root, "apt-get", "update"], install):
            subprocess.run(command, stdin=talk, stdout=talk, stderr=talk, check=False)
    return True


def _as_root() -> list[str] | None:
    """Return the prefix of an installation command; None if nothing can be installed."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    return ["sudo"] if shutil.which("sudo") else None
