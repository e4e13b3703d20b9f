const scenes = run.scenes;
const last = scenes.length - 1;
/* What was said of the last answer to the question of a scene, by its number. */
const verdicts = new Map();
let scene = 0;
let half = 0;

/* -- what is right ----------------------------------------------------------------------------------------- */

function unfolded(question) {
  const bytes = Uint8Array.from(atob(question.folded), (letter) => letter.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

function plainNumber(text) {
  const written = text.trim();
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/iu.test(written) ? Number(written) : NaN;
  return Number.isFinite(value) ? value : null;
}

/* The number that has been typed: with a point or a comma, as a fraction, in percent. */
function numberSaid(typed) {
  const text = typed.trim().replaceAll("−", "-");
  if (text.endsWith("%")) {
    const part = numberSaid(text.slice(0, -1));
    return part === null ? null : part / 100;
  }
  const parts = text.replaceAll(",", ".").split("/");
  if (parts.length === 2 && parts[0] && parts[1]) {
    const [above, below] = parts.map(plainNumber);
    return above !== null && below ? above / below : null;
  }
  return plainNumber(parts.join("/"));
}

/* What is said of an answer; the program says the same. */
function judged(question, answer) {
  const { value, within, said, see } = unfolded(question);
  if (question.kind === "number") {
    const number = numberSaid(answer);
    if (number === null) return { right: false, words: said.unreadable };
    const off = Math.abs(number - value);
    if (off <= within[0]) return { right: true, words: said.right, see };
    if (off <= within[1] && said.rounded) return { right: true, words: said.rounded, see };
    return { right: false, words: said.wrong, see };
  }
  const pairs = Array.isArray(value) ? value.map((each, k) => [each, answer[k]]) : [[value, answer]];
  const measured = question.kind === "drag" || question.on === "line";
  const right = pairs.every(([one, other]) => (measured ? Math.abs(one - other) <= within[0] : one === other));
  /* Where a row or a number is to be found, the number that says why would show which one it is. */
  const sought = question.on === "row" || question.on === "cell";
  return { right, words: right ? said.right : said.wrong, see: sought && !right ? null : see };
}

function revealed(question) {
  const { value, said, see } = unfolded(question);
  return { right: true, words: said.told, see, choice: value };
}

/* -- asking ------------------------------------------------------------------------------------------------- */

const WAYS = {
  row: "Click in the count table.", cell: "Click in the count table.", line: "Click in the plot of the lower bound.",
  drag: "Drag the ring, or type where it is; the arrow keys move it, with Shift ten times as far. Then check.",
};

function asks() {
  const said = verdicts.get(scene);
  return scenes[scene].question !== null && !(said && said.right);
}

function reply(answer) {
  settle({ ...judged(scenes[scene].question, answer), choice: answer });
}

function settle(verdict) {
  verdicts.set(scene, verdict);
  const weighed = run.tables[scenes[scene].halves[half].table].columns.some((column) => column.cells.length);
  if (verdict.see && (verdict.right || weighed)) asked = verdict.see;
  showQuestion();
  showBar();
  answer();
}

function field(box, label) {
  const around = make("label", null, box);
  tell(make("span", "", around), label);
  return make("input", null, around, { type: "text", autocomplete: "off", inputMode: "text" });
}

function button(box, words, done) {
  const made = make("button", words, box, { type: "button" });
  if (done) made.addEventListener("click", done); else made.type = "submit";
  return made;
}

/* A point on the line of the bound, by its place from 0 to 1 along the axis. */
function pointed(part) {
  const [left, right, low, high] = scenes[scene].question.frame;
  const drawn = document.querySelector("#bound svg");
  const old = document.getElementById("pointer");
  if (old) old.remove();
  const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  const x = left + part * (right - left);
  for (const [name, value] of [["id", "pointer"], ["x1", x], ["x2", x], ["y1", 14], ["y2", 248]]) line.setAttribute(name, value);
  drawn.append(line);
  return low + part * (high - low);
}

/* The ring in the landscape: where it is, as numbers on both axes. */
let ring = null;

/* Puts the ring where two numbers say, unless one of them says nothing. */
function placed(at) {
  const [left, right, top, bottom, x0, x1, y0, y1] = scenes[scene].question.plane.frame;
  if (!ring || at.some((each) => each === null)) return;
  const inside = (value, low, high) => Math.max(low, Math.min(high, value));
  ring.at = [inside(at[0], x0, x1), inside(at[1], y0, y1)];
  ring.style.left = `${100 * (left + ((right - left) * (ring.at[0] - x0)) / (x1 - x0))}%`;
  ring.style.top = `${100 * (bottom + ((top - bottom) * (ring.at[1] - y0)) / (y1 - y0))}%`;
  const { labels } = scenes[scene].question;
  ring.setAttribute("aria-valuetext", ring.at.map((value, k) => `${labels[k]} = ${value.toFixed(2)}`).join(", "));
  ring.setAttribute("aria-valuenow", ring.at[0]);
}

/* Puts the ring somewhere, and its numbers into the fields. */
function dragged(at) {
  placed(at);
  const { digits } = scenes[scene].question.plane;
  ring.at = ring.at.map((value) => Number(value.toFixed(digits)));
  [...el("entry").querySelectorAll("input")].forEach((each, k) => { each.value = ring.at[k].toFixed(digits); });
}

function beginPlane({ plane, labels }) {
  if (plane.drawing) el("image").innerHTML = plane.drawing;
  if (plane.drawing) tell(el("h-image"), labels.join(" × "));
  el("pictured").hidden = false;
  ring = make("div", null, el("plane"), { id: "place", className: "own", tabIndex: 0 });
  ring.dataset.scene = scene;
  for (const [name, value] of [["role", "slider"], ["aria-label", "Your guess, in the landscape"],
    ["aria-valuemin", plane.frame[4]], ["aria-valuemax", plane.frame[5]]]) ring.setAttribute(name, value);
  placed(plane.at);
  ring.addEventListener("keydown", (event) => {
    const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] || [0, 0];
    const step = 10 ** -plane.digits * (event.shiftKey ? 10 : 1);
    if (event.key === "Enter") check();
    if (!x && !y) return;
    event.preventDefault();
    event.stopPropagation();
    if (asks()) dragged([ring.at[0] + x * step, ring.at[1] + y * step]);
  });
}

/* Has the ring follow the mouse, a pen or a finger. */
function follow(event) {
  if (!ring || !asks() || (event.type === "pointermove" && !el("plane").hasPointerCapture(event.pointerId))) return;
  const box = el("plane").getBoundingClientRect();
  const [left, right, top, bottom, x0, x1, y0, y1] = scenes[scene].question.plane.frame;
  const part = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  if (event.type === "pointerdown") {
    if (event.button || !event.isPrimary) return;
    el("plane").setPointerCapture(event.pointerId);
    ring.focus({ preventScroll: true });
    event.preventDefault();
  }
  dragged([x0 + ((x1 - x0) * (part[0] - left)) / (right - left), y0 + ((y1 - y0) * (part[1] - bottom)) / (top - bottom)]);
}
for (const kind of ["pointerdown", "pointermove"]) el("plane").addEventListener(kind, follow);

/* Shows the ring beside its question, where the answer was once there is one; and takes it away with the question. */
function showPlane() {
  const { question } = scenes[scene], wanted = half === 0 && question !== null && question.kind === "drag";
  el("plane").classList.toggle("placing", wanted && asks());
  // One that stays keeps the keys that it has.
  if (ring && !(wanted && Number(ring.dataset.scene) === scene)) { ring.remove(); ring = null; }
  if (!wanted) return;
  if (!ring) beginPlane(question);
  el("pictured").hidden = false;
  const said = verdicts.get(scene);
  const typed = [...el("entry").querySelectorAll("input")].map((each) => numberSaid(each.value));
  placed(said && said.right ? said.choice : typed);
  ring.setAttribute("aria-disabled", String(!asks()));
  if (!asks()) ring.removeAttribute("tabindex");
}

const ENTRIES = {
  number(box) {
    const typed = field(box, "");
    typed.setAttribute("aria-labelledby", "ask");
    button(box, "Check");
    return () => { if (typed.value.trim()) reply(typed.value); };
  },
  drag(box, question) {
    const typed = question.labels.map((label) => field(box, `${label} =`));
    for (const each of typed) each.addEventListener("input", () => placed(typed.map((one) => numberSaid(one.value))));
    button(box, "Check");
    return () => {
      const said = typed.map((each) => numberSaid(each.value));
      if (said.some((each) => each === null)) settle({ right: false, words: unfolded(question).said.unreadable });
      else reply(said);
    };
  },
  line(box) {
    const slid = make("input", null, box, { type: "range", min: 0, max: 1000, value: 500 });
    slid.setAttribute("aria-label", "Where on the line");
    slid.addEventListener("input", () => pointed(slid.value / 1000));
    button(box, "Check");
    return () => reply(pointed(slid.value / 1000));
  },
};
let check = () => {};
/* What was typed when it was judged last. */
let checked = "";
const typedNow = () => [...el("entry").querySelectorAll("input[type=text]")].map((each) => each.value.trim()).join();

function beginQuestion() {
  const { question } = scenes[scene];
  el("question").hidden = question === null;
  for (const id of ["entry", "choices"]) el(id).textContent = "";
  if (question === null) return;
  el("ask").innerHTML = question.ask;
  const entry = ENTRIES[question.on === "line" ? "line" : question.kind];
  checked = "";
  check = entry ? entry(el("entry"), question) : () => {};
  question.choices.forEach((words, k) => {
    const made = make("button", null, el("choices"), { type: "button", className: "choice", innerHTML: words });
    made.addEventListener("click", () => reply(k + 1));
  });
}

function showQuestion() {
  const { question } = scenes[scene];
  if (question === null) { showPlane(); return; }
  const said = verdicts.get(scene), done = !asks();
  el("entry").hidden = done;
  el("entry").style.display = done ? "none" : "";
  el("reveal").hidden = done;
  el("way").textContent = done ? "" : WAYS[question.on || question.kind] || "";
  [...el("choices").children].forEach((choice, k) => {
    choice.disabled = done;
    if (said && said.choice === k + 1) choice.classList.add(said.right ? "good" : "fault");
  });
  el("told").className = done ? "good" : "fault";
  tell(el("told"), said ? said.words : "");
  showPlane();
  seek();
}

/* Puts what is asked about first, else what the scene has on its stage; and says what can be clicked. */
function seek() {
  const { question, stage } = scenes[scene];
  const on = !question || !asks() ? "" : question.plane ? "plane" : question.on;
  const wanted = { row: "counts", cell: "counts", line: "bounds", plane: "pictured" }[on];
  const staged = { bound: "bounds", likelihood: "likelihood", counts: "counts", picture: "pictured" }[stage];
  for (const id of ["counts", "bounds", "likelihood", "pictured"]) el(id).classList.toggle("first", id === (wanted || staged));
  el("stage").classList.toggle("sought", Boolean(wanted));
  const targets = { row: "[data-row]", cell: "[data-key]" }[on];
  for (const each of document.querySelectorAll("#table [data-row], #table [data-key]")) each.removeAttribute("tabindex");
  if (targets) for (const each of document.querySelectorAll(`#table ${targets}`)) each.tabIndex = 0;
}

/* Takes a click in the count table for an answer, where one is asked for. */
function clicked(event) {
  const { question } = scenes[scene];
  if (!question || !asks() || !["row", "cell"].includes(question.on)) return;
  const target = event.target.closest(question.on === "row" ? "[data-row]" : "[data-key]");
  if (!target) return;
  event.stopPropagation();
  event.preventDefault();
  reply(question.on === "row" ? Number(target.dataset.row) : target.dataset.key);
}
el("counts").addEventListener("click", clicked, true);
el("counts").addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") clicked(event); }, true);
el("bound").addEventListener("click", (event) => {
  const { question } = scenes[scene], drawn = event.target.closest("svg");
  if (!drawn || !question || !asks() || question.on !== "line") return;
  const box = drawn.getBoundingClientRect(), [left, right] = question.frame;
  const part = ((event.clientX - box.left) * (drawn.viewBox.baseVal.width / box.width) - left) / (right - left);
  if (part >= 0 && part <= 1) reply(pointed(part));
});
el("question").addEventListener("submit", (event) => {
  event.preventDefault();
  checked = typedNow();
  check();
});
el("reveal").addEventListener("click", () => settle(revealed(scenes[scene].question)));

/* -- walking ------------------------------------------------------------------------------------------------ */

function showBar() {
  const { halves, next } = scenes[scene];
  const more = half < halves.length - 1;
  el("next").textContent = asks() ? "Answer" : more ? next[half] : scene < last ? "Go on" : "The end";
  el("next").disabled = !asks() && !more && scene === last;
  el("back").disabled = scene === 0 && half === 0;
}

function go(toScene, toHalf) {
  const anew = toScene !== scene;
  scene = toScene;
  half = toHalf;
  const told = scenes[scene];
  if (anew) begin();
  asked = half === 0 ? told.see : asked && { key: asked.key };
  el("shown").textContent = told.shown;
  showHalf(told.halves[half], run.plots[told.halves[half].drawn], told.halves[half].point);
  showQuestion();
  seek();
  showBar();
}

function begin() {
  const told = scenes[scene];
  el("scenes").value = scene;
  tell(el("scene"), told.title || run.title);
  el("words").innerHTML = told.words;
  el("objective").textContent = told.objective;
  showSetting(told.setting);
  beginQuestion();
}

function onward() {
  // Who has typed an answer wants it judged; again, and it is shown.
  const typed = typedNow();
  if (asks() && typed.replaceAll(",", "") && typed !== checked) { checked = typed; check(); }
  else if (asks()) settle(revealed(scenes[scene].question));
  else if (half < scenes[scene].halves.length - 1) go(scene, half + 1);
  else if (scene < last) { go(scene + 1, 0); el("card").scrollIntoView({ block: "nearest" }); }
}

function backward() {
  if (half > 0) go(scene, half - 1);
  else if (scene > 0) go(scene - 1, scenes[scene - 1].halves.length - 1);
}

/* -- on paper ----------------------------------------------------------------------------------------------- */

function paperTable(box, table) {
  const whole = make("table", null, box);
  const head = make("tr", null, whole);
  for (const words of ["", table.heading, ...table.columns.map((column) => column.heading)]) make("th", words, head);
  table.rows.slice(0, 12).forEach((number, place) => {
    const line = make("tr", null, whole);
    make("th", number, line);
    const label = table.labels[place];
    make("td", run.texts[table.observed[place]] + (label ? ` ${label[0]}` : ""), line);
    for (const column of table.columns) tell(make("td", "", line), column.cells[place] ? run.texts[column.cells[place][0]] : "");
  });
  if (!table.columns.some((column) => column.total)) return;
  const foot = make("tr", null, whole);
  for (const words of ["", "total", ...table.columns.map((column) => column.total)]) tell(make("th", "", foot), words);
}

function paperScene(box, told, number) {
  const article = make("article", null, box), first = told.halves[0];
  make("h2", `${number}. ${told.title || run.title}`, article);
  make("div", null, article, { innerHTML: told.words });
  const table = run.tables[first.table];
  // What is wider than paper is not read there.
  if (!["bound", "likelihood", "picture"].includes(told.stage) && table.columns.length <= 10) paperTable(article, table);
  const drawings = make("div", null, article, { className: "drawings" });
  if (!["likelihood", "picture"].includes(told.stage)) make("div", null, drawings, { innerHTML: run.plots[first.bound] });
  if (first.picture && told.stage !== "bound") make("div", null, drawings, { className: "picture" }).append(...layers(first.picture));
  else if (told.question && told.question.plane) make("div", null, drawings, { innerHTML: told.question.plane.drawing });
  if (!told.question) return;
  const line = make("p", null, article, { className: "ask", innerHTML: `(${number}) ${told.question.ask} ` });
  if (told.question.kind !== "choice") make("span", "", line, { className: "blank" });
  for (const words of told.question.choices) make("p", null, article, { innerHTML: `☐ ${words}` });
}

/* All scenes with their questions, and the solutions at the end. */
function printOut() {
  const paper = el("paper");
  paper.textContent = "";
  make("h1", run.title, paper);
  make("div", null, paper, { innerHTML: run.about });
  scenes.forEach((told, k) => paperScene(paper, told, k + 1));
  const solved = make("div", null, paper, { className: "solved" });
  make("h2", "Solutions", solved);
  const list = make("ol", null, solved, { className: "solutions" });
  scenes.forEach(({ question }, k) => {
    if (question) tell(make("li", "", list), `(${k + 1}) ${unfolded(question).solution}`);
  });
}
window.addEventListener("beforeprint", printOut);
window.addEventListener("afterprint", () => { el("paper").textContent = ""; });

el("title").textContent = run.title;
el("about").innerHTML = run.about;
scenes.forEach((told, k) => {
  // A list has no place for indices, but for digits that are low themselves.
  const title = (told.title || run.title).replace(/_(\d)/gu, (_, digit) => String.fromCodePoint(0x2080 + Number(digit)));
  make("option", `Scene ${k + 1} of ${scenes.length}: ${title}`, el("scenes"), { value: k });
});
el("scenes").addEventListener("change", () => go(Number(el("scenes").value), 0));
walk({ first: () => go(0, 0), back: backward, next: onward, last: () => go(last, 0) });
begin();
go(0, 0);
