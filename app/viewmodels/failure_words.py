"""How a run failed, in the language of the app: see `runtime_words`."""

from __future__ import annotations

from app.translation import translate
from app.viewmodels.runtime_words import effect_words, filled, fitting, worded


def error_words(error: str) -> str:
    """What happened, what was kept, what to do next; a sentence that is not known here comes as it is."""
    found = fitting(error, _failures())
    if found is None:
        return worded(error, _sentences(), {"effects": _each_effect, "span": _span})
    words, parts = found
    return filled(words, parts, {"what": _what_failed, "then": _what_then})


def _each_effect(effects: str) -> str:
    return "; ".join(effect_words(effect) for effect in effects.split("; "))


def _failures() -> dict[str, str]:
    return {
        '{who} {what}, saying "{said}"; the conversation is kept: {then}.': translate(
            "Runtime", "{who} {what}, saying “{said}”; the conversation is kept: {then}."
        ),
        "{who} {what}; the conversation is kept: {then}.": translate(
            "Runtime", "{who} {what}; the conversation is kept: {then}."
        ),
    }


def _what_failed(what: str) -> str:
    known = {
        "is busy or broken ({when})": translate("Runtime", "is busy or broken ({when})"),
        "asks for fewer requests ({when})": translate("Runtime", "asks for fewer requests ({when})"),
        "refused the key ({when})": translate("Runtime", "refused the key ({when})"),
        "refused the request ({when})": translate("Runtime", "refused the request ({when})"),
        "withheld the reply ({when})": translate("Runtime", "withheld the reply ({when})"),
        "says that the account has no credit left ({when})": translate(
            "Runtime", "says that the account has no credit left ({when})"
        ),
        "says that the conversation does not fit the window of {model} ({when})": translate(
            "Runtime", "says that the conversation does not fit the window of {model} ({when})"
        ),
        "at {address} has no chat completions at this address ({when})": translate(
            "Runtime", "at {address} has no chat completions at this address ({when})"
        ),
        "does not know the model {model} ({when})": translate("Runtime", "does not know the model {model} ({when})"),
        "sent no token within {seconds} s": translate("Runtime", "sent no token within {seconds} s"),
        "could not be reached: nothing answers at {address}": translate(
            "Runtime", "could not be reached: nothing answers at {address}"
        ),
        "could not be reached: the name {address} cannot be resolved": translate(
            "Runtime", "could not be reached: the name {address} cannot be resolved"
        ),
        "could not be reached: no connection to {address} in time": translate(
            "Runtime", "could not be reached: no connection to {address} in time"
        ),
        "could not be reached: the connection to {address} broke before an answer came": translate(
            "Runtime", "could not be reached: the connection to {address} broke before an answer came"
        ),
        "could not be reached: {what}": translate("Runtime", "could not be reached: {what}"),
        "sent a web page in place of a reply: probably the login page of a network (captive portal) "
        "or a proxy": translate(
            "Runtime",
            "sent a web page in place of a reply: probably the login page of a network (captive portal) or a proxy",
        ),
        "stopped in the middle of the reply ({reason})": translate(
            "Runtime", "stopped in the middle of the reply ({reason})"
        ),
    }
    return worded(what, known, {"when": _when})


def _when(when: str) -> str:
    known = {"in the middle of the reply": translate("Runtime", "in the middle of the reply")}
    return known.get(when, when)


def _what_then(then: str) -> str:
    known = {
        "try again": translate("Runtime", "try again"),
        "try again in a moment": translate("Runtime", "try again in a moment"),
        "try again in a moment, or choose another model": translate(
            "Runtime", "try again in a moment, or choose another model"
        ),
        "try again in {time}": translate("Runtime", "try again in {time}"),
        "store a valid key for it and try again": translate("Runtime", "store a valid key for it and try again"),
        "add credit to the account, or choose another model": translate(
            "Runtime", "add credit to the account, or choose another model"
        ),
        "change the request or the settings of the model": translate(
            "Runtime", "change the request or the settings of the model"
        ),
        "shorten the conversation, or choose a model with a larger window": translate(
            "Runtime", "shorten the conversation, or choose a model with a larger window"
        ),
        "put the request differently, or choose another model": translate(
            "Runtime", "put the request differently, or choose another model"
        ),
        "choose another model": translate("Runtime", "choose another model"),
        "choose a model that the provider lists": translate("Runtime", "choose a model that the provider lists"),
        "check the base_url of the provider": translate("Runtime", "check the base_url of the provider"),
        "check the base_url of the provider, which usually ends in /v1": translate(
            "Runtime", "check the base_url of the provider, which usually ends in /v1"
        ),
        "check the network and the base_url of the provider, then try again": translate(
            "Runtime", "check the network and the base_url of the provider, then try again"
        ),
        "start the server at {address} or mend the base_url of the provider, then try again": translate(
            "Runtime", "start the server at {address} or mend the base_url of the provider, then try again"
        ),
        "try again, or raise first_byte_timeout_s of the provider": translate(
            "Runtime", "try again, or raise first_byte_timeout_s of the provider"
        ),
        "log in to the network or check the proxy, check the base_url of the provider, then try again": translate(
            "Runtime",
            "log in to the network or check the proxy, check the base_url of the provider, then try again",
        ),
    }
    return worded(then, known)


def _sentences() -> dict[str, str]:
    return {
        "It waits for a person to allow: {effects}. The run goes on when it is answered.": translate(
            "Runtime", "It waits for you to allow: {effects}. The run goes on when you have answered."
        ),
        "It waits for a person to allow: {effects}.": translate("Runtime", "It waits for you to allow: {effects}."),
        "The limit of this run is {limit}: {left} are left, and the next call to {model} may take {needed}. "
        "It was not made; the work so far is kept. To go on: {ways}.": translate(
            "Runtime",
            "The limit of this run is {limit}: {left} are left, and the next call to {model} may take {needed}. It was "
            "not made; the work so far is kept. To go on, raise the limit, or choose a cheaper model.",
        ),
        "The budget for {span} ({setting}) is {limit}: {left} are left, and the next call to {model} may take "
        "{needed}. It was not made; the work so far is kept. To go on: {ways}.": translate(
            "Runtime",
            "The budget for {span} is {limit}: {left} are left, and the next call to {model} may take {needed}. It was "
            "not made; the work so far is kept. To go on, raise it under Settings, Limits, or choose a cheaper model.",
        ),
        "This chat holds content of a folder that is marked local only, and {model} runs on another machine: "
        "nothing was sent. Choose a model on this computer, or begin a new chat.": translate(
            "Runtime",
            "This chat holds content of a folder that is marked local only, and {model} runs on another computer: "
            "nothing was sent. Choose a model on this computer, or begin a new chat.",
        ),
        "The offline engine died in mid-reply; nothing of it was executed. "
        "It starts again with the next attempt.": translate(
            "Runtime",
            "The offline engine died in mid-reply; nothing of it was executed. It starts again with the next attempt.",
        ),
    }


def _span(span: str) -> str:
    known = {
        "a run": translate("Runtime", "a run"),
        "a chat": translate("Runtime", "a chat"),
        "a job in a day": translate("Runtime", "a job in a day"),
        "a day": translate("Runtime", "a day"),
        "a month": translate("Runtime", "a month"),
        "{span} at {provider}": translate("Runtime", "{span} at {provider}"),
    }
    return worded(span, known, {"span": _span})
