/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-sessions.h"

#include "gh-error.h"
#include "gh-id.h"
#include "gh-frame.h"
#include "gh-random.h"
#include "gh-secret.h"
#include "gh-time.h"
#include "ghd-log.h"
#include "ghd-watch.h"

#include <string.h>

#define TOKEN_BYTES 32
/* How long a token that was found in the database is believed without asking again. The database
 * tells every daemon at once of each device that is revoked, whoever did it; should that not arrive
 * (a pooler in between does not pass it on), it is noticed after these times. */
#define CACHE_MS (5 * GH_MS_PER_SECOND)
#define CACHE_MAX 100000
#define SWEEP_SECONDS 60
#define CHANNEL "guildhall_device_gone"
#define PURGE_SECONDS 3600

#define REVOKED "This device was signed out."

typedef struct
{
  GhdTokenRow *row;
  gint64 checked_ts;
} Cached;

struct _GhdSessions
{
  GObject parent_instance;
  GhdPool *pool;
  GhdHub *hub;
  gint64 access_ms;
  gint64 refresh_ms;
  GHashTable *cache;   /* GhHash -> Cached */
  guint64 n_forgotten; /* how often something was taken out of it, or would have been */
  GhdWatch *watch;
  guint sweep_source;
  guint purge_source;
};

static guint revoked_signal;

G_DEFINE_FINAL_TYPE (GhdSessions, ghd_sessions, G_TYPE_OBJECT)

static guint
hash_hash (gconstpointer key)
{
  guint value;

  memcpy (&value, key, sizeof value);
  return value;
}

static gboolean
hash_equal (gconstpointer a, gconstpointer b)
{
  return gh_hash_equal (a, b);
}

static void
cached_free (gpointer data)
{
  Cached *cached = data;

  ghd_token_row_unref (cached->row);
  g_free (cached);
}

void
ghd_tokens_free (GhdTokens *self)
{
  g_free (self->user_id);
  g_free (self->device_id);
  gh_secret_wipe (self->access_token, strlen (self->access_token));
  g_free (self->access_token);
  gh_secret_wipe (self->refresh_token, strlen (self->refresh_token));
  g_free (self->refresh_token);
  g_free (self);
}

static GhdTokens *
make_tokens (GhdSessions *self, GhdTokenPair *pair, gint64 now_ts)
{
  GhdTokens *tokens = g_new0 (GhdTokens, 1);

  tokens->access_token = gh_random_token (TOKEN_BYTES);
  tokens->access_expires_ts = now_ts + self->access_ms;
  tokens->refresh_token = gh_random_token (TOKEN_BYTES);

  pair->access = gh_hash_data (tokens->access_token, strlen (tokens->access_token));
  pair->access_expires_ts = tokens->access_expires_ts;
  pair->refresh = gh_hash_data (tokens->refresh_token, strlen (tokens->refresh_token));
  pair->refresh_expires_ts = now_ts + self->refresh_ms;

  return tokens;
}

static void
forget_device (GhdSessions *self, const char *user_id, const char *device_id,
               const char *keep_device_id)
{
  GHashTableIter iter;
  Cached *cached;

  self->n_forgotten++;
  g_hash_table_iter_init (&iter, self->cache);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &cached))
    if (g_strcmp0 (cached->row->user_id, user_id) == 0
        && (device_id == NULL || g_strcmp0 (cached->row->device_id, device_id) == 0)
        && g_strcmp0 (cached->row->device_id, keep_device_id) != 0)
      g_hash_table_iter_remove (&iter);
}

static void
end_device (GhdSessions *self, const char *user_id, const char *device_id)
{
  forget_device (self, user_id, device_id, NULL);
  ghd_hub_close_device (self->hub, user_id, device_id, GH_CLOSE_TOKEN, REVOKED);
  g_signal_emit (self, revoked_signal, 0, user_id, device_id, NULL);
}

static DexFuture *
on_background_failed (DexFuture *future, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!dex_future_get_value (future, &error) && ghd_log_is_enabled (G_LOG_LEVEL_DEBUG))
    ghd_log_debug ("A housekeeping query failed", GHD_LOG_STRING ("error", error->message));

  return NULL;
}

/* For what nobody waits for: a failure is worth a line at most. */
static void
in_background (DexFuture *future)
{
  dex_future_disown (dex_future_catch (future, on_background_failed, NULL, NULL));
}

