"""A small window onto an X server: which windows there are, where, whose, and how long their programs take to answer.

By ctypes and libX11, since spawning xprop and xwininfo for each look is too slow for polling and for measuring.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Iterator
from ctypes import POINTER, byref, c_char, c_int, c_long, c_uint, c_ulong, c_void_p
from dataclasses import dataclass
from typing import Any, Self, TypeVar

T = TypeVar("T")

PATIENCE_S = 20.0
VIEWABLE = 2
CLIENT_MESSAGE = 33
REDIRECT = 1 << 19 | 1 << 20
"""SubstructureNotify and SubstructureRedirect: what a window manager listens to."""
NOTIFY = 1 << 17 | 1 << 19
"""StructureNotify and SubstructureNotify. WORKAROUND(Qt 6.11): it answers pings to those who select the former."""


class _Attributes(ctypes.Structure):
    _fields_ = [
        *[(name, c_int) for name in ("x", "y", "width", "height", "border", "depth")],
        *[("visual", c_void_p), ("root", c_ulong), ("kind", c_int), ("bit_gravity", c_int), ("win_gravity", c_int)],
        *[("backing", c_int), ("planes", c_ulong), ("pixel", c_ulong), ("save_under", c_int), ("colormap", c_ulong)],
        *[("installed", c_int), ("map_state", c_int), ("all_masks", c_long), ("mask", c_long), ("no_mask", c_long)],
        *[("override_redirect", c_int), ("screen", c_void_p)],
    ]


class _ClientMessage(ctypes.Structure):
    _fields_ = [
        *[("type", c_int), ("serial", c_ulong), ("send_event", c_int), ("display", c_void_p), ("window", c_ulong)],
        *[("message_type", c_ulong), ("format", c_int), ("data", c_long * 5)],
    ]


class _Event(ctypes.Union):
    _fields_ = [("type", c_int), ("client", _ClientMessage), ("pad", c_long * 24)]


class _Image(ctypes.Structure):
    _fields_ = [
        *[(name, c_int) for name in ("width", "height", "offset", "format")],
        ("data", c_void_p),
        *[(name, c_int) for name in ("byte_order", "unit", "bit_order", "pad", "depth", "line")],
    ]


@dataclass(frozen=True)
class XWindow:
    """A window as it was when it was looked at; position on the screen, sizes in pixels."""

    window_id: int
    name: str
    pid: int
    x: int
    y: int
    width: int
    height: int
    viewable: bool

    @property
    def middle(self) -> tuple[int, int]:
        """Where to click it."""
        return self.x + self.width // 2, self.y + self.height // 2


def wait_until(look: Callable[[], T | None], what: str, seconds: float = PATIENCE_S) -> T:
    """Look again and again until there is something. Raises TimeoutError with `what`."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.01)
    return found


