"""What a click costs the window's own thread: on a cell of the count table, on the decimals, on a half-step.

    python tests/benchmarks/bench_clicks.py [--only coins gmm] [--rounds 6] [--before PATH]

For each model on its first example, after five half-steps, at 1920×1080: milliseconds of processor time, and
the number of Python functions called, each the least of some rounds; the cells are those of four rows in
sight. With `--before` the emviz of another checkout is measured in turn in a process of its own; below it
stand the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
import measuring  # noqa: F401, finds the emviz that is measured
import numpy as np
from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication

from emviz import session as desk
from emviz.models import discover

try:
    from emviz.em.counts.table import ShareCell
except ModuleNotFoundError:
    # Where an older build has it.
    from emviz.em.views import ShareCell

KINDS = ("cell", "decimals", "half-step")


class Clicks:
    """A window, and what is clicked in it.

    Parameters
    ----------
    key : str
        The model.
    folder : Path
        Where the window keeps what it remembers.
    rest : int
        Milliseconds for layouts that ask for another round.
    """

    def __init__(self, key, folder, rest):
        from emviz.ui.window import MainWindow

        session = desk.example_session(key)
        for _ in range(5):
            session = desk.step(session)
        settings = QSettings(str(folder / "emviz.ini"), QSettings.Format.IniFormat)
        self.window = MainWindow(session, settings)
        # Motions take as many frames as the machine has time for.
        self.window.allow_motion(False)
        self.window.resize(1920, 1080)
        self.window.show()
        self._shares, self._clicks, self._rest = _shares(session), 0, rest
        self.settle()

    @property
    def session(self):
        """What is on the desk."""
        return self.window.store.session

    def settle(self):
        """Wait until all is drawn that was asked for."""
        pictures, rota = self.window.pictures, self.window.rota
        wait(lambda: pictures.idle and rota.resting)
        # Layouts that ask for another round come a moment later.
        loop = QEventLoop()
        QTimer.singleShot(self._rest, loop.quit)
        loop.exec()

    def click(self, kind):
        """Click on another cell, on other decimals, or on the next half-step, and have it painted."""
        self._clicks += 1
        if kind == "cell":
            rows = self._rows_in_sight()
            self._show(cell=ShareCell(rows[self._clicks % len(rows)], self._clicks % self._shares))
        elif kind == "decimals":
            self._show(decimals=1 + self.session.display.decimals % 3)
        else:
            loop = QEventLoop()
            self.window.store.changed.connect(loop.quit)
            self.window.driver.forward()
            loop.exec()
            self.window.store.changed.disconnect(loop.quit)
        QApplication.processEvents()

    def _rows_in_sight(self):
        """Return four rows of the data that can be clicked: by their numbers, as any build shows them."""
        view = self.window.counts.sheet.grid.rows
        first = view.rowAt(view.rowHeight(0) - 1)
        places = range(first, min(first + 4, self.session.table.rows))
        return [int(view.model().headerData(place, Qt.Orientation.Vertical)) - 1 for place in places]

    def _show(self, **choices):
        session = self.session
        self.window.store.put(desk.show(session, replace(session.display, **choices)))

    def close(self):
        """Close the window and end its thread."""
        self.window.close()
        self.window.deleteLater()
        QApplication.processEvents()


def _shares(session):
    table = session.model.count_table(session.data, session.round, np.array([0]))
    return 1 if table.shares is None else table.shares.shape[1]


def wait(reached, most=20.0):
    """Run the event loop until something is reached."""
    until = time.monotonic() + most
    while not reached() and time.monotonic() < until:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def measure(clicks, kind, rounds):
    """Return the least milliseconds and the least calls of a click."""
    best_time, best_calls = float("inf"), sys.maxsize
    for _ in range(rounds):
        clicks.settle()
        began = time.thread_time()
        clicks.click(kind)
        best_time = min(best_time, (time.thread_time() - began) * 1000)
        clicks.settle()
        best_calls = min(best_calls, calls(partial(clicks.click, kind)))
    return best_time, best_calls


def calls(work):
    """Return how many Python functions are called in this thread."""
    count = 0

    def note(frame, event, argument):
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def measured(key, rounds, rest):
    """Return what each kind of click costs with a model, in milliseconds and calls."""
    with TemporaryDirectory() as folder:
        clicks = Clicks(key, Path(folder), rest)
        found = {kind: measure(clicks, kind, rounds) for kind in KINDS}
        clicks.close()
    return found


def measured_in(checkout, key, rounds, rest):
    """Return the same for the emviz of another checkout; None where it has no such model."""
    environment = {**os.environ, "EMVIZ_MEASURED": str(Path(checkout).resolve())}
    told = [sys.executable, __file__, "--json", "--only", key, f"--rounds={rounds}", f"--rest={rest}"]
    done = subprocess.run(told, env=environment, capture_output=True, text=True, check=False)
    if "there is no model" in done.stderr:
        return None
    done.check_returncode()
    return json.loads(done.stdout)[key]


def _created_application():
    """Return the application, from where this build or an older one has it."""
    try:
        from emviz.ui.application import create_application
    except ModuleNotFoundError:
        from emviz.ui.app import create_application
    return create_application()


def line(name, costs):
    """Return a line of the table."""
    figures = (f"{milliseconds:>15.1f}{count:>8,.0f}" for milliseconds, count in costs)
    return name.ljust(16) + "".join(figures)


def ratios(name, now, before):
    """Return the line of the ratios."""
    pairs = ((now[kind][0] / before[kind][0], now[kind][1] / before[kind][1]) for kind in KINDS)
    return f"{name:<16}{''.join(f'{spent:>15.2f}{count:>8.2f}' for spent, count in pairs)}"


def main(arguments=None):
    """Print what clicks cost, and beside an older build the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", default=None, help="the models to measure")
    parser.add_argument("--rounds", type=int, default=6, help="of each kind of click")
    parser.add_argument("--rest", type=int, default=200, help="milliseconds between two clicks")
    parser.add_argument("--before", help="a checkout of an older build to compare with")
    parser.add_argument("--json", action="store_true", help="print figures for another process")
    options = parser.parse_args(arguments)

    application = QApplication.instance() or _created_application()
    assert application is not None
    keys = options.only or [model.key for model in discover()]
    if options.json:
        print(json.dumps({key: measured(key, options.rounds, options.rest) for key in keys}))
        return
    print("".ljust(16) + "".join(f"{kind}, ms".rjust(15) + "calls".rjust(8) for kind in KINDS), flush=True)
    for key in keys:
        now = measured(key, options.rounds, options.rest)
        print(line(key, now.values()), flush=True)
        before = measured_in(options.before, key, options.rounds, options.rest) if options.before else None
        if before is not None:
            print(line("  before", before.values()), flush=True)
            print(ratios("  ratio", now, before), flush=True)


if __name__ == "__main__":
    main()
