"""Sentences on what has just happened and what comes next."""

from __future__ import annotations

import math

import numpy as np

from emviz.data.things import things
from emviz.em.convergence.ending import Ending, Place
from emviz.em.convergence.stopping import THETA
from emviz.em.counts.changes import changes
from emviz.em.domains import Simplex
from emviz.em.engine import Outcome
from emviz.em.methods import mistaken
from emviz.em.model import POSTERIOR, AnyModel, Fields, Phase
from emviz.em.objective.bound import entry_value, free_entries
from emviz.em.optional import mixes, row_name
from emviz.session import Session, Telling, left, settled, stride_of, words_of
from emviz.session.run import units
from emviz.wording.numbers import figure, number

#: The most parameters in a sentence, and the number of those that are kept if there are more.
MOST_NAMED, FIRST_NAMED = 6, 4
#: Decimals more of two shares that would look equal.
MORE_DECIMALS = 2
#: Letters that two lines beside the timeline hold, and those of a label, which may come from a file.
ROOM, LONGEST = 160, 24
#: The sign between the name of a missing number and its imputed value.
ABOUT = " ≈ "
#: Changes of an objective up to this fraction of it, or of a nat, are rounding.
NOISE = 1e-12
#: The sentences on the kind of point where a run has ended.
PLACES = {
    Place.MAXIMUM: "This is a maximum, perhaps a local one.",
    Place.SADDLE: "This is a saddle, no maximum.",
    Place.RIDGE: "This is a ridge, flat in one direction.",
    Place.BORDER: "This is on the border of the domain.",
}


def sentence(session: Session, row: Telling | None = None, ending: Ending | None = None) -> str:
    """Return the sentences on the current step, including the model's remark, which may take a while."""
    return said(session, row, ending, session.model.remark(session.data, session.step.params))


def said(session: Session, row: Telling | None, ending: Ending | None, remark: str | None) -> str:
    """Return the sentences on the current step, followed by the next step or by a remark.

    Parameters
    ----------
    row : Telling or None
        The most informative row of the E-step, once it is known.
    ending : Ending or None
        The kind of point where the run has ended, once it is known.
    remark : str or None
        The model's remark on θ, once it is known.
    """
    happened, proven = _happened(session, row), tuple[str, ...]()
    end = _end(session)
    if end:
        done = f"{session.step.phase.value} {session.step.index:,} done."
        reached = f"{done} {_reached(session)}. {end}"
        happened = (reached, f"{done} {end}", end)
        if settled(session):
            proof = _proof(session, ending)
            proven = (f"{reached} {proof}", f"{done} {end} {proof}", f"{end} {proof}")
    onward = ("",) if end else _outlook(session)
    plain = [*proven, *(" ".join(filter(None, (each, after))) for each in happened for after in onward)]
    if remark is None:
        return _fitting(*plain)
    remarked = [f"{each} {_capital(remark)}." for each in happened]
    if end or session.step.phase is Phase.START:
        return _fitting(*remarked, *(plain if end else ()))
    # During a run, the event comes first; a remark too long to follow it has been shown at the start.
    return _fitting(*(remarked[:-1] or remarked), *plain)


def place(session: Session) -> str:
    """Return the position of the session: "at the start", or "iteration 1, after the E-step".

    Iteration n leads from θ(n−1) to θ(n).
    """
    if session.step.phase is Phase.START:
        return "at the start"
    if session.step.phase is Phase.STEP:
        return f"iteration {iteration(session)}"
    return f"iteration {iteration(session)}, after the {session.step.phase.value}"


def iteration(session: Session) -> int:
    """Return the number of the current iteration, which may be unfinished; 0 before the first."""
    return session.step.index + (session.step.phase is Phase.E)


def weighed_at(session: Session) -> str:
    """Return the θ at which completions in a picture are weighed; after the M-step, also its parameters.

    "" at the start.
    """
    t, phase = session.round.base.index, session.round.phase
    if phase is Phase.START:
        return ""
    return f"at θ({t})" if phase is Phase.E else f"weighed at θ({t}), parameters θ({t + 1})"


def raised(name: str) -> str:
    """Return the name of an objective within a sentence: "log P", or "the log posterior"."""
    return f"the {name}" if name == POSTERIOR else name


def objective_name(session: Session, argument: str = "") -> str:
    """Return the name of the objective: "log P", "log P(x; θ)" with an argument, or "log posterior"."""
    return session.method.objective_name(session.model, argument)


