"""What has just happened and what comes next, in plain English."""

from __future__ import annotations

import math

from emviz.em.bound import entry_label, entry_value, free_entries
from emviz.em.engine import Outcome
from emviz.em.model import Fields, Phase
from emviz.session import Session, settled

MINUS = "\N{MINUS SIGN}"
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def sentence(session: Session) -> str:
    """Return one or two sentences on the step on display and the one that follows."""
    told = {Phase.START: _at_start, Phase.E: _after_e, Phase.M: _after_m}[session.step.phase](session)
    remark = session.model.remark(session.data, session.step.params)
    if remark:
        return f"{told} {_capital(remark)}."
    return f"{told} {_outlook(session)}"


def number(value: float, decimals: int) -> str:
    """Return a number with a true minus sign, never −0."""
    text = f"{value:.{decimals}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", MINUS)


def figure(value: float, digits: int = 2) -> str:
    """Return a number to so many significant digits; powers of ten below a ten-thousandth."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    exponent = int(power)
    if exponent < -4:
        return f"{mantissa.replace('-', MINUS)}×10{str(exponent).translate(SUPERSCRIPTS)}"
    return number(value, max(0, digits - 1 - exponent))


def estimates(session: Session, params: Fields) -> str:
    """Return the estimated parameters in words, such as "θ_A = 0.71, θ_B = 0.58"."""
    told = [
        (entry_label(session.model, session.data, entry), entry_value(params, entry))
        for entry in free_entries(session.model, session.data)
    ]
    return ", ".join(f"{label} = {number(value, session.display.decimals + 1)}" for label, value in told)


def _at_start(session: Session) -> str:
    return f"θ(0) is a guess: {estimates(session, session.step.params)}."


def _after_e(session: Session) -> str:
    words, t = session.model.words, session.step.index + 1
    return (
        f"E-step {t} done. Each {words.unit} was shared between the {words.component}s in proportion to its "
        f"probability at θ({t - 1})."
    )


def _after_m(session: Session) -> str:
    return (
        f"M-step {session.step.index} done. The expected counts were treated as if they had been observed: "
        f"{estimates(session, session.step.params)}."
    )


def _outlook(session: Session) -> str:
    if session.at_end and session.outcome is Outcome.ITERATIONS:
        return f"Stopped after {session.step.index} iterations, as asked; not yet converged."
    if settled(session):
        return f"EM has converged: the last iteration gained {figure(session.gain or 0.0)} nats."
    if session.next_phase is Phase.M:
        return "Next, the M-step counts these shares as if they had been observed."
    again = "asks" if session.step.phase is Phase.START else "asks again"
    return f"Next, the E-step {again} {session.model.words.question}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
