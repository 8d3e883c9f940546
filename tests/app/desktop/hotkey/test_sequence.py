import pytest

from app.desktop.hotkey.sequence import parse


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ctrl+Alt+Space", ("space", 0x20, 0x31, "CTRL+ALT+space")),
        ("Meta+H", ("h", 0x48, 0x04, "LOGO+h")),
        ("Ctrl+Shift+1", ("1", 0x31, 0x12, "CTRL+SHIFT+1")),
        ("F12", ("F12", 0x7B, 0x6F, "F12")),
        ("Alt+PgUp", ("Prior", 0x21, 0x74, "ALT+Prior")),
        ("Ctrl+Ö", ("ö", 0, None, "CTRL+ö")),
    ],
)
def test_each_system_has_its_words_for_a_key(text: str, words: tuple[object, ...]) -> None:
    keys = parse(text)
    assert keys is not None
    assert (keys.keysym, keys.windows_key, keys.mac_key, keys.trigger) == words


@pytest.mark.parametrize(
    "text", ["", "A", "Shift+A", "Space", "Ctrl", "Ctrl+K, Ctrl+C", "nonsense", "Ctrl+Nonsense", "é" * 9]
)
def test_what_would_be_lost_for_typing_is_no_hotkey(text: str) -> None:
    assert parse(text) is None
