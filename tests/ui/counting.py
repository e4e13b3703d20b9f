"""What the tests of the count table share: its sizes, its models, and how it is shown a session."""

from PySide6.QtCore import QPoint, QRect, Qt

from emviz.models import discover
from emviz.session import Result, Results, example_session, first_rows, is_large, step

#: The card of the counts on the stage, and enlarged, in a window of 1280 × 720.
STAGE, LARGE = (808, 596), (1264, 596)
MODELS = [model.key for model in discover()]
FEW = ["coins", "gmm", "hmm", "network", "profile", "rna"]


def halves(key, many):
    session = example_session(key)
    for _ in range(many):
        session = step(session)
    return session


def go(panel, session):
    """Show a session with the rows of a large table, as the background has them computed."""
    found = Result(first_rows(session), session) if is_large(session) else None
    panel.render(session, Results(table=found))


def whole(widget, within):
    """Return whether a widget is seen whole in another."""
    return within.rect().contains(QRect(widget.mapTo(within, QPoint(0, 0)), widget.size()))


def typed(panel, qtbot, text):
    panel.search()
    panel.finder.clear()
    qtbot.keyClicks(panel.finder, text)
    qtbot.keyClick(panel.finder, Qt.Key.Key_Return)
