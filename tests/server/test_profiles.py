# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles, pictures, presence and typing."""

import io
import shutil
import time
import urllib.parse

import pytest
from PIL import Image

from fixture.process import wait_until
from people import Person, Visitor, refused, text_channel, txn


def picture(form="PNG", size=(300, 200), color=(200, 30, 30), **more):
    data = io.BytesIO()
    Image.new("RGB", size, color).save(data, form, **more)
    return data.getvalue()


@pytest.fixture
def pair(crowd):
    anna, boris = crowd.fresh(), crowd.fresh()
    guild = anna.make_guild("Pair")
    anna.bring(guild["guild_id"], boris)
    return anna, boris, guild


def test_set(pair, crowd):
    anna, boris, _ = pair
    profile = anna.ask("profile.set", display_name=" Anna  A. ", bio="one\ntwo  \n")
    assert (profile["display_name"], profile["bio"]) == ("Anna A.", "one\ntwo")
    assert boris.ask("profile.get", user_id=anna.user_id) == profile
    assert anna.ask("profile.set", bio="")["display_name"] == "Anna A."
    with refused("not_found", "user.unknown"):
        crowd["nobody-knows"].ask("profile.get", user_id=anna.user_id)
    with refused("not_found", "user.unknown"):
        anna.ask("profile.get", user_id="@never-was:localhost")
    for name in ("", " ", "x" * 33, 7):
        with refused("invalid", field="display_name"):
            anna.ask("profile.set", display_name=name)
    with refused("invalid", "text.long", "bio"):
        anna.ask("profile.set", bio="x" * 501)


def status_of(profile):
    return profile.get("status"), profile.get("status_expires_ts")


def test_status(pair):
    """A line for now: set, seen by the others, kept when something else changes, taken away."""
    anna, boris, guild = pair
    assert status_of(anna.ask("profile.get", user_id=anna.user_id)) == (None, None)
    profile = anna.ask("profile.set", status="  At   tea\u202e \u2615 ")
    assert status_of(profile) == ("At tea \u2615", None)
    assert boris.ask("profile.get", user_id=anna.user_id) == profile
    assert status_of(anna.ask("profile.set", bio="Elsewhere")) == ("At tea \u2615", None)
    for members in (
        boris.ask("member.list", guild_id=guild["guild_id"])["members"], boris.ask("guild.get", guild_id=guild["guild_id"])["members"],
    ):
        assert {each["user_id"]: status_of(each) for each in members} == {
            anna.user_id: ("At tea \u2615", None), boris.user_id: (None, None),
        }
        changed = {each["user_id"]: each["changed_ts"] for each in members}
        assert changed[anna.user_id] == anna.ask("profile.get", user_id=anna.user_id)["changed_ts"]
    longest = "\U0001f469\u200d\U0001f680" * 90 + "x" * 38
    assert anna.ask("profile.set", status="x" * 128)["status"] == "x" * 128
    with refused("invalid", "text.long", "status"):
        anna.ask("profile.set", status="x" * 129)
    with refused("invalid", "text.long", "status"):
        anna.ask("profile.set", status=longest)
    assert status_of(anna.ask("profile.set", status=" ")) == (None, None)
    assert status_of(boris.ask("member.list", guild_id=guild["guild_id"])["members"][0]) == (None, None)


def test_a_status_ends_by_itself(pair):
    anna, boris, guild = pair
    before = time.time()
    text, ends = status_of(anna.ask("profile.set", status="For an hour", status_expires_in_s=3600))
    assert text == "For an hour"
    assert before + 3600 - 1 <= ends / 1000 <= time.time() + 3600 + 1
    assert status_of(boris.ask("profile.get", user_id=anna.user_id)) == (text, ends)
    assert status_of(anna.ask("profile.set", bio="still for an hour")) == (text, ends)
    assert status_of(anna.ask("profile.set", status="For good")) == ("For good", None)
    assert status_of(anna.ask("profile.set", status="For good, too", status_expires_in_s=0)) == ("For good, too", None)
    with boris.gateway() as gateway:
        short = anna.ask("profile.set", status="A moment", status_expires_in_s=2)
        frame = gateway.wait("ephemeral", lambda each: each["type"] == "m.profile")
        assert frame["content"] == short and status_of(short)[0] == "A moment"
    wait_until(lambda: status_of(boris.ask("profile.get", user_id=anna.user_id)) == (None, None), "the moment to be over")
    assert time.time() >= short["status_expires_ts"] / 1000 - 1
    members = boris.ask("member.list", guild_id=guild["guild_id"])["members"]
    assert [status_of(each) for each in members] == [(None, None)] * 2
    assert status_of(boris.ask("profile.changed", since_ts=short["changed_ts"] - 1)["profiles"][0]) == (None, None)
    assert status_of(anna.ask("profile.set", status="", status_expires_in_s=60)) == (None, None)
    with refused("invalid", "argument.missing", "status"):
        anna.ask("profile.set", status_expires_in_s=60)
    with refused("invalid", "argument.missing", "status"):
        anna.ask("profile.set", display_name="Anna", status_expires_in_s=60)


