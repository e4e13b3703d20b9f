"""The table of Figure 1b for a chain: states, transitions and emissions of each row."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from emviz.em import views as view
from emviz.em.labels import UNKNOWN, label_tags
from emviz.em.model import Phase, Rows
from emviz.em.rounding import figures
from emviz.models.hmm.columns import Layout, totals, updates
from emviz.models.hmm.data import NAMES, UNSEEN, HmmData, HmmRound
from emviz.models.hmm.derive import derivation
from emviz.models.hmm.rows import window
from emviz.models.hmm.steps import labelled, m_step

#: Letters of a long sequence that the table shows.
SHOWN = 60


def count_table(data: HmmData, layout: Layout, state: HmmRound, rows: Rows) -> view.CountTable:
    """Return the table of Figure 1b."""
    weighed = state.phase is not Phase.START
    seen = window(data, state.base.params, rows, state.whole) if weighed else None
    counts = state.base.expectation.counts
    reference = labelled(data, layout.states)
    return view.CountTable(
        heading=("value" if layout.gaussian else "symbol") + "s" * (not data.by_step),
        observed=observed(data, rows),
        alphabet=(),
        completions=tuple(view.Tag(f"{state.letter}({name})", k) for k, name in enumerate(layout.names)),
        groups=layout.shown,
        shares=None if seen is None else seen.shares(),
        counts=None if seen is None else layout.as_shown(seen.counts(layout.learned)),
        totals=layout.as_shown(totals(counts, layout.learned)) if weighed else None,
        updates=() if state.updated is None else updates(layout, counts, state.updated),
        names=None,
        labels=_labels(data, rows),
        reference=()
        if reference is None
        else updates(layout, reference, m_step(data, reference, layout.learned)),
        derive=partial(derivation, data, layout, state),
    )


def observed(data: HmmData, rows: Rows) -> tuple[str, ...]:
    """Return the text of each row: a symbol, a number, or the beginning of a sequence."""
    if data.texts is not None:
        return tuple(shortened(text) for text in data.texts[rows].tolist())
    if not data.gaussian:
        return tuple((*data.alphabet, UNSEEN)[s] for s in data.codes[rows].tolist())
    return tuple(UNSEEN if math.isnan(x) else figures(x, 6) for x in data.values[rows].tolist())


def shortened(text: str) -> str:
    """Return the text, or its beginning where it is long."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def path_text(path: list[int]) -> str:
    """Return the states of a path as letters, or the first of them where they are many."""
    return shortened("".join(NAMES[k] if k != UNKNOWN else "?" for k in path[: SHOWN + 1]))


def _labels(data: HmmData, rows: Rows) -> tuple[view.Tag | None, ...] | None:
    if data.state is None:
        return None
    if data.by_step:
        return label_tags(data.state, rows, NAMES)
    starts = data.starts
    tags: list[view.Tag | None] = []
    for row in rows.tolist():
        path = data.state[starts[row] : starts[row] + data.lengths[row]]
        known = path[path != UNKNOWN]
        tag = view.Tag(path_text(path.tolist()), int(np.bincount(known).argmax())) if len(known) else None
        tags.append(tag)
    return tuple(tags)
