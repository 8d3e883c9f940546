"""The public API for plugins, version 1: a plugin imports nothing else of Homard. See docs/plugins.md."""

from agent.errors import ToolFailed, ToolRetry
from agent.plugin_api import testing
from agent.plugin_api.context import Clipboard, Context
from agent.plugin_api.decorators import on, output, provider, tool, trigger
from agent.plugin_api.files import ReadFile, WriteFile
from agent.plugin_api.model import Message, ModelCall, ModelRequest, ModelTool
from agent.plugin_api.result import Image, Result
from agent.safety.declared import Declaration, Output, Records

API_VERSION = 1
"""What a `plugin.toml` names as `api`. Within one version things are added and nothing is changed or taken away."""

__all__ = [
    "API_VERSION",
    "Clipboard",
    "Context",
    "Declaration",
    "Image",
    "Message",
    "ModelCall",
    "ModelRequest",
    "ModelTool",
    "Output",
    "ReadFile",
    "Records",
    "Result",
    "ToolFailed",
    "ToolRetry",
    "WriteFile",
    "on",
    "output",
    "provider",
    "testing",
    "tool",
    "trigger",
]
