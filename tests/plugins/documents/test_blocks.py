from plugins.documents.blocks import Code, Heading, Item, Paragraph, Rule, Span, Table, parse, plain


def test_markdown_becomes_blocks_in_order() -> None:
    text = "---\ntags: x\n---\n# A *b*\n\n- [x] one\n  1. two\n\n     more\n- three\n\n> said\n\n---\n\n```py\nx\n```\n"
    assert parse(text).blocks == (
        Heading(1, (Span("A "), Span("b", italic=True))),
        Item((Span("☑ one"),), 0, None, 1),
        Item((Span("two"),), 1, 1, 2),
        Paragraph((Span("more"),), 2),
        Item((Span("three"),), 0, None, 1),
        Paragraph((Span("said"),), quote=True),
        Rule(),
        Code("x"),
    )


def test_styles_of_text_are_told_apart() -> None:
    [block] = parse("**a *b*** ~~c~~ `d*` [e](https://x.org) f  \ng<br>h\ni").blocks
    assert isinstance(block, Paragraph) and block.spans == (
        Span("a ", bold=True),
        Span("b", bold=True, italic=True),
        Span(" "),
        Span("c", strike=True),
        Span(" "),
        Span("d*", code=True),
        Span(" "),
        Span("e", link="https://x.org"),
        Span(" f"),
        Span("\n"),
        Span("g\nh"),
        Span(" "),
        Span("i"),
    )


def test_a_table_keeps_its_cells_and_how_they_stand() -> None:
    [table] = parse("|a|b|\n|:-:|--:|\n|**1**||\n").blocks
    assert table == Table((((Span("a"),), (Span("b"),)), ((Span("1", bold=True),), ())), ("center", "right"))


def test_what_leads_elsewhere_is_text() -> None:
    document = parse("![logo](/etc/passwd) [x](file:///etc/passwd) [y](javascript:1) [z](note.md) <img src='/x'>")
    [block] = document.blocks
    assert document.images == 1
    assert isinstance(block, Paragraph) and not any(span.link for span in block.spans)
    assert plain(block.spans).startswith("[image: logo]") and "<img src='/x'>" in plain(block.spans)


def test_what_no_document_can_hold_is_dropped() -> None:
    assert parse("a\x00\x0bb\ud800c").blocks == (Paragraph((Span("abc"),)),)
    assert parse("").blocks == () and parse("").title == "" and parse("x\n\n## T").title == "T"


def test_deep_nesting_ends_somewhere() -> None:
    assert len(parse("> " * 5000 + "x\n\n" + "- " * 5000 + "y").blocks) < 100
