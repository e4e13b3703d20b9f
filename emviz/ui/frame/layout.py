"""Where everything stands: the bar on top, the setup beside or over the panels, the status below."""

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

#: The width of the setup, in letters m, and the share of the window that it has at the most.
SETUP_WIDTH, SETUP_SHARE = 20, 0.36
#: The share of its height that the first panel of the setup gets at most, before it scrolls.
SETUP_HEIGHT = 0.57
#: The width of a window in which the setup stays beside the panels, in heights of a letter.
WIDE = 105
#: The count table stands beside a picture that leads where its text has at least this share of its size.
READ = 0.75


class Desk(QWidget):
    """The middle of the window.

    Parameters
    ----------
    top, bottom : QWidget
        The transport and the status.
    setup : sequence of QWidget
        The panels of the setup, from the top.
    hall : Hall
        The panels of the four questions.
    fits : callable
        Says whether the count table shows everything in a panel of a size.
    """

    #: The setup stands elsewhere; the panels do.
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
        # A click beside the panels takes the focus out of a field.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.hall = hall
        self.pinned = False
        #: What stands between the transport and the panels.
        self.lines: list[QWidget] = []
        self._fits = fits
        self._suited: tuple[object, ...] = ()
        self._suiting = Arrangement.FOUR
        self._shown: Session | None = None
        # The setup belongs beside the panels; it has been closed there; it lies open over them.
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
        """Have a line stand above the panels."""
        self.lines.append(line)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(layout.indexOf(self.middle), line)

    def stand_aside(self, widget: QWidget | None) -> None:
        """Have something stand at the left of the panels, in the place of the setup; nothing for None."""
        self._opened = False
        self.middle.stand_aside(widget)
        self._turn()
        if self._shown is not None:
            self.arrange(self._shown)

    @property
    def aside(self) -> tuple[QWidget, ...]:
        """What stands aside of the panels, if anything does."""
        return () if self.middle.aside is None else (self.middle.aside,)

    @property
    def setup(self) -> QSplitter:
        """The column of the setup."""
        return self.middle.setup

    # -- the setup ------------------------------------------------------------------------------------------

    @property
    def side(self) -> Side:
        """Where the setup stands."""
        return self.middle.side

    def show_session(self, session: Session) -> None:
        """Fold the setup at the first step, and unfold it where another experiment begins."""
        before, self._shown = self._shown, session
        unfolded = unfolds(before, session)
        if unfolded is None or (unfolded is False and before is not None and len(before.trace) > 1):
            return
        self._unfolded, self._opened = unfolded, False
        self._closed = self._closed and not unfolded
        self._turn()

    @Slot()
    def toggle_setup(self) -> None:
        """Show the setup, or put it away."""
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
        """Show the setup, where it is not there."""
        if self.side is Side.AWAY:
            self.toggle_setup()

    def close_drawer(self) -> bool:
        """Put the setup away where it lies over the panels; return whether it did."""
        lay_open, self._opened = self.side is Side.OVER, False
        self._turn()
        return lay_open

    @Slot(bool)
    def pin(self, pinned: bool) -> None:
        """Keep the setup beside the panels, or let it fold."""
        self.pinned, self._opened = pinned, False
        self._closed = self._closed and not pinned
        self._turn()

    def present(self, presenting: bool) -> None:
        """Show the panels alone, or the setup beside them."""
        self._presenting, self._opened = presenting, False
        self._turn()

    @property
    def fold(self) -> Fold:
        """What decides where the setup stands."""
        return Fold(self._unfolded, self._closed, self._opened)

    def refold(self, fold: Fold) -> None:
        """Put the setup where it stood before."""
        self._unfolded, self._closed, self._opened = fold.unfolded, fold.closed, fold.opened
        self._turn()

    @property
    def _has_room(self) -> bool:
        alone = self._presenting or self.middle.aside is not None
        return not alone and (self._unfolded or self.keeps_setup)

    @property
    def keeps_setup(self) -> bool:
        """Whether the setup stays beside the panels while EM steps."""
        return self.pinned or self.width() >= WIDE * QFontInfo(self.font()).pixelSize()

    def _turn(self) -> None:
        """Put the setup where it belongs now."""
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
        """Show the panels as the display asks, or as it suits the count table.

        Parameters
        ----------
        measured : bool
            The count table has been measured for the data of the session.
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
        """Return whether the picture has the left of the stage: larger text needs it for the counts."""
        scene = Scene(Arrangement.STAGE, leading=True)
        return leads(session.model) and self.hall.scale_in(scene, "counts", self._room) >= READ

    @property
    def _room(self) -> QSize:
        """What the panels have after the first step, so that a step never changes how they stand."""
        alone = self._presenting or self.middle.aside is not None
        return self.middle.room(self.keeps_setup and not alone)

    def _suit(self, session: Session) -> None:
        """Find the arrangement for a count table: the stage, unless all of it is seen among four panels."""
        room = self._room
        asked = (session.model, id(session.data), room.toTuple(), self.font().key())
        if asked != self._suited:
            self._suited = asked
            fits = self._fits(self.hall.size_in(Scene(Arrangement.FOUR), "counts", room))
            self._suiting = Arrangement.FOUR if fits else Arrangement.STAGE

    def scroll_back(self) -> None:
        """Scroll everything to its beginning; in a plot the bars are not for scrolling."""
        for bar in self.findChildren(QScrollBar):
            holder = bar.parentWidget()
            if holder is None or not isinstance(holder.parentWidget(), QGraphicsView):
                bar.setValue(bar.minimum())

    # -- how the room is shared out --------------------------------------------------------------------------

    @property
    def sizes(self) -> tuple[tuple[int, ...], ...]:
        """The width of the setup, the heights in it, and the shares of the panels."""
        return (self.middle.setup_width,), tuple(self.setup.sizes()), *self.hall.shares

    def restore(self, sizes: tuple[tuple[int, ...], ...]) -> None:
        """Share the room out as it was, or as usual where the sizes do not fit it."""
        if [len(each) for each in sizes] != [1, self.setup.count(), *(2 for _ in Arrangement)]:
            self.restore_usual()
            return
        (width,), heights, *shares = sizes
        self.middle.set_setup_width(min(width, self._most_width))
        self.setup.setSizes(heights)
        self.hall.restore(tuple((each[0], each[1]) for each in shares))

    def restore_usual(self) -> None:
        """Share the room out as usual, as if the user had never moved a border."""
        self._divided = False
        self.hall.restore_usual()
        self.refit()

    @Slot()
    def refit(self) -> None:
        """Give the setup the room that another font asks for, unless the user has shared it out."""
        if not self._divided:
            letters = self.fontMetrics().horizontalAdvance("m") * SETUP_WIDTH
            self.middle.set_setup_width(max(self._least_width, min(letters, self._most_width)))
            self.setup.setSizes(self._usual_heights)

    @Slot()
    def _share_out(self) -> None:
        """Give the experiment the room that another model asks for, unless the user has shared it out."""
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
        """Let the user's own division stand."""
        self._divided = True

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold the setup where the window has become narrow or wide."""
        super().resizeEvent(event)
        self._turn()
        if self._shown is not None:
            self.arrange(self._shown)
