"""The gap between objective and bound: KL(q ‖ p), summed over every completion, or KL and a known slack."""

from dataclasses import dataclass
from math import factorial

import numpy as np
import pytest
from gmm_cases import log_normal, tabled
from haplotype_cases import people
from haplotype_cases import written_out as phases_of
from hmm_cases import paths_of, steps_table
from motif_cases import written
from profile_cases import of_model
from protein_cases import HELD, PROBABILITY, SCORE, completions, table
from rna_cases import trees
from scenes import Scene
from tomography_cases import sinogram, system

from emviz.data.table import Table
from emviz.em.methods import EM
from emviz.em.objective.bound import free_entries, segment, slices
from emviz.em.objective.lines import Goal, mixed, one_of
from emviz.em.optional import divergence_name, is_whole_q, slack_of
from emviz.models import discover
from emviz.models.abo import Abo
from emviz.models.coins import Coins
from emviz.models.deaths import Deaths
from emviz.models.gmm import GaussianMixture
from emviz.models.haplotype import Haplotypes
from emviz.models.hmm import HiddenMarkov
from emviz.models.linkage import Linkage
from emviz.models.modules import Modules, SoftmaxParams
from emviz.models.motif import LETTERS, Motif
from emviz.models.network import Network
from emviz.models.normal import MultivariateNormal
from emviz.models.poisson import Poisson
from emviz.models.profile import Profile
from emviz.models.proteins import Proteins
from emviz.models.rna import Covariance
from emviz.models.tomography import Tomography

TOSSED = ("HHT", "TTHT", "HHHH", "T")
POINTS = np.array([[0.1, 1.0], [2.0, -0.5], [0.7, 0.2], [1.5, 3.0], [-1.0, 0.4], [0.3, 0.9]])
READS = ("ACGTAC", "TTGACA", "GGCATT")
COUNTS = np.array([[0, 3, 5, 2], [4, 0, 1, 6], [2, 2, 0, 1.0]])


def coins(data, params):
    for row in TOSSED:
        chances = np.where([[letter == "H"] for letter in row], params.heads, 1 - params.heads)
        yield 1.0, np.log(params.weight) + np.log(chances).sum(axis=0)


NUMBERS = {0: 3, 2: 1, 5: 2, 1: 4}
SEEN = Table.from_columns({"value": [*NUMBERS], "count": [*NUMBERS.values()]})


def deaths(data, params):
    for value, count in NUMBERS.items():
        yield count, np.log(params.weight * np.exp(-params.rate) * params.rate**value / factorial(value))


CASE_ROWS = {"a": ["x", "", "y", ""], "b": ["u", "v", "", ""], "count": [3, 1, 4, 2]}


def network(data, params):
    for a, b, count in zip(*CASE_ROWS.values(), strict=True):
        own = ["xy".index(a)] if a else [0, 1]
        states = [(i, j) for i in own for j in (["uv".index(b)] if b else [0, 1])]
        yield count, np.array([np.log(params[0][i] * params[1][i, j]) for i, j in states])


def mixture(data, params):
    for point in POINTS:
        parts = zip(*params, strict=True)
        yield 1.0, np.array([np.log(w) + log_normal(point, mean, cov) for w, mean, cov in parts])


def motif(data, params):
    pooled = np.array(["".join(READS).count(letter) for letter in LETTERS]) / len("".join(READS))
    for row in READS:
        codes = [LETTERS.index(letter) for letter in row]
        logs = []
        for start in range(len(row) - 3):
            rest = [code for place, code in enumerate(codes) if not start <= place < start + 4]
            inside = params.letters[range(4), codes[start : start + 4]]
            logs.append(np.log(pooled[rest]).sum() + np.log(inside).sum() - np.log(len(row) - 3))
        yield 1.0, np.array(logs)


PEOPLE = ("A/a B/b", "A/A B/b", "a/a B/B", "A/a b/b")


def haplotypes(data, params):
    frequency = dict(zip([tuple(name) for name in data.names], params.frequency, strict=True))
    rows = [[tuple(locus.split("/")) for locus in person.split()] for person in PEOPLE]
    for times, pairs in zip((3.0, 1.0, 2.0, 1.0), phases_of(rows, frequency), strict=True):
        yield times, np.log(list(pairs.values()))


SYMBOLS = (np.array([0, 1, 1, 2]), np.array([2, 0, 1]))
VALUES = (np.array([0.1, 2.2, 1.9]), np.array([-0.3, 0.4]))


def chain(data, params):
    for sequence in VALUES if data.gaussian else SYMBOLS:
        yield 1.0, paths_of(params, sequence)[1]


def chain_table(gaussian):
    sequences = VALUES if gaussian else SYMBOLS
    observed = np.concatenate(sequences) if gaussian else np.array(list("abc"))[np.concatenate(sequences)]
    return steps_table(observed, [len(each) for each in sequences], gaussian)


def abo(data, params):
    p, q, r = params.allele
    yield 182.0, np.log([p * p, 2 * p * r])
    yield 60.0, np.log([q * q, 2 * q * r])


