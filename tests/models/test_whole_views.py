"""The models' pictures show what the count table counts, shared or whole, and say so."""

import re
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from scenes import Scene
from test_whole import rounds

from emviz import session as desk
from emviz.em import engine
from emviz.em.methods import Hard
from emviz.em.model import Look, Phase, Round
from emviz.em.pictures import (
    Alignment,
    Bars,
    Curves,
    Fold,
    Graph,
    Histogram,
    Matrix,
    Profiles,
    Ribbon,
    Scatter,
)

#: Models whose pictures carry no shares: landscapes, curves over θ, images.
WITHOUT = {"coins", "linkage", "network", "tomography"}
#: Models that have pictures of a single row.
OF_A_ROW = {"rna", "profile"}
#: What is not said where nothing is shared out.
UNUSED = re.compile(r"(?<!log )\bP\(|\bP:|posterior|[Ee]xpected|how probable|shared")


def shared(model, seed):
    """A scene with the first E-step of EM."""
    scene = Scene.of(model, seed)
    step = engine.advance(model, scene.data, engine.start(model, scene.data, scene.params()))
    return scene, [Round(step, Phase.E)]


@pytest.fixture(params=[shared, rounds], ids=["shared", "whole"])
def scene_and_rounds(model, request):
    return request.param(model, 3)


def test_pictures_show_the_shares_of_the_count_table(model, scene_and_rounds):
    scene, states = scene_and_rounds
    for state in states:
        table = model.count_table(scene.data, state, scene.every)
        look = Look(row=0) if model.key in OF_A_ROW else Look()
        pictures = model.views(scene.data, state, look)
        pairs = [pair for view in pictures for pair in compared(model, view, table, scene)]
        assert bool(pairs) is (model.key not in WITHOUT)
        for shown, counted in pairs:
            np.testing.assert_allclose(shown, counted, rtol=1e-9, atol=1e-9)


def test_pictures_of_whole_counts_speak_of_no_probabilities(model):
    scene, states = rounds(model, 4)
    for state in states:
        for look in (Look(), Look(row=0)):
            for view in model.views(scene.data, state, look):
                assert getattr(view, "letter", "q") == "q"
                assert getattr(view, "counted", "counted") == "counted"
                for text in said(replace(view, letter="") if hasattr(view, "letter") else view):
                    assert not UNUSED.search(text), (view.title, text)


