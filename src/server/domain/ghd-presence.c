/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-presence.h"

#include "gh-frame.h"
#include "gh-json-builder.h"
#include "ghd-serial.h"
#include "ghd-store-accounts.h"

typedef struct
{
  GhdPresenceState chosen;
  guint n_loading; /* who waits until it is known what was chosen, to attach a connection then */
  gboolean connected;
  gboolean known;  /* what was chosen has been read, or was chosen since */
  gboolean unsure; /* what is stored may be another: writing it failed, or its answer was lost */
} Person;

struct _GhdPresence
{
  GObject parent_instance;
  GhdPool *pool;
  GhdGuilds *guilds;
  GhdHub *hub;
  GHashTable *people; /* user id -> Person: who is connected, or about to be */
  GHashTable *turns;  /* user id -> GhdSerial: who is choosing */
};

G_DEFINE_FINAL_TYPE (GhdPresence, ghd_presence, G_TYPE_OBJECT)

static const char *const states[] = { "offline", "online", "idle", "dnd", "invisible", NULL };

static Person *
ensure_person (GhdPresence *self, const char *user_id)
{
  Person *person = g_hash_table_lookup (self->people, user_id);

  if (person == NULL)
    {
      person = g_new0 (Person, 1);
      person->chosen = GHD_PRESENCE_ONLINE;
      g_hash_table_insert (self->people, g_strdup (user_id), person);
    }

  return person;
}

/* Who is not connected is not kept in memory; but what somebody chose while it is being read must not be forgotten
 * for what was stored before. */
static void
forget_absent (GhdPresence *self, const char *user_id)
{
  Person *person = g_hash_table_lookup (self->people, user_id);

  if (person != NULL && !person->connected && person->n_loading == 0)
    g_hash_table_remove (self->people, user_id);
}

/* What others see: somebody invisible looks like somebody who is away. */
static GhdPresenceState
seen (Person *person)
{
  if (person == NULL || !person->connected || person->chosen == GHD_PRESENCE_INVISIBLE)
    return GHD_PRESENCE_OFFLINE;

  return person->chosen;
}

static GBytes *
encode (const char *user_id, GhdPresenceState state)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GhJson) content = NULL;

  gh_json_builder_add_string (builder, "user_id", user_id);
  gh_json_builder_add_string (builder, "presence", states[state]);
  content = gh_json_builder_finish (builder);

  return gh_frame_encode_ephemeral (GH_EPHEMERAL_PRESENCE, content);
}

static void
tell_others (GhdPresence *self, const char *user_id, GhdPresenceState state)
{
  g_autoptr (GPtrArray) guilds = ghd_guilds_peek_for_user (self->guilds, user_id);
  g_autoptr (GPtrArray) rooms = g_ptr_array_new ();
  g_autoptr (GBytes) frame = encode (user_id, state);

  for (guint i = 0; i < guilds->len; i++)
    g_ptr_array_add (rooms, (gpointer) ghd_guild_get_id (g_ptr_array_index (guilds, i)));

  ghd_hub_send_rooms (self->hub, rooms, frame, user_id);
}

static void
ghd_presence_finalize (GObject *object)
{
  GhdPresence *self = GHD_PRESENCE (object);

  g_hash_table_unref (self->people);
  g_hash_table_unref (self->turns);
  g_object_unref (self->pool);
  g_object_unref (self->guilds);
  g_object_unref (self->hub);

  G_OBJECT_CLASS (ghd_presence_parent_class)->finalize (object);
}

static void
ghd_presence_class_init (GhdPresenceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_presence_finalize;
}

static void
ghd_presence_init (GhdPresence *self)
{
  self->people = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->turns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) ghd_serial_unref);
}

GhdPresence *
ghd_presence_new (GhdPool *pool, GhdGuilds *guilds, GhdHub *hub)
{
  GhdPresence *self = g_object_new (GHD_TYPE_PRESENCE, NULL);

  self->pool = g_object_ref (pool);
  self->guilds = g_object_ref (guilds);
  self->hub = g_object_ref (hub);

  return self;
}

