"use strict";
const run = JSON.parse(document.getElementById("run").textContent);
const el = (id) => document.getElementById(id);
/* The number whose derivation is shown: what its cell is called, and its derivation where it has no cell. */
let asked = null;
let climbing = "";

function make(tag, text, parent, more) {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = text;
  Object.assign(made, more || {});
  if (parent) parent.append(made);
  return made;
}

function hue(component) { return `var(--c${((component % 12) + 12) % 12})`; }

/* Words with the indices of parameters set low: θ_A, and high: ^(1). */
function tell(box, text) {
  box.textContent = "";
  for (const part of text.split(/((?<![\p{L}\d_])\p{L}_[\p{L}\d]+(?:,[\p{L}\d]+)*|\^\(\d+\)|\b[EM]-steps?\b)/u)) {
    if (/^[EM]-step/.test(part)) { make("span", part, box, { className: "whole" }); continue; }
    if (/^\^\(\d+\)$/u.test(part)) { make("sup", part.slice(1), box); continue; }
    const index = /^(\p{L})_([\p{L}\d,]+)$/u.exec(part);
    if (!index) { box.append(part); continue; }
    box.append(index[1]);
    make("sub", index[2], box);
  }
}

/* LaTeX as emviz writes it, as MathML. */
const MATH = "http://www.w3.org/1998/Math/MathML";
const SIGNS = {
  approx: "≈", cdot: "·", times: "×", cdots: "⋯", ldots: "…", mid: "|", geq: "≥", leq: "≤", to: "→", sum: "∑", prod: "∏",
  lfloor: "⌊", rfloor: "⌋", "{": "{", "}": "}", "%": "%", "&": "&", "_": "_", max: "max", min: "min", log: "log", exp: "exp",
};
const LETTERS = {
  theta: "θ", lambda: "λ", mu: "μ", sigma: "σ", Sigma: "Σ", pi: "π", beta: "β", alpha: "α", gamma: "γ", nu: "ν", xi: "ξ",
  Delta: "Δ", varepsilon: "ε", epsilon: "ε", delta: "δ", phi: "φ", Phi: "Φ", rho: "ρ", tau: "τ", psi: "ψ", kappa: "κ", eta: "η",
};
function node(tag, text, children) {
  const made = document.createElementNS(MATH, tag);
  if (text) made.textContent = text;
  for (const child of children || []) made.append(child);
  return made;
}
function row(items) { return items.length === 1 ? items[0] : node("mrow", "", items); }
function tokens(latex) { return latex.match(/\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\s+|[^\s\\]/gu) || []; }

function formula(latex) {
  const left = tokens(latex);
  const skip = () => { while (left.length && /^\s+$/u.test(left[0])) left.shift(); };
  function raw() {
    skip();
    if (left[0] !== "{") return left.shift() || "";
    left.shift();
    let depth = 1, text = "";
    while (left.length) {
      const token = left.shift();
      if (token === "{") depth += 1;
      if (token === "}") { depth -= 1; if (!depth) break; }
      text += token.length === 2 && token[0] === "\\" ? token[1].replace(/[,; ]/u, " ") : token;
    }
    return text.replace(/\\[a-zA-Z]+/gu, (each) => LETTERS[each.slice(1)] || SIGNS[each.slice(1)] || "").replace(/[{}]/gu, "");
  }
  function group() {
    skip();
    if (left[0] !== "{") return atom() || node("mrow");
    left.shift();
    const inside = items("}");
    left.shift();
    return row(inside);
  }
  function atom() {
    skip();
    const token = left.shift();
    if (token === undefined) return null;
    if (token === "{") { left.unshift(token); return group(); }
    if (/^\d/u.test(token)) return node("mn", token);
    if (token[0] === "\\") {
      const name = token.slice(1);
      if (name === "frac") { const top = group(); return node("mfrac", "", [top, group()]); }
      if (name === "sqrt") return node("msqrt", "", [group()]);
      if (name === "hat") { const under = group(); return node("mover", "", [under, node("mo", "^")]); }
      if (name === "mathrm" || name === "text" || name === "operatorname") return node("mtext", raw());
      if (name === "mathit" || name === "mathbf") return node("mi", raw());
      if (name === "left" || name === "right") { skip(); const sign = left.shift(); return sign === "." ? node("mrow") : node("mo", sign); }
      if (name === "quad") { const space = node("mspace"); space.setAttribute("width", "1em"); return space; }
      if (/^[,;: !]$/u.test(name)) { const space = node("mspace"); space.setAttribute("width", "0.2em"); return space; }
      if (LETTERS[name]) return node("mi", LETTERS[name]);
      return node("mo", SIGNS[name] || name);
    }
    if (/^\p{L}$/u.test(token)) return node("mi", token);
    const sign = node("mo", token === "-" ? "−" : token);
    // Only brackets that LaTeX has grow are to grow.
    sign.setAttribute("stretchy", "false");
    return sign;
  }
  function items(end) {
    const found = [];
    for (skip(); left.length && left[0] !== end; skip()) {
      let item = atom();
      if (!item) break;
      let sub = null, sup = null;
      for (skip(); left[0] === "_" || left[0] === "^"; skip()) {
        if (left.shift() === "_") sub = group(); else sup = group();
      }
      if (sub && sup) item = node("msubsup", "", [item, sub, sup]);
      else if (sub) item = node("msub", "", [item, sub]);
      else if (sup) item = node("msup", "", [item, sup]);
      found.push(item);
    }
    return found;
  }
  const whole = node("math", "", [row(items(null))]);
  whole.setAttribute("display", "block");
  whole.setAttribute("style", "text-align: left; margin: 0; width: max-content");
  return whole;
}

