"""The projector without a matrix is the matrix: all angles at once by tiles, and angle by angle."""

import numpy as np
import pytest
from tomography_cases import system

from emviz.models.tomography import projector as module
from emviz.models.tomography.projector import Projector

#: Size, angles, bins, whether once around: even and odd numbers of each, and detectors that are too short.
SCANS = [
    (32, 40, 47, False),
    (33, 7, 48, False),
    (4, 6, 7, False),
    (5, 8, 9, True),
    (6, 9, 4, True),
    (32, 9, 20, True),
    (7, 1, 5, False),
    (6, 12, 4, True),
    (8, 2, 13, False),
]


@pytest.fixture(params=SCANS, ids=str)
def scan(request):
    return request.param


@pytest.fixture(params=[0, 10**9], ids=["by angles", "by tiles"], autouse=True)
def most(request, monkeypatch):
    """Pixels times angles up to which there are tiles."""
    monkeypatch.setattr(module, "MOST_TILED", request.param)
    return request.param


def test_sums_along_lines_are_those_of_the_matrix(scan, most):
    size, angles, bins, _ = scan
    image = np.random.default_rng(1).normal(size=size**2)
    projector = Projector(*scan)
    found = projector.project(image)
    assert (projector._tiles is None) == (most == 0)
    expected = (system(*scan) @ image).reshape(angles, bins)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13 * size)


def test_the_way_back_is_the_transpose(scan):
    _, angles, bins, _ = scan
    values = np.random.default_rng(2).normal(size=(angles, bins))
    found = Projector(*scan).back(values)
    np.testing.assert_allclose(found, system(*scan).T @ values.ravel(), rtol=0, atol=1e-13 * angles)


def test_some_angles_are_the_same_as_all_of_them(scan):
    image = np.random.default_rng(3).uniform(size=scan[0] ** 2)
    projector = Projector(*scan)
    every = projector.project(image)
    for angle in range(projector.angles):
        np.testing.assert_array_equal(projector.project(image, {angle})[angle], every[angle])


def test_the_lines_of_a_pixel_are_its_column_of_the_matrix(scan):
    size, angles, bins, _ = scan
    matrix, projector = system(*scan).reshape(angles, bins, -1), Projector(*scan)
    for pixel in range(0, size**2, 3):
        first, parts = projector.lines_of(pixel)
        seen = np.zeros((angles, bins + 1000))
        at = np.arange(angles)
        seen[at, first + 500] += (1 - parts) / angles
        seen[at, first + 501] += parts / angles
        np.testing.assert_allclose(seen[:, 500 : 500 + bins], matrix[:, :, pixel], rtol=0, atol=1e-13)


def test_what_is_not_kept_is_found_again(monkeypatch, scan):
    monkeypatch.setattr(module, "MOST_TILED", 0)
    image = np.random.default_rng(4).uniform(size=scan[0] ** 2)
    kept = Projector(*scan)
    once, again = kept.project(image), kept.project(image)
    monkeypatch.setattr(module, "ROOM", 0)
    forgetful = Projector(*scan)
    for found in (again, forgetful.project(image), forgetful.project(image)):
        np.testing.assert_array_equal(found, once)
    assert kept._kept
    assert not forgetful._kept


def test_a_pixel_in_full_sight_is_seen_whole():
    projector = Projector(32, 40, 47)
    np.testing.assert_allclose(projector.back(np.ones((40, 47))), 1, rtol=1e-12)
    assert projector.degrees().tolist() == [4.5 * k for k in range(40)]
    assert Projector(4, 3, 7, circle=True).degrees().tolist() == [0, 120, 240]


def test_the_first_angle_adds_up_columns_and_a_quarter_turn_rows():
    image = np.arange(16.0).reshape(4, 4)
    columns, rows = Projector(4, 2, 4).project(image.ravel())
    np.testing.assert_allclose(columns, image.sum(axis=0) / 2, rtol=1e-12)
    # The top row has the highest y, and so the last bin.
    np.testing.assert_allclose(rows, image.sum(axis=1)[::-1] / 2, rtol=1e-12)
