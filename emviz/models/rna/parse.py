"""From a table to sequences: the consensus structure, the letters, and the alignment where there is one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emviz.data.table import DataError, Table
from emviz.data.things import things
from emviz.em.families.letters import GAPS, RNA, sequences_of
from emviz.em.work import TOGETHER, blocks, checked
from emviz.models.rna.data import RnaData
from emviz.models.rna.structure import CLOSING, INSERTED, OPENING, SINGLE, BracketError, Codes, Structure

REMOVED = str.maketrans("", "", GAPS)
#: States × starts × ends of one sequence: 240 MB.
MOST_CELLS = 30_000_000
#: Letters of a sequence, beyond which its probabilities would leave the range of the numbers.
MOST_LETTERS = 300


def parsed(table: Table, brackets: str = "") -> RnaData:
    """Return the sequences of a table, their consensus structure and their alignment.

    Parameters
    ----------
    table : Table
    brackets : str
        The consensus structure; "" for the one of the table.

    Raises
    ------
    DataError
        For no rows or no letters; for a missing sequence; for a letter that is none of A, C, G and U (or T)
        and no code for some of them; for a structure that
        is not the same in every row, or has a bracket without a partner, crossing pairs or no pair at all;
        for an alignment that does not fit the structure or the sequences; for sequences that are too long.
    """
    texts = sequences_of(table, RNA)
    marks = _marks(table, brackets)
    aligned, open_ = _aligned(table, texts, marks)
    bare = tuple(RNA.checked(text, row) for row, text in enumerate(checked(texts, TOGETHER), 1))
    if not any(bare):
        raise DataError("there are no letters in any of the sequences", column="sequence")
    there = None if aligned is None else _there(aligned, bare)
    consensus = _consensus(marks, there)
    structure = _structure(marks, consensus)
    _check_size(structure, bare)
    columns, inserted = (None, None) if there is None else _placed(there, consensus)
    names = table.texts("name") if "name" in table else None
    return RnaData(structure, bare, names, columns, inserted, open_)


def alignment_aside(table: Table) -> str | None:
    """Return a sentence if only some rows have an alignment, which is then set aside."""
    missing = table.missing("alignment") if "alignment" in table else np.zeros(0, dtype=np.bool_)
    known = len(missing) - int(np.count_nonzero(missing))
    if known in (0, len(missing)):
        return None
    rows = f"{known:,} of {len(missing):,} rows {'has' if known == 1 else 'have'}"
    return f"column alignment: {rows} one, and it is set aside until all have"


def knotted(table: Table) -> list[str]:
    """Return a note on the columns of a pseudoknot, whose pairs the model does not have."""
    marks = table.cell(0, "SS_cons") if table.rows and "SS_cons" in table else ""
    letters = [mark for mark in marks if mark.isalpha() and mark not in SINGLE + INSERTED]
    if not letters:
        return []
    named = ", ".join(sorted({mark.upper() for mark in letters}))
    columns = things(len(letters), "column")
    return [f"{columns} of pseudoknots (letters {named} of SS_cons) are taken as unpaired"]


def _marks(table: Table, brackets: str) -> str:
    """Return the structure, one mark for each column of the alignment."""
    if not brackets and "SS_cons" not in table:
        raise DataError(
            "there is no structure: give it in brackets, as a column SS_cons or under “Structure”"
        )
    # An apostrophe keeps spreadsheets from taking a hyphen for the beginning of a formula.
    rows: list[str] = (
        [brackets] if brackets else [text.removeprefix("'") for text in table.texts("SS_cons").tolist()]
    )
    for row, text in enumerate(checked(rows, TOGETHER), 1):
        if text != rows[0]:
            raise DataError(
                "the structure differs from that of the first row, and a family has one for all: align the "
                "sequences, and give their consensus as SS_cons or under “Structure”",
                row,
                "SS_cons",
            )
    known = OPENING + CLOSING + SINGLE + INSERTED
    for place, mark in enumerate(rows[0], 1):
        if mark not in known and not mark.isalpha():
            raise DataError(f"expected brackets and points, got {mark!r} at position {place}", 1, "SS_cons")
    return rows[0]


def _aligned(table: Table, texts: Sequence[str], marks: str) -> tuple[Sequence[str] | None, bool]:
    """Return the alignment, and whether it is part of the sequences themselves."""
    if "alignment" in table and not table.missing("alignment").any():
        cells = checked(table.texts("alignment").tolist(), TOGETHER)
        column, found = "alignment", [RNA.spell(text.removeprefix("'")) for text in cells]
    elif any(text.translate(REMOVED) != text for text in checked(texts, TOGETHER)):
        column, found = "sequence", list(texts)
    else:
        return None, False
    for row, text in enumerate(found, 1):
        if len(text) != len(marks):
            raise DataError(
                f"expected {things(len(marks), 'letter or gap', 'letters and gaps')}, one for each mark of "
                f"SS_cons, got {len(text)}",
                row,
                column,
            )
    return found, column == "sequence"


def _there(aligned: Sequence[str], bare: Sequence[str]) -> NDArray[np.bool_]:
    """Return where an alignment has letters, shape (N, columns)."""
    for row, (text, own) in enumerate(checked(zip(aligned, bare, strict=True), TOGETHER), 1):
        if text.translate(REMOVED) != own:
            raise DataError("expected the letters of the sequence, and gaps", row, "alignment")
    there = np.empty((len(aligned), len(aligned[0])), dtype=np.bool_)
    gaps = np.frombuffer(GAPS.encode(), dtype=np.uint8)
    for part in blocks(len(aligned), TOGETHER):
        marks = np.frombuffer("".join(aligned[part]).encode(), dtype=np.uint8)
        there[part] = ~np.isin(marks, gaps).reshape(-1, there.shape[1])
    return there


def _consensus(marks: str, there: NDArray[np.bool_] | None) -> Codes:
    """Return the columns of the consensus: those with brackets, and unpaired ones that are no inserts.

    WUSS writes a point for an insert and another mark for an unpaired column. Others write a point for both:
    then a column is an insert where fewer than half of the sequences have a letter.
    """
    wuss = any(mark in SINGLE for mark in marks)
    rare = np.zeros(len(marks), dtype=np.bool_) if there is None else 2 * there.sum(axis=0) < len(there)
    inserts = [mark == "~" or (mark == "." and bool(wuss or rare[k])) for k, mark in enumerate(marks)]
    return np.flatnonzero(~np.array(inserts, dtype=np.bool_))


def _structure(marks: str, consensus: Codes) -> Structure:
    try:
        structure = Structure("".join(marks[place] for place in consensus))
    except BracketError as error:
        place = int(consensus[error.place - 1]) + 1
        raise DataError(f"position {place}: {error.reason}", 1, "SS_cons") from None
    if not structure.pairs:
        raise DataError("the structure has no pairs", 1, "SS_cons")
    return structure


def _check_size(structure: Structure, bare: Sequence[str]) -> None:
    for row, text in enumerate(checked(bare, TOGETHER), 1):
        if len(text) > MOST_LETTERS:
            raise DataError(f"expected at most {MOST_LETTERS} letters, got {len(text)}", row, "sequence")
        if len(structure.states) * (len(text) + 1) ** 2 > MOST_CELLS:
            raise DataError(
                f"{things(len(text), 'letter is', 'letters are')} too many for a structure of "
                f"{len(structure.states)} states",
                row,
                "sequence",
            )


def _placed(there: NDArray[np.bool_], consensus: Codes) -> tuple[Codes, Codes]:
    """Return the letter at each consensus column, and the number inserted before each and at the end."""
    letters = np.empty((len(there), len(consensus)), dtype=np.intp)
    for part in blocks(len(there), TOGETHER):
        own = there[part]
        letters[part] = np.where(own, np.cumsum(own, axis=1) - 1, -1)[:, consensus]
    slot = np.searchsorted(consensus, np.arange(there.shape[1]))
    inserted = np.zeros((len(there), len(consensus) + 1), dtype=np.intp)
    for place in checked(np.setdiff1d(np.arange(there.shape[1]), consensus).tolist()):
        inserted[:, slot[place]] += there[:, place]
    return letters, inserted