def said(thing):
    """All that a picture says, but for the dots: those of θ may say what it expects."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, tuple | list):
        for part in thing:
            yield from said(part)
    elif is_dataclass(thing) and type(thing).__name__ != "Dot":
        for field in fields(thing):
            yield from said(getattr(thing, field.name))


def compared(model, view, table, scene):
    """Yield what a picture shows, and what it has to be by the count table."""
    match view:
        case Scatter(title="Two columns"):
            squares = [f"Σ {view.columns[axis]}²" for axis in view.axes]
            known = [
                total
                for group, span in zip(table.groups, table.spans, strict=True)
                for total in [table.totals[span][:2].sum()]
                if group.heading in squares
            ]
            yield np.square(view.points).sum(axis=0), known
        case Matrix(title="Holes"):
            raw = scene.data.centre + scene.data.scale * view.values
            used = scene.data.which >= 0
            known = {
                group.heading: table.totals[span][:2].sum()
                for group, span in zip(table.groups, table.spans, strict=True)
            }
            yield np.square(raw[used]).sum(axis=0), [known[f"Σ {name}²"] for name in view.columns]
        case Scatter():
            yield view.shares, table.shares
        case Profiles():
            yield view.shares, table.shares
            yield view.counts, table.shares.sum(axis=0)
        case Histogram(plain=False):
            yield view.heights.sum(axis=0) * (view.edges[1] - view.edges[0]), table.shares.mean(axis=0)
        case Ribbon():
            yield view.shares, table.shares
        case Matrix(title="Starts"):
            ranked = -np.sort(-np.nan_to_num(view.values), axis=1)
            yield ranked[:, :3], table.shares[:, : min(3, ranked.shape[1])]
        case Alignment(title="Sites"):
            yield view.shares, table.shares[:, 0]
        case Alignment(letter="q"):
            yield view.shares, np.ones(len(view.shares))
            yield np.sum(view.sure, axis=1), _of(table, "node", "M").sum(axis=1)
        case Matrix(title="Residues"):
            yield np.nansum(view.values, axis=0), _of(table, "node", "M")[0]
        case Matrix(title="Visits"):
            yield view.values[:2, 1:].T.ravel() * scene.rows, table.totals[1:]
        case Fold():
            yield _formed(view), _groups_formed(table)
        case Matrix(title="Dot plot"):
            yield np.nansum(view.values), sum(_groups_formed(table)[: _pairs(table)])
        case Graph(layers=(left, right)):
            yield from _graph(model, view, table, left, right)
        case Bars(title="Present"):
            first = np.unique(scene.data.pairs.protein, return_index=True)[1][: len(view.bars)]
            yield [bars[0].value for bars in view.bars], table.shares[first, 0]
        case Bars(title="Genotypes"):
            people = (table.shares * scene.data.count[:, None]).sum(axis=0)
            yield [bar.value for bars in view.bars for bar in bars], people
        case Bars(title="Copies"):
            yield sum(bar.value for bars in view.bars for bar in bars), 2 * scene.data.total
            names = {group.heading.split()[-1]: total for group, total in _totals(table)}
            heights = {
                name: sum(bar.value for bar in bars) for name, bars in zip(view.names, view.bars, strict=True)
            }
            both = sorted(names.keys() & heights.keys())
            assert both
            yield [heights[name] for name in both], [names[name] for name in both]
        case Bars(title="Counts") if model.key == "deaths":
            units = np.zeros((len(view.bars), table.shares.shape[1]))
            np.add.at(units, scene.data.which, table.shares * scene.data.count[:, None])
            yield [[bar.value for bar in bars] for bars in view.bars], units
        case Bars(title="Counts"):
            yield from _hidden(view, table, scene.data)


def _of(table, heading, symbol):
    """The counts of a symbol in all groups with such a heading, shape (rows, groups)."""
    spans = zip(table.groups, table.spans, strict=True)
    places = [
        span.start + group.symbols.index(symbol) for group, span in spans if group.heading.startswith(heading)
    ]
    return table.counts[:, places]


def _totals(table):
    return [(group, table.totals[span].sum()) for group, span in zip(table.groups, table.spans, strict=True)]


def _pairs(table):
    return sum(group.heading.startswith("pair") for group in table.groups)


def _groups_formed(table):
    """How often the first row forms each pair, and has a letter in each other column, in table order."""
    gone = {"left", "right", "none"}
    return [
        sum(n for n, symbol in zip(table.counts[0, span], group.symbols, strict=True) if symbol not in gone)
        for group, span in zip(table.groups, table.spans, strict=True)
    ]


def _formed(view):
    pairs = [k for k, other in enumerate(view.partner) if other > k]
    alone = [k for k, other in enumerate(view.partner) if other < 0]
    return view.shares[[*pairs, *alone]]


def _graph(model, view, table, left, right):
    """Edges and proteins; of many pairs only some are shown, which the sums of the peptides then tell."""
    weights = np.array([edge.weight for edge in view.edges])
    if len(weights) != len(table.shares):
        return
    yield weights, table.shares[:, 0] if model.layer == "shared" else table.counts[:, 0]


def _hidden(view, table, data):
    """The units that were not seen, or the parts of the top group."""
    hidden = [bar.value for bars in view.bars for bar in bars if bar.hidden]
    if data.least is None:
        yield hidden, table.totals[[1]]
    elif data.tail:
        yield np.array(hidden) / data.tail, table.shares[np.flatnonzero(data.lumped)[0], 1:]


@pytest.mark.parametrize("key", ["linkage", "poisson", "haplotype", "proteins"])
def test_curves_of_hard_em_are_of_what_it_raises(key):
    """Beside log P stands max log P(x, z), on which θ moves, and which the bound touches from below."""
    # The slice of the haplotypes is where the first M-step leads to.
    session = desk.step(desk.step(desk.set_method(desk.example_session(key), Hard())))
    for _ in range(4):
        session = desk.step(session)
        base = session.round.base
        newest = session.round.updated or base.params
        view = next(view for view in desk.views(session) if isinstance(view, Curves) and len(view.curves) > 2)
        curves = {curve.name: curve for curve in view.curves}
        evidence, raised, bound = (curves[name] for name in ("log P", "max log P(x, z)", "log P(x, z)"))
        assert (evidence.role, raised.role, bound.role) == ("faint", "", "bound")
        assert np.all(raised.ys <= evidence.ys + 1e-9 * np.abs(evidence.ys))
        places = np.searchsorted(raised.xs, bound.xs)
        assert np.all(bound.ys <= raised.ys[places] + 1e-9 * np.abs(bound.ys))
        heights = {dot.kind: dot.y for dot in view.dots}
        shown = base.params if view.title == "Flat ridge" else newest
        if "here" in heights:
            wanted = Hard().expect(session.model, session.data, shown).objective
            assert heights["here"] == pytest.approx(wanted, rel=1e-12)
        if "start" in heights:
            assert heights["start"] == pytest.approx(base.expectation.objective, rel=1e-12)


def test_the_triangle_of_hard_em_is_of_what_it_raises():
    session = desk.step(desk.set_method(desk.example_session("abo"), Hard()))
    triangle, *_ = desk.views(session)
    stacked = type(session.step.params)(triangle.places)
    wanted = Hard().objectives(session.model, session.data, stacked)
    np.testing.assert_allclose(triangle.heights, wanted, rtol=1e-12)
    assert triangle.height_name == "max log P(x, z)"
    top = next(place for place, dot in triangle.dots if dot.kind == "optimum")
    highest = Hard().expect(session.model, session.data, type(session.step.params)(top))
    assert highest.objective > triangle.heights.max()
    # Nobody has AA or BB: 182 + 17 genes A, 60 + 17 genes B, and the rest are O.
    np.testing.assert_allclose(top, np.array([199, 77, 594]) / 870, rtol=1e-12)


@pytest.mark.parametrize("key", ["linkage", "poisson"])
def test_hard_em_has_no_rate_of_convergence_in_theory(key):
    session = desk.set_method(desk.example_session(key), Hard())
    for _ in range(6):
        session = desk.step(session)
    view = desk.views(session)[-1]
    assert view.title == "Convergence"
    assert "hard EM" in view.note
    assert not any(curve.role in ("reference", "faint") for curve in view.curves)
