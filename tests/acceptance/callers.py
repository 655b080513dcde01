# SPDX-License-Identifier: GPL-3.0-or-later
"""People in real windows who can talk: each with a sound card, into whose microphone a tone of their own is spoken."""

import contextlib
import itertools
import time

from fixture.sound import SoundCard
from fixture.tones import VOICES
from server.people import Person as Account

from . import story
from .listening import LOUD, SILENT

# What stays the same in a tone is noise to a noise suppressor, and what is always there is brought to another loudness.
SETTINGS = "[org/guildhall/Guildhall/profiles/{profile}]\nnoise-suppression=false\necho-cancellation=false\ngain-control=false\ncall-sounds=false\n"
# Two cores draw for all of them.
STILL = "[Settings]\ngtk-enable-animations=0\n"


def acquainted(url, *names):
    """The accounts of those of NAMES at the server at URL, by name: all are in a guild of the first. How people register and
    meet by their windows is another test's subject."""
    accounts = {name: Account.register(url, name.lower(), display_name=name) for name in names}
    first, *others = accounts.values()
    guild = first.make_guild(story.GUILD)
    if others:
        first.bring(guild["guild_id"], *others)
    return accounts


class Callers:
    """Makes PEOPLE (the fixture) who can talk, on the server at URL; all are in one guild. What they have set is in files
    below FOLDER."""

    _numbers = itertools.count(1)

    def __init__(self, people, url, folder):
        self._people = people
        self._url = url
        self._folder = folder
        self._stack = contextlib.ExitStack()

    def _make_one(self, name, tone, settings, quantum=120, **options):
        card = self._stack.enter_context(SoundCard(name, quantum=quantum))
        person = self.alone(name, settings, card.env, **options)
        person.card, person.tone, person.recorder = card, tone, card.record()
        card.hear_tone(tone)
        return person

    def alone(self, name, settings="", env=None, **options):
        """Somebody with such settings, before the first page; no sound card is made for them. OPTIONS are a Person's."""
        profile = f"call-{name.lower()}-{next(self._numbers)}"
        folder = self._folder / profile
        (folder / "glib-2.0" / "settings").mkdir(parents=True)
        (folder / "glib-2.0" / "settings" / "keyfile").write_text(SETTINGS.format(profile=profile) + settings, encoding="utf-8")
        (folder / "gtk-4.0").mkdir()
        (folder / "gtk-4.0" / "settings.ini").write_text(STILL, encoding="utf-8")
        env = {**(env or {}), "GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(folder)}
        return self._people(name, env=env, profile=profile, **options)

    def signed_in(self, accounts, settings=None, homes=None, **options):
        """Those whose ACCOUNTS these are, by name, who were here before; SETTINGS and the HOMES they are in by name, too."""
        made = []
        for (name, account), tone in zip(accounts.items(), VOICES):
            at_home = {"within": homes[name].within} if homes else {}
            made.append(self._make_one(name, tone, (settings or {}).get(name, ""), account=account, **at_home, **options))
        return made

    def __call__(self, *names, settings=None):
        """Those of NAMES, in a guild; SETTINGS are more lines of the file of settings, by name."""
        accounts = acquainted(self._url, *names)
        made = [self._make_one(name, tone, (settings or {}).get(name, ""), account=accounts[name]) for name, tone in zip(names, VOICES)]
        for person in made:
            person.opens_channel("general")
        return made

    def close(self):
        self._stack.close()


def join(*people):
    for person in people:
        person.app.activate(person.channel_row("Lounge"))
        person.sees("button", "Leave the Call")


def wait_not_heard(listener, speaker):
    listener.recorder.wait_silent(speaker.tone, SILENT, share=0.7)


def mute_for_a_moment(speaker, *listeners):
    """Returns how many seconds after the keys were pressed the speaker was still heard by anybody."""
    speaker.app.focus()
    began = time.monotonic()
    speaker.app.key("ctrl+shift+M")
    last = began
    for listener in listeners:
        wait_not_heard(listener, speaker)
        last = max(last, listener.recorder.recording(began).tone(speaker.tone, began).last_above(LOUD, 0.05) or began)
    listeners[0].sees("list item", f"{speaker.name}, muted")
    speaker.app.key("ctrl+shift+M")
    for listener in listeners:
        listener.recorder.wait_heard(speaker.tone, LOUD)
    return last - began


def mutes_at_once(speaker, *listeners, figures):
    """The machine may be busy with something else for a moment: the best of some tries is what mute takes."""
    delays = [mute_for_a_moment(speaker, *listeners)]
    while min(delays) > 0.1 and len(delays) < 5:
        delays.append(mute_for_a_moment(speaker, *listeners))
    figures(f"heard after the keys for muting were pressed: {[round(delay * 1000) for delay in delays]} ms")
    assert min(delays) <= 0.1


def leave(*people):
    """Leaves by the button, which does it a moment after the press, as buttons do that a reader of the screen presses."""
    for person in people:
        person.presses("Leave the Call", role="button")
        person.app.wait_gone("button", "Leave the Call")


def open_voice(person):
    """Opens the preferences of calls."""
    person.app.key("ctrl+comma")
    person.presses("Voice", role="tab")
