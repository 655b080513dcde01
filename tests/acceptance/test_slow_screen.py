# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the screen is drawn once a second whoever types is faster than it: nothing of that is lost or goes elsewhere."""

from . import story
from .callers import acquainted


def test_types_before_a_page_has_come(people):
    """A page begins in its field while it slides in."""
    ada = people("Ada")
    ada.app.draws_at(1)
    ada.goes_to_server()
    field = ada.sees("text", "Username")
    ada.app.type("a")
    field.wait_text("a")
    for _ in range(4):
        ada.app.wait_drawn()
    ada.app.type("da")
    field.wait_text("ada")


def test_types_before_a_dialog_has_come(people, daemon):
    """A dialog that looks for where its focus belongs leaves it to whoever was faster."""
    ada = people("Ada", account=acquainted(daemon.url, "Ada")["Ada"])
    ada.is_online()
    ada.opens_channel("general")
    ada.app.draws_at(1)
    ada.opens_guild_menu(story.GUILD, "Create Category…")
    field = ada.sees("text", "Name", state="focused")
    ada.app.type("K")
    field.wait_text("K")
    for _ in range(4):
        ada.app.wait_drawn()
    ada.app.type("itchen")
    field.wait_text("Kitchen")
