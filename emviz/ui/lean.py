"""Imports PySide6 and pyqtgraph without the parts that emviz does not need: a seventh of the start-up.

`import pyqtgraph` imports all of its widgets and makes PySide6 create every Qt class, which is otherwise done
on first use. Here the package runs its own code but skips the imports of items and widgets beyond `NEEDED`,
and looks up Qt names on demand. If anything else is requested from pyqtgraph, the skipped imports are done
then, so other code still sees the complete package.
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
#: pyqtgraph's wrappers of Qt modules, which add a few names.
COPIES = tuple(f"{QT}.{name}" for name in ("QtCore", "QtGui", "QtWidgets"))
#: Subpackages of which only some modules are needed.
PARTS = ("graphicsItems.", "widgets.", "imageview", "SRTTransform3D", "Transform3D", "Vector")
NEEDED = frozenset(
    [f"graphicsItems.{name}" for name in ("AxisItem", "BarGraphItem", "GraphicsObject", "ImageItem")]
    + [f"graphicsItems.{name}" for name in ("PlotDataItem", "ScatterPlotItem", "ViewBox")]
    + [f"widgets.{name}" for name in ("GraphicsView", "PlotWidget")]
)


class Skipped(ModuleType):
    """Placeholder for a module that is not imported yet, and for every name in it."""

    __all__ = ()

    def __getattr__(self, name: str) -> Skipped:
        return self


class Package(SourceFileLoader):
    """Loads the package itself."""

    def exec_module(self, module: ModuleType) -> None:
        """Execute the package; skipped imports are done when a missing name is requested."""
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
    """Loads pyqtgraph's Qt wrapper, which copies names one by one."""

    def exec_module(self, module: ModuleType) -> None:
        """Execute the wrapper, which then finds no names to copy."""
        vars(module)["dir"] = lambda _: ()
        super().exec_module(module)
        del vars(module)["dir"]


class Copy(SourceFileLoader):
    """Loads the wrapper of one Qt module."""

    def exec_module(self, module: ModuleType) -> None:
        """Execute the wrapper; names are looked up in Qt on first use."""
        super().exec_module(module)
        original = import_module(f"PySide6.{module.__name__.rpartition('.')[2]}")

        def found(name: str) -> object:
            value = getattr(original, name)
            setattr(module, name, value)
            return value

        vars(module)["__getattr__"] = found


class Lean(MetaPathFinder):
    """Finds pyqtgraph and assigns the loaders above."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec for the package or its Qt wrappers, None for anything else."""
        loaders = {PACKAGE: Package, QT: Qt} | dict.fromkeys(COPIES, Copy)
        loader = loaders.get(name)
        spec = PathFinder.find_spec(name, path) if loader else None
        if spec is not None and type(spec.loader) is SourceFileLoader:
            assert loader is not None
            spec.loader = loader(name, spec.loader.path)
        return spec


def import_qt() -> None:
    """Import PySide6 without its import hook; only for a process that runs nothing but emviz.

    The hook searches the source of every imported module for a request to use snake_case names, and keeps
    that source in memory.
    """
    usual = builtins.__import__
    import_module("PySide6.QtCore")
    builtins.__import__ = usual


def install() -> None:
    """Make the next import of pyqtgraph a lean one."""
    sys.meta_path.insert(0, Lean())


def _completing(module: ModuleType, skipped: list[str]) -> Callable[[str], object]:
    """Return a module `__getattr__` that does the skipped imports when a name is missing."""

    def found(name: str) -> object:
        # The import system also asks for submodules this way, and finds them itself.
        inside = name != "__all__" and (name[:1] == "_" or PathFinder.find_spec(name, module.__path__))
        if skipped and not inside:
            statements = "\n".join(skipped)
            skipped.clear()
            exec(statements, vars(module))
            if name in vars(module):
                return vars(module)[name]
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")

    return found
