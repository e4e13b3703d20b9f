"""The page in a real browser: its numbers, its keys, what it asks of the network, how wide it is."""

import html
import json
import re
import shutil
import subprocess

import pytest

from emviz import session as desk
from emviz.api import attempted
from emviz.models import discover
from emviz.narration import number
from emviz.pages import kept, page_of

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


def session_of(key, iterations):
    return desk.seek(attempted(desk.example_session(key), iterations, 0.0), 0)


def walked(page, folder, width=1280):
    """Return what a page shows step by step."""
    file = folder / "page.html"
    file.write_text(page.replace("</body>", WALK), encoding="utf-8")
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
