"""Numbers that lessons write out, and do not name, are what the calculation gives."""

import re
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

from emviz.data.table import DataError
from emviz.em.counts.table import Entry
from emviz.lessons import read_file, setup_at, shipped_path
from emviz.lessons.lesson import Moment
from emviz.lessons.performing import perform
from emviz.lessons.quantities import found, quantity_of
from emviz.lessons.reaching import reached
from emviz.lessons.words import PLACEHOLDER
from emviz.session import draw_start, example_session, open_preset, set_model

SETS = (5, 9, 8, 4, 7)
#: Figure 1b by hand: P(A) of each set at (0.6, 0.5), and what comes of it.
A, B = Fraction(6, 10), Fraction(1, 2)
SHARES = [
    A**h * (1 - A) ** (10 - h) / (A**h * (1 - A) ** (10 - h) + B**h * (1 - B) ** (10 - h)) for h in SETS
]
HEADS, TAILS = (
    sum(p * n for p, n in zip(SHARES, each, strict=True)) for each in (SETS, [10 - h for h in SETS])
)
#: What is no result: names such as θ(2) and g_0, log(1 − θ), numbers of figures, of lessons and of a list.
NAMES = re.compile(
    r"[θg]\(\d+\)|g_\d|\b1 − |Figure 1|lesson \d|^\d\. |row of patient 2|then 2|patient 2", re.M
)
WHOLE = re.compile(r"(?<![\w.])\d+(?![\w.]*\d)")
DECIMAL = re.compile(r"(?<![\d.])[−-]?\d+\.\d+")
#: Numbers in words. One and two are pronouns, or the coins and what comes in pairs: not read.
NUMERALS = {"three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
NUMERALS |= {"twenty": 20, "half": 0.5, "½": 0.5, "tenth": 0.1, "hundredth": 0.01, "millionth": 1e-6}
WORDED = re.compile(rf"(?<![\w-])({'|'.join(NUMERALS)})(?![\w-])|½", re.IGNORECASE)


def value(text, session=None):
    return found(quantity_of(text), session or example_session()).value


def end(session):
    return reached(session, Moment("end")).step.expectation.objective


def test_the_rows_without_a_hole_are_counted():
    heart = example_session("network", "heart")
    cells = [heart.table.texts(name) for name in heart.table.names if not name.startswith("true:")]
    whole = sum(all(cell not in ("", "NA", "?") for cell in row) for row in zip(*cells, strict=True))
    assert (value("rows", heart), value("rows without a hole", heart)) == (303, whole) == (303, 31)
    assert value("rows without a hole") == value("rows") == 5
    assert value("rows without a hole", example_session("normal")) == 19


def two(number):
    return f"{float(number):.2f}"


def literals(key, numbers=DECIMAL):
    """The numbers that a lesson writes out, in its words, titles and questions."""
    lesson = read_file(shipped_path(key))
    texts = [lesson.about]
    for scene in lesson.scenes:
        texts += [scene.title, scene.words]
        if scene.question is not None:
            asked = scene.question
            texts += [asked.ask, asked.hint, asked.because, *asked.choices]
    bare = [NAMES.sub("", PLACEHOLDER.sub("", text)) for text in texts]
    return {found[0] for text in bare for found in numbers.finditer(text)}


def by_hand():
    """What each lesson may write out, by the number, with where it comes from."""
    first = HEADS / (HEADS + TAILS)
    second = (33 - HEADS) / (50 - HEADS - TAILS)
    slope = HEADS / A - TAILS / (1 - A)
    clouds = example_session("gmm", "ring")
    motif = example_session("motif", "crp")
    return {
        "complete-data": {},
        "guessing": {
            "0.6": A,
            "0.4": 1 - A,
            "0.5": B,
            "7.2": SHARES[1] * 9,
            "0.8": SHARES[1] * 1,
            "0.71": first,
            "0.58": second,
            "0.80": value("θ_A at θ(10)"),
            "0.52": value("θ_B at θ(10)"),
        },
        "why-it-climbs": {},
        "hard-or-soft": {
            "0.80": Fraction(24, 30),
            "0.45": Fraction(9, 20),
            "0.60": A,
            "0.50": B,
            "0.90": Fraction(9, 10),
        },
        "other-ways": {
            "14.1": slope,
            "0.03": Fraction(3, 100),
            "0.6": A,
            "1.02": A + Fraction(3, 100) * slope,
            "0.63": A + Fraction(3, 100),
            "0.01": value("rate at end") ** 5,
            "0.07": sqrt(0.8 * 0.2 / 30),
        },
        "many-starts": {
            "0.5": B,
            "0.6": A,
            "0.8": SHARES[1],
            "0.80": value("θ_A at end"),
            "0.52": value("θ_B at end"),
            "0.000000000001": 1e-12,
        },
        "missing-tests": {},
        "motif": {"−2473.95": end(motif)},
        "course-work": {"−606.30": end(draw_start(clouds, 0))},
    }


@pytest.mark.parametrize("key", by_hand())
def test_a_number_with_a_point_is_a_name_or_is_checked_here(key):
    checked = by_hand()[key]
    assert literals(key) == set(checked)
    for written, number in checked.items():
        digits = len(written.partition(".")[2])
        assert f"{float(number):.{digits}f}" == written.replace("−", "-"), written


def near_sites(preset):
    """How many sequences have their likeliest start within three letters of a known site."""
    session = reached(open_preset(example_session("motif", "crp"), "motif", preset), Moment("end"))
    starts = session.model.posterior(session.data, session.step.params, np.arange(18)).argmax(axis=1) + 1
    known = [[int(site) for site in cell.split(",")] for cell in session.table.texts("sites").tolist()]
    return sum(
        min(abs(start - site) for site in sites) <= 3 for start, sites in zip(starts, known, strict=True)
    )


def whole_by_hand():
    """What each lesson may write out without a point, by the number, with where it comes from."""
    coins = example_session()
    letters = coins.table.texts("coin").tolist()
    heads = {coin: [h for h, true in zip(SETS, letters, strict=True) if true == coin] for coin in "AB"}
    heart = example_session("network", "heart")
    known = heart.table.texts("disease").tolist()
    patients, seen, ill = len(known), len(known) - known.count(""), known.count("yes")
    crp = example_session("motif", "crp")
    (long,) = {len(each) for each in crp.table.texts("sequence").tolist()}
    width = crp.model.width
    points = example_session("gmm", "clouds").table.rows
    return {
        "complete-data": [
            *heads["A"],
            sum(heads["A"]),
            sum(heads["B"]),
            10 * len(heads["A"]),
            10 * len(heads["B"]),
        ],
        "guessing": [SETS[0], 10 - SETS[0]],
        "why-it-climbs": [],
        "hard-or-soft": [10 * len(heads["A"])],
        # θ_A is no more than 1, and so is a fraction of missing information.
        "other-ways": [1, 10 * len(heads["A"])],
        # Moments that the headers of the scenes name.
        "many-starts": [sum(SETS), 10 * len(SETS), 45, 80],
        "missing-tests": [patients, seen, patients - seen, ill],
        "motif": [long, width, 1, long - width + 1, near_sites("highest"), near_sites("most-sites")],
        "course-work": [points],
    }


@pytest.mark.parametrize("key", by_hand())
def test_a_whole_number_is_a_name_or_is_checked_here(key):
    assert {int(each) for each in literals(key, WHOLE)} == set(whole_by_hand()[key])


def consensus(params):
    """The letters that more than half of the sites have at a position, a dot elsewhere."""
    return "".join("ACGT"[row.argmax()] if row.max() > 0.5 else "." for row in params.letters)


def flat_places():
    """Where EM rests that begins all over the square, the diagonal too: there the slope of log P is zero."""
    heads = np.array(SETS)[:, None]
    at = np.stack(np.meshgrid(*2 * [np.linspace(0.1, 0.9, 9)])).reshape(2, 1, -1)
    for _ in range(400):
        likely = at**heads * (1 - at) ** (10 - heads)
        shares = likely / likely.sum(axis=0)
        at = ((shares * heads).sum(axis=1) / (shares * 10).sum(axis=1))[:, None]
    return {tuple(each) for each in np.round(at[:, 0].T, 3).tolist()}


def worded_by_hand():
    """What each lesson may write out in words, with where it comes from."""
    coins, lesson = example_session(), read_file(shipped_path("hard-or-soft"))
    hard = next(k for k, scene in enumerate(lesson.scenes) if scene.title == "Whole numbers")
    picked = [value(f"q(A), row {row}", perform(lesson, hard)) for row in range(1, len(SETS) + 1)]
    letters = coins.table.texts("coin").tolist()
    guessed = sum((share == 1) == (true == "A") for share, true in zip(picked, letters, strict=True))
    heart = example_session("network", "heart")
    known = [name for name in heart.table.names if not name.startswith("true:")]
    motif = reached(example_session("motif", "crp"), Moment("end")).step.params
    word, gap, _ = re.split(r"(?<=TGTGA)(\.+)(?=TCACA)", consensus(motif))
    assert word.endswith("TGTGA")
    ten = len(coins.table.texts("tosses")[0])
    equal = perform(read_file(shipped_path("many-starts")), 1)
    course = read_file(shipped_path("course-work"))
    ring = perform(course, next(k for k, scene in enumerate(course.scenes) if scene.title == "A ring"))
    return {
        # Sets, tosses of each, and those of coin B.
        "complete-data": [len(SETS), ten, ten * letters.count("B")],
        "guessing": [len(SETS), SETS[0], ten, SETS[1]],
        "why-it-climbs": [],
        "hard-or-soft": [sum(picked), guessed],
        # Iterations of a header, places where log P is level, one length of a step by the other; choices.
        "other-ways": [5, len(flat_places()), 0.003 / 0.03, *(0.5, 0.1, 0.01)],
        "many-starts": [SETS[1], value("P(A), row 2 at E(1)", equal), 1e-6],
        "missing-tests": [
            len(known) - 1,
            int(heart.table.texts("vessels")[1]),
            value("disease yes, row 2 at E(0)", heart),
        ],
        # The iteration of a header; how near a site is.
        "motif": [len(gap), 3],
        "course-work": [len(example_session("gmm", "clouds").start.mean), len(ring.start.mean)],
    }


@pytest.mark.parametrize("key", by_hand())
def test_a_number_in_words_is_checked_here(key):
    written = {NUMERALS[each.lower()] for each in literals(key, WORDED)}
    assert sorted(written) == pytest.approx(sorted({round(each, 9) for each in worded_by_hand()[key]}))


def test_moments_that_words_name_are_those_of_the_headers():
    lesson = read_file(shipped_path("many-starts"))
    at = {scene.title: perform(lesson, place).step.index for place, scene in enumerate(lesson.scenes)}
    assert (at["It grows"], at["It leaves"]) == (45, 80)


def test_figure_1b_is_told_digit_by_digit():
    lesson = read_file(shipped_path("guessing"))
    solved = [
        scene.question.solution(perform(lesson, place)).text
        for place, scene in enumerate(lesson.scenes)
        if scene.question is not None and scene.question.kind == "number"
    ]
    assert solved == ["0.45", "2.2", "0.71", "0.80"]
    assert [two(p) for p in SHARES] == ["0.45", "0.80", "0.73", "0.35", "0.65"]
    assert sum(SHARES[1] * n for n in (9, 1)) == SHARES[1] * 10


def test_what_the_lessons_say_in_words_of_their_data():
    heart = example_session("network", "heart").table
    tests = [name for name in heart.names if not name.startswith("true:") and name != "disease"]
    assert len(tests) == 5
    # The second patient, and the first, who is healthy and has no hole.
    assert [heart.texts(name)[1] for name in ("disease", "pain", "angina", "vessels")] == [
        "",
        "asymptomatic",
        "yes",
        "3",
    ]
    assert heart.texts("disease")[0] == "no"
    assert example_session("motif", "crp").table.rows == 18
    clouds = example_session("gmm", "clouds")
    assert len(clouds.start.mean) == 3
    two_clusters = set_model(clouds, {"components": 2})
    ends = {two(end(draw_start(two_clusters, seed))) for seed in range(4)}
    assert len(ends) > 1
    assert max(map(float, ends)) < end(clouds)


def test_newton_falls_to_the_saddle_and_a_fixed_step_leaves_the_square():
    lesson = read_file(shipped_path("other-ways"))
    places = {setup_at(lesson, place).method: place for place in range(len(lesson.scenes))}
    newton = perform(lesson, places["newton"])
    assert value("place at end", newton) == "saddle"
    assert [two(value(f"θ_{coin} at end", newton)) for coin in "AB"] == ["0.66", "0.66"]
    assert value("log P at θ(4)", newton) < value("log P at θ(1)", newton)
    with pytest.raises(DataError, match=r"θ_A would be 1\.022"):
        value("log P at θ(1)", perform(lesson, places["gradient:0.03:natural"]))
    # After five more iterations about a hundredth is left, by the rate of the last steps.
    assert value("rate at end") ** 5 == pytest.approx(0.01, abs=0.002)


def test_hard_em_rests_where_one_set_is_at_the_other_coin():
    lesson = read_file(shipped_path("hard-or-soft"))
    place = next(k for k, scene in enumerate(lesson.scenes) if scene.title == "From another start")
    session = perform(lesson, place)
    shares = [value(f"q(A), row {row}", session) for row in range(1, 6)]
    assert shares == [0, 1, 1, 0, 0]
    assert value("place at end", session) == "maximum"


def test_other_starts_are_worse_or_agree_as_the_lessons_say():
    clouds = example_session("gmm", "clouds")
    assert {two(end(draw_start(clouds, seed))) for seed in range(3)} == {"-1041.26"}
    motif = example_session("motif", "crp")
    assert end(draw_start(motif, 1)) < end(motif)
    assert end(open_preset(motif, "motif", "most-sites")) < end(open_preset(motif, "motif", "highest"))
    ring = example_session("gmm", "ring")
    assert end(draw_start(ring, 4)) < end(draw_start(ring, 0))
    hair = read_file(shipped_path("many-starts"))
    place = next(k for k, scene in enumerate(hair.scenes) if scene.title == "It grows")
    session = perform(hair, place)
    assert [two(value(f"θ_{coin} at θ(45)", session)) for coin in "AB"] == ["0.66", "0.66"]
    assert two(value("θ_A at θ(80)", session)) == "0.80"
    assert 0 < value("gain at θ(45)", session) < 1e-6


def test_the_ring_is_what_its_source_says():
    rng = np.random.default_rng(2009)
    angle = rng.uniform(0, 2 * np.pi, 200)
    radius = 3 + 0.25 * rng.standard_normal(200)
    table = example_session("gmm", "ring").table
    drawn = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    read = np.stack([table.column(name).numbers for name in ("x1", "x2")], axis=1)
    np.testing.assert_allclose(read, np.round(drawn, 2), atol=1e-9)


def test_the_entry_that_the_bound_is_drawn_along_is_a_coin():
    lesson = read_file(shipped_path("why-it-climbs"))
    assert perform(lesson, 0).display.slice == Entry("heads", (0,))
