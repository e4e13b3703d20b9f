"""Which texts of a dialog are cut off."""

from PySide6.QtWidgets import QAbstractButton, QLabel


def clipped(dialog):
    """The texts that have less room than they need."""
    found = []
    for each in [*dialog.findChildren(QLabel), *dialog.findChildren(QAbstractButton)]:
        if not each.isVisible() or not each.text():
            continue
        wrapped = isinstance(each, QLabel) and each.wordWrap()
        needed = each.heightForWidth(each.width()) if wrapped else each.sizeHint().height()
        if each.height() < needed or (not wrapped and each.width() < each.sizeHint().width()):
            found.append(each.text())
    return found
