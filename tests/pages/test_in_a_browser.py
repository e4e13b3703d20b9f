"""The page in real browsers: its numbers, keys and answers, what it asks of the network, how wide it is."""

import json

import pytest
from browsers import BROWSERS

from emviz import session as desk
from emviz.api.fitting import attempted
from emviz.em.work import finished
from emviz.lessons import performing, read_file, shipped, shipped_path
from emviz.models import discover
from emviz.pages import kept, page_of
from emviz.pages.lesson_page import lesson_page
from emviz.wording.numbers import number

pytestmark = [
    pytest.mark.unmeasured,
    pytest.mark.skipif(not BROWSERS, reason="there is neither Chromium nor Firefox here"),
]
#: The width of a narrow phone.
PHONE = 360

#: Goes through the page by its keys, and writes down what it shows.
WALK = """
const press = (key) =>
  document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const requests = performance.getEntriesByType("resource").map((each) => each.name);
const seen = { halves: [], broken: [], requests };
window.addEventListener("error", (event) => seen.broken.push(event.message));
press("Home");
for (let k = 0; k <= last; k += 1) {
  const rows = [...document.querySelectorAll("#table tbody tr")];
  const cells = rows.map((row) => [...row.cells].map((cell) => cell.textContent));
  const asks = [...document.querySelectorAll("button.ask")].slice(0, 40);
  const formulas = asks.map((ask) => {
    ask.click();
    const told = el("why").textContent;
    ask.click();
    return told;
  });
  seen.halves.push({ name: el("name").textContent, say: el("say").textContent, cells, formulas,
    lines: [...document.querySelectorAll("#lines li")].map((line) => line.textContent),
    climbed: el("climbed").textContent, curves: document.querySelectorAll("#bound path.bound").length,
    ahead: Number(el("reached").getAttribute("width")) - run.points[k][0] });
  press(k % 2 ? "PageDown" : "ArrowRight");
}
press("End"); seen.end = el("name").textContent;
press("PageUp"); seen.before = el("name").textContent;
press("Home"); seen.home = el("name").textContent;
seen.wide = document.documentElement.scrollWidth;
seen.room = window.innerWidth;
return seen;"""


