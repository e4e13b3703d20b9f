"""A run or a lesson as a web page: one HTML file that needs no network, no server and no emviz.

`making` writes the page of a session, `lesson_making` that of a lesson; pictures of the model are drawn
elsewhere, and handed in as bytes.
All that the page shows is one record of numbers and texts, rounded already; `page.html` stands around it.
"""

from emviz.pages.acts import Act, acting
from emviz.pages.halves import Picture
from emviz.pages.keeping import kept, kept_words
from emviz.pages.lesson_page import lesson_making, lesson_page
from emviz.pages.making import framed, making, page_of, recording

__all__ = [
    "Act",
    "Picture",
    "acting",
    "framed",
    "kept",
    "kept_words",
    "lesson_making",
    "lesson_page",
    "making",
    "page_of",
    "recording",
]
