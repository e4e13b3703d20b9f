import csv
import errno
import io
import json
import os
import select
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emviz.data.cancelling import Stopped, stoppable
from emviz.data.table import DataError
from emviz.data.writer import csv_text, json_text, save_bytes, save_text, save_texts


def failure(path, data=b"new"):
    with pytest.raises(DataError) as caught:
        save_bytes(path, data)
    return str(caught.value)


def names(folder):
    return [path.name for path in folder.iterdir()]


class TestCsv:
    def test_numbers_are_exact(self):
        rows = [[0.1, 5.0, 7], [np.float64(1 / 3), np.float32(0.5), np.int64(-2)]]
        assert csv_text(["a", "b", "c"], rows) == "a,b,c\r\n0.1,5.0,7\r\n0.3333333333333333,0.5,-2\r\n"

    @pytest.mark.parametrize(
        ("cell", "written"),
        [
            ("plain", "plain"),
            ("a,b", '"a,b"'),
            ('say "x"', '"say ""x"""'),
            ("two\nlines", '"two\nlines"'),
            (" padded", '" padded"'),
            ("", '""'),
            ("#1", '"#1"'),
            ("=1+1", "'=1+1"),
            ("+a", "'+a"),
            ("-a", "'-a"),
            ("@a", "'@a"),
            ("\ta", "'\ta"),
            ("\ra", '"\'\ra"'),
            ("-1.5", "-1.5"),
            (-1.5, "-1.5"),
        ],
    )
    def test_cells(self, cell, written):
        assert csv_text(["a"], [[cell]]) == f"a\r\n{written}\r\n"

    @given(st.lists(st.lists(st.text(alphabet='ab,;"\r\n #'), min_size=2, max_size=2)))
    def test_any_csv_reader_gets_the_cells(self, rows):
        written = io.StringIO(csv_text(["a", "b"], rows), newline="")
        escaped = [[f"'{cell}" if cell.startswith("\r") else cell for cell in row] for row in rows]
        assert list(csv.reader(written)) == [["a", "b"], *escaped]


class TestJson:
    def test_numpy_and_nonfinite(self):
        value = {
            "θ": np.array([[0.5, np.nan]]),
            "n": np.int64(3),
            "x": [np.inf, np.float64(2), np.longdouble(4), None, True, "a"],
            1: (1, {2}, np.array(["t"], dtype=np.dtypes.StringDType())),
        }
        assert json.loads(json_text(value)) == {
            "θ": [[0.5, None]],
            "n": 3,
            "x": [None, 2.0, 4.0, None, True, "a"],
            "1": [1, [2], ["t"]],
        }

    def test_is_readable(self):
        assert json_text({"θ": 1}) == '{\n  "θ": 1\n}\n'

    def test_refuses_what_json_lacks(self):
        with pytest.raises(TypeError, match="JSON has no way to write a complex"):
            json_text([1j])


