from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.models.local_store.curated import offers
from agent.models.local_store.download import Wanted
from agent.models.local_store.names import Named, file_in, named

SUM = "A" * 64


def test_an_offer_by_name_or_address() -> None:
    offer = offers()[0]
    wanted = Wanted(offer.url, offer.sha256, offer.size_bytes)
    assert named(offer.name) == named(offer.url) == Named(offer.name, wanted, offer)
    assert named(offer.name, name="small").name == "small"
    with pytest.raises(UsageError, match="another SHA-256"):
        named(offer.name, sha256="b" * 64)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://h/a/Some%20Model%20(Q4).GGUF?download=true", "Some-Model-Q4"),
        ("https://h/x.gguf", "x"),
        ("https://h/..%2f..%2fetc%2fpasswd.gguf", "passwd"),
        ("https://h/%2e%2e.gguf", None),
        ("https://h/", None),
        ("https://h/nul.gguf", None),
        ("https://h/big-00001-of-00003.gguf", None),
        ("https://h/" + "n" * 300 + ".gguf", "n" * 80),
    ],
)
def test_names_by_addresses(url: str, name: str | None) -> None:
    if name is None:
        with pytest.raises(UsageError, match=r"--name|several files"):
            named(url)
        return
    assert named(url, sha256=f"sha256:{SUM}") == Named(name, Wanted(url, SUM.lower()), None)
    assert file_in(Path("/m"), name) == Path(f"/m/{name}.gguf")


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "a b", "x.gguf", "x.part", "con", "a\n", "x" * 81])
def test_names_that_are_none(name: str) -> None:
    if not name:
        with pytest.raises(UsageError, match="neither a model"):
            named("nothing")
        return
    with pytest.raises(UsageError, match="no name"):
        named("https://h/x.gguf", name=name)


@pytest.mark.parametrize("given", ["abc", "g" * 64, "a" * 63])
def test_sums_that_are_none(given: str) -> None:
    with pytest.raises(UsageError, match="64 hexadecimal"):
        named("https://h/x.gguf", sha256=given)
