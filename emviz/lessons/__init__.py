r"""Lessons: scenes with words, in a text file that a teacher can write in any editor.

A file `NAME.lesson` is Markdown in UTF-8 with headers. A header is TOML between two lines of `+++`; a line of
the words that is `+++` itself is written `\+++`. The first header is that of the lesson, and the words after
it say what it is about. Each further header begins a scene, and its words follow. Nothing in a file is
executed, no path in it is opened, and an entry that is not listed here is refused. This is a whole lesson::

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
lesson      the number of this form: 1. A larger one is of a newer emviz, and is refused.
title       what it is called.
language    of its words, such as "en". Left out: "en".
minutes     about how long it takes. Left out: 5.
==========  ============================================================================================

The header of a scene; all of it may be left out, and then the scene stands where the one before ended:

==========  ============================================================================================
title       what stands above the words.
model       the key of a model, as `emviz models` lists it. The first scene needs one.
example     the key of one of its examples. Left out: the first one.
hyper       hyper-parameters by name, where they differ from those of the example.
start       fields of θ(0), nested lists of numbers; those left out are as the example or the model has them.
preset      instead of these three, one of the "things to see" of the model, by its key.
seed        draw θ(0) with this seed instead.
method      as on the command line: "em", "hard", "gradient:0.03:natural", "newton".
at          where the scene begins: "θ(3)" once θ(3) has been found (or "theta(3)"), "E(3)" after the E-step
            at θ(3), "end" where the run has converged. Left out: where the scene before ended, or θ(0).
to          where it ends; until then each step forward is a half-step. Left out: where it begins.
stage       the panel that has all the room: "bound", "likelihood", "counts", "picture", or "all" for none.
picture     the title of the picture of the model.
along       the line of the bound: "step" from θ(t) to θ(t+1), or an entry of θ such as "θ_A".
cell        the number whose derivation is shown, by its name (see below); "" for none.
show, hide  lists of "answers", "labels", "next", "earlier", "parts", "profile", "contours" and "slowest", the
            choices of the menu View: complete data, truth and maxima; true labels; where the M-step leads;
            the bounds of the iterations before; Q and H(q); the profile likelihood along a parameter;
            contours of the bound; the direction in which EM is slowest.
display     any other choice of the display, as in the `display` of a session (see `emviz.scenes`).
question    what is asked before the scene goes on; see below.
==========  ============================================================================================

`model`, `example`, `hyper`, `start` with `seed`, and `method` are read in this order: what is given begins
anew with all that follows it, and what stands before it is that of the scene before. What is shown stays as
it is while the model does, except `cell`. A teacher's own data are a session in the form of `emviz.scenes`,
in a fenced block of the words, ```` ```emviz ````; with it nothing of the first seven entries is given.

A question:

==========  ============================================================================================
kind        "number", "choice", "click" or "drag".
ask         the question.
of          what is asked, by its name. The program calculates it; no result is stored.
digits      of a number or a drag: the decimals that are asked for, 0 to 6. Left out: 2. An answer is right
            within half a unit of the last one.
choices     of a choice: what is offered.
values      what each of the choices stands for: names of quantities, of which the right one is "largest" or
            "smallest"; or, together with `of`, what that may be.
right       the number of the right choice, from 1; or "largest" or "smallest". Left out where there is `of`.
see         the number of the count table that says why, by its name; the window opens its derivation, which
            outlines what goes into it. Left out: the number that was asked for.
hint        said after a wrong answer.
because     said with the solution.
==========  ============================================================================================

The names of numbers are those on the screen; rows count from 1:

==========================  ============================================================================
`P(A), row 3`               a share of a row, or by the completion's own name: `AB / ab, row 3`
`coin A H, row 3`           what a row gives to a count; `coin A H` without a row is the total
`θ_A`                       an entry of θ, the last one found (or `theta_A`)
`log P`, `gain`             what the method raises; what the iteration adds to it
`bound`, `gap`              g_t(θ(t+1)), and how far log P(θ(t+1)) lies above it
`rate`                      by what part the last steps of EM shrink
`missing`                   at a maximum: the largest fraction of missing information
`error of θ_A`              at a maximum: the standard error
`iterations`, `place`       t; what kind of place θ is: "maximum", "saddle", "ridge", "border", "on its way"
`most divided row`          the row whose completion is least certain
`rows`                      how many rows there are; `rows without a hole`: in which no cell is missing
`row of the largest P(A)`   the row where a share is largest, or `smallest`
`highest point of g`        where on the line of the bound panel the bound is highest; also `of log P`
`touching point`            where on that line the bound touches
`θ`                         of a drag: the two entries on the axes of the landscape
==========================  ============================================================================

Before each may stand `complete`, for what the true labels alone would give, or `hard` or `em`, for hard EM
and EM from the same θ(t): `complete θ_A at next`. After each may follow where it is asked for: `at θ(3)`,
`at E(3)`, `at next` for θ(t+1), or `at end`. In words, questions and choices `{θ_A at next: 3}` is such a
number with so many decimals, two unless given; a brace that means itself is written `\{`.

From Python::

    lesson = emviz.lessons.read_file(Path("first.lesson"))
    session = emviz.lessons.perform(lesson, 0)
    emviz.lessons.words(lesson.scenes[0], session)  # with the numbers put in
    question = lesson.scenes[0].question
    question.solution(session).text, question.check("0.45", session).right
    question.filled(session).ask, question.filled(session).choices  # with the numbers put in
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
