"""Web addresses: one form, nothing disguised, and what counts as the public internet."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import ToolDenied, ToolRetry
from agent.safety.web_address import is_public, parse_address


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://Example.COM", "https://example.com/"),
        ("HTTP://example.com:80/a?b=c#frag", "http://example.com/a?b=c"),
        ("https://example.com:8443/x", "https://example.com:8443/x"),
        ("https://example.com.", "https://example.com/"),
        ("https://münchen.de/straße?ä=ö", "https://xn--mnchen-3ya.de/stra%C3%9Fe?%C3%A4=%C3%B6"),
        ("https://ⓔxample。com/", "https://example.com/"),
        ("http://1.1.1.1/", "http://1.1.1.1/"),
        ("http://[2606:4700:0000::1]:8080/", "http://[2606:4700::1]:8080/"),
        ("  https://a.example/%41%20b?q=%2F&x[]=1 ", "https://a.example/%41%20b?q=%2F&x[]=1"),
        ("https://under_score.example/", "https://under_score.example/"),
    ],
)
def test_one_form(url: str, canonical: str) -> None:
    assert str(parse_address(url)) == canonical
    assert str(parse_address(canonical)) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "http://user@example.com/",
        "http://example.com@evil.example/",
        "http://user:pass@example.com/",
        "http://@example.com/",
        "http://exa\0mple.com/",
        "http://example.com\\@evil.example/",
        "http://example.com/a b",
        "http://example.com/\r\nX: y",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://127.1/",
        "http://0177.0.0.1/",
        "http://127.0.0.01/",
        "http://0x7f000001/",
        "http://１２７.0.0.0x1/",
        "http://1.2.3.4.5/",
        "http://example.com:22/",
        "http://example.com:25/",
    ],
)
def test_what_misleads_is_denied(url: str) -> None:
    with pytest.raises(ToolDenied):
        parse_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "ftp://example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http:///path",
        "http://exa%6dple.com/",
        "http://-a.example/",
        "http://a..b/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://[v1.x]/",
        "http://example.com:99999/",
        "http://example.com:port/",
        f"http://{'a' * 64}.example/",
        f"http://example.com/{'a' * 9000}",
    ],
)
def test_what_is_no_web_url_can_be_mended(url: str) -> None:
    with pytest.raises(ToolRetry):
        parse_address(url)


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_an_error_for_the_model(text: str) -> None:
    for url in (text, f"http://{text}", f"https://example.com/{text}"):
        try:
            address = parse_address(url)
        except (ToolRetry, ToolDenied):
            continue
        assert str(address).isascii()
        assert parse_address(str(address)) == address


def test_a_link_is_joined() -> None:
    page = parse_address("https://a.example/dir/page?x=1")
    assert [str(page.join(link)) for link in ("other", "/top", "//b.example/", "?y", "https://c.example")] == [
        "https://a.example/dir/other",
        "https://a.example/top",
        "https://b.example/",
        "https://a.example/dir/page?y",
        "https://c.example/",
    ]


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "93.184.216.34",
        "2606:4700:4700::1111",
        "2a00:1450::1",
        "64:ff9b::101:101",
        "2002:101:101::1",
        "::ffff:1.1.1.1",
    ],
)
def test_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "127.0.0.1", "127.255.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0",
        "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "2001::1", "100::1", "::127.0.0.1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
        "2002:7f00:1::1", "2002:a9fe:a9fe::1", "2002:c0a8:101::1", "3fff::1", "3fff:fff:ffff::1", "5f00::1",
        "100:0:0:1::1", "2001:1::1", "2001:3::1", "2001:4:112::1", "2001:20::1", "2001:30::1", "2620:4f:8000::1",
        "192.0.0.8", "192.0.0.9", "192.0.0.170", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.175.48.1",
        "198.51.100.1", "203.0.113.1", "233.252.0.1", "2002:c058:6301::1",
    ],
)  # fmt: skip
def test_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
