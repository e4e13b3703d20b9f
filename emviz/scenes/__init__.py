"""Sessions as files: a scene is the recipe of a session, from which all that it shows is computed again.

A file `NAME.emviz` is one JSON object in UTF-8. Only `emviz` and `model` must be there; what is left out
takes its default, and an entry that is not listed here is refused. Nothing in a file is executed, and no path
in it is opened.

==========  ============================================================================================
entry       what it holds
==========  ============================================================================================
emviz       the number of this form: 1. A larger one is of a newer emviz, and is refused.
program     the version of emviz that has written the file.
model       the key of the model, as `emviz models` lists it.
hyper       its hyper-parameters by name; those left out are as the example or the model has them.
data        where the data come from; see below. Left out: the first example of the model.
draft       data as edited that the model cannot use yet: an object with `source`, `columns`, `places`, and
            `unfilled` (only empty rows are wrong); or null.
choice      which columns of the file were taken: `layout`, `named` (the model's names to those in the file),
            `used`, `left_out` (columns with the reason), `codes` of a missing cell, `drop`, `aside` (rows
            that are no data, from 0, with what they are); or null.
assumed     what was assumed of the file, a sentence each.
start       θ(0): the fields of θ by name, nested lists of numbers; those left out take their default.
seed        the seed that θ(0) was drawn with, or null.
truth       the θ that the data were simulated from, as `start`; or null.
limits      when a run stops: `tolerance`, what it is `on` ("gain" or "theta"), `iterations`.
usual       what these three will be again once other data are opened; or null.
runs        the runs from θ(0), a list of objects with `method` (as on the command line, with its options),
            `steps` (half-steps that have been done), `cursor` (the one on display), `outcome` ("converged",
            "iterations" or null), `failed` (the next half-step could not be done), and `objective`: log P at
            the cursor, to be compared when the file is opened. Left out: EM at θ(0).
front       the `method` of the run on display.
display     what is shown, and how: the fields of `emviz.session.Display` by name. A `cell` is {"share": [row,
            place]}, {"count": [row, group]}, {"total": group} or {"update": place}; `slice` is {"entry":
            [field, [index, …]]}, {"between": [t, t]} or {"goal": "truth" or "complete"}; `axes` are two
            entries, and `supposed` pairs of a variable and its state. Rows, columns and indices count from
            0. Hidden is what is false of `reference` (the answers), `revealed` (the labels) and `next` (where
            the M-step leads).
notes       what the user has written about it.
==========  ============================================================================================

`data` names an example by its key, or holds the cells:

==========  ============================================================================================
example     the key of an example of the model.
source      the name of the file that the cells came from.
columns     a list of objects: `name`, and either `numbers`, in which null is a missing cell and "inf" and
            "-inf" are what they say, or `texts`, as they were written; also `codes`, what a missing cell
            holds in small letters, and `decimal`, "." or ",", where they are not the usual ones.
places      where the rows stood in the file: a list of [first, how many], counted from 1; or null.
sha256      of the columns as emviz writes them, to be compared when the file is opened.
==========  ============================================================================================

Numbers are written with as many digits as tell them from every other float, and read back to the last bit.
"""

from pathlib import Path

#: How the name of a file ends that holds a session.
ENDING = ".emviz"
#: The variable of the environment that names a session's file which is for this window alone.
HANDED = "EMVIZ_HANDED"


def is_scene(path: Path) -> bool:
    """Return whether a file is one of a session, by its name."""
    return path.suffix.lower() == ENDING
