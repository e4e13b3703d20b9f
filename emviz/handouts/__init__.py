"""A run on paper: a sheet for each half-step, and as a worksheet with blanks in the place of numbers.

What a sheet says is what the web page of the run says; it is drawn in `emviz.ui.exporting.handout`.
"""

from emviz.handouts.blanks import Solution
from emviz.handouts.lessons import lesson_sheets
from emviz.handouts.sheets import Column, Derived, Line, Sheet, cut_words, handout

__all__ = ["Column", "Derived", "Line", "Sheet", "Solution", "cut_words", "handout", "lesson_sheets"]