def test_changed(pair, crowd):
    anna, boris, _ = pair
    since = boris.ask("profile.get", user_id=anna.user_id)["changed_ts"]
    changed = anna.ask("profile.set", display_name="Changed")
    crowd["nobody-knows"].ask("profile.set", display_name="Also changed")
    assert boris.ask("profile.changed", since_ts=max(since, changed["changed_ts"] - 1))["profiles"] == [changed]
    assert boris.ask("profile.changed", since_ts=changed["changed_ts"])["profiles"] == []


def test_a_change_is_told_live(pair, crowd):
    anna, boris, _ = pair
    with boris.gateway() as gateway, anna.gateway() as own, crowd["nobody-knows"].gateway() as outside:
        profile = anna.ask("profile.set", bio="heard at once")
        for connection in (gateway, own):
            frame = connection.wait("ephemeral", lambda each: each["type"] == "m.profile")
            assert frame["content"] == profile
        outside.settle()
        assert outside.ephemerals("m.profile") == []


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_picture(pair, form):
    anna, boris, _ = pair
    profile = anna.ask("profile.set_image", raw=picture(form))
    assert profile["image"].startswith("mxc://localhost/")
    for size in ("64", "128", "256", "512"):
        response = boris.ask("media.get", media_id=profile["image"], size=size)
        assert response.headers["Content-Type"] in ("image/png", "image/jpeg")
        assert "immutable" in response.headers["Cache-Control"]
        image = Image.open(io.BytesIO(response.content))
        assert image.size == (min(int(size), 200),) * 2, "a square, never enlarged"
        assert all(abs(a - b) < 12 for a, b in zip(image.convert("RGB").getpixel((5, 5)), (200, 30, 30)))
    assert boris.ask("profile.get", user_id=anna.user_id)["image"] == profile["image"]
    assert "image" not in anna.ask("profile.remove_image")
    with refused("not_found"):
        boris.ask("media.get", media_id=profile["image"], size="64")


def test_crop(pair):
    anna, _, _ = pair
    image = Image.new("RGB", (200, 100), (0, 0, 255))
    image.paste((0, 255, 0), (150, 50, 200, 100))
    data = io.BytesIO()
    image.save(data, "PNG")
    profile = anna.ask("profile.set_image", raw=data.getvalue(), crop="150,50,50")
    cropped = Image.open(io.BytesIO(anna.ask("media.get", media_id=profile["image"], size="64").content)).convert("RGB")
    assert all(abs(a - b) < 12 for a, b in zip(cropped.getpixel((32, 32)), (0, 255, 0)))
    for crop in ("1,2", "a,b,c", "0,0,0", "190,90,50"):
        with refused("invalid", "argument.string" if len(crop) < 5 else "image.crop", "crop"):
            anna.ask("profile.set_image", raw=data.getvalue(), crop=crop)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_banner(pair, form):
    """The wide picture: three times as wide as high, beside the square one."""
    anna, boris, _ = pair
    image = anna.ask("profile.set_image", raw=picture())["image"]
    with boris.gateway() as gateway:
        profile = anna.ask("profile.set_banner", raw=picture(form, size=(480, 200)))
        assert gateway.wait("ephemeral", lambda each: each["type"] == "m.profile")["content"] == profile
    assert profile["image"] == image and profile["banner"].startswith("mxc://localhost/")
    for size in ("64", "128", "256", "512"):
        response = boris.ask("media.get", media_id=profile["banner"], size=size)
        assert response.headers["Content-Type"] in ("image/png", "image/jpeg")
        banner = Image.open(io.BytesIO(response.content))
        height = min(int(size), 160)
        assert banner.size == (height * 3, height), "three times as wide as high, never enlarged"
        assert not banner.info.get("exif") and all(abs(a - b) < 12 for a, b in zip(banner.convert("RGB").getpixel((5, 5)), (200, 30, 30)))
    other = anna.ask("profile.set_banner", raw=picture(form))["banner"]
    with refused("not_found"):
        boris.ask("media.get", media_id=profile["banner"], size="64")
    profile = anna.ask("profile.remove_banner")
    assert "banner" not in profile and profile["image"] == image
    assert "banner" not in boris.ask("profile.get", user_id=anna.user_id)
    with refused("not_found"):
        boris.ask("media.get", media_id=other, size="64")
    boris.ask("media.get", media_id=image, size="64")


