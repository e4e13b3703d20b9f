"""Starts with probabilities of 1e-9 to 1e-300: what every model makes of them, next to plain logarithms."""

from itertools import product
from math import lgamma

import numpy as np
import pytest
from gmm_cases import FAITHFUL, params_of
from protein_cases import HELD, PRESENCE, parsed

from emviz import session as desk
from emviz.api import fit
from emviz.data.table import Table
from emviz.em import engine
from emviz.em.domains import NonNegative, Simplex, Unit
from emviz.em.model import fields_of
from emviz.models import discover
from emviz.models.gmm import GaussianMixture
from emviz.models.haplotype import MODEL as HAPLOTYPES
from emviz.models.haplotype.steps import HaplotypeParams, heights, likeliest, row_shares
from emviz.models.motif import Motif, MotifParams
from emviz.models.proteins.presence import PresenceParams
from emviz.models.tomography import MODEL as TOMOGRAPHY
from emviz.session.state import example_session

TINY = (1e-9, 1e-100, 1e-300)
#: Their own tests start from tiny probabilities too, on data that are quick.
APART = {"rna", "profile"}


def tiny_starts():
    for model in discover():
        if model.key in APART:
            continue
        session = example_session(model.key)
        for parameter in session.model.parameters(session.data):
            if not parameter.fixed and isinstance(parameter.domain, Simplex | Unit | NonNegative):
                yield model.key, parameter.name


@pytest.mark.parametrize("tiny", TINY)
@pytest.mark.parametrize(("key", "name"), list(tiny_starts()))
def test_em_climbs_from_probabilities_however_small(key, name, tiny):
    session = example_session(key)
    (parameter,) = (each for each in session.model.parameters(session.data) if each.name == name)
    values = np.full(parameter.shape, tiny)
    if isinstance(parameter.domain, Simplex):
        values[..., -1] = 1 - tiny * (parameter.shape[-1] - 1)
    steps = [desk.set_start(session, {name: values}).step]
    for _ in range(4):
        steps.append(engine.advance(session.model, session.data, steps[-1]))
    here, after, last = (step.expectation.objective for step in steps[::2])
    assert all(np.isfinite(step.q_expectation) for step in steps)
    assert here <= after + 1e-9 * abs(here) <= last + 2e-9 * abs(here)
    assert steps[2].bound <= after + 1e-9 * abs(after)


# -- haplotypes ----------------------------------------------------------------------------------------------

PEOPLE = Table.from_columns({"s1": ["A/a", "A/a", "a/a", "A/A"], "s2": ["B/b", "b/b", "B/b", "B/b"]})


def test_pairs_of_rare_haplotypes():
    """All haplotypes of everybody are rare: P(g) is a sum of products of 1e-400 and less."""
    data = HAPLOTYPES.parse(PEOPLE)
    rare = np.array([1e-200, 3e-250, 2e-180, 5e-220])
    frequency = np.zeros(len(data.names))
    frequency[:4] = rare
    logs = np.log(rare)
    expected, copies = [], np.zeros(4)
    for row in range(4):
        start = data.starts[data.which[row]]
        size = data.sizes[data.which[row]]
        pairs = [(int(data.first[p]), int(data.second[p])) for p in range(start, start + size)]
        each = np.array([logs[h] + logs[k] + np.log(2) * (h != k) for h, k in pairs])
        expected.append(np.logaddexp.reduce(each))
        shares = np.exp(each - expected[-1])
        for (h, k), share in zip(pairs, shares, strict=True):
            copies[h] += share
            copies[k] += share
        params = HaplotypeParams(frequency)
        np.testing.assert_allclose(row_shares(data, params, np.array([row]))[0][:size], shares, rtol=1e-11)
    found = HAPLOTYPES.e_step(data, params)
    assert found.objective == pytest.approx(sum(expected), rel=1e-13)
    np.testing.assert_allclose(found.counts.copies, copies, rtol=1e-11)
    np.testing.assert_allclose(heights(data, HaplotypeParams(frequency[None])), [sum(expected)], rtol=1e-13)
    assert likeliest(data, params).copies.sum() == 8
    assert HAPLOTYPES.q(data, HAPLOTYPES.complete(data, params), params) <= sum(expected)


# -- peptides ------------------------------------------------------------------------------------------------


def present_logs(params, observed):
    """log P(x) by every presence vector, all peptides seen; α and β are so small that they add up."""
    total = -np.inf
    for states in product((0, 1), repeat=3):
        height = 0.0
        for state in states:
            height += np.log(params.gamma) if state else np.log1p(-params.gamma)
        for peptide in observed:
            parents = sum(states["ABC".index(protein)] for protein in HELD[peptide])
            height += np.log(params.beta + parents * params.alpha)
        total = np.logaddexp(total, height)
    return total


@pytest.mark.parametrize("alpha", [1e-18, 1e-60, 1e-200])
@pytest.mark.parametrize("beta", [1e-18, 1e-40, 1e-280])
def test_peptides_that_are_seen_though_nothing_gives_them(alpha, beta):
    params = PresenceParams(*(np.array(value) for value in (0.4, alpha, beta)))
    data = parsed(PRESENCE, probability=dict.fromkeys(HELD, 1.0))
    found = PRESENCE.e_step(data, params)
    assert found.objective == pytest.approx(present_logs(params, HELD), rel=1e-12)
    counts = found.counts
    assert counts.present + counts.absent == pytest.approx(3, rel=1e-12)
    assert counts.chance + counts.quiet == pytest.approx(4, rel=1e-12)
    # Each of the four peptides was given by one protein, or seen by chance.
    assert counts.gave + counts.chance == pytest.approx(4, rel=1e-9)


