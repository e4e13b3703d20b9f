"""Models and traces as text, JSON and CSV for the command line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from emviz import session as desk
from emviz.api.answers_report import answers
from emviz.api.errors_report import aligned, errors_csv, errors_text, profile_words
from emviz.data.things import things
from emviz.data.writer import csv_text, json_text
from emviz.em.comparison import Comparison, Contender
from emviz.em.convergence.ending import Ending, Place
from emviz.em.convergence.stopping import THETA, Rule
from emviz.em.engine import iterations_of
from emviz.em.methods import EM, mistaken, objective_written
from emviz.em.rounding import decimal, figures
from emviz.em.trace import Trace
from emviz.em.uncertainty.certainty import Errors
from emviz.em.uncertainty.profiles import Profile
from emviz.session import Session

if TYPE_CHECKING:
    from emviz.api import ModelInfo
    from emviz.api.starting import Starts
    from emviz.em.hyper import Hyper
    from emviz.em.optima.starts import Optimum

#: Maximum number of entries of θ side by side in a table.
MOST_ENTRIES = 8
#: Maximum number of optima in a table, and of seeds in a sentence.
MOST_OPTIMA, MOST_SEEDS = 20, 5
#: Explains two columns of a comparison.
MAPS = (
    "Maps are steps of EM, from the counts at a θ to the next θ. Other E-steps only compute log P, as "
    "after a rejected jump."
)


def models_json(listed: Sequence[ModelInfo]) -> str:
    """Return the models as JSON."""
    return json_text([_record(model) for model in listed])


def models_text(listed: Sequence[ModelInfo]) -> str:
    """Return the models as text."""
    return "\n".join("\n".join(_lines(model)) + "\n" for model in listed)


def fitted(
    session: Session,
    wanted: str,
    errors: Errors | None = None,
    profile: Profile | None = None,
    ending: Ending | None = None,
) -> str:
    """Return a run as "json", "csv", "answers" of all rows, or "" for text tables.

    Parameters
    ----------
    errors : Errors, optional
        Standard errors at its end: printed after the trace; in CSV instead of it.
    profile : Profile, optional
        The profile of one parameter: printed after the errors; in CSV instead of them.
    ending : Ending, optional
        The kind of place where the run has ended.
    """
    trace = desk.trace_of(session)
    if wanted == "json":
        return trace_json(trace, desk.rule_of(session), errors, profile, ending)
    if wanted == "csv":
        if profile:
            return csv_text(*profile.rows())
        return errors_csv(errors) if errors else trace_csv(trace)
    if wanted == "answers":
        return "".join(text for _, text in answers(session, trace.steps[-1].params))
    profiled = f"{profile_words(profile)}\n" if profile else ""
    return trace_text(session, trace, ending) + (errors_text(errors) if errors else "") + profiled


def trace_json(
    trace: Trace,
    rule: Rule,
    errors: Errors | None = None,
    profile: Profile | None = None,
    ending: Ending | None = None,
) -> str:
    """Return the trace as JSON, including its end, standard errors and a profile, if given.

    The errors are those at the θ where the rule has stopped the run, so they include the rule.
    """
    known = {
        "end": ending and ending.record(),
        "errors": errors and {**errors.record(), **rule.record()},
        "profile": profile and profile.record(),
    }
    return json_text({**trace.record(), **{name: record for name, record in known.items() if record}})


def trace_csv(trace: Trace) -> str:
    """Return the trace as CSV, one row per iteration."""
    return csv_text(*trace.rows())


def trace_text(session: Session, trace: Trace, ending: Ending | None = None) -> str:
    """Return the trace as a text table, and how the run ended."""
    labels, columns = _entries(session)
    shown = labels[:MOST_ENTRIES]
    rows = [["t", *shown, objective_written(session.method, session.model), "gain"], *_rows(trace, columns)]
    by = "" if session.method == EM else f", {session.method.sayings.name}"
    head = f"{session.model.title}: {session.source}{by}"
    more = len(labels) - len(shown)
    hidden = [f"({things(more, 'more parameter')}: --csv and --json show all of them)"] if more else []
    remark = [f"{trace.remark[:1].upper()}{trace.remark[1:]}."] if trace.remark else []
    return (
        "\n".join([head, "", *aligned(rows), "", *hidden, *remark, *_ending(session, trace, ending)]) + "\n"
    )


def comparison_json(comparison: Comparison) -> str:
    """Return a comparison as JSON."""
    return json_text(comparison.record())


def comparison_csv(comparison: Comparison) -> str:
    """Return a comparison as CSV, one row per iteration of each method."""
    return csv_text(*comparison.rows())


def comparison_text(session: Session, comparison: Comparison) -> str:
    """Return a comparison as a text table, and where each method ended."""
    head = ("method", "iterations", "E-steps", "maps", "for Hessians", "refused", "objective", "monotone")
    table = [head, *(contender_cells(each) for each in comparison.contenders)]
    width = max(len(line[0]) for line in table)
    rows = aligned([(line[0].ljust(width), *line[1:]) for line in table])
    ends = [f"{each.title}: {contender_end(each)}" for each in comparison.contenders]
    lines = [*ends, rule_words(comparison.rule), MAPS]
    return "\n".join([f"{session.model.title}: {session.source}", "", *rows, "", *lines]) + "\n"


def rule_words(rule: Rule) -> str:
    """Return a sentence on the rule by which a run has converged."""
    least = figures(rule.tolerance, 3)
    if rule.on == THETA:
        return (
            f"A run has converged when its last step of θ, √Σ Δ² over the independent entries, is ≤ {least}."
        )
    return f"A run has converged when its last gain, and what is left by estimate, are ≤ {least} × |log P|."


def contender_cells(each: Contender) -> tuple[str, ...]:
    """Return the title of a method, five numbers on its cost, the last value, and whether it was monotone.

    A run that failed before its first iteration has neither risen nor fallen, and gets a dash.
    """
    spent = (each.trace.iterations, each.spent[-1], each.maps, each.for_hessians, each.refused)
    value = f"{each.raised} {decimal(each.trace.objectives[-1], 6)}"
    monotone = ("yes" if each.monotone else "no") if each.trace.iterations else "–"
    return each.title, *(f"{number:,}" for number in spent), value, monotone


def contender_end(each: Contender) -> str:
    """Return how the run of a method ended, and at what kind of place."""
    done = things(each.trace.iterations, "iteration")
    if each.trace.failure:
        return f"failed after {done}. {each.trace.failure}"
    how = f"converged after {done}" if each.trace.converged else f"stopped after {done}"
    return f"{how} at {each.ending.words}"


def starts_json(starts: Starts) -> str:
    """Return the results of many starts as JSON."""
    return json_text(starts.record())


def starts_csv(starts: Starts) -> str:
    """Return the results of many starts as CSV, one row per start."""
    return csv_text(*starts.rows())


def starts_so_far(starts: Starts) -> str:
    """Return a sentence on the progress of many starts."""
    survey = starts.survey
    said = f"{survey.done:,} of {things(survey.number, 'run')} have ended"
    if starts.optima:
        best = decimal(starts.optima[0].objective, 6)
        optima = things(len(starts.optima), "distinct optimum", "distinct optima")
        said += f", at {optima}, the best at {best}"
    failed = sum(len(each.runs) for each in survey.failures)
    others = ((failed, "failed"), (len(survey.unsettled), "stopped before they converged"))
    return ", ".join([said, *(f"{many:,} {how}" for many, how in others if many)])


def starts_text(session: Session, starts: Starts) -> str:
    """Return the results of many starts as a text table: the optima, best first, then the other runs."""
    labels, places = _entries(session)
    raised = objective_written(session.method, session.model)
    place = ["place"] if any(each.place for each in starts.optima) else []
    head = ["", "runs", raised, "orders", "iterations", *place, "seed", *labels[:MOST_ENTRIES]]
    body = [_optimum(rank, each, starts, places) for rank, each in enumerate(starts.optima[:MOST_OPTIMA], 1)]
    first, last = starts.seed, starts.seed + starts.survey.number - 1
    by = "" if session.method == EM else f", {session.method.sayings.name}"
    title = f"{session.model.title}: {session.source}{by}; {things(last - first + 1, 'start')}, "
    table = ["", *aligned([head, *body])] if body else []
    lines = ["", *_remarks(session, starts, len(labels) - MOST_ENTRIES), rule_words(starts.rule)]
    return "\n".join([f"{title}seeds {first} to {last}", *table, *lines]) + "\n"


def _optimum(
    rank: int, each: Optimum, starts: Starts, places: Sequence[tuple[int, tuple[int, ...]]]
) -> list[str]:
    entries = [figures(each.params[position][index], 6) for position, index in places[:MOST_ENTRIES]]
    orders = str(len(each.orders)) if starts.survey.components else "—"
    numbers = [f"{len(each.runs):,}", decimal(each.objective, 6), orders, figures(each.iterations, 4)]
    if any(each.place for each in starts.optima):
        numbers.append(each.place.value if each.place else "")
    return [str(rank), *numbers, str(starts.seeds(each)[0]), *entries]


def _remarks(session: Session, starts: Starts, hidden: int) -> Iterator[str]:
    """Yield remarks on the optima and on runs that reached none."""
    survey, words = starts.survey, desk.words_of(session)
    more = len(starts.optima) - MOST_OPTIMA
    if more > 0:
        yield f"({things(more, 'more optimum', 'more optima')}: --csv and --json show all of them)"
    if hidden > 0 and starts.optima:
        yield f"({things(hidden, 'more parameter')}: --json shows all of them)"
    for rank, each in enumerate(starts.optima[:MOST_OPTIMA], 1):
        yield from [f"{rank}: {each.remark}."] if each.remark else []
    if survey.components and starts.optima:
        yield (
            f"Solutions that differ only in the order of the {words.components} are the same and counted as "
            "one; “orders” is how many of these were reached."
        )
    if survey.unsettled:
        best = max(survey.unsettled, key=lambda ran: ran.objective)
        yield (
            f"{things(len(survey.unsettled), 'run')} had not converged when stopped after "
            f"{things(best.iterations, 'iteration')}, the best at {decimal(best.objective, 6)} (seed "
            f"{starts.seed + best.number}): where they lead is not known; --iterations allows more."
        )
    for failure in starts.failures:
        failed = f"{things(len(failure.runs), 'run')} failed ({_seeds(starts.seeds(failure))})"
        yield f"{failed}: {failure.reason}."


def _seeds(seeds: Sequence[int]) -> str:
    shown = ", ".join(map(str, seeds[:MOST_SEEDS]))
    return f"seed {shown}" + (", …" if len(seeds) > MOST_SEEDS else "")


def _ending(session: Session, trace: Trace, ending: Ending | None) -> list[str]:
    """Return how a run ended, by which rule, and at what kind of place."""
    done = things(trace.iterations, "iteration")
    if trace.failure:
        return [f"stopped after {done}: the next one cannot be done"]
    wrong = mistaken(session.method, session.model)
    rest = "there the mistake comes to rest" if wrong else _left(trace)
    if not trace.converged:
        return [f"not converged: stopped after {done}, {rest}; --iterations allows more"]
    if session.tolerance_on == THETA:
        rest = f"the last step of θ was {figures(desk.stride_of(session) or 0.0, 2)} long; {rest}"
    lines = [f"converged after {done}; {rest}"]
    small = "step of θ" if session.tolerance_on == THETA else "gain"
    if ending is not None:
        local = "; it may be a local one" if ending.place is Place.MAXIMUM else ""
        lines.append(f"a small {small} proves no maximum; θ is at {ending.words}{local}")
    return lines


def _left(trace: Trace) -> str:
    """Return an estimate of the gain that is left."""
    more = trace.left
    if more is None:
        return "the last one gained no more than rounding"
    if math.isinf(more):
        known = "the gains of this method do not show" if trace.converged else "it is too early to say"
        return f"{known} what is left"
    return f"about {figures(more, 2)} nats may be left"


def _entries(session: Session) -> tuple[list[str], list[tuple[int, tuple[int, ...]]]]:
    """Return the labels of the estimated entries, and their positions in θ."""
    labels, places = [], []
    for position, parameter in enumerate(session.model.parameters(session.data)):
        for index in parameter.free:
            labels.append(parameter.label(index))
            places.append((position, index))
    return labels, places


def _rows(trace: Trace, places: Sequence[tuple[int, tuple[int, ...]]]) -> Iterator[list[str]]:
    before: float | None = None
    for step in iterations_of(trace.steps):
        entries = [figures(step.params[position][index], 6) for position, index in places[:MOST_ENTRIES]]
        objective = step.expectation.objective
        gain = "" if before is None else figures(objective - before, 3)
        yield [str(step.index), *entries, decimal(objective, 6), gain]
        before = objective


def _record(model: ModelInfo) -> dict[str, object]:
    return {
        "key": model.key,
        "title": model.title,
        "description": model.description,
        "columns": [
            {"name": each.name, "meaning": each.meaning, "required": each.required} for each in model.columns
        ],
        "hyper": [_hyper_record(each) for each in model.hyper],
        "parameters": [
            {"name": each.name, "symbol": each.symbol, "shape": each.shape} for each in model.parameters
        ],
        "examples": [
            {"key": each.key, "title": each.title, "source": each.source} for each in model.examples
        ],
    }


def _hyper_record(hyper: Hyper) -> dict[str, object]:
    number = not isinstance(hyper.value, str)
    return {
        "name": hyper.name,
        "label": hyper.label,
        "value": hyper.value,
        "low": hyper.low if number else None,
        "high": hyper.high if number else None,
        "choices": hyper.choices,
    }


def _lines(model: ModelInfo) -> Iterator[str]:
    yield f"{model.key}: {model.title}"
    yield from wrap(model.description, 100, initial_indent="  ", subsequent_indent="  ")
    yield "  columns"
    columns = [(each, "" if each.required else " (optional)") for each in model.columns]
    yield from _listed([(each.name, f"{each.meaning}{optional}") for each, optional in columns])
    if model.hyper:
        yield "  hyper-parameters (--set)"
        yield from _listed([(each.name, f"{_range(each)}: {each.meaning}") for each in model.hyper])
    yield "  parameters (--start)"
    yield from _listed([(each.name, _shape(each.symbol, each.shape)) for each in model.parameters])
    yield "  examples (--example)"
    yield from _listed([(each.key, each.title) for each in model.examples])


def _range(hyper: Hyper) -> str:
    if isinstance(hyper.value, str):
        return (
            f"{hyper.value} ({' or '.join(hyper.choices)})" if hyper.choices else f"{hyper.value or 'text'}"
        )
    return f"{hyper.value} ({figures(hyper.low, 6)} to {figures(hyper.high, 6)})"


def _shape(symbol: str, shape: tuple[int, ...]) -> str:
    size = " × ".join(map(str, shape))
    return f"{symbol}, {size} numbers" if shape else f"{symbol}, a number"


def _listed(pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    width = max((len(name) for name, _ in pairs), default=0)
    return (f"    {name:{width}}  {what}" for name, what in pairs)