def test_crop_of_a_banner(pair):
    anna, _, _ = pair
    whole = Image.new("RGB", (300, 200), (0, 0, 255))
    whole.paste((0, 255, 0), (60, 100, 240, 160))
    data = io.BytesIO()
    whole.save(data, "PNG")
    profile = anna.ask("profile.set_banner", raw=data.getvalue(), crop="60,100,60")
    banner = Image.open(io.BytesIO(anna.ask("media.get", media_id=profile["banner"], size="64").content)).convert("RGB")
    assert banner.size == (180, 60)
    for place in ((2, 2), (90, 30), (177, 57)):
        assert all(abs(a - b) < 12 for a, b in zip(banner.getpixel(place), (0, 255, 0)))
    for crop in ("1,2", "a,b,c", "0,0,0", "121,0,60", "0,141,60", "0,0,101", "0,0,65535", "65535,0,1"):
        with refused("invalid", "argument.string" if len(crop) < 5 else "image.crop", "crop"):
            anna.ask("profile.set_banner", raw=data.getvalue(), crop=crop)
    with refused("invalid", "image.crop", "crop"):
        anna.ask("profile.set_banner", raw=picture(size=(2, 200)))
    with refused("invalid"):
        anna.ask("profile.set_banner", raw=b"this is not a picture at all")
    assert anna.ask("profile.get", user_id=anna.user_id)["banner"] == profile["banner"]


