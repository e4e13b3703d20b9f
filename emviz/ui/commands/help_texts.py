"""The pages of the Help menu: keys, model and emviz."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QObject, QSize, Qt, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from emviz.session import Session, source_of
from emviz.ui.commands.actions import Actions
from emviz.ui.commands.mnemonics import letter_buttons
from emviz.ui.widgets.labels import as_title
from emviz.ui.work.store import Store

PAPER = (
    "C. B. Do and S. Batzoglou, “What is the expectation maximization algorithm?”, "
    "Nature Biotechnology 26, 897–899 (2008)"
)
EXTRA_KEYS = (
    ("Enter", "Press the button that has the focus"),
    ("Tab", "Go to the next control"),
    ("Up, Down", "In a table: the cell above or below"),
    ("Ctrl+Left, Ctrl+Right", "In a table: the cell at the left or right"),
    ("Enter", "In the count table: where the number comes from; then it follows from cell to cell"),
    (
        "Alt+Up, Alt+Down",
        "In the counts: from a line of θ to its total, the row that adds most to it, its share; and back",
    ),
    ("Up, Down; Ctrl+Left, Ctrl+Right; Enter", "In a network: to a state; to a variable; suppose the state"),
    ("Insert, Delete", "In a network: begin an arrow, and end it at another variable; take it away"),
    ("Alt", "Alone, in a low window: the menu bar"),
    ("Page Down, Page Up", "A presenter's clicker: forward and back, wherever the focus is"),
)


class TextDialog(QDialog):
    """A page of text with a Close button."""

    def __init__(self, title: str, html: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("textDialog")
        self.setWindowTitle(as_title(title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.page = QTextBrowser()
        self.page.setAccessibleName(title)
        self.page.setOpenExternalLinks(True)
        self.page.setHtml(html)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.page)
        layout.addWidget(buttons)
        letter_buttons(self)

    def sizeHint(self) -> QSize:
        """Return room for some forty lines of sixty letters."""
        metrics = self.fontMetrics()
        return QSize(metrics.averageCharWidth() * 80, metrics.lineSpacing() * 30)


class HelpPages(QObject):
    """Opens the pages of the Help menu.

    Parameters
    ----------
    store : Store
        Holds the session, and so the model.
    actions : Actions
        The actions whose keys are listed.
    window : QWidget
        Parent of the pages.
    """

    def __init__(self, store: Store, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._store = store
        self._actions = actions
        self._window = window

    @Slot()
    def show_keys(self) -> None:
        """Show the list of keys."""
        TextDialog("Keys", keys_html(self._actions), self._window).open()

    @Slot()
    def show_model(self) -> None:
        """Show the description of the model."""
        session = self._store.session
        TextDialog(f"About the model: {session.model.title}", model_html(session), self._window).open()

    @Slot()
    def show_about(self) -> None:
        """Show version, licence and source."""
        TextDialog("About emviz", about_html(), self._window).open()


def keys_html(actions: Actions) -> str:
    """Return a table of the keys."""
    rows = [
        (", ".join(key.toString() for key in action.shortcuts()), action.statusTip())
        for action in actions.all()
        if action.shortcuts()
    ]
    body = "".join(
        f"<tr><td><b>{escape(keys)}</b>&nbsp;&nbsp;</td><td>{escape(text)}</td></tr>"
        for keys, text in (*rows, *EXTRA_KEYS)
    )
    note = "While you type in a field, Left, Right, Space, Home, End, letters and digits go to the field."
    return f"<table cellspacing='4'>{body}</table><p>{note}</p>"


def model_html(session: Session) -> str:
    """Return the description of a model, the columns it reads, and the sources of its examples."""
    model = session.model
    columns = "".join(
        f"<li><b>{escape(column.name)}</b>: {escape(column.meaning)}"
        f"{'' if column.required else ' (optional)'}</li>"
        for column in model.columns
    )
    examples = "".join(
        f"<li><b>{escape(each.title)}</b>: {escape(source_of(each, session))}</li>" for each in model.examples
    )
    return (
        f"<h2>{escape(model.title)}</h2><p>{escape(model.description)}</p>"
        f"<h3>Columns</h3><ul>{columns}</ul><h3>Examples</h3><ul>{examples}</ul>"
    )


def about_html() -> str:
    """Return the text about emviz."""
    # Imported on first use, to keep the start fast.
    from emviz.scenes.writing import program

    return (
        f"<h2>emviz {escape(program())}</h2>"
        "<p>See the expectation-maximization algorithm: step by step, every number with its derivation.</p>"
        f"<p>It follows {escape(PAPER)}, and uses its words and symbols.</p>"
        "<p>Free software under the MIT licence. Made with Python, NumPy, Qt for Python, pyqtgraph and "
        "ziamath.</p>"
    )
