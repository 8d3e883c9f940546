import logging
from pathlib import Path

from agent.interfaces.cli.logfile import MAX_BYTES, LazyFileHandler


def record(text: str, level: int = logging.ERROR) -> logging.LogRecord:
    return logging.LogRecord("agent.x", level, "x.py", 1, text, None, None)


def test_the_file_comes_with_the_first_record(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "homard.log"
    handler = LazyFileHandler(path)
    assert not path.parent.exists()
    handler.handle(record("it broke"))
    assert path.read_text().endswith("ERROR agent.x: it broke\n")


def test_keys_do_not_come_into_it(tmp_path: Path) -> None:
    path = tmp_path / "homard.log"
    handler = LazyFileHandler(path)
    for text in ("Authorization: Bearer abcdefgh12345678", "key sk-abcdefgh12345678", '"api_key": "abcdefgh12345678"'):
        handler.handle(record(text))
    assert "12345678" not in path.read_text()


def test_a_full_file_becomes_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "homard.log"
    path.write_bytes(b"x" * (MAX_BYTES + 1))
    LazyFileHandler(path).handle(record("new"))
    assert path.stat().st_size < 100
    assert (tmp_path / "homard.log.1").stat().st_size == MAX_BYTES + 1


def test_where_nothing_can_be_written_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file")
    LazyFileHandler(tmp_path / "logs" / "homard.log").handle(record("x"))
