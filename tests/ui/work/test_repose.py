"""The background works on while the window waits for events, and gives way while it has something to do."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QEventLoop, QMetaObject, Qt

from emviz.ui.work import worker as background
from emviz.ui.work.repose import Repose
from emviz.ui.work.worker import Worker


def test_it_lasts_while_the_window_waits_for_events(qapp):
    repose, loop = Repose(), QEventLoop()

    def look():
        # The first looks may be before the loop waits.
        lasts = any(repose.lasts() for _ in range(1000) if not time.sleep(0.001))
        QMetaObject.invokeMethod(loop, "quit", Qt.ConnectionType.QueuedConnection)
        return lasts

    with ThreadPoolExecutor(1) as other:
        seen = other.submit(look)
        loop.exec()
    assert seen.result()


def test_it_does_not_where_the_window_has_gone_on_in_python(qapp):
    repose, further, gone, end = Repose(), threading.Lock(), threading.Event(), threading.Lock()

    def look():
        repose.lasts()
        further.release()
        gone.wait()
        lasts = repose.lasts()
        end.release()
        return lasts

    with ThreadPoolExecutor(1) as other:
        further.acquire()
        end.acquire()
        seen = other.submit(look)
        further.acquire()
        gone.set()
        end.acquire()
    assert not seen.result()


def test_a_job_goes_on_at_once_where_the_window_waits(qtbot, monkeypatch):
    # Each whole turn of the window would take a minute, and there are hundreds.
    monkeypatch.setattr(background, "TURN", 60)
    monkeypatch.setattr(background, "BURST", 1e-5)
    worker, ended = Worker(), threading.Event()
    worker.delivered.connect(lambda delivery: ended.set())
    worker.submit("heights", lambda control: (None for _ in range(300)))
    qtbot.waitUntil(ended.is_set, timeout=30_000)
    worker.shutdown()
