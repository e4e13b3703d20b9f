"""Lessons in the window: the card, the questions, moving between scenes, and authoring."""

#: File ending of lessons; repeated here so that `emviz.lessons` is only imported with the first lesson.
ENDING = ".lesson"
