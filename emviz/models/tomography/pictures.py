"""The pictures of tomography: the image, the sinogram, the error over the iterations, and profiles."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emviz.data.things import things
from emviz.em.model import Look, Round
from emviz.em.numerics import Array
from emviz.em.pictures import Curve, Curves, Dot, Histogram, Image, Plate, View
from emviz.em.rounding import decimal, figures
from emviz.models.tomography.data import TomographyCounts, TomographyData, TomographyParams, regions
from emviz.models.tomography.table import outwards

TomographyRound: TypeAlias = Round[TomographyParams, TomographyCounts]
TomographyLook: TypeAlias = Look[TomographyParams]

#: Standard deviations beyond which residuals are drawn white or black.
FAR = 4.0
#: The quantile of the pixels drawn as white, so that a single hot one does not darken the rest.
HOT = 0.995


def pictures(data: TomographyData, state: TomographyRound, look: TomographyLook) -> tuple[View, ...]:
    """Return the pictures, the image first; the error only if the truth is known."""
    activity = (state.updated or state.base.params).activity
    now = state.base.index + (state.updated is not None)
    fitted = data.projector.project(activity)
    truth = None if look.truth is None else look.truth.activity
    row = look.row if look.row is not None else 0
    found: list[View] = [_image(data, activity, truth, now), _sinogram(data, fitted, look.row)]
    if truth is not None:
        path = look.path or (state.base.params,)
        times = look.times or tuple(range(now - len(path) + 1, now + 1))
        found.append(_error(path, times, truth))
    found += [_profile(data, activity, truth), _angle(data, fitted, row)]
    return tuple(found)


def error(activity: Array, truth: Array) -> float:
    """Return the root of the mean squared difference of two images."""
    return float(np.sqrt(np.mean((activity - truth) ** 2)))


def _image(data: TomographyData, activity: Array, truth: Array | None, now: int) -> Image:
    size = data.projector.size
    numbers = tuple(str(k + 1) for k in range(size))
    # The quantile is 0 if nearly all pixels are dark.
    high = float(np.quantile(activity, HOT)) or float(activity.max())
    plates = [Plate(f"λ({now})", activity.reshape(size, size), 0.0, high)]
    note = plain = "How much each pixel emits, λ."
    if truth is not None:
        # One scale for both, so that they can be compared.
        high = float(truth.max())
        plates = [
            Plate(f"λ({now})", activity.reshape(size, size), 0.0, high),
            Plate("truth", truth.reshape(size, size), 0.0, high),
        ]
        note = f"Error against the truth (RMSE): {decimal(error(activity, truth), 1)}."
    lines, groups = _places(size)
    return Image(
        "Image",
        "row",
        "column",
        numbers,
        numbers,
        tuple(plates),
        note=note,
        hiding=plain,
        lines=lines,
        groups=groups,
    )


@lru_cache(maxsize=8)
def _places(size: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the line of the M-step for each pixel, and its region."""
    # The inverse of the permutation: for each pixel the line that is its own.
    lines = np.argsort(outwards(size)).reshape(size, size)
    return lines, regions(size).argmax(axis=0).reshape(size, size)


def _sinogram(data: TomographyData, fitted: Array, row: int | None) -> Image:
    high = float(data.counts.max())
    # The variance of a Poisson count is its mean. Where nothing is expected the divisor is 1, not 0.
    residual = (data.counts - fitted) / np.sqrt(np.where(fitted > 0, fitted, 1.0))
    return Image(
        "Sinogram",
        "angle",
        "bin",
        tuple(f"{figures(angle, 4)}°" for angle in data.projector.degrees()),
        tuple(str(k + 1) for k in range(data.projector.bins)),
        (
            Plate("counts", data.counts, 0.0, high),
            Plate("fit", fitted, 0.0, high),
            Plate("residual", residual, -FAR, FAR),
        ),
        square=False,
        row=row,
        choosable=True,
        note="Residual: (counts − fit) / √fit. Select a row, or click, for an angle.",
    )


def _error(path: tuple[TomographyParams, ...], times: tuple[int, ...], truth: Array) -> Curves:
    """Return the error of every image so far (of a selection in a long run), with the best one marked."""
    errors = np.array([error(params.activity, truth) for params in path])
    best, now = int(errors.argmin()), times[-1]
    dots = [Dot(float(now), float(errors[-1]), f"λ({now}) {decimal(errors[-1], 1)}", "here")]
    note = plain = "How far the image is from the truth. log P cannot see it."
    if best < len(errors) - 1:
        t = times[best]
        # A long run keeps only some of its images, so the best may lie between two of them.
        sure = times[best + 1] - times[max(best - 1, 0)] <= 2
        label = f"best {'at' if sure else 'near'} {t}: {decimal(errors[best], 1)}"
        dots.append(Dot(float(t), float(errors[best]), label, "optimum"))
        note = (
            f"The image is best after {'' if sure else 'about '}{things(t, 'iteration')}, "
            "and gets worse while the objective goes on rising."
        )
    return Curves(
        "Error",
        "iteration t",
        "RMSE against the truth",
        (Curve("", np.array(times, dtype=np.float64), errors),),
        tuple(dots),
        note=note,
        whole=True,
        hiding=plain,
    )


def _profile(data: TomographyData, activity: Array, truth: Array | None) -> Curves:
    """Return the activity along the row in the middle of the image."""
    size = data.projector.size
    middle = slice(size // 2 * size, (size // 2 + 1) * size)
    curves = [Curve("λ", np.arange(1.0, size + 1), activity[middle])]
    if truth is not None:
        curves.append(Curve("truth", np.arange(1.0, size + 1), truth[middle], role="truth"))
    return Curves(
        "Profile",
        "column",
        "activity λ",
        tuple(curves),
        note=f"The pixels of row {size // 2 + 1} of the image.",
        whole=True,
    )


def _angle(data: TomographyData, fitted: Array, row: int) -> Histogram:
    """Return the counts of one angle, and those expected there."""
    bins = np.arange(1.0, data.projector.bins + 1)
    edges = np.arange(0.5, data.projector.bins + 1)
    return Histogram(
        "Angle",
        "bin",
        "counts",
        edges,
        data.counts[row][:, None],
        (Curve("fit", bins, fitted[row], component=0),),
        plain=True,
        note=f"Bars: the counts at {figures(data.projector.degrees()[row], 4)}°. "
        "Select another row for another one.",
    )
