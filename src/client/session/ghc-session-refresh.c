/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-session-internal.h"

#include "gh-error.h"
#include "ghc-operation.h"

/* Several reasons to ask for the same come together. */
#define DELAY_MS 150

/* A guild larger than a snapshot's list of members: further pages are fetched one after the
   other. */
#define MAX_MEMBER_PAGES 1000

/* A page that is too old is asked for again; after so many in a row not before the next snapshot. */
#define MAX_OLD_PAGES 3

/* A server that is asked too much says when to ask again; so late is believed, and so soon, which leaves something
 * for what somebody waits for. */
#define RETRY_MIN_MS 2000
#define RETRY_MAX_MS (60 * 1000)

typedef struct
{
  GhcSession *self;
  GhcGuild *guild;
} Members;

static void
members_free (Members *members)
{
  g_object_unref (members->self);
  g_object_unref (members->guild);
  g_free (members);
}

static void
note_members (GhJson *reply, GHashTable *user_ids)
{
  g_autoptr (GhJson) array = gh_json_peek_array (reply, "members");
  GhJsonIter iter;
  const char *name;
  GhJson *element;

  if (array == NULL)
    return;

  gh_json_iter_init (&iter, array);
  while (gh_json_iter_next (&iter, &name, &element))
    {
      g_autoptr (GhJson) member = element;
      const char *user_id = gh_json_is_object (member) ? gh_json_peek_string (member, "user_id")
                                                       : NULL;

      if (user_id != NULL)
        g_hash_table_add (user_ids, g_strdup (user_id));
    }
}

static guint
retry_ms (const GError *error)
{
  return (guint) CLAMP (gh_error_get_retry_after_ms (error), RETRY_MIN_MS, RETRY_MAX_MS);
}

/* Waits as long as a busy server wants. Returns FALSE when @error is another one, or when the connection is
 * lost before. */
static gboolean
wait_to_retry (GhcSession *self, const GError *error)
{
  g_autoptr (DexFuture) lost = NULL;

  if (gh_error_get_code (error) != GH_ERROR_LIMITED || self->lost == NULL)
    return FALSE;

  lost = dex_ref (DEX_FUTURE (self->lost));
  dex_await (dex_future_first (dex_ref (lost), dex_timeout_new_msec ((int) retry_ms (error)), NULL),
             NULL);

  return dex_future_is_pending (lost) && !self->closing;
}

static DexFuture *
members_fiber (gpointer data)
{
  Members *members = data;
  GhcSession *self = members->self;
  g_autoptr (GHashTable) user_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *after = NULL;
  gint64 position = -1;
  guint n_old = 0;

  for (guint i = 0; i < MAX_MEMBER_PAGES && n_old < MAX_OLD_PAGES; i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 asked = ghc_account_get_n_heard (self->account);
      g_autoptr (GhJson)
        request = ghc_data_new ("s", "guild_id", ghc_guild_get_guild_id (members->guild), "o",
                                "after", after, "i", "limit", (gint64) GH_LIMIT_MEMBERS_PAGE, NULL);
      g_autoptr (GhJson)
        reply = dex_await_boxed (ghc_session_request (self, "member.list", request), &error);
      const char *next;

      if (ghc_guild_get_account (members->guild) == NULL)
        return dex_future_new_false ();
      if (reply == NULL && wait_to_retry (self, error))
        continue;
      if (reply == NULL)
        break;

      /* A newer snapshot came before it. */
      if (!ghc_account_fold_members (self->account, members->guild, reply, asked))
        {
          n_old++;
          continue;
        }
      n_old = 0;
      if (position < 0)
        position = gh_json_peek_int (reply, "position", G_MAXINT64);
      note_members (reply, user_ids);
      next = gh_json_peek_string (reply, "next");
      if (next == NULL || g_strcmp0 (next, after) == 0)
        {
          ghc_account_retain_members (self->account, members->guild, user_ids, position);
          ghc_session_keep_guild (self, members->guild);
          return dex_future_new_true ();
        }
      g_set_str (&after, next);
    }

  /* Made good by the snapshot of the next connection. */
  self->has_snapshot = FALSE;

  return dex_future_new_false ();
}

static void
complete_members (GhcSession *self, GhcGuild *guild, GhJson *snapshot)
{
  g_autoptr (GhJson) listed = gh_json_peek_array (snapshot, "members");
  Members *members;

  if (listed == NULL
      || (gint64) gh_json_get_length (listed) >= gh_json_peek_int (snapshot, "members_count", 0))
    return;

  members = g_new0 (Members, 1);
  members->self = g_object_ref (self);
  members->guild = g_object_ref (guild);
  dex_future_disown (
    ghc_session_spawn (self, members_fiber, members, (GDestroyNotify) members_free));
}

/**
 * ghc_session_take_snapshot:
 * @asked: ghc_account_get_n_heard() when it was asked for
 *
 * Folds a guild's snapshot, keeps it, and fetches what it leaves out.
 *
 * Returns: (transfer none) (nullable): the guild
 */
GhcGuild *
ghc_session_take_snapshot (GhcSession *self, GhJson *snapshot, guint64 asked, GError **error)
{
  GhcGuild *guild = ghc_account_fold_snapshot (self->account, snapshot, asked, error);

  if (guild != NULL)
    {
      ghc_session_keep_guild (self, guild);
      complete_members (self, guild, snapshot);
    }

  return guild;
}

/**
 * ghc_session_refresh_guilds:
 * @position: (out): the state is that at this position
 *
 * Brings all guilds to the server's state, in a fiber.
 */
