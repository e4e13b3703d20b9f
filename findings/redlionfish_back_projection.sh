#!/usr/bin/env bash
# RedLionfish 0.10: Richardson-Lucy makes light out of nothing, because it blurs back one voxel beside where it should.
#
# Richardson and Lucy's deconvolution is EM for Poisson counts: blur the estimate, divide the data by it, blur the
# ratios with the mirrored point spread function, multiply. So the estimate keeps the sum of the data, and its
# likelihood never falls. RedLionfish stores the function around the corner of the volume, as the Fourier transform asks
# for, and mirrors it with numpy.flip, which takes voxel 0 to the last one: the second blur is off by one voxel along
# each axis. For a function that is symmetric the mirror should change nothing at all. Below, a voxel of 1000 in a
# volume of ones is blurred. EM written out keeps the sum of 5095 and gains likelihood with each iteration. RedLionfish
# has a sum of 5542 after 10 iterations and 10559 after 100, its likelihood after 10 is below that of the blurred image
# it began with, and after 100 the brightest voxel is not the one that shone. EM with the second blur moved by a voxel
# gives the same numbers. Nothing warns, and the picture is sharper all the same.
#
# Seen on 29 November 2026: "10 iterations: sum by hand 5095, RedLionfish 5542, brightest (8, 8, 8)", "100 iterations:
# sum by hand 5095, RedLionfish 10559, brightest (5, 5, 5)", "log-likelihood: blurred image -2257.7, after 10 by hand
# -2102.5, RedLionfish -2272.2". (reikna and pyopencl, which serve graphics cards, are not installed.)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/pip" install --quiet --no-deps RedLionfish==0.10
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
from RedLionfishDeconv import doRLDeconvolutionFromNpArrays

size, middle = 16, (8, 8, 8)
profile = np.exp(-((np.arange(size) - 8) ** 2) / 2)
spread = profile[:, None, None] * profile[:, None] * profile
spread /= spread.sum()
transform = np.fft.rfftn(np.fft.ifftshift(spread))
truth = np.ones((size, size, size))
truth[middle] = 1000


def blurred(image, by=transform):
    """Return an image blurred around the edges as well."""
    return np.fft.irfftn(np.fft.rfftn(image) * by, s=image.shape, axes=(0, 1, 2))


data = blurred(truth)


def by_hand(turns, shift=0):
    """Return the estimate, and the log-likelihood of each on the way; the second blur may be moved."""
    estimate, run = data, []
    for _ in range(turns):
        back = blurred(data / blurred(estimate), transform.conj())
        estimate = estimate * np.roll(back, (shift,) * 3, axis=(0, 1, 2))
        run.append(likelihood(estimate))
    return estimate, run


def likelihood(image):
    """Return the logarithm of the Poisson likelihood, without what does not depend on the image."""
    expected = blurred(image)
    return float((data * np.log(expected) - expected).sum())


def brightest(image):
    """Return the place of the largest value."""
    return tuple(int(each) for each in np.unravel_index(image.argmax(), image.shape))


for turns in (10, 100):
    hand, run = by_hand(turns)
    moved, _ = by_hand(turns, shift=-1)
    found = doRLDeconvolutionFromNpArrays(data, spread, niter=turns, method="cpu")
    sums = f"sum by hand {hand.sum():.0f}, RedLionfish {found.sum():.0f}"
    print(f"{turns} iterations: {sums}, brightest {brightest(found)}")
    assert np.isclose(hand.sum(), data.sum()) and np.all(np.diff([likelihood(data), *run]) > 0), hand.sum()
    assert brightest(hand) == middle and found.sum() > 1.05 * data.sum(), found.sum()
    assert np.allclose(found, moved, rtol=0.001, atol=0.01), abs(found - moved).max()
    if turns == 10:
        heights = likelihood(data), run[-1], likelihood(found)
        print("log-likelihood: blurred image {:.1f}, after 10 by hand {:.1f}, RedLionfish {:.1f}".format(*heights))
        assert heights[2] < heights[0] - 5 < heights[1], heights
    else:
        assert found.sum() > 2 * data.sum() and brightest(found) != middle, (found.sum(), brightest(found))
PYTHON
