#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that guildhalld does its work inside the sandbox that guildhalld.service asks for.

check_unit_runs.py UNIT DAEMON

A tight sandbox is worth nothing when the daemon cannot live in it. There is no systemd to
ask in a build root, so what the unit says is done here with the same means: a read-only
file system by bubblewrap, and system call filters by libseccomp. In it the daemon starts
with a private PostgreSQL, makes an account, decodes a picture and stops.
"""

import ctypes
import ctypes.util
import http.client
import json
import os
import re
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import zlib
from pathlib import Path

ALLOW = 0x7FFF0000
SUPPORTED_GROUP = re.compile(r"^\s+(@?[a-z0-9_-]+)$")
EPERM, ENOSYS, EAFNOSUPPORT = 1, 38, 97
PROT_WRITE, PROT_EXEC = 2, 4
# NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
CLONE_NEW = [0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000]
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
PATIENCE_S = 120


def settings_of(unit):
    """The unit's [Service] lines, each key with all its values in order."""
    settings = {}
    for line in unit.read_text().splitlines():
        if found := re.fullmatch(r"([A-Za-z]+)=(.*)", line):
            settings.setdefault(found[1], []).append(found[2])
    return settings


def expand(name, known={}):
    """The system calls of a name: itself, or what is in the group of that name."""
    if not name.startswith("@"):
        return {name}
    if name not in known:
        listed = subprocess.run(["systemd-analyze", "--no-pager", "syscall-filter", name],
                                capture_output=True, text=True, check=True)
        members = [found[1] for line in listed.stdout.splitlines()
                   if (found := SUPPORTED_GROUP.match(line))]
        known[name] = set().union(*(expand(member) for member in members))
    return known[name]


def allowed_calls(filters):
    calls = set()
    for line in filters:
        names = set().union(*(expand(name) for name in line.removeprefix("~").split()))
        calls = calls - names if line.startswith("~") else calls | names
    # systemd always lets these through, or nothing could be started.
    return calls | expand("@default") | {"execve"}


class Comparison(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("operator", ctypes.c_int),
                ("first", ctypes.c_uint64), ("second", ctypes.c_uint64)]


class Filter:
    NOT_EQUAL, MASKED_EQUAL = 1, 7
    library = ctypes.CDLL(ctypes.util.find_library("seccomp"))
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    library.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(Comparison)]

    def __init__(self, otherwise):
        self.context = self.library.seccomp_init(otherwise)

    def add(self, action, call, *comparisons):
        number = self.library.seccomp_syscall_resolve_name(call.encode())
        if number == -1:
            return  # not a call of this architecture
        array = (Comparison * len(comparisons))(*comparisons)
        if self.library.seccomp_rule_add_array(self.context, action, number, len(comparisons), array) < 0:
            raise OSError(f"libseccomp refuses a rule for {call}")

    def load(self):
        if self.library.seccomp_load(self.context) < 0:
            raise OSError("libseccomp cannot load the filter")


def refuse(errno):
    return 0x00050000 | errno


def close_in(settings):
    """Does to this process what the unit asks systemd to do to the daemon."""
    # Last things first: a filter that is loaded also holds for loading the next one.
    rules = Filter(ALLOW)
    if settings["RestrictNamespaces"] == ["true"]:
        for flag in CLONE_NEW:
            for call in ("clone", "unshare"):
                rules.add(refuse(EPERM), call, Comparison(0, Filter.MASKED_EQUAL, flag, flag))
        rules.add(refuse(EPERM), "setns")
        rules.add(refuse(ENOSYS), "clone3")
    if settings["MemoryDenyWriteExecute"] == ["true"]:
        both = PROT_WRITE | PROT_EXEC
        rules.add(refuse(EPERM), "mmap", Comparison(2, Filter.MASKED_EQUAL, both, both))
        rules.add(refuse(EPERM), "mprotect", Comparison(2, Filter.MASKED_EQUAL, PROT_EXEC, PROT_EXEC))
        rules.add(refuse(EPERM), "pkey_mprotect", Comparison(2, Filter.MASKED_EQUAL, PROT_EXEC, PROT_EXEC))
    wanted = {FAMILIES[name] for name in settings["RestrictAddressFamilies"][0].split()}
    for family in set(range(46)) - wanted:
        rules.add(refuse(EAFNOSUPPORT), "socket", Comparison(0, 4, family, 0))
    rules.load()

    calls = Filter(refuse(EPERM))
    for call in allowed_calls(settings["SystemCallFilter"]):
        calls.add(ALLOW, call)
    calls.load()


def enter(unit, command):
    """Becomes COMMAND inside the sandbox; runs in the child, within bubblewrap already."""
    close_in(settings_of(unit))
    # Proof that the filters hold: a namespace and memory to write and execute are refused.
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(0x10000000) == 0 or ctypes.get_errno() != EPERM:
        sys.exit("the sandbox of this test does not hold: a user namespace could be made")
    os.execv(command[0], command)


def png(side):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    rows = b"".join(b"\0" + b"\x80\x40\xc0" * side for _ in range(side))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def ask(address, method, path, body=None, token=None, kind="application/json"):
    connection = http.client.HTTPConnection(address, timeout=PATIENCE_S)
    headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {token}"} if token else {})
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        sys.exit(f"{method} {path}: {answer.status} {text[:2000]!r}")
    return json.loads(text)


def work(address):
    ask(address, "GET", "/health")
    account = {"username": "ada", "password": "a long and unlikely one", "device_name": "check"}
    tokens = ask(address, "POST", "/client/v1/register", json.dumps(account))
    profile = ask(address, "PUT", "/client/v1/profile/image", png(600), tokens["access_token"], "image/png")
    if not profile.get("image", "").startswith("mxc://"):
        sys.exit(f"the picture did not become a profile image: {profile}")


def main():
    unit, daemon = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    if sys.argv[3:4] == ["--enter"]:
        enter(unit, sys.argv[4:])

    here = Path(__file__).resolve().parent
    with tempfile.TemporaryDirectory(dir="/var/tmp") as state:
        environment = os.environ | {"STATE_DIRECTORY": state, "HOME": "/nonexistent"}
        # LeakSanitizer traces its own process, which no service may.
        environment["ASAN_OPTIONS"] = environment.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        environment.pop("NOTIFY_SOCKET", None)
        process = subprocess.Popen(
            ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--tmpfs", "/tmp",
             # The tree itself may lie below /tmp.
             "--ro-bind", here, here, "--ro-bind", daemon.parent, daemon.parent, "--ro-bind", unit.parent, unit.parent,
             "--bind", state, state, "--die-with-parent", "--new-session",
             sys.executable, Path(__file__).resolve(), unit, daemon, "--enter",
             daemon, "--embedded", "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=sys.stderr, text=True, env=environment)
        watchdog = threading.Timer(PATIENCE_S, process.kill)
        watchdog.start()
        try:
            for line in process.stdout:
                if found := re.match(r"listening on http://(\S+)", line):
                    break
            else:
                sys.exit(f"the daemon did not start in the unit's sandbox: status {process.wait()}")
            work(found[1])
            stop(process)
        finally:
            watchdog.cancel()
            process.kill()
            process.wait()
    print("started, registered, decoded a picture and stopped in the sandbox")


def stop(process):
    """Asks the daemon, bubblewrap's only child, to stop."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGTERM)
    status = process.wait()
    if status != 0:
        sys.exit(f"after SIGTERM the daemon ended with status {status}")


main()
