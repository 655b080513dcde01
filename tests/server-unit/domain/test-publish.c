/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-subscriber.h"
#include "gh-event-draft.h"
#include "gh-signing-key.h"
#include "ghd-guilds.h"
#include "ghd-publish.h"
#include "guild-facts.h"

/* Who hears what, with real events: the order of folding and publishing decides it. */

typedef struct
{
  GhdHub *hub;
  GhdGuild *guild;
  GhSigningKey *key;
  FakeSubscriber *owner;
  FakeSubscriber *mod;
  FakeSubscriber *plain;
  FakeSubscriber *stranger;
} Fixture;

static FakeSubscriber *
attach (Fixture *fixture, const char *user_id, const char *first_room, ...)
{
  FakeSubscriber *subscriber = fake_subscriber_new ();
  g_autoptr (GPtrArray) rooms = g_ptr_array_new ();
  va_list args;

  va_start (args, first_room);
  for (const char *room = first_room; room != NULL; room = va_arg (args, const char *))
    g_ptr_array_add (rooms, (gpointer) room);
  va_end (args);
  ghd_hub_attach (fixture->hub, GHD_SUBSCRIBER (subscriber), user_id, "D", rooms);

  return subscriber;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->hub = ghd_hub_new ();
  fixture->guild = small_guild ();
  fixture->key = gh_signing_key_generate ();
  fixture->owner = attach (fixture, OWNER, GUILD, GENERAL, NULL);
  fixture->mod = attach (fixture, MOD, GUILD, GENERAL, NULL);
  fixture->plain = attach (fixture, PLAIN, GUILD, GENERAL, SECRET, NULL);
  fixture->stranger = attach (fixture, STRANGER, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->hub);
  g_assert_finalize_object (fixture->guild);
  gh_signing_key_unref (fixture->key);
  g_assert_finalize_object (fixture->owner);
  g_assert_finalize_object (fixture->mod);
  g_assert_finalize_object (fixture->plain);
  g_assert_finalize_object (fixture->stranger);
}

static void
publish (Fixture *fixture, const char *room_id, const char *type, const char *state_key,
         const char *content)
{
  static gint64 position = 10000;
  g_autoptr (GhJson) json = gh_json_parse_object (content, strlen (content), NULL);
  g_autoptr (GhEventDraft) draft = gh_event_draft_new (room_id, type, state_key, OWNER, json);
  g_autoptr (GhEvent) event = NULL;
  g_autoptr (GError) error = NULL;
  GhEventSigner signer = { "localhost", gh_signing_key_get_id (fixture->key), gh_signing_key_sign,
                           fixture->key };
  const char *nothing[] = { NULL };
  guint8 salt[GH_SALT_SIZE] = { 0 };

  gh_event_draft_set_origin_ts (draft, 1);
  event = gh_event_draft_finish (draft, ++position, nothing, salt, &signer, &error);
  g_assert_no_error (error);
  ghd_publish_event (fixture->hub, fixture->guild, event);
}

static void
assert_heard (FakeSubscriber *subscriber, const char *types)
{
  g_autofree char *heard = fake_subscriber_dup_types (subscriber);

  g_assert_cmpstr (heard, ==, types);
  fake_subscriber_clear (subscriber);
}

static void
test_message (Fixture *fixture, gconstpointer data)
{
  publish (fixture, GENERAL, GH_EVENT_ROOM_MESSAGE, NULL, "{\"body\":\"x\"}");
  assert_heard (fixture->owner, "m.room.message");
  assert_heard (fixture->mod, "m.room.message");
  assert_heard (fixture->plain, "m.room.message");
  assert_heard (fixture->stranger, "");

  /* A private channel: only those in it, not the owner. */
  publish (fixture, SECRET, GH_EVENT_ROOM_MESSAGE, NULL, "{\"body\":\"x\"}");
  assert_heard (fixture->owner, "");
  assert_heard (fixture->mod, "");
  assert_heard (fixture->plain, "m.room.message");
}

static void
test_kick (Fixture *fixture, gconstpointer data)
{
  publish (fixture, GUILD, GH_EVENT_ROOM_MEMBER, PLAIN, LEAVE);
  publish (fixture, GENERAL, GH_EVENT_ROOM_MEMBER, PLAIN, LEAVE);
  publish (fixture, SECRET, GH_EVENT_ROOM_MEMBER, PLAIN, LEAVE);
  publish (fixture, GENERAL, GH_EVENT_ROOM_MESSAGE, NULL, "{\"body\":\"x\"}");
  publish (fixture, SECRET, GH_EVENT_ROOM_MESSAGE, NULL, "{\"body\":\"x\"}");
  publish (fixture, GUILD, GH_EVENT_GUILD_META, "", "{\"name\":\"New\",\"owner\":\"" OWNER "\"}");

  /* Who is removed hears of their own removal, and of nothing that follows. */
  assert_heard (fixture->plain,
                "m.room.member/" PLAIN " m.room.member/" PLAIN " m.room.member/" PLAIN);
  assert_heard (fixture->owner,
                "m.room.member/" PLAIN " m.room.member/" PLAIN " m.room.message m.guild.meta");
}

static void
test_arrival (Fixture *fixture, gconstpointer data)
{
  publish (fixture, GUILD, GH_EVENT_ROOM_MEMBER, STRANGER, JOIN);
  publish (fixture, GENERAL, GH_EVENT_ROOM_MEMBER, STRANGER, JOIN);
  publish (fixture, GENERAL, GH_EVENT_ROOM_MESSAGE, NULL, "{\"body\":\"x\"}");
  publish (fixture, SECRET, GH_EVENT_ROOM_MESSAGE, NULL, "{\"body\":\"x\"}");
  assert_heard (fixture->stranger,
                "m.room.member/" STRANGER " m.room.member/" STRANGER " m.room.message");
}

