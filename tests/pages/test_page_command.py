"""`emviz page`: what it writes, and what it refuses."""

import json
import re

from emviz import cli
from emviz import session as desk
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
