/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-calls-private.h"

#include "gh-error.h"
#include "gh-frame.h"
#include "ghd-edit.h"

/* Whoever is silent for too long is gone so soon after. */
#define SWEEP_MS 250

G_DEFINE_FINAL_TYPE (GhdCalls, ghd_calls, G_TYPE_OBJECT)

static void
ghd_calls_finalize (GObject *object)
{
  GhdCalls *self = GHD_CALLS (object);

  g_clear_handle_id (&self->sweep_source, g_source_remove);
  g_hash_table_unref (self->by_user);
  g_hash_table_unref (self->by_channel);
  g_object_unref (self->ice);
  g_object_unref (self->guilds);
  g_object_unref (self->hub);

  G_OBJECT_CLASS (ghd_calls_parent_class)->finalize (object);
}

static void
ghd_calls_class_init (GhdCallsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_calls_finalize;
}

static void
ghd_calls_init (GhdCalls *self)
{
  self->by_channel = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                            (GDestroyNotify) ghd_conference_free);
  self->by_user = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
add_packets (GhdCalls *self, GhdMetrics *metrics)
{
  GhdMetric *metric = ghd_metrics_add_counter (metrics, "guildhall_call_packets_total",
                                               "Media packets, as the devices in calls count them",
                                               "result", NULL);

  for (guint i = 0; i < GHD_N_CALL_COUNTS; i++)
    self->packets[i] = ghd_metric_get_series (metric, ghd_calls_get_count_name (i), NULL);
}

GhdCalls *
ghd_calls_new (GhdSettings *settings, GhdMetrics *metrics, GhdGuilds *guilds, GhdHub *hub)
{
  GhdCalls *self = g_object_new (GHD_TYPE_CALLS, NULL);

  self->guilds = g_object_ref (guilds);
  self->hub = g_object_ref (hub);
  self->ice = ghd_ice_new (settings);
  self->max_members = ghd_settings_get_int (settings, GHD_SETTING_CALLS_MAX_MEMBERS);
  self->calls_series = ghd_metric_get_series (ghd_metrics_add_gauge (metrics, "guildhall_calls",
                                                                     "Calls that go on", NULL),
                                              NULL);
  self->members_series = ghd_metric_get_series (
    ghd_metrics_add_gauge (metrics, "guildhall_call_members", "People in calls", NULL), NULL);
  add_packets (self, metrics);

  return self;
}

/* --- telling --- */

/**
 * ghd_calls_send_device:
 *
 * Tells the one device that takes part.
 */
void
ghd_calls_send_device (GhdCalls *self, GhdParticipant *participant, const char *type,
                       GhJsonBuilder *builder)
{
  g_autoptr (GhJson) content = gh_json_builder_finish (builder);
  g_autoptr (GBytes) frame = gh_frame_encode_ephemeral (type, content);

  ghd_hub_send_device (self->hub, participant->user_id, participant->device_id, frame);
}

gboolean
ghd_calls_may_see (GhdGuild *guild, GhdChannel *channel, const char *user_id)
{
  return (ghd_guild_get_permissions (guild, user_id, channel) & GH_PERMISSION_VIEW_CHANNELS) != 0;
}

gboolean
ghd_calls_may_speak (GhdGuild *guild, GhdChannel *channel, const char *user_id)
{
  return (ghd_guild_get_permissions (guild, user_id, channel) & GH_PERMISSION_SPEAK) != 0;
}

gboolean
ghd_calls_may_share (GhdGuild *guild, GhdChannel *channel, const char *user_id)
{
  return (ghd_guild_get_permissions (guild, user_id, channel) & GH_PERMISSION_VIDEO) != 0;
}

/**
 * ghd_calls_publish:
 *
 * Tells everybody who may see the channel who is in its call now. What they hear last is how it is.
 */
void
ghd_calls_publish (GhdCalls *self, GhdConference *conference)
{
  GhdGuild *guild = ghd_guilds_peek (self->guilds, conference->guild_id);
  GhdChannel *channel = guild != NULL ? ghd_guild_get_channel (guild, conference->channel_id)
                                      : NULL;
  g_autoptr (GhJson) content = ghd_conference_describe (conference, ++self->revision);
  g_autoptr (GBytes) frame = gh_frame_encode_ephemeral (GH_EPHEMERAL_CALL, content);
  GHashTableIter iter;
  const char *user_id;

  if (channel != NULL)
    g_hash_table_iter_init (&iter, ghd_guild_peek_members (guild));
  while (channel != NULL && g_hash_table_iter_next (&iter, (gpointer *) &user_id, NULL))
    if (ghd_hub_count_user (self->hub, user_id) > 0 && ghd_calls_may_see (guild, channel, user_id))
      ghd_hub_send_user (self->hub, user_id, frame);

  ghd_hub_flush (self->hub);
}

/**
 * ghd_calls_renew_key:
 *
 * Those who are in it get a key that nobody else has.
 */
