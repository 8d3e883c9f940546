"""Denials that no file can change."""

from ipaddress import ip_address

import pytest

from agent.safety.effects import Effect
from agent.safety.fixed import fixed_denial, plain_ip
from agent.safety.matching import subject_of
from agent.safety.protected import Protection


def closed(effect: Effect) -> tuple[str, bool] | None:
    protection = Protection(["/srv/data"], ["/srv/data/own"]).prepare()
    found = fixed_denial(effect, subject_of(effect, "/srv/data"), protection)
    return None if found is None else (found.rule, found.once)


@pytest.mark.parametrize(
    ("host", "rule"),
    [
        ("example.org", None),
        ("93.184.216.34", None),
        ("[2606:2800:220:1:248:1893:25c8:1946]", None),
        ("localhost", ("fixed.private-address", True)),
        ("a.localhost:8080", ("fixed.private-address", True)),
        ("LOCALHOST.", ("fixed.private-address", True)),
        ("printer.local", ("fixed.private-address", True)),
        ("intranet", ("fixed.private-address", True)),
        ("127.0.0.1", ("fixed.private-address", True)),
        ("10.1.2.3", ("fixed.private-address", True)),
        ("192.168.0.1", ("fixed.private-address", True)),
        ("100.64.0.1", ("fixed.private-address", True)),
        ("[::1]", ("fixed.private-address", True)),
        ("[fe80::1]", ("fixed.private-address", True)),
        ("[::ffff:10.0.0.1]", ("fixed.private-address", True)),
        ("169.254.1.1", ("fixed.private-address", True)),
        ("169.254.169.254", ("fixed.metadata", False)),
        ("[::ffff:169.254.169.254]", ("fixed.metadata", False)),
        ("[64:ff9b::a9fe:a9fe]", ("fixed.metadata", False)),
        ("168.63.129.16", ("fixed.metadata", False)),
        ("metadata.google.internal", ("fixed.metadata", False)),
    ],
)
def test_addresses(host: str, rule: tuple[str, bool] | None) -> None:
    assert closed(Effect("net.fetch", f"http://{host}/latest")) == rule
    assert closed(Effect("net.send", f"https://{host}/")) == rule


@pytest.mark.parametrize(
    ("effect", "rule"),
    [
        (Effect("policy.change", "anything"), ("fixed.policy", False)),
        (Effect("fs.read", "/srv/data/own/homard.db"), ("fixed.own-state", False)),
        (Effect("fs.delete", "/srv/data"), ("fixed.own-state", False)),
        (Effect("fs.delete", "/srv/data/a"), None),
        (Effect("fs.write", "/srv/data"), None),
        (Effect("fs.write", "/srv/data/../other"), ("fixed.unclear", False)),
        (Effect("fs.write", "/srv/data/a\\x00b"), ("fixed.unclear", False)),
        (Effect("fs.write", "/srv/data/a\u202eb"), ("fixed.unclear", False)),
        (Effect("fs.write", "/srv/data/.git/hooks/x"), ("fixed.git", True)),
        (Effect("proc.run", "printf 'a\nb\u200d'"), None),
        (Effect("proc.run", "a\0b"), ("fixed.unclear", False)),
        (Effect("msg.send", "ada@example.org"), None),
        (Effect("msg.send", "ada\u200b@example.org"), ("fixed.unclear", False)),
        (Effect("net.send", "channel:#general"), None),
    ],
)
def test_other_effects(effect: Effect, rule: tuple[str, bool] | None) -> None:
    assert closed(effect) == rule


@pytest.mark.parametrize(
    ("ip", "inside"),
    [
        ("1.2.3.4", "1.2.3.4"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("2002:102:304::1", "1.2.3.4"),
        ("64:ff9b::102:304", "1.2.3.4"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_address_inside_an_address(ip: str, inside: str) -> None:
    assert str(plain_ip(ip_address(ip))) == inside
