"""Each caption gets a key of its own where there are enough letters, the first of a word before others."""

import pytest

from emviz.em.columns import Gathering
from emviz.models import discover
from emviz.ui.commands.mnemonics import marked
from emviz.ui.opening.column_form import KEYS as OF_COLUMNS
from emviz.ui.opening.dialect_form import KEYS as OF_FILES


def test_first_letters_are_preferred():
    assert marked(["heads", "tails", "the coin"]) == ["&heads", "&tails", "the &coin"]


def test_who_has_a_letter_gives_it_up_where_there_is_another():
    assert marked(["ab", "a"]) == ["a&b", "&a"]
    assert marked(["ab", "bc", "a"]) == ["a&b", "b&c", "&a"]


def test_letters_that_others_have_are_left_alone_and_without_one_there_is_no_key():
    assert marked(["heads", "a"], "hea") == ["hea&ds", "a"]
    assert marked(["äö", "a", "a"]) == ["äö", "&a", "a"]


def test_what_looks_like_a_key_is_none():
    assert marked(["a & b", "x&y"]) == ["&a && b", "&x&&y"]
    assert marked(["x&y"], "x") == ["x&&&y"]


@pytest.mark.parametrize("model", discover(), ids=lambda model: model.key)
@pytest.mark.parametrize("layout", OF_FILES)
def test_every_column_of_every_model_has_a_key(model, layout):
    captions = [spec.name for spec in model.columns if not spec.free]
    captions += ["Columns"] if isinstance(model, Gathering) else []
    taken = f"{OF_FILES[layout]}{OF_COLUMNS}op"
    letters = [text[text.index("&") + 1].lower() for text in marked(captions, taken)]
    assert len(set(letters)) == len(captions)
    assert not set(letters) & set(taken)
