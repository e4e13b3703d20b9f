"""The rule of the house: an import points down, only the window knows Qt, no model knows another."""

import ast
import re
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "emviz"
#: From the top of the house down; a room may import from those below it.
ROOMS = ("console", "ui", "session", "models", "em", "data")
#: Rooms and files without Qt.
PURE = (
    "lessons",
    "handouts",
    "pages",
    "wording",
    "scenes",
    "session",
    "models",
    "testing",
    "em",
    "data",
    "intake",
    "api",
    "machine",
    "__init__",
)
QT = ("PySide6", "shiboken6", "pyqtgraph", "ziamath", "PyQt5", "PyQt6")


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module):
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
PURE_MODULES = [module for module in MODULES if room_of(module) in PURE]


@cache
def imports_of(module):
    """Every module of emviz that a module names in an import, wherever it stands."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def test_the_rooms_are_there():
    assert {"em", "data", "models", "session"} <= {room_of(module) for module in PURE_MODULES}
    assert len(PURE_MODULES) > 20


def test_a_pure_module_names_no_qt():
    assert not [
        (module, name)
        for module in PURE_MODULES
        for name in imports_of(module)
        if name.split(".")[0] in QT or name.startswith("emviz.ui")
    ]


LOADED = """
import importlib
import sys

for module in sys.argv[1:]:
    importlib.import_module(module)
print(*sys.modules)
"""


def loaded_by(*modules):
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *modules], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@pytest.mark.parametrize("room", [room for room in PURE if any(room_of(m) == room for m in PURE_MODULES)])
def test_a_pure_room_leaves_no_qt_in_memory(room):
    modules = [module for module in PURE_MODULES if room_of(module) == room]
    loaded = loaded_by(*modules)
    assert set(modules) <= set(loaded)
    assert not [name for name in loaded if name.split(".")[0] in QT or name.startswith("emviz.ui")]


def imported_at_once(body):
    """Every module of emviz that an import brings with it: not what only types or functions need."""
    for node in body:
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "emviz":
            for name in (f"{node.module}.{alias.name}" for alias in node.names):
                yield name if name in MODULES else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ClassDef | ast.Try | ast.With) or (
            isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.unparse(node.test)
        ):
            yield from imported_at_once(node.body)


BROUGHT = {
    module: set(imported_at_once(ast.parse(path.read_text(encoding="utf-8")).body))
    for module, path in MODULES.items()
}


def unit_of(module):
    """The outermost package around a module that imports modules of its own, or the module itself."""
    parts = module.split(".")
    packages = (".".join(parts[:end]) for end in range(2, len(parts)))
    own = (
        package
        for package in packages
        if any(f"{each}.".startswith(f"{package}.") for each in BROUGHT[package])
    )
    return next(own, module)


UNITS = {module: unit_of(module) for module in MODULES}


def test_only_the_modules_of_one_package_import_one_another_in_a_circle():
    graph = {}
    for module, unit in UNITS.items():
        graph.setdefault(unit, set()).update(UNITS[each] for each in BROUGHT[module])
    TopologicalSorter({unit: known - {unit} for unit, known in graph.items()}).prepare()
    assert "emviz.em.objective.bound" in graph["emviz.session"]


@pytest.mark.thorough
def test_every_pure_package_can_be_imported_first():
    """So can each of its modules then: its `__init__` runs before any of them, and nothing else is a circle.

    One interpreter for each would take a while: they are imported in turn, each with a clean slate.
    """
    clean = """
import importlib
import sys

for module in sys.argv[1:]:
    for name in [name for name in sys.modules if name.split(".")[0] == "emviz"]:
        del sys.modules[name]
    importlib.import_module(module)
"""
    units = sorted(set(UNITS.values()).intersection(PURE_MODULES))
    packages = [unit for unit in units if MODULES[unit].name == "__init__.py"]
    assert {"emviz.session", "emviz.em.methods", "emviz.models.rna"} <= set(packages)
    subprocess.run([sys.executable, "-c", clean, *packages], cwd=ROOT, check=True, timeout=600)


@pytest.mark.thorough
def test_an_import_points_down_the_house():
    of_rooms = [module for module in MODULES if room_of(module) in ROOMS]
    named = [
        (module, name)
        for module in of_rooms
        for name in imports_of(module)
        if name.split(".")[0] == "emviz" and room_of(name) in ROOMS
    ]
    assert named
    assert not [
        (one, other) for one, other in named if ROOMS.index(room_of(other)) < ROOMS.index(room_of(one))
    ]


def test_no_model_knows_another():
    """A model that is a package may know its own modules."""
    for module in MODULES:
        if module.startswith("emviz.models."):
            own = ".".join(module.split(".")[:3])
            known = [name for name in imports_of(module) if name.startswith("emviz.models")]
            assert not [name for name in known if not f"{name}.".startswith(f"{own}.")], module


def test_the_kernel_knows_no_particular_model():
    loaded = loaded_by(*[module for module in MODULES if room_of(module) == "em"])
    assert not [name for name in loaded if name.startswith("emviz.models")]


def test_the_data_know_no_model():
    loaded = loaded_by(*[module for module in MODULES if room_of(module) == "data"])
    assert not [name for name in loaded if name.startswith(("emviz.models", "emviz.em"))]


#: The room itself, starts that are rounded as values, and places on a drawing.
OWN_FORMATS = {
    "em/rounding.py",
    "models/modules/starts.py",
    "models/proteins/scores/__init__.py",
    "pages/plots.py",
}


def test_numbers_for_people_are_rounded_in_one_room():
    """A format with decimals rounds halves to even, by the binary digits of the float."""
    formats = re.compile(r"\{[^{}]*:,?\.(?:[1-9]\d*|\{[^{}]*\})[fgeG%]\}(?!pt)")
    sources = {
        path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8")
        for path in PACKAGE.rglob("*.py")
    }
    assert {name for name, source in sources.items() if formats.search(source)} == OWN_FORMATS
