"""Our side of the calls of macOS: which functions, what the answers mean, how the block lies. No macOS here.

`in_dll` wants a real library, so the names that are read that way are looked up in one that a compiler makes.
"""

import ctypes
import shutil
import subprocess
from ctypes import c_int, c_uint32
from pathlib import Path
from typing import Any

import pytest

from agent.machine import MachineState
from agent.machine.macos import CAN_SLEEP, HAS_POWERED_ON, WILL_SLEEP, MacSystem

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
FAKE = r"""
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <stdbool.h>
#include <pthread.h>
typedef void (*power_callback)(void *);
typedef void (*sleep_callback)(void *, uint32_t, uint32_t, void *);
struct block { void *isa; int flags; int reserved; void (*invoke)(void *, void *); void *descriptor; };

void *kCFRunLoopDefaultMode = (void *)1, *kCFBooleanFalse = (void *)700, *_NSConcreteGlobalBlock[32];
const char *fake_source = "AC Power";
long fake_locked = 0;
int fake_session = 1, fake_expensive = 0, fake_constrained = 0;
long fake_released = 0, fake_allowed = 0, fake_sources = 0, fake_cancelled = 0;

static power_callback on_power;
static sleep_callback on_sleep;
static struct block *on_path;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;
static int running, stopped;

void *IOPSCopyPowerSourcesInfo(void) { return (void *)(intptr_t)0x7fff00000001; }
void *IOPSGetProvidingPowerSourceType(void *s) {
    return s == (void *)(intptr_t)0x7fff00000001 ? (void *)fake_source : NULL;
}
unsigned char CFStringGetCString(void *s, char *out, long size, uint32_t kind) {
    if (kind != 0x08000100 || (long)strlen(s) >= size) return 0;
    strcpy(out, s);
    return 1;
}
void *CFStringCreateWithCString(void *a, const char *s, uint32_t kind) { return (void *)s; }
void CFRelease(void *thing) { fake_released++; }
void *CGSessionCopyCurrentDictionary(void) { return fake_session ? (void *)(intptr_t)0x7fff00000002 : NULL; }
void *CFDictionaryGetValue(void *d, const char *key) {
    return strcmp(key, "CGSSessionScreenIsLocked") ? NULL : (void *)fake_locked;
}
void *CFRunLoopGetCurrent(void) { return (void *)(intptr_t)0x7fff00000003; }
void CFRunLoopAddSource(void *loop, void *source, void *mode) {
    if (loop == (void *)(intptr_t)0x7fff00000003 && mode == kCFRunLoopDefaultMode) fake_sources += (long)source;
}
void CFRunLoopRun(void) {
    pthread_mutex_lock(&lock);
    running = 1;
    pthread_cond_broadcast(&moved);
    while (!stopped) pthread_cond_wait(&moved, &lock);
    running = 0;
    pthread_cond_broadcast(&moved);
    pthread_mutex_unlock(&lock);
}
void CFRunLoopStop(void *loop) {
    pthread_mutex_lock(&lock);
    stopped = loop == (void *)(intptr_t)0x7fff00000003;
    pthread_cond_broadcast(&moved);
    pthread_mutex_unlock(&lock);
}
void fake_wait(int for_running) {
    pthread_mutex_lock(&lock);
    while (running != for_running) pthread_cond_wait(&moved, &lock);
    pthread_mutex_unlock(&lock);
}
void *IOPSCreateLimitedPowerNotification(power_callback f, void *c) { on_power = f; return (void *)16; }
uint32_t IORegisterForSystemPower(void *c, void **port, sleep_callback f, uint32_t *notifier) {
    on_sleep = f;
    *port = (void *)(intptr_t)0x7fff00000004;
    *notifier = 5;
    return 77;
}
void *IONotificationPortGetRunLoopSource(void *port) {
    return port == (void *)(intptr_t)0x7fff00000004 ? (void *)256 : NULL;
}
int IOAllowPowerChange(uint32_t port, long argument) { if (port == 77) fake_allowed += argument; return 0; }
void *dispatch_queue_create(const char *name, void *kind) { return (void *)(intptr_t)0x7fff00000006; }
void *nw_path_monitor_create(void) { return (void *)(intptr_t)0x7fff00000007; }
void nw_path_monitor_set_queue(void *m, void *q) {}
void nw_path_monitor_set_update_handler(void *m, struct block *b) {
    unsigned long size = ((unsigned long *)b->descriptor)[1];
    if (b->isa == (void *)_NSConcreteGlobalBlock && b->flags == 1 << 28 && size == sizeof *b) on_path = b;
}
void nw_path_monitor_start(void *m) {}
void nw_path_monitor_cancel(void *m) { fake_cancelled += m == (void *)(intptr_t)0x7fff00000007; }
bool nw_path_is_expensive(void *p) { return fake_expensive && p == (void *)(intptr_t)0x7fff00000008; }
bool nw_path_is_constrained(void *p) { return fake_constrained; }

void fake_power(void) { on_power(NULL); }
void fake_sleep(uint32_t message, long argument) { on_sleep(NULL, 0, message, (void *)argument); }
void fake_path(void) { on_path->invoke(on_path, (void *)(intptr_t)0x7fff00000008); }
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fake")
    source, library = folder / "fake.c", folder / "fake.so"
    source.write_text(FAKE)
    subprocess.run(["cc", "-shared", "-fPIC", "-w", "-o", library, source, "-lpthread"], check=True)
    return library


@pytest.fixture
def mac(built: Path, tmp_path: Path) -> Any:
    """All frameworks in one library, fresh for each test."""
    return ctypes.CDLL(str(shutil.copy(built, tmp_path / "fresh.so")))


def put(mac: Any, name: str, value: int, kind: Any = c_int) -> None:
    kind.in_dll(mac, name).value = value


def got(mac: Any, name: str) -> int:
    return ctypes.c_long.in_dll(mac, name).value


def over(mac: Any) -> MacSystem:
    return MacSystem(lambda _name: mac)


@pytest.mark.parametrize(
    ("source", "locked", "state"),
    [
        (b"AC Power", 0, MachineState(False, None, False, "macOS")),
        (b"Battery Power", 701, MachineState(True, None, True, "macOS")),
        (b"UPS Power", 700, MachineState(True, None, False, "macOS")),
    ],
)
def test_what_macos_answers(mac: Any, source: bytes, locked: int, state: MachineState) -> None:
    ctypes.c_char_p.in_dll(mac, "fake_source").value = source
    put(mac, "fake_locked", locked, ctypes.c_long)
    assert over(mac).read() == state
    assert got(mac, "fake_released") == 3


def test_who_has_no_session_knows_no_lock(mac: Any) -> None:
    put(mac, "fake_session", 0)
    assert over(mac).read() == MachineState(False, None, None, "macOS")


def test_sleep_mains_and_paths_are_told_until_the_end(mac: Any) -> None:
    system, heard = over(mac), list[str]()
    system.listen(heard.append)
    mac.fake_wait(1)
    mac.fake_power()
    for message, argument in ((CAN_SLEEP, 1), (WILL_SLEEP, 20), (HAS_POWERED_ON, 300), (0xE0000320, 4000)):
        mac.fake_sleep(c_uint32(message), ctypes.c_long(argument))
    assert heard == ["changed", "sleeping", "woke"]
    assert (got(mac, "fake_sources"), got(mac, "fake_allowed")) == (16 + 256, 1 + 20)
    metered = [system.read().metered]
    for expensive, constrained in ((0, 0), (1, 0), (1, 0), (0, 0), (0, 1)):
        put(mac, "fake_expensive", expensive)
        put(mac, "fake_constrained", constrained)
        mac.fake_path()
        metered.append(system.read().metered)
    assert metered == [None, False, True, True, False, True]
    assert heard[3:] == ["changed"] * 4
    system.stop()
    mac.fake_wait(0)
    mac.fake_power()
    assert (len(heard), got(mac, "fake_cancelled")) == (7, 1)


def test_where_nothing_of_it_is_there_nothing_is_known() -> None:
    def missing(name: str) -> Any:
        raise OSError(name)

    system, heard = MacSystem(missing), list[str]()
    system.listen(heard.append)
    system.stop()
    assert (system.read(), heard) == (MachineState(), [])
