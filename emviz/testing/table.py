"""The contract of a model for the window: count table, answers and pictures agree with its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import numpy as np

from emviz.em import engine
from emviz.em.counts.table import (
    Answer,
    Cell,
    CountCell,
    CountTable,
    Derivation,
    Line,
    ShareCell,
    TotalCell,
    Update,
    UpdateCell,
)
from emviz.em.model import AnyRound, Look, Phase, Round, Rows, offers
from emviz.em.numerics import Array
from emviz.em.objective import bound
from emviz.em.objective.pictured import pictures_of
from emviz.em.pictures import Landscape, View
from emviz.testing.by_hand import results
from emviz.testing.scene import Scene, require

#: Maximum number of updates whose derivations are checked; of more, a regular sample.
MOST_UPDATES = 200
#: Decimals used for checking derivations.
PLACES = (1, 2, 4)


def table_of(scene: Scene, state: AnyRound, rows: Rows | None = None) -> CountTable:
    """Return the count table of some or all rows."""
    table = scene.model.count_table(scene.data, state, scene.every if rows is None else rows)
    require(isinstance(table, CountTable), f"count_table returned {type(table).__name__}")
    return table


def _near(one: Array, other: Array, rtol: float, atol: float = 0.0) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=rtol, atol=atol))


# -- numbers -------------------------------------------------------------------------------------------------


def table_adds_up(scene: Scene) -> None:
    """Check that each row's shares add up to 1, and the counts of all rows to the totals."""
    for state in scene.rounds:
        table = table_of(scene, state)
        require(len(table.observed) == scene.rows, "the table does not have one text for each row")
        wanted = 0 if state.phase is Phase.START else scene.rows
        even = all(len(each) == wanted for each in table.glances)
        require(even, f"what is read at a glance must tell {wanted} rows")
        if state.phase is Phase.START:
            empty = table.shares is None and table.counts is None and table.totals is None
            require(empty, "the table has numbers before the E-step")
            continue
        rows_add_up(scene, table)


def rows_add_up(scene: Scene, table: CountTable) -> None:
    """Check the shapes and sums of a table of all rows."""
    if table.shares is None or table.counts is None or table.totals is None:
        require(not offers(scene.model, "count_table"), "the table lacks its numbers after the E-step")
        return
    symbols = sum(len(group.symbols) for group in table.groups)
    require(table.shares.shape == (scene.rows, len(table.completions)), "shares have the wrong shape")
    require(table.counts.shape == (scene.rows, symbols), "counts have the wrong shape")
    sums = table.shares.sum(axis=1)
    worst = float(sums[np.abs(sums - 1).argmax()])
    require(bool(np.allclose(sums, 1, rtol=1e-10)), f"the shares of a row add up to {worst!r}, not to 1")
    found, scale = table.counts.sum(axis=0), float(np.abs(table.totals).max())
    require(
        _near(found, table.totals, 1e-9, 1e-9 * scale),
        f"the rows of the table add up to {found.tolist()}, and the totals are {table.totals.tolist()}",
    )


def shares_are_the_posterior(scene: Scene) -> None:
    """Check the shares: the whole posterior, or its largest values and the rest."""
    model, state = scene.model, scene.rounds[1]
    posterior = model.posterior(scene.data, state.base.params, scene.every)
    require(
        _near(posterior.sum(axis=1), np.ones(scene.rows), 1e-10),
        "the rows of the posterior do not add up to 1",
    )
    table = table_of(scene, state)
    if table.shares is None:
        return
    if table.names is None:
        require(np.array_equal(table.shares, posterior), "the shares of the table are not the posterior")
        return
    ranks = table.shares.shape[1] - 1
    require(len(table.names) == scene.rows, "the table does not name the completions of each row")
    ranked = -np.sort(-posterior, axis=1)
    padded = np.pad(ranked, ((0, 0), (0, max(0, ranks - ranked.shape[1]))))
    require(_near(table.shares[:, :ranks], padded[:, :ranks], 1e-12), "the shares are not the largest ones")
    rest = padded[:, ranks:].sum(axis=1)
    require(_near(table.shares[:, ranks], rest, 1e-9, 1e-12), "the last share is not that of all others")


def counts_add_up_to_the_data(scene: Scene) -> None:
    """Check that the totals only redistribute the observations, whatever θ."""
    if not offers(scene.model, "count_table"):
        return
    sums = []
    for _ in range(3):
        step = engine.advance(scene.model, scene.data, scene.start())
        totals = table_of(scene, Round(step, Phase.E)).totals
        sums.append(0.0 if totals is None else float(totals.sum()))
    require(sums[0] != 0, "nothing is counted")
    same = scene.trial.unseen or np.allclose(sums, sums[0], rtol=1e-9)
    require(same, f"at several θ the totals add up to {sums}: completions do not share what was observed")


