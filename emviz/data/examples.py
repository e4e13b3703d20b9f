"""Paths of the files that come with emviz."""

from __future__ import annotations

from pathlib import Path

from emviz.data.table import DataError

PACKAGE = Path(__file__).resolve().parents[1]


def assets() -> Path:
    """Return the folder of the assets: inside the package in a wheel, beside it in a checkout."""
    return _assets_of(PACKAGE)


def folder() -> Path:
    """Return the folder of the example tables."""
    return assets() / "examples"


def example_path(name: str | Path) -> Path:
    """Return the path of an example table, by file name ("coins.csv") or without its ending.

    Parameters
    ----------
    name : str or Path
        A path is returned as it is: the example of a plug-in.

    Raises
    ------
    DataError
        If there is no such example; the message lists those there are.
    """
    if isinstance(name, Path):
        return name
    files = sorted(path for path in folder().glob("*") if path.is_file())
    found = next((path for path in files if name in (path.name, path.stem)), None)
    if found is None:
        listed = ", ".join(path.name for path in files) or "none; the installation is incomplete"
        raise DataError(f"there is no example '{name}'; there are {listed}")
    return found


def _assets_of(package: Path) -> Path:
    inside = package / "assets"
    return inside if inside.is_dir() else package.parent / "assets"
