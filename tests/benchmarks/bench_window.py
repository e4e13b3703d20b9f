"""How late the event loop is while EM runs: idle, and flat out with every panel redrawing.

    python tests/benchmarks/bench_window.py [--sets 1000000] [--seconds 5]

Lateness is how much later than asked a 4 ms timer fires in the GUI thread, in milliseconds. Drawing is real
(the offscreen platform paints into memory).
"""

from __future__ import annotations

import argparse
import os
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer

from emviz import session as desk
from emviz.data.table import Table
from emviz.models import model_named

TICK = 0.004


class Metronome:
    """A timer that writes down how late it is."""

    def __init__(self):
        self.late = []
        self._due = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._beat)

    def measure(self, seconds):
        """Beat for so long; return the lateness in ms, shape (n,)."""
        self.late = []
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        self._again()
        loop.exec()
        self._timer.stop()
        return np.array(self.late) * 1000

    def _again(self):
        self._due = time.perf_counter() + TICK
        self._timer.start(round(TICK * 1000))

    def _beat(self):
        self.late.append(max(0.0, time.perf_counter() - self._due))
        self._again()


def simulated(sets, distinct):
    """Return a table of so many sets; with `distinct`, no two collapse, so that a step costs O(sets)."""
    rng = np.random.default_rng(2008)
    tosses = rng.integers(1, 1_000_000, sets) if distinct else np.full(sets, 10)
    bias = np.where(rng.random(sets) < 0.5, 0.8, 0.45)
    heads = rng.binomial(tosses, bias)
    return Table.from_columns({"heads": heads.astype(float), "tails": (tosses - heads).astype(float)})


def measure(window, seconds):
    """Return the lateness while EM runs, and the half-steps done."""
    driver = window.driver
    session = desk.set_limits(window.store.session, 0.0, 10**6)
    window.store.put(session)
    driver.run()
    late = Metronome().measure(seconds)
    driver.pause()
    return late, len(window.store.session.trace) - len(session.trace)


def main(arguments=None):
    """Print lateness idle and running, for five sets and for many."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=5.0)
    options = parser.parse_args(arguments)

    from emviz.ui.app import create_application, spare_collector
    from emviz.ui.window import MainWindow

    application = create_application()
    cases = {
        "idle": None,
        "5 sets": desk.example_session(),
        f"{options.sets:,} sets": _session(options.sets, distinct=False),
        f"{options.sets:,} sets, no two alike": _session(options.sets, distinct=True),
    }
    print(f"{'case':<36}{'median':>9}{'p99':>9}{'max':>9}{'half-steps/s':>15}")
    for name, session in cases.items():
        window = MainWindow(session)
        window.resize(1920, 1080)
        window.show()
        _settle(window)
        spare_collector()
        if session is None:
            late, halves = Metronome().measure(options.seconds), 0
        else:
            late, halves = measure(window, options.seconds)
        figures = "".join(f"{value:>9.2f}" for value in (*np.percentile(late, [50, 99]), late.max()))
        print(f"{name:<36}{figures}{halves / options.seconds:>15,.0f}", flush=True)
        window.close()
        window.deleteLater()
    application.processEvents()


def _session(sets, distinct):
    return desk.new_session(model_named("coins"), simulated(sets, distinct), "simulated")


def _settle(window, most=10_000):
    """Wait for the pictures; where the data are large, not for the last of them."""
    loop, patience = QEventLoop(), QTimer()
    window.pictures.settled.connect(loop.quit)
    patience.timeout.connect(loop.quit)
    patience.start(most)
    if not window.pictures.idle:
        loop.exec()
    patience.stop()


if __name__ == "__main__":
    main()
