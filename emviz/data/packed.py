"""Files opened to be read, unpacked on the way if they are gzip, never beyond the size that is allowed."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from emviz.data.files import MAX_BYTES
from emviz.data.table import DataError

GZIP = b"\x1f\x8b"


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, Callable[[], int]]]:
    """Open a file; the second thing to come says how many of its bytes have been read, packed as they are.

    Raises
    ------
    DataError
        On the way, if the packed bytes are damaged or come to more than 256 MiB.
    """
    with path.open("rb") as file:
        if file.peek(2)[:2] == GZIP:
            with io.BufferedReader(_Unpacked(file)) as unpacked:
                yield unpacked, file.tell
        else:
            yield file, file.tell


@contextmanager
def glanced(path: Path, encoding: str) -> Iterator[io.TextIOWrapper]:
    """Open a text file, packed or not; what does not decode becomes a replacement character."""
    with opened(path) as (file, _), io.TextIOWrapper(file, encoding, errors="replace", newline="") as text:
        yield text


class _Unpacked(io.RawIOBase):
    """What a gzip file holds, as a stream that ends in an error where it grows too large."""

    def __init__(self, file: BinaryIO) -> None:
        self._stream = gzip.GzipFile(fileobj=file)
        self._taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            taken = self._stream.readinto(buffer)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise DataError("this .gz file is damaged or cut short; pack it again") from error
        self._taken += taken
        if self._taken > MAX_BYTES:
            raise DataError(f"the file is larger than {MAX_BYTES // 2**20} MiB when it is unpacked")
        return taken