#: Answers each question of a lesson, wrong and right, and writes down what is said.
ANSWER = """
const requests = performance.getEntriesByType("resource").map((each) => each.name);
const seen = { scenes: [], broken: [], requests, paper: "" };
window.addEventListener("error", (event) => seen.broken.push(event.message));
const tried = TRIED;
const press = (key) =>
  document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const said = () => el("told").textContent;
function give(question, typed) {
  if (question.kind === "choice") return el("choices").children[typed - 1].click();
  if (question.on === "row") return document.querySelector(`#table [data-row="${typed}"] td`).click();
  if (question.on === "cell") return document.querySelector(`#table [data-key="${typed}"]`).click();
  if (question.on === "line") {
    const [left, right, low, high] = question.frame;
    const box = document.querySelector("#bound svg").getBoundingClientRect();
    const x = box.left + (left + ((typed - low) / (high - low)) * (right - left)) * (box.width / 480);
    const click = new MouseEvent("click", { bubbles: true, clientX: x, clientY: box.top + box.height / 2 });
    return document.querySelector("#bound svg").dispatchEvent(click);
  }
  [...el("entry").querySelectorAll("input")].forEach((field, k) => { field.value = [typed].flat()[k]; });
  return el("question").requestSubmit();
}
/* Drags the ring to a place and back a step by a key, and checks. */
function dragging(question, [x, y]) {
  const plane = el("plane");
  const [left, right, top, bottom, x0, x1, y0, y1] = question.plane.frame;
  // No pointer of this number is there to be captured.
  Object.assign(plane, { setPointerCapture() {}, hasPointerCapture: () => true });
  const point = (type, a, b) => {
    const box = plane.getBoundingClientRect();
    const clientX = box.left + box.width * (left + ((a - x0) / (x1 - x0)) * (right - left));
    const clientY = box.top + box.height * (bottom + ((b - y0) / (y1 - y0)) * (top - bottom));
    const how = { bubbles: true, isPrimary: true, button: 0, clientX, clientY };
    plane.dispatchEvent(new PointerEvent(type, how));
  };
  point("pointerdown", x0, y1);
  const fields = () => [...el("entry").querySelectorAll("input")].map((each) => each.value);
  const corner = fields();
  point("pointermove", x, y);
  const there = fields();
  const key = (name, shiftKey) => {
    const how = { key: name, shiftKey, bubbles: true, cancelable: true };
    ring.dispatchEvent(new KeyboardEvent("keydown", how));
  };
  key("ArrowUp", true);
  const above = fields();
  key("Enter", false);
  const wrong = said();
  point("pointerdown", x, y);
  el("question").requestSubmit();
  const spoken = ring.getAttribute("aria-valuetext");
  return { corner, there, above, wrong, spoken, said: said(), open: asks() };
}
for (let k = 0; k <= last; k += 1) {
  const { question } = scenes[k], told = { at: scene, name: el("name").textContent, answers: [] };
  const anew = () => { verdicts.delete(k); showQuestion(); };
  for (const typed of tried[k]) { anew(); give(question, typed); told.answers.push(said()); }
  if (question && question.plane) { anew(); told.dragged = dragging(question, tried[k].at(-1).map(Number)); }
  if (question && question.kind === "number") {
    anew();
    el("entry").querySelector("input").value = "-7";
    press("PageDown");
    told.typed = said();
  }
  if (question) { anew(); press("PageDown"); told.revealed = said(); told.open = asks(); }
  told.wide = document.documentElement.scrollWidth;
  seen.scenes.push(told);
  const many = scenes[k].halves.length;
  for (let j = 0; j < many; j += 1) press("PageDown");
}
window.dispatchEvent(new Event("beforeprint"));
seen.paper = el("paper").textContent;
window.dispatchEvent(new Event("afterprint"));
seen.room = window.innerWidth;
return seen;"""


def session_of(key, iterations):
    return desk.seek(attempted(desk.example_session(key), iterations, 0.0), 0)


@pytest.fixture(scope="module", params=BROWSERS, ids=lambda each: each.__name__)
def browser(request, tmp_path_factory):
    with request.param(tmp_path_factory.mktemp("browser")) as begun:
        yield begun


def opened(browser, page, folder, width):
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    browser.open(file, width)


def walked(browser, page, folder, width=1280, script=WALK):
    """Return what a page shows step by step."""
    opened(browser, page, folder, width)
    return browser.run(script)


def test_it_shows_the_run_by_its_keys(browser, tmp_path):
    session = session_of("coins", 3)
    seen = walked(browser, page_of(session), tmp_path, PHONE)
    assert [each["name"] for each in seen["halves"]][:3] == ["Start, θ(0)", "E-step 1 of 3", "M-step 1 of 3"]
    assert (seen["home"], seen["end"], seen["before"]) == ("Start, θ(0)", "M-step 3 of 3", "E-step 3 of 3")
    # The paper's Figure 1b.
    first = seen["halves"][1]["cells"][0]
    assert first[1:] == ["HTTTHHTHTH", "0.45", "0.55", "≈ 2.2 H, 2.2 T", "≈ 2.8 H, 2.8 T"]
    assert seen["halves"][2]["lines"][0].startswith("θA(1) ≈ 21.3 / (21.3 + 8.6) ≈ 0.71")
    for half, at in zip(seen["halves"], kept(session), strict=True):
        assert f"{number(session.trace[at].expectation.objective, 4)} nats" in half["climbed"]
    assert [each["curves"] for each in seen["halves"]] == [0, 1, 1, 1, 1, 1, 1]
    assert [each["ahead"] for each in seen["halves"]] == [0] * 7, "log P is drawn farther than it has come"
    assert not seen["broken"]
    assert not [name for name in seen["requests"] if not name.startswith("data:")]
    assert seen["wide"] <= seen["room"], "the page is wider than a phone"


