"""The trace that `emviz.fit` returns: it knows what it is of, and shows itself in a notebook."""

from __future__ import annotations

from dataclasses import dataclass, field

from emviz import session as desk
from emviz.em.trace import Trace
from emviz.pages.making import framed, page_of
from emviz.session import Session


@dataclass(frozen=True)
class Fit(Trace):
    """The trace of a run that knows what it was run on, so that it can show itself.

    Parameters
    ----------
    session : Session
        Model, data and run.
    """

    session: Session = field(repr=False, compare=False, kw_only=True)

    def page(self) -> str:
        """Return the run as a web page, one HTML text with all of its half-steps.

        The pictures of the model are left out: to draw them needs Qt (``emviz page`` has them).
        """
        return page_of(desk.seek(self.session, 0))

    def _repr_html_(self) -> str:
        """Return the page in a frame of its own, in which a notebook shows it."""
        return framed(self.page(), f"Run of {self.model}")


def fitted(session: Session) -> Fit:
    """Return the trace of the run in front, with the session that it is of."""
    trace = desk.trace_of(session)
    return Fit(**vars(trace), session=session)
