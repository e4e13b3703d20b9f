"""A view of every kind with nothing in it."""

import numpy as np

from emviz.em.pictures import (
    Alignment,
    Bars,
    Curve,
    Curves,
    Fold,
    Graph,
    Histogram,
    Image,
    Logo,
    Matrix,
    Plate,
    Profiles,
    Ribbon,
    Scatter,
    Ternary,
)

NONE = np.empty(0)
TABLE = np.empty((0, 0))
VIEWS = (
    Alignment("Alignment", "row", (), (), (), (), (), ()),
    Bars("Bars", "x", "y", (), ()),
    Curves("Curves", "x", "y", ()),
    Curves("One curve", "x", "y", (Curve("f", NONE, NONE),)),
    Fold("Fold", "row", np.empty((0, 2)), (), (), None),
    Graph("Graph", (), ()),
    Graph("Layers", (), (), ((), ())),
    Histogram("Histogram", "x", "y", NONE, np.empty((0, 1))),
    Image("Image", "row", "column", (), (), (Plate("A", TABLE, 0.0, 1.0),)),
    Image("No image", "row", "column", (), (), ()),
    Logo("Logo", ("A", "C"), np.empty((0, 2))),
    Matrix("Matrix", "row", "column", (), (), TABLE),
    Profiles("Profiles", (), TABLE, None, np.empty((1, 0)), ("A",)),
    Profiles("No profiles", ("a", "b"), np.empty((0, 2)), np.empty((0, 2)), np.zeros((2, 2)), ("A", "B")),
    Ribbon("Ribbon", (), None, None, None, ("A", "B")),
    Ribbon("Weighed ribbon", (), np.empty((0, 2)), np.empty(0, np.intp), None, ("A", "B")),
    Scatter("Scatter", ("x", "y"), (0, 1), np.empty((0, 2)), np.empty((0, 2)), None, (0, 1, 0, 1), ()),
    Scatter("Flat scatter", ("x", "y"), (0, 1), np.zeros((2, 2)), None, None, (0.0, 0.0, 0.0, 0.0), ()),
    Ternary("Ternary", ("A", "B", "O"), np.empty((0, 3)), 0, NONE, np.empty((0, 3))),
)
