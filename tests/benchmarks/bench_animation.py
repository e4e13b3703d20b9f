"""What an animation of the window costs, next to a loop of `grab()` whose pictures Pillow saves.

Run as ``python tests/benchmarks/bench_animation.py``. Both go through the same half-steps of the same window,
and wait until each is drawn.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from measuring import Row, Run, print_table, race
from PIL import Image
from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QImage

from emviz import session as desk
from emviz.api.fitting import attempted
from emviz.session import animating
from emviz.ui.application import create_application
from emviz.ui.exporting.animation.film import written
from emviz.ui.exporting.animation.recorder import Recorder
from emviz.ui.keeping import preferences
from emviz.ui.window import MainWindow

SIZE = (1280, 720)


def ours(window: MainWindow, durations: tuple[int, ...]) -> bytes:
    """Return the animation as emviz makes it."""
    recorder, loop = Recorder(window, window.desk, range(len(durations))), QEventLoop()
    recorder.finished.connect(loop.quit)
    recorder.begin()
    loop.exec()
    return written(recorder.frames, durations, ".gif", lambda done: True)


def plain(window: MainWindow, durations: tuple[int, ...], turn: Callable[[], object]) -> bytes:
    """Return the animation as a plain loop makes it."""
    pictures = []
    for cursor in range(len(durations)):
        window.driver.seek(cursor)
        turn()
        while not (window.pictures.idle and window.rota.resting):
            turn()
        image = window.desk.grab().toImage().convertToFormat(QImage.Format.Format_RGBA8888)
        pictures.append(Image.frombytes("RGBA", image.size().toTuple(), image.constBits()).convert("RGB"))
    file = BytesIO()
    pictures[0].save(file, "GIF", save_all=True, append_images=pictures[1:], duration=list(durations), loop=0)
    return file.getvalue()


def rows(iterations: int = 20, repeats: int = 3) -> Iterator[Row]:
    """Yield the line of the table."""
    application = create_application()
    with TemporaryDirectory() as folder:
        settings = preferences.settings_at(Path(folder, "emviz.ini"))
        settings.setValue("motion", "false")
        window = MainWindow(attempted(desk.example_session(), iterations, 0.0), settings)
        window.resize(*SIZE)
        window.show()
        durations = animating.durations(len(window.store.session.trace), animating.USUAL)
        task = f"animation, coins, {len(durations)} half-steps"
        mine = Run(lambda: ours(window, durations))
        theirs = Run(lambda: plain(window, durations, application.processEvents))
        yield race(task, mine, "grab() and Pillow", theirs, repeats)
        window.close()
        window.deleteLater()
        application.sendPostedEvents()


if __name__ == "__main__":
    print_table(rows())
