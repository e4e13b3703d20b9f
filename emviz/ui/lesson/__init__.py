"""A lesson in the window: its card with words and questions, the walk through it, and writing one."""

#: How the name of a file ends that holds a lesson, as `emviz.lessons` says, which is imported with the first.
ENDING = ".lesson"
