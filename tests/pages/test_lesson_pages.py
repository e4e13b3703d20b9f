"""The page of a lesson: every scene with its words and half-steps, what is right folded away."""

import base64
import json
import re

import pytest

from emviz.data.table import DataError
from emviz.em.counts.table import CountCell
from emviz.em.work import finished
from emviz.lessons import perform, read, read_file, shipped_path
from emviz.lessons.questions import Question
from emviz.pages import Patch, Picture, Plane
from emviz.pages.acts import acting
from emviz.pages.lesson_page import lesson_page
from emviz.pages.markdown import as_html, inline
from emviz.pages.tables import ROWS, rows_shown
from emviz.session import example_session
from emviz.session.orders import in_file

GUESSING = read_file(shipped_path("guessing"))
HEAD = '+++\nlesson = 1\ntitle = "Mine"\n+++\n'


def record_of(page):
    return json.loads(re.search(r'id="run">(.*?)</script>', page, re.DOTALL)[1])


def unfolded(question):
    return json.loads(base64.b64decode(question["folded"]))


def scene(header, words="words"):
    return f"+++\n{header}\n+++\n{words}\n"


@pytest.fixture(scope="module")
def guessing():
    return record_of(lesson_page(GUESSING))


def test_every_scene_has_its_words_and_half_steps(guessing):
    assert guessing["title"] == "Guessing in proportion"
    assert [each["title"] for each in guessing["scenes"]] == [each.title for each in GUESSING.scenes]
    assert "θ(0) = (0.60, 0.50)" in guessing["scenes"][0]["words"]
    assert [each["name"] for each in guessing["scenes"][2]["halves"]] == ["Start, θ(0)", "E-step 1"]
    assert guessing["scenes"][2]["next"][0] == "E-step"
    for place, told in enumerate(guessing["scenes"]):
        step = perform(GUESSING, place).step
        assert (told["halves"][0]["t"], told["halves"][0]["objective"]) == (
            step.index,
            step.expectation.objective,
        )
    # What the scene is about is open.
    see = guessing["scenes"][4]["see"]
    assert see["key"] == "cell 2 2"
    assert "coin A" in guessing["derivations"][see["why"]]["title"]


def test_what_is_right_is_folded(guessing):
    asked = guessing["scenes"][1]["question"]
    right = GUESSING.scenes[1].question.solution(perform(GUESSING, 1))
    key = unfolded(asked)
    assert key["value"] == right.value
    # Figure 1b: the first set is from coin A with probability 0.45.
    assert key["said"]["right"].startswith("Right: 0.45. ")
    assert key["solution"].startswith("0.45. ")
    assert "0.45" not in json.dumps({**asked, "folded": ""})
    assert not [each for each in guessing["scenes"][1]["halves"] if each["lines"]]
    row = guessing["scenes"][3]["question"]
    assert (row["on"], unfolded(row)["value"], unfolded(row)["see"]["key"]) == ("row", 2, "cell 2 0")
    drag = guessing["scenes"][7]["question"]
    assert drag["labels"] == ["θ_A", "θ_B"]
    assert drag["plane"]["at"] == [*perform(GUESSING, 7).trace.step_of(1).params.heads]
    assert drag["plane"]["frame"][4:] == [0, 1, 0, 1]
    assert "θ(0)" in drag["plane"]["drawing"]
    assert unfolded(drag)["value"] == [*perform(GUESSING, 8).trace.step_of(2).params.heads]


def test_no_sentence_names_the_row_that_is_asked_for():
    asked = record_of(lesson_page(read_file(shipped_path("hard-or-soft"))))["scenes"][0]
    said = asked["halves"][0]["say"]
    assert unfolded(asked["question"])["value"] == 1
    assert said.startswith("E-step 1 done.")
    assert "set 1" not in said


