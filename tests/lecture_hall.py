"""What sixty people see: draws every model at every size and step, measures the widgets, and prints a table.

python tests/lecture_hall.py                        # all models, 1280×720, light
python tests/lecture_hall.py coins rna --sizes 1280x720 1920x1080 --themes light dark --scale 2
python tests/lecture_hall.py --points 11 14 20 28   # larger text too; 11 is the usual size
python tests/lecture_hall.py --save /tmp/hall       # a PNG of each besides
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = os.environ.get("QT_QPA_PLATFORM", "offscreen")
# Qt reads it before there is an application.
os.environ["QT_SCALE_FACTOR"] = dict(pairwise(sys.argv)).get("--scale", "1")
sys.path.insert(0, str(Path(__file__).parent.parent))

from hall.goals import faults, goal_for, ill
from hall.ink import painted
from hall.measure import Measured, measured, moved
from hall.show import MOMENTS, Look, moments, opened, settle
from PySide6.QtCore import QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from emviz.models import discover
from emviz.ui.look.style import USUAL
from emviz.ui.window import MainWindow

HEAD = (
    "| model | step | rows | counts | M-lines | picture | text | scripts | cut | moved |\n"
    + "|---" * 10
    + "|"
)

#: The sizes of a picture on the stage and among four, where the window is 1280×720.
PICTURES = (QSize(448, 294), QSize(370, 230))


def main() -> int:
    asked = parsed()
    application = QApplication(sys.argv[:1])
    wrong = 0
    for size in asked.sizes:
        for theme in asked.themes:
            for points in asked.points:
                print(f"\n{size.width()}×{size.height()}, {theme}, text of {points}\n\n{HEAD}")
                for key in asked.models:
                    for line in rows(key, Look(size, theme, points), asked):
                        print(line, flush=True)
                        wrong += line.startswith("  ")
    del application
    return 1 if wrong else 0


def rows(key: str, look: Look, asked: argparse.Namespace) -> Iterator[str]:
    """Yield a row of the table for each moment of a model, and below it what is not as it should be."""
    window, before = opened(key, look), None
    for name in moments(window, tuple(MOMENTS) if asked.end else tuple(MOMENTS)[:3]):
        now = measured(window)
        # The setup folds away at the first step: only then nothing may move any more.
        far = moved(before, now) if before is not None and name != "after E" else {}
        yield told(key, name, now, far)
        goal = goal_for(look.points)
        yield from (f"  {fault}" for fault in faults(now, far, window.height(), before is not None, goal))
        if asked.save:
            asked.save.mkdir(parents=True, exist_ok=True)
            window.grab().save(str(asked.save / f"{key}-{look}-{name.replace(' ', '-')}.png"))
        before = now
    if asked.pictures:
        yield from pictures(key, window, asked)
    window.close()
    window.deleteLater()


def pictures(key: str, window: MainWindow, asked: argparse.Namespace) -> Iterator[str]:
    """Yield what is wrong with each picture, and with the log-likelihood, at the step on display."""
    shown = [(window.model_picture, {"picture": title}) for title in window.model_picture.titles]
    for card, choice in [*shown, (window.log_likelihood, {"upper": "likelihood"})]:
        window.show_display(choice)
        settle(window)
        name = next(iter(choice.values()))
        for size in (card.size(), *PICTURES):
            card.resize(size)
            QTest.qWait(20)
            inks = painted(card)
            smallest = min((ink.em for ink in inks if not ink.script), default=0.0)
            yield f"    {name}: {size.width()}×{size.height()}, {smallest:.1f} px"
            yield from (f"  {fault}" for fault in ill(inks, window.height()))
            if asked.save:
                card.grab().save(str(asked.save / f"{key}-{size.width()}-{name}.png".replace(" ", "-")))


def told(key: str, name: str, now: Measured, far: dict[str, int]) -> str:
    picture = f"{now.picture.width()}×{now.picture.height()}"
    cells = (key, name, now.rows, now.columns, now.lines, picture, f"{now.smallest:.1f}", f"{now.script:.1f}")
    return "| " + " | ".join(map(str, (*cells, now.cut, max(far.values(), default=0)))) + " |"


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    keys = [model.key for model in discover()]
    parser.add_argument("models", nargs="*", default=keys, metavar="model")
    parser.add_argument("--sizes", nargs="+", type=_size, default=[QSize(1280, 720)])
    parser.add_argument("--themes", nargs="+", choices=("light", "dark"), default=["light"])
    parser.add_argument("--points", nargs="+", type=int, default=[USUAL], help="sizes of the text")
    parser.add_argument("--scale", default="1", help="device pixels to the logical one")
    parser.add_argument("--end", action="store_true", help="at convergence too")
    parser.add_argument("--pictures", action="store_true", help="all pictures of each model besides")
    parser.add_argument("--save", type=Path, help="a folder for what the window looks like")
    return parser.parse_args()


def _size(text: str) -> QSize:
    width, height = text.split("x")
    return QSize(int(width), int(height))


if __name__ == "__main__":
    sys.exit(main())
