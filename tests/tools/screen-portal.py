#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A back end of xdg-desktop-portal that shares test cards, and lets programs have cameras: screen-portal.py PICTURE-NODE

What a person would do is said by whoever tests, over the interface org.guildhall.Test.Screen. fixture/screen_portal.py
starts it and speaks with it. In between is the real portal, as on any desktop.
"""

import json
import subprocess
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "org.freedesktop.impl.portal.desktop.guildhall"
PATH = "/org/freedesktop/portal/desktop"
MONITOR, WINDOW = 1, 2
DONE, REFUSED, FAILED = 0, 1, 2

SCREEN_CAST = """<node><interface name="org.freedesktop.impl.portal.ScreenCast">
  <method name="CreateSession">
    <arg type="o" direction="in"/><arg type="o" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
    <arg type="u" direction="out"/><arg type="a{sv}" direction="out"/>
  </method>
  <method name="SelectSources">
    <arg type="o" direction="in"/><arg type="o" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
    <arg type="u" direction="out"/><arg type="a{sv}" direction="out"/>
  </method>
  <method name="Start">
    <arg type="o" direction="in"/><arg type="o" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="a{sv}" direction="in"/><arg type="u" direction="out"/><arg type="a{sv}" direction="out"/>
  </method>
  <property name="AvailableSourceTypes" type="u" access="read"/>
  <property name="AvailableCursorModes" type="u" access="read"/>
  <property name="version" type="u" access="read"/>
</interface></node>"""
ACCESS = """<node><interface name="org.freedesktop.impl.portal.Access">
  <method name="AccessDialog">
    <arg type="o" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
    <arg type="u" direction="out"/><arg type="a{sv}" direction="out"/>
  </method>
</interface></node>"""
LOCKDOWN = """<node><interface name="org.freedesktop.impl.portal.Lockdown">
  <property name="disable-camera" type="b" access="read"/>
</interface></node>"""
SESSION = """<node><interface name="org.freedesktop.impl.portal.Session">
  <method name="Close"/><signal name="Closed"/><property name="version" type="u" access="read"/>
</interface></node>"""
REQUEST = """<node><interface name="org.freedesktop.impl.portal.Request"><method name="Close"/></interface></node>"""
TEST = """<node><interface name="org.guildhall.Test.Screen">
  <method name="Decide"><arg type="s" direction="in"/></method>
  <method name="Command"><arg type="s" direction="in"/></method>
  <method name="Stop"/>
  <method name="Vanish"/>
  <method name="State"><arg type="s" direction="out"/></method>