static void
test_invitation (Fixture *fixture, gconstpointer data)
{
  publish (fixture, SECRET, GH_EVENT_ROOM_MEMBER, MOD, INVITE);
  publish (fixture, SECRET, GH_EVENT_ROOM_MESSAGE, NULL, "{\"body\":\"before\"}");
  assert_heard (fixture->mod, "m.room.member/" MOD);
  assert_heard (fixture->owner, "");

  publish (fixture, SECRET, GH_EVENT_ROOM_MEMBER, MOD, JOIN);
  publish (fixture, SECRET, GH_EVENT_ROOM_MESSAGE, NULL, "{\"body\":\"after\"}");
  assert_heard (fixture->mod, "m.room.member/" MOD " m.room.message");

  publish (fixture, SECRET, GH_EVENT_ROOM_MEMBER, MOD, LEAVE);
  publish (fixture, SECRET, GH_EVENT_ROOM_MESSAGE, NULL, "{\"body\":\"gone\"}");
  assert_heard (fixture->mod, "m.room.member/" MOD);
}

static void
test_override (Fixture *fixture, gconstpointer data)
{
  /* Who loses the right to view a channel hears nothing of it; who regains it does again. */
  publish (fixture, GUILD, GH_EVENT_GUILD_CHANNEL, GENERAL,
           "{\"kind\":\"text\",\"name\":\"general\",\"private\":false,\"order\":1,"
           "\"overrides\":{\"everyone\":{\"allow\":0,\"deny\":1}}}");
  publish (fixture, GENERAL, GH_EVENT_ROOM_MESSAGE, NULL, "{\"body\":\"x\"}");
  assert_heard (fixture->plain, "m.guild.channel");
  assert_heard (fixture->owner, "m.guild.channel m.room.message");

  publish (fixture, GUILD, GH_EVENT_GUILD_MEMBER_ROLES, PLAIN, "{\"roles\":[\"r_admins\"]}");
  publish (fixture, GENERAL, GH_EVENT_ROOM_MESSAGE, NULL, "{\"body\":\"x\"}");
  assert_heard (fixture->plain, "m.guild.member.roles/" PLAIN " m.room.message");

  publish (fixture, GUILD, GH_EVENT_GUILD_ROLE, "r_admins", "{}");
  publish (fixture, GENERAL, GH_EVENT_ROOM_MESSAGE, NULL, "{\"body\":\"x\"}");
  assert_heard (fixture->plain, "m.guild.role");
}

static void
test_owner (Fixture *fixture, gconstpointer data)
{
  /* What everyone is denied is heard by whoever owns the guild, and no longer by whoever did. */
  publish (fixture, GUILD, GH_EVENT_GUILD_CHANNEL, GENERAL,
           "{\"kind\":\"text\",\"name\":\"general\",\"private\":false,\"order\":1,"
           "\"overrides\":{\"everyone\":{\"allow\":0,\"deny\":1}}}");
  publish (fixture, GUILD, GH_EVENT_GUILD_META, "", "{\"name\":\"New\",\"owner\":\"" PLAIN "\"}");
  publish (fixture, GENERAL, GH_EVENT_ROOM_MESSAGE, NULL, "{\"body\":\"x\"}");
  assert_heard (fixture->owner, "m.guild.channel m.guild.meta");
  assert_heard (fixture->plain, "m.guild.channel m.guild.meta m.room.message");

  /* A private one is for those in it, whoever owns the guild. */
  publish (fixture, GUILD, GH_EVENT_GUILD_META, "", "{\"name\":\"New\",\"owner\":\"" MOD "\"}");
  publish (fixture, SECRET, GH_EVENT_ROOM_MESSAGE, NULL, "{\"body\":\"x\"}");
  assert_heard (fixture->mod, "m.guild.channel m.guild.meta m.guild.meta");
  assert_heard (fixture->plain, "m.guild.meta m.room.message");
}

static void
test_channel_end (Fixture *fixture, gconstpointer data)
{
  publish (fixture, SECRET, GH_EVENT_CHANNEL_DELETE, "", "{}");
  publish (fixture, GUILD, GH_EVENT_GUILD_CHANNEL, SECRET, "{}");
  assert_heard (fixture->plain, "m.channel.delete m.guild.channel");
  assert_heard (fixture->owner, "m.guild.channel");
  g_assert_false (ghd_hub_hears (fixture->hub, PLAIN, SECRET));
  g_assert_null (ghd_guild_get_channel (fixture->guild, SECRET));
}

static void
test_guild_end (Fixture *fixture, gconstpointer data)
{
  publish (fixture, GUILD, GH_EVENT_GUILD_DELETE, "", "{}");
  publish (fixture, GENERAL, GH_EVENT_ROOM_MESSAGE, NULL, "{\"body\":\"x\"}");
  assert_heard (fixture->owner, "m.guild.delete");
  assert_heard (fixture->plain, "m.guild.delete");
  g_assert_false (ghd_hub_hears (fixture->hub, PLAIN, GUILD));
  g_assert_false (ghd_hub_hears (fixture->hub, PLAIN, SECRET));
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/domain/publish/message", test_message);
  ADD ("/domain/publish/kick", test_kick);
  ADD ("/domain/publish/arrival", test_arrival);
  ADD ("/domain/publish/invitation", test_invitation);
  ADD ("/domain/publish/override", test_override);
  ADD ("/domain/publish/owner", test_owner);
  ADD ("/domain/publish/channel-end", test_channel_end);
  ADD ("/domain/publish/guild-end", test_guild_end);

  return g_test_run ();
}
