"""Session files: a scene is the recipe of a session, from which everything it shows is recomputed.

A file `NAME.emviz` is one JSON object in UTF-8. Only `emviz` and `model` are required; other entries have
defaults, and unknown entries are rejected. Nothing in a file is executed, and no path in it is opened.

==========  ============================================================================================
entry       content
==========  ============================================================================================
emviz       the format version: 1. A higher number needs a newer emviz, and is rejected.
program     the version of emviz that wrote the file.
model       the key of the model, as `emviz models` lists it.
hyper       its hyper-parameters by name; missing ones are taken from the example or the model.
data        origin of the data; see below. Default: the model's first example.
draft       data as edited that the model cannot use yet: an object with `source`, `columns`, `places`, and
            `unfilled` (only empty rows are wrong); or null.
choice      which columns of the file were taken: `layout`, `named` (the model's names to those in the file),
            `used`, `left_out` (columns with the reason), `codes` of a missing cell, `drop`, `aside` (rows
            that are no data, from 0, with what they are); or null.
assumed     what was assumed about the file, one sentence each.
start       θ(0): the fields of θ by name, nested lists of numbers; missing ones have their default.
seed        the seed that θ(0) was drawn with, or null.
truth       the θ that the data were simulated from, as `start`; or null.
limits      the stopping rule: `tolerance`, what it is `on` ("gain" or "theta"), `iterations`.
usual       the values of these three that apply when other data are opened; or null.
runs        the runs from θ(0), a list of objects with `method` (as on the command line, with its options),
            `steps` (half-steps that have been done), `cursor` (the one on display), `outcome` ("converged",
            "iterations" or null), `failed` (the next half-step could not be done), and `objective`: log P at
            the cursor, compared when the file is opened. Default: EM at θ(0).
front       the `method` of the displayed run.
display     display settings: the fields of `emviz.session.Display` by name. A `cell` is {"share": [row,
            place]}, {"count": [row, group]}, {"total": group} or {"update": place}; `slice` is {"entry":
            [field, [index, …]]}, {"between": [t, t]} or {"goal": "truth" or "complete"}; `axes` are two
            entries, and `supposed` pairs of a variable and its state. Rows, columns and indices count from
            0. Hidden is what is false of `reference` (the answers), `revealed` (the labels) and `next` (where
            the M-step leads).
notes       the user's notes.
==========  ============================================================================================

`data` names an example by its key, or contains the cells:

==========  ============================================================================================
example     the key of an example of the model.
source      the name of the file with the cells.
columns     a list of objects: `name`, and either `numbers`, in which null is a missing cell and "inf" and
            "-inf" are what they say, or `texts`, as they were written; also `codes`, what a missing cell
            holds in small letters, and `decimal`, "." or ",", where they are not the usual ones.
places      where the rows stood in the file: a list of [first, how many], counted from 1; or null.
sha256      of the columns as emviz writes them, compared when the file is opened.
==========  ============================================================================================

Numbers are written with enough digits to restore every float exactly.
"""

from pathlib import Path

#: File ending of sessions.
ENDING = ".emviz"
#: Environment variable with the name of a session file written for this window only.
HANDED = "EMVIZ_HANDED"


def is_scene(path: Path) -> bool:
    """Return whether a file is a session, judged by its name."""
    return path.suffix.lower() == ENDING