/**
 * ghd_presence_get_seen:
 *
 * Returns: what others see of @user_id; never %GHD_PRESENCE_INVISIBLE
 */
GhdPresenceState
ghd_presence_get_seen (GhdPresence *self, const char *user_id)
{
  return seen (g_hash_table_lookup (self->people, user_id));
}

/**
 * ghd_presence_load:
 *
 * Waits until it is known what @user_id chose. A connection is to be attached right after it: who is
 * not connected is not kept in memory.
 */
gboolean
ghd_presence_load (GhdPresence *self, const char *user_id, GError **error)
{
  Person *person = ensure_person (self, user_id);
  GhdPresenceState state = GHD_PRESENCE_ONLINE;
  g_autofree char *chosen = NULL;

  if (person->known)
    return TRUE;

  person->n_loading++;
  chosen = dex_await_string (ghd_store_accounts_get_presence (self->pool, user_id), error);
  person->n_loading--;
  if (chosen == NULL)
    {
      forget_absent (self, user_id);
      return FALSE;
    }

  /* Whoever chooses while it is being read knows better. */
  if (!person->known && ghd_presence_state_from_string (chosen, &state))
    person->chosen = state;
  person->known = TRUE;

  return TRUE;
}

/* Somebody who is connected has chosen, and it is stored. */
static void
choose (GhdPresence *self, const char *user_id, Person *person, GhdPresenceState state)
{
  GhdPresenceState before = seen (person);
  GhdPresenceState after;
  g_autoptr (GBytes) own = NULL;

  person->known = TRUE;
  person->unsure = FALSE;
  if (person->chosen == state)
    return;

  person->chosen = state;
  after = seen (person);
  if (before != after)
    tell_others (self, user_id, after);

  /* One's own devices are told what was really chosen. */
  own = encode (user_id, state);
  ghd_hub_send_user (self->hub, user_id, own);
  ghd_hub_flush (self->hub);
}

static gboolean
set_in_turn (GhdPresence *self, const char *user_id, GhdPresenceState state, GError **error)
{
  Person *person = g_hash_table_lookup (self->people, user_id);
  gboolean is_stored;

  if (person != NULL && person->known && !person->unsure && person->chosen == state)
    return TRUE;

  is_stored = dex_await (ghd_store_accounts_set_presence (self->pool, user_id, states[state]),
                         error);
  person = g_hash_table_lookup (self->people, user_id);
  if (person == NULL)
    return is_stored;

  if (is_stored)
    choose (self, user_id, person, state);
  else
    person->unsure = TRUE;

  return is_stored;
}

static GhdSerial *
ensure_turn (GhdPresence *self, const char *user_id)
{
  GhdSerial *turn = g_hash_table_lookup (self->turns, user_id);

  if (turn == NULL)
    {
      turn = ghd_serial_new ();
      g_hash_table_insert (self->turns, g_strdup (user_id), turn);
    }

  return turn;
}

static void
forget_turn (GhdPresence *self, const char *user_id)
{
  GhdSerial *turn = g_hash_table_lookup (self->turns, user_id);

  if (turn != NULL && ghd_serial_is_idle (turn))
    g_hash_table_remove (self->turns, user_id);
}

/**
 * ghd_presence_set:
 * @state: anything but offline. It is kept with the account.
 *
 * Waits for its turn: what somebody, on whatever device, asked for last is what they are.
 */
gboolean
ghd_presence_set (GhdPresence *self, const char *user_id, GhdPresenceState state, GError **error)
{
  g_autoptr (GhdSerial) turn = NULL;
  gboolean is_set;

  g_return_val_if_fail (GHD_IS_PRESENCE (self), FALSE);
  g_return_val_if_fail (state != GHD_PRESENCE_OFFLINE, FALSE);

  turn = ghd_serial_ref (ensure_turn (self, user_id));
  if (!ghd_serial_enter (turn, error))
    return FALSE;

  is_set = set_in_turn (self, user_id, state, error);
  ghd_serial_leave (turn);
  g_clear_pointer (&turn, ghd_serial_unref);
  forget_turn (self, user_id);

  return is_set;
}

