r"""Lessons: scenes with text, in a file that a teacher can write in any editor.

A file `NAME.lesson` is Markdown in UTF-8 with headers. A header is TOML between two lines of `+++`; a text
line that should read `+++` is written `\+++`. The first header belongs to the lesson, and the text after it
describes the lesson. Each further header starts a scene, followed by its text. Nothing in a file is executed,
no path in it is opened, and unknown entries are rejected. This is a complete lesson::

    +++
    lesson = 1
    title = "The first E-step"
    +++

    +++
    model = "coins"
    hide = ["answers", "next"]
    to = "E(0)"

    [question]
    kind = "number"
    ask = "How probable is coin A for the first set?"
    of = "P(A), row 1"
    +++

    θ(0) says that coin A comes up heads in {θ_A: 1} of all tosses, and coin B in {θ_B: 1}.

The header of the lesson:

==========  ============================================================================================
lesson      the number of this form: 1. A higher number needs a newer emviz, and is rejected.
title       its name.
language    language of its text, such as "en". Default: "en".
minutes     approximate duration. Default: 5.
==========  ============================================================================================

The header of a scene; all entries are optional, and a scene without any continues where the previous one
ended:

==========  ============================================================================================
title       heading of the text.
model       the key of a model, as `emviz models` lists it. The first scene needs one.
example     the key of one of its examples. Default: the first one.
hyper       hyper-parameters by name, if they differ from those of the example.
start       fields of θ(0), nested lists of numbers; missing ones are taken from the example or the model.
preset      instead of these three, one of the "things to see" of the model, by its key.
seed        draw θ(0) with this seed instead.
method      as on the command line: "em", "hard", "gradient:0.03:natural", "newton".
at          the start of the scene: "θ(3)" when θ(3) has been found (or "theta(3)"), "E(3)" after the E-step
            at θ(3), "end" when the run has converged. Default: the end of the previous scene, or θ(0).
to          its end; until then each step forward is a half-step. Default: its start.
stage       the maximised panel: "bound", "likelihood", "counts", "picture", or "all" for none.
picture     the title of the picture of the model.
along       the line of the bound: "step" from θ(t) to θ(t+1), or an entry of θ such as "θ_A".
cell        the number whose derivation is shown, by name (see below); "" for none.
show, hide  lists of "answers", "labels", "next", "earlier", "parts", "profile", "contours" and "slowest", the
            choices of the menu View: complete data, truth and maxima; true labels; where the M-step leads;
            the bounds of earlier iterations; Q and H(q); the profile likelihood along a parameter;
            contours of the bound; the direction in which EM is slowest.
display     any other display setting, as in the `display` of a session (see `emviz.scenes`).
question    the question to answer before going on; see below.
==========  ============================================================================================

`model`, `example`, `hyper`, `start` with `seed`, and `method` apply in this order: an entry resets all that
follow it, and those before it are taken from the previous scene. The display settings stay as long as the
model does, except `cell`. A teacher's own data are given as a session in the form of `emviz.scenes`, in a
fenced block of the text, ```` ```emviz ````; the first seven entries are then not allowed.

A question:

==========  ============================================================================================
kind        "number", "choice", "click" or "drag".
ask         the question.
of          the name of the quantity. The program calculates it; no result is stored.
digits      decimals of a number or a drag, 0 to 6. Default: 2. An answer is right within half a unit of the
            last one.
choices     the choices offered.
values      the meaning of each choice: names of quantities, of which the "largest" or "smallest" is
            right; or, together with `of`, its possible values.
right       the number of the right choice, from 1; or "largest" or "smallest". Omitted if there is `of`.
see         the number of the count table that explains the answer, by name; the window opens its
            derivation, which outlines its sources. Default: the number that was asked for.
hint        shown after a wrong answer.
because     shown with the solution.
==========  ============================================================================================

The names of numbers are those on the screen; rows are counted from 1:

==========================  ============================================================================
`P(A), row 3`               a share of a row, or by the completion's own name: `AB / ab, row 3`
`coin A H, row 3`           the contribution of a row to a count; `coin A H` without a row is the total
`θ_A`                       the latest value of an entry of θ (or `theta_A`)
`log P`, `gain`             the objective of the method; what the iteration adds to it
`bound`, `gap`              g_t(θ(t+1)), and the distance from it to log P(θ(t+1))
`rate`                      the factor by which the last steps of EM shrink
`missing`                   at a maximum: the largest fraction of missing information
`error of θ_A`              at a maximum: the standard error
`iterations`, `place`       t; the kind of place of θ: "maximum", "saddle", "ridge", "border", "on its way"
`most divided row`          the row whose completion is least certain
`rows`                      the number of rows; `rows without a hole`: those without a missing cell
`row of the largest P(A)`   the row with the largest share, or the `smallest`
`highest point of g`        the maximum of the bound on the line of the bound panel; also `of log P`
`touching point`            the point of that line where the bound touches
`θ`                         for a drag: the two entries on the axes of the landscape
==========================  ============================================================================

Each name may be preceded by `complete` for the value from the true labels alone, or `hard` or `em` for that
from hard EM or EM at the same θ(t): `complete θ_A at next`. It may be followed by `at θ(3)`, `at E(3)`, `at
next` for θ(t+1), or `at end`. In texts, questions and choices `{θ_A at next: 3}` is replaced by the number
with that many decimals, 2 by default; a literal brace is written `\{`.

From Python::

    lesson = emviz.lessons.read_file(Path("first.lesson"))
    session = emviz.lessons.perform(lesson, 0)
    emviz.lessons.words(lesson.scenes[0], session)  # with its numbers
    question = lesson.scenes[0].question
    question.solution(session).text, question.check("0.45", session).right
    question.filled(session).ask, question.filled(session).choices  # with their numbers
"""

from emviz.lessons.adding import add_view, new_lesson
from emviz.lessons.checking import problems
from emviz.lessons.lesson import ENDING, KINDS, Lesson, LessonScene, Moment, Setup, is_lesson
from emviz.lessons.performing import Performed, following, perform, performing
from emviz.lessons.questions import Answer, Question, Sayings, Solution, Verdict, leeway
from emviz.lessons.reading import read, read_file
from emviz.lessons.settling import setup_at
from emviz.lessons.shelf import Shipped, path_named, shipped, shipped_path
from emviz.lessons.words import words
from emviz.lessons.writing import write

__all__ = [
    "ENDING",
    "KINDS",
    "Answer",
    "Lesson",
    "LessonScene",
    "Moment",
    "Performed",
    "Question",
    "Sayings",
    "Setup",
    "Shipped",
    "Solution",
    "Verdict",
    "add_view",
    "following",
    "is_lesson",
    "leeway",
    "new_lesson",
    "path_named",
    "perform",
    "performing",
    "problems",
    "read",
    "read_file",
    "setup_at",
    "shipped",
    "shipped_path",
    "words",
    "write",
]
