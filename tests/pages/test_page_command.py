"""`emviz page`: what it writes, and what it refuses."""

import json
import os
import re
import signal
from pathlib import Path

import pytest

from emviz import session as desk
from emviz.console import cli
from emviz.console.printing import with_progress
from emviz.em.work import within
from emviz.lessons import shipped_path
from emviz.models import model_named
from emviz.scenes.writing import write


def page(*arguments):
    return cli.main(["page", *map(str, arguments)])


def record_of(path):
    return json.loads(re.search(r'id="run">(.*?)</script>', path.read_text(encoding="utf-8"), re.DOTALL)[1])


def test_a_page_is_written_without_pictures(tmp_path):
    out = tmp_path / "coins.html"
    assert page("coins", "--iterations", 3, "--tol", 0, "--at", 2, "--no-pictures", "-o", out) == 0
    record = record_of(out)
    assert [half["t"] for half in record["halves"]] == [0, 0, 1, 1, 2, 2, 3]
    assert (record["at"], record["images"]) == (2, [])
    assert page("coins", "--tol", 1e-4, "--no-pictures", "-o", out) == 0
    record = record_of(out)
    assert record["at"] == 0
    assert "has converged" in record["halves"][-1]["say"]


def test_a_page_has_the_steps_of_a_session(tmp_path):
    file, out = tmp_path / "lecture.emviz", tmp_path / "lecture.html"
    file.write_text(write(desk.seek(desk.step(desk.step(desk.example_session())), 1)), encoding="utf-8")
    assert page(file, "--no-pictures", "-o", out) == 0
    record = record_of(out)
    assert (len(record["halves"]), record["at"]) == (3, 1)


def test_a_run_that_fails_is_shown_as_far_as_it_went(tmp_path, capsys):
    start, out = tmp_path / "start.json", tmp_path / "collapsing.html"
    example = next(each for each in model_named("gmm").examples if each.key == "singular")
    start.write_text(json.dumps(dict(example.start)), encoding="utf-8")
    assert page("gmm", "--start", start, "--no-pictures", "-o", out) == 2
    assert capsys.readouterr().err.startswith("emviz: ")
    assert [half["name"] for half in record_of(out)["halves"]][-1] == "E-step 2 of 2"


def test_a_lesson_has_a_page_with_its_questions(tmp_path, monkeypatch):
    out = tmp_path / "lesson.html"
    for name in ("guessing", "2", str(shipped_path("2"))):
        assert page(name, "--no-pictures", "-o", out) == 0
        assert record_of(out)["title"] == "Guessing in proportion"
    # `motif` is a model, and a lesson by its number or as a file; one in the folder comes first.
    assert page("motif", "--iterations", 1, "--no-pictures", "-o", out) == 0
    assert record_of(out)["halves"]
    monkeypatch.chdir(tmp_path)
    assert page("guessing.lesson", "--no-pictures", "-o", out) == 0
    Path("guessing.lesson").write_text("no lesson", encoding="utf-8")
    assert page("guessing.lesson", "--no-pictures", "-o", out) == 2


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(["--iterations", 3], "--iterations"), (["a.csv"], "FILE"), (["--if", "a=b"], "--if")],
)
def test_a_lesson_says_itself_what_it_shows(tmp_path, capsys, arguments, named):
    assert page("guessing", *arguments, "-o", tmp_path / "lesson.html") == 2
    said = f"emviz: a lesson determines what its scenes show: leave out {named} (see `emviz page --help`)\n"
    assert capsys.readouterr().err == said


def test_what_takes_long_says_how_far_it_is(monkeypatch):
    clock = iter([0.0, 0.1, 0.7, 0.9, 1.1])
    monkeypatch.setattr("emviz.console.printing.monotonic", lambda: next(clock))

    def work():
        yield 0.1
        yield 0.25
        yield None
        yield 0.5
        return "page"

    told = []
    assert with_progress(within(work(), 0.0, 0.5), "run.html", told.append) == "page"
    assert told == ["run.html: 12 % done", "run.html: 25 % done"]


def test_ctrl_c_waits_for_the_next_part_and_leaves_the_work_tidily():
    done = []

    def work():
        try:
            yield 0.1
            os.kill(os.getpid(), signal.SIGINT)
            # Where Qt calls back, an exception would be lost.
            done.append("this part")
            yield 0.2
            done.append("the next part")
        finally:
            done.append("put away")

    usual = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        with_progress(work(), "page.html", print)
    assert done == ["this part", "put away"]
    assert signal.getsignal(signal.SIGINT) is usual
