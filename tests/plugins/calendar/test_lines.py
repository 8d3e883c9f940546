from plugins.calendar.lines import Lines, name_of, unfolded

TEXT = (
    "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Home\u2028x\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:A long\r\n  title\r\n"
    "X-OWN;X=1:kept\r\nBEGIN:VALARM\r\nSUMMARY:Alarm\r\nUID:alarm\r\nEND:VALARM\r\nEND:VEVENT\r\n"
    "BEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
)


def test_a_text_comes_back_as_it_was() -> None:
    for text in (TEXT, TEXT.replace("\r\n", "\n"), TEXT.rstrip(), "\n\n", "", " odd\n\tfolds"):
        assert Lines(text).text == text


def test_events_are_found_with_what_is_their_own() -> None:
    lines = Lines(TEXT)
    [block] = lines.blocks()
    assert block.uid == "a" and not block.original
    assert [name for name, _ in lines.own(block)] == ["UID", "SUMMARY", "X-OWN"]
    assert lines.line(block, "SUMMARY") == "SUMMARY:A long title"
    assert [todo.uid for todo in lines.blocks("VTODO")] == ["t"]


def test_one_line_is_replaced_taken_away_or_added() -> None:
    lines = Lines(TEXT)
    [block] = lines.blocks()
    block = lines.put(block, "SUMMARY", "SUMMARY:New\r\n")
    block = lines.put(block, "LOCATION", "LOCATION:Here\r\n")
    block = lines.put(block, "UID", "")
    assert lines.text == TEXT.replace("A long\r\n  title", "New").replace("UID:a\r\n", "").replace(
        "kept\r\n", "kept\r\nLOCATION:Here\r\n"
    )
    assert lines.lines[block.start].startswith("BEGIN:VEVENT") and lines.lines[block.end - 1].startswith("END:VEVENT")


def test_names_are_read_through_folds() -> None:
    assert name_of("dtst\r\n art;TZID=X:1\r\n") == "DTSTART"
    assert unfolded("A:b\r\n c\n\td\n") == "A:bcd"