class XDisplay:
    """A connection to one X server; close it before the server goes, else Xlib ends the process."""

    def __init__(self, name: str) -> None:
        self._x = ctypes.CDLL("libX11.so.6")
        for function in ("XOpenDisplay", "XDefaultRootWindow", "XInternAtom", "XGetSelectionOwner"):
            getattr(self._x, function).restype = c_void_p if function == "XOpenDisplay" else c_ulong
        # A window may vanish between two looks: that must not end the process, as Xlib does on any error by default.
        self._ignore = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)(lambda _display, _error: 0)
        self._x.XSetErrorHandler(self._ignore)
        self._x.XGetImage.restype = POINTER(_Image)
        self._tests = ctypes.CDLL("libXtst.so.6")
        self._display = c_void_p(self._x.XOpenDisplay(name.encode()))
        if not self._display:
            raise OSError(f"no X server answers at {name}")
        self.root = self._x.XDefaultRootWindow(self._display)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._x.XCloseDisplay(self._display)

    def atom(self, name: str) -> int:
        """The number of a name."""
        return self._x.XInternAtom(self._display, name.encode(), 0)

    def owned(self, selection: str) -> bool:
        """Tell whether a program holds this selection, as a tray host holds `_NET_SYSTEM_TRAY_S0`."""
        return bool(self._x.XGetSelectionOwner(self._display, c_ulong(self.atom(selection))))

    def numbers(self, window_id: int, name: str) -> list[int]:
        """A property of numbers: atoms, windows, cardinals; empty when there is none."""
        return [int(number) for number in self._property(window_id, name, c_ulong)]

    def text(self, window_id: int, name: str) -> str:
        """A property of text; empty when there is none."""
        return bytes(self._property(window_id, name, c_char)).decode("utf-8", "replace")

    def _property(self, window_id: int, name: str, kind: Any) -> list[Any]:
        actual, width, count, left, data = c_ulong(), c_int(), c_ulong(), c_ulong(), c_void_p()
        self._x.XGetWindowProperty(
            self._display, c_ulong(window_id), c_ulong(self.atom(name)), c_long(0), c_long(1 << 16), 0, c_ulong(0),
            byref(actual), byref(width), byref(count), byref(left), byref(data),
        )  # fmt: skip
        if not data:
            return []
        found = list(ctypes.cast(data, POINTER(kind))[: count.value])
        self._x.XFree(data)
        return found

    def window(self, window_id: int) -> XWindow | None:
        """Look at a window; None: it is gone."""
        is_like, x, y, child = _Attributes(), c_int(), c_int(), c_ulong()
        if not self._x.XGetWindowAttributes(self._display, c_ulong(window_id), byref(is_like)):
            return None
        self._x.XTranslateCoordinates(
            self._display, c_ulong(window_id), c_ulong(self.root), 0, 0, byref(x), byref(y), byref(child)
        )
        name = self.text(window_id, "_NET_WM_NAME") or self.text(window_id, "WM_NAME")
        pid = next(iter(self.numbers(window_id, "_NET_WM_PID")), 0)
        size: Any = is_like
        return XWindow(window_id, name, pid, x.value, y.value, size.width, size.height, size.map_state == VIEWABLE)

    def managed(self) -> list[XWindow]:
        """The windows that the window manager shows, oldest first; hidden ones are not among them."""
        found = (self.window(window_id) for window_id in self.numbers(self.root, "_NET_CLIENT_LIST"))
        return [window for window in found if window is not None]

    def below(self, window_id: int) -> Iterator[XWindow]:
        """All windows inside a window, at any depth."""
        root, parent, children, count = c_ulong(), c_ulong(), POINTER(c_ulong)(), c_uint()
        self._x.XQueryTree(self._display, c_ulong(window_id), byref(root), byref(parent), byref(children), byref(count))
        inside = list(children[: count.value]) if children else []
        if children:
            self._x.XFree(children)
        for child in inside:
            if (window := self.window(child)) is not None:
                yield window
                yield from self.below(child)

    def close_window(self, window_id: int) -> None:
        """Ask the window manager to close a window, as its close button does."""
        event = self._message(window_id, "_NET_CLOSE_WINDOW", 0, 2)
        self._x.XSendEvent(self._display, c_ulong(self.root), 0, c_long(REDIRECT), byref(event))
        self._x.XFlush(self._display)

    def click(self, x: int, y: int) -> float:
        """Click at a place of the screen, without the time that starting xdotool takes; when (perf_counter)."""
        self._tests.XTestFakeMotionEvent(self._display, -1, x, y, c_ulong(0))
        self._x.XFlush(self._display)
        time.sleep(0.2)  # so that what the mouse passes over has been painted
        for down in (1, 0):
            self._tests.XTestFakeButtonEvent(self._display, 1, down, c_ulong(0))
        at = time.perf_counter()
        self._x.XFlush(self._display)
        return at

    def picture(self, x: int, y: int, width: int, height: int) -> bytes:
        """The pixels of a part of the screen."""
        planes, as_pixels = c_ulong(0xFFFFFFFF), 2
        place = (self._display, c_ulong(self.root), x, y, c_uint(width), c_uint(height))
        image = self._x.XGetImage(*place, planes, as_pixels)
        found = ctypes.string_at(image.contents.data, image.contents.line * height)
        self._x.XDestroyImage(image)
        return found

    def _message(self, window_id: int, kind: str, *data: int) -> _Event:
        event = _Event()
        event.client.type, event.client.window, event.client.format = CLIENT_MESSAGE, window_id, 32
        event.client.message_type = self.atom(kind)
        event.client.data[:] = [*data, *[0] * (5 - len(data))]
        return event

    def ping(self, window_id: int, patience_s: float = 5.0) -> float:
        """Ask a window's program whether it lives (EWMH `_NET_WM_PING`); how many seconds the answer took.

        Qt answers on the GUI thread: that is how long that thread was away. Raises TimeoutError.
        """
        self._x.XSelectInput(self._display, c_ulong(self.root), c_long(NOTIFY))
        begun = time.perf_counter()
        stamp = int(begun * 1e6) & 0x7FFFFFFF
        event = self._message(window_id, "WM_PROTOCOLS", self.atom("_NET_WM_PING"), stamp, window_id)
        self._x.XSendEvent(self._display, c_ulong(window_id), 0, c_long(0), byref(event))
        self._x.XFlush(self._display)
        while time.perf_counter() - begun < patience_s:
            while self._x.XPending(self._display):
                self._x.XNextEvent(self._display, byref(event))
                if event.type == CLIENT_MESSAGE and event.client.data[1] == stamp:
                    return time.perf_counter() - begun
            time.sleep(0.0002)
        raise TimeoutError(f"the window gave no sign of life for {patience_s} s")
