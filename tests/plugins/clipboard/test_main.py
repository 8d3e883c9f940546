from pathlib import Path

import pytest
from PIL import Image

from agent.api import ToolFailed, testing

PLUGIN = Path(__file__).parents[3] / "plugins" / "clipboard"


def test_the_clipboard_is_read_and_filled() -> None:
    plugin = testing.Harness(PLUGIN)
    assert plugin.run("read").text == "The clipboard holds no text."
    assert plugin.run("write", text="Grüße").text == "The clipboard holds 5 characters."
    assert plugin.run("read").text == plugin.clipboard == "Grüße"


def test_a_picture_of_the_screen_is_given(tmp_path: Path) -> None:
    Image.new("RGB", (3, 2)).save(tmp_path / "screen.png")
    [image] = testing.Harness(PLUGIN, screen=tmp_path / "screen.png").run("screenshot").images
    assert (image.media_type, image.data) == ("image/png", (tmp_path / "screen.png").read_bytes())


def test_without_a_screen_that_is_said() -> None:
    with pytest.raises(ToolFailed, match="There is no screen"):
        testing.Harness(PLUGIN).run("screenshot")
