/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-domain.h"

#include "gh-error.h"
#include "gh-frame.h"
#include "gh-random.h"

#define SESSION_BYTES 12

struct _GhdDomain
{
  GObject parent_instance;
  GhdSettings *settings;
  GhdMetrics *metrics;
  GhdWriter *writer;
  GhdPool *pool;
  GhdHub *hub;
  GhdSessions *sessions;
  GhdIdentity *identity;
  GhdGuilds *guilds;
  GhdProfiles *profiles;
  GhdInvites *invites;
  GhdMessages *messages;
  GhdPresence *presence;
  GhdImages *images;
  GhdImageSweep *image_sweep;
  GhdKeys *keys;
  GhdCalls *calls;
};

G_DEFINE_FINAL_TYPE (GhdDomain, ghd_domain, G_TYPE_OBJECT)

typedef struct
{
  GhdDomain *self;
  GhdSubscriber *subscriber;
  char *user_id;
  char *device_id;
} Attach;

static void
attach_free (gpointer data)
{
  Attach *attach = data;

  g_object_unref (attach->self);
  g_object_unref (attach->subscriber);
  g_free (attach->user_id);
  g_free (attach->device_id);
  g_free (attach);
}

static void
on_committed (GPtrArray *events, gpointer user_data)
{
  GhdDomain *self = user_data;

  ghd_guilds_commit (self->guilds, events);
  ghd_calls_committed (self->calls, events);
}

static void
on_hub_left (GhdHub *hub, const char *user_id, GhdDomain *self)
{
  ghd_presence_detached (self->presence, user_id);
}

/* A device that may do nothing any more takes part in no call. One that only lost its connection may
 * come back. */
static void
on_hub_ended (GhdHub *hub, const char *user_id, const char *device_id, guint code, GhdDomain *self)
{
  if (code == GH_CLOSE_TOKEN)
    ghd_calls_leave (self->calls, user_id, device_id);
}

/* The same, whether or not it has a connection just now. */
static void
on_revoked (GhdSessions *sessions, const char *user_id, const char *device_id,
            const char *keep_device_id, GhdDomain *self)
{
  if (device_id != NULL)
    ghd_calls_leave (self->calls, user_id, device_id);
  else
    ghd_calls_leave_others (self->calls, user_id, keep_device_id);
}

static void
ghd_domain_dispose (GObject *object)
{
  GhdDomain *self = GHD_DOMAIN (object);

  if (self->writer != NULL)
    ghd_writer_set_committed (self->writer, NULL, NULL);
  if (self->hub != NULL)
    g_signal_handlers_disconnect_by_data (self->hub, self);
  if (self->sessions != NULL)
    g_signal_handlers_disconnect_by_data (self->sessions, self);

  g_clear_object (&self->calls);
  g_clear_object (&self->messages);
  g_clear_object (&self->invites);
  g_clear_object (&self->profiles);
  g_clear_object (&self->presence);
  g_clear_object (&self->guilds);
  g_clear_object (&self->identity);
  g_clear_object (&self->sessions);
  g_clear_object (&self->image_sweep);
  g_clear_object (&self->images);
  g_clear_object (&self->keys);
  g_clear_object (&self->hub);
  g_clear_object (&self->writer);
  g_clear_object (&self->pool);
  g_clear_object (&self->metrics);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (ghd_domain_parent_class)->dispose (object);
}

static void
ghd_domain_class_init (GhdDomainClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghd_domain_dispose;
}

static void
ghd_domain_init (GhdDomain *self)
{
}

/**
 * ghd_domain_new:
 * @writer: its hook is taken by the domain, so it must not have been started yet
 */
