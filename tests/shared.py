"""What tests of several rooms share: the data of the paper, and how a run is drained."""

from emviz.data.table import Table

FIGURE_1 = Table.from_columns(
    {
        "tosses": ["HTTTHHTHTH", "HHHHTHHHHH", "HTHHHHHTHH", "HTHTTTHHTT", "THHHTHHHTH"],
        "coin": list("BAABA"),
    }
)


def finished(steps):
    """Return the steps that a run yields, and its outcome."""
    kept = []
    while True:
        try:
            kept.append(next(steps))
        except StopIteration as end:
            return kept, end.value
