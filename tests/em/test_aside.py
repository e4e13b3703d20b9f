"""Runs shared with another process: the same as alone, in the same order, whatever becomes of the other."""

import pickle
import signal
import time
from multiprocessing import Pipe, active_children

import numpy as np
import pytest

from emviz.em.convergence.stopping import Rule
from emviz.em.engine import Outcome
from emviz.em.methods import EM
from emviz.em.model import fields_of
from emviz.em.optima import aside
from emviz.em.optima.batches import Ended, Ran, Terms, alone, runs
from emviz.em.optima.starts import drawn, explore
from emviz.em.work import Stopped, stoppable
from emviz.session import example_session

SESSION = example_session("linkage")
MODEL, DATA = SESSION.model, SESSION.data
TERMS = Terms(100, Rule())
MANY = 12


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(aside, "PATIENCE", 0.0)
    monkeypatch.setattr(aside, "LOOK", 0.0)


def starts():
    return drawn(MODEL, DATA, range(MANY))


def told(coming):
    """What comes of runs: the number, the iterations, the objective and θ of each."""
    return [
        (ran.number, ran.iterations, ran.outcome, ran.objective, ran.doubt, float(each.params["pi"][0]))
        for each in coming
        if each is not None
        for ran in each.runs
    ]


def shared(processes=2):
    return aside.shared(MODEL, DATA, starts(), TERMS, EM, processes)


def alone_here():
    return told(runs(MODEL, DATA, starts(), TERMS, EM))


def test_another_process_does_some_of_the_runs_and_all_are_those_of_one(monkeypatch):
    came, found = list[int](), aside._Other.found

    def noting(other):
        for ended in found(other):
            came.append(ended.runs[0].number)
            yield ended

    def waiting(*given):
        while len(came) < 3:
            time.sleep(0.005)
            yield None
        yield from alone(*given)

    monkeypatch.setattr(aside._Other, "found", noting)
    monkeypatch.setattr(aside, "alone", waiting)
    assert told(shared()) == alone_here()
    assert came[:3] == [1, 2, 3]
    assert not active_children()


def test_the_other_process_ends_with_the_work():
    work = shared()
    while not active_children():
        next(work)
    work.close()
    assert not active_children()


def test_what_can_not_be_sent_is_done_here(monkeypatch):
    def refusing(problem):
        raise pickle.PicklingError

    monkeypatch.setattr(aside.pickle, "dumps", refusing)
    assert told(shared()) == alone_here()
    assert not active_children()


class Standin:
    """In the place of another process: it answers the last task first, and then fails."""

    def __init__(self, packed):
        self.ready, self.tasks, self.turns = True, {}, 0

    def give(self, task):
        self.tasks[task[0]] = task[1]

    def found(self):
        self.turns += 1
        if self.turns > 4:
            raise EOFError
        if self.turns == 3:
            number = max(self.tasks)
            coming = alone(MODEL, DATA, self.tasks.pop(number), number, TERMS, EM)
            yield from (each for each in coming if each is not None)

    def end(self):
        assert self.tasks


def test_runs_come_in_their_order_and_those_of_a_process_that_ends_are_done_here(monkeypatch):
    monkeypatch.setattr(aside, "_Other", Standin)
    assert told(shared()) == alone_here()


def test_the_last_runs_of_another_process_are_waited_for(monkeypatch):
    class Slow(Standin):
        def found(self):
            self.turns += 1
            for number in tuple(self.tasks) if self.turns % 50 == 0 else ():
                coming = alone(MODEL, DATA, self.tasks.pop(number), number, TERMS, EM)
                yield from (each for each in coming if each is not None)

        def end(self):
            assert not self.tasks

    monkeypatch.setattr(aside, "_Other", Slow)
    assert told(shared(3)) == alone_here()


