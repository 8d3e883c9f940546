from __future__ import annotations

import os

from agent.plugin_host.manifest import Capability, Manifest, Setting
from agent.plugin_host.words import consent, declaration_words
from agent.safety.declared import Declaration, Output


def test_each_capability_is_a_sentence_with_its_reason() -> None:
    asked = (
        Capability("files.read", (), "Reads."),
        Capability("fs.read", ("{folder}", os.path.expanduser("~/Notes")), " Looks. "),
        Capability("net", ("a.org", "b.org:8443"), "Asks."),
        Capability("net", ("a.org", "*"), "Asks all."),
        Capability("secret.use", ("{key}", "openai"), "Signs in."),
        Capability("ui.read", ("clipboard", "screen"), "Sees."),
    )
    settings = {"folder": Setting("folder", "Folder of notes"), "key": Setting("secret")}
    manifest = Manifest(1, "hello", "Hello", "1", "d", capability=asked, settings=settings)
    assert consent(manifest, asked) == [
        ("Read files that a request names; it gets a copy of each.", "Reads."),
        ("Read all of the folder that you set as “Folder of notes” and ~/Notes at any time.", "Looks."),
        ("Reach a.org and b.org:8443 over the internet.", "Asks."),
        ("Reach any host of the internet.", "Asks all."),
        ("Use the key that you set as “key” and the key openai.", "Signs in."),
        ("Read the clipboard when one of its tools is used.", "Sees."),
        ("Take a picture of the screen when one of its tools is used.", "Sees."),
    ]


def test_a_declaration_that_vouches_for_its_output_is_told() -> None:
    assert declaration_words(Declaration("msg.send")) == "sends messages to others"
    assert "written by you" in declaration_words(Declaration("read", output=Output("own")))
