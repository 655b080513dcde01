/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-session.h"

#include "gh-limits.h"
#include "ghc-session-internal.h"

#include <glib/gi18n.h>

typedef enum
{
  PROP_ACCOUNT = 1,
  PROP_CONNECTION,
  PROP_STATUS,
  PROP_RETRY_IN_S,
  PROP_READY,
  PROP_SERVER,
  PROP_N_WAITING,
  PROP_SEAT,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

enum
{
  SIGNAL_WARNING,
  SIGNAL_KEYS_LEARNT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (GhcSession, ghc_session, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GHC_TYPE_TIMELINE_LOADER,
                                                      ghc_session_loader_init))

void
ghc_session_clear_timers (GhcSession *self)
{
  g_clear_handle_id (&self->countdown, g_source_remove);
  g_clear_handle_id (&self->network_timer, g_source_remove);
  g_clear_handle_id (&self->batch_timer, g_source_remove);
  g_clear_handle_id (&self->refresh_timer, g_source_remove);
  g_clear_handle_id (&self->profile_timer, g_source_remove);
  g_clear_handle_id (&self->keep_timer, g_source_remove);
  g_hash_table_remove_all (self->typing);
}

static void
ghc_session_dispose (GObject *object)
{
  GhcSession *self = GHC_SESSION (object);

  ghc_session_clear_timers (self);
  if (self->auth != NULL)
    ghc_auth_close (self->auth);
  if (self->outbox != NULL)
    ghc_outbox_close (self->outbox);
  g_clear_object (&self->seat);
  g_queue_clear_full (&self->open_channels, g_object_unref);
  g_queue_clear_full (&self->held, (GDestroyNotify) gh_event_unref);
  g_clear_object (&self->gateway);

  G_OBJECT_CLASS (ghc_session_parent_class)->dispose (object);
}

static void
ghc_session_finalize (GObject *object)
{
  GhcSession *self = GHC_SESSION (object);

  g_clear_object (&self->outbox);
  g_clear_object (&self->media);
  g_clear_object (&self->cache);
  g_clear_object (&self->auth);
  g_clear_object (&self->store);
  g_clear_object (&self->http);
  g_clear_object (&self->server);
  g_clear_object (&self->account);
  g_clear_pointer (&self->call_news, g_ptr_array_unref);
  dex_clear (&self->call_turn);
  dex_clear (&self->presence_turn);
  dex_clear (&self->started);
  dex_clear (&self->wake);
  dex_clear (&self->lost);
  g_clear_pointer (&self->online, g_ptr_array_unref);
  g_clear_pointer (&self->batch, g_ptr_array_unref);
  g_clear_pointer (&self->waiters, g_ptr_array_unref);
  g_clear_pointer (&self->stale_guilds, g_hash_table_unref);
  g_clear_pointer (&self->unknown_users, g_ptr_array_unref);
  g_clear_pointer (&self->dirty_channels, g_hash_table_unref);
  g_clear_pointer (&self->dirty_guilds, g_hash_table_unref);
  g_clear_pointer (&self->typing, g_hash_table_unref);
  g_clear_pointer (&self->keys, gh_json_unref);
  g_clear_pointer (&self->ring, gh_key_ring_unref);
  g_free (self->account_id);
  g_free (self->addresses);
  g_free (self->server_url);
  g_free (self->data_dir);
  g_free (self->status);

  G_OBJECT_CLASS (ghc_session_parent_class)->finalize (object);
}

static void
ghc_session_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcSession *self = GHC_SESSION (object);

  switch ((Property) prop_id)
    {
    case PROP_ACCOUNT:
      g_value_set_object (value, self->account);
      break;
    case PROP_CONNECTION:
      g_value_set_enum (value, self->connection);
      break;
    case PROP_STATUS:
      g_value_set_string (value, self->status);
      break;
    case PROP_RETRY_IN_S:
      g_value_set_uint (value, self->retry_in_s);
      break;
    case PROP_READY:
      g_value_set_boolean (value, self->ready);
      break;
    case PROP_SERVER:
      g_value_set_object (value, self->server);
      break;
    case PROP_N_WAITING:
      g_value_set_uint (value, ghc_session_get_n_waiting (self));
      break;
    case PROP_SEAT:
      g_value_set_object (value, self->seat);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_session_class_init (GhcSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = ghc_session_dispose;
  object_class->finalize = ghc_session_finalize;
  object_class->get_property = ghc_session_get_property;

  properties[PROP_ACCOUNT] = g_param_spec_object ("account", NULL, NULL, GHC_TYPE_ACCOUNT, flags);
  properties[PROP_CONNECTION] = g_param_spec_enum ("connection", NULL, NULL, GHC_TYPE_CONNECTION,
                                                   GHC_CONNECTION_OFFLINE, flags);
  properties[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, flags);
  properties[PROP_RETRY_IN_S] = g_param_spec_uint ("retry-in-s", NULL, NULL, 0, G_MAXUINT, 0,
                                                   flags);
  properties[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, FALSE, flags);
  properties[PROP_SERVER] = g_param_spec_object ("server", NULL, NULL, GHC_TYPE_SERVER_INFO, flags);
  properties[PROP_N_WAITING] = g_param_spec_uint ("n-waiting", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_SEAT] = g_param_spec_object ("seat", NULL, NULL, GHC_TYPE_CALL_SEAT, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_WARNING] = g_signal_new ("warning", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_KEYS_LEARNT] = g_signal_new ("keys-learnt", G_TYPE_FROM_CLASS (klass),
                                              G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                              0);
}

static void
ghc_session_init (GhcSession *self)
{
  self->backoff = (GhBackoff) GH_BACKOFF_INIT (GH_RECONNECT_MIN_MS, GH_RECONNECT_MAX_MS);
  self->presence = GHC_PRESENCE_ONLINE;
  self->active = TRUE;
  g_queue_init (&self->held);
  g_queue_init (&self->open_channels);
  self->online = g_ptr_array_new_with_free_func (dex_unref);
  self->call_news = g_ptr_array_new_with_free_func ((GDestroyNotify) ghc_call_news_free);
  self->batch = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  self->waiters = g_ptr_array_new_with_free_func (ghc_session_waiter_free);
  self->stale_guilds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->unknown_users = g_ptr_array_new_with_free_func (g_object_unref);
  self->dirty_channels = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->dirty_guilds = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  ghc_session_forget_typing (self);
}

static void
on_notice (GhcCache *cache, const char *sentence, GhcSession *self)
{
  ghc_session_warn (self, sentence);
}

static void
on_auth_changed (GhcAuth *auth, GhcSession *self)
{
  /* Signed out: the connection ends by itself when the server says so. Signed in: it may begin. */
  if (ghc_auth_get_signed_in (auth))
    ghc_session_wake (self);
  else if (self->gateway != NULL)
    ghc_gateway_close (self->gateway);
}

static void
on_waiting_changed (GhcSession *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_WAITING]);
}

