"""The page of skills and plugins: read, chosen, turned on by consent, brought in, by mouse, keyboard and dropping."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QTextEdit, QWidget

from agent.errors import HomardError
from agent.events import ExtensionChanged
from agent.packs.keys import made_key
from app.event_loop import run
from app.viewmodels.extension_item import Extension
from app.viewmodels.extension_list import ExtensionsViewModel
from app.viewmodels.extension_packs import PackSource
from app.viewmodels.extension_skills import SkillSource
from app.viewmodels.extension_source import Consent, Details, FileDiff, Sentence, Setting, ToolLine
from app.viewmodels.settings_fields import Field
from app.widgets.cards.slow_button import SlowButton
from app.windows.extensions.add import AddDialog
from app.windows.extensions.consent import ConsentDialog
from app.windows.extensions.page import ExtensionsPage
from tests.helpers.extension_source import FakeSource, thing
from tests.helpers.packs import built, home, write_pack
from tests.helpers.repositories import commit, repository, skill_text
from tests.helpers.settings_home import until

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
MAY = (
    Sentence("Read files that a request names.", "To summarise them.", key="files"),
    Sentence("Reach crm.example.", "Your contacts are there.", "reach", "globe", "net", new=True),
    Sentence("It keeps files of its own."),
)
TOOLS = tuple(ToolLine(f"tool_{at}", "Does it.", at == 30, ("Works alone.",)) for at in range(31))
SETTINGS = (
    Setting(Field(("where",), "Folder", "Of the notes.", "text", "~/Notes", "~/Notes")),
    Setting(Field(("count",), "How many", "", "integer", 3, 3, maximum=9)),
    Setting(Field(("token",), "Key", "Of your account.", "text", None, None, placeholder="Not set"), "secret"),
)


def plugins() -> FakeSource:
    source = FakeSource(
        thing("notes", "off", tokens=120, why=""), thing("crm", "changed", why="It asks for more."), thing("web")
    )
    source.known["notes"] = Details(
        MAY, (("Version", "1.2"),), ("It holds a comment that is not seen.",), (), TOOLS, "", SETTINGS, True
    )
    source.known["crm"] = Details(changes=("Changed: main.py",))
    source.consents["notes"] = Consent(thing("notes", "off"), MAY, ("Hidden: x",), tools=TOOLS, text="Read me.")
    source.consents["crm"] = Consent(
        thing("crm", "changed"), MAY, changes=("Changed: main.py",),
        diffs=(FileDiff("main.py", ("@@ -1 +1 @@", "-a", "+b")), FileDiff("x.bin", (), "It is no text.")),
    )  # fmt: skip
    source.logs["notes"] = "one\ntwo\n"
    return source


class Scene:
    def __init__(self, *sources: FakeSource) -> None:
        self.plugins = sources[0] if sources else plugins()
        self.servers = FakeSource(kind="server")
        self.model = ExtensionsViewModel([self.plugins, self.servers], now=lambda: NOW)
        self.page = ExtensionsPage(self.model, self.start)
        self.page.resize(1_200, 760)
        self.said: list[str] = []
        self.page.failed.connect(self.said.append)
        self.page.said.connect(self.said.append)
        self._work: set[asyncio.Future[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        async def guarded() -> None:
            try:
                await work
            except HomardError as error:
                self.said.append(str(error))

        task = asyncio.ensure_future(guarded())
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def close(self) -> None:
        while self._work:
            await asyncio.wait(self._work)
        self.page.close()
        self.page.deleteLater()
        await asyncio.sleep(0.01)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    async def show(self) -> None:
        self.page.show()
        await until(lambda: not self.model.is_reading)
        await asyncio.sleep(0.02)

    async def choose(self, key: str, tab: Any = None) -> None:
        self.page.show_item(f"plugin:{key}", tab)
        await until(lambda: self.page.details.item_id == f"plugin:{key}" and not self._work)
        await asyncio.sleep(0.02)

    def words(self, inside: QWidget | None = None) -> list[str]:
        within = inside or self.page
        labels = [label.text() for label in within.findChildren(QLabel) if label.isVisible() and label.text()]
        return labels + [text.toPlainText() for text in within.findChildren(QTextEdit) if text.isVisible()]

    def shown_buttons(self) -> list[str]:
        return [act for act, button in self.page.details.buttons.items() if button.isVisibleTo(self.page)]

    def shown_tabs(self) -> list[str]:
        tabs = self.page.details.tabs
        return [tabs.tabText(at) for at in range(tabs.count())]

    async def consent(self) -> ConsentDialog:
        def found() -> list[ConsentDialog]:
            return [one for one in self.page.window().findChildren(ConsentDialog) if one.isVisible()]

        await until(found, "a consent is asked for")
        return found()[0]

    async def agree(self, dialog: ConsentDialog) -> None:
        await until(dialog.agree_button.isEnabled)
        dialog.agree_button.click()
        await asyncio.sleep(0.02)
        await until(lambda: not self._work)

    def wishing(self) -> bool:
        return bool(self._work)

    async def press(self, act: Any) -> None:
        self.page.details.buttons[act].click()
        await until(lambda: not self._work)
        await asyncio.sleep(0.02)


@pytest.fixture
def play(qapp: QApplication) -> Callable[..., None]:
    QLocale.setDefault(QLocale("en_GB"))

    def played(act: Callable[[Scene], Awaitable[None]], *sources: FakeSource) -> None:
        async def main() -> None:
            scene = Scene(*sources)
            await scene.show()
            await act(scene)
            await scene.close()

        run(qapp, main)

    return played


Play = Callable[..., None]


def test_one_in_full(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.choose("notes")
        words = scene.words(scene.page.details)
        for wanted in (
            "notes", "Off", "What notes is for.", "Read files that a request names.",
            "Its author says: “To summarise them.”", "It holds a comment that is not seen.", "1.2",
            "Plugin · 120 tokens in each request if it is on",
        ):  # fmt: skip
            assert wanted in words
        assert (scene.shown_buttons(), scene.shown_tabs()) == (
            ["enable", "remove"],
            ["About", "Tools (31)", "Settings", "Log"],
        )
        await scene.choose("notes", "tools")
        tools = scene.page.details.tools
        assert "tool_30" in scene.words(tools) and "New or changed: it is not used before you agree." in scene.words(
            tools
        )
        assert "tool_25" not in scene.words(tools)  # of many, the first; what waits before all
        tools.more_button.click()
        await asyncio.sleep(0.02)
        assert "tool_25" in scene.words(tools)
        await scene.choose("notes", "log")
        scene.page.details.show_tab("log")
        await until(lambda: scene.page.details.log.block.text == "one\ntwo")
        scene.plugins.logs["notes"] = "three"
        scene.page.details.log.refresh_button.click()
        await until(lambda: scene.page.details.log.block.text == "three")

    play(act)


def test_nothing_is_on_before_a_person_agreed_to_what_is_shown(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.choose("notes")
        await scene.press("enable")
        dialog = await scene.consent()
        words = scene.words(dialog)
        for wanted in (
            "Turn on notes?",
            "Hidden: x",
            "Reach crm.example.",
            "Its author says: “Your contacts are there.”",
        ):
            assert wanted in words
        assert sorted(dialog.may.boxes) == ["files", "net"] and dialog.may.granted == {"files", "net"}
        assert not dialog.agree_button.isEnabled()  # nobody says yes by accident
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        assert scene.plugins.done == []
        if dialog.isVisible():  # Enter was on Cancel
            dialog.reject()
        await asyncio.sleep(0.05)
        assert scene.plugins.done == [] and scene.model.find("plugin:notes").standing == "off"  # type: ignore[union-attr]

    play(act)


def test_what_is_unticked_is_not_granted_and_arms_the_button_anew(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.choose("notes")
        await scene.press("enable")
        dialog = await scene.consent()
        await until(dialog.agree_button.isEnabled)
        dialog.may.boxes["net"].click()
        assert not dialog.agree_button.isEnabled()
        await scene.agree(dialog)
        assert scene.plugins.done == [("enable", "notes", frozenset({"files"}), {})]
        await until(lambda: "On" in scene.words(scene.page.details))
        assert scene.shown_buttons() == ["disable", "reload", "remove"]
        await scene.press("disable")
        assert scene.plugins.done[1:] == [("disable", "notes")]
        await until(lambda: scene.shown_buttons() == ["enable", "remove"])

    play(act)


def test_a_change_is_shown_and_agreed_to(play: Play) -> None:
    async def act(scene: Scene) -> None:
        assert "crm needs you" in scene.words(scene.page.needs)
        await scene.choose("web")
        scene.page.needs.button.click()
        await until(lambda: scene.page.details.item_id == "plugin:crm" and "Changes" in scene.shown_tabs())
        assert "It asks for more." in scene.words(scene.page.details)
        await scene.press("review")
        dialog = await scene.consent()
        words = scene.words(dialog)
        for wanted in ("Agree to the change of crm?", "Changed: main.py", "x.bin", "It is no text.", "New"):
            assert wanted in words
        await scene.agree(dialog)
        assert [done[:2] for done in scene.plugins.done] == [("enable", "crm")]
        await until(lambda: not scene.page.needs.isVisible())

    play(act)


def test_a_step_leads_to_the_next(play: Play) -> None:
    source = plugins()
    first = Consent(
        thing("notes", "off"), (Sentence("I have compared it.", key="compared", granted=False, must=True),),
        settings=SETTINGS, asks="Trust Acme?", agrees="Trust",
    )  # fmt: skip
    source.consents["notes"] = first
    source.following["notes"] = Consent(thing("notes", "off"), asks="And now?")

    async def act(scene: Scene) -> None:
        await scene.choose("notes")
        await scene.press("enable")
        dialog = await scene.consent()
        assert dialog.windowTitle() == "Trust Acme?" and dialog.agree_button.text() == "Trust"
        await until(dialog.agree_button.isEnabled)
        dialog.agree_button.click()
        assert "First tick: I have compared it." in scene.words(dialog) and source.done == []
        dialog.may.boxes["compared"].click()
        dialog.form.rows[("where",)].entry.setText("/x")  # type: ignore[attr-defined]
        await until(lambda: not dialog.agree_button.isEnabled())
        await asyncio.sleep(0.05)
        await scene.agree(dialog)
        assert source.done == [("enable", "notes", frozenset({"compared"}), {("where",): "/x"})]
        await until(lambda: any(one.windowTitle() == "And now?" for one in scene.page.window().findChildren(QDialog)))
        (await scene.consent()).reject()

    play(act, source)


def test_what_cannot_be_done_is_told(play: Play) -> None:
    source = plugins()
    source.refuses = "It changed while you read."

    async def act(scene: Scene) -> None:
        await scene.choose("notes")
        await scene.press("enable")
        await scene.agree(await scene.consent())
        assert scene.said == ["It changed while you read."]
        await scene.choose("notes", "settings")
        form = scene.page.details.settings
        form.rows[("where",)].entry.setText("/elsewhere")  # type: ignore[attr-defined]
        await until(lambda: "It changed while you read." in scene.words(form))

    play(act, source)


def test_settings_are_checked_written_and_secrets_never_shown(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.choose("notes", "settings")
        form = scene.page.details.settings
        form.rows[("count",)].entry.setText("12")  # type: ignore[attr-defined]
        await until(lambda: "It must be at most 9." in scene.words(form))
        form.rows[("count",)].entry.setText("7")  # type: ignore[attr-defined]
        token: Any = form.rows[("token",)].entry
        token.setText("sesame")
        token.editingFinished.emit()
        await until(lambda: len(scene.plugins.done) == 2)
        assert sorted(scene.plugins.done, key=str) == [
            ("set", "notes", "count", 7),
            ("set", "notes", "token", "sesame"),
        ]
        assert (token.text(), token.echoMode()) == ("", token.EchoMode.Password)

    play(act)


def test_an_update_is_looked_for_and_other_acts_say_what_came_of_them(play: Play) -> None:
    source = FakeSource(thing("web", acts=("disable", "reload", "update", "remove")))

    async def act(scene: Scene) -> None:
        await scene.choose("web")
        await scene.press("update")
        await scene.press("reload")
        assert scene.said == ["There is no newer version of web.", "reload is done."]
        source.newer["web"] = Consent(thing("web"), update=True)
        await scene.press("update")
        dialog = await scene.consent()
        assert dialog.windowTitle() == "Update web?" and dialog.agree_button.text() == "Update"
        dialog.reject()

    play(act, source)


def test_what_takes_long_is_shown_and_can_be_given_up(play: Play) -> None:
    source = FakeSource(thing("web", acts=("disable", "update")))
    source.hangs = True

    async def act(scene: Scene) -> None:
        await scene.choose("web")
        scene.page.details.buttons["update"].click()
        await until(scene.page.work.isVisible)
        assert "Looking for a newer web…" in scene.words(scene.page.work)
        assert not scene.page.details.buttons["disable"].isEnabled()
        scene.page.work.button.click()
        await until(lambda: not scene.page.work.isVisible() and not scene.wishing())
        assert scene.page.details.buttons["disable"].isEnabled() and scene.said == []

    play(act, source)


def test_removing_asks_first(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.choose("web")
        QTest.keyClick(scene.page.list, Qt.Key.Key_Delete)
        for words, gone in (("Keep it", False), ("Remove", True)):
            await until(lambda words=words: button_of(scene.page.window(), words) is not None)
            button = button_of(scene.page.window(), words)
            assert button is not None
            button.click()
            await asyncio.sleep(0.05)
            assert (scene.model.find("plugin:web") is None) == gone or await gone_soon(scene)
            if not gone:
                scene.page.details.buttons["remove"].click()
        assert scene.plugins.done == [("remove", "web")]
        assert scene.page.details.item_id != "plugin:web"

    play(act)


async def gone_soon(scene: Scene) -> bool:
    await until(lambda: scene.model.find("plugin:web") is None)
    return True


def button_of(window: QWidget, words: str) -> QPushButton | None:
    dialogs = [one for one in window.findChildren(QDialog) if one.isVisible()]
    return next((one for each in dialogs for one in each.findChildren(QPushButton) if one.text() == words), None)


def test_what_is_dropped_comes_in_off_and_is_asked_about(play: Play, tmp_path: Path) -> None:
    folder = tmp_path / "fresh"
    folder.mkdir()
    (folder / "plugin.toml").write_text("id = 'fresh'")
    (tmp_path / "note.txt").write_text("x")
    source = plugins()
    source.comes = [thing("fresh", "off")]

    async def act(scene: Scene) -> None:
        drop(scene.page, folder)
        dialog = await scene.consent()
        assert source.done == [("install", str(folder))]
        assert dialog.consent.item.key == "fresh" and scene.page.details.item_id == "plugin:fresh"
        dialog.reject()
        source.comes = [thing("one", "off"), thing("two", "off")]
        drop(scene.page, folder)
        await until(lambda: scene.said)
        drop(scene.page, tmp_path / "note.txt")
        await until(lambda: len(scene.said) == 2)
        assert scene.said[0] == "2 thing(s) came in. They are off until you turn them on."
        assert scene.said[1].startswith("note.txt was not added: it is no folder or archive with SKILL.md")

    play(act, source)


def drop(page: ExtensionsPage, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    plain = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), copy, data, left, plain)
    page.dragEnterEvent(enter)
    assert enter.isAccepted()
    page.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, plain))


def test_settings_of_servers_are_pasted(play: Play) -> None:
    async def act(scene: Scene) -> None:
        text = json.dumps({"mcpServers": {"time": {"command": "uvx"}}})
        scene.servers.comes = [thing("time", "off", "server")]
        scene.page.add_button.click()
        dialog = next(one for one in scene.page.window().findChildren(AddDialog) if one.isVisible())
        assert not dialog.panel.paste_button.isEnabled()
        dialog.panel.text.setPlainText("what?")
        dialog.panel.paste_button.click()
        assert dialog.isVisible() and any("neither JSON" in words for words in scene.words(dialog))
        dialog.panel.text.setPlainText(text)
        dialog.panel.paste_button.click()
        consent = await scene.consent()
        assert scene.servers.done == [("install", text)]
        consent.reject()

    play(act)


def test_the_address_of_a_repository_brings_its_skills_or_else_its_packs(play: Play, tmp_path: Path) -> None:
    key = made_key()
    packs, skills, nothing = (repository(tmp_path / name) for name in ("packs", "skills", "nothing"))
    built(write_pack(tmp_path), key, packs)
    for made in (packs, nothing):
        commit(made, README_DOT_md="x")
    commit(skills, one__SKILL_DOT_md=skill_text("one"))

    async def act(scene: Scene) -> None:
        mine = tmp_path / "home" / "skills"
        others, offered = scene.model.sources, SkillSource(mine, lambda: 400)
        scene.model.sources = {**others, "skill": offered, "pack": PackSource(home(tmp_path))}
        for made in (skills, packs):
            scene.page.wishes.add(f"file://{made}")
            consent = await scene.consent()
            words = " ".join(scene.words(consent))
            assert ("one" if made is skills else key.fingerprint) in words
            consent.reject()
            await until(lambda: not scene.wishing())
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert [path.name for path in mine.iterdir() if not path.name.startswith(".")] == ["one"]
        scene.page.wishes.add(f"file://{nothing}")
        await until(lambda: not scene.wishing())
        assert "no folder with a SKILL.md" in scene.said[-1] and "There is no pack" in scene.said[-1]

    play(act)


def test_an_empty_page_teaches_and_search_has_a_way_back(play: Play) -> None:
    source = FakeSource()

    async def act(scene: Scene) -> None:
        assert "Teach Homard more" in scene.words() and not scene.page.search.isVisible()
        source.things["notes"] = thing("notes")
        scene.model.take(ExtensionChanged("", "", "plugin", "notes", "on"))
        await until(lambda: scene.page.list.isVisible())
        QTest.keyClicks(scene.page.search, "nowhere")
        await until(lambda: "Nothing fits" in scene.words())
        scene.page.show_all()
        assert scene.model.rowCount() == 1 and scene.page.list.isVisible()
        scene.page.kinds.setCurrentIndex(2)
        assert "Nothing fits" in scene.words()
        scene.page.show_item("plugin:notes")
        await until(lambda: scene.page.kinds.currentIndex() == 0 and scene.page.details.item_id == "plugin:notes")
        words = "What is on takes about 200 tokens of each request."
        assert words in scene.words()

    play(act, source)


def test_what_happens_is_followed_where_it_is_read(play: Play) -> None:
    async def act(scene: Scene) -> None:
        await scene.choose("web")
        scene.plugins.things["web"] = thing("web", "stopped", why="It failed three times.")
        scene.model.take(ExtensionChanged("", "", "plugin", "web", "disabled"))
        await until(lambda: "It failed three times." in scene.words(scene.page.details))
        del scene.plugins.things["web"]
        scene.model.take(ExtensionChanged("", "", "plugin", "web", "removed"))
        await until(lambda: scene.page.details.item_id != "plugin:web")

    play(act)


def test_by_keyboard_alone(play: Play) -> None:
    async def act(scene: Scene) -> None:
        page = scene.page
        page.activateWindow()
        page.list.setFocus()
        QTest.keyClick(page.list, Qt.Key.Key_Down)
        await until(lambda: page.details.item_id == "plugin:notes" and scene.shown_tabs()[1:2] == ["Tools (31)"])
        QTest.keyClick(page.list, Qt.Key.Key_Return)
        QTest.keyClick(page.details.tabs, Qt.Key.Key_Right)
        assert page.details.tab == "tools"

    play(act)


@pytest.mark.parametrize("size", [(460, 380), (800, 600), (3_840, 2_160)])
def test_it_fits_any_window_with_any_words(play: Play, size: tuple[int, int]) -> None:
    odd = ("x" * 90, "مرحبا بالعالم " * 6, "a\x00b\nc\u202ed", "🦞" * 90)
    source = FakeSource(
        *(
            Extension("plugin", f"p{at}", text, text * 9, "changed", text * 9, beside=text)
            for at, text in enumerate(odd)
        )
    )
    for at, text in enumerate(odd):
        may = tuple(Sentence(text * 3, text * 3, "danger", "alert", f"{n}") for n in range(4))
        source.known[f"p{at}"] = Details(
            may, ((text, text * 9),), (text * 9,), (text * 9,), (ToolLine(text, text * 9, True, (text,)),),
            text * 9,
            (Setting(Field(("a",), text, text * 3, "text", text, "")),), True,
        )  # fmt: skip
        source.logs[f"p{at}"] = text * 9
        source.consents[f"p{at}"] = Consent(
            Extension("plugin", f"p{at}", text, text * 9, "off", beside=text), may, (text * 9,), (text * 9,),
            (FileDiff(text, (text * 9,), text),), text * 9, (ToolLine(text, text * 9),),
        )  # fmt: skip

    async def act(scene: Scene) -> None:
        scene.page.resize(*size)
        for at in range(4):
            for tab in ("about", "changes", "tools", "settings", "text", "log"):
                await scene.choose(f"p{at}", tab)
                scene.page.grab()
                details = scene.page.details
                inside = details.widget()
                assert inside is not None and inside.width() <= details.viewport().width()
            dialog = ConsentDialog(source.consents[f"p{at}"], scene.page)
            dialog.resize(min(dialog.width(), size[0]), min(dialog.height(), size[1]))
            dialog.show()
            dialog.grab()
            area = dialog._scroll
            widget = area.widget()
            assert widget is not None and widget.width() <= area.viewport().width()
            assert isinstance(dialog.agree_button, SlowButton)
            dialog.reject()
        assert (scene.page.width(), scene.page.height()) == size

    play(act, source)