def method_lost(before: Session, after: Session) -> str:
    """Return a sentence if newly opened data or their model do not allow the current method, otherwise ""."""
    lost, kept = before.method, after.method.sayings.name
    if lost.sayings.name == kept:
        return ""
    name, reason = _capital(lost.sayings.name), lost.refusal(after.model, after.data)
    if not reason:
        return f"{name} cannot begin at this θ(0); {kept} goes on."
    return f"{name} is not offered by this model, which has {reason}; {kept} goes on."


def gain_of(session: Session) -> float | None:
    """Return the gain of the last iteration, in nats: 0 if it is rounding, None before the first."""
    gain = session.gain
    if gain is None:
        return None
    return 0.0 if abs(gain) < NOISE * max(1.0, abs(session.step.expectation.objective)) else gain


def estimates(session: Session, params: Fields) -> str:
    """Return the estimated parameters in words, such as "θ_A = 0.71, θ_B = 0.58"; of many, the first ones."""
    entries = free_entries(session.model, session.data)
    shown = entries
    if len(entries) > MOST_NAMED:
        field = telling_field(session.model, session.data)
        shown = tuple([entry for entry in entries if entry.field == field])[:FIRST_NAMED]
    of = {each.name: each.label for each in session.model.parameters(session.data)}
    text = ", ".join(
        f"{of[entry.field](entry.index)} = {number(entry_value(params, entry), session.display.decimals + 1)}"
        for entry in shown
    )
    more = len(entries) - len(shown)
    return f"{text} and {things(more, 'more parameter')}" if more else text


def telling_field(model: AnyModel, data: object) -> str:
    """Return the field of θ for a short sentence: means and rates before probabilities."""
    estimated = [parameter for parameter in model.parameters(data) if parameter.estimated]
    plain = [parameter for parameter in estimated if not isinstance(parameter.domain, Simplex)]
    return plain[0].name if plain else estimated[-1].name


def _happened(session: Session, row: Telling | None) -> tuple[str, ...]:
    """Return what has happened, a long and a short version."""
    t = session.step.index
    if session.step.phase is Phase.START:
        return *_guessed(session), "θ(0) is a guess."
    if session.step.phase is Phase.E:
        return tuple(_stopped_at(f"E-step {t + 1:,} done. {text}") for text in _weighed(session, row))
    if session.step.phase is Phase.STEP:
        return _stepped(session)
    moved = _most_changed(session, session.round.base.params, "Most changed")
    return f"M-step {t:,} done. {moved}.", f"M-step {t:,} done."


def _stepped(session: Session) -> tuple[str, ...]:
    """Return what a step without an E- and an M-step has done, a long and short versions."""
    t, stride = session.step.index, session.step.stride
    refused = stride.refused if stride is not None else 0
    tried = f" ({things(refused, 'trial')} refused)" if refused else ""
    done = session.method.sayings.weighed.format(name=raised(objective_name(session)), t=t - 1)
    moved = _most_changed(session, session.trace.step_of(t - 1).params, "Most changed")
    return tuple(f"Step {t:,} done. {each}." for each in (f"{done}{tried}. {moved}", f"{done}{tried}", moved))


def _guessed(session: Session) -> tuple[str, ...]:
    """Return sentences on θ(0): all of it if it is small, and its size with what will improve it."""
    # A large θ would not fit into a sentence, so only its size is given.
    words, many = words_of(session), len(free_entries(session.model, session.data))
    observed = things(units(session.model, session.table), words.unit, words.units)
    counted = f"θ(0) is a guess at {things(many, 'parameter')}, and {observed} will improve it."
    if many > MOST_NAMED:
        return (counted,)
    return f"θ(0) is a guess: {estimates(session, session.step.params)}.", counted


def _weighed(session: Session, row: Telling | None) -> tuple[str, ...]:
    """Return what the E-step has done, with its most informative row, and a short version."""
    words = words_of(session)
    shared = words.shared.format(unit=words.unit, components=words.components)
    plain = session.method.sayings.weighed.format(unit=words.unit, shared=shared)
    if row is None:
        return (plain,)
    return *(_row_of_later(session, row) if row.index else _row_of_first(session, row, plain)), plain