def rows_are_those_asked_for(scene: Scene) -> None:
    """Check that requested rows, in any order and one twice, equal those of the whole table."""
    state, some = scene.rounds[1], scene.some
    every, few = table_of(scene, state), table_of(scene, state, some)
    require(few.observed == tuple(every.observed[i] for i in some), "other texts are shown than asked for")
    for one, all_of in ((few.shares, every.shares), (few.counts, every.counts)):
        alike = one is all_of or (
            one is not None and all_of is not None and _near(one, all_of[some], 1e-12, 1e-12)
        )
        require(alike, "some rows on display have other numbers than in the whole table")
    if few.totals is not None and every.totals is not None:
        require(np.array_equal(few.totals, every.totals), "the totals depend on which rows are shown")
    for own, whole in ((few.labels, every.labels), (few.names, every.names)):
        picked = None if whole is None else tuple(whole[i] for i in some)
        require(own == picked, "labels or names are those of other rows")


def updates_are_ratios(scene: Scene) -> None:
    """Check that each line of the M-step is the ratio of its counts and equals the result of the M-step."""
    model, data = scene.model, scene.data
    if not offers(model, "count_table"):
        return
    free = bound.free_entries(model, data)
    tables = [(state, table_of(scene, state, np.arange(1))) for state in scene.rounds]
    for state, table in tables:
        require(
            bool(table.updates) == (state.phase is Phase.M),
            "updates are shown before the M-step, or not after",
        )
        for update in (*table.updates, *table.reference):
            _is_ratio(update)
    last, table = tables[-1]
    assert last.updated is not None
    found = {update.label: update.value for update in table.updates}
    wanted = {bound.entry_label(model, data, each): bound.entry_value(last.updated, each) for each in free}
    require(
        found.keys() == wanted.keys(),
        f"updates are shown of {sorted(found)}, and {sorted(wanted)} are estimated",
    )
    for label, value in wanted.items():
        alike = bool(np.isclose(found[label], value, rtol=1e-9, atol=1e-12))
        require(alike, f"the update of {label} is {found[label]!r}, and the M-step has found {value!r}")


def _is_ratio(update: Update) -> None:
    ratio = update.numerator / sum(update.terms)
    alike = bool(np.isclose(update.value, ratio, rtol=1e-9, atol=1e-12))
    require(alike, f"{update.label} is shown as {update.value!r}, and its counts give {ratio!r}")
    require(update.component >= 0, f"{update.label} has no component")


def reference_is_the_m_step_of_the_labels(scene: Scene) -> None:
    """Check the complete-data case of the table."""
    model, data = scene.model, scene.data
    if not offers(model, "count_table"):
        return
    table, labelled = table_of(scene, scene.rounds[0]), model.labelled(data)
    require(
        bool(table.reference) == (labelled is not None),
        "the complete-data case is shown without labels, or not with",
    )
    if labelled is None:
        return
    require(table.labels is not None, "the table shows no labels")
    params, known = model.m_step(data, labelled), {each.label: each.value for each in table.reference}
    for entry in bound.free_entries(model, data):
        label, value = bound.entry_label(model, data, entry), bound.entry_value(params, entry)
        alike = label in known and bool(np.isclose(known[label], value, rtol=1e-9, atol=1e-12))
        require(
            alike,
            f"in the complete-data case {label} is {known.get(label)!r}, and the M-step finds {value!r}",
        )


def answers_tell_the_likeliest_first(scene: Scene) -> None:
    """Check the answer of each row."""
    params = scene.params()
    answers = scene.model.answers(scene.data, params, scene.every)
    require(len(answers) == scene.rows, "there is not one answer for each row")
    few = scene.model.answers(scene.data, params, scene.some)
    for answer, place in zip(few, scene.some.tolist(), strict=True):
        require(isinstance(answer, Answer), f"answers returned {answer!r}")
        same = answer.completions == answers[place].completions
        require(
            same and np.allclose(answer.shares, answers[place].shares, rtol=1e-10), "a row has two answers"
        )
    for answer in answers:
        named = bool(answer.completions) and all(answer.completions)
        require(
            named and len(answer.completions) == len(answer.shares),
            "a completion of an answer has no name or share",
        )
        require(
            list(answer.shares) == sorted(answer.shares, reverse=True),
            "the likeliest completion is not first",
        )
        require(
            0 <= sum(answer.shares) <= 1 + 1e-9, f"the shares of an answer add up to {sum(answer.shares)!r}"
        )


# -- derivations ---------------------------------------------------------------------------------------------