GhcSession *
ghc_session_new (const char *account_id, const char *server_url, const char *user_id,
                 const char *data_dir, GhcTokenStore *tokens)
{
  GhcSession *self;
  g_autofree char *cache_name = NULL;
  g_autofree char *cache_path = NULL;
  g_autofree char *media_name = NULL;
  g_autofree char *media_path = NULL;
  g_autofree char *label = NULL;

  g_return_val_if_fail (account_id != NULL, NULL);
  g_return_val_if_fail (server_url != NULL, NULL);
  g_return_val_if_fail (user_id != NULL, NULL);
  g_return_val_if_fail (data_dir != NULL, NULL);
  g_return_val_if_fail (GHC_IS_TOKEN_STORE (tokens), NULL);

  cache_name = g_strconcat (account_id, ".sqlite", NULL);
  cache_path = g_build_filename (data_dir, cache_name, NULL);
  media_name = g_strconcat (account_id, ".media", NULL);
  media_path = g_build_filename (data_dir, media_name, NULL);
  label = g_strdup_printf ("Guildhall: %s", user_id);

  self = g_object_new (GHC_TYPE_SESSION, NULL);
  self->account_id = g_strdup (account_id);
  self->server_url = g_strdup (server_url);
  self->data_dir = g_strdup (data_dir);
  self->store = g_object_ref (tokens);
  self->account = ghc_account_new (account_id, server_url, user_id);
  self->http = ghc_http_new (server_url);
  self->auth = ghc_auth_new (self->http, tokens, account_id, label);
  self->cache = ghc_cache_new (cache_path);
  self->outbox = ghc_outbox_new (self);
  self->media = ghc_media_new (self, media_path);

  ghc_account_set_loader (self->account, GHC_TIMELINE_LOADER (self));
  ghc_session_watch_needs (self);
  g_signal_connect_object (self->cache, "notice", G_CALLBACK (on_notice), self, 0);
  g_signal_connect_object (self->auth, "changed", G_CALLBACK (on_auth_changed), self, 0);
  g_signal_connect_object (self->outbox, "notify::n-waiting", G_CALLBACK (on_waiting_changed), self,
                           G_CONNECT_SWAPPED);

  return self;
}

DexFuture *
ghc_session_spawn (GhcSession *self, DexFiberFunc fiber, gpointer data, GDestroyNotify destroy)
{
  DexFuture *future = dex_scheduler_spawn (NULL, 0, fiber, data, destroy);

  dex_future_disown (dex_ref (future));

  return future;
}

void
ghc_session_warn (GhcSession *self, const char *sentence)
{
  g_signal_emit (self, signals[SIGNAL_WARNING], 0, sentence);
}

void
ghc_session_notify_seat (GhcSession *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEAT]);
}

void
ghc_session_emit_keys_learnt (GhcSession *self)
{
  g_signal_emit (self, signals[SIGNAL_KEYS_LEARNT], 0);
}

void
ghc_session_set_connection (GhcSession *self, GhcConnection connection, const char *status)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (g_set_str (&self->status, status))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
  if (self->connection != connection)
    {
      self->connection = connection;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTION]);
    }
  ghc_account_set_connection (self->account, connection, status);
  g_object_thaw_notify (G_OBJECT (self));
}

void
ghc_session_set_ready (GhcSession *self)
{
  self->ready = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_READY]);
}

void
ghc_session_set_retry_in_s (GhcSession *self, guint retry_in_s)
{
  if (self->retry_in_s == retry_in_s)
    return;

  self->retry_in_s = retry_in_s;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RETRY_IN_S]);
}

void
ghc_session_set_server (GhcSession *self, GhcServerInfo *server)
{
  if (!g_set_object (&self->server, server))
    return;

  ghc_account_set_server_name (self->account, ghc_server_info_get_title (server));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SERVER]);
}

GhcAccount *
ghc_session_get_account (GhcSession *self)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);

  return self->account;
}

GhcConnection
ghc_session_get_connection (GhcSession *self)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), GHC_CONNECTION_OFFLINE);

  return self->connection;
}

const char *
ghc_session_get_status (GhcSession *self)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);

  return self->status;
}

gboolean
ghc_session_get_ready (GhcSession *self)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), FALSE);

  return self->ready;
}

GhcServerInfo *
ghc_session_get_server (GhcSession *self)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);

  return self->server;
}

guint
ghc_session_get_n_waiting (GhcSession *self)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), 0);

  return ghc_outbox_get_n_waiting (self->outbox);
}
