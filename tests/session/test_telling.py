"""The row that an E-step tells of, against a search through every row by hand."""

import math

import numpy as np
import pytest
from shared import FIGURE_1
from standing import stand_for

from emviz import session as desk
from emviz.data.table import Table
from emviz.em.counts import plain
from emviz.em.families.cases import MOST_LISTED
from emviz.em.methods import BY_HALVES, Hard
from emviz.em.model import Phase, Round
from emviz.em.optional import mixes
from emviz.models import discover
from emviz.models.coins import Coins
from emviz.models.network import Network
from emviz.session.orders import ordering

HARD = Hard()
CASES = [
    (model.key, method) for model in discover() for method in BY_HALVES if not method.refusal(model, None)
]
#: Those of which all rows are weighed again in a moment.
QUICK = [
    (key, method) for key, method in CASES if (key, method.key) not in {("rna", "hard"), ("profile", "hard")}
]


def found(session):
    results = list(desk.telling(session))
    return results[-1] if results else None


def without_shares(told):
    return {name: value for name, value in vars(told).items() if name != "shares"}


def table_at(session, t, rows):
    weighed = Round(session.trace.step_of(t), Phase.E, whole=session.method.whole)
    return session.model.count_table(session.data, weighed, np.array(rows))


def shares_at(session, t):
    """Return the shares of every row by completion, as dicts from a name to a number where they are named."""
    rows = np.arange(session.table.rows)
    if not session.method.whole:
        return session.model.posterior(session.data, session.trace.step_of(t).params, rows).tolist()
    return table_at(session, t, rows).shares.tolist()


@pytest.mark.parametrize(
    ("key", "method"), stand_for(CASES, QUICK), ids=lambda each: getattr(each, "key", each)
)
def test_the_first_e_step_tells_of_the_row_most_in_doubt(key, method):
    session = desk.set_method(desk.example_session(key), method)
    told = found(session)
    assert (told.index, told.turned, told.was) == (0, 0, told.now)
    if told.share == "P(path)":
        every = table_at(session, 0, range(told.rows)).glances[0].values
        # One block of rows or another: some processors round their sums otherwise.
        assert told.now == pytest.approx(every[told.row], rel=1e-12)
        assert told.now == pytest.approx(every.min(), abs=1e-10)
        assert told.row == [order for order in ordering(session) if order][-1].first
    elif not method.whole:
        rows = shares_at(session, 0)
        doubts = [-sum(share * math.log(share) for share in row if share > 0) for row in rows]
        assert doubts[told.row] == pytest.approx(max(doubts), abs=1e-12)
        assert told.now == max(rows[told.row])


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("key", "method"), stand_for(CASES, QUICK), ids=lambda each: getattr(each, "key", each)
)
def test_later_the_row_that_turned_or_changed_most_is_told(key, method):
    session = desk.step(desk.step(desk.set_method(desk.example_session(key), method)))
    told, table = found(session), table_at(session, 1, [0])
    assert told.index == 1
    if table.names is None:
        now, was = shares_at(session, 1), shares_at(session, 0)
        best = [row.index(max(row)) for row in now]
        turned = [i for i, k in enumerate(best) if was[i][k] < max(was[i]) - 1e-12]
        if mixes(session.model, session.data):
            turned = []
        assert told.turned == len(turned)
        if turned:
            gains = {i: now[i][best[i]] - was[i][best[i]] for i in turned}
            assert told.now - told.was == pytest.approx(max(gains.values()), abs=1e-12)
            assert told.row in turned
        else:
            moves = [
                abs(a - b) for one, two in zip(now, was, strict=True) for a, b in zip(one, two, strict=True)
            ]
            assert abs(told.now - told.was) == pytest.approx(max(moves), abs=1e-12)


@pytest.mark.parametrize(
    ("key", "method"), stand_for(CASES, QUICK), ids=lambda each: getattr(each, "key", each)
)
def test_what_is_told_stands_in_the_table(key, method):
    session = desk.step(desk.set_method(desk.example_session(key), method))
    for _ in range(2):
        told = found(session)
        table = table_at(session, told.index, [told.row])
        if told.share is None:
            assert told.completion == table.names[0][0]
            place = 0
        elif told.share == "P(path)":
            # The model knows more of a row than its shares: the table puts it in order by the likeliest path.
            assert told.now == table.glances[0].values[0]
            session = desk.step(desk.step(session))
            continue
        elif table.names is None:
            place = [tag.text for tag in table.completions].index(told.share)
            letter = session.round.letter
            assert f"{letter}({told.completion})" == table.completions[table.shares[0].argmax()].text
        else:
            assert told.share == f"{session.round.letter}({table.names[0][0]})"
            place = 0
        assert told.now == pytest.approx(table.shares[0, place], abs=1e-12)
        session = desk.step(desk.step(session))