</interface></node>"""


def interface_of(text):
    return Gio.DBusNodeInfo.new_for_xml(text).interfaces[0]


class Session:
    """One share: its D-Bus object, and the node that gives the pictures."""

    def __init__(self, portal, path):
        self.portal = portal
        self.path = path
        self.options = {}
        self.parent = None
        self.node = None
        self._id = portal.bus.register_object(path, interface_of(SESSION), self._on_call, lambda *_: GLib.Variant("u", 3), None)

    def _on_call(self, _bus, _sender, _path, _interface, _method, _arguments, invocation):
        self.close()
        invocation.return_value(None)

    def start(self, kind, width, height, rate, form):
        self.node = subprocess.Popen(
            [sys.argv[1], "screen", f"shared-{kind}", str(width), str(height), str(rate), form],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        word, number = self.node.stdout.readline().split()
        assert word == "node"
        return int(number)

    def vanish(self):
        """The pictures end."""
        if self.node is not None:
            self.node.stdin.close()
            self.node.wait()
            self.node = None

    def close(self, said=False):
        """The share ends; with SAID the application learns of it, otherwise it was its own wish."""
        if self not in self.portal.sessions:
            return
        self.portal.sessions.remove(self)
        self.vanish()
        if said:
            self.portal.bus.emit_signal(None, self.path, "org.freedesktop.impl.portal.Session", "Closed", None)
        self.portal.bus.unregister_object(self._id)


class Portal:
    """The back end, and what the person at the desktop does."""

    def __init__(self, bus):
        self.bus = bus
        self.sessions = []
        self.decision = {"answer": "yes", "kind": "screen", "width": 1280, "height": 720, "rate": 30, "form": "plain"}
        self.waiting = []  # (invocation, session) of those whose dialog is open
        self.asked = []  # what applications wanted, in order
        bus.register_object(PATH, interface_of(SCREEN_CAST), self._on_call, self._get, None)
        bus.register_object(PATH, interface_of(ACCESS), self._on_access, None, None)
        bus.register_object(PATH, interface_of(LOCKDOWN), None, lambda *_: GLib.Variant("b", self._forbids_cameras()), None)
        bus.register_object(PATH, interface_of(TEST), self._on_test, None, None)

    @staticmethod
    def _get(_bus, _sender, _path, _interface, name):
        return GLib.Variant("u", {"AvailableSourceTypes": MONITOR | WINDOW, "AvailableCursorModes": 3, "version": 5}[name])

    def _forbids_cameras(self):
        return self.decision["answer"] == "forbid"

    def _tell_lockdown(self):
        changed = {"disable-camera": GLib.Variant("b", self._forbids_cameras())}
        words = GLib.Variant("(sa{sv}as)", ("org.freedesktop.impl.portal.Lockdown", changed, []))
        self.bus.emit_signal(None, PATH, "org.freedesktop.DBus.Properties", "PropertiesChanged", words)

    def _session(self, path):
        return next(session for session in self.sessions if session.path == path)

    def _on_call(self, _bus, _sender, _path, _interface, method, arguments, invocation):
        handle, path, *rest = arguments.unpack()
        if method == "CreateSession":
            self.sessions.append(Session(self, path))
            answer(invocation, DONE)
        elif method == "SelectSources":
            self._session(path).options = rest[1]
            answer(invocation, DONE)
        else:
            self._start(handle, self._session(path), rest[1], invocation)

    def _on_access(self, _bus, _sender, _path, _interface, _method, _arguments, invocation):
        # Where the settings forbid it nobody is asked.
        answer(invocation, DONE if self.decision["answer"] in ("yes", "forbid") else REFUSED)

    def _start(self, handle, session, parent, invocation):
        asked = {name: session.options.get(name) for name in ("types", "multiple", "cursor_mode", "persist_mode")}
        self.asked.append({**asked, "parent": parent, "restored": "restore_data" in session.options})
        decision = dict(self.decision)
        if "restore_data" in session.options:
            decision.update(json.loads(session.options["restore_data"][2]), answer="yes")
        if decision["answer"] == "wait":
            entry = [invocation, session]
            self.waiting.append(entry)
            entry.append(self.bus.register_object(handle, interface_of(REQUEST), self._on_withdrawn, None, None))
        else:
            self._decide(invocation, session, decision)

    def _on_withdrawn(self, _bus, _sender, _path, _interface, _method, _arguments, invocation):
        for entry in self.waiting:
            answer(entry[0], REFUSED)
            self.bus.unregister_object(entry[2])
        self.waiting.clear()
        invocation.return_value(None)

    def _decide(self, invocation, session, decision):
        if decision["answer"] == "no":
            answer(invocation, REFUSED)
            return
        if decision["answer"] == "fail":
            answer(invocation, FAILED)
            return
        what = {name: decision[name] for name in ("kind", "width", "height", "rate", "form")}
        node = session.start(**what)
        about = {
            "source_type": GLib.Variant("u", WINDOW if what["kind"] == "window" else MONITOR),
            "size": GLib.Variant("(ii)", (what["width"], what["height"])),
        }
        results = {
            "streams": GLib.Variant("a(ua{sv})", [(node, about)]),
            "persist_mode": GLib.Variant("u", session.options.get("persist_mode", 0)),
            "restore_data": GLib.Variant("(suv)", ("guildhall", 1, GLib.Variant("s", json.dumps(what)))),
        }
        answer(invocation, DONE, results)

    def _on_test(self, _bus, _sender, _path, _interface, method, arguments, invocation):
        result = None
        if method == "Decide":
            self.decision.update(json.loads(arguments.unpack()[0]))
            self._tell_lockdown()
        elif method == "Command":
            for session in self.sessions:
                session.node.stdin.write(arguments.unpack()[0] + "\n")
                session.node.stdin.flush()
        elif method == "Stop":
            for session in list(self.sessions):
                session.close(said=True)
        elif method == "Vanish":
            for session in self.sessions:
                session.vanish()
        else:
            state = {"sessions": len(self.sessions), "waiting": len(self.waiting), "asked": self.asked}
            result = GLib.Variant("(s)", (json.dumps(state),))
        invocation.return_value(result)


def answer(invocation, response, results=None):
    invocation.return_value(GLib.Variant("(ua{sv})", (response, results or {})))


def main():
    loop = GLib.MainLoop()
    kept = []
    Gio.bus_own_name(
        Gio.BusType.SESSION,
        NAME,
        Gio.BusNameOwnerFlags.NONE,
        lambda bus, _name: kept.append(Portal(bus)),
        None,
        lambda *_: loop.quit(),
    )
    loop.run()


if __name__ == "__main__":
    main()
