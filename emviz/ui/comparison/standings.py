"""The table of a comparison: cost, result and end of each method."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from emviz.api.report import contender_cells, contender_end
from emviz.em.comparison import Contender
from emviz.em.rounding import MINUS
from emviz.ui.comparison.contest import Lane
from emviz.ui.comparison.looks import Sample
from emviz.ui.errors import sentence_of
from emviz.ui.frame.status import fault_html
from emviz.ui.look.theme import LIGHT, Theme
from emviz.ui.widgets.labels import PlainLabel, RichLabel, as_tip
from emviz.wording.numbers import number, with_powers

HEADINGS = ("Method", "Iterations", "E-steps", "Maps", "for Hessians", "Objective", "Monotone", "Ended")
TIPS = {
    "E-steps": "The cost of the iterations in E-steps, including rejected trials",
    "Maps": "Steps of EM among them, from counts to the next θ; the other E-steps only compute log P",
    "for Hessians": "E-steps for the matrices of second derivatives, on top of the others",
    "Monotone": "Whether the objective never fell by more than rounding",
    "Ended": "At a maximum, a saddle, a ridge or the border; or stopped or failed before that",
}
#: Pixels between two methods.
AIR = 5
NUMBERS = HEADINGS[1:5]


class Standings(QWidget):
    """A row for each method."""

    #: The index of a method whose run is to replace the current one.
    taken = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = LIGHT
        self.rows: list[list[PlainLabel]] = []
        #: Sentences about the ends, each below its row.
        self.sentences: list[RichLabel] = []
        self.samples: list[Sample] = []
        self.buttons: list[QPushButton] = []
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(14)
        self.grid.setVerticalSpacing(0)
        self.grid.setColumnStretch(len(HEADINGS), 1)
        for column, heading in enumerate(HEADINGS, start=1):
            label = PlainLabel(heading)
            label.setProperty("role", "muted")
            label.setContentsMargins(0, 0, 0, AIR)
            label.setToolTip(as_tip(TIPS.get(heading, "")))
            self.grid.addWidget(label, 0, column, _aligned(heading))

    def show_lanes(self, lanes: Sequence[Lane], running: bool) -> None:
        """Show the progress of the methods.

        Parameters
        ----------
        running : bool
            Methods without an end are still running; otherwise they were cancelled.
        """
        # Rows are never removed: those of an earlier, longer comparison are hidden.
        while len(self.rows) < len(lanes):
            self._add_row(len(self.rows))
        for place, row in enumerate(self.rows):
            shown = place < len(lanes)
            for each in (*row, self.sentences[place], self.samples[place], self.buttons[place]):
                each.setVisible(shown)
            if shown:
                self._fill(place, lanes[place], running)

    def apply_theme(self, theme: Theme) -> None:
        """Apply the colours."""
        self.theme = theme
        for sample in self.samples:
            sample.apply_theme(theme)

    def _fill(self, place: int, lane: Lane, running: bool) -> None:
        *cells, sentence = _cells(lane, running)
        for label, text in zip(self.rows[place], cells, strict=True):
            # Called many times a second during a run, so unchanged labels are not repainted.
            if label.text() != text:
                label.setText(text)
        html = fault_html(with_powers(sentence))
        if self.sentences[place].html != html:
            self.sentences[place].show_html(html)
        button, title = self.buttons[place], lane.method.title
        button.setEnabled(lane.finish is not None)
        button.setAccessibleName(f"Take {title}")
        button.setToolTip(as_tip(f"Continue with the run of {title}; undo returns to the current one"))

    def _add_row(self, place: int) -> None:
        labels, first = [PlainLabel() for _ in HEADINGS], 2 * place + 1
        for column, (label, heading) in enumerate(zip(labels, HEADINGS, strict=True), start=1):
            self.grid.addWidget(label, first, column, _aligned(heading))
        sentence = RichLabel()
        sentence.setProperty("role", "hint")
        sentence.setContentsMargins(0, 0, 0, AIR)
        self.grid.addWidget(sentence, first + 1, 1, 1, len(HEADINGS))
        sample, button = Sample(place), QPushButton(f"Take &{place + 1}")
        sample.apply_theme(self.theme)
        button.setObjectName(f"take{place}")
        button.setAutoDefault(False)
        button.setProperty("place", place)
        button.clicked.connect(self._take)
        self.grid.addWidget(sample, first, 0, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        self.grid.addWidget(button, first, len(HEADINGS) + 1, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        selectable: list[QLabel] = [*labels, sentence]
        for each in selectable:
            each.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.rows.append(labels)
        self.sentences.append(sentence)
        self.samples.append(sample)
        self.buttons.append(button)

    @Slot()
    def _take(self) -> None:
        self.taken.emit(int(self.sender().property("place")))


def ended(contender: Contender) -> str:
    """Return how a method ended, in a word or two."""
    if contender.trace.failure:
        return "failed"
    return contender.ending.place.value if contender.trace.converged else "stopped"


def _aligned(heading: str) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if heading in NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _cells(lane: Lane, running: bool) -> tuple[str, ...]:
    """Return the texts of a row, and the sentence below it."""
    if lane.finish is not None:
        return _finished(lane.finish.contender)
    done = f"{max(0, len(lane.heights) - 1):,}"
    spent = f"{lane.spent[-1]:,}" if lane.spent else ""
    value = f"{lane.raised} {number(lane.heights[-1], 6)}" if lane.heights else ""
    state = "running" if running else "cancelled"
    # The blank sentence keeps its line as high as it will be.
    return lane.method.title, done, spent, "", "", value, "", state, " "


def _finished(contender: Contender) -> tuple[str, ...]:
    title, iterations, spent, maps, hessians, _, value, monotone = contender_cells(contender)
    sentence = sentence_of(contender_end(contender))
    return (
        title,
        iterations,
        spent,
        maps,
        hessians,
        value.replace("-", MINUS),
        monotone,
        ended(contender),
        sentence,
    )
