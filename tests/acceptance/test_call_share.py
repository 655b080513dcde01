# SPDX-License-Identifier: GPL-3.0-or-later
"""People in real windows who show each other a screen and a camera: through the real portal and a real PipeWire, to the pixels
that the others see and the sound that they hear."""

import concurrent.futures
import re
import statistics

from fixture.camera import Camera
from fixture.process import wait_until
from fixture.screen_portal import ScreenPortal
from server.people import Person as Account

from .callers import join, leave
from .listening import LOUD, SILENT
from .watching import is_like, sees_card, sees_cards, sees_no_card, tell_seen, watch

# Small, for two cores draw it for three: as it is shared, and as it is to be sent.
WIDTH, HEIGHT, RATE = 640, 360, 15
SETTINGS = f"share-height=uint32 480\nshare-frame-rate=uint32 {RATE}\n"
# What the program plays whose sound is shared, far from what people say.
PLAYED = 3400
# As the portal calls it.
CURSOR_IN_PICTURES = 2


def meet(callers, daemon):
    """Ada shows things to Brook, who may moderate, and to Cleo."""
    accounts = {name: Account.register(daemon.url, f"{name.lower()}share", display_name=name) for name in ("Brook", "Ada", "Cleo")}
    owner, *others = accounts.values()
    owner.bring(owner.make_guild("Tea House")["guild_id"], *others)
    brook, ada, cleo = callers.signed_in(accounts, settings=dict.fromkeys(accounts, SETTINGS), width=800, height=600)
    return ada, brook, cleo


def open_share_menu(person):
    person.app.click(person.app.find_all(("button", "toggle button"), "Share Screen or Camera")[-1])


def share_screen(person, with_sound=False):
    """What the desktop asks then was decided before."""
    open_share_menu(person)
    if with_sound:
        choice = person.sees("combo box", "Sound to Share")
        person.app.click(choice)
        choice.find("label", "Whole System")
        person.app.key("Down", "Return")
        choice.wait_state("expanded", on=False)
        assert choice.find("label").text() == "Whole System"
    person.presses(re.compile("^Share a Screen or Window"))


def watch_both(cards, figures):
    """Those of CARDS, by who sees them, are seen to move, at the same time."""

    def tell():
        with concurrent.futures.ThreadPoolExecutor() as threads:
            seen = list(threads.map(watch, cards.keys(), cards.values()))
        return [tell_seen(viewer, pictures, figures) for viewer, pictures in zip(cards, seen)]

    # A machine that is busy with something else drops pictures rather than to show them late, and has moments for nothing.
    wait_until(lambda: all(share >= 1 / 3 and gap < 1.5 for share, gap in tell()), "both to see it move", 90)


def hear_what_plays_alone(ear, figures):
    """Waits for a second in which EAR hears what plays, and most of the time nothing of their own voice."""
    heard = []

    def alone():
        second = ear.recorder.wait_seconds(1)
        heard.append((second.tone(PLAYED).median(), second.tone(ear.tone).median()))
        return heard[-1][0] > LOUD and heard[-1][1] <= SILENT

    wait_until(alone, f"{ear.name} to hear what plays, and not themselves", 60, 0.05)
    figures(f"{ear.name} hears what plays with {heard[-1][0]:.1f} dB, and their own voice with {heard[-1][1]:.1f} dB")


def show_screen(portal, people, step, pictures, figures):
    """One shares the screen with its sound; two see and hear it."""
    ada, brook, cleo = people
    player = ada.card.play(PLAYED, seconds=300)
    with step("refused", ada):
        portal.decide("no")
        share_screen(ada)
        wait_until(lambda: len(portal.state()["asked"]) == 1, "the desktop to be asked")
        # It closes what it opened to be able to ask, when it has the answer.
        portal.wait_sessions(0)
    with step("failed", ada):
        # Who does not want to needs no word about it: this is the first.
        portal.decide("fail")
        share_screen(ada)
        ada.is_told("^The desktop couldn’t share the screen. Try again.$")
    with step("shared", ada):
        portal.decide("yes", kind="screen", width=WIDTH, height=HEIGHT, rate=RATE)
        share_screen(ada, with_sound=True)
        ada.reads("You share your screen. Nobody is watching.")
        portal.wait_sessions(1)
    with step("seen-by-two", brook):
        for viewer in (brook, cleo):
            viewer.presses(re.compile("^Go to the call"))
            viewer.reads("Ada shares a screen.")
            viewer.presses("Watch")
        ada.reads("You share your screen. 2 people are watching.")
        cards = {}
        for viewer in (brook, cleo):
            cards[viewer], pixels = sees_card(viewer, pictures / f"{viewer.username}-sees.png", width=400)
            is_like(viewer, cards[viewer], pixels, figures)
        watch_both(cards, figures)
    with step("heard-without-the-call", brook):
        brook.recorder.wait_as_loud(PLAYED, -20)
        brook.recorder.wait_heard(cleo.tone, LOUD)
        # What Ada's computer plays of the call is not part of what it shares. Nobody else speaks meanwhile: what a busy machine
        # leaves out of a voice is heard in all the others.
        ada.recorder.wait_heard(brook.tone, LOUD)
        for other in (ada, cleo):
            other.card.be_quiet()
        hear_what_plays_alone(brook, figures)
        ada.recorder.wait_heard(brook.tone, LOUD)
        player.kill()