@pytest.mark.thorough
@pytest.mark.parametrize("key", [model.key for model in discover()])
def test_every_model_has_its_formulas(key, browser, tmp_path):
    seen = walked(browser, page_of(session_of(key, 2)), tmp_path)
    assert not seen["broken"]
    told = [each for half in seen["halves"] for each in half["formulas"]]
    assert told
    assert not [each for each in told if "\\" in each or not each], "LaTeX that the page does not know"


def tries(question, session, right):
    """Answers to a question: wrong ones, and in the end the right one."""
    if question.kind == "number":
        unit = 2 * right.within
        near = [right.value + part * unit for part in (-1.6, -0.9, 0.9, 1.6)]
        text = right.text.replace("−", "-")
        typed = [
            "two",
            "1/0",
            "",
            *map(repr, near),
            text.replace(".", ","),
            f"{right.value!r}e0",
            f"{text}/1",
        ]
        return [each for each in typed if each]
    if question.kind == "choice":
        return [*range(1, len(question.choices) + 1), right.value]
    if question.kind == "drag":
        x, y = right.value
        return [[repr(x), repr(y + 0.2)], [repr(x + 0.9 * right.within), repr(y)]]
    if isinstance(right.value, float):
        return [right.value + 1.2 * right.within, right.value + 0.8 * right.within]
    return [1 + right.value % session.table.rows, right.value] if isinstance(right.value, int) else []


def answer_of(question, typed):
    if question.kind == "drag":
        return tuple(map(float, typed))
    return typed - 1 if question.kind == "click" and isinstance(typed, int) else typed


def check_dragged(told, right, question):
    digits = question.digits + 1
    x, y = (float(each) for each in right)
    assert [float(each) for each in told["there"]] == pytest.approx([x, y], abs=0.51 * 10.0**-digits)
    assert float(told["above"][1]) == pytest.approx(float(told["there"][1]) + 10.0**-question.digits)
    assert told["wrong"].startswith("No.")
    assert told["said"].startswith("Right:")
    assert not told["open"]
    assert told["corner"] == ["0.00", "1.00"]
    assert told["spoken"] == f"θ_A = {told['there'][0]}, θ_B = {told['there'][1]}"


@pytest.mark.thorough
@pytest.mark.parametrize("key", [each.key for each in shipped()])
def test_a_lesson_judges_as_the_program_does(key, browser, tmp_path):
    lesson = read_file(shipped_path(key))
    tried, expected = [], []
    for place, scene in enumerate(lesson.scenes):
        performed = finished(performing(lesson, place))
        question, right = scene.question, performed.solution
        typed = [] if question is None else tries(question, performed.session, right)
        tried.append(typed)
        expected.append([question.judge(answer_of(question, each), right).words for each in typed])
    seen = walked(browser, lesson_page(lesson), tmp_path, PHONE, ANSWER.replace("TRIED", json.dumps(tried)))
    assert not seen["broken"]
    assert [told["at"] for told in seen["scenes"]] == [*range(len(lesson.scenes))]
    for told, scene, given in zip(seen["scenes"], lesson.scenes, tried, strict=True):
        if "dragged" in told:
            check_dragged(told["dragged"], given[-1], scene.question)
    # What has been typed is judged before the answer is shown.
    assert {told["typed"][:3] for told in seen["scenes"] if "typed" in told} <= {"No."}
    plain = [[each.replace("_", "") for each in words] for words in expected]
    assert [told["answers"] for told in seen["scenes"]] == plain
    assert not any(told.get("open") for told in seen["scenes"])
    assert max(told["wide"] for told in seen["scenes"]) <= seen["room"], "the page is wider than a phone"
    assert not [name for name in seen["requests"] if not name.startswith("data:")]
    assert all(scene.title in seen["paper"] for scene in lesson.scenes)
    assert seen["paper"].rstrip().partition("Solutions")[2]


