"""Which numbers of the table go into another one: checked against the numbers themselves, for every model."""

import numpy as np
import pytest

from emviz.em.counts.table import CountCell, ShareCell, TotalCell, UpdateCell
from emviz.em.hyper import configure
from emviz.models import discover, model_named
from emviz.session import example_session, new_session, step

EXAMPLES = [
    (model.key, example.key)
    for model in discover()
    for example in model.examples
    if (model.key, example.key)
    not in {("profile", "globins"), ("profile", "globins-aligned"), ("rna", "cloverleaf")}
]
#: Where the M-step adds pseudocounts, or its counts have no columns: the numbers differ from the totals.
APART = {"profile", "rna", "tomography", "modules", "proteins", "gmm", "normal"}


def table_of(session):
    return session.model.count_table(session.data, session.round, np.arange(min(5, session.table.rows)))


@pytest.mark.parametrize(("key", "example"), EXAMPLES)
def test_a_parameter_is_made_of_totals_that_hold_its_counts(key, example):
    session = step(step(example_session(key, example)))
    table = table_of(session)
    for place in np.unique(np.linspace(0, len(table.updates) - 1, 12).astype(int)).tolist():
        groups = [k for k in range(len(table.groups)) if table.feeds(UpdateCell(place), TotalCell(k))]
        update = table.updates[place]
        if not groups or key in APART or update.label.startswith("σ"):
            continue
        held = np.concatenate([table.totals[table.spans[k]] for k in groups])
        pad = 1.0 if key == "motif" else 0.0
        assert np.abs(held - update.numerator).min() <= 1e-9 * max(1, abs(update.numerator)) + pad
        if key != "motif" and len(update.terms) > 1:
            assert all(np.abs(held - term).min() <= 1e-9 * max(1, abs(term)) for term in update.terms)


def made_of(session, label):
    table = table_of(session)
    place = next(place for place, update in enumerate(table.updates) if update.label == label)
    return [g.heading for k, g in enumerate(table.groups) if table.feeds(UpdateCell(place), TotalCell(k))]


@pytest.mark.parametrize(
    ("key", "label", "groups"),
    [
        ("coins", "θ_B", ["coin B"]),
        ("abo", "p_A", ["allele A", "allele B", "allele O"]),
        ("linkage", "π", ["for π", "for 1 − π"]),
        ("hmm", "a_B,A", ["from B"]),
        ("hmm", "b_A,3", ["emits in A"]),
        ("hmm", "π_B", ["first step"]),
        ("gmm", "w_A", ["cluster A", "cluster B"]),
        ("gmm", "μ_B,waiting", ["cluster B"]),
        ("deaths", "w_B", ["component A", "component B"]),
        ("deaths", "λ_B", ["component B"]),
        ("haplotype", "p_ab", ["ab"]),
        ("motif", "θ_3,G", ["position 3"]),
        ("profile", "e_4,Y", ["node 4"]),
        ("profile", "t_2,M,M", ["node 2"]),
        ("rna", "e_ML7,U", ["column 7"]),
        ("rna", "e_MP1–17,AU", ["pair 1–17"]),
        ("rna", "e_MP1–17,AA", []),
        ("rna", "e_ML1,A", []),
        ("tomography", "λ_16,16", []),
        ("proteins", "θ_A", list("ABCDEF")),
    ],
)
def test_what_a_parameter_is_made_of(key, label, groups):
    assert made_of(step(step(example_session(key))), label) == groups


def test_weights_of_coins_have_no_column_and_a_tied_covariance_has_all():
    start = example_session()
    learned = new_session(configure(start.model, {"weights": "learned"}), start.table, "learned")
    assert made_of(step(step(learned)), "w_A") == []
    tied = example_session("gmm", "faithful-waiting")
    model = configure(model_named("gmm"), {"covariance": "tied"})
    session = step(step(new_session(model, tied.table, "tied")))
    assert made_of(session, "Σ_A,waiting,waiting") == ["cluster A", "cluster B"]
    assert made_of(session, "μ_A,waiting") == ["cluster A"]
    assert made_of(step(step(example_session("proteins", "presence"))), "γ") == ["proteins"]


def test_shares_go_into_counts_and_counts_into_totals():
    feeds = table_of(step(example_session())).feeds
    assert feeds(CountCell(2, 0), ShareCell(2, 0))
    assert not feeds(CountCell(2, 0), ShareCell(2, 1))
    assert not feeds(CountCell(2, 0), ShareCell(1, 0))
    assert feeds(TotalCell(1), CountCell(4, 1))
    assert not feeds(TotalCell(1), CountCell(4, 0))
    assert not feeds(ShareCell(0, 0), TotalCell(0))


def test_a_letter_of_a_family_is_counted_in_the_total_that_it_is_made_of():
    """What the M-step divides is the total of the letter and its pseudocount."""
    session = step(step(example_session("rna")))
    table, pseudocount = table_of(session), session.model.pseudocount
    for label, heading, symbol in (("e_ML7,U", "column 7", "U"), ("e_MP1–17,GC", "pair 1–17", "GC")):
        update = next(update for update in table.updates if update.label == label)
        group = next(k for k, each in enumerate(table.groups) if each.heading == heading)
        total = table.totals[table.spans[group]][table.groups[group].symbols.index(symbol)]
        assert update.numerator - pseudocount == pytest.approx(total, abs=1e-9)


def test_the_counts_of_a_pixel_are_a_part_of_the_total_of_its_region():
    session = step(step(example_session("tomography")))
    table = table_of(session)
    for place in (0, 400, len(table.updates) - 1):
        group = table.within(place)
        assert group == table.updates[place].component
        assert table.updates[place].numerator <= table.totals[table.spans[group]].sum()
    shares = table.totals
    alike = [sum(each.numerator for each in table.updates if each.component == k) for k in range(len(shares))]
    np.testing.assert_allclose(alike, shares, rtol=1e-12)
