"""`emviz handout`: what it prints, and what it refuses."""

import sys
from types import ModuleType

import pytest

from emviz.console import cli
from emviz.lessons.shelf import shipped_path
from emviz.machine import preflight


@pytest.fixture
def printed(monkeypatch):
    """Put a note in the place of the drawing; return what it was asked to draw."""
    asked, stand_in = [], ModuleType("stand_in")

    def sheets(session, *rest):
        asked.append((session, *rest))
        yield 0.5
        return b"PDF"

    def lesson(told, paper, worksheet):
        asked.append((told, paper, worksheet))
        yield 0.5
        return b"PDF"

    stand_in.sheets, stand_in.lesson = sheets, lesson
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(preflight, "problem", lambda platform=None: None)
    monkeypatch.setitem(sys.modules, "emviz.ui.exporting.printing", stand_in)
    return asked


def test_a_handout_is_of_the_half_steps_that_are_asked_for(tmp_path, printed):
    out = tmp_path / "coins.pdf"
    assert cli.main(["handout", "coins", "--iterations", "2", "--tol", "0", "-o", str(out)]) == 0
    assert out.read_bytes() == b"PDF"
    options = ["--worksheet", "--paper", "Letter", "--from", "1", "--to", "2", "--row", "3"]
    assert cli.main(["handout", "coins", *options, "--iterations", "2", "-o", str(out)]) == 0
    assert [each[1:] for each in printed] == [("A4", 0, 4, False), ("Letter", 1, 2, True)]
    assert [each[0].display.row for each in printed] == [None, 2]


def test_a_lesson_is_printed(tmp_path, printed):
    out = tmp_path / "lesson.pdf"
    assert cli.main(["handout", str(shipped_path("1")), "--paper", "Letter", "-o", str(out)]) == 0
    assert out.read_bytes() == b"PDF"
    assert cli.main(["handout", "guessing", "--worksheet", "-o", str(out)]) == 0
    assert [(lesson.title, *rest) for lesson, *rest in printed] == [
        ("The complete data", "Letter", False),
        ("Guessing in proportion", "A4", True),
    ]


@pytest.mark.parametrize("option", [["--from", "1"], ["--to", "2"], ["--row", "3"]])
def test_what_a_lesson_does_not_take_is_refused(capsys, printed, option):
    assert cli.main(["handout", "guessing", *option, "-o", "lesson.pdf"]) == 2
    said = f"a lesson determines what its scenes show: leave out {option[0]} (see `emviz handout --help`)"
    assert capsys.readouterr().err == f"emviz: {said}\n"
    assert not printed


def test_a_long_run_is_thinned_and_says_so(tmp_path, printed, capsys):
    arguments = [
        "--method",
        "gradient:0.001",
        "--iterations",
        "60",
        "--tol",
        "0",
        "-o",
        str(tmp_path / "a.pdf"),
    ]
    assert cli.main(["handout", "coins", *arguments]) == 0
    assert capsys.readouterr().err.startswith("emviz: Of 60 iterations the handout has 40: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "x.html"), "a handout is a .pdf file, and x.html is not"),
        (("--from", "9", "--iterations", "2", "-o", "x.pdf"), "no half-step from 9 to 4 on the handout"),
        (("--paper", "A5", "-o", "x.pdf"), "invalid choice: 'A5'"),
    ],
)
def test_what_cannot_be_printed_is_refused_in_one_line(capsys, printed, arguments, said):
    assert cli.main(["handout", "coins", "--tol", "0", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not printed
