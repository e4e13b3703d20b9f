"""Views of the plane made up for the tests of their widgets, and sessions to show them in."""

from dataclasses import replace

import numpy as np

from emviz.em.counts.table import Entry
from emviz.em.pictures import Blob, Curve, Dot, Histogram, Profiles, Scatter, Ternary
from emviz.session import example_session, set_model, show, step

HEADS = tuple(Entry("heads", (k,)) for k in range(2))


def session_at(halves=0, session=None, **display):
    session = session or example_session()
    for _ in range(halves):
        session = step(session)
    return show(session, replace(session.display, **display))


def three_coins(halves=0):
    return session_at(halves, set_model(example_session(), {"coins": 3}))


def blobs(shift=0.0, spread=0.01):
    means = np.array([[0.3, 0.3], [0.7, 0.6]]) + shift
    covariance = spread * np.array([[1.0, 0.3], [0.3, 1.0]])
    return tuple(Blob("AB"[k], k, 0.5, means[k], covariance) for k in range(2))


def scatter(number=40, shares=True, **changes):
    rng = np.random.default_rng(3)
    truth = np.arange(number) % 2
    points = np.array([[0.3, 0.3], [0.7, 0.6]])[truth] + 0.08 * rng.normal(size=(number, 2))
    first = 1 / (1 + np.exp(20 * (points.sum(axis=1) - 0.95)))
    known = np.stack([first, 1 - first], axis=1) if shares else None
    view = Scatter(
        "Scatter",
        ("long_name", "width"),
        (0, 1),
        points,
        known,
        None,
        (0.0, 1.0, 0.0, 1.0),
        blobs(),
        labels=truth,
    )
    return replace(view, **changes)


def density(components=2, rows=60, columns=80):
    y, x = np.mgrid[0 : 1 : rows * 1j, 0 : 1 : columns * 1j]
    cells = [np.exp(-80 * ((x - 0.3 - 0.4 * k) ** 2 + (y - 0.5) ** 2)) for k in range(components)]
    return scatter(points=None, shares=None, density=1000 * np.stack(cells, axis=-1), labels=None)


def histogram(**changes):
    xs = np.linspace(0, 1, 101)
    curves = tuple(
        Curve("AB"[k], xs, np.exp(-60 * (xs - 0.3 - 0.4 * k) ** 2) * 5, component=k) for k in range(2)
    )
    heights = np.array([[3.0, 0.0], [5.0, 1.0], [1.0, 4.0], [0.0, 2.0]])
    view = Histogram(
        "Histogram",
        "value",
        "rows",
        np.linspace(0, 1, 5),
        heights,
        curves,
        (Dot(0.19, 0.0, "LR = 0.19", "here"),),
        HEADS,
        np.array([0.3, 0.7]),
    )
    return replace(view, **changes)


def profiles(number=30, columns=6, components=3, **changes):
    rng = np.random.default_rng(5)
    places = np.arange(columns)
    means = np.array([np.sin(places + 2 * k) for k in range(components)])
    values = means[np.arange(number) % components] + 0.2 * rng.normal(size=(number, columns))
    shares = np.eye(components)[np.arange(number) % components] * 0.9 + 0.1 / components
    names = tuple("ABCDEFGHIJKL"[:components])
    titles = tuple(f"{10 * place} min" for place in range(columns))
    view = Profiles("Profiles", titles, values, shares, means, names, shares.sum(axis=0))
    return replace(view, **changes)


def ternary(side=20, steps=2, **changes):
    places = np.array([(i, j, side - i - j) for i in range(side + 1) for j in range(side + 1 - i)]) / side
    summit = np.array([0.25, 0.15, 0.6])
    with np.errstate(divide="ignore"):
        heights = np.log(places) @ summit * 100
    start = np.array([0.4, 0.3, 0.3])
    path = np.array([start + (summit - start) * (1 - 0.5**t) for t in range(steps + 1)])
    dots = ((path[0], Dot(0, 0, "θ(0)", "start")), (summit, Dot(0, 0, "maximum", "optimum")))
    names = ("p_A", "p_B", "p_O")
    view = Ternary("log P", names, places, side, heights, path, dots, "heads")
    return replace(view, **changes)
