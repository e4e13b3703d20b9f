"""Presets of a model, opened in place of the current session."""

from __future__ import annotations

from dataclasses import replace

from emviz.data.examples import example_path
from emviz.data.reader import read_table
from emviz.em.convergence.stopping import GAIN, THETA
from emviz.em.hyper import configure
from emviz.em.methods import EM
from emviz.em.model import AnyModel, Preset
from emviz.em.optional import presets_of
from emviz.models import example_named, model_named
from emviz.session.edits import open_instead
from emviz.session.limits import usual_limits
from emviz.session.state import Session, fitting, new_session


def preset_named(model: AnyModel, key: str) -> Preset:
    """Return a preset of a model by its key."""
    return next(each for each in presets_of(model) if each.key == key)


def open_preset(session: Session, model: str, key: str) -> Session:
    """Return the session at the start of a preset, with EM, as an undo step.

    If the preset has its own stopping rule, the present one returns after it.
    """
    offered = model_named(model)
    preset = preset_named(offered, key)
    example = example_named(offered, preset.example or None)
    configured = configure(offered, {**example.hyper, **preset.hyper})
    table, start = read_table(example_path(example.file)), {**example.start, **preset.start}
    other = new_session(configured, table, example.title, start=start)
    other = replace(other, truth=fitting(other.model, other.data, example.truth))
    if preset.iterations is not None:
        on = THETA if preset.step else GAIN
        other = replace(other, tolerance=preset.step, tolerance_on=on, iterations=preset.iterations)
        # If a preset is already open, the user's own rule is passed on, not that of the preset.
        other = replace(other, usual=usual_limits(session))
    return open_instead(session, other, EM)
