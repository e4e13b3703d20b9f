"""Web pages of a run or a lesson: one HTML file that needs no network, no server and no emviz.

`making` writes the page of a session, `lesson_page.lesson_making` that of a lesson; pictures of the model are
drawn elsewhere and passed in as bytes. All content is one record of rounded numbers and texts, which is
inserted into `page.html`.
"""

from emviz.pages.halves import Patch, Picture, Plane
from emviz.pages.keeping import kept, kept_words
from emviz.pages.making import framed, making, page_of, recording

__all__ = ["Patch", "Picture", "Plane", "framed", "kept", "kept_words", "making", "page_of", "recording"]