def cells_of(table: CountTable, rows: Rows, updates: int | None = None) -> list[Cell]:
    """Return the cells of the first and last row, the totals, and the updates."""
    many = len(table.updates) if updates is None else updates
    ends = (0, int(rows[-1]))
    counted = () if table.counts is None and table.totals is not None else ends
    return [
        *(ShareCell(row, place) for row in ends for place in range(len(table.completions))),
        *(CountCell(row, group) for row in counted for group in range(len(table.groups))),
        *(TotalCell(group) for group in range(len(table.groups))),
        *(UpdateCell(place) for place in range(many)[:: 1 + many // MOST_UPDATES]),
    ]


def every_cell_can_be_derived(scene: Scene, places: int = 3) -> None:
    """Check that each cell has a distinct derivation in every phase."""
    if not offers(scene.model, "count_table"):
        return
    rows = np.arange(min(5, scene.rows))
    updates = len(table_of(scene, scene.rounds[2], rows).updates)
    for state in scene.rounds:
        table, titles = table_of(scene, state, rows), set()
        cells = cells_of(table, rows, updates)
        for cell in cells:
            derivation = table.derive(cell, places)
            require(isinstance(derivation, Derivation), f"{cell} is derived as {derivation!r}")
            require(derivation.component >= 0, f"{cell} has no component")
            titles.add(derivation.title)
            _can_be_set(derivation.lines)
        require(len(titles) == len(cells), "two cells have derivations of one title")


def _can_be_set(lines: Sequence[Line]) -> None:
    for line in lines:
        require(bool(line.words), f"nothing is said of {line.formula}")
        require(line.formula.count("{") == line.formula.count("}"), f"{line.formula} is no LaTeX")
        require("nan" not in line.formula, f"{line.formula} is no number")


def derivations_can_be_worked_out(scene: Scene, places: int = 2) -> None:
    """Check that each result follows from the digits before it."""
    if not offers(scene.model, "count_table"):
        return
    checked = sum(worked_out(scene, state, places) for state in scene.rounds[1:])
    require(bool(checked), "no derivation has a result that can be worked out")


def worked_out(scene: Scene, state: AnyRound, places: int) -> int:
    """Check the results of all derivations of a round; return their number."""
    rows = np.arange(min(4, scene.rows))
    return worked_out_of(table_of(scene, state, rows), rows, places)


def worked_out_of(table: CountTable, rows: Rows, places: int) -> int:
    """Check the results of all derivations of a table, of which the first and the last row have some."""
    checked = 0
    for cell in cells_of(table, rows):
        for line in table.derive(cell, places).lines:
            for computed, shown, unit in results(line.formula):
                terms = line.formula.count("+") + 1 if adds_rounded_terms(line) else 0
                require(
                    abs(computed - shown) <= unit * (0.6 + 0.5 * terms),
                    f"worked out by hand {line.formula} gives {computed!r}, and {shown!r} is shown",
                )
                checked += 1
    return checked


def adds_rounded_terms(line: Line) -> bool:
    """Return whether a line adds terms that are rounded in the table."""
    return "added" in line.words or " leave " in line.words or "shares of" in line.words


# -- pictures ------------------------------------------------------------------------------------------------


def pictures_come_in_every_phase(scene: Scene) -> None:
    """Check that there are pictures with distinct titles, and that landscapes offer estimated entries."""
    looks = [Look(), Look(row=scene.rows - 1, path=(scene.params(),), truth=scene.params())]
    for state in scene.rounds:
        for look in looks:
            require(
                bool(scene.model.views(scene.data, state, look)) or not offers(scene.model, "views"),
                "there is no picture",
            )
            views = pictures_of(scene.model, scene.data, state, look)
            require(len({view.title for view in views}) == len(views), "two pictures have one title")
            for view in views:
                _is_picture(scene, view)


def _is_picture(scene: Scene, view: View) -> None:
    require(isinstance(view, get_args(View)), f"views returned {view!r}")
    require(bool(view.title), "a picture has no title")
    if isinstance(view, Landscape):
        known = set(bound.free_entries(scene.model, scene.data))
        require(set(view.entries) <= known, "a landscape offers entries of θ that are not estimated")
        for params in view.starts:
            require(
                bool(np.isfinite(scene.objective(params))), "the data are impossible where a landscape starts"
            )


def pictures_can_be_made_of_the_example(scene: Scene) -> None:
    """Check the pictures of the first example."""
    model, data = scene.model, scene.known
    step = engine.advance(model, data, engine.start(model, data, model.default(data)))
    require(
        bool(model.views(data, Round(step, Phase.E), Look())) or not offers(model, "views"),
        "no picture is made",
    )


CHECKS = (
    table_adds_up,
    shares_are_the_posterior,
    counts_add_up_to_the_data,
    rows_are_those_asked_for,
    updates_are_ratios,
    reference_is_the_m_step_of_the_labels,
    answers_tell_the_likeliest_first,
    every_cell_can_be_derived,
    derivations_can_be_worked_out,
    pictures_come_in_every_phase,
    pictures_can_be_made_of_the_example,
)
