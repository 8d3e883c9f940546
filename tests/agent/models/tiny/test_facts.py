from agent.messages import TextPart, ToolResult
from agent.models.tiny.facts import Facts, facts
from agent.models.tiny.steps import Done, Plan

HEAD = (
    "3 files, 1 folder, 1,600 bytes in all; largest b.pdf (1,000 bytes), smallest a.txt (100 bytes); "
    "newest c.md (2026-11-02 08:15), oldest a.txt (2020-01-01 00:00)"
)
ROWS = ("b.pdf  1,000 bytes  2026-01-01 10:00", "c.md  500 bytes  2026-11-02 08:15", "sub/")


def found(intent: str, *results: str, ask: str = "", kind: str = "") -> Facts:
    done = [Done("find", {}, ToolResult("c", "find", (TextPart(text),))) for text in results]
    return facts(Plan(intent, kind=kind), ask, done)


def test_a_superlative_is_taken_from_the_head_line() -> None:
    listing = "\n".join([HEAD, *ROWS])
    assert found("largest", listing).fact == "the largest file is b.pdf (1,000 bytes)"
    assert found("oldest", listing).fact == "the oldest file is a.txt (2020-01-01 00:00)"
    assert found("largest", listing).evidence == ROWS


def test_subfolders_are_told_of_where_they_differ() -> None:
    deep = HEAD.replace("largest b.pdf (1,000 bytes)", "largest sub/d.mp3 (9,000 bytes)")
    assert found("largest", HEAD, deep) == Facts(
        "the largest file is b.pdf (1,000 bytes); with all subfolders it is sub/d.mp3 (9,000 bytes)",
        ("b.pdf", "sub/d.mp3"),
    )


def test_one_file_alone_is_the_largest() -> None:
    one = "1 file, 0 folders, 1,000 bytes in all\n" + ROWS[0]
    assert found("largest", one).fact == "the largest file is b.pdf (1,000 bytes)"
    assert found("newest", one).fact == "the newest file is b.pdf (2026-01-01 10:00)"


def test_counts_come_with_the_total() -> None:
    listing = "\n".join([HEAD, *ROWS])
    assert found("count", listing) == Facts("3 files and 1 folder; 1,600 bytes in all", ("3",), ROWS)


def test_the_file_that_holds_most_words_is_found() -> None:
    hits = "2 matches in 2 files\na.txt:1: a red bus\nb.txt:2: the red car of Mia"
    assert found("search", hits, ask="Where is the red car?") == Facts(
        "found in 1 file: b.txt", ("b.txt",), ("b.txt:2: the red car of Mia",)
    )


def test_nothing_found_is_a_fact_too() -> None:
    assert found("find", "Nothing matches *.xyz (5 entries looked at).").fact == (
        "Nothing matches *.xyz (5 entries looked at)"
    )


def test_size_and_date_of_one_file() -> None:
    assert found("details", ROWS[0]) == Facts(
        "b.pdf has 1,000 bytes and was last changed on 2026-01-01 10:00", ("b.pdf",)
    )
