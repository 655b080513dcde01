# SPDX-License-Identifier: GPL-3.0-or-later
"""The key that is held to talk: in the window, and from everywhere by way of the desktop's portal."""

import contextlib

import pytest

from fixture.portal import ShortcutsPortal
from fixture.process import wait_until

from .callers import acquainted, join, leave, open_voice
from .listening import LOUD, SILENT

KEY = "voice-mode='push-to-talk'\npush-to-talk-key='F8'\n"


@contextlib.contextmanager
def held(app, key):
    """Holds a key down on the window of APP."""
    app.focus()
    app.desktop.hands.press(key)
    try:
        yield
    finally:
        app.desktop.hands.release(key)


def is_heard(speaker, listener):
    listener.recorder.wait_heard(speaker.tone, LOUD, timeout=60)


def is_silent(speaker, listener):
    listener.recorder.wait_silent(speaker.tone, SILENT)


@pytest.fixture(name="two_in_a_call")
def make_two(callers):
    """Ada, who holds F8 to talk, and Brook, who just talks; they are in a call, and Brook is heard."""

    def make():
        ada, brook = callers("Ada", "Brook", settings={"Ada": KEY})
        join(ada, brook)
        is_heard(brook, ada)
        ada.reads("Hold F8 to talk")
        return ada, brook

    return make


def test_key_in_the_window(two_in_a_call, step):
    """The microphone is open while the key is held and the window has the keyboard, and at no other time."""
    ada, brook = two_in_a_call()
    is_silent(ada, brook)
    with step("held", ada), held(ada.app, "F8"):
        is_heard(ada, brook)
        brook.sees("list item", "Ada, speaking")
    with step("let-go", ada):
        is_silent(ada, brook)
    with step("held-by-somebody-who-is-muted", ada):
        ada.app.key("ctrl+shift+M")
        ada.sees("list item", "Ada, muted")
        with held(ada.app, "F8"):
            ada.reads("You are muted|lounge|Lounge")
            assert (brook.recorder.wait_seconds(1).tone(ada.tone).levels < SILENT).all()
        ada.app.key("ctrl+shift+M")
    # The release goes to another window.
    with step("the-keyboard-goes-elsewhere", brook):
        with held(ada.app, "F8"):
            is_heard(ada, brook)
            brook.app.focus()
            is_silent(ada, brook)


def test_key_from_everywhere(desktop, two_in_a_call, step):
    """The desktop's portal tells of the key wherever the keyboard is, and gets it back at the end of the call."""
    with ShortcutsPortal(desktop, trigger="F8 by the portal") as portal:
        ada, brook = two_in_a_call()
        portal.wait_bound()
        about = portal.asked[-1]["push-to-talk"]
        assert about["preferred_trigger"] == "F8" and about["description"], about
        is_silent(ada, brook)
        with step("held-in-another-window", ada):
            brook.app.focus()
            portal.press()
            is_heard(ada, brook)
        portal.release()
        is_silent(ada, brook)
        with step("what-the-preferences-say", ada):
            open_voice(ada)
            ada.reads("your desktop listens for F8 by the portal")
        ada.closes("Preferences")

        # A desktop that takes the key back, or dies, must not leave the microphone open.
        portal.press()
        is_heard(ada, brook)
        portal.take_back()
        is_silent(ada, brook)
        leave(ada)
        join(ada)
        portal.wait_bound()
        leave(ada)
        wait_until(lambda: not portal.sessions, "the key to be given back")
        join(ada)
        portal.wait_bound()
        portal.press()
        is_heard(ada, brook)
    is_silent(ada, brook)


def says_in_preferences(person, words):
    open_voice(person)
    person.reads(words)
    person.closes("Preferences")


@pytest.fixture(name="ada")
def make_ada(callers, daemon):
    """Somebody who holds a key to talk, in a guild of her own; without sound."""
    return callers.alone("Ada", KEY, account=acquainted(daemon.url, "Ada")["Ada"])


def test_key_is_refused(desktop, ada, step):
    """Whoever says no to the desktop is told what that means, and is asked again in the next call."""
    says_in_preferences(ada, "Guildhall asks your desktop to let the key work everywhere")
    with ShortcutsPortal(desktop, "refuses") as portal:
        join(ada)
        wait_until(lambda: portal.asked, "the portal to be asked")
        with step("refused", ada):
            says_in_preferences(ada, "didn’t give the key to Guildhall")
        leave(ada)

        # Nobody answers: who leaves the call has the question taken away.
        portal.answer = "waits"
        join(ada)
        wait_until(lambda: portal.requests, "the portal to be asked again")
        leave(ada)
        wait_until(lambda: not portal.requests and not portal.sessions, "the question to be taken back")

        portal.answer = "grants"
        join(ada)
        portal.wait_bound()
        says_in_preferences(ada, "your desktop listens for")


def test_no_portal(ada, step):
    """A desktop without such shortcuts: the key works in the window, and the preferences say so."""
    join(ada)
    with step("absent", ada):
        says_in_preferences(ada, "offers no shortcuts across windows")
