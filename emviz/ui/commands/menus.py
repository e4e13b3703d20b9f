"""The menus of the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QLocale, QObject, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar

from emviz.em.model import AnyModel
from emviz.em.optional import presets_of
from emviz.em.tools import Equipped
from emviz.session import ARRANGED, EVERYTHING, FOUND, Change, Part
from emviz.ui.commands.actions import LESSONS, MOVES, Actions
from emviz.ui.commands.mnemonics import give_letters
from emviz.ui.widgets.card import Card
from emviz.ui.widgets.labels import as_caption, as_tip

SEPARATOR = "-"
#: Entries of three submenus (text size, curves, arrangement): in a single menu they would be as high as a
#: projector's screen.
SIZES = ("larger", "smaller", "usual")
CURVES = ("earlier", "parts", "profile", "contours", "slowest")
ARRANGING = (
    *("stage", "upper", SEPARATOR, "largeBound", "largeLikelihood", "largeCounts", "largePicture"),
    *("together", SEPARATOR, "usualLayout"),
)
#: Tools that every model has.
ALWAYS = ("starts", "errors")
THEMES = {"system": "As the system", "light": "Light", "dark": "Dark"}
DECIMALS = range(1, 7)
#: The parts of a session that menus and the window's frame show.
SHOWN: Change = (
    EVERYTHING
    - FOUND
    - {Part.SLICE, Part.AXES, Part.COLUMNS, Part.CELL, Part.SEED, Part.PLOT, Part.GROUP, Part.FIELD}
    - ARRANGED
)


class Menus(QObject):
    """Fills a menu bar.

    Parameters
    ----------
    bar : QMenuBar
        The menu bar.
    actions : Actions
        The actions of the entries.
    """

    def __init__(self, bar: QMenuBar, actions: Actions) -> None:
        super().__init__(bar)
        self._actions = actions
        self.file = bar.addMenu("&File")
        self._add(self.file, "open")
        self.recent = self.file.addMenu("Open recent")
        self.examples = self.file.addMenu("Examples")
        self.file.addSeparator()
        self._add(self.file, "save", "saveAs", SEPARATOR)
        self._add(
            self.file,
            "dataCsv",
            "traceCsv",
            "traceJson",
            "countsCsv",
            "countsJson",
            "answersCsv",
            "posteriorCsv",
            SEPARATOR,
            "page",
            "handout",
            "animation",
            "picture",
        )
        self.panels = self.file.addMenu("Panel as PNG")
        self._add(self.file, SEPARATOR, "quit")
        self._add(
            bar.addMenu("&Edit"),
            "undo",
            "redo",
            SEPARATOR,
            "copy",
            "paste",
            "pasteRows",
            SEPARATOR,
            "find",
            "notes",
        )
        self.steps = bar.addMenu("&Steps")
        self._add(self.steps, *(deed.name for deed in MOVES))
        self.view = bar.addMenu("&View")
        self.theme = self.view.addMenu("Theme")
        self._add(self.view.addMenu("Text size"), *SIZES)
        self.decimals = self.view.addMenu("Decimals")
        self.view.addSeparator()
        self._add(self.view, "reference", "reveal", "next", "unveil")
        self._add(self.view.addMenu("Further curves"), *CURVES)
        self.view.addSeparator()
        self._add(self.view.addMenu("Panels"), *ARRANGING)
        self._add(
            self.view,
            *("setup", "pin", "motion", SEPARATOR),
            *("present", "screen", "ring", "blank", "leave", SEPARATOR, "message", "menuBar"),
        )
        self.model = bar.addMenu("&Model")
        self.pictures = self.model.addMenu("Picture")
        self._add(self.model, "nextPicture", "again", "unsuppose", SEPARATOR)
        self.presets = self.model.addMenu("Things to see")
        self.presets.setToolTipsVisible(True)
        self.tools = self.model.addMenu("Tools")
        self.tools.setToolTipsVisible(True)
        self._add(self.tools, *ALWAYS)
        self._add(self.model, SEPARATOR, "model")
        self.lessons = bar.addMenu("&Lessons")
        self._add(self.lessons, *(deed.name for deed in LESSONS))
        self.help = bar.addMenu("&Help")
        self._add(self.help, "keys", "model", "about")
        further = (action.menu() for action in self.view.actions())
        for each in (self.file, self.view, self.model, self.tools, self.lessons, self.help, *further):
            if isinstance(each, QMenu):
                give_letters(each)
        #: All menus, for the menu button.
        self.everything = QMenu(bar)
        self.everything.addActions(bar.actions())

    def offer_speeds(self, speeds: QMenu) -> None:
        """Add the menu of playback speeds."""
        self.steps.addMenu(speeds)
        give_letters(self.steps)

    def fill_panels(self, panels: Sequence[Card], chosen: Callable[[QAction], object]) -> None:
        """List the panels that can be saved as pictures; each entry's data is the object name."""
        for panel in panels:
            _entry(self.panels, panel.accessibleName(), panel.objectName())
        give_letters(self.panels)
        self.panels.triggered.connect(chosen)

    def fill_choices(
        self, theme_chosen: Callable[[QAction], object], decimals_chosen: Callable[[QAction], object]
    ) -> None:
        """List the themes and the numbers of decimals, which are the entries' data."""
        _choices(self.theme, THEMES)
        _choices(self.decimals, {n: str(n) for n in DECIMALS})
        self.theme.triggered.connect(theme_chosen)
        self.decimals.triggered.connect(decimals_chosen)

    def show_theme(self, choice: str) -> None:
        """Tick the current theme."""
        _tick(self.theme, choice)

    def show_decimals(self, decimals: int) -> None:
        """Tick the current number of decimals."""
        _tick(self.decimals, decimals)

    def show_recent(self, paths: Sequence[str]) -> None:
        """List recently opened files, latest first."""
        self.recent.clear()
        for path in paths:
            _entry(self.recent, as_caption(path), path)
        give_letters(self.recent)
        self.recent.setEnabled(bool(paths))

    @Slot()
    def offer_lessons(self) -> None:
        """List the built-in lessons in the user's language; they are read once."""
        first = self.lessons.actions()[0]
        if first.data() is not None:
            return
        # Imported on first use, to keep the start fast.
        from emviz.lessons import shipped

        for each in shipped(QLocale().name()[:2]):
            entry = QAction(as_caption(f"{each.number} {each.title} ({each.minutes} min)"), self.lessons)
            entry.setData(str(each.path))
            self.lessons.insertAction(first, entry)
        self.lessons.insertSeparator(first)
        give_letters(self.lessons)

    def show_examples(self, examples: Sequence[tuple[str, str]]) -> None:
        """List the examples of the model, given as keys and titles."""
        # Refilled only if it has changed, because this runs for every session.
        if [action.data() for action in self.examples.actions()] == [key for key, _ in examples]:
            return
        self.examples.clear()
        for key, title in examples:
            _entry(self.examples, as_caption(title), key)
        give_letters(self.examples)

    def show_pictures(self, titles: Sequence[str], chosen: str) -> None:
        """List the pictures of the model, and tick the one on display."""
        if [action.data() for action in self.pictures.actions()] != list(titles):
            self.pictures.clear()
            _choices(self.pictures, {title: as_caption(title) for title in titles})
        self.pictures.setEnabled(len(titles) > 1)
        _tick(self.pictures, chosen or next(iter(titles), ""))

    def show_model(self, model: AnyModel) -> None:
        """List the presets and tools of a model."""
        self._show_presets(model)
        self._show_tools(model)

    def _show_presets(self, model: AnyModel) -> None:
        presets = presets_of(model)
        if [action.data() for action in self.presets.actions()] != [each.key for each in presets]:
            self.presets.clear()
            for each in presets:
                entry = _entry(self.presets, as_caption(each.title), each.key)
                entry.setToolTip(as_tip(each.look))
                entry.setStatusTip(each.look)
            give_letters(self.presets)
        self.presets.setEnabled(bool(presets))

    def _show_tools(self, model: AnyModel) -> None:
        """List the tools of the model, then those for every model."""
        tools = tuple(model.tools) if isinstance(model, Equipped) else ()
        listed = [action.data() for action in self.tools.actions() if action.data() is not None]
        if listed == [tool.key for tool in tools]:
            return
        self.tools.clear()
        for tool in tools:
            _entry(self.tools, as_caption(tool.title), tool.key).setToolTip(as_tip(tool.meaning))
        self._add(self.tools, *((SEPARATOR,) if tools else ()), *ALWAYS)
        give_letters(self.tools)

    def _add(self, menu: QMenu, *names: str) -> None:
        for name in names:
            if name == SEPARATOR:
                menu.addSeparator()
            else:
                menu.addAction(self._actions[name])


def _entry(menu: QMenu, text: str, data: object) -> QAction:
    action = menu.addAction(text)
    # The default tip is the text of the entry, which has to be escaped.
    action.setToolTip(as_tip(action.toolTip()))
    action.setData(data)
    return action


def _choices(menu: QMenu, titles: dict[str, str] | dict[int, str]) -> None:
    group = QActionGroup(menu)
    for key, title in titles.items():
        action = _entry(menu, title, key)
        action.setCheckable(True)
        group.addAction(action)
    give_letters(menu)


def _tick(menu: QMenu, choice: object) -> None:
    for action in menu.actions():
        action.setChecked(action.data() == choice)