def test_the_labour_of_another_process():
    """Along a line: it says that it listens, is told the problem, and answers each start with its run."""
    here, there = Pipe()
    aside._send(here, aside._packed((MODEL, DATA, TERMS, EM)))
    for number, params in enumerate(starts()):
        here.send((number, fields_of(params)))
    here.send((MANY, {"pi": np.array(np.nan)}))
    with pytest.raises((EOFError, OSError)):
        _until_it_ends(here, there)
    assert here.recv() is None
    ended = [here.recv() for _ in range(MANY + 1)]
    assert told(ended[:-1]) == alone_here()
    assert isinstance(ended[-1], Ended)
    assert ended[-1].runs[0].outcome is Outcome.FAILED


def test_sending_a_large_problem_can_be_left(monkeypatch):
    """A pipe holds less than the data of a large file: whoever sends them waits for the other end."""
    monkeypatch.setattr(aside, "PIECE", 100)
    sent, (here, there) = list[int](), Pipe()
    packed = aside._packed((MODEL, np.arange(1000.0), TERMS, EM))

    class Line:
        send = here.send

        @staticmethod
        def send_bytes(piece):
            sent.append(len(piece))
            here.send_bytes(piece)

    with stoppable(lambda: len(sent) == 3), pytest.raises(Stopped):
        aside._send(Line(), packed)
    assert sent == [100, 100, 100]
    while there.poll():
        there.recv_bytes()
    aside._send(here, packed)
    first, *apart = aside._sent(there)
    assert pickle.loads(first, buffers=apart)[1].tolist() == list(range(1000))
    assert [len(each) for each in apart] == [8000]


def _until_it_ends(here, there):
    class Line:
        """A line that ends where nothing more is on it."""

        send, recv_bytes_into = there.send, there.recv_bytes_into

        @staticmethod
        def recv():
            if not there.poll():
                raise EOFError
            return there.recv()

    aside.labour(Line())


def test_another_process_heeds_no_key_warns_of_nothing_and_ends_with_the_first(monkeypatch):
    """In the place of the other process: what it sets for itself is noted and not done."""
    noted = list[object]()

    class Watch:
        def __init__(self, target, daemon):
            noted.append((target, daemon))

        def start(self):
            noted.append("watching")

    class First:
        def join(self):
            noted.append("the first has ended")

    def failing(line):
        raise MemoryError

    monkeypatch.setattr(aside.threading, "Thread", Watch)
    monkeypatch.setattr(aside.signal, "signal", lambda which, what: noted.append(which))
    monkeypatch.setattr(aside.signal, "raise_signal", noted.append)
    monkeypatch.setattr(aside.np, "seterr", lambda **what: noted.append(what))
    monkeypatch.setattr(aside, "labour", failing)
    aside.serve(None)
    assert noted == [signal.SIGINT, (aside._follow, True), "watching", {"all": "ignore"}]
    aside._follow()
    assert len(noted) == 4
    monkeypatch.setattr(aside, "parent_process", First)
    aside._follow()
    assert noted[4:] == ["the first has ended", signal.SIGTERM]


def test_a_survey_is_the_same_by_one_process_and_by_two(monkeypatch):
    monkeypatch.setattr(aside, "LOOK", 5.0)
    options = {"iterations": 100, "tolerance": 1e-8, "watched": SESSION.display.axes or ()}
    one, two = (
        [found for found in explore(MODEL, DATA, starts(), MANY, processes=many, **options) if found][-1]
        for many in (1, 2)
    )
    assert one.runs == two.runs
    assert [each.runs for each in one.optima] == [each.runs for each in two.optima]
    assert isinstance(one.runs[0], Ran)


@pytest.mark.parametrize(("cores", "many"), [(1, 1), (2, 2), (8, 2), (None, 1)])
def test_two_processes_are_usual_where_there_are_two_cores(monkeypatch, cores, many):
    monkeypatch.setattr(aside.os, "cpu_count", lambda: cores)
    assert aside.usual() == many
