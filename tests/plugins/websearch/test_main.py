from pathlib import Path

import pytest

from agent.api import ToolFailed, ToolRetry, testing
from plugins.websearch.search import HOSTS

PLUGIN = Path(__file__).parents[3] / "plugins" / "websearch"


def test_only_the_hosts_that_are_asked_for_can_be_reached() -> None:
    [capability] = testing.Harness(PLUGIN).granted
    assert (capability.what, capability.to) == ("net", tuple(HOSTS.values()))


def test_words_go_out_and_what_comes_back_is_anybodys() -> None:
    plugin = testing.Harness(PLUGIN)
    declaration = next(marked.declaration for marked in plugin.loaded.marked)
    assert declaration is not None
    assert declaration.verb == "net.fetch" and declaration.output.source == "public"
    assert set(declaration.arguments) == set(plugin.schema("search")["properties"])


def test_an_engine_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with pytest.raises(ToolFailed, match="no search engine answered"):
        testing.Harness(PLUGIN).run("search", query="lobster")


def test_what_cannot_be_searched_is_said() -> None:
    with pytest.raises(ToolRetry, match="Say what"):
        testing.Harness(PLUGIN).run("search", query=" ")
    with pytest.raises(ToolFailed, match="Mend the setting"):
        testing.Harness(PLUGIN, settings={"engines": "auto"}).run("search", query="x")
    with pytest.raises(ToolFailed, match="no engine is set"):
        testing.Harness(PLUGIN, settings={"engines": ""}).run("search", query="x")
