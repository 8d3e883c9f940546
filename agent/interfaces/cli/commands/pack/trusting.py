"""`homard pack trust`: whose signatures count here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.errors import UsageError
from agent.interfaces.cli.commands.pack.group import AsJson, app, work
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import revealed
from agent.interfaces.cli.work import House, Work, print_json

if TYPE_CHECKING:
    from agent.packs.service import Packs


@app.command("trust")
def trust(
    off: Annotated[
        str, typer.Option("--off", metavar="FINGERPRINT", help="This key counts no more; what it signed is off.")
    ] = "",
    as_json: AsJson = False,
) -> Work:
    """List the keys that count here, or let one count no more."""

    def do(packs: Packs, _terminal: Terminal) -> list[dict[str, Any]]:
        from agent.packs.signing import fingerprint_of, same_fingerprint
        from agent.packs.trust import with_revoked_key

        state = packs.state()
        if off:
            known = [one for one in state.keys if same_fingerprint(fingerprint_of(one), off)]
            if not known:
                raise UsageError(f"No key {off} is known here. `homard pack trust` lists them. Nothing was changed.")
            state = packs.edit(lambda now: with_revoked_key(now, known[0], "you said that it counts no more"))
        return [
            {"fingerprint": fingerprint_of(public), "publisher": one.publisher, "since": one.since or None,
             "expires": one.expires or None, "revoked": one.revoked or None}
            for public, one in state.keys.items()
        ]  # fmt: skip

    def say(terminal: Terminal, _house: House, keys: list[dict[str, Any]]) -> int:
        if as_json:
            print_json(terminal, keys)
        elif not keys:
            terminal.say("No key counts here yet. The first pack of a publisher asks you to compare theirs.")
        else:
            rows = [
                (
                    revealed(one["publisher"]) or "–",
                    one["fingerprint"],
                    one["expires"] or "–",
                    one["revoked"] or "counts",
                )
                for one in keys
            ]
            width = terminal.columns if terminal.stdout_tty else None
            terminal.out(table(("publisher", "fingerprint", "expires", "state"), rows, width))
        return 0

    return work(do, say, as_json=as_json)
