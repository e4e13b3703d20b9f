"""Picture files that are written piece by piece, so that Cancel is heard in between."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from emviz.em.work import check_stop

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class PieceByPiece(BytesIO):
    """A file in memory; what writes to it can be left between two pieces."""

    def write(self, piece: ReadableBuffer) -> int:
        """Write a piece."""
        check_stop()
        return super().write(piece)


def png_of(image: QImage) -> bytes:
    """Return a picture as a PNG file."""
    # Qt writes one in a single call, up to a second for a large window, and takes longer.
    from PIL import Image

    whole = image.convertToFormat(QImage.Format.Format_RGBA8888)
    size, file = (whole.width(), whole.height()), PieceByPiece()
    picture = Image.frombuffer("RGBA", size, bytes(whole.constBits()), "raw", "RGBA", whole.bytesPerLine(), 1)
    picture.save(file, "PNG")
    return file.getvalue()
