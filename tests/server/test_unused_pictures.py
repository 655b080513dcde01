# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures that nothing shows any more do not stay on the disk for ever."""

from fixture.process import wait_until
from people import Person, txn
from test_profiles import picture


def ids_of(database):
    return {media_id for (media_id,) in database.execute("SELECT media_id FROM media")}


def files_of(daemon):
    """The pictures of which there are files."""
    return {"mxc://localhost/" + path.name.split("-")[0] for path in daemon.data_dir.glob("media/*/*")}


def repeat_icon(person, guild_id):
    """Sends an icon and, as if no answer had come, sends it again: the second picture becomes nobody's icon."""
    name = txn()
    for _ in range(2):
        person.ask("guild.set_icon", guild_id=guild_id, raw=picture(), txn_id=name)
    return person.ask("guild.get", guild_id=guild_id)["icon"]


def test_what_is_left_over_goes_at_the_next_start(daemon, database):
    ann = Person.register(daemon.url, "ann")
    guild_id, lost_id = (ann.make_guild(name)["guild_id"] for name in ("Hall", "Lost"))
    face = ann.ask("profile.set_image", raw=picture())["image"]
    banner = ann.ask("profile.set_banner", raw=picture())["banner"]
    icon = repeat_icon(ann, guild_id)
    ann.ask("guild.set_icon", guild_id=lost_id, raw=picture())
    ann.ask("guild.delete", guild_id=lost_id, name="Lost", txn_id=txn())
    old = ids_of(database)
    assert {face, banner, icon} < old and len(old) == 5, "one was left over, and one belongs to a guild that is no more"
    assert files_of(daemon) == old
    database.execute("UPDATE media SET created_ts = created_ts - 2 * 86400000")
    assert repeat_icon(ann, guild_id) != icon
    young = ids_of(database) - old
    (icon_now,) = [each for each in young if each == ann.ask("guild.get", guild_id=guild_id)["icon"]]
    assert len(young) == 2

    daemon.restart()
    kept = {face, banner} | young
    wait_until(lambda: ids_of(database) == kept, "what nothing uses, and is old, to be forgotten")
    assert files_of(daemon) == kept
    for media_id in (face, banner, icon_now):
        ann.ask("media.get", media_id=media_id, size="64")
