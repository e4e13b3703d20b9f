"""Imports Qt for Python and pyqtgraph without what emviz does not need: a seventh of the start.

`import pyqtgraph` reads all of its widgets, and has Qt for Python make every class of Qt, which otherwise are
made when they are first asked for. Here the package runs its own code, but skips the imports of items and
widgets beyond `NEEDED`, and looks each name of Qt up when it is asked for. Whoever asks pyqtgraph for
anything else has the skipped imports done then; other programs find it whole.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

PACKAGE, QT = "pyqtgraph", "pyqtgraph.Qt"
#: pyqtgraph's copies of modules of Qt, to which it adds a few names.
COPIES = tuple(f"{QT}.{name}" for name in ("QtCore", "QtGui", "QtWidgets"))
#: The parts of which only some are needed.
PARTS = ("graphicsItems.", "widgets.", "imageview", "SRTTransform3D", "Transform3D", "Vector")
NEEDED = frozenset(
    [f"graphicsItems.{name}" for name in ("AxisItem", "BarGraphItem", "GraphicsObject", "ImageItem")]
    + [f"graphicsItems.{name}" for name in ("PlotDataItem", "ScatterPlotItem", "ViewBox")]
    + [f"widgets.{name}" for name in ("GraphicsView", "PlotWidget")]
)


class Skipped(ModuleType):
    """Stands for a module that is not imported yet, and for each name in it."""

    __all__ = ()

    def __getattr__(self, name: str) -> Skipped:
        return self


class Package(SourceFileLoader):
    """Loads the package itself."""

    def exec_module(self, module: ModuleType) -> None:
        """Run its code; what it skips is imported when a name is asked for that is not there."""
        skipped: list[str] = []

        def imported(
            name: str,
            space: dict[str, object] | None = None,
            local: dict[str, object] | None = None,
            names: Sequence[str] | None = (),
            level: int = 0,
        ) -> ModuleType:
            if level == 1 and name.startswith(PARTS) and name not in NEEDED:
                skipped.append(f"from .{name} import {', '.join(names or ())}")
                return Skipped(name)
            return builtins.__import__(name, space, local, names, level)

        space = vars(module)
        space["__builtins__"] = vars(builtins) | {"__import__": imported}
        super().exec_module(module)
        space["__builtins__"] = vars(builtins)
        for name in [name for name, value in space.items() if isinstance(value, Skipped)]:
            del space[name]
        space["__getattr__"] = _completing(module, skipped)


class Qt(SourceFileLoader):
    """Loads pyqtgraph's door to Qt, which copies name by name."""

    def exec_module(self, module: ModuleType) -> None:
        """Run its code, which finds no names to copy."""
        vars(module)["dir"] = lambda _: ()
        super().exec_module(module)
        del vars(module)["dir"]


class Copy(SourceFileLoader):
    """Loads the copy of a module of Qt."""

    def exec_module(self, module: ModuleType) -> None:
        """Run its code; a name is looked up in Qt when it is first asked for."""
        super().exec_module(module)
        original = import_module(f"PySide6.{module.__name__.rpartition('.')[2]}")

        def found(name: str) -> object:
            value = getattr(original, name)
            setattr(module, name, value)
            return value

        vars(module)["__getattr__"] = found


class Lean(MetaPathFinder):
    """Finds pyqtgraph, and has it loaded as told above."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find the package, its door to Qt, or a copy; others find everything else."""
        loaders = {PACKAGE: Package, QT: Qt} | dict.fromkeys(COPIES, Copy)
        loader = loaders.get(name)
        spec = PathFinder.find_spec(name, path) if loader else None
        if spec is not None and type(spec.loader) is SourceFileLoader:
            assert loader is not None
            spec.loader = loader(name, spec.loader.path)
        return spec


def import_qt() -> None:
    """Import Qt for Python without its hook on imports, in a process that is emviz's own.

    The hook looks through the source of every module for a wish to have Qt's methods in snake_case, and
    keeps that source.
    """
    usual = builtins.__import__
    import_module("PySide6.QtCore")
    builtins.__import__ = usual


def install() -> None:
    """Have the next import of pyqtgraph be a lean one."""
    sys.meta_path.insert(0, Lean())


def _completing(module: ModuleType, skipped: list[str]) -> Callable[[str], object]:
    """Return what gives a name that is missing in the package: it does the imports that were skipped."""

    def found(name: str) -> object:
        # An import asks for a module of the package in the same way, and finds it by itself.
        inside = name != "__all__" and (name[:1] == "_" or PathFinder.find_spec(name, module.__path__))
        if skipped and not inside:
            statements = "\n".join(skipped)
            skipped.clear()
            exec(statements, vars(module))
            if name in vars(module):
                return vars(module)[name]
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")

    return found
