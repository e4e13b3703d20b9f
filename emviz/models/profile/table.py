"""The table of Figure 1b for a profile: which residues each node matches, and which are inserted after it."""

from __future__ import annotations

from emviz.em import views as view
from emviz.em.model import Phase, Rows
from emviz.models.profile.columns import COMPLETIONS, flat, groups, residues, shares, updates
from emviz.models.profile.data import AnyCounts, Kinds, ProfileData, ProfileRound, some
from emviz.models.profile.derive import Derivations
from emviz.models.profile.paths import path_symbols, written
from emviz.models.profile.steps import maximisation
from emviz.models.profile.unknown import settled_counts

#: Letters of an alignment on the badge of a row.
SHOWN = 8


def count_table(data: ProfileData, state: ProfileRound, rows: Rows, pseudocount: float) -> view.CountTable:
    """Return the table of Figure 1b."""
    weighed = state.phase is not Phase.START
    counts, own = state.base.expectation.counts, some(data, rows)
    found = residues(own, state.base.params, state.whole) if weighed else None
    return view.CountTable(
        heading="sequence",
        observed=tuple(data.name(row) for row in rows.tolist()),
        alphabet=(),
        completions=tuple(view.Tag(f"{state.letter}({name})", k) for k, name in enumerate(COMPLETIONS)),
        groups=groups(data.nodes),
        shares=None if found is None else shares(found),
        counts=None if found is None else flat(found),
        totals=flat(counts.transition.sum(axis=-1)[:, :2]) if weighed else None,
        updates=() if state.updated is None else updates(data, counts, state.updated, pseudocount),
        names=None,
        labels=_labels(own),
        reference=_reference(data, pseudocount),
        derive=Derivations(data, state, pseudocount).derive,
    )


def labelled_counts(data: ProfileData, pseudocount: float) -> AnyCounts | None:
    """Return the counts of the true alignment, where all rows have it, with as many columns as nodes."""
    paths = [path for path in data.paths or () if path is not None]
    if len(paths) < len(data.sequences):
        return None
    return settled_counts(data, path_symbols(data, paths), pseudocount)


def _reference(data: ProfileData, pseudocount: float) -> tuple[view.Update, ...]:
    counts = labelled_counts(data, pseudocount)
    if counts is None:
        return ()
    return updates(data, counts, maximisation(data, counts, pseudocount), pseudocount)


def _labels(data: ProfileData) -> tuple[view.Tag | None, ...] | None:
    if data.paths is None:
        return None
    return tuple(
        None if path is None else _label(data.text(row), path) for row, path in enumerate(data.paths)
    )


def _label(letters: str, path: Kinds) -> view.Tag:
    text = written(letters, path)
    return view.Tag(f"{text[:SHOWN]}…" if len(text) > SHOWN else text, 0)
