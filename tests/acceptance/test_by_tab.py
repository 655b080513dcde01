# SPDX-License-Identifier: GPL-3.0-or-later
"""Tab, all the way round: where it begins, what it comes to and in which order, and that it comes back; in every page and dialog.

Whoever sees nothing knows a window by this walk alone: each stop has a name, none is a trap, and Escape leads out.
"""

import re

import pytest

from fixture.process import TimedOut, wait_until

from . import story
from .callers import acquainted

PRESSABLE = ("button", "toggle button", "menu item", "list item")


def focused(root):
    return root.find_now(state="focused")


def comes_to(person, root, before, key):
    """Presses the key and returns what has the focus then, which is another than before."""
    person.app.key(key)

    def moved():
        now = focused(root)
        return now if now not in (None, before) else None

    try:
        node = wait_until(moved, f"the focus to move from {before!r} by {key}", 10)
    except TimedOut as error:
        raise TimedOut(f"{error}: this is a trap; there is:\n{root.tree()}") from None
    # Where a key leads from there depends on where all is once it has been drawn.
    person.app.wait_painted()
    return node


def by_tab(person, root=None):
    """The names of all that Tab comes to in ROOT, or in the whole window, from where the focus is until it is there again."""
    root = root or person.app.root
    person.app.focus()
    stops = [wait_until(lambda: focused(root), "something to have the focus")]
    while True:
        assert stops[-1].name(), f"a stop without a name, after {stops[:-1]}: {stops[-1]!r} in {stops[-1].parent!r}"
        following = comes_to(person, root, stops[-1], "Tab")
        if following == stops[0]:
            return [stop.name() for stop in stops]
        assert following not in stops, f"Tab goes round among some of the controls only: {stops}, and then {following!r}"
        stops.append(following)


def walks(person, title, *expected):
    """Walks round in the dialog of that title, beginning where it put the focus; and out of it with Escape."""
    dialog = person.sees(("dialog", "frame", "window"), title)
    assert by_tab(person, dialog) == list(expected)
    person.app.key("Escape")
    person.app.wait_gone(("dialog", "frame", "window"), title)


def goes_on(person, title, name, *expected):
    """Opens a page within the dialog of that title, walks round in it, and goes back with Escape."""
    dialog = person.sees(("dialog", "frame", "window"), title)
    person.app.activate(dialog.find(PRESSABLE, name))
    # The page slides in; the focus is on it when it is there.
    wait_until(lambda: (now := focused(dialog)) and now.name() == expected[0], f"the focus on {expected[0]}")
    assert by_tab(person, dialog) == list(expected)
    person.app.key("Escape")
    dialog.find(PRESSABLE, name, state="focused")


def turns_to(person, title, tab, *expected):
    """From one of a dialog's tabs to another by the keyboard, and round in its page."""
    dialog = person.sees(("dialog", "frame", "window"), title)
    now = focused(dialog)
    while now.role() != "tab":
        now = comes_to(person, dialog, now, "Tab")
    while now.name() != tab:
        now = comes_to(person, dialog, now, "Right")
    person.app.key("space")
    dialog.find("tab", tab, state="selected")
    assert by_tab(person, dialog) == [tab, *expected]


@pytest.fixture
def ada(people, daemon):
    """Somebody whose guild has another member, a category, a private channel and a role; both said something."""
    accounts = acquainted(daemon.url, "Ada", "Brook")
    own = accounts["Ada"]
    guild = own.ask("guild.list")["guilds"][0]
    guild_id = guild["guild_id"]
    kitchen = own.make_channel(guild_id, "Kitchen", kind="category")
    own.make_channel(guild_id, "staff", private=True, parent=kitchen, topic="Who opens, who closes")
    own.make_channel(guild_id, "recipes")
    general = next(each["channel_id"] for each in guild["channels"] if each["name"] == "general")
    own.say(general, "The kettle is new")
    accounts["Brook"].say(general, "Does it sing?")
    person = people("Ada", account=own)
    person.is_online()
    person.opens_channel("general")
    person.hears("Brook", "Does it sing?")
    # Who is here is told a moment later.
    person.sees("list item", "Ada, Online")
    person.sees("list item", "Brook, Offline")
    return person