@pytest.mark.parametrize("name, data, reason", [
    ("text", b"this is not a picture at all", "image.unsupported"),
    ("truncated", picture(size=(400, 400))[:300], "image.truncated"),
    ("html", b"<html><script>alert(1)</script></html>", "image.unsupported"),
    ("svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "image.unsupported"),
    ("gif", picture("GIF"), "image.unsupported"),
])
def test_what_is_no_picture(pair, name, data, reason):
    anna, _, _ = pair
    with refused("invalid", reason):
        anna.ask("profile.set_image", raw=data)
    assert "image" not in anna.ask("profile.get", user_id=anna.user_id)


def test_too_large_a_picture(pair):
    anna, _, _ = pair
    with refused("too_large", "request.too_large"):
        anna.ask("profile.set_image", raw=b"\x89PNG\r\n\x1a\n" + b"\0" * (5 * 1024 * 1024))
    with refused("invalid", "request.empty"):
        anna.ask("profile.set_image", raw=b"")


def test_no_room_for_a_picture(make_daemon, database):
    """Where the folder cannot be written nothing is kept of a picture, and it is taken when it can be again."""
    daemon = make_daemon(database)
    anna = Person.register(daemon.url, "anna")
    folder = daemon.data_dir / "media"
    shutil.rmtree(folder, ignore_errors=True)
    folder.touch()
    with refused("unavailable", "image.storage"):
        anna.ask("profile.set_image", raw=picture())
    assert "image" not in anna.ask("profile.get", user_id=anna.user_id)
    folder.unlink()
    media_id = anna.ask("profile.set_image", raw=picture())["image"]
    assert anna.ask("media.get", media_id=media_id, size="64").content


def test_guild_icon(pair):
    anna, boris, guild = pair
    guild_id = guild["guild_id"]
    with refused("denied", "permission.manage_guild"):
        boris.ask("guild.set_icon", guild_id=guild_id, raw=picture())
    anna.ask("guild.set_icon", guild_id=guild_id, raw=picture(), txn_id=txn())
    icon = boris.ask("guild.get", guild_id=guild_id)["icon"]
    boris.ask("media.get", media_id=icon, size="128")
    with refused("denied", "permission.manage_guild"):
        boris.ask("guild.remove_icon", guild_id=guild_id)
    anna.ask("guild.remove_icon", guild_id=guild_id)
    assert "icon" not in boris.ask("guild.get", guild_id=guild_id)


def test_media_that_is_not_there(pair, hall):
    anna, _, _ = pair
    with refused("not_found"):
        anna.ask("media.get", media_id="mxc://localhost/5TPdaPd5hNm4KGTY1tPcfn", size="64")
    with refused("invalid", "argument.choice", "size"):
        anna.ask("media.get", media_id="mxc://localhost/5TPdaPd5hNm4KGTY1tPcfn", size="65")
    for media_id in ("../../etc/passwd", "mxc://localhost/../x", "mxc://localhost/"):
        with refused("invalid", "argument.id", "media_id"):
            anna.ask("media.get", media_id=media_id, size="64")
    response = Visitor(hall.url).fetch("GET", f"/media/{urllib.parse.quote('mxc://localhost/5TPdaPd5hNm4KGTY1tPcfn', safe='')}")
    assert response.status_code == 401


def presence_of(gateway, person, state):
    return gateway.wait(
        "ephemeral", lambda each: each["type"] == "m.presence" and each["content"] == {"user_id": person.user_id, "presence": state}
    )


def test_presence(pair, crowd):
    anna, boris, guild = pair
    with boris.gateway() as gateway, crowd["nobody-knows"].gateway() as outside:
        assert gateway.ready["presence"] == {boris.user_id: "online"}
        with anna.gateway() as first:
            assert first.ready["presence"] == {anna.user_id: "online", boris.user_id: "online"}
            presence_of(gateway, anna, "online")
            for state in ("idle", "dnd"):
                anna.ask("presence.set", presence=state)
                presence_of(gateway, anna, state)
            members = {each["user_id"]: each["presence"] for each in boris.ask("member.list", guild_id=guild["guild_id"])["members"]}
            assert members == {anna.user_id: "dnd", boris.user_id: "online"}
            # A second connection changes nothing for others, nor does its end.
            gateway.forget()
            with anna.gateway() as second:
                assert second.ready["presence"][anna.user_id] == "dnd"
            first.settle()
            gateway.settle()
            assert gateway.ephemerals("m.presence") == []
            # Others see somebody invisible as away; oneself sees what one chose.
            anna.ask("presence.set", presence="invisible")
            presence_of(gateway, anna, "offline")
            presence_of(first, anna, "invisible")
            assert "invisible" not in str(boris.ask("member.list", guild_id=guild["guild_id"]))
            anna.ask("presence.set", presence="online")
            presence_of(gateway, anna, "online")
        presence_of(gateway, anna, "offline")
        outside.settle()
        assert outside.ephemerals("m.presence") == []
    with refused("invalid", "argument.choice", "presence"):
        anna.ask("presence.set", presence="offline")


def test_invisible_stays_invisible_over_a_reconnection(pair):
    anna, boris, _ = pair
    with boris.gateway() as gateway:
        anna.ask("presence.set", presence="invisible")
        with anna.gateway() as own:
            assert own.ready["presence"][anna.user_id] == "invisible"
            own.settle()
        gateway.settle()
        assert gateway.ephemerals("m.presence") == []


def test_an_arrival_is_seen(pair, crowd):
    anna, _, guild = pair
    guest = crowd.fresh()
    with anna.gateway() as gateway, guest.gateway():
        guest.ask("invite.accept", code=anna.invite(guild["guild_id"]))
        presence_of(gateway, guest, "online")


def test_typing(pair, crowd):
    anna, boris, guild = pair
    channel = text_channel(guild)
    private = anna.make_channel(guild["guild_id"], "private", private=True)
    with boris.gateway() as gateway, anna.gateway() as own:
        assert anna.ask("typing.set", channel_id=channel, typing=True) == {}
        frame = gateway.wait("ephemeral", lambda each: each["type"] == "m.typing")
        assert frame["content"] == {"room_id": channel, "user_id": anna.user_id, "typing": True}
        own.ask("typing.set", channel_id=channel, typing=False)
        gateway.wait("ephemeral", lambda each: each["type"] == "m.typing" and not each["content"]["typing"])
        assert own.ephemerals("m.typing") == []
        anna.ask("typing.set", channel_id=private, typing=True)
        gateway.settle()
        assert len(gateway.ephemerals("m.typing")) == 2
    with refused("denied", "channel.not_joined"):
        boris.ask("typing.set", channel_id=private, typing=True)
    with refused("not_found", "channel.unknown"):
        crowd["nobody-knows"].ask("typing.set", channel_id=channel, typing=True)
