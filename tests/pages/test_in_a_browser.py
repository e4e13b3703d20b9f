"""The page in a real browser: its numbers, its keys, what it asks of the network, how wide it is."""

import html
import json
import re
import shutil
import subprocess

import pytest

from emviz import session as desk
from emviz.api import attempted
from emviz.em.work import finished
from emviz.lessons import performing, read_file, shipped, shipped_path
from emviz.models import discover
from emviz.narration import number
from emviz.pages import kept, page_of
from emviz.pages.lesson_page import lesson_page

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(BROWSER is None, reason="there is no Chromium here"),
]

#: Goes through the page by its keys, and writes down what it shows.
WALK = """
<pre id="seen"></pre><script>
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
    climbed: el("climbed").textContent, curves: document.querySelectorAll("#bound path.bound").length });
  press(k % 2 ? "PageDown" : "ArrowRight");
}
press("End"); seen.end = el("name").textContent;
press("PageUp"); seen.before = el("name").textContent;
press("Home"); seen.home = el("name").textContent;
seen.wide = document.documentElement.scrollWidth;
seen.room = window.innerWidth;
el("seen").textContent = JSON.stringify(seen);
</script></body>"""


#: Answers each question of a lesson, wrong and right, and writes down what is said.
ANSWER = """
<pre id="seen"></pre><script>
const requests = performance.getEntriesByType("resource").map((each) => each.name);
const seen = { scenes: [], broken: [], requests, paper: "" };
window.addEventListener("error", (event) => seen.broken.push(event.message));
const tried = %s;
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
el("seen").textContent = JSON.stringify(seen);
</script></body>"""


def session_of(key, iterations):
    return desk.seek(attempted(desk.example_session(key), iterations, 0.0), 0)


def walked(page, folder, width=1280, script=WALK):
    """Return what a page shows step by step."""
    file = folder / "page.html"
    file.write_text(page.replace("</body>", script), encoding="utf-8")
    flags = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}")
    command = [BROWSER, *flags, f"--window-size={width},900", "--dump-dom", file.as_uri()]
    dumped = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    return json.loads(html.unescape(re.search(r'<pre id="seen">(.*?)</pre>', dumped, re.DOTALL)[1]))


def test_it_shows_the_run_by_its_keys(tmp_path):
    session = session_of("coins", 3)
    seen = walked(page_of(session), tmp_path, 360)
    assert [each["name"] for each in seen["halves"]][:3] == ["Start, θ(0)", "E-step 1 of 3", "M-step 1 of 3"]
    assert (seen["home"], seen["end"], seen["before"]) == ("Start, θ(0)", "M-step 3 of 3", "E-step 3 of 3")
    # The paper's Figure 1b.
    first = seen["halves"][1]["cells"][0]
    assert first[1:] == ["HTTTHHTHTH", "0.45", "0.55", "≈ 2.2 H, 2.2 T", "≈ 2.8 H, 2.8 T"]
    assert seen["halves"][2]["lines"][0].startswith("θA(1) ≈ 21.3 / (21.3 + 8.6) ≈ 0.71")
    for half, at in zip(seen["halves"], kept(session), strict=True):
        assert f"{number(session.trace[at].expectation.objective, 4)} nats" in half["climbed"]
    assert [each["curves"] for each in seen["halves"]] == [0, 1, 1, 1, 1, 1, 1]
    assert not seen["broken"]
    assert not [name for name in seen["requests"] if not name.startswith("data:")]
    assert seen["wide"] <= seen["room"], "the page is wider than a phone"


@pytest.mark.parametrize("key", [model.key for model in discover()])
def test_every_model_has_its_formulas(key, tmp_path):
    seen = walked(page_of(session_of(key, 2)), tmp_path)
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


@pytest.mark.parametrize("key", [each.key for each in shipped()])
def test_a_lesson_judges_as_the_program_does(key, tmp_path):
    lesson = read_file(shipped_path(key))
    tried, expected = [], []
    for place, scene in enumerate(lesson.scenes):
        performed = finished(performing(lesson, place))
        question, right = scene.question, performed.solution
        typed = [] if question is None else tries(question, performed.session, right)
        tried.append(typed)
        expected.append([question.judge(answer_of(question, each), right).words for each in typed])
    seen = walked(lesson_page(lesson), tmp_path, 360, ANSWER % json.dumps(tried))
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