def look_closer(people, step, pictures):
    """In the whole screen, and in a small window that goes with the watching."""
    ada, brook, cleo = people
    with step("full-screen", brook):
        # A new window comes where the keyboard is.
        brook.app.focus()
        brook.presses("Full Screen (F11)")
        sees_card(brook, pictures / "brook-sees-all.png", width=780)
        brook.app.key("Escape")
        wait_until(lambda: len(brook.app.views()) == 1, "the window of the full screen to close")
    with step("small-window", cleo):
        cleo.app.focus()
        cleo.presses("Open in a Small Window")
        wait_until(lambda: len(cleo.app.views()) == 2, "the small window")
        assert {view["name"] for view in cleo.app.views()} >= {"Screen of Ada"}
    with step("not-watched", cleo):
        cleo.presses("Stop Watching")
        ada.reads("You share your screen. 1 person is watching.")
        wait_until(lambda: len(cleo.app.views()) == 1, "the small window to close")


def show_two_at_once(portal, people, step, pictures, figures):
    """Two share their screens at the same time; the third sees both in one window."""
    ada, brook, cleo = people
    with step("two-screens", cleo):
        portal.decide("yes", kind="screen", width=WIDTH, height=HEIGHT, rate=RATE)
        for sharer in (ada, brook):
            share_screen(sharer)
            sharer.reads("You share your screen. Nobody is watching.")
        portal.wait_sessions(2)
        for offered in (2, 1):
            wait_until(lambda left=offered: len(cleo.app.find_all("button", "Watch")) == left, f"{offered} screens to be offered")
            cleo.presses("Watch")
        # What was begun to be watched last is large; a click on it, and both are as large.
        cleo.app.wait_gone("button", "Watch")
        for sharer in (ada, brook):
            sharer.reads("You share your screen. 1 person is watching.")
        large = max(cleo.app.find_all(None, re.compile(r"^Screen of \w+\. ")), key=lambda node: node.extents()[2])
        cleo.app.click(large)
        cards = sees_cards(cleo, 2, pictures / f"{cleo.username}-sees-two.png")
        seen = [watch(cleo, card) for card in cards]
        for which, each in zip(("one", "the other"), seen):
            figures(f"{cleo.name} saw {len(each)} pictures of {which} of two screens")
            assert len(each) > RATE // 3, each
        # Neither is the other's: they were not begun together.
        one, other = (statistics.median(when - number / RATE for when, number, _ in each) for each in seen)
        assert abs(one - other) > 0.5, (one, other)
    with step("one-of-two-ends", cleo):
        ada.presses("Stop sharing your screen")
        portal.wait_sessions(1)
        cleo.app.wait_gone("label", "Screen of Ada")
        card, _ = sees_card(cleo, pictures / f"{cleo.username}-sees-one.png")
        assert len(watch(cleo, card)) > RATE // 3
        brook.presses("Stop sharing your screen")
        portal.wait_sessions(0)


def end_by_all_who_may(portal, people, step, pictures):
    """A moderator, the desktop, oneself, and by leaving."""
    ada, brook, cleo = people
    with step("ended-by-a-moderator", brook):
        brook.presses("Sound and Details", role="toggle button")
        brook.presses("End for Everyone", role="button")
        ada.is_told("A moderator ended the sharing of your screen.")
        portal.wait_sessions(0)
        for viewer in (brook, cleo):
            viewer.app.wait_gone("label", "Screen of Ada")
    with step("ended-by-the-desktop", ada):
        share_screen(ada)
        ada.reads("You share your screen. Nobody is watching.")
        portal.stop()
        ada.is_told("Your desktop ended the sharing of your screen.")
        ada.app.wait_gone("button", "Stop sharing your screen")
    with step("ended-by-herself", ada):
        portal.decide("yes", kind="window", width=WIDTH, height=HEIGHT, rate=RATE)
        share_screen(ada)
        ada.presses("Stop sharing your screen")
        portal.wait_sessions(0)
    with step("the-same-again", ada):
        # Without a question, which would be answered with no.
        portal.decide("no")
        open_share_menu(ada)
        ada.presses("Share the Same Again")
        ada.reads("You share your screen. Nobody is watching.")
        asked = portal.state()["asked"][-1]
        assert asked["restored"] and asked["cursor_mode"] == CURSOR_IN_PICTURES, asked
        ada.presses("Stop sharing your screen")
        portal.wait_sessions(0)
        portal.decide("yes")
    with step("ended-by-leaving", brook):
        share_screen(ada)
        brook.presses("Watch")
        sees_card(brook, pictures / "brook-sees-again.png")
        leave(ada)
        sees_no_card(brook)
        brook.app.wait_gone("label", "Screen of Ada")
        portal.wait_sessions(0)
        cleo.recorder.wait_heard(brook.tone, LOUD)