GhdDomain *
ghd_domain_new (GhdSettings *settings, GhdMetrics *metrics, GhdWorker *worker, GhdPool *pool,
                GhdWriter *writer)
{
  GhdDomain *self = g_object_new (GHD_TYPE_DOMAIN, NULL);

  self->settings = g_object_ref (settings);
  self->metrics = g_object_ref (metrics);
  self->pool = g_object_ref (pool);
  self->writer = g_object_ref (writer);
  self->hub = ghd_hub_new ();
  self->keys = ghd_keys_new (pool, ghd_settings_get_string (settings, GHD_SETTING_SERVER_NAME));
  self->images = ghd_images_new (settings, pool, worker);
  self->image_sweep = ghd_image_sweep_new (pool, self->images);
  self->sessions = ghd_sessions_new (settings, pool, self->hub);
  self->identity = ghd_identity_new (settings, pool, worker, self->sessions);
  self->guilds = ghd_guilds_new (settings, pool, writer, self->hub);
  self->profiles = ghd_profiles_new (pool, self->guilds, self->images, self->hub);
  self->invites = ghd_invites_new (settings, self->guilds);
  self->messages = ghd_messages_new (settings, self->guilds);
  self->presence = ghd_presence_new (pool, self->guilds, self->hub);
  self->calls = ghd_calls_new (settings, metrics, self->guilds, self->hub);

  ghd_writer_set_committed (writer, on_committed, self);
  g_signal_connect (self->hub, "left", G_CALLBACK (on_hub_left), self);
  g_signal_connect (self->hub, "ended", G_CALLBACK (on_hub_ended), self);
  g_signal_connect (self->sessions, "revoked", G_CALLBACK (on_revoked), self);

  return self;
}

/**
 * ghd_domain_start:
 *
 * Returns: (transfer full): resolves to %TRUE when operations may be called. Pool and writer are
 *   started by who made them.
 */
DexFuture *
ghd_domain_start (GhdDomain *self)
{
  g_return_val_if_fail (GHD_IS_DOMAIN (self), NULL);

  ghd_sessions_start (self->sessions);
  ghd_image_sweep_start (self->image_sweep);

  return dex_future_all (ghd_keys_start (self->keys), ghd_identity_start (self->identity), NULL);
}

/**
 * ghd_domain_stop:
 *
 * Returns: (transfer full): resolves to %TRUE when the domain's own connection to the database is
 *   closed. Pool and writer are closed by who made them.
 */
DexFuture *
ghd_domain_stop (GhdDomain *self)
{
  g_return_val_if_fail (GHD_IS_DOMAIN (self), NULL);

  ghd_image_sweep_stop (self->image_sweep);

  return ghd_sessions_stop (self->sessions);
}

/**
 * ghd_domain_set_public_url:
 * @url: what the listener says when the setting public-url is empty: how links reach this server
 */
void
ghd_domain_set_public_url (GhdDomain *self, const char *url)
{
  g_return_if_fail (GHD_IS_DOMAIN (self));

  ghd_invites_set_public_url (self->invites, url);
}

static GPtrArray *
list_rooms (GhdDomain *self, GPtrArray *guilds, const char *user_id)
{
  GPtrArray *rooms = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < guilds->len; i++)
    ghd_guild_add_rooms (g_ptr_array_index (guilds, i), user_id, rooms);

  return rooms;
}

static gboolean
check_connections (GhdDomain *self, const char *user_id, GError **error)
{
  guint max = ghd_settings_get_int (self->settings, GHD_SETTING_LIMITS_CONNECTIONS_PER_ACCOUNT);

  if (max == 0 || ghd_hub_count_user (self->hub, user_id) < max)
    return TRUE;

  *error = gh_error_new (GH_ERROR_LIMITED, "connection.account", NULL, 5000,
                         "You are connected %u times already, which is the limit", max);
  return FALSE;
}

static DexFuture *
attach_fiber (gpointer data)
{
  Attach *attach = data;
  GhdDomain *self = attach->self;
  g_autoptr (GPtrArray) guilds = NULL;
  g_autoptr (GPtrArray) rooms = NULL;
  g_autoptr (GhJson) presence = NULL;
  g_autoptr (GBytes) ready = NULL;
  g_autofree char *session = gh_random_token (SESSION_BYTES);
  g_autoptr (GError) error = NULL;

  guilds = ghd_guilds_list_for_user (self->guilds, attach->user_id, &error);
  if (guilds == NULL || !ghd_presence_load (self->presence, attach->user_id, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));

  /* Memberships may have changed while that was read. */
  g_clear_pointer (&guilds, g_ptr_array_unref);
  guilds = ghd_guilds_peek_for_user (self->guilds, attach->user_id);

  if (!check_connections (self, attach->user_id, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));

  /* Nothing waits from here on: what is committed after this position is published to the new
   * subscriber, and what was committed before is behind it. */
  rooms = list_rooms (self, guilds, attach->user_id);
  presence = ghd_presence_list_for (self->presence, attach->user_id, guilds);
  ready = gh_frame_encode_ready (attach->user_id, attach->device_id,
                                 ghd_guilds_get_position (self->guilds), session, presence);
  ghd_subscriber_deliver (attach->subscriber, ready);
  ghd_calls_tell (self->calls, attach->subscriber, attach->user_id, guilds);
  ghd_hub_attach (self->hub, attach->subscriber, attach->user_id, attach->device_id, rooms);
  ghd_presence_attached (self->presence, attach->user_id);
  ghd_hub_flush (self->hub);
  ghd_sessions_touch (self->sessions, attach->device_id);

  return dex_future_new_true ();
}

