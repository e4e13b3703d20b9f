"""The picture of a Bayesian network: variables as boxes with a bar for each state, and arrows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from emviz.data.things import things
from emviz.em.pictures import Diagram
from emviz.em.pictures.diagrams import Variable
from emviz.session import Part, Request, Session, same_model, set_arrow, toggled
from emviz.ui.look.lettering import font_for
from emviz.ui.look.theme import Theme
from emviz.ui.panels.pictures.diagram_canvas import DiagramCanvas
from emviz.ui.panels.pictures.picture import SHOWN, Redrawn
from emviz.wording.numbers import number


class DiagramPicture(Redrawn[Diagram]):
    """The diagram; a click on a state supposes it, a drag between boxes draws an arrow."""

    concerns = SHOWN | {Part.DECIMALS, Part.NODE}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = DiagramCanvas()
        self._stack(self.canvas)
        self.canvas.entered.connect(self._enter)
        self.canvas.chosen.connect(self._choose)
        self.canvas.supposed.connect(self._suppose)
        self.canvas.arrow_wanted.connect(self._rewire)
        self.canvas.announced.connect(self.hinted)

    @property
    def usual_hint(self) -> str:
        """The hint on clicking and dragging."""
        return "click a state: what if? Drag from box to box: an arrow"

    @property
    def heading(self) -> str:
        """The title with the supposed states."""
        view = self._view
        return f"{view.title}, {view.condition}" if view is not None and view.condition else ""

    def apply_theme(self, theme: Theme) -> None:
        """Take over the colours and the application's font."""
        self.canvas.setFont(font_for(self))
        super().apply_theme(theme)

    def _draw(self, view: Diagram, session: Session) -> None:
        decimals = session.display.decimals + 1
        names = [variable.name for variable in view.variables]
        node = session.display.node
        self.canvas.show_diagram(view, self.theme, decimals, names.index(node) if node in names else -1)
        self._describe(view.title, describe(view, decimals), self.canvas)

    @Slot(int)
    def _enter(self, variable: int) -> None:
        view, session = self._view, self._session
        if view is None or session is None or variable < 0:
            self.hinted.emit("")
        else:
            decimals = session.display.decimals + 1
            words = variable_words(view.variables[variable], decimals, view.reference_name)
            self.hinted.emit(f"{words}, of {whose(view)}")

    @Slot(int)
    def _choose(self, variable: int) -> None:
        """Request the choice of a variable; a second click deselects it."""
        if self._view is not None and self._session is not None:
            name = self._view.variables[variable].name if variable >= 0 else ""
            again = name == self._session.display.node
            self.display_requested.emit({"node": "" if again else name})

    @Slot(int, int)
    def _suppose(self, variable: int, state: int) -> None:
        """Request that a state be supposed, or no longer."""
        if self._view is not None and self._session is not None:
            this = self._view.variables[variable]
            supposed = toggled(self._session.display, this.name, this.states[state])
            self.display_requested.emit({"supposed": supposed})

    @Slot(int, int, bool)
    def _rewire(self, source: int, target: int, drawn: bool) -> None:
        """Request an arrow to be added to the structure, or removed."""
        if self._view is not None:
            first, second = (self._view.variables[k].name for k in (source, target))
            change = partial(set_arrow, source=first, target=second, drawn=drawn)
            self.edit_requested.emit(Request(change, same_model))


def whose(view: Diagram) -> str:
    """Return whose probabilities a diagram shows, and under which suppositions."""
    return f"{view.whose}, {view.condition}" if view.condition else view.whose


def describe(view: Diagram, decimals: int) -> str:
    """Return a diagram in words."""
    names = [variable.name for variable in view.variables]
    words = "; ".join(variable_words(each, decimals, view.reference_name) for each in view.variables)
    arrows = ", ".join(f"{names[source]} → {names[target]}" for source, target in view.arrows)
    return f"{things(len(names), 'variable')}, of {whose(view)}: {words}. {arrows or 'No arrows'}."


def variable_words(variable: Variable, decimals: int, reference: str = "") -> str:
    """Return a variable with the probabilities of its states, or with its observed state.

    Parameters
    ----------
    reference : str
        Name of the second set of probabilities, if there is one.
    """
    if variable.seen is not None:
        how = "supposed" if variable.supposed else "as seen"
        return f"{variable.name}: {variable.states[variable.seen]}, {how}"
    words = f"{variable.name}: {_shares(variable, variable.shares, decimals)}"
    beside = _shares(variable, variable.reference, decimals) if variable.reference else ""
    return f"{words} ({reference}: {beside})" if beside else words


def _shares(variable: Variable, shares: Sequence[float], decimals: int) -> str:
    pairs = zip(variable.states, shares, strict=True)
    return ", ".join(f"{state} {number(share, decimals)}" for state, share in pairs)
