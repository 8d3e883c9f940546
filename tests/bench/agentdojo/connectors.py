"""How the author of each connector would declare its tools, by what they do (grammar: agent/safety/declared.py).

An argument that is not named is an opaque id. The tools stand in groups by the service that they reach.
"""

from __future__ import annotations

from agent.safety.declared import Declaration, Output, Records
from agent.safety.effects import Role

OTHERS, OWN, PUBLIC, ECHO = Output("others"), Output("own"), Output("public"), Output("echo")
DATA = Output("own", data=True)
READ = Declaration("read", output=OTHERS)
FILES = Declaration("read", output=Output("others", records=Records(("filename",), {"id_": "id"}, own="owner")))
PAYMENTS = Declaration("read", output=Output("others", records=Records(("sender", "recipient"), {"amount": "amount"})))
CATALOGUE = Declaration("read", output=PUBLIC)
PRICE = Declaration("read", output=Output("public", data=True))
PAYMENT: dict[str, Role] = {
    "recipient": "recipient",
    "amount": "amount",
    "subject": "text",
    "date": "time",
    "recurring": "choice",
}

SEND_EMAIL = Declaration(
    "msg.send",
    {
        "recipients": "recipient",
        "cc": "recipient",
        "bcc": "recipient",
        "subject": "text",
        "body": "text",
        "attachments": "text",
    },
    output=ECHO,
)
CREATE_EVENT = Declaration(
    "net.send",
    {
        "title": "path",
        "participants": "recipient",
        "start_time": "time",
        "end_time": "time",
        "description": "text",
        "location": "text",
    },
    message_if="participants",
    reversible=True,
    output=ECHO,
)
CANCEL_EVENT = Declaration("msg.send", {"event_id": "id"}, output=ECHO)

ACCOUNTS: dict[str, frozenset[str]] = {"workspace": frozenset({"emma.johnson@bluesparrowtech.com"})}
"""Whose account was connected, by suite: the service says so at sign-in."""

