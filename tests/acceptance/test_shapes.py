# SPDX-License-Identifier: GPL-3.0-or-later
"""The same job on a telephone's screen, and without a pointer."""

import re

from fixture.process import TimedOut, wait_until

from . import story


def nodes_outside(person, width):
    """What is shown but reaches beyond the edge of the screen."""
    outside = []
    for node in person.app.find_all(("button", "toggle button", "text", "list item", "entry")):
        left, _, node_width, node_height = node.place() or (0, 0, 0, 0)
        if node_width > 0 and node_height > 0 and (left < -1 or left + node_width > width + 1):
            outside.append((repr(node), left, node_width))
    return outside


def fits(person, width):
    """Waits until all that is shown lies within WIDTH: what slides in or out is on its way for a moment."""
    try:
        wait_until(lambda: not nodes_outside(person, width), f"all to fit into {width} pixels")
    except TimedOut as error:
        raise TimedOut(f"{error}; outside are: {nodes_outside(person, width)}") from None


# What does something, takes something in, or is one of several to choose from.
CONTROLS = {
    "button", "toggle button", "check box", "radio button", "switch", "slider", "spin button", "combo box", "tab",
    "text", "password text", "entry", "list item", "menu item", "check menu item", "radio menu item",
}  # fmt: skip


def nameless(person):
    """The controls on the screen of which nobody can say what they are, each with what is around it."""
    found = []
    for node in person.app.root.walk():
        if node.matches(CONTROLS, "") and not node.matches(description=re.compile(".")):
            found.append(f"{node!r} in {node.parent!r} in {node.parent.parent!r}")
    return found


def all_has_a_name(person):
    """Waits until each control says what it is: one that goes away just now has no name any more."""
    try:
        wait_until(lambda: not nameless(person), "all to have a name")
    except TimedOut as error:
        raise TimedOut(f"{error}; none have: {nameless(person)}") from None


def test_everything_has_a_name(people, step):
    """A screen reader can say what each control is: in the window, and in what opens over it."""
    ada = people("Ada")
    with step("what-is-wrong", ada):
        ada.goes_to_server()
        ada.fills("Username", "A?")
        ada.reads("A username can have")
        all_has_a_name(ada)
    ada.fills("Username", "ada")
    ada.fills("Password", "correct horse battery staple")
    ada.presses("Create Account", role="button")
    ada.names_self()
    ada.creates_guild(story.GUILD)
    ada.says("general", "Who am I?")
    all_has_a_name(ada)
    with step("status", ada):
        ada.presses(re.compile("^Account menu"))
        ada.presses("Set Status…", role="menu item")
        ada.fills("Status", "Tea")
        ada.app.click(ada.sees("combo box", "Clear After", where=lambda node: node.is_sensitive()))
        ada.sees("list item", "4 hours")
        all_has_a_name(ada)
        ada.app.key("Escape")
        ada.app.wait_gone("list item", "4 hours")
        ada.closes("Set Status")
    with step("voice", ada):
        ada.app.key("ctrl+comma")
        ada.presses("Voice", role="tab")
        ada.sees("combo box", "Your Voice Is Sent")
        all_has_a_name(ada)
        ada.closes("Preferences")
    with step("guild", ada):
        ada.opens_guild_menu(story.GUILD, "Guild Settings…")
        ada.sees("text", "Name")
        all_has_a_name(ada)


def test_phone_width(people, step):
    """At 360 × 640 everything of the main job can be reached, and nothing is cut off."""
    # Without a desktop's own settings a window has three buttons in its corner, not one.
    ada = people("Ada", width=360, height=640, env={"GDK_DEBUG": "default-settings"})
    with step("welcome", ada):
        ada.sees(None, "Welcome to Guildhall")
        fits(ada, 360)
    ada.registers()
    with step("home", ada):
        fits(ada, 360)
        ada.creates_guild(story.GUILD)
    with step("conversation", ada):
        ada.says("general", "From a telephone, with a line that is long enough to be wrapped more than once on it.")
        fits(ada, 360)
    with step("back-to-the-channels", ada):
        ada.presses(re.compile(r"^Back"), role=("button",))
        ada.channel_row("Lounge")
        fits(ada, 360)
    with step("and-into-one-again", ada):
        ada.opens_channel("general")


def test_wide_and_back(people, step):
    """Growing and shrinking the window loses neither place nor words."""
    ada = people("Ada")
    ada.registers()
    ada.creates_guild(story.GUILD)
    ada.says("general", "Here I am")
    ada.app.enter(ada.composer("general"), "unsent words")
    for width, height in ((360, 640), (800, 600), (1600, 900), (360, 640), (1180, 760)):
        ada.app.resize(width, height)
        with step(f"{width}x{height}", ada):
            ada.composer("general").wait_text("unsent words")
            fits(ada, width)
    ada.has_messages(("Ada", "Here I am"))


def test_keyboard_only(people, step):
    """From the first page to a message, by keys alone."""
    ada = people("Ada")
    with step("server", ada):
        ada.app.tab_to(ada.sees("text", "Invite Link or Server Address"))
        ada.app.type(ada.address.removeprefix("http://"))
        ada.sees("button", "Continue", where=lambda node: node.is_sensitive())
        ada.app.key("Return")
    with step("account", ada):
        ada.app.tab_to(ada.sees("text", "Username"))
        ada.app.type("ada")
        ada.app.tab_to(ada.sees("text", "Password"))
        ada.app.type("correct horse battery staple")
        ada.sees("button", "Create Account", where=lambda node: node.is_sensitive())
        ada.app.key("Return")
    with step("name", ada):
        ada.app.tab_to(ada.sees("text", "Display Name"))
        ada.app.key("ctrl+a")
        ada.app.type("Ada")
        ada.app.key("Return")
        ada.is_online()
    with step("guild", ada):
        ada.app.tab_to(ada.sees("button", "Create a Guild…"))
        ada.app.key("Return")
        ada.app.tab_to(ada.sees("text", "Name"))
        ada.app.type(story.GUILD)
        ada.app.key("Return")
        ada.sees(("button", "toggle button"), f"Menu of {story.GUILD}")
    with step("switcher", ada):
        ada.app.key("ctrl+k")
        ada.sees("entry", "Go To", state="focused")
        ada.app.type("general")
        ada.sees("list", "Results").find("list item", "general")
        ada.app.key("Return")
        ada.composer("general").wait_state("focused")
    with step("message", ada):
        ada.app.type("First line")
        ada.app.key("shift+Return")
        ada.app.type("and a second")
        ada.app.key("Return")
        ada.hears("Ada", "First line\nand a second")