static DexFuture *
sweep_fiber (gpointer data)
{
  GhdSessions *self = data;
  g_autoptr (GPtrArray) devices = ghd_hub_list_devices (self->hub);
  g_auto (GStrv) gone = NULL;
  g_autoptr (GError) error = NULL;

  if (devices->len == 0)
    return dex_future_new_true ();

  g_ptr_array_add (devices, NULL);
  gone = dex_await_boxed (ghd_store_devices_list_gone (self->pool,
                                                       (const char *const *) devices->pdata),
                          &error);
  if (gone == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  for (guint i = 0; gone[i] != NULL; i++)
    ghd_hub_close_device (self->hub, NULL, gone[i], GH_CLOSE_TOKEN, REVOKED);

  return dex_future_new_true ();
}

/* The database says that a device is gone; after a pause nobody knows which, and all are looked at. */
static void
on_device_gone (const char *payload, gpointer user_data)
{
  GhdSessions *self = user_data;
  g_auto (GStrv) words = NULL;

  if (payload == NULL)
    {
      self->n_forgotten++;
      g_hash_table_remove_all (self->cache);
      in_background (ghd_sessions_sweep (self));
      return;
    }

  words = g_strsplit (payload, " ", 2);
  if (words[0] != NULL && words[1] != NULL)
    end_device (self, words[0], words[1]);
}

static gboolean
on_sweep (gpointer data)
{
  GhdSessions *self = data;

  if (ghd_hub_count (self->hub) > 0)
    in_background (ghd_sessions_sweep (self));

  return G_SOURCE_CONTINUE;
}

static gboolean
on_purge (gpointer data)
{
  GhdSessions *self = data;

  in_background (ghd_store_tokens_purge (self->pool, gh_time_wall_ms ()));

  return G_SOURCE_CONTINUE;
}

static void
ghd_sessions_dispose (GObject *object)
{
  GhdSessions *self = GHD_SESSIONS (object);

  g_clear_handle_id (&self->sweep_source, g_source_remove);
  g_clear_handle_id (&self->purge_source, g_source_remove);

  G_OBJECT_CLASS (ghd_sessions_parent_class)->dispose (object);
}

static void
ghd_sessions_finalize (GObject *object)
{
  GhdSessions *self = GHD_SESSIONS (object);

  g_hash_table_unref (self->cache);
  g_object_unref (self->watch);
  g_object_unref (self->pool);
  g_object_unref (self->hub);

  G_OBJECT_CLASS (ghd_sessions_parent_class)->finalize (object);
}

static void
ghd_sessions_class_init (GhdSessionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ghd_sessions_dispose;
  object_class->finalize = ghd_sessions_finalize;

  /**
   * GhdSessions::revoked:
   * @user_id: whose
   * @device_id: (nullable): a device that may do nothing any more; its connections are closed, if it had any
   * @keep_device_id: (nullable): where @device_id is %NULL, all devices are meant but this one
   */
  revoked_signal = g_signal_new ("revoked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING,
                                 G_TYPE_STRING);
}

static void
ghd_sessions_init (GhdSessions *self)
{
  self->cache = g_hash_table_new_full (hash_hash, hash_equal, g_free, cached_free);
}

GhdSessions *
ghd_sessions_new (GhdSettings *settings, GhdPool *pool, GhdHub *hub)
{
  GhdSessions *self = g_object_new (GHD_TYPE_SESSIONS, NULL);

  self->pool = g_object_ref (pool);
  self->hub = g_object_ref (hub);
  self->access_ms = ghd_settings_get_int (settings, GHD_SETTING_ACCOUNTS_ACCESS_TOKEN_MINUTES)
                    * GH_MS_PER_MINUTE;
  self->refresh_ms = ghd_settings_get_int (settings, GHD_SETTING_ACCOUNTS_REFRESH_TOKEN_DAYS)
                     * GH_MS_PER_DAY;
  self->watch = ghd_watch_new (ghd_pool_get_conninfo (pool), CHANNEL, on_device_gone, self);
  self->sweep_source = g_timeout_add_seconds (SWEEP_SECONDS, on_sweep, self);
  self->purge_source = g_timeout_add_seconds (PURGE_SECONDS, on_purge, self);

  return self;
}

/**
 * ghd_sessions_start:
 *
 * From now on what is revoked elsewhere ends here at once.
 */
void
ghd_sessions_start (GhdSessions *self)
{
  g_return_if_fail (GHD_IS_SESSIONS (self));

  ghd_watch_start (self->watch);
}

/**
 * ghd_sessions_stop:
 *
 * Returns: (transfer full): resolves to %TRUE when nothing more will be heard
 */
DexFuture *
ghd_sessions_stop (GhdSessions *self)
{
  g_return_val_if_fail (GHD_IS_SESSIONS (self), NULL);

  return ghd_watch_stop (self->watch);
}

/**
 * ghd_sessions_open:
 * @password_hash: that of the password that proved who it is
 *
 * Makes a device for a person whose identity was proven.
 *
 * Returns: (transfer full): its first tokens; or NULL with %GH_ERROR_CONFLICT
 *   %GHD_STORE_ACCOUNT_CHANGED when the proof is none any more
 */
GhdTokens *
ghd_sessions_open (GhdSessions *self, const char *user_id, const char *password_hash,
                   const char *device_name, GError **error)
{
  g_autoptr (GhdTokens) tokens = NULL;
  GhdTokenPair pair;
  gint64 now_ts = gh_time_wall_ms ();

  tokens = make_tokens (self, &pair, now_ts);
  tokens->user_id = g_strdup (user_id);
  tokens->device_id = gh_id_new (GH_ID_DEVICE, NULL);

  if (!dex_await (ghd_store_devices_create (self->pool, tokens->device_id, user_id, device_name,
                                            password_hash, &pair, now_ts),
                  error))
    return NULL;

  return g_steal_pointer (&tokens);
}

static gboolean
refuse_token (GhdTokenState state, gboolean is_refresh, GError **error)
{
  switch (state)
    {
    case GHD_TOKEN_VALID:
      return TRUE;

    case GHD_TOKEN_EXPIRED:
      return gh_set_error (error, GH_ERROR_UNAUTHENTICATED, "session.expired", NULL,
                           is_refresh ? "You have been away for too long. Sign in again."
                                      : "The access token has expired. Refresh it.");

    case GHD_TOKEN_REUSED:
      return gh_set_error (error, GH_ERROR_UNAUTHENTICATED, "session.reused", NULL,
                           "This sign-in was used from two places, so it was ended. "
                           "Sign in again.");

    case GHD_TOKEN_DISABLED:
      return gh_set_error (error, GH_ERROR_UNAUTHENTICATED, "account.disabled", NULL,
                           "This account is disabled. Ask whoever runs the server.");

    case GHD_TOKEN_UNKNOWN:
    default:
      return gh_set_error (error, GH_ERROR_UNAUTHENTICATED, "session.unknown", NULL,
                           "You are no longer signed in. Sign in again.");
    }
}

/**
 * ghd_sessions_refresh:
 *
 * The answer may be lost on its way: the same token is accepted again until somebody has used the pair
 * that was given for it.
 *
 * Returns: (transfer full): new tokens; or NULL with %GH_ERROR_UNAUTHENTICATED: "session.unknown",
 *   "session.expired", "session.reused" (the device is revoked and its connections are closed)
 */
GhdTokens *
ghd_sessions_refresh (GhdSessions *self, const char *refresh_token, GError **error)
{
  GhHash refresh = gh_hash_data (refresh_token, strlen (refresh_token));
  g_autoptr (GhdTokenRow) row = NULL;
  g_autoptr (GhdTokens) tokens = NULL;
  GhdTokenPair pair;
  gint64 now_ts = gh_time_wall_ms ();

  tokens = make_tokens (self, &pair, now_ts);
  row = dex_await_boxed (ghd_store_tokens_rotate (self->pool, &refresh, &pair, now_ts), error);
  if (row == NULL)
    return NULL;

  if (row->state == GHD_TOKEN_REUSED)
    {
      ghd_log_warning ("A refresh token was used twice; its device is revoked",
                       GHD_LOG_STRING ("user_id", row->user_id),
                       GHD_LOG_STRING ("device_id", row->device_id));
      end_device (self, row->user_id, row->device_id);
    }
  if (!refuse_token (row->state, TRUE, error))
    return NULL;
  if (row->is_again)
    forget_device (self, row->user_id, row->device_id, NULL);

  tokens->user_id = g_strdup (row->user_id);
  tokens->device_id = g_strdup (row->device_id);
  ghd_sessions_touch (self, row->device_id);

  return g_steal_pointer (&tokens);
}

/**
 * ghd_sessions_peek:
 *
 * Returns: (transfer full) (nullable): whose @access_token is, when that was found out just now; to be
 *   had without waiting
 */
GhdTokenRow *
ghd_sessions_peek (GhdSessions *self, const char *access_token)
{
  GhHash access = gh_hash_data (access_token, strlen (access_token));
  Cached *cached = g_hash_table_lookup (self->cache, &access);
  gint64 now_ts = gh_time_wall_ms ();

  if (cached != NULL && now_ts - cached->checked_ts < CACHE_MS && now_ts >= cached->checked_ts
      && now_ts < cached->row->expires_ts)
    return ghd_token_row_ref (cached->row);

  return NULL;
}

/**
 * ghd_sessions_authenticate:
 *
 * Returns: (transfer full): whose @access_token is; or NULL with %GH_ERROR_UNAUTHENTICATED
 */
GhdTokenRow *
ghd_sessions_authenticate (GhdSessions *self, const char *access_token, GError **error)
{
  GhHash access = gh_hash_data (access_token, strlen (access_token));
  g_autoptr (GhdTokenRow) row = ghd_sessions_peek (self, access_token);
  gint64 now_ts = gh_time_wall_ms ();
  guint64 n_forgotten = self->n_forgotten;
  Cached *cached;

  if (row != NULL)
    return g_steal_pointer (&row);

  row = dex_await_boxed (ghd_store_tokens_find_access (self->pool, &access, now_ts), error);
  if (row == NULL)
    return NULL;
  if (!refuse_token (row->state, FALSE, error))
    {
      g_hash_table_remove (self->cache, &access);
      return NULL;
    }

  /* The answer may be older than what ended meanwhile: good for what was asked before that, and no more. */
  if (n_forgotten != self->n_forgotten)
    return g_steal_pointer (&row);

  if (g_hash_table_size (self->cache) >= CACHE_MAX)
    g_hash_table_remove_all (self->cache);
  cached = g_new0 (Cached, 1);
  cached->row = ghd_token_row_ref (row);
  cached->checked_ts = now_ts;
  g_hash_table_replace (self->cache, g_memdup2 (&access, sizeof access), cached);

  return g_steal_pointer (&row);
}

/**
 * ghd_sessions_list:
 *
 * Returns: (transfer full) (element-type GhdDeviceRow):
 */
GPtrArray *
ghd_sessions_list (GhdSessions *self, const char *user_id, GError **error)
{
  return dex_await_boxed (ghd_store_devices_list (self->pool, user_id), error);
}

/**
 * ghd_sessions_revoke:
 *
 * Ends a device of @user_id: its tokens are void and its connections closed.
 */
gboolean
ghd_sessions_revoke (GhdSessions *self, const char *user_id, const char *device_id, GError **error)
{
  if (!dex_await (ghd_store_devices_revoke (self->pool, user_id, device_id), error))
    return FALSE;

  end_device (self, user_id, device_id);
  return TRUE;
}

/**
 * ghd_sessions_forget_others:
 *
 * The store has revoked all devices of @user_id but one: closes their connections.
 */
void
ghd_sessions_forget_others (GhdSessions *self, const char *user_id, const char *keep_device_id)
{
  forget_device (self, user_id, NULL, keep_device_id);
  ghd_hub_close_others (self->hub, user_id, keep_device_id, GH_CLOSE_TOKEN, REVOKED);
  g_signal_emit (self, revoked_signal, 0, user_id, NULL, keep_device_id);
}

/**
 * ghd_sessions_touch:
 *
 * Notes that the device was here. Nobody waits for it.
 */
void
ghd_sessions_touch (GhdSessions *self, const char *device_id)
{
  in_background (ghd_store_devices_touch (self->pool, device_id, gh_time_wall_ms ()));
}

/**
 * ghd_sessions_sweep:
 *
 * Closes the connections of devices that are gone without our having heard of it. Runs by itself now and
 * then.
 *
 * Returns: (transfer full): resolves to %TRUE when it is done
 */
DexFuture *
ghd_sessions_sweep (GhdSessions *self)
{
  return dex_scheduler_spawn (NULL, 0, sweep_fiber, g_object_ref (self), g_object_unref);
}