def linkage(data, params):
    yield 125.0, np.log([0.5, params.pi / 4])


def zeros(data, params):
    """n₀ units that were never seen, among those of n that were: P(n₀) ∝ C(n + n₀ − 1, n₀) e^−λn₀."""
    many = np.arange(1, 4000)
    ways = np.concatenate([[0.0], np.cumsum(np.log((54 + many) / many))])
    yield 1.0, ways - float(params.rate) * np.arange(4000)


def top(data, params):
    values = np.arange(2, 150)
    yield 26.0, values * np.log(params.rate) - np.cumsum(np.log(np.arange(1, 150)))[1:]


def profile(data, params):
    for row in range(len(data.sequences)):
        yield 1.0, np.log(of_model(data, params, row)[1])


def folds(data, params):
    for text in data.texts:
        yield 1.0, np.log([chance for chance, *_ in trees(data.structure, params, text)])


BITS = ("0110", "1100", "1001", "0011", "1010", "0101")


def modules(data, params):
    for point, row in zip(POINTS, zip(*BITS[:2], strict=True), strict=False):
        bits = np.array(row, dtype=float)
        gaps = (point - params.mean) ** 2 / params.variance + np.log(2 * np.pi * params.variance)
        logs = -0.5 * gaps.sum(axis=1)
        if isinstance(params, SoftmaxParams):
            pulls = params.link @ bits
            yield 1.0, logs + pulls - np.log(np.exp(pulls).sum())
        else:
            chances = np.where(bits > 0, params.link, 1 - params.link)
            yield 1.0, logs + np.log(params.weight) + np.log(chances).sum(axis=1)


GENES = Table.from_columns(
    {
        "0min": POINTS[:4, 0],
        "9min": POINTS[:4, 1],
        "reg:R1": [int(bit) for bit in BITS[0]],
        "reg:R2": [int(bit) for bit in BITS[1]],
    }
)


def origins(data, params):
    for peptide, holders in HELD.items():
        yield PROBABILITY[peptide], np.log([params.abundance["ABC".index(n)] for n in holders])


def presence(data, params):
    chances = np.array([chance for _, chance in completions(params)])
    yield 1.0, np.log(chances[chances > 0])  # u was seen for sure: not seen is impossible at every θ


def scores(data, params):
    for score in SCORE:
        gaps = (score - params.mean) ** 2 / params.variance + np.log(2 * np.pi * params.variance)
        yield 1.0, np.log(params.weight) - 0.5 * gaps


def emissions(data, params):
    rates = system(4, 3, 4) * params.activity
    for many, line in zip(COUNTS.ravel(), rates, strict=True):
        yield many, np.log(line[line > 0])


def counted(**columns):
    return Table.from_columns({"value": list(columns["value"]), "count": list(columns["count"])})


@dataclass(frozen=True)
class Case:
    """A model on tiny data, and for each unit its multiplicity and log P(x, z; θ) of every z."""

    model: object
    table: Table
    joints: object
    split: bool = False


STEP = 0.02
HOLED = {"x": [1, 2.5, np.nan, 3, 0.5], "y": [2, np.nan, 1, 4.5, 1]}


def blanks(data, params):
    """Each row over all numbers that may stand in its hole, or as it is."""
    grid = np.arange(-30, 30, STEP)
    for row in np.array([*HOLED.values()], dtype=float).T:
        holes = np.flatnonzero(np.isnan(row))
        rows = np.tile(row, (len(grid) if len(holes) else 1, 1))
        if len(holes):
            rows[:, holes] = grid[:, None]
        gaps = rows - params.mean
        yield 1, -0.5 * np.einsum("ni,ij,nj->n", gaps, np.linalg.inv(params.covariance), gaps)


