import pytest

from agent.models.tiny.fields import candidates, field_names

BILL = """Bill no. 77
From: Nordic Power AB
To: Lena Holm, lena.holm@mail.example
Period: October 2026
Amount: 1,236.00 SEK
Date: 2026-11-01
Pay by: 2026-11-30
"""
TRIP = """Flight TP 931 leaves Zurich on 4 May at 11:45. Hotel Miramar, Rua Augusta 20, for 96 euros.
Call +41 44 555 0142.
"""


@pytest.mark.parametrize(
    ("ask", "names"),
    [
        ("Extract the amount and the date of a.txt as JSON", ["amount", "date"]),
        ("return the hotel and the flight number from a.txt as json", ["hotel", "flight_number"]),
        ('I need the email in a.txt, as a JSON object with the key "email"', ["email"]),
        ('Give me the customer of a.txt as JSON, like {"customer": ...}', ["customer"]),
        ("What is the version in a.txt? Answer in JSON.", ["version"]),
        ("Parse a.txt into JSON with name, street and city.", ["name", "street", "city"]),
        ("JSON with the keys title and year from a.txt please.", ["title", "year"]),
        ("Extract from a.txt: name, phone. Format: JSON.", ["name", "phone"]),
    ],
)
def test_the_fields_a_request_names(ask: str, names: list[str]) -> None:
    assert field_names(ask, "a.txt") == names


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        (BILL, "amount", "1,236.00 SEK"),
        (BILL, "due_date", "2026-11-30"),
        (BILL, "date", "2026-11-01"),
        (BILL, "email", "lena.holm@mail.example"),
        (BILL, "sender", "Nordic Power AB"),
        (BILL, "bill_number", "77"),
        (TRIP, "hotel", "Hotel Miramar"),
        (TRIP, "flight_number", "TP 931"),
        (TRIP, "phone", "+41 44 555 0142"),
        (TRIP, "price", "96 euros"),
        ('{"color": "red", "max": 25}', "colour", ""),
        ("color=red\nmax_users=25\n", "max_users", "25"),
    ],
)
def test_the_likeliest_value_comes_first(text: str, name: str, value: str) -> None:
    found = candidates(text, name, 5)
    assert found[:1] == [value] or not value
    assert all(one in text for one in found)
