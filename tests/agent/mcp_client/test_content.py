import base64

from mcp_types import CallToolResult, GetPromptResult, ReadResourceResult

from agent.mcp_client.content import prompt_of, resource_of, result_of
from agent.messages import ImagePart
from agent.tools.foreign import ForeignResult

PNG = b"\x89PNG\r\n\x1a\n"
DATA = base64.b64encode(PNG).decode()


def called(*blocks: object, **more: object) -> ForeignResult:
    return result_of(CallToolResult.model_validate({"content": list(blocks), **more}))


def test_texts_and_images() -> None:
    image = {"type": "image", "data": DATA, "mimeType": "image/png"}
    found = called({"type": "text", "text": "one"}, image, {"type": "text", "text": "two"}, isError=True)
    assert found == ForeignResult("one\ntwo", (ImagePart("image/png", PNG),), None, True)


def test_a_picture_is_what_its_bytes_say() -> None:
    jpeg = base64.b64encode(b"\xff\xd8\xff\xe0").decode()
    svg = base64.b64encode(b"<svg/>").decode()
    found = called(*({"type": "image", "data": data, "mimeType": "image/png"} for data in (jpeg, svg)))
    assert found == ForeignResult("[image that cannot be read]", (ImagePart("image/jpeg", b"\xff\xd8\xff\xe0"),))


def test_data_stands_in_for_a_text_that_is_not_there() -> None:
    assert called(structuredContent={"a": 1}) == ForeignResult('{"a": 1}', (), {"a": 1})
    assert called({"type": "text", "text": "t"}, structuredContent={"a": 1}).text == "t"


def test_what_no_model_reads_is_named() -> None:
    found = called(
        {"type": "audio", "data": DATA, "mimeType": "audio/wav"},
        {"type": "image", "data": DATA, "mimeType": "image/x-icon"},
        {"type": "image", "data": "no base64!", "mimeType": "image/png"},
        {"type": "resource_link", "uri": "note://1", "name": "A note", "description": "of mine"},
        {"type": "resource", "resource": {"uri": "note://2", "text": "What it says"}},
        {"type": "resource", "resource": {"uri": "note://3", "blob": DATA, "mimeType": "application/pdf"}},
    )
    assert found.text.splitlines() == [
        "[audio, audio/wav, 8 bytes]",
        "[image, image/x-icon, 8 bytes]",
        "[image that cannot be read]",
        "[resource note://1 (A note: of mine)]",
        "What it says",
        "[resource note://3, application/pdf, 8 bytes]",
    ]


def test_invisible_characters_are_taken_out() -> None:
    assert called({"type": "text", "text": "a\u200b\U000e0041b\x1b[2J"}).text == "ab[2J"


def test_no_more_images_than_a_model_can_use() -> None:
    images = [{"type": "image", "data": DATA, "mimeType": "image/png"}] * 30
    assert len(called(*images).images) == 10


def test_resources_and_prompts() -> None:
    read = {"contents": [{"uri": "a://1", "text": "one"}, {"uri": "a://2", "text": "two"}]}
    assert resource_of(ReadResourceResult.model_validate(read)).text == "one\ntwo"
    assert resource_of(ReadResourceResult.model_validate({"contents": []})).text == "(empty)"
    said = {"messages": [{"role": "user", "content": {"type": "text", "text": "Hello"}}]}
    assert prompt_of(GetPromptResult.model_validate(said)).text == "user: Hello"