def test_first_run(people):
    """Each page begins at its field."""
    new = people("Ada")
    address = "Invite Link or Server Address"
    # Whether there is one is asked first.
    new.sees(None, "Use the One on This Computer")
    assert by_tab(new) == [address, "Use the One on This Computer"]
    new.goes_to_server()
    new.sees("text", "Username", state="focused")
    assert by_tab(new) == ["Username", "Password", "Show Password", "Back", "New Account"]
    new.fills("Username", new.username)
    new.fills("Password", "correct horse battery staple")
    new.presses("Create Account", role="button")
    new.sees("text", "Display Name", state="focused")
    assert by_tab(new) == ["Display Name", "Continue", "Skip", "Choose Picture…"]
    new.names_self()
    new.sees("button", "Create a Guild…", state="focused")
    assert by_tab(new) == [
        "Create a Guild…", "Join with an Invite…", "Add a Guild", "Account menu, Ada, Online", "Mute", "Deafen", "Main Menu",
    ]  # fmt: skip
    new.presses("Create a Guild…")
    walks(new, "Create a Guild", "Name", "Cancel")
    new.presses("Join with an Invite…")
    walks(new, "Join a Guild", "Invite Link", "Cancel")


def test_window(ada):
    """Guilds, channels, messages and members are one stop each; within them go the arrow keys, past what parts them."""
    names = by_tab(ada)
    # Whoever comes to the messages comes to the last.
    told = next(index for index, name in enumerate(names) if re.match(r"Brook, \d+:\d\d", name))
    assert [*names[:told], *names[told + 1 :]] == [
        "Message #general", "Insert Emoji", "Ada, Online", story.GUILD, "Add a Guild", f"Menu of {story.GUILD}", "general",
        "Account menu, Ada, Online", "Mute", "Deafen", "Main Menu", "Jump to a Date", "Start a Call", "Members", "Profile of Brook",
        "Does it sing?",
    ]  # fmt: skip
    assert names[told + 1] == "Profile of Brook"

    def goes(start, *steps):
        """By each of the keys to what has such a name."""
        node = start
        for key, pattern in steps:
            node = comes_to(ada, ada.app.root, node, key)
            assert re.match(pattern, node.name()), f"{key} leads to {node!r}"
        return node

    composer = ada.composer("general")
    last = goes(composer, ("shift+Tab", r"Brook, \d+:\d\d"), ("Up", r"Ada, \d+:\d\d"), ("Up", "Today"), ("Down", "Ada, "), ("Down", "Brook, "))
    ada.app.key("Menu")
    ada.sees("menu item", "Copy Text", state="focused")
    ada.app.key("Escape")
    ada.app.wait_gone("menu item", "Copy Text")
    wait_until(last.is_focused, "the message to have the focus again")
    # What has been open stays open, and marked, whatever the keyboard passes.
    on = ("Tab", "Profile of Brook"), ("Tab", "Does it sing"), ("Tab", "Message #general"), ("Tab", "Insert Emoji"), ("Tab", "Ada, Online")
    somebody = goes(last, *on, ("Down", "Offline — 1"), ("Down", "Brook, Offline"), ("Up", "Offline"), ("Up", "Ada, Online"))
    assert "Ada" in goes(somebody, ("Up", "Online — 1"), ("Down", "Ada, Online")).name()
    ada.app.key("F6")
    ada.app.key("F6")
    general = ada.channel_row("general", state="focused")
    goes(general, ("Down", "Lounge"), ("Down", "recipes|Kitchen"))
    assert general.is_selected()
    ada.sees("text", "Message #general")


