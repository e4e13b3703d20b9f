const last = run.halves.length - 1;
let at = run.at;

function show(place) {
  at = Math.max(0, Math.min(last, place));
  const half = run.halves[at];
  el("slider").value = at;
  el("slider").setAttribute("aria-valuetext", half.name);
  for (const id of ["first", "back"]) el(id).disabled = at === 0;
  for (const id of ["next", "last"]) el(id).disabled = at === last;
  showHalf(half, run.climb, run.points[at]);
}

el("title").textContent = run.title;
el("objective").textContent = run.objective;
el("shown").textContent = [run.kept, run.shown].filter(Boolean).join(" ");
showSetting(run.setting);
el("slider").max = last;
el("slider").addEventListener("input", (event) => show(Number(event.target.value)));
walk({ first: () => show(0), back: () => show(at - 1), next: () => show(at + 1), last: () => show(last) });
show(at);