/* A number that can be asked where it comes from. */
function asking(parent, text, key, why) {
  if (why < 0 || !text) { tell(make("span", "", parent), text); return; }
  const button = make("button", "", parent, { className: "ask", type: "button" });
  tell(button, text);
  button.dataset.key = key;
  button.dataset.why = why;
  button.addEventListener("click", () => { asked = asked && asked.key === key ? null : { key }; answer(); });
}

/* Shows where the number that is asked about comes from, where it is on the page. */
function answer() {
  const own = [...document.querySelectorAll(".ask")];
  for (const each of own) each.setAttribute("aria-pressed", String(asked !== null && each.dataset.key === asked.key));
  const chosen = own.find((each) => asked && each.dataset.key === asked.key);
  const why = chosen ? Number(chosen.dataset.why) : asked ? asked.why : undefined;
  const box = el("why");
  box.hidden = why === undefined;
  box.textContent = "";
  if (box.hidden) return;
  const told = run.derivations[why];
  make("h3", told.title, box).style.color = hue(told.component);
  const list = make("ol", null, box);
  for (const [written, words] of told.lines) {
    const line = make("li", null, list);
    make("div", null, line, { className: "formula" }).append(formula(run.texts[written]));
    make("div", run.texts[words], line, { className: "quiet" });
  }
}

function showTable(table) {
  const whole = el("table");
  whole.textContent = "";
  const head = make("tr", null, make("thead", null, whole));
  make("th", "", head);
  make("th", table.heading, head, { scope: "col" });
  for (const column of table.columns) make("th", column.heading, head, { scope: "col" }).style.color = hue(column.component);
  const body = make("tbody", null, whole);
  table.rows.forEach((number, place) => {
    const line = make("tr", null, body);
    line.dataset.row = number;
    make("th", number, line, { scope: "row" });
    const observed = make("td", run.texts[table.observed[place]], line, { className: "observed" });
    const label = table.labels[place];
    if (label) make("b", ` ${label[0]}`, observed).style.color = hue(label[1]);
    table.columns.forEach((column, k) => {
      const cell = make("td", null, line);
      cell.dataset.key = `cell ${number} ${k}`;
      const told = column.cells[place];
      if (!told) return;
      asking(cell, run.texts[told[0]], `cell ${number} ${k}`, told[1]);
      if (told[2] === null) return;
      cell.className = "share";
      cell.style.color = hue(column.component);
      make("i", null, cell).style.width = `${Math.max(0, Math.min(1, told[2])) * 100}%`;
    });
  });
  if (!table.columns.some((column) => column.total)) return;
  const foot = make("tr", null, make("tfoot", null, whole));
  make("th", "", foot);
  make("th", "total", foot, { scope: "row" });
  table.columns.forEach((column, k) => {
    const cell = make("td", null, foot);
    cell.dataset.key = `total ${k}`;
    cell.style.color = hue(column.component);
    asking(cell, column.total, `total ${k}`, column.why);
  });
}