def _row_of_first(session: Session, row: Telling, plain: str) -> tuple[str, ...]:
    """Return the most uncertain row; in hard EM, the number of rows for each completion."""
    if row.share is None:
        open_ = f"ost open: {_called(session, row)}, {row.completion}"
        return f"{plain}; m{open_}", f"M{open_}"
    if row.tally:
        words = words_of(session)
        of = "for " if "{component}" in words.completion else ""
        counted = ", ".join(f"{many:,} {of}{name}" for name, many in row.tally[:FIRST_NAMED])
        more = ", …" if len(row.tally) > FIRST_NAMED else ""
        return (f"Each {words.unit} counts whole for its likeliest {words.component}: {counted}{more}",)
    if session.method.whole:
        return ()
    if row.alike:
        how = "equally" if np.isclose(row.now * row.shares[0].shape[1], 1.0) else "in the same way"
        return f"{plain}, all {how.replace('equally', 'equally divided')}", f"All are divided {how}"
    divided = f"ost divided: {_called(session, row)}, {_share(row)} {_seen(session, row.now)}"
    return f"{plain}; m{divided}", f"M{divided}"


def _row_of_later(session: Session, row: Telling) -> tuple[str, ...]:
    """Return the row that turned or changed most, a long and a short version."""
    words, name = words_of(session), _called(session, row)
    if row.share is None:
        less = "" if row.completion != row.before else ", by less than is shown"
        was = f" (was {_other(row.before, row.completion)})" if row.completion != row.before else ""
        return (f"Most changed{less}: {name}, {row.completion}{was}", f"Most changed: {name}")
    if row.turned:
        turned = _capital(_turned(session, row, name))
        return (f"{turned}; {row.turned - 1:,} more turned too", turned) if row.turned > 1 else (turned,)
    kept = f"No {words.unit} changed its likeliest {words.component}"
    mixed = mixes(session.model, session.data)
    if session.method.whole and row.now == row.was:
        return ("Nothing changed in the table" if mixed else kept,)
    if abs(row.now - row.was) <= NOISE:
        return ("Nothing changed in the table",)
    places = session.display.decimals + 1
    less, before = _compared(row.now, row.was, places)
    changed = f"ost changed{less}: {name}, {_share(row)} {number(row.now, places)}{before}"
    return (f"M{changed}",) if mixed else (f"{kept}; m{changed}", f"M{changed}")


def _turned(session: Session, row: Telling, name: str) -> str:
    words, places = words_of(session), session.display.decimals + 1
    if number(row.now, places) == number(row.was, places):
        places += MORE_DECIMALS
    now, before = (
        words.completion.format(component=words.component, name=_short(each))
        for each in (row.completion, row.before)
    )
    if session.method.whole and now == before:
        return f"{name} is now counted for another {words.component}"
    if session.method.whole:
        of = "for" if "{component}" in words.completion else "as"
        return f"{name} is now counted {of} {now}, and was {of} {before}"
    shares = f"{number(row.now, places)}, was {number(row.was, places)}"
    return f"{words.turned.format(row=name, completion=now)} ({shares})"


def _most_changed(session: Session, before: Fields, begin: str) -> str:
    """Return the parameter that has moved most since `before`, in words, with its value there."""
    parameters, now = session.model.parameters(session.data), session.step.params
    moved = changes(parameters, before, now)
    if not moved.any():
        return "θ did not change"
    ends = np.cumsum([np.size(field) for field in now])
    field = int(np.searchsorted(ends, moved.argmax(), side="right"))
    old, new = before[field], now[field]
    flat = int(moved.argmax()) - int(ends[field]) + np.size(new)
    index = tuple(map(int, np.unravel_index(flat, np.shape(new))))
    name = parameters[field].said(index, _short)
    places = session.display.decimals + 1
    less, was = _compared(float(new[index]), float(old[index]), places)
    return f"{begin}{less}: {name} = {number(float(new[index]), places)}{was}"


def _reached(session: Session) -> str:
    """Return the end of a run: all of a small θ, or the entry that has moved farthest."""
    if len(free_entries(session.model, session.data)) <= MOST_NAMED:
        return estimates(session, session.step.params)
    return _most_changed(session, session.start, "Farthest from θ(0)")


def _compared(now: float, was: float, places: int) -> tuple[str, str]:
    """Return a remark that a difference does not show in `places` decimals, or else the old number."""
    before = number(was, places)
    if number(now, places) == before:
        return f", by less than {number(0.1**places, places)}", ""
    return "", f" (was {before})"


