"""The panel of the objective over the iterations, with the staircase of the bound, and of the parameters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QPushButton, QWidget

from emviz.em.methods import objective_written
from emviz.em.numerics import Array
from emviz.em.objective.bound import entry_value
from emviz.em.pictures import COMPLETE
from emviz.session import NUMBERS, Part, Reference, Results, Session
from emviz.ui.look.lettering import font_for
from emviz.ui.look.theme import Theme
from emviz.ui.panels.likelihood.parameter_groups import ParameterGroup, first_of, groups_of
from emviz.ui.panels.likelihood.parameter_plot import ParameterPlot, sentence
from emviz.ui.panels.likelihood.series import Series
from emviz.ui.panels.plot.drawing import Drawing, Label, Mark, Stroke, Trail
from emviz.ui.panels.plot.plot import DASHES, Plot, finite_range
from emviz.ui.widgets.card import PICTURE, Card
from emviz.ui.widgets.controls import ComboBox
from emviz.ui.widgets.visible import visible
from emviz.wording.narration import gain_of, objective_name
from emviz.wording.numbers import figure, number

#: Width from which both plots are shown side by side, in pixels.
WIDE = 620
#: Title of the card for each objective.
TITLES = {
    "log P": "Log-likelihood",
    "weighted log P": "Weighted log P",
    "log posterior": "Log posterior",
}
#: Most iterations drawn as a staircase; of more, the steps would be narrower than the line.
STEPS = 300
#: The names of the two plots.
PLOTS = ("log P", "θ")


class LogLikelihoodPanel(Card):
    """The objective and the parameters over the iterations."""

    holds = PICTURE
    concerns = NUMBERS | {Part.TRAIL, Part.REFERENCE, Part.NEXT, Part.COMPLETE, Part.PLOT, Part.GROUP}
    seek_requested = Signal(int)
    display_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Log-likelihood", parent=parent)
        self.setObjectName("logLikelihoodPanel")
        self.plot = Plot("Log-likelihood over the iterations", whole=True)
        self.future_curve = self.plot.curve(antialias=False)
        self.line = self.plot.curve(antialias=False)
        self.bound_curve = self.plot.curve()
        self.rise_curve = self.plot.curve()
        self.parameters = ParameterPlot()
        self.choice = ComboBox()
        self._groups: tuple[ParameterGroup, ...] = ()
        self._first, self._plot = 0, PLOTS[0]
        self.series = Series()
        self._steps: dict[str, Session] = {}
        self._pages = self._page_buttons()
        plots = QHBoxLayout()
        plots.setSpacing(10)
        plots.addWidget(self.plot, 3)
        plots.addWidget(self.parameters, 2)
        self.body.addLayout(plots, 1)
        for plot in (self.plot, self.parameters):
            plot.pressed.connect(self._seek)
            plot.setToolTip("Click a point to go to that iteration")
            plot.setCursor(Qt.CursorShape.PointingHandCursor)
        self._pages.idClicked.connect(self._request_plot)
        self.choice.setAccessibleName("Parameters on display")
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.choice.activated.connect(self._request_group)
        self.tools.insertWidget(0, self.choice)
        self.choice.hide()
        self._show_plots()

    def show_session(self, session: Session, results: Results) -> None:
        """Show the trace with the displayed iteration marked."""
        self._follow(session, results)
        self._draw()

    def parts(self) -> tuple[Callable[[Session, Results], None], ...]:
        """Return the functions that draw the two plots, so that they can take turns."""
        return self._render_objective, self._render_parameters

    def _follow(self, session: Session, results: Results) -> None:
        before = self.session
        super().show_session(session, results)
        self.series.follow(session)
        self.title.setText(TITLES.get(objective_name(session), "Likeliest completion"))
        if before is None or before.model != session.model or before.data is not session.data:
            self._offer(session)
        self._choose(session)

    def _render_objective(self, session: Session, results: Results) -> None:
        self._follow(session, results)
        self._draw_objective(session)

    def _render_parameters(self, session: Session, results: Results) -> None:
        self._follow(session, results)
        self._draw_parameters(session)

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours and font."""
        super().apply_theme(theme)
        for plot in (self.plot, self.parameters):
            plot.dress(theme, font_for(self))
        self._draw()

    # -- the two pages of a narrow panel --------------------------------------------------------------------

    def _page_buttons(self) -> QButtonGroup:
        group = QButtonGroup(self)
        for page, (text, name) in enumerate(
            zip(PLOTS, ("Show the log-likelihood", "Show the parameters"), strict=True)
        ):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setChecked(page == 0)
            button.setAccessibleName(name)
            group.addButton(button, page)
            self.tools.addWidget(button)
        return group

    @Slot(int)
    def _request_plot(self, page: int) -> None:
        if self.session is not None and self.session.display.plot != PLOTS[page]:
            self.display_requested.emit({"plot": PLOTS[page]})

    @property
    def _in_sight(self) -> tuple[bool, bool]:
        return not self.plot.isHidden(), not self.parameters.isHidden()

    @property
    def _wide(self) -> bool:
        """Whether both plots have room; False before the first resize, so that only one is drawn."""
        return self.testAttribute(Qt.WidgetAttribute.WA_Resized) and self.width() >= WIDE

    def _show_plots(self) -> None:
        wide = self._wide
        self.plot.setVisible(wide or self._plot == PLOTS[0])
        self.parameters.setVisible(wide or self._plot == PLOTS[1])
        self._show_choice()
        for button in self._pages.buttons():
            button.setVisible(not wide)

    # -- which parameters -----------------------------------------------------------------------------------

    def _offer(self, session: Session) -> None:
        """Fill the list with the groups of parameters."""
        groups = groups_of(session.model, session.data)
        if groups != self._groups:
            self._groups = groups
            self.choice.clear()
            self.choice.addItems([visible(group.title) for group in groups])
            self._first = first_of(groups, session.model, session.data)
        self._show_choice()

    def _choose(self, session: Session) -> None:
        """Select the session's plot and its group of parameters."""
        titles = [group.title for group in self._groups]
        chosen = session.display.group
        place = titles.index(chosen) if chosen in titles else self._first
        self.choice.setCurrentIndex(place if titles else -1)
        self.parameters.group = self._groups[place] if titles else ParameterGroup("", ())
        if session.display.plot != self._plot:
            self._plot = session.display.plot
            self._pages.button(PLOTS.index(self._plot)).setChecked(True)
            self._show_plots()

    def _show_choice(self) -> None:
        seen = self._wide or self._plot == PLOTS[1]
        self.choice.setVisible(len(self._groups) > 1 and seen and not self.bare)

    def strip(self, bare: bool) -> None:
        """Hide the choice of parameters as well."""
        super().strip(bare)
        self._show_choice()

    @Slot(int)
    def _request_group(self, place: int) -> None:
        if self.session is not None and self.session.display.group != self._groups[place].title:
            self.display_requested.emit({"group": self._groups[place].title})

    # -- drawing --------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        if self.session is not None:
            self._draw_objective(self.session)
            self._draw_parameters(self.session)

    def _draw_objective(self, session: Session) -> None:
        reference = self._shown_reference(session)
        self._draw_curves(session.step.index)
        # A new range lays out the overlay at once, and would place the old labels in vain.
        self.plot.overlay.drawing = Drawing()
        end = max(10.0, float(self.series.length - 1))
        self.plot.show_range((-0.03 * end, 1.04 * end), self._heights(reference))
        self.plot.name_axis("bottom", "iterations done, t")
        written = objective_written(session.method, session.model, "θ(t)")
        self.plot.name_axis("left", f"{written}, nats", "nats")
        self.plot.overlay.show(self._drawing(session, reference, end))
        self._describe(session)
        self._note_step("log P", session)

    def _draw_parameters(self, session: Session) -> None:
        if not self.parameters.isHidden():
            self.parameters.draw(session, self.series, self._shown_reference(session))
        self._note_step("θ", session)

    def _note_step(self, name: str, session: Session) -> None:
        """Record the step that a plot shows, and stamp the card: the plots take turns, so they may differ."""
        self._steps[name] = session
        shown = {"log P": self.plot, "θ": self.parameters}
        steps = {each: step for each, step in self._steps.items() if not shown[each].isHidden()}
        self.stamp_step(session, **steps)

    def _shown_reference(self, session: Session) -> Reference | None:
        complete = self.results.reference
        return complete.value if complete is not None and session.display.reference else None

    def _draw_curves(self, here: int) -> None:
        series, theme = self.series, self.theme
        stepped = series.length <= STEPS and bool(np.isfinite(series.bound).all())
        times, objective = series.drawn(), series.objective
        # The staircase already joins the points, so the line starts after it.
        done = EMPTY_TIMES if stepped else np.append(times[times < here], here)
        to_come = np.append(here, times[times > here])
        self.line.show_points(done, objective[done])
        self.future_curve.show_points(to_come, objective[to_come])
        rise, close = (
            staircase(objective[: here + 1], series.bound[: here + 1]) if stepped else (EMPTY, EMPTY)
        )
        self.bound_curve.show_points(rise[:, 0], rise[:, 1], connect="pairs")
        self.rise_curve.show_points(close[:, 0], close[:, 1], connect="pairs")
        self.plot.ink(self.line, theme.ink, 2.0)
        self.plot.ink(self.future_curve, theme.muted, 1.0)
        self.plot.ink(self.bound_curve, theme.bound, 2.2, DASHES[1])
        self.plot.ink(self.rise_curve, theme.ink, 1.6)

    def _heights(self, reference: Reference | None) -> tuple[float, float]:
        heights = self.series.objective[self.series.drawn()]
        if reference is not None and np.isfinite(reference.objective):
            heights = np.append(heights, reference.objective)
        return finite_range(heights, pad=0.14, least=1e-6 + (1.0 if self.series.length == 1 else 0.0))

    def _drawing(self, session: Session, reference: Reference | None, end: float) -> Drawing:
        here, objective, theme = session.step.index, self.series.objective, self.theme
        marks = [_ring(here, objective, theme), *self._points(here)]
        labels = self._labels(session)
        strokes = []
        # Incomplete data may have likelihood 0 under the estimate from the complete rows.
        if reference is not None and np.isfinite(reference.objective):
            y = reference.objective
            strokes.append(Stroke(((0.0, y), (end, y)), theme.muted, 1.5, dotted=True))
            anchors = tuple((part * end, y) for part in (0.5, 0.6, 0.7, 0.4, 0.3, 0.8))
            words, short = self._reference_words(reference)
            brief = reference.name
            labels.append(Label(words, theme.muted, anchors, short=short, brief=brief, optional=True))
        times = self.series.drawn()
        trail = Trail(times.astype(np.float64), objective[times])
        return Drawing(tuple(marks), tuple(labels), tuple(strokes), trails=(trail,))

    def _points(self, here: int) -> list[Mark]:
        if self.series.length > STEPS // 5:
            return []
        ink, faint = self.theme.ink, self.theme.muted
        heights = enumerate(self.series.objective.tolist())
        return [
            Mark(float(t), y, "o", ink if t <= here else faint, 10 if t <= here else 7, hollow=t > here)
            for t, y in heights
        ]

    def _labels(self, session: Session) -> list[Label]:
        here, theme = session.step.index, self.theme
        point = (float(here), float(self.series.objective[here]))
        labels = [Label(f"{objective_name(session)} = {number(point[1], 2)}", theme.ink, (point,), bold=True)]
        gained, fell = _gained(session)
        if gained:
            middle = (here - 0.5, (point[1] + float(self.series.objective[here - 1])) / 2)
            colour = theme.fault if fell else theme.good
            labels.append(Label(f"{gained} nats", colour, (point, middle), bold=True))
        return labels

    def _reference_words(self, reference: Reference) -> tuple[str, str]:
        shown = self.parameters.group.entries
        entries = [entry for entry in shown if entry.field == shown[-1].field]
        numbers = ", ".join(number(entry_value(reference.params, entry), 2) for entry in entries[:6])
        reached = number(reference.objective, 2)
        values = f" ({numbers})" if numbers else ""
        estimate = "complete-data estimate" if reference.name == COMPLETE else reference.name
        return f"{estimate}{values}: {reached}", f"{reference.name}: {reached}"

    def _describe(self, session: Session) -> None:
        here = session.step.index
        height = number(float(self.series.objective[here]), 4)
        value = f"At θ({here}) {objective_name(session)} is {height} nats"
        change = _gained(session)[0].replace(" ", " of ")
        gained = f", a {change} nats" if change else ""
        self.plot.describe(f"{value}{gained}.")
        self.hint.setText(_pace(self.series, here, "this step of θ: {} of the one before"))
        self.hint.shorter = _pace(self.series, here, "step × {}")
        self.setAccessibleDescription(
            f"{value}{gained}. {sentence(session, self.series, self.parameters.group)}"
        )

    # -- going there ----------------------------------------------------------------------------------------

    @Slot(float, float)
    def _seek(self, x: float, y: float) -> None:
        t = round(x)
        if self.session is not None and 0 <= t < self.series.length:
            self.seek_requested.emit(self.session.trace.place(t))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show both plots where there is room."""
        super().resizeEvent(event)
        before = self._in_sight
        self._show_plots()
        if self._in_sight != before:
            # The buttons change the head's height; without this, only after the plots have been painted.
            self.activate()
        # The plots resize by themselves; while EM runs flat out the panel is drawn soon anyway.
        if self._in_sight != before and not self.hurried:
            self._draw()


EMPTY = np.empty((0, 2))
EMPTY_TIMES = np.empty(0, dtype=np.intp)


def staircase(objective: Array, bound: Array) -> tuple[Array, Array]:
    """Return the segments of the staircase as pairs of points, two arrays of shape (2T, 2), in nats.

    The first holds the M-steps, in which the bound rises from log P at θ(t) to its maximum at θ(t+1); the
    second the E-steps, which close the gap from there up to log P.

    Parameters
    ----------
    objective, bound : Array, shape (T+1,)
        log P(x; θ(t)), and g_{t−1}(θ(t)).
    """
    times = np.arange(len(objective), dtype=np.float64)
    rise = np.stack([times[:-1], objective[:-1], times[1:], bound[1:]], axis=1)
    close = np.stack([times[1:], bound[1:], times[1:], objective[1:]], axis=1)
    return rise.reshape(-1, 2), close.reshape(-1, 2)


def _ring(here: int, objective: Array, theme: Theme) -> Mark:
    return Mark(float(here), float(objective[here]), "o", theme.components[0], 17, hollow=True)


def _pace(series: Series, here: int, words: str) -> str:
    """Return the ratio of the last two steps of θ in words; near a maximum, the missing information."""
    ratio = series.shrinkage(here)
    return "" if ratio is None else words.format(number(ratio, 3))


def _gained(session: Session) -> tuple[str, bool]:
    """Return "gain 0.12" or "fall 0.12", and whether it is a fall; "" before the first iteration."""
    gain = gain_of(session)
    if gain is None:
        return "", False
    return f"{'fall' if gain < 0 else 'gain'} {figure(abs(gain), 3)}", gain < 0