CONNECTORS: dict[str, dict[str, dict[str, Declaration]]] = {
    "workspace": {
        "mail": {
            "send_email": SEND_EMAIL,
            "delete_email": Declaration("net.send", {"email_id": "id"}, output=ECHO),
            "get_unread_emails": READ,
            "get_sent_emails": READ,
            "get_received_emails": READ,
            "get_draft_emails": READ,
            "search_emails": READ,
        },
        "contacts": {
            "search_contacts_by_name": Declaration("read", output=Output("own", lists={"email": "recipient"})),
            "search_contacts_by_email": Declaration("read", output=Output("own", lists={"email": "recipient"})),
        },
        "clock": {"get_current_day": Declaration("read", output=DATA)},
        "calendar": {
            "search_calendar_events": READ,
            "get_day_calendar_events": READ,
            "create_calendar_event": CREATE_EVENT,
            "cancel_calendar_event": CANCEL_EVENT,
            "reschedule_calendar_event": Declaration(
                "msg.send", {"event_id": "id", "new_start_time": "time", "new_end_time": "time"}, output=OTHERS
            ),
            "add_calendar_event_participants": Declaration(
                "msg.send", {"event_id": "text", "participants": "recipient"}, output=OTHERS
            ),
        },
        "drive": {
            "list_files": FILES,
            "search_files": FILES,
            "search_files_by_filename": FILES,
            "get_file_by_id": FILES,
            "create_file": Declaration(
                "net.send", {"filename": "path", "content": "text"}, reversible=True, output=ECHO
            ),
            "append_to_file": Declaration("net.send", {"file_id": "id", "content": "text"}, output=OTHERS),
            "delete_file": Declaration("net.send", {"file_id": "id"}, output=OTHERS),
            "share_file": Declaration(
                "msg.send", {"file_id": "text", "email": "recipient", "permission": "choice"}, output=OTHERS
            ),
        },
    },
    "banking": {
        "bank": {
            "get_iban": Declaration("read", output=OWN),
            "get_balance": Declaration("read", output=DATA),
            "get_most_recent_transactions": PAYMENTS,
            "get_scheduled_transactions": Declaration("read", output=Output("own", lists={"recipient": "recipient"})),
            "send_money": Declaration("net.send", PAYMENT, output=ECHO),
            "schedule_transaction": Declaration("net.send", PAYMENT, output=ECHO),
            "update_scheduled_transaction": Declaration("net.send", {"id": "id", **PAYMENT}, output=ECHO),
            "get_user_info": Declaration("read", output=OWN),
            "update_password": Declaration("net.send", {"password": "account"}, output=ECHO),
            "update_user_info": Declaration(
                "net.send",
                {"first_name": "account", "last_name": "account", "street": "account", "city": "account"},
                output=ECHO,
            ),
        },
        "files": {"read_file": READ},
    },
    "travel": {
        "booking": {
            "get_user_information": Declaration("read", output=Output("own", lists={"Email": "recipient"})),
            "get_all_hotels_in_city": CATALOGUE,
            "get_hotels_prices": CATALOGUE,
            "get_hotels_address": CATALOGUE,
            "get_rating_reviews_for_hotels": CATALOGUE,
            "get_all_restaurants_in_city": CATALOGUE,
            "get_cuisine_type_for_restaurants": Declaration(
                "read", output=Output("public", data=True, words=("Italian", "Chinese", "Indian", "Japanese"))
            ),
            "get_restaurants_address": CATALOGUE,
            "get_rating_reviews_for_restaurants": CATALOGUE,
            "get_dietary_restrictions_for_all_restaurants": CATALOGUE,
            "get_contact_information_for_restaurants": CATALOGUE,
            "get_price_for_restaurants": PRICE,
            "check_restaurant_opening_hours": CATALOGUE,
            "get_all_car_rental_companies_in_city": CATALOGUE,
            "get_car_types_available": Declaration(
                "read", output=Output("public", data=True, words=("Sedan", "SUV", "Convertible", "Truck"))
            ),
            "get_rating_reviews_for_car_rental": CATALOGUE,
            "get_car_fuel_options": Declaration(
                "read", output=Output("public", data=True, words=("Regular", "Premium", "Electric"))
            ),
            "get_car_rental_address": CATALOGUE,
            "get_car_price_per_day": PRICE,
            "get_flight_information": CATALOGUE,
            "reserve_hotel": Declaration(
                "net.send", {"hotel": "recipient", "start_day": "time", "end_day": "time"}, output=ECHO
            ),
            "reserve_restaurant": Declaration(
                "net.send", {"restaurant": "recipient", "start_time": "time"}, output=ECHO
            ),
            "reserve_car_rental": Declaration(
                "net.send", {"company": "recipient", "start_time": "time", "end_time": "time"}, output=ECHO
            ),
        },
        "calendar": {
            "search_calendar_events": READ,
            "get_day_calendar_events": READ,
            "create_calendar_event": CREATE_EVENT,
            "cancel_calendar_event": CANCEL_EVENT,
        },
        "mail": {"send_email": SEND_EMAIL},
    },
    "slack": {
        "chat": {
            "get_channels": READ,
            "get_users_in_channel": READ,
            "read_channel_messages": READ,
            "read_inbox": READ,
            "add_user_to_channel": Declaration("msg.send", {"user": "recipient", "channel": "recipient"}, output=ECHO),
            "send_direct_message": Declaration("msg.send", {"recipient": "recipient", "body": "text"}, output=ECHO),
            "send_channel_message": Declaration("msg.send", {"channel": "recipient", "body": "text"}, output=ECHO),
            "invite_user_to_slack": Declaration(
                "msg.send", {"user": "recipient", "user_email": "recipient"}, output=ECHO
            ),
            "remove_user_from_slack": Declaration("net.send", {"user": "recipient"}, output=ECHO),
        },
        "web": {
            "get_webpage": Declaration("net.fetch", {"url": "host"}, output=PUBLIC),
            "post_webpage": Declaration("net.send", {"url": "host", "content": "text"}, output=ECHO),
        },
    },
}
