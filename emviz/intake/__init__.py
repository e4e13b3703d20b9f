"""From the table in a file to the table that a model reads: columns, layout, rows."""

from emviz.intake.choice import Choice, Wishes, ask, guess
from emviz.intake.oddities import oddity
from emviz.intake.readers import others_words, readers
from emviz.intake.take import Taken, located, suiting, take, with_way_out
