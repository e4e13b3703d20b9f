"""The state of the window as one frozen value, the Session.

Functions take a Session and return a new one. Moving through the trace is free; an edit of the data, the
model or θ(0) starts a new trace under a new run number, and can be undone.
"""

from emviz.session.abreast import (
    Abreast,
    beginning,
    counting,
    other_starts,
    raised_by,
    standing,
    way_of,
)
from emviz.session.answers import answer, answers
from emviz.session.arrows import set_arrow
from emviz.session.change import ARRANGED, EVERYTHING, FOUND, NUMBERS, Change, Part, diff
from emviz.session.display import Arrangement, Display
from emviz.session.edits import (
    HIGHEST_SEED,
    draft_of,
    draw_start,
    edit_table,
    open_example,
    open_instead,
    open_whole,
    rebased,
    reset,
    set_entry,
    set_memo,
    set_method,
    set_model,
    set_start,
    set_table,
    show,
    shown,
    take_run,
)
from emviz.session.frame import Frame, frame, holding, on_axes
from emviz.session.headings import (
    bound_along,
    derivation,
    earlier_of,
    ends_of,
    heading,
    known_iterations,
    profiled,
)
from emviz.session.history import redo, undo
from emviz.session.lecture import TRUTH, lecture_begun, lecture_ended, named, source_of, withheld
from emviz.session.limits import left, rule_of, set_limits, settled, stride_of, usual_limits
from emviz.session.moves import back, extended, failed, from_start, seek, step, steps
from emviz.session.orders import IN_FILE, Order, in_file, ordering
from emviz.session.presets import open_preset, preset_named
from emviz.session.rates import has_rate, rate_here
from emviz.session.requests import START_STAYS, Request, always, same_data, same_model, same_rows, same_start
from emviz.session.results import (
    NOTHING_YET,
    Derived,
    Result,
    Results,
    aimed_at,
    ended_at,
    news,
    remarked,
    same_round,
    suited,
    told_of,
)
from emviz.session.run import Run
from emviz.session.simulating import (
    FIRST_TRUTH,
    at_start,
    drawn_truth,
    with_cells_missing,
    with_simulated,
)
from emviz.session.state import (
    FIRST_MODEL,
    Reference,
    Session,
    aiming,
    example_session,
    fitting,
    held,
    look,
    new_session,
    on_display,
    reference,
    referring,
    single,
    target,
    trace_of,
    views,
    words_of,
)
from emviz.session.supposing import supposable, toggled
from emviz.session.table import block_size, first_rows, is_large, many_shown, shown_at, shown_cell, some_rows
from emviz.session.tellings import Telling, row_to_tell, telling
from emviz.session.work import same_work, work_in
