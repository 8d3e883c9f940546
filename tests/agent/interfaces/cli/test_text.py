from agent.interfaces.cli.text import one_line, printable, revealed


def test_printable_leaves_out_what_commands_a_terminal() -> None:
    assert printable("a\x1b[31mb\x07c\x9bd\x7fe\tf\ng é 中") == "a[31mbcde\tf\ng é 中"


def test_revealed_shows_what_would_hide() -> None:
    assert revealed("rm\x1b[2K \u202eevil\u200b\u2066 \U000e0041") == "rm\\x1b[2K \\u202eevil\\u200b\\u2066 \\U000e0041"


def test_revealed_shows_both_ends_of_a_long_text() -> None:
    shown = revealed("a" * 5_000 + "rm -rf /")
    assert shown.startswith("aaa") and shown.endswith("rm -rf /") and "1,008 characters not shown" in shown


def test_one_line() -> None:
    assert one_line("a\n  b\x1b\u202ec", 10) == "a bc"
    assert one_line("abcdef", 4) == "abc…"
