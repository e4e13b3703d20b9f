"""Any of the pictures."""

from __future__ import annotations

from typing import TypeAlias

from emviz.em.pictures.curves import Bars, Curves, Histogram
from emviz.em.pictures.diagrams import Balance, Diagram
from emviz.em.pictures.folds import Fold
from emviz.em.pictures.grids import Graph, Image, Matrix
from emviz.em.pictures.landscape import Landscape
from emviz.em.pictures.plane import Profiles, Scatter, Ternary
from emviz.em.pictures.sequences import Alignment, Logo, Ribbon

View: TypeAlias = (
    Landscape
    | Scatter
    | Histogram
    | Profiles
    | Matrix
    | Bars
    | Curves
    | Logo
    | Alignment
    | Ribbon
    | Graph
    | Diagram
    | Balance
    | Image
    | Ternary
    | Fold
)