def test_the_sets_of_the_paper_by_hand():
    session = desk.example_session()
    # At (0.6, 0.5) the sets have P(A) = .449, .805, .733, .352, .647: the first is nearest to one half.
    first = found(session)
    assert (first.row, first.share, first.completion) == (0, "P(B)", "B")
    assert first.now == pytest.approx(0.5509, abs=5e-5)
    # At (0.713, 0.581) they have .296, .812, .707, .190, .574: the fourth has changed by .161.
    second = found(desk.step(desk.step(session)))
    assert (second.row, second.share, second.turned) == (3, "P(B)", 0)
    assert (second.now, second.was) == pytest.approx((0.8096, 0.6479), abs=5e-4)


def test_rows_that_turn_are_counted_over_all_parts(monkeypatch):
    session = desk.step(desk.step(desk.example_session("coins", "three-coins")))
    at_once = found(session)
    assert at_once.turned > 1
    monkeypatch.setattr("emviz.session.tellings.TOGETHER", 12)  # four sets of three coins
    in_parts = found(session)
    assert [each.shape for each in in_parts.shares] == [(4, 3)] * 15
    assert without_shares(in_parts) == without_shares(at_once)
    assert len(list(desk.telling(session))) == 16


def test_dear_shares_are_found_in_short_turns(monkeypatch):
    rows = np.random.default_rng(0).random((300, 12)) < 0.5
    holes = np.random.default_rng(1).random(rows.shape) < 0.6
    columns = {
        f"v{k}": ["" if gone else ("yes" if state else "no") for state, gone in zip(*pair, strict=True)]
        for k, pair in enumerate(zip(rows.T, holes.T, strict=True))
    }
    session = desk.step(desk.new_session(Network(), Table.from_columns(columns), "dear"))
    assert session.data.most > MOST_LISTED
    clock = iter(range(10_000))
    monkeypatch.setattr("emviz.session.tellings.monotonic", lambda: next(clock))  # each turn is long
    told = found(session)
    assert [len(each) for each in told.shares] == [16] * 18 + [12]
    later = desk.step(desk.step(session))
    *_, known = desk.telling(later, told)
    assert without_shares(known) == without_shares(found(later))


def test_whole_rows_are_tallied_where_they_are_more_than_completions():
    session = desk.new_session(Coins(), FIGURE_1, "hard", method=HARD)
    assert found(session).tally == (("A", 3), ("B", 2))
    assert found(desk.step(desk.step(session))).tally == ()
    assert found(desk.set_method(desk.example_session("abo"), HARD)).tally == ()  # 4 rows, 6 genotypes
    assert found(desk.set_method(desk.example_session("haplotype"), HARD)).tally == ()
    assert found(desk.set_method(desk.example_session("profile"), HARD)).tally == ()


def test_a_long_table_of_whole_rows_is_left_alone(monkeypatch):
    monkeypatch.setattr("emviz.session.tellings.MOST_WHOLE", 4)
    session = desk.new_session(Coins(), FIGURE_1, "hard", method=HARD)
    assert found(session) is None
    assert found(desk.new_session(Coins(), FIGURE_1, "soft")) is not None


class Bare(Coins):
    """Coins whose table has totals alone."""

    def count_table(self, data, state, rows):
        return plain.count_table(state, rows)


def test_a_table_without_shares_has_no_row_to_tell_of():
    assert found(desk.new_session(Bare(), FIGURE_1, "bare")) is None


def test_the_row_is_told_of_its_own_step_and_run():
    session = desk.example_session()
    results = desk.Results(telling=desk.Result(found(session), session))
    assert desk.told_of(session, results) is results.telling.value
    assert desk.told_of(desk.step(session), results) is results.telling.value
    assert desk.told_of(desk.step(desk.step(session)), results) is None
    assert desk.told_of(desk.draw_start(session, 1), results) is None
    assert desk.told_of(session, desk.NOTHING_YET) is None


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("key", "method"), stand_for(CASES, QUICK), ids=lambda each: getattr(each, "key", each)
)
def test_shares_that_are_known_are_not_found_again(key, method):
    session = desk.set_method(desk.example_session(key), method)
    first, second = found(session), desk.step(desk.step(session))
    *_, quick = desk.telling(second, first)
    assert without_shares(quick) == without_shares(found(second))
    # Those of another step are of no use.
    third = desk.step(desk.step(second))
    *_, anew = desk.telling(third, first)
    assert without_shares(anew) == without_shares(found(third))
