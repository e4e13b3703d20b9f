"""How late the event loop is: idle, and while EM runs flat out with every panel redrawing, at 1920×1080.

    python tests/benchmarks/bench_window.py [--size 1] [--seconds 2] [--only gmm hmm]

Each model runs on its largest example and, where its steps grow with the data, on large ones, with each of
its pictures on display in turn. Lateness is how much later than asked a 4 ms timer fires in the GUI thread,
in milliseconds; `own` is what of it the GUI thread has computed itself, in processor time, which a busy
machine changes less. A run begins at θ(0), once that has been painted; its first half-step folds the setup.
Drawing is real (the offscreen platform paints into memory).
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import replace
from functools import partial

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# As the program itself does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import bench_gmm
import bench_haplotype
import bench_hmm
import bench_motif
import bench_tomography
import measuring  # noqa: F401, finds the emviz that lies beside it
import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer

from emviz import session as desk
from emviz.data.table import Table
from emviz.models import discover, model_named
from emviz.models.gmm import GaussianMixture
from emviz.models.hmm.starts import drawn
from emviz.models.motif import Motif
from emviz.models.tomography import Tomography

TICK = 0.004


class Metronome:
    """A timer that writes down how late it is, and for how much of that its own thread was at work."""

    def __init__(self):
        self.late = []
        self._due = self._worked = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._beat)

    def measure(self, seconds):
        """Beat for so long; return the lateness in ms and how much of it is own work, shape (n, 2)."""
        self.late = []
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        self._again()
        loop.exec()
        self._timer.stop()
        return np.array(self.late) * 1000

    def _again(self):
        self._due, self._worked = time.perf_counter() + TICK, time.thread_time() + TICK
        self._timer.start(round(TICK * 1000))

    def _beat(self):
        late = time.perf_counter() - self._due, time.thread_time() - self._worked
        self.late.append([max(0.0, each) for each in late])
        self._again()


# -- what is run ---------------------------------------------------------------------------------------------


def tossed(sets, distinct):
    """Return a session on so many sets; with `distinct`, no two collapse, so that a step costs O(sets)."""
    rng = np.random.default_rng(2008)
    tosses = rng.integers(1, 1_000_000, sets) if distinct else np.full(sets, 10)
    bias = np.where(rng.random(sets) < 0.5, 0.8, 0.45)
    heads = rng.binomial(tosses, bias)
    table = Table.from_columns({"heads": heads.astype(float), "tails": (tosses - heads).astype(float)})
    return desk.new_session(model_named("coins"), table, "simulated")


def clouds(points):
    """Return a session on so many points of two columns in three clusters."""
    table = bench_gmm.table_of(bench_gmm.clouds(points, 2, 3))
    return desk.new_session(GaussianMixture(3), table, "simulated")


def rolled(steps):
    """Return a session on one sequence of so many rolls."""
    _, symbols = drawn(bench_hmm.CASINO, (steps,), np.random.default_rng(2008))
    return desk.new_session(model_named("hmm"), Table.from_columns({"symbol": symbols}), "simulated")


def written(sequences):
    """Return a session on so many sequences of 200 letters."""
    texts = bench_motif.drawn(sequences, 200)
    return desk.new_session(Motif(width=10), Table.from_columns({"sequence": texts}), "simulated")


def typed(people):
    """Return a session on so many people."""
    return desk.new_session(model_named("haplotype"), bench_haplotype.simulated(people, 2), "simulated")


def scanned(angles):
    """Return a session on so many angles around 128 × 128 pixels."""
    return desk.new_session(Tomography(size=128), bench_tomography.scanned(128, angles), "simulated")


def largest_example(model):
    """Return a session on the example of a model that has most rows, the first of equals."""
    sessions = [desk.example_session(model.key, example.key) for example in model.examples]
    return max(sessions, key=lambda session: session.table.rows)


def cases(size):
    """Return what makes each session, by its name; large data are scaled by `size`."""
    made = {model.key: partial(largest_example, model) for model in discover()}
    made["coins 5 sets"] = desk.example_session
    made["profile 146 nodes"] = partial(desk.example_session, "profile", "globins")
    for name, most, make in (
        ("coins {:,} sets", 1_000_000, partial(tossed, distinct=False)),
        ("coins {:,} sets, no two alike", 1_000_000, partial(tossed, distinct=True)),
        ("gmm {:,} × 2, K = 3", 1_000_000, clouds),
        ("haplotype {:,} people", 100_000, typed),
        ("hmm {:,} symbols", 100_000, rolled),
        ("motif {:,} × 200", 2_000, written),
        ("tomography 128 × 128, {:,} angles", 180, scanned),
    ):
        count = max(8, round(most * size))
        made[name.format(count)] = partial(make, count)
    return dict(sorted(made.items()))


# -- how it is measured --------------------------------------------------------------------------------------


def measure(window, seconds):
    """Return the lateness while EM runs from θ(0), and the half-steps done in a second."""
    driver, store = window.driver, window.store
    driver.halt()
    store.put(desk.set_limits(desk.reset(store.session), 0.0, 10**6))
    _settle(window)
    _rest()
    driver.run()
    late = Metronome().measure(seconds)
    driver.pause()
    return late, (len(store.session.trace) - 1) / seconds


def measured(window, seconds):
    """Yield the title of each picture, and what is measured while it is on display."""
    for title in window.model_picture.titles or ("",):
        session = window.store.session
        window.store.put(desk.show(session, replace(session.display, picture=title)))
        yield title, *measure(window, seconds)


def line(name, late, speed):
    """Return a line of the table."""
    wall, own = late.T
    figures = (*np.percentile(wall, [50, 99]), wall.max(), np.percentile(own, 99), own.max())
    figures = "".join(f"{value:>9.2f}" for value in figures)
    return f"{name:<42}{figures}{speed:>15,.0f}"


def main(arguments=None):
    """Print lateness idle and running, for every picture and for each case as a whole."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=float, default=1.0, help="scales the large data")
    parser.add_argument("--seconds", type=float, default=2.0, help="for each picture")
    parser.add_argument("--only", nargs="*", default=None, help="cases that begin so")
    options = parser.parse_args(arguments)

    from emviz.ui.app import favour_window
    from emviz.ui.application import create_application
    from emviz.ui.window import MainWindow

    application = create_application()
    names = "".join(f"{name:>9}" for name in ("median", "p99", "max", "own p99", "own max"))
    print(f"{'case, picture':<42}{names}{'half-steps/s':>15}", flush=True)
    for name, make in {"idle": desk.example_session, **cases(options.size)}.items():
        if options.only is not None and not name.startswith(tuple(options.only)):
            continue
        window = MainWindow(make())
        window.resize(1920, 1080)
        window.show()
        _settle(window)
        favour_window()
        if name == "idle":
            print(line(name, Metronome().measure(options.seconds), 0), flush=True)
        else:
            _print_pictures(name, measured(window, options.seconds))
        window.close()
        window.deleteLater()
        application.processEvents()


def _print_pictures(name, pictures):
    lates, speeds = [], []
    for title, late, speed in pictures:
        print(line(f"  {title}", late, speed), flush=True)
        lates.append(late)
        speeds.append(speed)
    print(line(name, np.concatenate(lates), float(np.mean(speeds))), flush=True)


def _settle(window, most=10_000):
    """Wait for the pictures; where the data are large, not for the last of them."""
    loop, patience = QEventLoop(), QTimer()
    window.pictures.settled.connect(loop.quit)
    patience.timeout.connect(loop.quit)
    patience.start(most)
    if not window.pictures.idle:
        loop.exec()
    patience.stop()


def _rest(seconds=0.3):
    """Let what has been rendered at θ(0) be painted: it is no part of the run."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
