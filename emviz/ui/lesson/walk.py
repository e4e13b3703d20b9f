"""Moves through a lesson: scenes, answers, and the session to return to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction

from emviz import session as desk
from emviz.data.examples import assets
from emviz.data.table import DataError
from emviz.em.model import Phase, fields_of
from emviz.em.numerics import Array
from emviz.em.objective.bound import entry_value
from emviz.session import Results, Session, told_of
from emviz.session.history import edited_from
from emviz.ui.lesson import staging
from emviz.ui.lesson.arrival import Arrival
from emviz.ui.lesson.staging import Staged, Walk
from emviz.ui.look.theme import Theme
from emviz.ui.shield import shield_all
from emviz.ui.work.channel import Channel
from emviz.ui.work.worker import Delivery

if TYPE_CHECKING:
    from emviz.lessons import Answer, Verdict
    from emviz.ui.lesson.card import LessonCard
    from emviz.ui.window import MainWindow

#: Texts of the step button: show the answer, next scene, end.
REVEAL, ONWARD, END = "Answer", "Go on", "The end"
LAST = "That was the last scene. Esc leaves the lesson and returns to the session you had before."


class Lessons(Channel):
    """Runs lessons in a window.

    Parameters
    ----------
    window : MainWindow
        The window.
    """

    refused, news = Signal(str), Signal(str)
    #: A lesson file has been opened; carries its path.
    opened = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__("lesson", window.worker, window)
        self._window = window
        self._card: LessonCard | None = None
        self._walk: Walk | None = None
        self._arrival, self._putting = Arrival(self), False
        self.refused.connect(window.status.refuse)
        self.news.connect(window.status.announce)
        window.store.changed.connect(self._follow)
        window.bound.plot.pressed.connect(self._click_line)
        window.counts.sheet.row_picked.connect(lambda row: self.takes_display({"row": row}))

    @property
    def running(self) -> bool:
        """Whether a lesson is running."""
        return self._walk is not None

    @property
    def asks(self) -> bool:
        """Whether a question is open."""
        return self._walk is not None and self._walk.asks

    @property
    def arriving(self) -> bool:
        """Whether an unseen scene is arriving, so that keys must not reveal or skip any of it."""
        return self._arrival.pending

    @property
    def _asks_for_row(self) -> bool:
        """Whether the question asks for the row that the E-step's sentence would name."""
        question = None if self._walk is None else self._walk.staged.performed.question
        return self.asks and question is not None and question.asks_for_row

    @property
    def walk(self) -> Walk | None:
        """The running lesson."""
        return self._walk

    @property
    def card(self) -> LessonCard | None:
        """The card, after the first lesson."""
        return self._card

    @property
    def own(self) -> Session:
        """The user's session: the one from before the lesson, or the current one."""
        return self._window.store.session if self._walk is None else self._walk.before

    # -- walking --------------------------------------------------------------------------------------------

    @Slot(QAction)
    def open_listed(self, chosen: QAction) -> None:
        """Open the lesson chosen in the menu."""
        if path := chosen.data():
            self.open_path(Path(path))

    def open_path(self, path: Path) -> None:
        """Read a lesson and show its first scene."""
        self._window.driver.halt()
        self._arrival.begin()
        self.start(f"Opening {path.name}", partial(staging.opened, path))

    @Slot()
    def forward(self) -> None:
        """Show the answer, do the scene's next half-step, or go to the next scene."""
        walk, driver = self._walk, self._window.driver
        if self._window.lecture.unseen:
            return
        if walk is None:
            driver.forward()
        elif walk.asks:
            # A typed answer is judged first.
            if self._card is None or not self._card.question.check_typed():
                self.reveal()
            elif walk.asks:
                # The key has taken the focus from the field, where further typing belongs.
                self._card.question.take_focus()
        elif self._on_run and walk.first <= driver.ahead < walk.last and not self._ended:
            driver.forward()
        elif walk.final:
            self.news.emit(LAST)
        else:
            self._go(walk.staged.place + 1)

    @Slot()
    def backward(self) -> None:
        """Go back one half-step of the scene, or to the end of the previous scene."""
        walk, driver = self._walk, self._window.driver
        if self.arriving:
            return
        if walk is None or (self._on_run and driver.store.session.cursor > walk.first):
            driver.back()
        elif walk.staged.place > 0:
            self._go(walk.staged.place - 1, ending=True)

    @Slot()
    def leave(self) -> bool:
        """Leave the lesson and restore the previous session; return whether a lesson was running."""
        walk = self._walk
        if walk is None:
            return False
        self._window.driver.halt()
        self._end()
        before = replace(walk.before, run=self._window.store.session.run + 1)
        self._window.store.put(before)
        self._window.desk.refold(walk.fold)
        return True

    def _end(self) -> None:
        """Remove the card."""
        self.drop()
        self._walk = None
        self._window.model_picture.show_guess(None)
        self._window.desk.stand_aside(None)
        self._window.document.show_name()
        self._window.render_state()

    # -- questions ------------------------------------------------------------------------------------------

    @Slot(object)
    def answer(self, answer: Answer) -> None:
        """Judge an answer."""
        walk = self._walk
        if walk is None or not walk.asks or self.arriving:
            return
        scene = walk.staged.lesson.scenes[walk.staged.place]
        solution = walk.staged.performed.solution
        assert scene.question is not None
        assert solution is not None
        verdict = scene.question.judge(answer, solution)
        self._settle(verdict, answer if scene.question.kind == "choice" else None)

    @Slot()
    def reveal(self) -> None:
        """Show the answer, after which the lesson can go on."""
        from emviz.lessons import Verdict

        walk = self._walk
        if walk is None or not walk.asks or self.arriving:
            return
        question, solution = walk.staged.performed.question, walk.staged.performed.solution
        assert question is not None
        assert solution is not None
        chosen = solution.value if question.kind == "choice" else None
        self._settle(Verdict(True, question.revealed(solution), solution.cell), chosen)

    def _settle(self, verdict: Verdict, choice: object) -> None:
        """Record and show a verdict, with the number that explains it."""
        walk = self._walk
        assert walk is not None
        walk.verdicts[walk.staged.place] = verdict
        if self._card is not None and isinstance(choice, int):
            self._card.question.mark(choice, verdict.right)
        begun = self._window.store.session.round.phase is not Phase.START
        if verdict.cell is not None and (verdict.right or begun):
            self._window.store.put(desk.shown(self._window.store.session, {"cell": verdict.cell}))
        self.show()
        if verdict.right:  # the answer controls are disabled now; from here, the window gets its keys
            self._window.desk.setFocus()

    def takes_display(self, choices: Mapping[str, object]) -> bool:
        """Use a click in the count table or the data as an answer, if one is expected."""
        walk = self._walk
        question = None if walk is None else walk.staged.performed.question
        if walk is None or question is None or not walk.asks or question.kind != "click":
            return False
        if (clicked := choices.get("cell", choices.get("row"))) is None or "point" in question.of:
            return False
        self.answer(question.as_shown(cast("Answer", clicked), self._window.store.session))
        return True

    def takes_start(self, values: Mapping[str, Array]) -> bool:
        """Use a place in the landscape as an answer, if one is expected; θ(0) then stays."""
        walk = self._walk
        question = None if walk is None else walk.staged.performed.question
        if walk is None or question is None or not walk.asks or question.kind not in ("click", "drag"):
            return False
        session = self._window.store.session
        axes = session.display.axes
        if question.kind == "drag" and axes is not None:
            there = session.model.make_params({**fields_of(session.start), **values})
            x, y = (entry_value(there, axis) for axis in axes)
            walk.guess = x, y
            self._window.model_picture.show_guess(walk.guess)
            if self._card is not None:
                self._card.question.show_place(staging.place_words(session, walk.guess))
        return True

    @Slot()
    def _check_guess(self) -> None:
        if self._walk is not None and self._walk.guess is not None:
            self.answer(self._walk.guess)

    @Slot(float, float)
    def _click_line(self, x: float, y: float) -> None:
        """Use a click in the plot of the bound as an answer, if one is expected."""
        question = None if self._walk is None else self._walk.staged.performed.question
        if question is not None and question.kind == "click" and "point" in question.of:
            self.answer(x)

    # -- what is shown --------------------------------------------------------------------------------------

    def show(self) -> None:
        """Show the scene, its question, and the possible actions."""
        walk, card = self._walk, self._card
        if walk is None or card is None:
            return
        card.ask(walk.staged.performed.question, walk.verdict, self._window.lecture.given)
        self.render_sentence(self._window.store.session, self._window.store.results)
        self._window.render_state()

    def render_sentence(self, session: Session, results: Results) -> None:
        """Show the sentence of a step in the status bar, without the row if the question asks for it."""
        row = None if self._asks_for_row else told_of(session, results)
        found = desk.ended_at(session, results), desk.remarked(session, results)
        self._window.status.show_session(session, row, *found)

    def render_actions(self) -> None:
        """Label the step button with its effect in the lesson."""
        walk, commands = self._walk, self._window.commands
        for name in ("leaveLesson", "lessonPage", "lessonHandout"):
            commands[name].setEnabled(walk is not None)
        if walk is None:
            return
        session = self._window.store.session
        goes_on = self._on_run and walk.first <= session.cursor < walk.last and not self._ended
        if walk.asks:
            text = REVEAL
        elif goes_on:
            text = session.next_phase.value
        else:
            text = END if walk.final else ONWARD
        commands["step"].setText(text)
        commands["step"].setEnabled(True)
        commands["back"].setEnabled(session.cursor > walk.first or walk.staged.place > 0)

    def apply_theme(self, theme: Theme) -> None:
        """Apply colours and font to the card."""
        if self._card is not None:
            self._card.apply_theme(theme)
            self.show()

    def _made_card(self) -> LessonCard:
        if self._card is None:
            from emviz.ui.lesson.card import LessonCard

            commands = self._window.commands
            self._card = LessonCard(commands["back"], commands["step"])
            shield_all()
            self._card.left.connect(self.leave)
            self._card.resumed.connect(self._resume)
            self._card.question.answered.connect(self.answer)
            self._card.question.shown.connect(self.reveal)
            self._card.question.checked.connect(self._check_guess)
        return self._card

    # -- scenes ---------------------------------------------------------------------------------------------

    @property
    def _on_run(self) -> bool:
        """Whether the run of the scene is displayed, at any half-step."""
        assert self._walk is not None
        return staging.same_run(self._walk.staged.performed.session, self._window.store.session)

    @property
    def _ended(self) -> bool:
        session = self._window.store.session
        return session.at_end and (session.failure is not None or desk.settled(session))

    def _go(self, place: int, ending: bool = False) -> None:
        """Request another scene of the lesson."""
        walk = self._walk
        assert walk is not None
        self._window.driver.halt()
        session = self._window.store.session
        here = session if self._on_run else None
        self._arrival.begin()
        self.start(f"Scene {place + 1}", partial(staging.stepped, walk.staged, place, here, ending))

    def receive(self, delivery: Delivery) -> None:
        """Show the performed scene, or report why there is none."""
        if not delivery.ended:
            return
        self.done()
        if delivery.error is None:
            self._put(cast("Staged", delivery.result))
            self._arrival.land()
            return
        self._arrival.end()
        if isinstance(delivery.error, DataError):
            self.refused.emit(str(delivery.error))
        else:
            raise delivery.error

    def drop(self) -> None:
        """Stop the requested scene."""
        self._arrival.end()
        super().drop()

    def _put(self, staged: Staged) -> None:
        window = self._window
        # Steps still being computed belong to the previous scene.
        window.driver.halt()
        begins = self._walk is None or staged.lesson is not self._walk.staged.lesson
        if begins:
            before = self.own
            fold = window.desk.fold if self._walk is None else self._walk.fold
            left_at = dict(window.preferences.scenes).get(str(staged.path), 0)
            self._walk = Walk(staged, before, fold, left_at)
            if staged.path.parent != assets() / "lessons":
                self.opened.emit(str(staged.path))
        assert self._walk is not None
        self._walk.staged, self._walk.guess = staged, None
        if staged.place:
            window.preferences = staging.remembered(window.preferences, self._walk)
        card = self._made_card()
        card.apply_theme(window.appearance.theme)
        scene = staged.lesson.scenes[staged.place]
        card.offer(self._walk.offered)
        card.show_scene(scene.title, staged.performed.words, staged.place + 1, len(staged.lesson.scenes))
        window.model_picture.show_guess(None)
        run = window.store.session.run + (not staged.same)
        self._putting = True
        window.store.put(replace(staging.in_sight(staged), run=run, past=(), future=()))
        self._putting = False
        window.desk.stand_aside(card)
        window.document.show_name()
        self.show()
        if self.asks:
            card.question.take_focus()

    @Slot()
    def _resume(self) -> None:
        """Continue where the lesson was left last time."""
        if self._walk is not None and self._walk.offered is not None and not self.arriving:
            self._go(self._walk.left_at)

    @Slot(object)
    def _follow(self, session: Session) -> None:
        """End the lesson if other data are opened; undo returns to the session before it."""
        walk = self._walk
        if walk is None or self._putting or session.opened is walk.staged.session.opened:
            return
        self._end()
        self._window.store.put(edited_from(replace(walk.before, run=session.run), session))
