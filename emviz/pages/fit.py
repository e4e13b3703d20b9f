"""The trace returned by `emviz.fit`, which displays itself in a notebook."""

from __future__ import annotations

from dataclasses import dataclass, field

from emviz import session as desk
from emviz.em.trace import Trace
from emviz.pages.making import framed, page_of
from emviz.session import Session


@dataclass(frozen=True)
class Fit(Trace):
    """The trace of a run with its session, so that it can display itself.

    Parameters
    ----------
    session : Session
        Model, data and run.
    """

    session: Session = field(repr=False, compare=False, kw_only=True)

    def page(self) -> str:
        """Return the run as a web page, one HTML text with all half-steps.

        It has no pictures of the model, because drawing them needs Qt (``emviz page`` includes them).
        """
        return page_of(desk.seek(self.session, 0))

    def _repr_html_(self) -> str:
        """Return the page in a frame, for a notebook."""
        return framed(self.page(), f"Run of {self.model}")


def fitted(session: Session) -> Fit:
    """Return the trace of the current run with its session."""
    trace = desk.trace_of(session)
    return Fit(**vars(trace), session=session)
