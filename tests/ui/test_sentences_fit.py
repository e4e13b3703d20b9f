"""Every sentence of the status at 1280×720: two lines, and never a number of parameters in place of words."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics
from standing import stand_for

from emviz import session as desk
from emviz.em.engine import Outcome
from emviz.em.methods import BY_HALVES, METHODS, method_named
from emviz.models import discover
from emviz.wording.narration import sentence

#: Pixels beside the timeline of a window 1280 wide, and of an em there.
WIDTH, EM = 720, 16
#: Examples whose steps take too long here; their models have others.
SLOW = ("cloverleaf", "fork", "globins")
CASES = [
    (model.key, example.key, method.key)
    for model in discover()
    for example in model.examples
    for method in BY_HALVES
    if not method.refusal(model, None) and example.key not in SLOW
]
#: The steps of the other methods, each of which is an iteration.
WHOLE = [
    (key, method)
    for key in ("coins", "deaths", "gmm", "linkage", "presence")
    for method in METHODS[len(BY_HALVES) :]
]


def lines_of(text):
    font = QFont()
    font.setPixelSize(EM)
    font.setBold(False)
    metrics = QFontMetrics(font)
    room = metrics.boundingRect(QRect(0, 0, WIDTH, 10 * EM**2), Qt.TextFlag.TextWordWrap, text)
    return round(room.height() / metrics.lineSpacing())


def tell(session):
    return sentence(session, list(desk.telling(session))[-1])


@pytest.mark.parametrize(("key", "example", "method"), stand_for(CASES, CASES[::30]))
def test_a_sentence_has_two_lines_at_most(qapp, key, example, method):
    session = desk.set_method(desk.example_session(key, example), method_named(method))
    told = []
    for _ in range(7):
        told += [sentence(session), tell(session)]
        session = desk.step(session)
    ended = desk.extended(session, session.run, (), Outcome.CONVERGED)
    told.append(tell(ended))
    assert [text for text in told if lines_of(text) > 2 or "more parameter" in text] == []


@pytest.mark.parametrize("method", BY_HALVES, ids=lambda method: method.key)
@pytest.mark.parametrize("key", [model.key for model in discover() if model.key not in ("rna", "profile")])
def test_so_has_the_end_of_a_run(qapp, key, method):
    session = desk.example_session(key)
    if method.refusal(session.model, session.data):
        pytest.skip("the model does not offer the method")
    session = desk.set_limits(desk.set_method(session, method), 1e-4, 40)
    more = tuple(filter(None, desk.steps(session, None)))
    session = desk.extended(session, session.run, more, Outcome.ITERATIONS)
    assert lines_of(tell(session)) <= 2


@pytest.mark.parametrize(
    ("key", "method"), stand_for(WHOLE, WHOLE[::9]), ids=lambda each: getattr(each, "key", each)
)
def test_so_has_a_step_that_is_no_half(qapp, key, method):
    session = desk.example_session(*(("proteins", key) if key == "presence" else (key,)))
    session, told = desk.set_method(session, method), []
    for _ in range(4):
        told.append(sentence(session))
        session = desk.step(session)
    told.append(sentence(desk.extended(session, session.run, (), Outcome.ITERATIONS)))
    assert [text for text in told if lines_of(text) > 2] == []
    assert told[1].startswith("Step 1 done. ")
