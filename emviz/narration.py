"""What has just happened and what comes next, in plain English."""

from __future__ import annotations

import math

from emviz.data.things import things
from emviz.em.bound import entry_label, entry_value, free_entries
from emviz.em.domains import Simplex
from emviz.em.engine import Outcome
from emviz.em.model import AnyModel, Fields, Phase
from emviz.em.rounding import decimal, scientific
from emviz.session import Session, left, settled

MINUS = "\N{MINUS SIGN}"
#: Parameters that a sentence tells; of more, only the first ones.
MOST_TOLD, FIRST_TOLD = 6, 4
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def sentence(session: Session) -> str:
    """Return some sentences on the step on display, and what follows or what is to be remarked."""
    told = {Phase.START: _at_start, Phase.E: _after_e, Phase.M: _after_m}[session.step.phase](session)
    end = _end(session)
    if end:
        # What an M-step does has been told often enough by now, and two lines are all there is.
        told = f"M-step {session.step.index} done. {estimates(session, session.step.params)}. {end}"
    remark = session.model.remark(session.data, session.step.params)
    if remark:
        return f"{told} {_capital(remark)}."
    return told if end else f"{told} {_outlook(session)}"


def place(session: Session) -> str:
    """Return where the session stands: "at the start", or "iteration 1, after the E-step".

    Iteration n leads from θ(n−1) to θ(n).
    """
    if session.step.phase is Phase.START:
        return "at the start"
    return f"iteration {iteration(session)}, after the {session.step.phase.value}"


def iteration(session: Session) -> int:
    """Return the number of the iteration on display, which may be under way; 0 before the first."""
    return session.step.index + (session.step.phase is Phase.E)


def weighed_at(session: Session) -> str:
    """Return at which θ the completions of a picture are weighed, and after the M-step its parameters are.

    Nothing at the start.
    """
    t, phase = session.round.base.index, session.round.phase
    if phase is Phase.START:
        return ""
    return f"at θ({t})" if phase is Phase.E else f"weighed at θ({t}), parameters θ({t + 1})"


def objective_name(session: Session, argument: str = "") -> str:
    """Return what the method raises, such as "log P", "log P(x; θ)" with an argument, or "log posterior"."""
    return session.method.objective_name(session.model, argument)


def method_lost(before: Session, after: Session) -> str:
    """Return what to say where data were opened with a model that does not offer the method in force."""
    lost, kept = before.method.sayings.name, after.method.sayings.name
    if lost == kept:
        return ""
    return f"{lost} is not offered by this model, which has no single most likely completion; {kept} goes on."


def number(value: float, decimals: int) -> str:
    """Return a number with a true minus sign, never −0."""
    return decimal(value, decimals).replace("-", MINUS)


def figure(value: float, digits: int = 2) -> str:
    """Return a number to so many significant digits; powers of ten below a ten-thousandth."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    mantissa, exponent = scientific(value, digits)
    if exponent < -4:
        return f"{mantissa.replace('-', MINUS)}×10{str(exponent).translate(SUPERSCRIPTS)}"
    return number(value, max(0, digits - 1 - exponent))


def estimates(session: Session, params: Fields) -> str:
    """Return the estimated parameters in words, such as "θ_A = 0.71, θ_B = 0.58"; of many, the first ones."""
    entries = free_entries(session.model, session.data)
    shown = entries
    if len(entries) > MOST_TOLD:
        field = telling_field(session.model, session.data)
        shown = tuple(entry for entry in entries if entry.field == field)[:FIRST_TOLD]
    told = ", ".join(
        f"{entry_label(session.model, session.data, entry)} = "
        f"{number(entry_value(params, entry), session.display.decimals + 1)}"
        for entry in shown
    )
    more = len(entries) - len(shown)
    return f"{told} and {things(more, 'more parameter')}" if more else told


def telling_field(model: AnyModel, data: object) -> str:
    """Return the field of θ that a short sentence tells: means and rates before probabilities."""
    estimated = [parameter for parameter in model.parameters(data) if parameter.free]
    plain = [parameter for parameter in estimated if not isinstance(parameter.domain, Simplex)]
    return plain[0].name if plain else estimated[-1].name


def _at_start(session: Session) -> str:
    return f"θ(0) is a guess: {estimates(session, session.step.params)}."


def _after_e(session: Session) -> str:
    words, t = session.model.words, iteration(session)
    weighed = session.method.sayings.weighed.format(unit=words.unit, components=words.components, t=t - 1)
    return f"E-step {t} done. {weighed}"


def _after_m(session: Session) -> str:
    return (
        f"M-step {session.step.index} done. The {session.method.sayings.counted} were treated as if they had "
        f"been observed: {estimates(session, session.step.params)}."
    )


def _outlook(session: Session) -> str:
    if session.next_phase is Phase.M:
        return session.method.sayings.onward
    again = "asks" if session.step.phase is Phase.START else "asks again"
    return f"Next, the E-step {again} {session.model.words.question}."


def _end(session: Session) -> str | None:
    if session.at_end and session.outcome is Outcome.ITERATIONS:
        return _stopped(session)
    return _converged(session) if settled(session) else None


def _converged(session: Session) -> str:
    more, done = left(session), f"{session.method.sayings.name} has converged: the last iteration gained"
    if more is None:
        return f"{done} no more than rounding."
    return f"{done} {figure(session.gain or 0.0)} nats, about {figure(more)} nats may be left."


def _stopped(session: Session) -> str:
    more = left(session)
    t = session.step.index
    stopped = f"Stopped after {things(t, 'iteration')}, as asked"
    if more is None:
        return f"{stopped}; the last one gained no more than rounding."
    if math.isinf(more):
        return f"{stopped}; not yet converged. Nothing can be told yet of what is left."
    return f"{stopped}; not yet converged. About {figure(more)} nats may be left."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
