"""Handouts: a run on paper with a sheet for each half-step, or a worksheet with blanks for numbers.

The texts are those of the run's web page; `emviz.ui.exporting.handout` draws them.
"""

from emviz.handouts.blanks import Solution
from emviz.handouts.lessons import lesson_sheets
from emviz.handouts.sheets import Column, Derived, Extent, Line, Sheet, Written, handout

__all__ = ["Column", "Derived", "Extent", "Line", "Sheet", "Solution", "Written", "handout", "lesson_sheets"]
