import msgspec

from agent.traces.span import without_content
from tests.helpers.traces import story


def test_a_model_that_is_a_file_is_told_without_its_folder() -> None:
    made = story()
    for label, told in [
        ("local//home/me/models/tiny.gguf", "local/tiny.gguf"),
        (r"local/C:\Users\me\tiny.gguf", "local/tiny.gguf"),
        ("local/D:/models/tiny.gguf", "local/tiny.gguf"),
        ("openrouter/anthropic/claude", "openrouter/anthropic/claude"),
        ("hello", "hello"),
    ]:
        made.seen[0] = msgspec.structs.replace(made.seen[0], model=label)
        made.more = {"model": label}
        trace = without_content(made.recorded().trace())
        call = next(span for span in trace.spans if span.model is not None)
        assert call.model is not None
        assert (trace.model, call.name, call.model.model) == (told, told, told)
        assert len(trace.spans) == 11 and trace.usage == made.recorded().trace().usage
