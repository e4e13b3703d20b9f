"""Files opened for reading, decompressed if they are gzip, up to the maximum size."""

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
    """Open a file; yield it with a function that returns the number of (compressed) bytes read so far.

    Raises
    ------
    DataError
        While reading, if compressed data are damaged or larger than 256 MiB.
    """
    with path.open("rb") as file:
        if file.peek(2)[:2] == GZIP:
            with io.BufferedReader(_Unpacked(file)) as unpacked:
                yield unpacked, file.tell
        else:
            yield file, file.tell


@contextmanager
def glanced(path: Path, encoding: str) -> Iterator[io.TextIOWrapper]:
    """Open a text file, packed or not; bytes that do not decode become replacement characters."""
    with opened(path) as (file, _), io.TextIOWrapper(file, encoding, errors="replace", newline="") as text:
        yield text


class _Unpacked(io.RawIOBase):
    """The contents of a gzip file as a stream, with an error if they are too large."""

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
