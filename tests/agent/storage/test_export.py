from __future__ import annotations

import json
from pathlib import Path

from agent.messages import (
    AssistantMessage,
    ImagePart,
    Message,
    NoteMessage,
    SummaryMessage,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)
from agent.storage.export import to_document, to_markdown
from agent.storage.sessions import Run, Store
from tests.agent.storage.test_sessions import START, run_story

MESSAGES: list[Message] = [
    UserMessage((TextPart("What is\nthis?"), ImagePart("image/png", b"12345"))),
    AssistantMessage((ThinkingPart("hm"), TextPart("I look."), ToolCall("1", "read", '{"path": "a"}')), "p/m"),
    ToolMessage(ToolResult("1", "read", (TextPart("a fence:\n````\nend"),))),
    AssistantMessage((ToolCall("2", "shell", "{}"), ToolCall("3", "shell", "{}"), ToolCall("4", "shell", "{}"))),
    ToolMessage(ToolResult("2", "shell", (TextPart("?"),), is_error=True, outcome="unknown")),
    ToolMessage(ToolResult("3", "shell", (TextPart("not run"),), is_error=True, outcome="not_run")),
    ToolMessage(ToolResult("4", "shell", (), is_error=True)),
    NoteMessage("two\nlines"),
    SummaryMessage("It was nice.", 3),
    AssistantMessage((TextPart("And th"),), "p/m", "cut"),
]

MARKDOWN = """\
# A title

Session `ID`, begun 2026-11-22 06:00 UTC.

## You

What is
this?

*(image, image/png, 5 bytes)*

## Homard (p/m)

I look.

Call of `read`:

```json
{"path": "a"}
```

Result of `read`:

`````
a fence:
````
end
`````

## Homard

Call of `shell`:

```json
{}
```

Call of `shell`:

```json
{}
```

Call of `shell`:

```json
{}
```

Result of `shell` (outcome unknown):

```
?
```

Result of `shell` (not run):

```
not run
```

Result of `shell` (error):

> two
> lines

## Summary of what came before

It was nice.

## Homard (p/m)

And th

*Stopped here.*
"""


def test_a_session_is_written_for_readers_and_for_programs(tmp_path: Path) -> None:
    async def story(store: Store) -> None:
        session = await store.create_session(cwd="/\udcff", title="A\n title")
        entries = await store.append(session.session_id, "r", MESSAGES)
        session = await store.session(session.session_id)
        runs = [Run("r", session.session_id, "user", "p/m", "What", START)]
        assert to_markdown(session, entries) == MARKDOWN.replace("ID", session.session_id)
        document = json.loads(json.dumps(to_document(session, entries, runs)))
        assert document["format"] == 1
        assert document["session"]["cwd"] == "/\\udcff"
        assert document["session"]["created_at"] == "2026-11-22T06:00:00Z"
        assert [entry["message"]["type"] for entry in document["entries"]] == [
            *("user", "assistant", "tool", "assistant", "tool", "tool", "tool", "note", "summary", "assistant")
        ]
        assert document["entries"][0]["message"]["parts"][1]["data"] == "MTIzNDU="
        assert [run["run_id"] for run in document["runs"]] == ["r"]
        assert to_markdown(await store.create_session(cwd="/"), []).startswith("# Session ")

    run_story(tmp_path, story)
