"""A report for support: versions, missing parts, and whether a window can open."""

from __future__ import annotations

import platform
import re
from importlib.metadata import PackageNotFoundError, requires, version

from emviz.machine import preflight

#: A requirement up to its version.
NAME = re.compile(r"[\w.-]+")


def lines(problem: str | None) -> list[str]:
    """Return the versions of everything that emviz uses, and whether a window can open.

    Parameters
    ----------
    problem : str or None
        The result of `preflight.problem`.
    """
    names = ("emviz", *_required())
    found = [paired(name, _version(name)) for name in names]
    if preflight.CHECKOUT.joinpath("pyproject.toml").is_file():
        found[0] += ", from a checkout"
    found[1:1] = [
        paired("Python", platform.python_version()),
        paired("system", f"{platform.system()} {platform.release()}, {platform.machine()}"),
    ]
    lacking = preflight.lacking_packages()
    if lacking:
        found.append(paired("missing", ", ".join(lacking)))
    return [*found, paired("window", f"cannot open: {problem}" if problem else "can open")]


def paired(name: str, value: str) -> str:
    """Return a line of the report."""
    return f"{name:<20}{value}"


def _required() -> list[str]:
    """Return the required packages of the installation; in a bare checkout, the imported ones."""
    try:
        wanted = [each for each in requires("emviz") or () if "extra ==" not in each]
    except PackageNotFoundError:
        return [*preflight.WINDOW.values()]
    # A requirement that depends on the Python version is listed several times.
    return list(dict.fromkeys(match.group() for each in wanted if (match := NAME.match(each))))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
