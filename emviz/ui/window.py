"""The main window: its panels, their connections, and what it saves between sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSettings, Qt, QTimer, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QFontInfo,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QMainWindow

from emviz import session as desk
from emviz.em.model import Phase
from emviz.em.numerics import Array
from emviz.em.optional import first_decimals
from emviz.session import Change, Part, Request, Results, Session, diff, example_session
from emviz.ui.commands import help_texts
from emviz.ui.commands.actions import Actions
from emviz.ui.commands.keyboard import Keyboard
from emviz.ui.commands.menu_bar import MenuBar
from emviz.ui.commands.menus import SHOWN, Menus
from emviz.ui.commands.tab_order import next_stop
from emviz.ui.experiment.data_editor import DataPanel
from emviz.ui.experiment.setup import SetupPanel, dropped_file, opened_example
from emviz.ui.exporting import exports
from emviz.ui.exporting.saving import Saving
from emviz.ui.frame.arranging import Arranging
from emviz.ui.frame.hall import Hall
from emviz.ui.frame.layout import Desk
from emviz.ui.frame.placement import place_window
from emviz.ui.frame.places import NAMES
from emviz.ui.frame.status import StatusBar
from emviz.ui.frame.transport import Transport
from emviz.ui.keeping import preferences
from emviz.ui.keeping.closing import Closing
from emviz.ui.keeping.document import Document
from emviz.ui.keeping.notes import Notes
from emviz.ui.keeping.remembering import remembered, restore
from emviz.ui.lesson.authoring import Author
from emviz.ui.lesson.walk import Lessons
from emviz.ui.look.appearance import Appearance
from emviz.ui.look.theme import Theme
from emviz.ui.panels.bound.panel import BoundPanel
from emviz.ui.panels.counts.panel import CountPanel
from emviz.ui.panels.likelihood.panel import LogLikelihoodPanel
from emviz.ui.panels.pictures.panel import ModelPanel
from emviz.ui.panels.plot.plot import Plot
from emviz.ui.presenting.blank import Blank
from emviz.ui.presenting.lecture import Lecture
from emviz.ui.presenting.pointer import Pointer
from emviz.ui.widgets.card import Card
from emviz.ui.wiring import connect
from emviz.ui.work import channel
from emviz.ui.work.driver import Driver
from emviz.ui.work.errand import Errand
from emviz.ui.work.pictures import Pictures
from emviz.ui.work.rota import Rota, Shown
from emviz.ui.work.store import Store
from emviz.ui.work.worker import Worker
from emviz.ui.work.workshop import Workshop


class MainWindow(QMainWindow):
    """The main window.

    Parameters
    ----------
    session : Session, optional
        The first session; by default the paper's five sets of tosses.
    settings : QSettings, optional
        Stores the preferences; by default the user's settings.
    worker : Worker, optional
        Runs the background jobs.
    """

    def __init__(
        self, session: Session | None = None, settings: QSettings | None = None, worker: Worker | None = None
    ) -> None:
        super().__init__()
        self._settings = settings or preferences.user_settings()
        self.preferences = preferences.load(self._settings)
        session = session or example_session()
        decimals = max(self.preferences.decimals, first_decimals(session.model, session.data))
        display = replace(session.display, decimals=decimals, reference=self.preferences.answers)
        self.store = Store(desk.show(session, display), self)
        self.worker = worker or Worker()
        self.driver = Driver(self.store, self.worker, self)
        self.pictures = Pictures(self.store, self.worker, self)
        self.exporter = exports.Exporter(self.worker, self)
        self.workshop, self.errand = Workshop(self.driver, self.worker, self), Errand(self.worker, self)
        self.appearance = Appearance(self.preferences.theme, self.preferences.points, self)
        self.commands = Actions(self)
        self.keyboard = Keyboard(self)
        place_window(self, self.preferences.geometry)
        # A widget takes its font when it is created; a later change of the application's font would not reach
        # it.
        self.appearance.follow(self)
        self._was_running = self._hurried = self._shown = False
        self._framed: Session | None = None
        self._opened: object = None
        self._build()
        frame = Shown((self._render_frame,), SHOWN | {Part.TELLING, Part.ENDING, Part.REMARK})
        panels = [Shown(panel.parts(), panel.concerns, panel.in_sight) for panel in self.panels]
        self.rota = Rota(self.store, [frame, *panels], self)
        self.arranging = Arranging(self)
        self.pointer = Pointer(self)
        self.lecture, self.lessons, self.author = Lecture(self), Lessons(self), Author(self)
        connect(self)
        self.addActions(self.commands.all())
        restore(self)
        self.render_session(self.store.session)
        self.pictures.ask(self.store.session)

    # -- what is shown --------------------------------------------------------------------------------------

    @Slot(object)
    def render_session(self, session: Session) -> None:
        """Show the session in all panels at once, or one after another during a run without pauses."""
        if self._hurried != self.driver.running:
            self._hurry(self.driver.running)
            self.rota.forget()
        if self._opened is not session.opened:
            self.desk.scroll_back()
            self._opened = session.opened
        self.desk.show_session(session)
        self.desk.arrange(session, measured=False)
        self.render_panels()
        self.desk.arrange(session)

    @Slot()
    def render_panels(self) -> None:
        """Render all visible panels at once, or one after another during a run without pauses."""
        if self.driver.running:
            self.rota.render_in_turn()
        else:
            self.rota.render_all()

    def _hurry(self, hurried: bool) -> None:
        """Note whether EM runs without pauses: panels then name the step that a picture belongs to."""
        self._hurried = hurried
        self.desk.hall.hurried = hurried
        self.pictures.hurry(hurried)
        for panel in self.panels:
            panel.hurry(hurried)
        for plot in self.findChildren(Plot):
            plot.overlay.hurried = hurried

    @Slot()
    def follow_driver(self) -> None:
        """Update the controls; when a run has stopped, also show its last step in all panels."""
        if self._was_running and not self.driver.running:
            self.render_session(self.store.session)
        self._was_running = self.driver.running
        self.render_state()

    def _render_frame(self, session: Session, results: Results) -> None:
        """Show the session in the menus, the toolbar and the status bar."""
        self.lessons.render_sentence(session, results)
        self.menus.show_decimals(session.display.decimals)
        if diff(self._framed, session) <= {Part.DECIMALS}:
            return
        display = session.display
        ticked = {"reveal": display.revealed, "unveil": display.open}
        own = ("reference", "next", "earlier", "parts", "profile", "contours", "slowest")
        ticked |= {name: getattr(display, name) for name in own}
        for name, shown in ticked.items():
            self.commands[name].setChecked(shown)
        self.menus.show_examples([(each.key, each.title) for each in session.model.examples])
        self.menus.show_model(session.model)
        self._framed = session
        self.render_state()

    @Slot()
    def render_state(self) -> None:
        """Update progress and the enabled actions."""
        session = self.store.session
        self.commands.render(session, self.driver)
        self.lessons.render_actions()
        weighed = session.round.phase is not Phase.START
        for name, able in (("countsCsv", weighed), ("countsJson", weighed), ("again", self.pictures.lacks)):
            self.commands[name].setEnabled(able)
        titles = self.model_picture.titles if self.model_picture.isVisibleTo(self.desk) else ()
        self.commands["nextPicture"].setEnabled(len(titles) > 1)
        self.menus.show_pictures(titles, session.display.picture)
        # During a run without pauses the figures are updated in the frame's own turn of the rota.
        self.transport.show_session(
            (self._framed or session) if self.driver.running else session, self.driver
        )
        self.status.show_busy((working := self.working).shown, working.progress)

    @property
    def working(self) -> Driver | channel.Channel:
        """The background channel to show in the status bar, the most urgent first."""
        several = self.driver, *self.saving.writers, self.lessons, self.workshop, self.errand
        busy = [each for each in several if each.busy]
        return next((each for each in busy if each.shown), busy[0] if busy else self.workshop)

    @Slot(object)
    def show_found(self, parts: Change) -> None:
        """Show new background results, at once or in turn during a run without pauses."""
        if not self.driver.running:
            self.rota.render_all()
            if Part.VIEWS in parts:
                self.render_state()

    @Slot(object)
    def apply_theme(self, theme: Theme) -> None:
        """Pass the colours and the font size to everything that is painted by hand."""
        em = QFontInfo(QApplication.font()).pixelSize()
        self.commands.apply_theme(theme, round(em * 1.3))
        self.transport.apply_theme(theme)
        self.status.apply_theme(theme)
        self.pointer.ring.apply_theme(theme)
        for panel in self.panels:
            panel.apply_theme(theme)
        self.lessons.apply_theme(theme)
        self.menus.show_theme(self.appearance.choice)
        self.render_state()
        if self._shown:
            QTimer.singleShot(0, self.desk, self.desk.refit)

    # -- opening --------------------------------------------------------------------------------------------

    @Slot(QAction)
    def open_example(self, chosen: QAction) -> None:
        """Open an example of the current model."""
        model = self.store.session.model.key
        self.driver.edit(opened_example(model, str(chosen.data())))

    # -- requests -------------------------------------------------------------------------------------------

    @Slot(object)
    def show_display(self, choices: Mapping[str, object]) -> None:
        """Change display settings, given by name."""
        if not self.lessons.takes_display(choices):
            self.store.put(desk.shown(self.store.session, choices))

    @Slot(object, bool)
    def start_at(self, values: Mapping[str, Array], continuing: bool) -> None:
        """Set θ(0)."""
        if not self.lessons.takes_start(values):
            moving = partial(desk.set_start, values=values, continuing=continuing)
            self.driver.edit(Request(moving, desk.same_model, kept=desk.START_STAYS))

    @Slot(bool)
    def show_reference(self, shown: bool) -> None:
        """Show or hide the answers in all pictures."""
        self.show_display({"reference": shown})

    @Slot(bool)
    def reveal_labels(self, revealed: bool) -> None:
        """Show or hide the true labels."""
        self.show_display({"revealed": revealed})

    @Slot(QAction)
    def choose_decimals(self, chosen: QAction) -> None:
        """Change the number of decimals."""
        self.show_display({"decimals": int(chosen.data())})

    @Slot(QAction)
    def choose_theme(self, chosen: QAction) -> None:
        """Change the theme."""
        self.appearance.choose(str(chosen.data()))

    @Slot(float)
    def set_speed(self, halves_per_second: float) -> None:
        """Set the playback speed in half-steps per second."""
        self.preferences = replace(self.preferences, speed=halves_per_second)
        self.driver.set_speed(halves_per_second)

    @Slot(bool)
    def allow_motion(self, allowed: bool) -> None:
        """Switch animated transitions on or off."""
        self.preferences = replace(self.preferences, motion=allowed)
        self.appearance.allow_motion(allowed)

    @Slot()
    def share_out_anew(self) -> None:
        """Restore the default sizes of all panels and of their parts."""
        self.desk.restore_usual()
        self.counts.restore_usual()

    @Slot()
    def cancel_work(self) -> None:
        """Cancel the background work."""
        self.working.cancel()

    # -- building -------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setObjectName("window")
        self.setAccessibleName("emviz")
        self.setAcceptDrops(True)
        self.transport, self.status = Transport(self.commands, self.driver), StatusBar()
        self.setup, self.data = SetupPanel(self.driver), DataPanel(self.driver)
        self.bound, self.log_likelihood = BoundPanel(), LogLikelihoodPanel()
        self.counts, self.model_picture = CountPanel(), ModelPanel()
        hall = Hall(dict(zip(NAMES, self.panels[2:], strict=True)))
        self.setup.offer_pin(self.commands["pin"])
        self.bound.offer(*(self.commands[name] for name in ("earlier", "parts", "profile")))
        self.model_picture.show_button.offer(self.commands["contours"], self.commands["slowest"])
        # Created with the window as parent, so that the style sheet is applied once and not at each level.
        self.desk = Desk(self.transport, self.status, [self.setup, self.data], hall, self.counts.fits, self)
        self.setCentralWidget(self.desk)
        self.desk.setFocus()
        self.bar, self.blank = MenuBar(self), Blank(self)
        self.blank.lifted.connect(self.commands["blank"].trigger)
        self.setMenuBar(self.bar)
        self.menus = Menus(self.bar, self.commands)
        self.menus.offer_speeds(self.transport.speeds)
        self.transport.menu.setMenu(self.menus.everything)
        self.help = help_texts.HelpPages(self.store, self.commands, self)
        self.saving = Saving(self, self._render_unseen)
        self.document, self.notes = Document(self), Notes(self)
        self.closing = Closing(self.document, self.exporter, self.commands["quit"], self)
        self.menus.fill_panels(self.panels, self.saving.save_panel)
        self.menus.fill_choices(self.choose_theme, self.choose_decimals)

    def _render_unseen(self) -> None:
        self.rota.render_all(unseen=True)

    @property
    def panels(self) -> tuple[Card, ...]:
        """All panels, in reading order."""
        return self.setup, self.data, self.bound, self.log_likelihood, self.counts, self.model_picture

    @Slot()
    def _share_out(self) -> None:
        self._shown = True
        self.desk.restore(self.preferences.splitters)
        self.bar.watch(self.windowHandle())
        self.pointer.watch(self.windowHandle())
        self.desk.arrange(self.store.session)

    def _remember(self) -> None:
        self.lecture.end()
        if self.isFullScreen():
            self.lecture.fill_screen(False)
        self.preferences = remembered(self, self._shown)
        preferences.save(self._settings, self.preferences)

    # -- Qt's own -------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter press a button or leave a field, because Space does the next step."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif isinstance(focus := QApplication.focusWidget(), QAbstractButton):
            focus.click()
        else:
            self.keyboard.leave_choice()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Move the focus in reading order: the bar, the setup, the panels, the status bar."""
        bars, setup, panels = (self.transport, *self.desk.lines), self.panels[:2], self.panels[2:]
        stop = next_stop(self, (bars, self.desk.aside, setup, panels, (self.status,)), forward)
        if stop is not None:
            reason = Qt.FocusReason
            stop.setFocus(reason.TabFocusReason if forward else reason.BacktabFocusReason)
        return stop is not None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept a file."""
        if dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the file."""
        path = dropped_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.setup.open_path(path)

    def showEvent(self, event: QShowEvent) -> None:
        """Set the panel sizes once the style sheet and the font have determined their size hints."""
        super().showEvent(event)
        if not self._shown:
            QTimer.singleShot(0, self._share_out)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the menu bar if the window is low."""
        super().resizeEvent(event)
        self.arranging.fit_menu_bar()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop all work and save the state of the window."""
        self.notes.take()
        self.driver.shutdown()
        self._remember()
        super().closeEvent(event)