void
ghd_calls_renew_key (GhdCalls *self, GhdConference *conference)
{
  ghd_conference_renew_key (conference);
  for (guint i = 0; i < conference->participants->len; i++)
    {
      g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

      ghd_conference_add_key (conference, builder);
      ghd_calls_send_device (self, g_ptr_array_index (conference->participants, i),
                             GH_EPHEMERAL_CALL_KEY, builder);
    }
}

/* --- coming and going --- */

/**
 * ghd_calls_count:
 *
 * Tells the metrics how many calls there are, and how many people in them.
 */
void
ghd_calls_count (GhdCalls *self)
{
  ghd_series_set (self->calls_series, g_hash_table_size (self->by_channel));
  ghd_series_set (self->members_series, g_hash_table_size (self->by_user));
}

/**
 * ghd_calls_remove:
 * @reason: (nullable): what the device is told; %NULL when it has left by itself
 *
 * Takes somebody out of a call. It ends with the last, and @conference with it.
 */
void
ghd_calls_remove (GhdCalls *self, GhdConference *conference, const char *user_id,
                  const char *reason)
{
  GhdParticipant *participant = ghd_conference_get (conference, user_id);

  if (participant == NULL)
    return;

  if (reason != NULL)
    {
      g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

      gh_json_builder_add_string (builder, "call_id", conference->call_id);
      gh_json_builder_add_string (builder, "channel_id", conference->channel_id);
      gh_json_builder_add_string (builder, "reason", reason);
      ghd_calls_send_device (self, participant, GH_EPHEMERAL_CALL_ENDED, builder);
      if (!g_str_equal (reason, GHD_CALL_LOST))
        ghd_conference_dismiss (conference, participant->member_id, reason);
    }

  g_hash_table_remove (self->by_user, user_id);
  ghd_conference_remove (conference, user_id);
  ghd_calls_renew_key (self, conference);
  ghd_calls_publish (self, conference);
  if (conference->participants->len == 0)
    g_hash_table_remove (self->by_channel, conference->channel_id);
  ghd_calls_count (self);
}

static void
remove_silent (GhdCalls *self, GhdConference *conference, gint64 now_us)
{
  /* From the end: whoever is removed moves none that is still to be looked at. The last removal
   * frees the conference. */
  for (guint i = conference->participants->len; i-- > 0;)
    {
      const GhdParticipant *participant = g_ptr_array_index (conference->participants, i);
      gboolean is_last = conference->participants->len == 1;
      g_autofree char *user_id = NULL;

      if (now_us - participant->heard_us < GHD_CALLS_PATIENCE_MS * G_GINT64_CONSTANT (1000))
        continue;
      user_id = g_strdup (participant->user_id);
      ghd_calls_remove (self, conference, user_id, GHD_CALL_LOST);
      if (is_last)
        return;
    }
}

static gboolean
on_sweep_due (gpointer user_data)
{
  GhdCalls *self = user_data;
  g_autoptr (GPtrArray) conferences = g_hash_table_get_values_as_ptr_array (self->by_channel);
  gint64 now_us = g_get_monotonic_time ();

  for (guint i = 0; i < conferences->len; i++)
    remove_silent (self, g_ptr_array_index (conferences, i), now_us);

  if (g_hash_table_size (self->by_channel) > 0)
    return G_SOURCE_CONTINUE;
  self->sweep_source = 0;
  return G_SOURCE_REMOVE;
}

/**
 * ghd_calls_begin:
 *
 * Adds a call to those that are told of and looked after, until its last member is removed.
 */
void
ghd_calls_begin (GhdCalls *self, GhdConference *conference)
{
  g_hash_table_insert (self->by_channel, conference->channel_id, conference);
  if (self->sweep_source == 0)
    self->sweep_source = g_timeout_add (SWEEP_MS, on_sweep_due, self);
}

/**
 * ghd_calls_find_channel:
 * @channel: (out)
 * @conference: (out) (nullable): the call in it
 *
 * Returns: (transfer full): the guild of a channel that the caller is in and may see; otherwise it
 *   refuses
 */
GhdGuild *
ghd_calls_find_channel (GhdCalls *self, const char *user_id, const char *channel_id,
                        GhdChannel **channel, GhdConference **conference, GError **error)
{
  g_autoptr (GhdGuild)
    guild = ghd_guilds_load_by_channel (self->guilds, channel_id, user_id, channel, error);

  if (guild == NULL)
    return NULL;
  if ((*channel)->kind == GHD_CHANNEL_CATEGORY)
    {
      gh_set_error (error, GH_ERROR_INVALID, "call.category", "channel_id",
                    "A category has no calls.");
      return NULL;
    }
  if (!ghd_require_readable (guild, *channel, user_id, error))
    return NULL;

  *conference = g_hash_table_lookup (self->by_channel, channel_id);
  return g_steal_pointer (&guild);
}