TOMOGRAM, GROUPED = sinogram(COUNTS), Table.from_columns({"phenotype": ["A", "B"], "count": [182, 60]})
CASES = {
    "coins": Case(Coins(), Table.from_columns({"tosses": TOSSED}), coins),
    "coins-learned": Case(Coins(3, "learned"), Table.from_columns({"tosses": TOSSED}), coins),
    "gmm": Case(GaussianMixture(), tabled(POINTS), mixture),
    "gmm-floor": Case(GaussianMixture(floor=0.01), tabled(POINTS), mixture),
    "motif": Case(Motif(4), written(*READS), motif),
    "motif-prior": Case(Motif(4, 1.5), written(*READS), motif),
    "haplotype": Case(Haplotypes(), people(*PEOPLE, count=[3, 1, 2, 1]), haplotypes),
    "hmm": Case(HiddenMarkov(), chain_table(False), chain),
    "hmm-gaussian": Case(HiddenMarkov(emission="gaussian", first="uniform"), chain_table(True), chain),
    "abo": Case(Abo(), GROUPED, abo),
    "linkage": Case(Linkage(), Table.from_columns({"cell": [1, 4], "count": [125, 34]}), linkage),
    "poisson": Case(Poisson(), counted(value="1234", count=(32, 16, 6, 1)), zeros),
    "poisson-top": Case(Poisson("top"), counted(value=("0", "1", ">=2"), count=(109, 65, 26)), top),
    "profile": Case(Profile(3, "dna", 0.7), written("ACG", "TT", "").with_codes(()), profile),
    "rna": Case(
        Covariance(pseudocount=0.3),
        Table.from_columns({"sequence": ["GAC", "GC"], "SS_cons": ["<.>", "<.>"]}),
        folds,
    ),
    "deaths": Case(
        Deaths(3), Table.from_columns({"value": [*NUMBERS], "count": [*NUMBERS.values()]}), deaths
    ),
    "modules": Case(Modules(2), GENES, modules),
    "network": Case(Network("[a][b|a]"), Table.from_columns(CASE_ROWS), network),
    "modules-softmax": Case(Modules(2, "softmax"), GENES, modules),
    "proteins-shared": Case(Proteins("shared"), table(), origins),
    "proteins-presence": Case(Proteins("presence"), table(), presence),
    "proteins-scores": Case(Proteins("scores"), Table.from_columns({"score": SCORE}), scores),
    "normal": Case(MultivariateNormal(), Table.from_columns(HOLED), blanks),
    "tomography": Case(Tomography(4), TOMOGRAM, emissions),
    "tomography-prior": Case(Tomography(4, "quadratic", 0.02), TOMOGRAM, emissions, split=True),
}


def divergence(case, data, base, params):
    """Σ_i n_i Σ_z q_i(z) log q_i(z) / p_i(z), with q at θ(t) and p at θ."""
    total = 0.0
    for (times, here), (_, there) in zip(case.joints(data, base), case.joints(data, params), strict=True):
        q, p = (logs - np.logaddexp.reduce(logs) for logs in (here, there))
        total += times * float(np.exp(q) @ (q - p))
    return total


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_gap_is_the_divergence_or_is_split(case, seed):
    model, data = case.model, case.model.parse(case.table)
    scene = Scene(model, data, np.random.default_rng(seed), case.table.rows)
    at, params = scene.start(), scene.params()
    gap = scene.objective(params) - EM.bound(model, data, at, params)
    slack = slack_of(model, data, at.params, params)
    expected = divergence(case, data, at.params, params)
    assert expected > 1e-5
    assert gap - slack == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert (slack > 1e-3) == case.split


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_lies_between_q_and_the_bound_is_the_entropy_of_the_completions(case):
    """−Σ_i n_i Σ_z q_i(z) log q_i(z); where Q is said to leave terms out, something else."""
    model, data = case.model, case.model.parse(case.table)
    scene = Scene(model, data, np.random.default_rng(4), case.table.rows)
    at, total = scene.start(), 0.0
    for times, joint in case.joints(data, at.params):
        logs = joint - np.logaddexp.reduce(joint)
        # Of numbers it is that of a density: a completion stands for a stretch of the grid.
        total -= times * float(
            np.exp(logs) @ (logs - np.log(STEP if model.key == "normal" and len(logs) > 1 else 1))
        )
    cut = segment(model, data, at, at.params, points=1)
    assert total > 1e-5
    assert (cut.entropy == pytest.approx(total, rel=1e-8)) == is_whole_q(model)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_on_any_line_the_bound_lies_below_and_touches_with_the_same_slope(case):
    model, data = case.model, case.model.parse(case.table)
    scene = Scene(model, data, np.random.default_rng(11), case.table.rows)
    at, goal = scene.start(), scene.params()
    ends = (at.params, goal)
    entries = free_entries(model, data)
    for direction in (entries[0], entries[-1], Goal.TRUTH):
        towards = ends if direction is Goal.TRUTH else None
        *_, cut = slices(model, data, at, direction, goal, (31,), ends=towards, earlier=(scene.start(),))
        finite = np.isfinite(cut.objective)
        noise = 1e-10 * np.abs(cut.touch_objective)
        for bound in (cut.bound, cut.earlier[0].bound):
            assert np.all(bound[finite] <= cut.objective[finite] + noise)
        here = int(np.searchsorted(cut.positions, cut.touch))
        assert cut.objective[here] == pytest.approx(cut.bound[here], rel=1e-10)
    beside = mixed(model, ends, np.array([1e-4, -1e-4]))
    points = [one_of(model, beside, place) for place in (0, 1)]
    rises = [
        height(points[0]) - height(points[1])
        for height in (scene.objective, lambda each: EM.bound(model, data, at, each))
    ]
    assert rises[0] == pytest.approx(rises[1], rel=1e-5, abs=1e-9)


def test_a_divergence_is_called_weighted_where_units_count_as_less_than_one():
    named = {key: divergence_name(case.model) for key, case in CASES.items()}
    assert {key for key, name in named.items() if name != "KL"} == {"proteins-shared"}
    assert named["proteins-shared"] == "weighted KL"


def test_every_model_has_a_case():
    assert {case.model.key for case in CASES.values()} == {model.key for model in discover()}