function showLines(lines) {
  const list = el("lines");
  list.textContent = "";
  lines.forEach((told) => {
    const line = make("li", null, list);
    asking(line, told.text, told.key, told.why);
    line.firstChild.style.color = hue(told.component);
    line.firstChild.setAttribute("aria-label", told.was ? `${told.spoken}, ${told.was}` : told.spoken);
    if (told.was) make("small", ` ${told.was}`, line);
  });
}

/* The layers of a picture: one that half-steps have in common, and over it what differs. */
function layers([ground, , , patch]) {
  const made = [make("img", null, null, { src: run.images[ground], alt: "" })];
  if (!patch) return made;
  const [image, left, top, width, height] = patch;
  const over = make("img", null, null, { src: run.images[image], alt: "", className: "patch" });
  Object.entries({ left, top, width, height }).forEach(([side, part]) => { over.style[side] = `${100 * part}%`; });
  return [...made, over];
}
let layered = null;

/* Both layers change at once, when both can be drawn. */
function showPicture(picture) {
  const made = layers(picture);
  layered = made;
  Promise.all(made.map((each) => each.decode().catch(() => {}))).then(() => {
    // Meanwhile another half-step may be on display, or a drawing in the place of a picture.
    if (layered === made) el("image").replaceChildren(...made);
  });
}

/* A half-step: what has happened, the table, the M-step, the bound, how far it has come, the picture. */
function showHalf(half, climb, [x, y]) {
  el("name").textContent = half.name;
  tell(el("say"), half.say);
  const table = run.tables[half.table];
  showTable(table);
  el("table").setAttribute("aria-label", half.counted);
  showLines(half.lines);
  tell(el("reference"), table.reference);
  const drawn = run.plots[half.bound];
  el("bound").innerHTML = drawn;
  el("bounded").hidden = !drawn.includes('class="bound"');
  tell(el("story"), half.story);
  if (climb !== climbing) el("climbing").innerHTML = climb;
  climbing = climb;
  el("climbed").textContent = half.climb;
  el("reached").setAttribute("width", x);
  for (const mark of el("climb").querySelectorAll(".at")) {
    mark.setAttribute("cx", x);
    mark.setAttribute("cy", y);
  }
  el("climb").setAttribute("aria-label", half.climb);
  el("pictured").hidden = !half.picture;
  layered = null;
  if (half.picture) {
    showPicture(half.picture);
    tell(el("h-image"), half.picture[1]);
    el("image").setAttribute("aria-label", half.picture[2]);
  }
  answer();
}

function showSetting(pairs) {
  const list = el("setting");
  list.textContent = "";
  for (const [name, value] of pairs) { make("dt", name, list); tell(make("dd", "", list), value); }
}

/* Has the buttons, the keys and a swipe do what the page does: go to the first, back, next, last. */
function walk(go) {
  for (const id of Object.keys(go)) if (el(id)) el(id).addEventListener("click", go[id]);
  const keys = {
    ArrowRight: go.next, ArrowLeft: go.back, PageDown: go.next, PageUp: go.back, Home: go.first, End: go.last,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") { asked = null; answer(); return; }
    const to = keys[event.key];
    // Where something is typed or chosen, the arrows belong to that.
    if (!to || (event.target.closest && event.target.closest(".own") && !event.key.startsWith("Page"))) return;
    event.preventDefault();
    to();
  });
  let touched = null;
  document.addEventListener("touchstart", (event) => {
    const inside = event.target.closest(".scroll, .formula, input, select, .placing");
    touched = event.touches.length === 1 && !inside ? [event.touches[0].clientX, event.touches[0].clientY] : null;
  }, { passive: true });
  document.addEventListener("touchend", (event) => {
    if (!touched) return;
    const dx = event.changedTouches[0].clientX - touched[0], dy = event.changedTouches[0].clientY - touched[1];
    touched = null;
    if (Math.abs(dx) <= 60 || Math.abs(dx) <= 2 * Math.abs(dy)) return;
    if (dx < 0) go.next(); else go.back();
  }, { passive: true });
}

