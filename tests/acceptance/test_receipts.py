# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's signed acknowledgement of a message, saved from the window and shown to the server."""

import json
import re

from fixture.process import wait_until

from . import story


def saved(path):
    """What the file says, once it is whole."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def test_save_receipt(people, daemon, step, tmp_path):
    """Ada keeps the receipt of what she said; the server honours it, and not one that somebody changed."""
    ada = people("Ada")
    ada.registers()
    ada.creates_guild(story.GUILD)
    ada.says("general", "I shall bring the keys")
    message = ada.hears("Ada", "I shall bring the keys")

    with step("menu", ada):
        ada.app.click(message, button="right")
        ada.sees("menu item", "Save Receipt…")
    with step("where", ada):
        ada.presses("Save Receipt…", role="menu item")
        window = ada.sees(("dialog", "frame", "window", "file chooser"), "Save Receipt")
        name = window.find(("text", "entry"), where=lambda node: re.match(r"receipt-\w+\.json$", node.text() or ""))
        path = tmp_path / "kept.json"
        ada.fills_path(name, path)
    with step("saved", ada):
        ada.app.key("Return")
        ada.is_told("^Receipt saved$")
    receipt = wait_until(lambda: saved(path), "the receipt's file")

    result = daemon.command("verify-receipt", path)
    assert result.returncode == 0, result.stderr
    receipt["position"] += 1
    path.write_text(json.dumps(receipt), encoding="utf-8")
    assert daemon.command("verify-receipt", path).returncode not in (0, 64)
