"""A run or a lesson as a web page: one HTML file that needs no network, no server and no emviz.

`making` writes the page of a session, `lesson_page.lesson_making` that of a lesson; pictures of the model are
drawn elsewhere, and handed in as bytes.
All that the page shows is one record of numbers and texts, rounded already; `page.html` stands around it.
"""

from emviz.pages.halves import Patch, Picture, Plane
from emviz.pages.keeping import kept, kept_words
from emviz.pages.making import framed, making, page_of, recording

__all__ = ["Patch", "Picture", "Plane", "framed", "kept", "kept_words", "making", "page_of", "recording"]
