"""The window: the only place that knows Qt."""

from emviz.ui import lean

lean.install()