def test_a_guess_is_not_drawn():
    record = record_of(lesson_page(read_file(shipped_path("3"))))
    touching, parts, top = record["scenes"][1], record["scenes"][2], record["scenes"][3]
    assert touching["question"]["on"] == "line"
    drawn = record["plots"][top["halves"][0]["bound"]]
    assert 'class="bound"' in drawn
    assert 'class="maximum"' not in drawn
    assert 'class="expected"' in record["plots"][parts["halves"][0]["bound"]]
    # Where θ_A varies, the plot goes from 0 to 1, and its maximum is what the M-step finds.
    low, high = top["question"]["frame"][2:]
    assert low < 0.01 < 0.99 < high
    aim = perform(read_file(shipped_path("3")), 5).trace.step_of(1)
    assert unfolded(top["question"])["value"] == pytest.approx(aim.params.heads[0], abs=1e-12)
    later = record["plots"][record["scenes"][7]["halves"][-1]["bound"]]
    assert 'class="bound before0"' in later
    # How far it has come shows no step that is still to come.
    first = record["plots"][record["scenes"][4]["halves"][0]["drawn"]]
    assert first.count('class="dot"') == 1


def test_another_run_begins_anew():
    acts = finished(acting(read_file(shipped_path("4"))))
    assert [act.session.method.key for act in acts][1:4] == ["em", "hard", "hard"]
    assert [act.session.run for act in acts] == [0, 0, 1, 1, 1, 2, 3, 3, 3][: len(acts)]


def test_a_scene_of_many_half_steps_is_thinned():
    lesson = read(HEAD + scene('model = "coins"\nto = "θ(60)"'))
    (act,) = finished(acting(lesson))
    assert (act.places[0], act.places[-1], len(act.places)) == (0, 120, 24)
    back = read(HEAD + scene('model = "coins"\nat = "θ(2)"\nto = "θ(1)"'))
    assert finished(acting(back))[0].places == (4,)


@pytest.mark.thorough
def test_a_scene_that_cannot_be_shown_is_named():
    with pytest.raises(DataError, match="scene 1, line 5: the run does not converge"):
        lesson_page(read(HEAD + scene('model = "coins"\nat = "end"\nmethod = "gradient:0.000001"')))


def test_a_number_of_a_far_row_is_on_the_page():
    session = example_session("network")
    rows = rows_shown(session, frozenset({CountCell(200, 0)}), None)
    assert len(rows) == ROWS
    # Patients who are alike share one row of the table, that of the first of them.
    order = in_file(session)
    place = order.place(200)
    assert {order.row(place + offset) for offset in (-5, 0, 5)} <= {*rows.tolist()}
    number = order.row(order.place(199)) + 1
    asked = (
        'model = "network"\nat = "E(0)"\n[question]\nkind = "number"\nask = "?"\nof = "disease yes, row 200"'
    )
    record = record_of(lesson_page(read(HEAD + scene(asked))))
    (told,) = record["scenes"]
    see = unfolded(told["question"])["see"]
    table = record["tables"][told["halves"][0]["table"]]
    at = table["rows"].index(number)
    assert see["key"].startswith(f"cell {number} ")
    assert table["columns"][int(see["key"].split()[2])]["cells"][at][1] == see["why"]


def test_a_click_may_ask_for_a_number():
    asked = 'model = "coins"\nat = "E(0)"\n[question]\nkind = "click"\nask = "?"\nof = "coin B H, row 3"'
    (told,) = record_of(lesson_page(read(HEAD + scene(asked))))["scenes"]
    assert (told["question"]["on"], unfolded(told["question"])["value"]) == ("cell", "cell 3 3")


def test_pictures_stand_beside_their_half_steps():
    lesson = read(HEAD + scene('model = "coins"\nto = "E(0)"') + scene('to = "θ(1)"'))
    record = record_of(
        lesson_page(
            lesson, {(1, 2): Picture(b"png", "png", "Landscape", "seen", Patch(b"", (0, 0.5, 1, 0.25)))}
        )
    )
    assert [half["picture"] for half in record["scenes"][1]["halves"]] == [
        None,
        [1, "Landscape", "seen", [0, 0, 0.5, 1, 0.25]],
    ]
    assert record["images"] == ["data:image/png;base64,", "data:image/png;base64,cG5n"]