def _called(session: Session, row: Telling) -> str:
    """Return the name of a row, shortened if it is long, as it may come from a file."""
    return _short(row_name(session.model, session.data, row.row, words_of(session).unit))


def _share(row: Telling) -> str:
    assert row.share is not None
    return f"{_short(row.share[:-1])}{row.share[-1]}"


def _seen(session: Session, share: float) -> str:
    """Return a share; "< 0.01" or the like if its decimals would show as 0."""
    places = session.display.decimals + 1
    written = number(share, places)
    return f"< {number(0.1**places, places)}" if share > 0 and written == number(0, places) else written


def _other(guess: str, beside: str) -> str:
    """Return an imputed value, without the name of its column if the value beside it has the same."""
    name, about, value = guess.partition(ABOUT)
    alone = ABOUT not in value and beside.startswith(f"{name}{about}")
    return value if about and alone else guess


def _short(label: str) -> str:
    """Return a label, which may come from a file, shortened if too long; a list is cut after a comma."""
    if len(label) <= LONGEST:
        return label
    listed = label[: LONGEST - 1].rpartition(", ")[0]
    return f"{listed}, …" if listed else f"{label[: LONGEST - 1]}…"


def _fitting(*texts: str) -> str:
    """Return the first of some texts, in order of length, that fits on two lines, or else the last."""
    return next((each for each in texts if len(each) <= ROOM), texts[-1])


def _outlook(session: Session) -> tuple[str, ...]:
    """Return what comes next, a long and a short version."""
    if session.next_phase is Phase.STEP:
        return f"Next, {session.method.sayings.onward}.", ""
    if session.next_phase is Phase.M:
        onward = f"Next, {session.method.sayings.onward.format(shares=words_of(session).shares)}"
        return f"{onward} as if they had been observed.", f"{onward}."
    question = words_of(session).question
    if session.step.phase is Phase.START:
        onward = f"Next, the E-step asks {question}"
        return f"{onward}; the M-step then estimates θ anew.", f"{onward}."
    return f"Next, the E-step asks again {question}.", "Next, the E-step asks again."


def _end(session: Session) -> str | None:
    if session.at_end and session.outcome is Outcome.ITERATIONS:
        return _stopped(session)
    return _converged(session) if settled(session) else None


def _converged(session: Session) -> str:
    name = _capital(session.method.sayings.name)
    if session.tolerance_on == THETA:
        return f"{name} has converged: the last step of θ was {figure(stride_of(session) or 0.0)} long."
    more, done = left(session), f"{name} has converged: the last iteration gained"
    if more is None:
        return f"{done} no more than rounding."
    if mistaken(session.method, session.model):
        return f"It has come to rest: the last iteration changed log P by {figure(session.gain or 0.0)} nats."
    if not session.display.next:
        return f"{done} {figure(session.gain or 0.0)} nats."
    if math.isinf(more):
        return f"{done} {figure(session.gain or 0.0)} nats, and the one before it as little."
    return f"{done} {figure(session.gain or 0.0)} nats, about {figure(more)} nats may be left."


def _proof(session: Session, ending: Ending | None) -> str:
    """Return the kind of point at the end, or that the rule does not prove a maximum."""
    small = "step" if session.tolerance_on == THETA else "gain"
    unproven = f"A small {small} proves no maximum"
    # The kind of point is one of the answers that a class may have to guess.
    if ending is None or not session.display.reference:
        return f"{unproven}."
    if ending.place is Place.SLOPE:
        return f"{unproven}: there is more to gain."
    return PLACES.get(ending.place, f"{unproven}.")


def _stopped(session: Session) -> str:
    more = left(session)
    t = session.step.index
    stopped = f"Stopped after {things(t, 'iteration')}, as asked"
    if more is None:
        return f"{stopped}; the last one gained no more than rounding."
    if not session.display.next:
        return f"{stopped}; not yet converged."
    if math.isinf(more):
        return f"{stopped}; not yet converged. The remaining gain cannot be estimated yet."
    return f"{stopped}; not yet converged. About {figure(more)} nats may be left."


def _stopped_at(text: str) -> str:
    """Return a sentence with its full stop; dots at its end are enough."""
    return text if text.endswith("…") else f"{text}."


def _capital(text: str) -> str:
    """Return a sentence with a capital letter, unless it begins with a symbol such as π or a_A,B."""
    word = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if word == "a" or (word.isascii() and word.isalpha()) else text
