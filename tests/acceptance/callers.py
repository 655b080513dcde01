# SPDX-License-Identifier: GPL-3.0-or-later
"""People in real windows who can talk: each with a sound card, into whose microphone a tone of their own is spoken."""

import contextlib
import itertools

from fixture.sound import SoundCard
from fixture.tones import VOICES

from . import story

LOUD, SILENT = -40.0, -60.0

# What stays the same in a tone is noise to a noise suppressor, and what is always there is brought to another loudness.
SETTINGS = "[org/guildhall/Guildhall/profiles/{profile}]\nnoise-suppression=false\necho-cancellation=false\ngain-control=false\ncall-sounds=false\n"


class Callers:
    """Makes PEOPLE (the fixture) who can talk; all are in one guild. What they have set is in files below FOLDER."""

    _numbers = itertools.count(1)

    def __init__(self, people, folder):
        self._people = people
        self._folder = folder
        self._stack = contextlib.ExitStack()

    def _make_one(self, name, tone, settings):
        card = self._stack.enter_context(SoundCard(name))
        person = self.alone(name, settings, card.env)
        person.card, person.tone, person.recorder = card, tone, card.record()
        card.hear_tone(tone)
        return person

    def alone(self, name, settings="", env=None):
        """Somebody with such settings, before the first page; no sound card is made for them."""
        profile = f"call-{name.lower()}-{next(self._numbers)}"
        folder = self._folder / profile
        (folder / "glib-2.0" / "settings").mkdir(parents=True)
        (folder / "glib-2.0" / "settings" / "keyfile").write_text(SETTINGS.format(profile=profile) + settings, encoding="utf-8")
        env = {**(env or {}), "GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(folder)}
        return self._people(name, env=env, arguments=["--profile", profile])

    def __call__(self, *names, settings=None):
        """Those of NAMES, in a guild; SETTINGS are more lines of the file of settings, by name."""
        made = [self._make_one(name, tone, (settings or {}).get(name, "")) for name, tone in zip(names, VOICES)]
        link = story.meet(made[0], made[1], lambda what, person: contextlib.nullcontext())
        for person in made[2:]:
            person.registers()
            person.joins_by_link(link, story.GUILD)
        return made

    def close(self):
        self._stack.close()


def join(*people):
    for person in people:
        person.app.activate(person.channel_row("Lounge"))
        person.sees("button", "Leave the Call")
