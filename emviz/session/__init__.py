"""What is on the desk: one frozen value that holds everything the window shows.

Functions take a Session and return a new one. Moving through the trace is free; an edit of the data, the
model or θ(0) starts a new trace under a new run number, and can be undone.
"""

from emviz.session.edits import (
    draw_start,
    open_instead,
    rebased,
    redo,
    reset,
    set_limits,
    set_model,
    set_start,
    set_table,
    show,
    undo,
)
from emviz.session.moves import back, extended, failed, seek, step, steps
from emviz.session.state import (
    FIRST_MODEL,
    Display,
    Reference,
    Session,
    answer,
    example_session,
    fitting,
    look,
    new_session,
    on_display,
    reference,
    settled,
    single,
    target,
    trace_of,
    views,
)

__all__ = [
    "FIRST_MODEL",
    "Display",
    "Reference",
    "Session",
    "answer",
    "back",
    "draw_start",
    "example_session",
    "extended",
    "failed",
    "fitting",
    "look",
    "new_session",
    "on_display",
    "open_instead",
    "rebased",
    "redo",
    "reference",
    "reset",
    "seek",
    "set_limits",
    "set_model",
    "set_start",
    "set_table",
    "settled",
    "show",
    "single",
    "step",
    "steps",
    "target",
    "trace_of",
    "undo",
    "views",
]