gboolean
ghc_session_refresh_guilds (GhcSession *self, gint64 *position, GError **error)
{
  guint64 asked = ghc_account_get_n_heard (self->account);
  g_autoptr (GhJson) nothing = gh_json_new_empty_object ();
  g_autoptr (GhJson)
    reply = dex_await_boxed (ghc_session_request (self, "guild.list", nothing), error);
  g_autoptr (GhJson) guilds = NULL;
  GhJsonIter iter;
  const char *name;
  GhJson *element;

  if (reply == NULL || !gh_json_get_int (reply, "position", 0, GH_LIMIT_JSON_INT, position, error)
      || !gh_json_get_array (reply, "guilds", GH_LIMIT_GUILDS_PER_USER, &guilds, error)
      || !ghc_account_fold_guild_list (self->account, reply, asked, error))
    return FALSE;

  gh_json_iter_init (&iter, guilds);
  while (gh_json_iter_next (&iter, &name, &element))
    {
      g_autoptr (GhJson) snapshot = element;
      GhcGuild *guild = ghc_account_lookup_guild (self->account,
                                                  gh_json_peek_string (snapshot, "guild_id"));

      if (guild != NULL)
        {
          ghc_session_keep_guild (self, guild);
          complete_members (self, guild, snapshot);
        }
    }

  return TRUE;
}

/**
 * ghc_session_refresh_guild:
 *
 * Brings one guild to the server's state, in a fiber.
 */
gboolean
ghc_session_refresh_guild (GhcSession *self, const char *guild_id, GError **error)
{
  guint64 asked = ghc_account_get_n_heard (self->account);
  g_autoptr (GhJson) data = ghc_data_new ("s", "guild_id", guild_id, NULL);
  g_autoptr (GhJson) reply = dex_await_boxed (ghc_session_request (self, "guild.get", data), error);

  return reply != NULL && ghc_session_take_snapshot (self, reply, asked, error) != NULL;
}

static DexFuture *
refresh_fiber (gpointer data)
{
  GhcSession *self = data;
  g_autoptr (GHashTable) guilds = g_steal_pointer (&self->stale_guilds);
  gboolean all = self->all_stale;
  GHashTableIter iter;
  gpointer guild_id;
  gint64 position;

  self->stale_guilds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->all_stale = FALSE;

  /* What fails here is made good by the snapshot of the next connection. */
  if (all)
    {
      if (!ghc_session_refresh_guilds (self, &position, NULL))
        self->has_snapshot = FALSE;
      return dex_future_new_true ();
    }

  g_hash_table_iter_init (&iter, guilds);
  while (g_hash_table_iter_next (&iter, &guild_id, NULL))
    {
      if (!ghc_session_refresh_guild (self, guild_id, NULL))
        self->has_snapshot = FALSE;
    }

  return dex_future_new_true ();
}

static gboolean
on_refresh_timer (gpointer data)
{
  GhcSession *self = data;

  self->refresh_timer = 0;
  if (!self->closing)
    dex_future_disown (
      ghc_session_spawn (self, refresh_fiber, g_object_ref (self), g_object_unref));

  return G_SOURCE_REMOVE;
}

static void
on_refresh_needed (GhcAccount *account, const char *guild_id, GhcSession *self)
{
  if (guild_id != NULL)
    g_hash_table_add (self->stale_guilds, g_strdup (guild_id));
  else
    self->all_stale = TRUE;

  if (self->refresh_timer == 0)
    self->refresh_timer = g_timeout_add (DELAY_MS, on_refresh_timer, self);
}

static void schedule_profiles (GhcSession *self, guint delay_ms);

static DexFuture *
profiles_fiber (gpointer data)
{
  GhcSession *self = data;

  while (self->unknown_users->len > 0 && self->connection == GHC_CONNECTION_ONLINE)
    {
      g_autoptr (GhcUser) user = g_ptr_array_steal_index (self->unknown_users, 0);
      g_autoptr (GError) error = NULL;

      if (ghc_user_get_known (user) || dex_await (ghc_session_load_profile (self, user), &error)
          || (gh_error_get_code (error) != GH_ERROR_UNAVAILABLE
              && gh_error_get_code (error) != GH_ERROR_LIMITED))
        continue;

      /* Asked for again by the next connection, or when the server says. */
      g_ptr_array_add (self->unknown_users, g_object_ref (user));
      if (gh_error_get_code (error) == GH_ERROR_LIMITED)
        schedule_profiles (self, retry_ms (error));
      break;
    }

  return dex_future_new_true ();
}

static gboolean
on_profile_timer (gpointer data)
{
  GhcSession *self = data;

  self->profile_timer = 0;
  if (!self->closing)
    dex_future_disown (
      ghc_session_spawn (self, profiles_fiber, g_object_ref (self), g_object_unref));

  return G_SOURCE_REMOVE;
}

static void
schedule_profiles (GhcSession *self, guint delay_ms)
{
  if (self->profile_timer == 0 && !self->closing)
    self->profile_timer = g_timeout_add (delay_ms, on_profile_timer, self);
}

/**
 * ghc_session_load_unknown:
 *
 * Those of whom only the id is known: their profiles are fetched a moment later, or once there is a
 * connection.
 */
void
ghc_session_load_unknown (GhcSession *self)
{
  if (self->unknown_users->len > 0)
    schedule_profiles (self, DELAY_MS);
}

static void
on_profile_needed (GhcAccount *account, GhcUser *user, GhcSession *self)
{
  g_ptr_array_add (self->unknown_users, g_object_ref (user));
  ghc_session_load_unknown (self);
}

/* Whatever the model finds missing is fetched. */
void
ghc_session_watch_needs (GhcSession *self)
{
  g_signal_connect_object (self->account, "refresh-needed", G_CALLBACK (on_refresh_needed), self,
                           0);
  g_signal_connect_object (self->account, "profile-needed", G_CALLBACK (on_profile_needed), self,
                           0);
}
