"""What is copied of the count table, for a spreadsheet."""

from __future__ import annotations

from emviz.ui.panels.counts.model import CountModel
from emviz.ui.panels.counts.view import CountView


def copied_rows(view: CountView) -> str:
    """Return the selected numbers, with their headings where all rows are selected; "" for none."""
    model, rows = view.model(), view.chosen_rows()
    assert isinstance(model, CountModel)
    if not rows:
        return ""
    lines = model.copied(rows, view.is_chosen)
    if view.everything:
        lines.insert(0, model.copied_heading())
    return "\n".join("\t".join(line) for line in lines)


def copied_totals(view: CountView) -> str:
    """Return the selected totals."""
    indexes = sorted(view.selectedIndexes(), key=lambda index: index.column())
    return "\t".join(str(index.data()) for index in indexes)
