import pytest

from emviz.data import examples
from emviz.data.table import DataError


def test_checkout_has_its_assets_beside_the_package():
    assert examples.folder() == examples.assets() / "examples"
    assert examples.folder().is_dir()


def test_wheel_has_its_assets_inside(tmp_path):
    package = tmp_path / "emviz"
    (package / "assets").mkdir(parents=True)
    assert examples._assets_of(package) == package / "assets"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    monkeypatch.setattr(examples, "PACKAGE", tmp_path)
    folder = tmp_path / "assets" / "examples"
    folder.mkdir(parents=True)
    return folder


def test_example_by_name_or_stem(installed):
    (installed / "coins.csv").write_text("a\n1\n")
    assert examples.example_path("coins.csv") == installed / "coins.csv"
    assert examples.example_path("coins") == installed / "coins.csv"


def test_unknown_example_lists_those_there_are(installed):
    for name in ("b.csv", "a.csv"):
        (installed / name).write_text("")
    (installed / "folder").mkdir()
    with pytest.raises(DataError, match=r"^there is no example '\.\./x'; there are a\.csv, b\.csv$"):
        examples.example_path("../x")


def test_no_examples_at_all(installed):
    with pytest.raises(DataError, match="there are none; the installation is incomplete"):
        examples.example_path("coins")
