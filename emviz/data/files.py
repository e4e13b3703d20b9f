"""Errors of the operating system on files, in plain words."""

from __future__ import annotations

import errno
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emviz.data.table import DataError

MAX_BYTES = 256 * 2**20


@contextmanager
def explained(path: Path, missing: str = "there is no such file") -> Iterator[None]:
    """Turn any error with a file into a DataError that names it.

    Parameters
    ----------
    path : Path
        The file that is read or written inside the block.
    missing : str
        The message if the file does not exist.

    Raises
    ------
    DataError
        For errors of the operating system and of memory, with `source` set.
    """
    try:
        yield
    except DataError as error:
        raise error.within(path.name) from error.__cause__
    except MemoryError as error:
        raise DataError("this takes more memory than there is", source=path.name) from error
    except FileNotFoundError as error:
        raise DataError(missing, source=path.name) from error
    except (OSError, ValueError) as error:
        raise DataError(_reason(error), source=path.name) from error


def check_readable(path: Path) -> int:
    """Check a file before reading it, and return its size in bytes.

    Raises
    ------
    DataError
        If it is a folder or a device, empty, or larger than 256 MiB.
    OSError
        If it does not exist.
    """
    # By its status only, because opening a pipe or a device could wait forever.
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "folder")
    if not stat.S_ISREG(status.st_mode):
        raise DataError("this is a device, not a file")
    if status.st_size == 0:
        raise DataError("the file is empty")
    if status.st_size > MAX_BYTES:
        raise DataError(f"the file is larger than {MAX_BYTES // 2**20} MiB")
    return status.st_size


def is_special(path: Path) -> bool:
    """Return whether the path exists but is not a regular file, such as a pipe, a device or a folder."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return False


def _reason(error: OSError | ValueError) -> str:
    match error:
        case IsADirectoryError():
            return "this is a folder, not a file"
        case NotADirectoryError():
            return "the path leads through a file, not a folder"
        case PermissionError():
            return "there is no permission to use this file"
        case BrokenPipeError() | OSError(errno=errno.ENXIO):
            return "nothing reads from this pipe"
        case OSError(errno=errno.ENOSPC):
            return "the disk is full"
        case OSError(strerror=str(words)):
            return f"the system says: {words}"
    return f"this cannot be used: {error}"