/**
 * ghd_presence_attached:
 *
 * A connection of @user_id was attached to the hub. Follows ghd_presence_load() without a wait.
 */
void
ghd_presence_attached (GhdPresence *self, const char *user_id)
{
  Person *person = ensure_person (self, user_id);

  if (person->connected)
    return;

  person->connected = TRUE;
  if (seen (person) != GHD_PRESENCE_OFFLINE)
    tell_others (self, user_id, seen (person));
  ghd_hub_flush (self->hub);
}

/**
 * ghd_presence_detached:
 *
 * A connection of @user_id has left the hub; it may have been the last.
 */
void
ghd_presence_detached (GhdPresence *self, const char *user_id)
{
  Person *person = g_hash_table_lookup (self->people, user_id);
  GhdPresenceState before;

  if (person == NULL || !person->connected || ghd_hub_count_user (self->hub, user_id) > 0)
    return;

  before = seen (person);
  person->connected = FALSE;
  if (before != GHD_PRESENCE_OFFLINE)
    tell_others (self, user_id, GHD_PRESENCE_OFFLINE);
  forget_absent (self, user_id);
  ghd_hub_flush (self->hub);
}

/**
 * ghd_presence_announce:
 *
 * Tells people who have just come to share a guild with @user_id.
 */
void
ghd_presence_announce (GhdPresence *self, const char *user_id)
{
  GhdPresenceState state = ghd_presence_get_seen (self, user_id);

  if (state == GHD_PRESENCE_OFFLINE)
    return;

  tell_others (self, user_id, state);
  ghd_hub_flush (self->hub);
}

/**
 * ghd_presence_list_for:
 * @guilds: (element-type GhdGuild): the guilds of @user_id
 *
 * Returns: (transfer full): an object of user id to state: @user_id as chosen, and everybody who
 *   shares a guild and is not offline
 */
GhJson *
ghd_presence_list_for (GhdPresence *self, const char *user_id, GPtrArray *guilds)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  GHashTableIter iter;
  const char *other;
  Person *person = g_hash_table_lookup (self->people, user_id);

  gh_json_builder_add_string (builder, user_id,
                              states[person != NULL ? person->chosen : GHD_PRESENCE_ONLINE]);

  g_hash_table_iter_init (&iter, self->people);
  while (g_hash_table_iter_next (&iter, (gpointer *) &other, (gpointer *) &person))
    {
      gboolean share = FALSE;

      if (g_str_equal (other, user_id) || seen (person) == GHD_PRESENCE_OFFLINE)
        continue;
      for (guint i = 0; i < guilds->len && !share; i++)
        share = ghd_guild_get_member (g_ptr_array_index (guilds, i), other) != NULL;
      if (share)
        gh_json_builder_add_string (builder, other, states[seen (person)]);
    }

  return gh_json_builder_finish (builder);
}

/**
 * ghd_presence_typing:
 *
 * Tells the others in @channel. Whoever receives it forgets it by itself after some seconds.
 */
void
ghd_presence_typing (GhdPresence *self, GhdChannel *channel, const char *user_id, gboolean typing)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GhJson) content = NULL;
  g_autoptr (GBytes) frame = NULL;

  gh_json_builder_add_string (builder, "room_id", channel->channel_id);
  gh_json_builder_add_string (builder, "user_id", user_id);
  gh_json_builder_add_bool (builder, "typing", typing);
  content = gh_json_builder_finish (builder);
  frame = gh_frame_encode_ephemeral (GH_EPHEMERAL_TYPING, content);

  ghd_hub_send_room (self->hub, channel->channel_id, frame, user_id);
  ghd_hub_flush (self->hub);
}

const char *
ghd_presence_state_to_string (GhdPresenceState state)
{
  return states[state];
}

gboolean
ghd_presence_state_from_string (const char *text, GhdPresenceState *state)
{
  for (guint i = 0; states[i] != NULL; i++)
    if (g_strcmp0 (text, states[i]) == 0)
      {
        *state = i;
        return TRUE;
      }

  return FALSE;
}
