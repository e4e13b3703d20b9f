"""The actions of the window: one QAction each, with text, tip and shortcuts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence

from emviz.em.optional import Supposing
from emviz.session import Session
from emviz.ui.look.style import disabled_ink
from emviz.ui.look.theme import Theme
from emviz.ui.widgets.icons import icon
from emviz.ui.work.driver import Driver


@dataclass(frozen=True)
class Deed:
    """Definition of an action.

    Parameters
    ----------
    name : str
        The object name, without "Action".
    text : str
        Text of its button and menu entry.
    tip : str
        What it does, in one sentence.
    keys : tuple of str
        Shortcuts; the first one is shown.
    icon : str
        Name of its icon; "" for none.
    repeats : bool
        Whether it repeats while the key is held down.
    """

    name: str
    text: str
    tip: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    repeats: bool = False


MOVES = (
    Deed("first", "First", "Go to θ(0)", ("Home",), "first"),
    Deed("back", "Back", "Go back one half-step", ("Left", "PgUp"), "back", repeats=True),
    Deed("step", "E-step", "Do the next half-step", ("Right", "Space", "PgDown"), "step", repeats=True),
    Deed("iterate", "Iterate", "Go on to the end of the next M-step", ("I",), "iterate", repeats=True),
    Deed("run", "Run", "Repeat both steps until EM has converged", ("R",), "run"),
    Deed("pause", "Pause", "Stop here", ("R",), "pause"),
    Deed("play", "Play", "Do one half-step after another at the chosen speed", ("P",), "play"),
    Deed("last", "Last", "Go to the last half-step that has been computed", ("End",), "last"),
    Deed("reset", "Reset", "Go back to θ(0) and discard the steps", ("Ctrl+R",), "reset"),
    Deed("method", "Other method", "Go on by the next method, EM or hard EM, from the same θ(0)", ("M",)),
    Deed(
        "abreast",
        "EM beside hard EM…",
        "EM, hard EM and the complete data from this θ(0), step by step beside each other",
        ("W",),
    ),
    Deed("compare", "Compare methods…", "Run up to four methods from this θ(0), side by side", ("C",)),
)
FILE = (
    Deed("open", "Open…", "Open a file of data, or a session", ("Ctrl+O",), "open"),
    Deed(
        "save",
        "Save session",
        "Save the session: model, data, θ(0), runs, half-step, display, notes",
        ("Ctrl+S",),
        "save",
    ),
    Deed("saveAs", "Save session as…", "Save the session in another file", ("Ctrl+Shift+S",)),
    Deed("dataCsv", "Data as CSV…", "Save the data with your edits as CSV", (), "save"),
    Deed("traceCsv", "Trace as CSV…", "Save θ(t) and log P of every iteration as CSV", (), "save"),
    Deed("traceJson", "Trace as JSON…", "Save θ(t) and log P of every iteration as JSON", (), "save"),
    Deed("countsCsv", "Count table as CSV…", "Save the counts of every row as CSV", (), "save"),
    Deed("countsJson", "Count table as JSON…", "Save the counts of every row as JSON", (), "save"),
    Deed("answersCsv", "Answers as CSV…", "Save the most likely completions of every row as CSV", (), "save"),
    Deed(
        "posteriorCsv",
        "Posterior as CSV…",
        "Save P of each state in the network for the selected row, with and without what is supposed",
        (),
        "save",
    ),
    Deed("handout", "Handout…", "Save the run as a PDF, one sheet per half-step, or a worksheet with blanks"),
    Deed("animation", "Animation…", "Save the run as an animated GIF or WebP, one picture per half-step"),
    Deed(
        "page",
        "Web page…",
        "Save the run as one file for any browser, with all of its half-steps",
        (),
        "save",
    ),
    Deed(
        "picture",
        "Window as PNG…",
        "Save a picture of the window at twice its size",
        ("Ctrl+Shift+P",),
        "picture",
    ),
    Deed("quit", "Quit", "Close emviz", ("Ctrl+Q",)),
)
EDIT = (
    Deed("undo", "Undo", "Undo the last edit of data, θ(0) or model", ("Ctrl+Z",), "undo", repeats=True),
    Deed("redo", "Redo", "Redo the last undone edit", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", repeats=True),
    Deed("copy", "Copy", "Copy the selection, or a picture of the panel", ("Ctrl+C",), "copy"),
    Deed("paste", "Paste", "Paste over the data, from the first selected cell on", ("Ctrl+V",)),
    Deed("find", "Find in the counts", "Go to a row by number or text, to a column by name", ("Ctrl+F", "/")),
    Deed("notes", "Notes…", "Write down what this session is for; the notes are saved with it", ("Ctrl+T",)),
    Deed("pasteRows", "Paste as new rows", "Insert rows of data below the current one", ("Ctrl+Shift+V",)),
)
VIEW = (
    Deed("larger", "Larger text", "Enlarge everything", ("Ctrl++", "Ctrl+="), repeats=True),
    Deed("smaller", "Smaller text", "Make everything smaller", ("Ctrl+-",), repeats=True),
    Deed("usual", "Usual size", "Return to the usual size", ("Ctrl+0",)),
    Deed("stage", "Counts on stage", "Give the counts most of the room, or show all four panels", ("S",)),
    Deed("upper", "Log-likelihood on stage", "On the stage: the log-likelihood, or the lower bound", ("L",)),
    Deed("largeBound", "Lower bound alone", "All the room for the lower bound, and back", ("1",)),
    Deed("largeLikelihood", "Log-likelihood alone", "All the room for the log-likelihood, and back", ("2",)),
    Deed("largeCounts", "Counts alone", "All the room for the counts, and back", ("3",)),
    Deed("largePicture", "Picture alone", "All the room for the picture of the model, and back", ("4",)),
    Deed("together", "All panels", "Bring the panels back to their places", ("0",)),
    Deed("setup", "Experiment and data", "Show or hide the experiment and the data", ("E",)),
    Deed("pin", "Pin the experiment", "Keep the experiment and the data beside the panels", (), "pin"),
    Deed("usualLayout", "Usual layout", "Restore the usual sizes of all panels"),
    Deed(
        "reference",
        "Answers: maxima, truth, complete data",
        "Show the maxima and saddles, the truth of simulated data, and what could be counted if nothing "
        "were hidden",
    ),
    Deed("reveal", "Reveal the hidden labels", "Show the true labels, where the data have them"),
    Deed("next", "Where the next M-step leads", "Show θ(t+1) before the M-step is done, and forecasts"),
    Deed(
        "unveil",
        "Reveal all",
        "Reveal what the class should guess: maxima, truth, complete data, labels, the next number; "
        "or hide it",
        ("A",),
    ),
    Deed("earlier", "Earlier bounds", "Show the bounds of earlier iterations too, fainter", ("F",)),
    Deed("parts", "Q and H(q)", "Show the parts of the lower bound: Q, and H(q) above it", ("Q",)),
    Deed(
        "profile",
        "Profile likelihood",
        "Show beside log P along a parameter its profile: log P at its best over all other parameters",
        ("J",),
    ),
    Deed(
        "contours",
        "Contours of the bound",
        "Show in the landscape contours of the bound over those of log P, which they touch at θ(t)",
        ("X",),
    ),
    Deed(
        "slowest",
        "Slowest direction",
        "Show in the landscape the direction in which EM is slowest, the missing information, and the rate",
        ("K",),
    ),
    Deed("again", "Compute again", "Compute again what Esc has cancelled in the pictures", ("F9",)),
    Deed("unsuppose", "No what-if", "Remove all suppositions from the network", ("U",)),
    Deed("nextPicture", "Next picture", "Show the next picture of the model", ("V",)),
    Deed("motion", "Animate steps", "Let the pictures glide from one step to the next"),
    Deed(
        "present",
        "Present",
        "Start a lecture at θ(0), in full screen, with everything hidden that the class should guess; "
        "Esc ends it, and all is as before",
        ("F5",),
        "screen",
    ),
    Deed("screen", "Full screen", "Full screen, without the setup, and back", ("F11",), "screen"),
    Deed("ring", "Ring around the mouse", "Show or hide a large ring around the mouse", ("O",)),
    Deed("blank", "Blank the screen", "Turn everything black, and back", (".", "B")),
    Deed(
        "escape",
        "Close what is open",
        "End the first of these: a cell being edited, a black screen, work that shows its progress, an open "
        "drawer, a derivation, a panel alone, other work in the background, the lecture, the full screen, "
        "the lesson",
        ("Esc",),
    ),
    Deed("leave", "Leave full screen", "Return to the window"),
    Deed("menuBar", "Menu bar", "Go to the menu bar, even if it is hidden", ("F10",)),
    Deed("message", "Whole message", "Show all of a message that is longer than two lines", ("N",)),
)
LESSONS = (
    Deed("openLesson", "Open lesson…", "Open a lesson from a file, and begin with it"),
    Deed(
        "addView",
        "Add this view to the lesson…",
        "Add the session to a lesson that you write, as a scene whose text you edit in any editor",
    ),
    Deed("newLesson", "New lesson…", "Begin a new lesson with this session as its first scene"),
    Deed(
        "lessonPage",
        "Lesson as web page…",
        "Save the lesson as one file for any browser, with its questions",
        (),
        "save",
    ),
    Deed("lessonHandout", "Lesson as handout…", "Save the lesson as a PDF, a sheet for each scene"),
    Deed("leaveLesson", "Leave the lesson", "Leave the lesson and return to the session you had before"),
)
TOOLS = (
    Deed(
        "starts",
        "Many starts…",
        "Run from many random starts, and see which optima there are and how often each is reached",
        ("D",),
    ),
    Deed(
        "errors",
        "Standard errors of θ…",
        "How well θ is known at the step on display, and what was lost by not seeing z",
    ),
)
HELP = (
    Deed("keys", "Keys", "The keys of emviz", ("F1",)),
    Deed("model", "About the model", "What is observed, what is hidden, what to look for"),
    Deed("about", "About emviz", "Version, licence, and the paper that emviz follows"),
)
CHECKABLE = (
    *("reference", "reveal", "next", "unveil", "motion", "present", "screen", "ring", "blank"),
    *("stage", "upper", "setup", "pin", "earlier", "parts", "profile", "contours", "slowest"),
)


class Actions(QObject):
    """Every action of the window, by name: ``actions["step"]`` is the QAction named "stepAction"."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        deeds = (*MOVES, *FILE, *EDIT, *VIEW, *LESSONS, *TOOLS, *HELP)
        self._icons = {deed.name: deed.icon for deed in deeds if deed.icon}
        self._actions = {deed.name: _action(deed, self) for deed in deeds}
        # Empty until there is a theme: a session may be rendered before.
        self._drawn = {"play": QIcon(), "stop": QIcon()}
        for name in CHECKABLE:
            self[name].setCheckable(True)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def all(self) -> tuple[QAction, ...]:
        """Return every action."""
        return tuple(self._actions.values())

    def connect_all(self, slots: dict[str, Callable[..., object]]) -> None:
        """Connect the named actions to their slots."""
        for name, slot in slots.items():
            self[name].triggered.connect(slot)

    def render(self, session: Session, driver: Driver) -> None:
        """Enable the actions that are possible now, and name the next half-step."""
        moving = driver.running or driver.playing
        # After a failure the steps before it can still be gone through.
        stuck = session.at_end and session.failure is not None
        allowed = {
            "first": session.cursor > 0,
            "back": session.cursor > 0,
            "step": not stuck,
            "iterate": not stuck,
            "run": not moving and session.failure is None,
            "pause": moving,
            "play": driver.playing or not stuck,
            "last": not session.at_end,
            "reset": len(session.trace) > 1 or session.failure is not None,
            "undo": bool(session.past),
            "redo": bool(session.future),
            "unsuppose": bool(session.display.supposed),
            "posteriorCsv": isinstance(session.model, Supposing),
        }
        for name, enabled in allowed.items():
            self[name].setEnabled(enabled)
        self["step"].setText(session.next_phase.value)
        self["play"].setText("Stop" if driver.playing else "Play")
        self["play"].setIcon(self._drawn["stop" if driver.playing else "play"])

    def apply_theme(self, theme: Theme, size: int) -> None:
        """Draw the icons in the colours of a theme.

        Parameters
        ----------
        size : int
            Side length in logical pixels.
        """
        grey = disabled_ink(theme)
        self._drawn = {name: icon(name, theme.ink, grey, size) for name in ("play", "stop")}
        for drawing in set(self._icons.values()) - self._drawn.keys():
            self._drawn[drawing] = icon(drawing, theme.ink, grey, size)
        for name, drawing in self._icons.items():
            self[name].setIcon(self._drawn[drawing])
        # The step button alone has the accent colour as its background.
        self["step"].setIcon(icon(self._icons["step"], theme.accent_ink, grey, size))


def _action(deed: Deed, parent: QObject) -> QAction:
    action = QAction(deed.text, parent)
    action.setObjectName(f"{deed.name}Action")
    action.setShortcuts([QKeySequence(key) for key in deed.keys])
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    action.setAutoRepeat(deed.repeats)
    native = QKeySequence.SequenceFormat.NativeText
    named = ", ".join(key.toString(native) for key in action.shortcuts())
    tip = f"{deed.tip} ({named})" if named else deed.tip
    action.setToolTip(tip)
    action.setStatusTip(deed.tip)
    return action
