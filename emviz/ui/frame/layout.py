"""The layout of the window: the bar, the setup beside or over the panels, the status bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontInfo, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsView,
    QScrollBar,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from emviz.em.optional import leads
from emviz.session import Arrangement, Session
from emviz.ui.frame.folding import Fold, Side, unfolds
from emviz.ui.frame.hall import Hall
from emviz.ui.frame.middle import Middle
from emviz.ui.frame.places import GAP, Scene

#: Width of the setup in letters m, and its maximum share of the window.
SETUP_WIDTH, SETUP_SHARE = 20, 0.36
#: Maximum share of the setup's height for its first panel, which then scrolls.
SETUP_HEIGHT = 0.57
#: Minimum window width, in letter heights, for a setup that stays beside the panels.
WIDE = 105
#: The count table is put beside a leading picture if its text keeps at least this share of its size.
READ = 0.75


class Desk(QWidget):
    """The central widget of the window.

    Parameters
    ----------
    top, bottom : QWidget
        The transport bar and the status bar.
    setup : sequence of QWidget
        The panels of the setup, top to bottom.
    hall : Hall
        The area of the four panels.
    fits : callable
        Returns whether a panel of a given size can show the whole count table.
    """

    #: The setup has moved; the panels have.
    turned, arranged = Signal(), Signal()

    def __init__(
        self,
        top: QWidget,
        bottom: QWidget,
        setup: Sequence[QWidget],
        hall: Hall,
        fits: Callable[[QSize], bool],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        # A click next to the panels takes the focus away from an edit field.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.hall = hall
        self.pinned = False
        #: The widgets between the transport bar and the panels.
        self.lines: list[QWidget] = []
        self._fits = fits
        self._suited: tuple[object, ...] = ()
        self._suiting = Arrangement.FOUR
        self._shown: Session | None = None
        # Whether the setup belongs beside the panels, was closed there, or is open as a drawer.
        self._unfolded, self._closed, self._opened = True, False, False
        self._presenting = False
        self.middle = Middle(setup, hall, self)
        self.middle.setup.splitterMoved.connect(self._keep)
        self.middle.handle.dragged.connect(self._drag)
        self.middle.setup.asked.connect(self._share_out)
        self._first, self._divided, self._asked = setup[0], False, 0
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP, 0, GAP, GAP)
        layout.setSpacing(GAP)
        layout.addWidget(top)
        layout.addWidget(self.middle, 1)
        layout.addWidget(bottom)

    def stand_above(self, line: QWidget) -> None:
        """Insert a line above the panels."""
        self.lines.append(line)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(layout.indexOf(self.middle), line)

    def stand_aside(self, widget: QWidget | None) -> None:
        """Show a widget to the left of the panels in place of the setup; None removes it."""
        self._opened = False
        self.middle.stand_aside(widget)
        self._turn()
        if self._shown is not None:
            self.arrange(self._shown)

    @property
    def aside(self) -> tuple[QWidget, ...]:
        """The widget to the left of the panels, if any."""
        return () if self.middle.aside is None else (self.middle.aside,)

    @property
    def setup(self) -> QSplitter:
        """The splitter that holds the setup."""
        return self.middle.setup

    # -- the setup ------------------------------------------------------------------------------------------

    @property
    def side(self) -> Side:
        """Place of the setup."""
        return self.middle.side

    def show_session(self, session: Session) -> None:
        """Fold the setup at the first step; unfold it for another experiment."""
        before, self._shown = self._shown, session
        unfolded = unfolds(before, session)
        if unfolded is None or (unfolded is False and before is not None and len(before.trace) > 1):
            return
        self._unfolded, self._opened = unfolded, False
        self._closed = self._closed and not unfolded
        self._turn()

    @Slot()
    def toggle_setup(self) -> None:
        """Show or hide the setup."""
        if self.side is Side.OVER:
            self._opened = False
        elif self.side is Side.BESIDE:
            self._closed = True
        elif self._has_room:
            self._closed = False
        else:
            self._opened = True
        self._turn()

    def open_setup(self) -> None:
        """Show the setup if it is hidden."""
        if self.side is Side.AWAY:
            self.toggle_setup()

    def close_drawer(self) -> bool:
        """Close the setup if it is open as a drawer; return whether it was."""
        lay_open, self._opened = self.side is Side.OVER, False
        self._turn()
        return lay_open

    @Slot(bool)
    def pin(self, pinned: bool) -> None:
        """Pin the setup beside the panels, or let it fold."""
        self.pinned, self._opened = pinned, False
        self._closed = self._closed and not pinned
        self._turn()

    def present(self, presenting: bool) -> None:
        """Hide or show the setup for a presentation."""
        self._presenting, self._opened = presenting, False
        self._turn()

    @property
    def fold(self) -> Fold:
        """State that determines the place of the setup."""
        return Fold(self._unfolded, self._closed, self._opened)

    def refold(self, fold: Fold) -> None:
        """Restore an earlier state of the setup."""
        self._unfolded, self._closed, self._opened = fold.unfolded, fold.closed, fold.opened
        self._turn()

    @property
    def _has_room(self) -> bool:
        alone = self._presenting or self.middle.aside is not None
        return not alone and (self._unfolded or self.keeps_setup)

    @property
    def keeps_setup(self) -> bool:
        """Whether the setup stays beside the panels during a run."""
        return self.pinned or self.width() >= WIDE * QFontInfo(self.font()).pixelSize()

    def _turn(self) -> None:
        """Move the setup to the place that follows from its state."""
        if self._has_room and not self._closed:
            side = Side.BESIDE
        else:
            side = Side.OVER if self._opened else Side.AWAY
        if side is self.side:
            return
        focus = QApplication.focusWidget()
        if side is Side.AWAY and focus is not None and self.setup.isAncestorOf(focus):
            self.setFocus()
        self.middle.put_setup(side)
        self.turned.emit()

    # -- the panels -----------------------------------------------------------------------------------------

    def arrange(self, session: Session, measured: bool = True) -> None:
        """Arrange the panels as the display settings say, or as the count table needs.

        Parameters
        ----------
        measured : bool
            The count table has been measured for the session's data.
        """
        display = session.display
        if measured and not display.large:
            self._suit(session)
        chosen = display.arrangement or self._suiting
        before, after = self.hall.scene, Scene(chosen, display.upper, display.large, self._leads(session))
        self.hall.show_scene(after)
        if after != before:
            self.arranged.emit()

    def _leads(self, session: Session) -> bool:
        """Return whether the picture leads: not with enlarged text, because the counts then need the room."""
        scene = Scene(Arrangement.STAGE, leading=True)
        return leads(session.model) and self.hall.scale_in(scene, "counts", self._room) >= READ

    @property
    def _room(self) -> QSize:
        """Room for the panels after the first step; using it from the start avoids a move at that step."""
        alone = self._presenting or self.middle.aside is not None
        return self.middle.room(self.keeps_setup and not alone)

    def _suit(self, session: Session) -> None:
        """Choose the arrangement for a count table: four panels if all of it fits there, else the stage."""
        room = self._room
        asked = (session.model, id(session.data), room.toTuple(), self.font().key())
        if asked != self._suited:
            self._suited = asked
            fits = self._fits(self.hall.size_in(Scene(Arrangement.FOUR), "counts", room))
            self._suiting = Arrangement.FOUR if fits else Arrangement.STAGE

    def scroll_back(self) -> None:
        """Scroll everything back to the start, except plots, whose scroll bars mean something else."""
        for bar in self.findChildren(QScrollBar):
            holder = bar.parentWidget()
            if holder is None or not isinstance(holder.parentWidget(), QGraphicsView):
                bar.setValue(bar.minimum())

    # -- how the room is shared out --------------------------------------------------------------------------

    @property
    def sizes(self) -> tuple[tuple[int, ...], ...]:
        """Width of the setup, heights inside it, and the shares of the panels."""
        return (self.middle.setup_width,), tuple(self.setup.sizes()), *self.hall.shares

    def restore(self, sizes: tuple[tuple[int, ...], ...]) -> None:
        """Restore a saved layout, or the default if the sizes do not fit."""
        if [len(each) for each in sizes] != [1, self.setup.count(), *(2 for _ in Arrangement)]:
            self.restore_usual()
            return
        (width,), heights, *shares = sizes
        self.middle.set_setup_width(min(width, self._most_width))
        self.setup.setSizes(heights)
        self.hall.restore(tuple((each[0], each[1]) for each in shares))

    def restore_usual(self) -> None:
        """Restore the default layout and discard the user's changes."""
        self._divided = False
        self.hall.restore_usual()
        self.refit()

    @Slot()
    def refit(self) -> None:
        """Resize the setup for another font, unless the user has set its size."""
        if not self._divided:
            letters = self.fontMetrics().horizontalAdvance("m") * SETUP_WIDTH
            self.middle.set_setup_width(max(self._least_width, min(letters, self._most_width)))
            self.setup.setSizes(self._usual_heights)

    @Slot()
    def _share_out(self) -> None:
        """Resize the experiment panel for another model, unless the user has set its size."""
        asked, before = self._first.sizeHint().height(), self._asked
        self._asked = asked
        if not self._divided and self._least_width > self.middle.setup_width:
            self.middle.set_setup_width(self._least_width)
        if before and asked != before and not self._divided:
            self.setup.setSizes(self._usual_heights)

    @property
    def _least_width(self) -> int:
        return self.setup.minimumSizeHint().width()

    @property
    def _most_width(self) -> int:
        return round(self.middle.width() * SETUP_SHARE)

    @property
    def _usual_heights(self) -> tuple[int, int]:
        height = self.setup.height()
        own = min(self._first.sizeHint().height(), round(height * SETUP_HEIGHT))
        return own, height - own

    @Slot(QPoint)
    def _drag(self, at: QPoint) -> None:
        self._divided = True
        self.middle.set_setup_width(at.x())

    @Slot()
    def _keep(self) -> None:
        """Keep the user's layout from now on."""
        self._divided = True

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold the setup when the window becomes narrow or wide."""
        super().resizeEvent(event)
        self._turn()
        if self._shown is not None:
            self.arrange(self._shown)