class TestSave:
    def test_new_file_follows_the_umask(self, tmp_path):
        (tmp_path / "plain").write_bytes(b"")
        save_text(tmp_path / "a.csv", "ä\r\n\ud800")
        assert (tmp_path / "a.csv").read_bytes() == b"\xc3\xa4\r\n?"
        assert (tmp_path / "a.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode

    def test_keeps_permissions(self, tmp_path):
        path = tmp_path / "a.csv"
        path.write_bytes(b"old")
        path.chmod(0o640)
        save_bytes(str(path), b"new")
        assert path.read_bytes() == b"new"
        assert path.stat().st_mode & 0o777 == 0o640

    def test_what_is_left_in_the_middle_leaves_the_old_file(self, tmp_path):
        path = tmp_path / "a.csv"
        save_texts(path, iter(["θ\n", "1"]))
        assert path.read_text("utf-8") == "θ\n1"

        def left():
            yield "2"
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            save_texts(path, left())
        assert path.read_text("utf-8") == "θ\n1"
        assert names(tmp_path) == ["a.csv"]

    def test_writes_through_a_link(self, tmp_path):
        (tmp_path / "real.csv").write_bytes(b"old")
        (tmp_path / "link.csv").symlink_to("real.csv")
        save_bytes(tmp_path / "link.csv", b"new")
        assert (tmp_path / "real.csv").read_bytes() == b"new"
        assert (tmp_path / "link.csv").is_symlink()

    def test_missing_folder(self, tmp_path):
        assert failure(tmp_path / "no" / "a.csv") == "a.csv: the folder to save it in does not exist"

    def test_folder_in_the_way(self, tmp_path):
        (tmp_path / "a.csv").mkdir()
        assert failure(tmp_path / "a.csv") == "a.csv: this is a folder, not a file"
        assert names(tmp_path) == ["a.csv"]

    def test_file_in_place_of_a_folder(self, tmp_path):
        (tmp_path / "f").write_bytes(b"")
        assert failure(tmp_path / "f" / "a.csv") == "a.csv: the path leads through a file, not a folder"

    def test_impossible_name(self, tmp_path):
        assert "this cannot be used: " in failure(tmp_path / "a\0b")

    def test_write_protected_file(self, tmp_path, monkeypatch):
        path = tmp_path / "a.csv"
        path.write_bytes(b"old")
        monkeypatch.setattr(os, "access", lambda *_: False)  # a superuser may write anywhere
        assert failure(path) == "a.csv: there is no permission to use this file"
        assert path.read_bytes() == b"old"

    @pytest.mark.parametrize(
        ("number", "words"),
        [(errno.ENOSPC, "the disk is full"), (errno.EIO, f"the system says: {os.strerror(errno.EIO)}")],
    )
    def test_failure_half_way_leaves_the_old_file_alone(self, tmp_path, monkeypatch, number, words):
        path = tmp_path / "a.csv"
        path.write_bytes(b"old")

        def fail(_):
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, "fsync", fail)
        assert failure(path) == f"a.csv: {words}"
        assert path.read_bytes() == b"old"
        assert names(tmp_path) == ["a.csv"]

    def test_interrupt_leaves_no_draft(self, tmp_path, monkeypatch):
        def interrupt(*_):
            raise KeyboardInterrupt

        monkeypatch.setattr(Path, "replace", interrupt)
        with pytest.raises(KeyboardInterrupt):
            save_bytes(tmp_path / "a.csv", b"new")
        assert names(tmp_path) == []


@pytest.fixture
def pipe(tmp_path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("needs a pipe")
    path = tmp_path / "out"
    os.mkfifo(path)
    return path


def reading(pipe, most=None):
    """Return a thread that reads from a pipe once something is in it, and the list that it fills."""
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    got = []

    def read():
        select.select([reader], [], [])
        os.set_blocking(reader, True)
        with open(reader, "rb", buffering=0) as file:  # noqa: PTH123 - a handle has no path
            got.append(file.read(-1 if most is None else most))

    thread = threading.Thread(target=read)
    thread.start()
    return thread, got


def test_a_pipe_stays_a_pipe_and_its_reader_gets_every_byte(pipe):
    # More than a pipe holds, so that the writer has to wait for the reader.
    data = bytes(range(256)) * 1024
    thread, got = reading(pipe)
    save_bytes(pipe, data)
    thread.join()
    assert got == [data]
    assert pipe.is_fifo()


def test_a_link_to_a_pipe_is_written_through(pipe, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(pipe)
    thread, got = reading(pipe)
    save_text(link, "θ")
    thread.join()
    assert got == ["θ".encode()]
    assert link.is_symlink()
    assert pipe.is_fifo()


def test_a_pipe_that_nobody_reads_is_not_waited_for(pipe):
    assert failure(pipe) == "out: nothing reads from this pipe"
    assert pipe.is_fifo()


def test_a_reader_that_leaves_early_is_told(pipe):
    thread, _ = reading(pipe, most=1)
    assert failure(pipe, bytes(2**20)) == "out: nothing reads from this pipe"
    thread.join()


def left_at(work, places):
    """Whether some work has been left at one of its places."""
    passed = iter(range(places))
    with stoppable(lambda: next(passed, None) is None):
        try:
            work()
        except Stopped:
            return True
    return False


def test_long_texts_and_files_can_be_left_on_the_way(tmp_path):
    rows, path = [[float(i)] * 5 for i in range(1_000)], tmp_path / "old.csv"
    for write in (lambda: csv_text(["a"] * 5, rows), lambda: json_text({"a": rows[0] * 400})):
        assert left_at(write, 2)
        assert not left_at(write, 100)
    # The texts have no place of their own: it is the finished file that is not put in place of the old one.
    path.write_text("old")
    assert left_at(lambda: save_text(path, "new"), 0)
    assert path.read_text() == "old"
    assert [*tmp_path.iterdir()] == [path]
