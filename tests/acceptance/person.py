# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody at a computer with Guildhall: does what people do, by the names that are on the screen.

Nothing here knows how the program is made. A control is found by its accessible role and name, text goes in
by keys, and what happened is read off the same tree that a screen reader reads.
"""

import itertools
import json
import os
import pathlib
import re
import subprocess

from fixture.process import TimedOut, build_dir, patience, wait_until

DIALOG_ROLES = ("dialog", "frame", "window")
PASSWORD = "correct horse battery staple"


def client_program():
    """The guildhall that was built."""
    return pathlib.Path(os.environ.get("GUILDHALL_BIN", build_dir() / "src" / "client" / "guildhall"))


class Person:
    """Somebody with a window of their own on DESKTOP. ADDRESS is that of their community's server. ACCOUNT (a signed-in
    person of the server's tests) is whose this computer is already; WITHIN is what runs a program where they are."""

    _numbers = itertools.count(1)

    def __init__(self, desktop, name, address, width=1180, height=760, env=None, profile=None, account=None, within=()):
        self.desktop = desktop
        self.name = name
        self.username = name.lower()
        self.address = address
        # Never a name that somebody of an earlier test had: what they left there would be found.
        self.data_dir = desktop.home / f"{self.username}-{next(self._numbers)}"
        self._heard = 0
        profile = profile or self.data_dir.name
        if account is not None:
            self._was_here_before(account, profile)
        self.app = desktop.launch(
            [*within, client_program(), "--new-instance", "--profile", profile],
            name=self.data_dir.name,
            width=width,
            height=height,
            env={
                "GUILDHALL_DATA_DIR": str(self.data_dir),
                # Nobody's real server may be found by a test.
                "GUILDHALL_LOCAL_SERVER": address.removeprefix("http://"),
                "G_DEBUG": "fatal-criticals",
                **(env or {}),
            },
        )

    def _was_here_before(self, account, profile):
        """Leaves what is kept of somebody who signed in: the list of accounts, and their tokens in the keyring."""
        own = account.again().tokens
        kept = {key: own[key] for key in ("device_id", "access_token", "refresh_token", "access_expires_ts")}
        entry = {"account_id": profile, "server_url": self.address, "user_id": account.user_id}
        self.data_dir.mkdir(parents=True)
        (self.data_dir / "accounts.json").write_text(json.dumps({"accounts": [entry]}), encoding="utf-8")
        words = ["secret-tool", "store", "--label", profile, "xdg:schema", "org.guildhall.Guildhall", "account", profile, "profile", profile]
        subprocess.run(words, env=self.desktop.env, input=json.dumps(kept), text=True, check=True, timeout=patience(60))

    # -- Seeing and touching ------------------------------------------------------------------

    def sees(self, role=None, name=None, **options):
        return self.app.find(role, name, **options)

    def presses(self, name, role=("button", "toggle button", "menu item", "link", "list item"), **options):
        """Presses the control of that name, as soon as it is there and can be pressed."""
        node = self.app.find(role, name, where=lambda found: found.is_sensitive(), **options)
        self.app.activate(node)
        return node

    def fills(self, name, text):
        """Writes TEXT into the field of that name."""
        node = self.app.find(("text", "password text", "entry"), name)
        if name == "Password":
            # Its dots are all that anybody is told.
            self.app.focus_on(node)
            self.app.key("ctrl+a", "BackSpace")
            self.app.type(text)
            wait_until(lambda: node.character_count() == len(text), f"{node!r} to hold {len(text)} characters")
        else:
            self.app.enter(node, text)
        return node

    def fills_path(self, field, path):
        """Writes where a file is into a field of the toolkit's own file chooser, all of it at once. By keys that field looks
        into each folder on the way, and libgtk stumbles where others make and remove what is in one, as in /tmp: GTK 4.18 then
        reports a critical of its own."""
        self.app.focus_on(field)
        field.set_text(str(path))

    def reads(self, pattern, timeout=30.0):
        """Waits until a label on the screen says something that matches."""
        words = re.compile(pattern)
        return self.app.find(None, None, timeout=timeout, where=lambda node: words.search(node.words() or ""))

    def is_told(self, pattern, timeout=30.0):
        """Waits until whoever reads the screen aloud is told something that matches, after what was waited for before. So
        nothing is missed that goes away by itself."""
        words = re.compile(pattern)

        def told():
            for number, text in enumerate(self._all_told()[self._heard :], self._heard + 1):
                if words.search(text):
                    self._heard = number
                    return True
            return False

        try:
            wait_until(told, f"{self.name} to be told '{pattern}'", timeout)
        except TimedOut as error:
            raise TimedOut(f"{error}; told was: {self._all_told()[self._heard :]}; there is:\n{self.app.root.tree()}") from None

    def _all_told(self):
        return self.desktop.hearing.told_by(self.app.root.bus_name)

    def reads_no_more(self, pattern):
        """Waits until nothing on the screen says that any more."""
        words = re.compile(pattern)
        self.app.wait_gone(None, None, where=lambda node: words.search(node.words() or ""))

    def closes(self, dialog):
        """Closes the dialog of that name with Escape, as soon as it has the keyboard."""
        window = self.app.find(DIALOG_ROLES, dialog)
        window.find(state="focused")
        self.app.key("Escape")
        self.app.wait_gone(DIALOG_ROLES, dialog)

    def screenshot(self, path):
        self.app.screenshot(path)

    # -- First run ----------------------------------------------------------------------------

    def goes_to_server(self, address=None):
        """Writes where the community is; the page says what it found there before one goes on."""
        self.fills("Invite Link or Server Address", (address or self.address).removeprefix("http://"))
        self.presses("Continue", role="button")

    def registers(self, address=None, password=PASSWORD):
        """From the first page of a new installation to an account and a name."""
        self.goes_to_server(address)
        self.makes_account(password)

    def makes_account(self, password=PASSWORD):
        """From the page of a server to an account there, and a name."""
        self.fills("Username", self.username)
        self.fills("Password", password)
        self.presses("Create Account", role="button")
        self.names_self()

    def names_self(self):
        self.fills("Display Name", self.name)
        self.presses("Continue", role="button")
        self.is_online()

    # -- Guilds and channels ------------------------------------------------------------------

    def creates_guild(self, name):
        self.presses("Create a Guild…", role="button")
        self.fills("Name", name)
        self.presses("Create", role="button")
        self.sees(("button", "toggle button"), f"Menu of {name}")
        self.opens_channel("general")

    def channel_row(self, name, **options):
        return self.app.find("list item", name, **options)

    def opens_channel(self, name):
        self.app.activate(self.channel_row(name))
        return self.composer(name)

    def composer(self, channel):
        return self.app.find("text", f"Message #{channel}")

    def opens_guild_menu(self, guild, item):
        self.presses(f"Menu of {guild}")
        self.presses(item, role="menu item")

    def creates_channel(self, guild, name, private=False):
        self.opens_guild_menu(guild, "Create Channel…")
        self.fills("Name", name)
        if private:
            # A switch is on when it has come to the other side.
            self.presses("Private", role=("switch", "toggle button", "check box", "list item")).wait_state("checked")
        self.presses("Create", role="button")
        return self.composer(name)

    def makes_invite_link(self, guild):
        """Returns the link that the invite dialog shows."""
        self.opens_guild_menu(guild, "Invite People…")
        field = self.app.find(("text", "entry"), "Invite link")
        field.wait_text(re.compile(r"/invite/"))
        link = field.text()
        self.closes("Invite People")
        return link

    def joins_by_link(self, link, guild):
        """From the empty home of a new account into the guild that the link leads to."""
        self.presses("Join with an Invite…", role="button")
        self.fills("Invite Link", link)
        self.presses("Join", role="button")
        self.sees(("button", "toggle button"), f"Menu of {guild}")

    def invites_to_channel(self, channel, who):
        """Somebody who is in a private channel asks somebody else in."""
        row = self.channel_row(channel)
        self.app.click(row, button="right")
        self.presses("Invite People…", role="menu item")
        # The members are a list behind the dialog, and the dialog's own takes a moment.
        people = self.app.find(DIALOG_ROLES, f"Invite to “{channel}”").find("list", "People")
        self.app.activate(people.find("list item", re.compile(rf"^{re.escape(who)}")))
        people.find("label", "Invited")
        self.closes(f"Invite to “{channel}”")

    # -- Talking ------------------------------------------------------------------------------

    def says(self, channel, text):
        self.app.enter(self.composer(channel), text)
        self.app.key("Return")
        return self.hears(self.name, text)

    def hears(self, who, text, timeout=30.0):
        """Waits for the message in the open channel, as a screen reader tells it: "Ada, 10:42: text"."""
        told = re.compile(rf"^{re.escape(who)}, \d+:\d\d(?: [AP]M)?: {re.escape(text)}$")
        return self.app.find("list item", told, timeout=timeout)

    def messages(self):
        """Author and text of all messages on the screen, in order."""
        found = []

        def keep(node):
            match = re.match(r"^(.+?), \d+:\d\d(?: [AP]M)?: (.*)$", node.name(), re.DOTALL)
            if match:
                found.append(match.groups())

        self.app.find_all("list item", where=keep)
        return found

    def has_messages(self, *expected):
        """Waits until these are all the messages on the screen, in this order; each is author and text."""
        try:
            wait_until(lambda: self.messages() == list(expected), f"{self.name} to see {expected}")
        except TimedOut as error:
            raise TimedOut(f"{error}; there is: {self.messages()}") from None

    def is_online(self, timeout=60.0):
        """Waits until the window says that the connection is there: at its foot, or in its header where that is all one sees."""
        pattern = re.compile(r"^Account menu, .*, (Online|Away|Do Not Disturb|Invisible)|^Connected to ")
        return self.app.find(("button", "toggle button"), pattern, timeout=timeout)

    def is_cut_off(self, timeout=60.0):
        """Waits until the window says that there is no connection."""
        return self.app.find(("button", "toggle button"), re.compile(r"^Account menu, .*, (No connection|Connecting)|^No connection to|^Connecting to"), timeout=timeout)

    def quits(self):
        assert self.app.stop() == 0, f"{self.name}'s client ended with an error:\n{self.app.log()}"

    def comes_back(self):
        """Starts the client again, with all that was there."""
        self._heard = 0
        self.app.start()
        self.app.wait_window()
