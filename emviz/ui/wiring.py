"""Connects the signals of panels, menus and actions to their slots."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from emviz.ui.commands.dialogs import Dialogs
from emviz.ui.commands.presets import Presets
from emviz.ui.widgets.edge_bar import EdgeBar
from emviz.ui.widgets.formula import Composer, Foresight
from emviz.ui.work.driver import RUN, STEP
from emviz.ui.work.painting import PROFILE, SLOWEST, SURFACE
from emviz.ui.work.pictures import WORDS

if TYPE_CHECKING:
    from emviz.ui.window import MainWindow


#: Commands that would step or reveal answers, in addition to those that lessons define.
HELD = ("run", "play", "last", "unveil")


def connect(window: MainWindow) -> None:
    """Connect all parts of the window."""
    connect_work(window)
    connect_panels(window)
    connect_menus(window)
    connect_commands(window)


def connect_work(window: MainWindow) -> None:
    """Connect computing, reading and saving to the places that show their results."""
    window.store.changed.connect(window.render_session)
    window.document.follow(window.store.session)
    window.store.found.connect(window.show_found)
    for card, jobs in (
        (window.bound, ("slice", PROFILE)),
        (window.data, ("answer",)),
        (window.counts, ("table", "order", "far", "derived", "reference", "single")),
        (window.model_picture, ("views", "heights", "landmarks", SURFACE, SLOWEST)),
        (window.status, ("telling", "ending", "remark")),
    ):
        bar = EdgeBar(card, {job: WORDS[job] for job in jobs})
        window.pictures.lateness.changed.connect(bar.show_late)
    bar = EdgeBar(window.status, {RUN: STEP})
    window.driver.lateness.changed.connect(bar.show_late)
    window.pictures.cancelled.connect(window.status.announce)
    window.pictures.lacking.connect(window.render_state)
    window.counts.awaiting.on = True
    window.counts.awaiting.rows_wanted.connect(window.pictures.show_rows)
    window.counts.awaiting.derivation_wanted.connect(window.pictures.derive)
    window.pictures.settled.connect(Foresight(window.worker, window).look)
    composer, derivation = Composer(window.worker, window), window.counts.derivation
    derivation.formulas_wanted.connect(composer.compose)
    composer.composed.connect(derivation.take_formulas)
    window.desk.hall.moves_requested.connect(window.rota.move)
    window.appearance.changed.connect(window.apply_theme)
    window.driver.state_changed.connect(window.follow_driver)
    window.driver.refused.connect(window.status.refuse)
    window.driver.news.connect(window.status.announce)
    window.lessons.state_changed.connect(window.render_state)
    for writer in (window.exporter, window.saving.pages):
        writer.state_changed.connect(window.render_state)
        writer.refused.connect(window.status.refuse)
        writer.saved.connect(window.status.announce)
    window.counts.awaiting.errand_wanted.connect(window.errand.do)
    window.counts.awaiting.told.connect(window.status.announce)
    window.errand.state_changed.connect(window.render_state)
    for work in (window.driver, *window.saving.writers, window.lessons, window.workshop, window.errand):
        work.cancelled.connect(window.status.announce)
    window.workshop.state_changed.connect(window.render_state)
    window.workshop.refused.connect(window.status.refuse)
    window.workshop.withheld.connect(window.status.announce)
    window.status.seek_requested.connect(window.driver.seek)
    window.status.cancel_requested.connect(window.cancel_work)
    window.transport.speed_changed.connect(window.set_speed)


def connect_panels(window: MainWindow) -> None:
    """Connect the requests of panels."""
    for showing in (
        *(window.setup, window.data, window.bound),
        *(window.log_likelihood, window.counts, window.model_picture),
    ):
        showing.display_requested.connect(window.show_display)
    for starting in (window.bound, window.model_picture):
        starting.start_requested.connect(window.start_at)
    window.log_likelihood.seek_requested.connect(window.driver.seek)
    window.model_picture.edit_requested.connect(window.driver.edit)
    window.model_picture.tool_requested.connect(window.workshop.use)
    window.workshop.begun.connect(window.model_picture.forget_finding)
    window.workshop.found.connect(window.model_picture.show_finding)


def connect_menus(window: MainWindow) -> None:
    """Connect the menus whose entries depend on the session."""
    window.menus.file.aboutToShow.connect(window.document.offer_recent)
    window.menus.recent.triggered.connect(window.document.open_recent)
    window.menus.examples.triggered.connect(window.open_example)
    window.menus.pictures.triggered.connect(window.model_picture.choose_listed)
    window.menus.lessons.aboutToShow.connect(window.menus.offer_lessons)
    window.menus.lessons.triggered.connect(window.lessons.open_listed)
    window.lessons.opened.connect(window.document.remember)
    window.setup.lesson_requested.connect(window.lessons.open_path)
    window.menus.presets.triggered.connect(Presets(window).open_listed)
    window.menus.tools.triggered.connect(window.workshop.use_listed)


def connect_commands(window: MainWindow) -> None:
    """Connect the actions; a field that is being edited is committed before a step."""
    for name in ("step", "iterate", "run", "play"):
        window.commands[name].triggered.connect(window.keyboard.take_what_is_typed)
    doing = slots(window)
    window.commands.connect_all(doing | {name: _held(window, name, doing[name]) for name in HELD})


def _held(window: MainWindow, name: str, slot: Callable[..., object]) -> Callable[[bool], None]:
    """Return a slot that does nothing while a lesson scene is loading."""
    action = window.commands[name]

    def act(checked: bool) -> None:
        if not window.lessons.arriving:
            slot(*([checked] if action.isCheckable() else []))
        elif action.isCheckable():
            action.setChecked(not checked)

    return act


def slots(window: MainWindow) -> dict[str, Callable[..., object]]:
    """Return the slot of each action, by name."""
    driver, look, dialogs = window.driver, window.appearance, Dialogs(window)
    return {
        **window.arranging.slots(),
        "first": driver.first,
        "back": window.lessons.backward,
        "step": window.lessons.forward,
        "iterate": window.lecture.iterate,
        "run": driver.run,
        "pause": driver.pause,
        "play": driver.toggle_play,
        "last": driver.last,
        "reset": driver.reset,
        "method": window.transport.method.choose_next,
        "abreast": dialogs.step_abreast,
        "compare": dialogs.compare,
        "undo": driver.undo,
        "redo": driver.redo,
        "open": window.setup.choose_file,
        "save": window.document.save,
        "saveAs": window.document.save_as,
        "notes": window.notes.show,
        "dataCsv": window.saving.save_data,
        "traceCsv": window.saving.save_trace_csv,
        "page": window.saving.save_page,
        "traceJson": window.saving.save_trace_json,
        "countsCsv": window.saving.save_counts_csv,
        "countsJson": window.saving.save_counts_json,
        "answersCsv": window.saving.save_answers_csv,
        "posteriorCsv": window.saving.save_posterior_csv,
        "handout": dialogs.hand_out,
        "animation": dialogs.animate,
        "picture": window.saving.save_window,
        "quit": window.closing.request,
        "copy": window.keyboard.copy,
        "paste": window.keyboard.paste,
        "pasteRows": window.keyboard.paste_rows,
        "find": window.counts.search,
        "larger": look.enlarge,
        "smaller": look.shrink,
        "usual": look.restore,
        "usualLayout": window.share_out_anew,
        "reference": window.show_reference,
        "reveal": window.reveal_labels,
        "next": window.lecture.show_next,
        "unveil": window.lecture.unveil,
        "earlier": window.bound.show_earlier,
        "parts": window.bound.show_parts,
        "profile": window.bound.show_profile,
        "contours": window.model_picture.show_contours,
        "slowest": window.model_picture.show_slowest,
        "motion": window.allow_motion,
        "nextPicture": window.model_picture.choose_next,
        "openLesson": window.author.open,
        "addView": window.author.add,
        "newLesson": window.author.begin,
        "leaveLesson": window.lessons.leave,
        "lessonPage": window.author.save_page,
        "lessonHandout": dialogs.hand_out,
        "again": window.pictures.compute_again,
        "unsuppose": window.model_picture.suppose_nothing,
        "present": window.lecture.begin,
        "screen": window.lecture.fill_screen,
        "ring": window.pointer.show_ring,
        "blank": window.blank.cover,
        "escape": window.keyboard.escape,
        "leave": window.lecture.leave,
        "message": window.status.show_whole,
        "starts": dialogs.start_often,
        "errors": dialogs.ask_errors,
        "keys": window.help.show_keys,
        "model": window.help.show_model,
        "about": window.help.show_about,
    }