def test_hostile_words_are_text():
    evil = "</script><script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1)) {θ_A}"
    choices = f"kind = 'choice'\nchoices = ['{evil}', 'b']\nright = 1"
    asked = f"model = 'coins'\n[question]\nask = '{evil}'\n{choices}"
    page = lesson_page(read(HEAD.replace("Mine", "{{run}}<b>") + scene(asked, evil)))
    assert page.count("<script") == page.count("</script>") == 2
    record = record_of(page)
    (told,) = record["scenes"]
    for html in (told["words"], told["question"]["ask"], told["question"]["choices"][0]):
        assert "<img" not in html
        assert "<script" not in html
    assert "<title>{{run}}&lt;b&gt;</title>" in page
    assert set(re.findall(r"https?://[^\"' ]+", page)) == {
        "http://www.w3.org/1998/Math/MathML",
        "http://www.w3.org/2000/svg",
    }


def test_rounding_excuses_numbers_alone():
    right = Question("number", "?", "θ_A", 1).solution(example_session())
    said = Question("number", "?", "θ_A", 1, because="So.").sayings(right)
    assert said.rounded == ""
    session = perform(GUESSING, 1)
    asked = Question("number", "?", "P(A), row 1", 1)
    assert asked.sayings(asked.solution(session)).rounded.startswith("Right but for rounding: ")
    assert Question("choice", "?", choices=("a", "b"), right=1).sayings(right).rounded == ""


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("One *two*\n**three** θ_A.", "<p>One <em>two</em> <strong>three</strong> θ<sub>A</sub>.</p>"),
        ("a  \nb\\\nc\n\nd", "<p>a<br>b<br>c</p><p>d</p>"),
        (
            "1. one\n2. two\n   more\n\n3. three",
            "<ol><li>one</li><li><p>two more</p></li><li>three</li></ol>",
        ),
        ("- a\n\n  b\nc\n\nd", "<ul><li><p>a</p><p>b c</p></li></ul><p>d</p>"),
        (
            "# Head\n> quoted\n> `a<b`\n\n---",
            "<h3>Head</h3><blockquote><p>quoted <code>a&lt;b</code></p></blockquote><hr>",
        ),
        ("```\n*a* <b>\n```\n~~~\nopen", "<pre>*a* &lt;b&gt;</pre><pre>open</pre>"),
        ("text\n- item\ntext\n# Head", "<p>text</p><ul><li><p>item text</p></li></ul><h3>Head</h3>"),
    ],
)
def test_markdown(words, html):
    assert as_html(words) == html


def test_markdown_within_a_line():
    assert inline(r"2 * 3 * 4, \*so\* `x_1 *y*` [a](b(c)) ![d](e) _f_ ~~g~~ h_i_") == (
        "2 * 3 * 4, *so* <code>x_1 *y*</code> a d <em>f</em> <del>g</del> h<sub>i_</sub>"
    )


def test_a_place_is_dragged_in_the_landscape_that_there_is():
    asked = 'model = "coins"\nat = "θ(1)"\n[question]\nkind = "drag"\nask = "?"\nof = "θ at next"\ndigits = 1'
    plane = Plane((0.1, 0.9, 0.2, 0.8), (0.0, 1.0), (0.0, 1.0))
    picture = Picture(b"png", "png", "Landscape", "seen", None, plane)
    (told,) = record_of(lesson_page(read(HEAD + scene(asked)), {(0, 2): picture}))["scenes"]
    assert told["question"]["plane"]["drawing"] == ""
    assert told["question"]["plane"]["frame"] == [0.1, 0.9, 0.2, 0.8, 0, 1, 0, 1]
