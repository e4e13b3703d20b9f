"""What a teacher would send to the support desk: versions, what is missing, whether a window can open."""

from __future__ import annotations

import platform
import re
from importlib.metadata import PackageNotFoundError, requires, version

from emviz.machine import preflight

#: The words of a requirement up to its version.
NAME = re.compile(r"[\w.-]+")


def lines(problem: str | None) -> list[str]:
    """Return the versions of all that emviz runs on, and whether a window can open here.

    Parameters
    ----------
    problem : str or None
        What `preflight.problem` has said.
    """
    names = ("emviz", *_required())
    told = [paired(name, _version(name)) for name in names]
    if preflight.CHECKOUT.joinpath("pyproject.toml").is_file():
        told[0] += ", from a checkout"
    told[1:1] = [
        paired("Python", platform.python_version()),
        paired("system", f"{platform.system()} {platform.release()}, {platform.machine()}"),
    ]
    lacking = preflight.lacking_packages()
    if lacking:
        told.append(paired("missing", ", ".join(lacking)))
    return [*told, paired("window", f"cannot open: {problem}" if problem else "can open")]


def paired(name: str, value: str) -> str:
    """Return a line of the list."""
    return f"{name:<20}{value}"


def _required() -> list[str]:
    """Return the packages that emviz needs, as it was installed; from a bare checkout, those it imports."""
    try:
        wanted = [each for each in requires("emviz") or () if "extra ==" not in each]
    except PackageNotFoundError:
        return [*preflight.WINDOW.values()]
    # A package that depends on the Python is required more than once.
    return list(dict.fromkeys(match.group() for each in wanted if (match := NAME.match(each))))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