/**
 * ghd_domain_attach:
 *
 * Makes a connection hear what its user may read. The "ready" frame is delivered to it before
 * anything else.
 *
 * Returns: (transfer full): resolves to %TRUE; rejects with %GH_ERROR_UNAVAILABLE, or with
 *   %GH_ERROR_LIMITED when the account has as many connections as it may have
 */
DexFuture *
ghd_domain_attach (GhdDomain *self, GhdSubscriber *subscriber, const char *user_id,
                   const char *device_id)
{
  Attach *attach;

  g_return_val_if_fail (GHD_IS_DOMAIN (self), NULL);
  g_return_val_if_fail (GHD_IS_SUBSCRIBER (subscriber), NULL);

  attach = g_new0 (Attach, 1);
  attach->self = g_object_ref (self);
  attach->subscriber = g_object_ref (subscriber);
  attach->user_id = g_strdup (user_id);
  attach->device_id = g_strdup (device_id);

  return dex_scheduler_spawn (NULL, 0, attach_fiber, attach, attach_free);
}

/**
 * ghd_domain_detach:
 *
 * The connection is gone. Harmless when it never was attached.
 */
void
ghd_domain_detach (GhdDomain *self, GhdSubscriber *subscriber)
{
  g_return_if_fail (GHD_IS_DOMAIN (self));

  ghd_hub_detach (self->hub, subscriber);
}

GhdSettings *
ghd_domain_get_settings (GhdDomain *self)
{
  g_return_val_if_fail (GHD_IS_DOMAIN (self), NULL);

  return self->settings;
}

GhdMetrics *
ghd_domain_get_metrics (GhdDomain *self)
{
  g_return_val_if_fail (GHD_IS_DOMAIN (self), NULL);

  return self->metrics;
}

GhdHub *
ghd_domain_get_hub (GhdDomain *self)
{
  g_return_val_if_fail (GHD_IS_DOMAIN (self), NULL);

  return self->hub;
}

GhdIdentity *
ghd_domain_get_identity (GhdDomain *self)
{
  g_return_val_if_fail (GHD_IS_DOMAIN (self), NULL);

  return self->identity;
}

GhdSessions *
ghd_domain_get_sessions (GhdDomain *self)
{
  g_return_val_if_fail (GHD_IS_DOMAIN (self), NULL);

  return self->sessions;
}

GhdProfiles *
ghd_domain_get_profiles (GhdDomain *self)
{
  g_return_val_if_fail (GHD_IS_DOMAIN (self), NULL);

  return self->profiles;
}

GhdGuilds *
ghd_domain_get_guilds (GhdDomain *self)
{
  g_return_val_if_fail (GHD_IS_DOMAIN (self), NULL);

  return self->guilds;
}

GhdInvites *
ghd_domain_get_invites (GhdDomain *self)
{
  g_return_val_if_fail (GHD_IS_DOMAIN (self), NULL);

  return self->invites;
}

GhdMessages *
ghd_domain_get_messages (GhdDomain *self)
{
  g_return_val_if_fail (GHD_IS_DOMAIN (self), NULL);

  return self->messages;
}

GhdPresence *
ghd_domain_get_presence (GhdDomain *self)
{
  g_return_val_if_fail (GHD_IS_DOMAIN (self), NULL);

  return self->presence;
}

GhdImages *
ghd_domain_get_images (GhdDomain *self)
{
  g_return_val_if_fail (GHD_IS_DOMAIN (self), NULL);

  return self->images;
}

GhdKeys *
ghd_domain_get_keys (GhdDomain *self)
{
  g_return_val_if_fail (GHD_IS_DOMAIN (self), NULL);

  return self->keys;
}

GhdCalls *
ghd_domain_get_calls (GhdDomain *self)
{
  g_return_val_if_fail (GHD_IS_DOMAIN (self), NULL);

  return self->calls;
}
