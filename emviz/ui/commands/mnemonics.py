"""Assigns mnemonics: puts "&" before a letter that is unique among several captions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from string import ascii_lowercase, digits

from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu, QPushButton, QTabBar, QWidget

from emviz.ui.widgets.labels import as_caption

#: Letters and digits that every keyboard has.
KEYS = ascii_lowercase + digits


def marked(captions: Sequence[str], taken: Collection[str] = ()) -> list[str]:
    """Return captions with mnemonics; a caption without a free letter gets none.

    First letters of words are preferred; digits count as letters. The number of captions with a key is
    maximal.

    Parameters
    ----------
    captions : sequence of str
        Plain texts.
    taken : collection of str
        Keys in use elsewhere, in lower case.
    """
    holders: dict[str, int] = {}
    for place in range(len(captions)):
        _give(place, captions, holders, set(taken))
    letters = {place: letter for letter, place in holders.items()}
    return [_with_key(text, letters.get(place)) for place, text in enumerate(captions)]


def letter_of(caption: str) -> str:
    """Return the key of a caption in lower case; "" if it has none."""
    _, mark, after = caption.replace("&&", "").partition("&")
    return after[:1].lower() if mark else ""


def give_letters(menu: QMenu) -> None:
    """Assign a mnemonic to each menu entry that has neither a mnemonic nor a shortcut."""
    entries = [action for action in menu.actions() if not action.isSeparator()]
    taken = {letter_of(action.text()) for action in entries} - {""}
    bare = [action for action in entries if not action.shortcuts() and not letter_of(action.text())]
    captions = marked([action.text().replace("&&", "&") for action in bare], taken)
    for action, caption in zip(bare, captions, strict=True):
        action.setText(caption)


def letter_buttons(dialog: QWidget, reserved: Collection[str] = ()) -> None:
    """Assign a mnemonic to each button of a dialog that has none, such as Qt's standard buttons.

    Parameters
    ----------
    dialog : QWidget
        Mnemonics are unique within it.
    reserved : collection of str
        Letters of captions that will be added later.
    """
    taken = {letter_of(caption) for caption in _captions(dialog)} | set(reserved)
    bare = [each for each in dialog.findChildren(QPushButton) if each.text() and not letter_of(each.text())]
    captions = marked([each.text().replace("&&", "&") for each in bare], taken)
    for button, caption in zip(bare, captions, strict=True):
        button.setText(caption)


def _captions(dialog: QWidget) -> Iterator[str]:
    """Yield the captions of a dialog that can have a mnemonic."""
    yield from (each.text() for each in dialog.findChildren(QAbstractButton))
    yield from (each.text() for each in dialog.findChildren(QLabel) if each.buddy() is not None)
    for bar in dialog.findChildren(QTabBar):
        yield from map(bar.tabText, range(bar.count()))


def _give(place: int, captions: Sequence[str], holders: dict[str, int], seen: set[str]) -> bool:
    """Assign a letter to a caption, if necessary by moving another caption to a new letter."""
    letters = [letter for letter in _letters(captions[place]) if letter not in seen]
    # Free letters first: to move another caption is the last resort.
    for letter in sorted(letters, key=holders.__contains__):
        seen.add(letter)
        if letter not in holders or _give(holders[letter], captions, holders, seen):
            holders[letter] = place
            return True
    return False


def _letters(text: str) -> list[str]:
    """Return the letters of a text that keyboards have, first letters of words first."""
    firsts = [word[0] for word in text.lower().split()]
    return [letter for letter in dict.fromkeys([*firsts, *text.lower()]) if letter in KEYS]


def _with_key(text: str, letter: str | None) -> str:
    if letter is None:
        return as_caption(text)
    words = f" {text.lower()}"
    place = words.find(f" {letter}") if f" {letter}" in words else text.lower().index(letter)
    return f"{as_caption(text[:place])}&{as_caption(text[place:])}"
