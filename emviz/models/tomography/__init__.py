"""Emission tomography: an image from counts along lines (Shepp & Vardi 1982; De Pierro 1995).

y_i ~ Poisson(Σ_j a_ij λ_j): every count was emitted in one of the pixels along its line, and nobody knows in
which.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, sqrt

import numpy as np

from emviz.data.table import Table
from emviz.em.columns import Layout
from emviz.em.counts.answers import ranked
from emviz.em.counts.table import Answer, CountTable
from emviz.em.domains import NonNegative, Parameter
from emviz.em.hyper import choice, real, whole
from emviz.em.model import ColumnSpec, Example, Expectation, Model, Rows, Words
from emviz.em.numerics import Array
from emviz.em.pictures import View
from emviz.em.rounding import figures
from emviz.em.simulation import draws
from emviz.models.tomography import layouts, steps
from emviz.models.tomography.data import (
    REGIONS,
    TomographyCounts,
    TomographyData,
    TomographyParams,
    parsed,
    projector_of,
)
from emviz.models.tomography.phantom import phantom
from emviz.models.tomography.pictures import TomographyLook, pictures
from emviz.models.tomography.table import TomographyLedger, TomographyRound

__all__ = ["MODEL", "Tomography", "TomographyCounts", "TomographyData", "TomographyParams"]

_SIMULATED = (
    "simulated: the phantom of Shepp & Logan (1974), intensities after Toft (1996), 32 × 32 pixels with "
)
_HEAD = "60,021 counts at 40 angles × 47 bins, NumPy default_rng(2008)"
#: A hot spot beside a warm one, in sixteen pixels.
SPOTS = (0, 0, 0, 0, 0, 400, 100, 0, 0, 0, 100, 0, 0, 0, 0, 0)
#: How far a random start strays from a uniform image.
STRAY = (0.5, 1.5)


@dataclass(frozen=True)
class Tomography(Model[TomographyData, TomographyParams, TomographyCounts]):
    """Emission tomography."""

    size: int = whole(32, "Pixels", "Pixels along each side of the image; one is as wide as a bin.", 4, 256)
    prior: str = choice(
        "none", "Prior", "None, or a quadratic one that keeps neighbours alike.", "none", "quadratic"
    )
    beta: float = real(5e-5, "β", "How strongly the prior holds neighbours together.", 0.0, 1.0)
    arc: str = choice(
        "180", "Degrees", "How far around the angles go: half a turn, or once around.", "180", "360"
    )

    key = "tomography"
    title = "Emission tomography"
    shortened_q = True
    description = (
        "Each row is an angle of a scanner. Observed: the counts in its bins, each the sum along a line "
        "through the image. Hidden: which pixel along its line emitted each count. θ is the activity λ of "
        "every pixel. Watch how the image gets worse after some thirty iterations while log P goes on "
        "rising, since the best fit also fits the noise; then let a prior smooth neighbouring pixels. log P "
        "is that of all counts (Poisson); it is concave, so every start leads to the same fit. The log "
        "posterior is log P plus the log prior, without its constant. Real scanners have millions of lines "
        "in three dimensions, and correct for attenuation, scatter and random coincidences, all left out "
        "here. A row with a missing cell cannot be used; if such rows are left out, the angles of the "
        "others are taken to be evenly spaced."
    )
    if_left_out = (
        "the angles of the rows that are left are taken to be evenly spaced, which they are not where a row "
        "between them is gone"
    )
    words = Words(
        "angle",
        "angles",
        "pixel",
        "pixels",
        "from which pixels the counts of each line came",
        "Where in the image did the counts of this angle come from?",
        shared="The counts of each angle were shared between the pixels",
    )
    columns = (
        ColumnSpec(
            "column 1", "counts in the first bin: as many columns as bins, a row for each angle", free=True
        ),
    )
    picture_leads = True
    examples = (
        Example(
            "phantom",
            "Head phantom, 32 × 32 (simulated)",
            "pet_sinogram_40x47.csv",
            _SIMULATED + _HEAD,
            truth={"activity": phantom(32, 60_000.0)},
        ),
        Example(
            "prior",
            "Head phantom with a prior (simulated)",
            "pet_sinogram_40x47.csv",
            _SIMULATED + _HEAD,
            hyper={"prior": "quadratic"},
            truth={"activity": phantom(32, 60_000.0)},
        ),
        Example(
            "spots",
            "Sixteen pixels, two spots (simulated)",
            "pet_spots_6x7.csv",
            "simulated: 4 × 4 pixels, activity 400 in one and 100 in two others, 6 angles × 7 bins, NumPy "
            "default_rng(1982)",
            hyper={"size": 4},
            truth={"activity": SPOTS},
        ),
    )

    @property
    def objective(self) -> str:
        """Log P, or with a prior the log posterior."""
        return "log posterior" if self.strength else "log P"

    @property
    def strength(self) -> float:
        """The strength β of the prior; 0 for none."""
        return self.beta if self.prior == "quadratic" else 0.0

    @property
    def gathers(self) -> str:
        """The contents of each column."""
        return "counts in a bin"

    def unsuited(self, table: Table, name: str) -> str | None:
        """Return why a column is no bin of the detector; None if it may be one."""
        return layouts.unsuited(table, name)

    def layouts(self, table: Table) -> Sequence[Layout]:
        """Return whether rows or columns are angles, the likelier first; none if rows clearly are."""
        return layouts.layouts(table)

    def reads(self, table: Table) -> Collection[str]:
        """Return every column: each is a bin."""
        return table.names

    def parse(self, table: Table) -> TomographyData:
        """Return the sinogram.

        Raises
        ------
        DataError
            For a cell that is no count, counts that no pixel can have emitted, and pixels that nothing sees.
        """
        return parsed(table, self.size, self.arc == "360")

    def parameters(self, data: TomographyData) -> Sequence[Parameter]:
        """Return the activity of every pixel."""
        return _parameters(self.size)

    def default(self, data: TomographyData) -> TomographyParams:
        """Return the uniform image whose expected total equals the counts."""
        return TomographyParams(np.full(self.size**2, data.counts.sum() / data.sensitivity.sum()))

    def start(self, data: TomographyData, rng: np.random.Generator) -> TomographyParams:
        """Return a uniform image, each pixel times a random factor within `STRAY`."""
        return TomographyParams(self.default(data).activity * rng.uniform(*STRAY, self.size**2))

    def e_step(self, data: TomographyData, params: TomographyParams) -> Expectation[TomographyCounts]:
        """Return the counts that each pixel is expected to have emitted, and the objective."""
        return steps.expect(data, params, self.strength)

    def m_step(self, data: TomographyData, counts: TomographyCounts) -> TomographyParams:
        """Return λ_j = e_j / s_j, with the prior the maximum of De Pierro's surrogate."""
        return steps.update(data, counts, self.strength)

    def q(self, data: TomographyData, counts: TomographyCounts, params: TomographyParams) -> float:
        """Return Σ_j e_j log λ_j − s_j λ_j, with the prior less its surrogate."""
        return steps.expected_log(data, counts, params, self.strength)

    def slack(self, data: TomographyData, base: TomographyParams, params: TomographyParams) -> float:
        """Return how far the log-prior lies above De Pierro's surrogate of it, in nats."""
        return steps.slack(data, base, params, self.strength)

    def objective_along(
        self, data: TomographyData, base: TomographyParams, ahead: TomographyParams
    ) -> Callable[[Array], Array]:
        """Return the objective at base + a (ahead − base) as a function of a."""
        return steps.line(data, base, ahead, self.strength)

    def called(self, data: TomographyData, row: int) -> str:
        """Return the angle of a row."""
        return f"the angle {figures(float(data.projector.degrees()[row]), 4)}°"

    def mixes(self, data: TomographyData) -> bool:
        """Return True: the counts of an angle come from all of the image."""
        return True

    # No hard EM: thousands of counts on one line never all come from its likeliest pixel. No labels either:
    # no scanner records the pixel that a count came from.
    def posterior(self, data: TomographyData, params: TomographyParams, rows: Rows) -> Array:
        """Return the part of each angle's counts that came from each region, shape (len(rows), regions)."""
        return steps.row_shares(data, params, rows)

    def answers(self, data: TomographyData, params: TomographyParams, rows: Rows) -> Sequence[Answer]:
        """Return the regions, the one that emitted most of an angle's counts first."""
        return ranked(self.posterior(data, params, rows), tuple(REGIONS))

    def simulate(self, params: TomographyParams, size: int, rng: np.random.Generator) -> Table:
        """Return counts at `size` angles, on a detector that sees the whole image."""
        bins = ceil(self.size * sqrt(2)) + 1
        projector = projector_of(self.size, size, bins, self.arc == "360")
        means = projector.project(params.activity)
        counts = draws.in_blocks(size, lambda rows: rng.poisson(means[rows]), bins)
        return Table.from_columns({f"column {k + 1}": column for k, column in enumerate(counts.T)})

    def count_table(self, data: TomographyData, state: TomographyRound, rows: Rows) -> CountTable:
        """Return the table of Figure 1b: where in the image the counts of each angle came from."""
        return TomographyLedger(self, data, state, data.projector.angles).table(rows)

    def views(self, data: TomographyData, state: TomographyRound, look: TomographyLook) -> Sequence[View]:
        """Return the image, the sinogram with its fit, the error over the iterations, and profiles."""
        return pictures(data, state, look)


@lru_cache(maxsize=8)
def _parameters(size: int) -> tuple[Parameter, ...]:
    names = tuple(f"{row},{column}" for row in range(1, size + 1) for column in range(1, size + 1))
    return (Parameter("activity", NonNegative(), "λ", (names,), words="the activity of pixel {0}"),)


MODEL = Tomography()