def answer_by_hand(browser, question, value):
    """Give an answer by mouse and keys, as a reader would."""
    if question.kind == "choice":
        browser.click(f"#choices button:nth-child({value})")
    elif question.kind == "number":
        browser.run("el('entry').querySelector('input').value = '';")
        browser.click("#entry input")
        browser.write(value)
        browser.press("Enter")
    elif question.kind == "drag":
        browser.drag([browser.center("#place"), browser.run(f"return {PLANE}({json.dumps(value)});")])
        browser.click("#entry button")
    elif isinstance(value, float):
        browser.center("#bound svg")
        browser.drag([browser.run(f"return {LINE}({value});")])
    else:
        browser.click(f'#table [data-row="{value}"] td.share')


#: Where numbers of the landscape and of the bound's axis are on the screen.
PLANE = """(([x, y]) => {
  const box = el("plane").getBoundingClientRect();
  const [left, right, top, bottom, x0, x1, y0, y1] = scenes[scene].question.plane.frame;
  return [box.left + box.width * (left + ((x - x0) / (x1 - x0)) * (right - left)),
    box.top + box.height * (bottom + ((y - y0) / (y1 - y0)) * (top - bottom))];
})"""
LINE = """((x) => {
  const box = document.querySelector("#bound svg").getBoundingClientRect();
  const [left, right, low, high] = scenes[scene].question.frame;
  return [box.left + (left + ((x - low) / (high - low)) * (right - left)) * (box.width / 480),
    box.top + box.height / 2];
})"""
#: What is seen of a question.
ASKED = """return { said: el("told").textContent, next: el("next").textContent, why: !el("why").hidden,
  fields: !el("entry").hidden, shut: [...el("choices").children].every((each) => each.disabled) };"""


def one_wrong(question, right, session):
    if question.kind == "number":
        return f"{right.value + 10.0 ** (1 - question.digits):.{question.digits}f}"
    if question.kind == "choice":
        return right.value % len(question.choices) + 1
    if question.kind == "drag":
        return [right.value[0] - 0.3, right.value[1] + 0.3]
    if isinstance(right.value, float):
        return right.value + 1.5 * right.within
    return 1 + right.value % session.table.rows


def one_right(question, right):
    if question.kind == "number":
        return right.text.replace("−", "-")
    return [*right.value] if question.kind == "drag" else right.value


@pytest.mark.parametrize(
    ("key", "titles"),
    [
        (
            "guessing",
            [
                "A share of the heads",
                "The E-step",
                "One iteration",
                "Where do these probabilities come from?",
            ],
        ),
        ("why-it-climbs", ["Where will it touch?", "The top of g_0"]),
    ],
)
def test_a_wrong_answer_leaves_the_question_open(key, titles, browser, tmp_path):
    lesson = read_file(shipped_path(key))
    opened(browser, lesson_page(lesson), tmp_path, PHONE)
    for title in titles:
        place = next(k for k, scene in enumerate(lesson.scenes) if scene.title == title)
        performed = finished(performing(lesson, place))
        question, right = lesson.scenes[place].question, performed.solution
        said = question.sayings(right)
        browser.run(f"go({place}, 0);")
        answer_by_hand(browser, question, one_wrong(question, right, performed.session))
        seen = browser.run(ASKED)
        assert seen["said"] == said.wrong.replace("_", "")
        assert seen["said"].startswith("No.")
        assert (seen["next"], seen["fields"]) == ("Answer", True)
        # What is to be found is not worked out yet.
        assert not (question.kind == "click" and seen["why"])
        answer_by_hand(browser, question, one_right(question, right))
        seen = browser.run(ASKED)
        assert seen["said"] == said.right.replace("_", "")
        assert (seen["next"] == "Answer", seen["fields"], seen["shut"]) == (False, False, True)
