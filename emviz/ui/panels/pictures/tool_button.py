"""The button with a model's tools, such as tests and searches for a start."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from emviz.em.model import AnyModel
from emviz.em.tools import Equipped, Tool
from emviz.ui.commands.mnemonics import give_letters
from emviz.ui.look.theme import Theme
from emviz.ui.widgets.labels import as_caption, as_tip


class ToolButton(QToolButton):
    """Opens a menu of the model's tools; hidden where it has none."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolButton")
        self.setText("Tools")
        self.setAccessibleName("Tools of the model")
        self.setToolTip("Tests and searches that this model offers")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._tools: tuple[Tool, ...] = ()
        self._bare, self._roomy = False, True
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.triggered.connect(self._choose)
        self.setMenu(self._menu)
        self.hide()

    def show_tools(self, model: AnyModel) -> None:
        """Fill the menu with the tools of a model."""
        tools = tuple(model.tools) if isinstance(model, Equipped) else ()
        if tools == self._tools:
            self._settle()
            return
        self._tools = tools
        self._settle()
        self._menu.clear()
        for tool in tools:
            action = self._menu.addAction(as_caption(tool.title))
            action.setToolTip(as_tip(tool.meaning))
            action.setData(tool.key)
        give_letters(self._menu)

    def strip(self, bare: bool) -> None:
        """Hide the button during a lecture."""
        self._bare = bare
        self._settle()

    def give_way(self, room: int) -> None:
        """Hide the button if it is wider than `room` pixels: the Model menu has the tools too."""
        self._roomy = self.sizeHint().width() <= room
        self._settle()

    def _settle(self) -> None:
        self.setVisible(bool(self._tools) and self._roomy and not self._bare)

    def apply_theme(self, theme: Theme) -> None:
        """Take over the application's font, which menus do not inherit."""
        self._menu.setFont(self.font())

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        self.chosen.emit(str(action.data()))