def open_camera(person):
    open_share_menu(person)
    person.presses(re.compile("^Turn the Camera On"))
    person.sees("button", re.compile("^(Show Me to the Others|Try Again)$"))


def choose_camera(person, before, name):
    """The next one below the one from BEFORE."""
    choice = person.sees("combo box", before)
    person.app.click(choice)
    choice.find("label", name)
    person.app.key("Down", "Return")
    choice.wait_state("expanded", on=False)
    assert choice.find("label").text() == name


def show_camera(cameras, people, step, pictures, figures):
    """One looks at oneself first, with one camera and another; then the others see it; then the camera is pulled out, and the
    call goes on."""
    camera, other = cameras
    ada, brook, cleo = people
    with step("no-camera", ada):
        open_camera(ada)
        ada.reads("^There is no camera. Connect one, and it appears here.$")
    with step("camera-seen-by-oneself", ada):
        camera.plug()
        sees_card(ada, pictures / "ada-sees.png", mirrored=True)
        ada.reads("Only you see this now.")
    with step("another-camera", ada):
        other.plug()
        choose_camera(ada, camera.name, other.name)
        sees_card(ada, pictures / "ada-sees-by-the-other.png", mirrored=True)
        # It is that one's picture.
        camera.pull()
        (card, before), (_, after) = [sees_card(ada, pictures / "ada-sees-on.png", mirrored=True) for _ in range(2)]
        x, y, width, height = card.region(1 / 8)
        assert (before[y : y + height, x : x + width] != after[y : y + height, x : x + width]).any(), "it stands still"
        camera = other
    with step("camera-seen-by-the-others", brook):
        ada.presses("Show Me to the Others")
        ada.reads("Your camera is on. 2 people are watching.")
        for viewer in (brook, cleo):
            card, pixels = sees_card(viewer, pictures / f"{viewer.username}-sees-camera.png", width=200)
            # A name and marks are on the rest of a picture so small.
            is_like(viewer, card, pixels, figures, upper=0.4, lower=0.7)
    with step("camera-pulled-out", ada):
        camera.pull()
        ada.is_told("^The camera was disconnected")
        for viewer in (brook, cleo):
            viewer.sees("list item", re.compile("^Ada"))
        ada.recorder.wait_heard(brook.tone, LOUD)
    with step("camera-taken", ada):
        camera.plug()
        camera.be_busy()
        open_camera(ada)
        ada.reads("^Another application uses the camera")
        ada.sees("button", "Try Again")
        ada.closes("Camera")


def join_with_camera(camera, people, step, pictures):
    """One looks at oneself before one is in the call, where nobody knows of it; and goes in with that."""
    ada, brook, _ = people
    with step("before-the-call", ada):
        ada.presses(re.compile("^Go to the call"))
        leave(ada)
        camera.pull()
        camera.plug()
        ada.presses(re.compile("^Join with Camera"))
        ada.reads("Only you see this now.")
        sees_card(ada, pictures / "ada-sees-before.png", mirrored=True)
        ada.sees("button", "Join the Call")
        assert not [row for row in brook.app.find_all("list item", re.compile("^Ada"))]
    with step("in-the-call-with-the-camera", brook):
        ada.presses("Join and Show Me")
        ada.reads("Your camera is on. 2 people are watching.")
        sees_card(brook, pictures / "brook-sees-who-joined.png", width=200)


def test_shares(callers, daemon, step, pictures, figures):
    people = ada, brook, cleo = meet(callers, daemon)
    env = {**ada.desktop.env, **ada.card.env}
    with ScreenPortal(env) as portal, Camera(env, "Test Camera") as camera, Camera(env, "Desk Camera") as other:
        camera.pull()
        other.pull()
        join(*people)
        show_screen(portal, people, step, pictures, figures)
        look_closer(people, step, pictures)
        end_by_all_who_may(portal, people, step, pictures)
        with step("there-again", ada):
            join(ada)
        show_two_at_once(portal, people, step, pictures, figures)
        show_camera((camera, other), people, step, pictures, figures)
        join_with_camera(other, people, step, pictures)
    with ScreenPortal(env, back_end=False), step("no-portal", ada):
        share_screen(ada)
        ada.is_told("^This desktop has no way to share a screen. Install xdg-desktop-portal")
        ada.recorder.wait_heard(brook.tone, LOUD)
