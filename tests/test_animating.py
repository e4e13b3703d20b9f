"""Which half-steps an animation shows, how long each stands, and what the command refuses."""

import sys
from types import ModuleType

import pytest

from emviz import session as desk
from emviz.api.fitting import attempted
from emviz.console import cli
from emviz.machine import preflight
from emviz.session import animating


@pytest.fixture(scope="module")
def run():
    return attempted(desk.example_session(), 5, 0.0)


@pytest.fixture
def filmed(monkeypatch):
    """Put a note in the place of the window; return what it was asked to draw."""
    asked, stand_in = [], ModuleType("stand_in")

    def film(session, *rest):
        asked.append((session, *rest))
        yield 0.5
        return []

    def written(frames, durations, kind, report):
        asked[-1] += (durations, kind)
        return b"GIF"

    encoder = ModuleType("film")
    encoder.written = written
    monkeypatch.setitem(sys.modules, "emviz.ui.exporting.animation.film", encoder)
    stand_in.film = film
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(preflight, "problem", lambda platform=None: None)
    monkeypatch.setitem(sys.modules, "emviz.ui.snapshot", stand_in)
    return asked


def test_each_half_step_or_each_iteration_has_a_picture(run):
    assert animating.reel(run, 0, 99).cursors == tuple(range(11))
    assert animating.reel(run, 3, 6).cursors == (3, 4, 5, 6)
    assert animating.reel(run, 0, 99, whole=True).cursors == (0, 2, 4, 6, 8, 10)
    assert animating.reel(run, 3, 7, whole=True).cursors == (3, 4, 6, 7)


def test_a_long_run_is_thinned_evenly_and_says_so(run):
    reel = animating.reel(run, 0, 10, most=6)
    assert reel.cursors == (0, 2, 4, 6, 8, 10)
    assert reel.words == "6 of 11 pictures, at even distances"
    assert animating.reel(run, 0, 10, most=11).words == "11 pictures"


def test_the_command_says_that_it_is_thinned(tmp_path, filmed, monkeypatch, capsys):
    monkeypatch.setattr(animating, "reel", lambda *given, **named: animating.Reel((0, 4), 3))
    assert cli.main(["animate", "coins", "--iterations", "2", "-o", str(tmp_path / "a.gif")]) == 0
    assert capsys.readouterr().err == "emviz: a.gif has 2 of 5 pictures, at even distances\n"


def test_the_last_picture_stands_longer():
    assert animating.durations(3, 0.5) == (500, 500, 2000)
    assert animating.durations(1, 2.0) == (8000,)


def test_the_command_draws_the_half_steps_that_are_asked_for(tmp_path, filmed):
    out = tmp_path / "coins.gif"
    assert cli.main(["animate", "coins", "--iterations", "2", "--tol", "0", "-o", str(out)]) == 0
    assert out.read_bytes() == b"GIF"
    options = ["--what", "counts", "--each", "iteration", "--pace", "2", "--from", "2", "--theme", "dark"]
    more = ["--iterations", "3", "--tol", "0", "--size", "1024x640", "-o", str(tmp_path / "c.WebP")]
    assert cli.main(["animate", "coins", *options, *more]) == 0
    first, second = filmed
    assert first[1:] == (
        (1280, 720),
        "light",
        "window",
        (0, 1, 2, 3, 4),
        (1000, 1000, 1000, 1000, 4000),
        ".gif",
    )
    assert second[1:] == ((1024, 640), "dark", "counts", (2, 4, 6), (2000, 2000, 8000), ".webp")
    assert len(second[0].trace) == 7


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "x.png"), "a .gif or a .webp file, and x.png is neither"),
        (("--from", "9", "--iterations", "2", "-o", "x.gif"), "--from 9 comes after the last half-step, 4"),
        (("--from", "3", "--to", "2", "-o", "x.gif"), "--from 3 comes after the last half-step, 2"),
        (("--pace", "0", "-o", "x.gif"), "expected seconds from 0.05 to 60, got '0'"),
        (("--pace", "slow", "-o", "x.gif"), "expected seconds from 0.05 to 60, got 'slow'"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line(capsys, filmed, arguments, said):
    assert cli.main(["animate", "coins", "--tol", "0.01", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not filmed