def test_dialogs(ada):
    """What opens over the window."""
    ada.opens_guild_menu(story.GUILD, "Invite People…")
    ada.sees("text", "Invite link").wait_text(re.compile("/invite/"))
    walks(ada, "Invite People", "Copy Link", "Valid For", "Uses", "Invite link")
    ada.opens_guild_menu(story.GUILD, "Create Channel…")
    walks(ada, "Create a Channel", "Name", "Topic (Optional)", "Kind", "Private", "Category", "Cancel")
    ada.opens_guild_menu(story.GUILD, "Create Category…")
    walks(ada, "Create a Category", "Name", "Cancel")
    ada.app.key("ctrl+k")
    walks(ada, "Go To", "Go To", "Lounge")
    ada.presses("Main Menu")
    ada.presses("About Guildhall")
    ada.sees(("dialog", "frame", "window"), "About").find(state="focused")
    ada.closes("About")
    ada.app.click(ada.channel_row("staff"), button="right")
    ada.presses("Invite People…", role="menu item")
    # Who is in the channel is asked first.
    ada.sees(("dialog", "frame", "window"), "Invite to “staff”").find("list item", "Brook")
    walks(ada, "Invite to “staff”", "Search for People", "Brook")


def test_own_dialogs(ada):
    """What concerns oneself: status, profile, account, preferences."""

    def chooses(item):
        ada.presses(re.compile("^Account menu"))
        ada.presses(item, role="menu item")

    chooses("Set Status…")
    walks(ada, "Set Status", "Status", "Cancel", "Save")
    chooses("Edit Profile…")
    walks(ada, "Edit Profile", "Name", "About Me", "Status", "Cancel", "Save", "Choose Banner…", "Choose Picture…")
    chooses("Account and Devices…")
    ada.reads("This device")
    goes_on(ada, "Account", "Change Password…", "Current Password", "Show Password", "New Password", "Show Password", "Back")
    ada.closes("Account")
    ada.app.key("ctrl+comma")
    preferences = ada.sees(("dialog", "frame", "window"), "Preferences")
    assert by_tab(ada, preferences) == ["General", "Style", "Enter Sends the Message", "Check Spelling"]
    turns_to(
        ada, "Preferences", "Voice", "Microphone", "Sound", "Test the Microphone", "Test the Microphone", "Your Voice Is Sent", "Threshold",
        "Suppress Noise", "Cancel Echo", "Even Loudness", "Sounds in Calls", "Sounds in Calls", "Hide My Address",
    )  # fmt: skip
    ada.closes("Preferences")
    ada.app.key("ctrl+question")
    shortcuts = ada.sees(("dialog", "frame", "window"), "Keyboard Shortcuts")
    # Not only what can be done is told, but by which keys.
    assert shortcuts.find("list item", "Go to a channel, guild or person, or do something").described_by() == ["Ctrl+K"]
    assert shortcuts.find("list item", "Next or previous channel").described_by() == ["Alt+Down", "Alt+Up"]
    names = by_tab(ada, shortcuts)
    assert (names[0], names[-1]) == ("Go to a channel, guild or person, or do something", "Quit")
    ada.closes("Keyboard Shortcuts")


def test_settings(ada):
    """Those of a guild, and of a channel."""
    ada.opens_guild_menu(story.GUILD, "Guild Settings…")
    settings = ada.sees(("dialog", "frame", "window"), "Guild Settings")
    assert by_tab(ada, settings) == ["Overview", "Choose Picture…", "Name", "Description", "Delete Guild…"]
    goes_on(ada, "Guild Settings", "Delete Guild…", "Name of the Guild", "Back")
    turns_to(ada, "Guild Settings", "Channels", "Create a Category", "Create a Channel", "general", "Lounge", "recipes", "Kitchen", "staff")
    turns_to(ada, "Guild Settings", "Roles", "Create a Role", "Moderators", "Everyone")
    turns_to(ada, "Guild Settings", "People", "Search for Members", "Ada", "Brook")
    person_page = ("Account", "@brook:localhost", "Member Since", "Moderators", "Make Owner of the Guild", "Remove from the Guild", "Ban from the Guild", "Back")
    goes_on(ada, "Guild Settings", "Brook", *person_page)
    ada.closes("Guild Settings")

    ada.app.click(ada.channel_row("staff"), button="right")
    ada.presses("Channel Settings…", role="menu item")
    dialog = ada.sees(("dialog", "frame", "window"), "Channel Settings")
    assert by_tab(ada, dialog) == ["Name", "Topic", "Category", "Moderators", "Everyone", "Delete Channel"]
    ada.closes("Channel Settings")
    ada.presses("Edit Category")
    walks(ada, "Edit Category", "Name", "Delete Category")