# -- the others ----------------------------------------------------------------------------------------------


def test_a_component_of_a_mixture_with_a_weight_of_1e_300():
    """Its shares are below e^−650, but its mean and covariance are those of the points, weighed by them."""
    model = GaussianMixture(2, "full")
    data = model.parse(FAITHFUL)
    weight, mean = np.array([1 - 1e-16, 1e-300]), np.array([[3.5, 71.0], [2.0, 54.0]])
    covariance = np.array([[[1.2, 13.0], [13.0, 180.0]], [[0.1, 0.5], [0.5, 30.0]]])
    params = params_of(weight, mean, covariance)
    points = np.stack([FAITHFUL.numbers(name) for name in FAITHFUL.names], axis=-1)
    logs = []
    for w, m, c in zip(weight, mean, covariance, strict=True):
        gaps = points - m
        distance = np.einsum("ni,ij,nj->n", gaps, np.linalg.inv(c), gaps)
        logs.append(np.log(w) - 0.5 * (distance + np.log(np.linalg.det(c))) - np.log(2 * np.pi))
    shares = np.exp(logs[1] - logs[0] + 300 * np.log(10))
    counts = model.e_step(data, params).counts
    assert counts.points[1] == pytest.approx(shares.sum() * 1e-300, rel=1e-9)
    centre = shares @ points / shares.sum()
    np.testing.assert_allclose(counts.mean[1], centre, rtol=1e-9)
    spread = (shares[:, None] * (points - centre)).T @ (points - centre) / shares.sum()
    np.testing.assert_allclose(model.m_step(data, counts).covariance[1], spread, rtol=1e-8)


def test_a_motif_of_forty_letters_of_1e_9():
    model = Motif(width=40)
    text = "ACGT" * 15
    data = model.parse(Table.from_columns({"sequence": [text, text[::-1]]}))
    letters = np.tile([1e-9, 1 - 3e-9, 1e-9, 1e-9], (40, 1))
    known = 0.0
    for sequence in (text, text[::-1]):
        codes = ["ACGT".index(letter) for letter in sequence]
        windows = [
            sum(np.log(letters[k, codes[start + k]] / 0.25) for k in range(40))
            for start in range(len(codes) - 39)
        ]
        known += len(codes) * np.log(0.25) + np.logaddexp.reduce(windows) - np.log(len(windows))
    found = model.e_step(data, MotifParams(letters))
    prior = float((model.pseudocount * 0.25 * np.log(letters)).sum())
    assert found.objective == pytest.approx(known + prior, rel=1e-12)
    np.testing.assert_allclose(found.counts.letters.sum(axis=1), 2, rtol=1e-12)


def test_alleles_of_1e_200():
    """n_A of O/A: p_A / (p_A + 2 p_O), whatever their products."""
    table = Table.from_columns({"phenotype": ["A", "B", "AB", "O"], "count": [10, 20, 3, 40]})
    trace = fit("abo", table, start={"allele": [1e-200, 1 - 1e-200, 3e-200]}, iterations=1)
    genotypes = trace.steps[0].expectation.counts.genotypes
    np.testing.assert_allclose(genotypes[:2], [10 / 7, 60 / 7], rtol=1e-12)
    ways = lgamma(74) - sum(lgamma(count + 1) for count in (10, 20, 3, 40))
    known = (
        ways + 10 * (np.log(1e-200) + np.log(7e-200)) + 3 * (np.log(2) + np.log(1e-200)) + 80 * np.log(3e-200)
    )
    assert trace.steps[0].expectation.objective == pytest.approx(known, rel=1e-12)


@pytest.mark.parametrize("factor", [1e-300, 1e-290, 1e200])
def test_the_emissions_of_an_image_do_not_depend_on_its_unit(factor):
    session = example_session(TOMOGRAPHY.key)
    model, data, here = session.model, session.data, session.start
    known = model.e_step(data, here)
    found = model.e_step(data, here._replace(activity=here.activity * factor))
    np.testing.assert_allclose(found.counts.emitted, known.counts.emitted, rtol=1e-10)
    fitted = data.projector.project(here.activity)
    moved = data.counts.sum() * np.log(factor) + fitted.sum() * (1 - factor)
    assert found.objective == pytest.approx(known.objective + moved, rel=1e-9)


def test_modules_with_a_regulator_of_1e_310():
    """½ log β of the prior and log β of each gene that has the regulator, to the last digit."""
    session = example_session("modules")
    model, data = session.model, session.data
    found = []
    for tiny in (1e-100, 1e-306):
        link = fields_of(session.start)["link"].copy()
        link[...] = tiny
        found.append(model.e_step(data, session.start._replace(link=link)).objective)
    regulated = float((data.patterns * data.times[:, None]).sum())
    each = regulated + 0.5 * link.size
    assert found[1] - found[0] == pytest.approx(each * (np.log(1e-306) - np.log(1e-100)), rel=1e-12)
