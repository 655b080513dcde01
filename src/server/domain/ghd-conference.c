/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-conference.h"

#include "gh-base64url.h"
#include "gh-random.h"

#include <string.h>

#define MAX_DISMISSED 1000

/* RFC 8445: at least 24 bits in the user fragment and 128 in the password, in characters that
 * base58 keeps to. */
#define UFRAG_BYTES 6
#define PASSWORD_BYTES 18

static void
participant_free (gpointer data)
{
  GhdParticipant *self = data;

  g_free (self->user_id);
  g_free (self->device_id);
  g_free (self->member_id);
  g_free (self->ice_ufrag);
  g_free (self->ice_password);
  for (guint i = 0; i < GHD_N_SHARES; i++)
    ghd_share_clear (&self->shares[i]);
  g_free (self);
}

/**
 * ghd_conference_new:
 * @call_id: (nullable): how a call that went on without this server is named by those in it
 * @epoch: the last epoch that was used before
 */
GhdConference *
ghd_conference_new (const char *channel_id, const char *guild_id, const char *call_id, guint epoch,
                    gint64 now_ts)
{
  GhdConference *self = g_new0 (GhdConference, 1);

  self->channel_id = g_strdup (channel_id);
  self->guild_id = g_strdup (guild_id);
  self->is_resumed = call_id != NULL;
  self->call_id = call_id != NULL ? g_strdup (call_id) : gh_random_base58 (GHD_CONFERENCE_ID_SIZE);
  self->started_ts = now_ts;
  self->epoch = epoch;
  self->participants = g_ptr_array_new_with_free_func (participant_free);
  self->silenced = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->dismissed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  ghd_conference_renew_key (self);

  return self;
}

void
ghd_conference_free (GhdConference *self)
{
  g_free (self->call_id);
  g_free (self->channel_id);
  g_free (self->guild_id);
  gh_secret_unref (self->key);
  g_ptr_array_unref (self->participants);
  g_hash_table_unref (self->silenced);
  g_hash_table_unref (self->dismissed);
  g_free (self);
}

/**
 * ghd_conference_add:
 *
 * The person must not be in it yet.
 *
 * Returns: (transfer none): with a member id and a ticket of its own
 */
GhdParticipant *
ghd_conference_add (GhdConference *self, const char *user_id, const char *device_id, gint64 now_ts)
{
  GhdParticipant *participant = g_new0 (GhdParticipant, 1);

  g_return_val_if_fail (ghd_conference_get (self, user_id) == NULL, NULL);

  participant->user_id = g_strdup (user_id);
  participant->device_id = g_strdup (device_id);
  participant->member_id = gh_random_base58 (GHD_CONFERENCE_MEMBER_ID_SIZE);
  participant->ice_ufrag = gh_random_base58 (UFRAG_BYTES);
  participant->ice_password = gh_random_base58 (PASSWORD_BYTES);
  participant->joined_ts = now_ts;
  participant->heard_us = g_get_monotonic_time ();
  for (guint i = 0; i < GHD_N_SHARES; i++)
    ghd_share_init (&participant->shares[i]);
  g_ptr_array_add (self->participants, participant);

  return participant;
}

GhdParticipant *
ghd_conference_get (GhdConference *self, const char *user_id)
{
  for (guint i = 0; i < self->participants->len; i++)
    {
      GhdParticipant *participant = g_ptr_array_index (self->participants, i);

      if (g_str_equal (participant->user_id, user_id))
        return participant;
    }

  return NULL;
}

GhdParticipant *
ghd_conference_get_member (GhdConference *self, const char *member_id)
{
  for (guint i = 0; i < self->participants->len; i++)
    {
      GhdParticipant *participant = g_ptr_array_index (self->participants, i);

      if (g_str_equal (participant->member_id, member_id))
        return participant;
    }

  return NULL;
}

static void
stop_watching (GhdConference *self, const char *user_id)
{
  for (guint i = 0; i < self->participants->len; i++)
    {
      GhdParticipant *participant = g_ptr_array_index (self->participants, i);

      for (guint kind = 0; kind < GHD_N_SHARES; kind++)
        ghd_share_remove_viewer (&participant->shares[kind], user_id);
    }
}

/**
 * ghd_conference_remove:
 *
 * Returns: whether the person was in it. The key should be renewed for those who stay.
 */
gboolean
ghd_conference_remove (GhdConference *self, const char *user_id)
{
  GhdParticipant *participant = ghd_conference_get (self, user_id);

  stop_watching (self, user_id);
  return participant != NULL && g_ptr_array_remove (self->participants, participant);
}

/**
 * ghd_conference_dismiss:
 * @reason: a literal
 *
 * The stay of @member_id is over, and coming back to it is refused: it was ended on purpose, and the
 * device may have had no connection to hear of it.
 */
void
ghd_conference_dismiss (GhdConference *self, const char *member_id, const char *reason)
{
  /* In a call that long, those who were away for it have been told. */
  if (g_hash_table_size (self->dismissed) >= MAX_DISMISSED)
    g_hash_table_remove_all (self->dismissed);
  g_hash_table_replace (self->dismissed, g_strdup (member_id), (gpointer) reason);
}

/**
 * ghd_conference_get_dismissal:
 *
 * Returns: (nullable): why the stay of @member_id is over; %NULL when it may be come back to
 */
const char *
ghd_conference_get_dismissal (GhdConference *self, const char *member_id)
{
  return g_hash_table_lookup (self->dismissed, member_id);
}

gboolean
ghd_conference_is_silenced (GhdConference *self, const char *user_id)
{
  return g_hash_table_contains (self->silenced, user_id);
}

/* Packets name an epoch by the last byte of its number, and whoever came back still seals with the former one. */
static gboolean
is_former (GhdConference *self, guint epoch)
{
  for (guint i = 0; i < self->participants->len; i++)
    {
      const GhdParticipant *participant = g_ptr_array_index (self->participants, i);

      if (participant->former_epoch != 0 && (participant->former_epoch & 0xff) == (epoch & 0xff))
        return TRUE;
    }

  return FALSE;
}

/**
 * ghd_conference_renew_key:
 *
 * Begins the next epoch with a key that nobody has yet. Its number is one that those who came back can
 * tell from the one that they had.
 */
void
ghd_conference_renew_key (GhdConference *self)
{
  g_clear_pointer (&self->key, gh_secret_unref);
  self->key = gh_secret_new_random (GHD_CONFERENCE_KEY_SIZE);
  self->epoch++;
  for (guint i = 0; i < 0xff && is_former (self, self->epoch); i++)
    self->epoch++;
}

static void
add_shares (GhdConference *self, const GhdParticipant *participant, GhJsonBuilder *builder)
{
  gh_json_builder_open_array (builder, "shares");
  for (guint kind = 0; kind < GHD_N_SHARES; kind++)
    {
      const GhdShare *share = &participant->shares[kind];

      if (!share->is_on)
        continue;
      gh_json_builder_open_object (builder, NULL);
      gh_json_builder_add_string (builder, "kind", ghd_share_kind_to_string (kind));
      gh_json_builder_add_bool (builder, "sound", share->has_sound);
      gh_json_builder_open_array (builder, "viewers");
      for (guint i = 0; i < share->viewers->len; i++)
        {
          const char *user_id = g_ptr_array_index (share->viewers, i);

          gh_json_builder_add_string (builder, NULL, ghd_conference_get (self, user_id)->member_id);
        }
      gh_json_builder_close (builder);
      gh_json_builder_close (builder);
    }
  gh_json_builder_close (builder);
}

/**
 * ghd_conference_describe:
 * @revision: greater than that of any earlier description
 *
 * Returns: (transfer full): what everybody who may see the channel is told; nothing private to the
 *   call. Without members it says that the call is over.
 */
GhJson *
ghd_conference_describe (GhdConference *self, gint64 revision)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  gh_json_builder_add_string (builder, "channel_id", self->channel_id);
  gh_json_builder_add_string (builder, "guild_id", self->guild_id);
  gh_json_builder_add_int (builder, "started_ts", self->started_ts);
  gh_json_builder_add_int (builder, "revision", revision);
  gh_json_builder_open_array (builder, "members");
  for (guint i = 0; i < self->participants->len; i++)
    {
      const GhdParticipant *participant = g_ptr_array_index (self->participants, i);

      gh_json_builder_open_object (builder, NULL);
      gh_json_builder_add_string (builder, "user_id", participant->user_id);
      gh_json_builder_add_string (builder, "member_id", participant->member_id);
      gh_json_builder_add_int (builder, "joined_ts", participant->joined_ts);
      gh_json_builder_add_bool (builder, "muted", participant->is_muted);
      gh_json_builder_add_bool (builder, "deafened", participant->is_deafened);
      gh_json_builder_add_bool (builder, "silenced",
                                ghd_conference_is_silenced (self, participant->user_id));
      gh_json_builder_add_bool (builder, "may_speak", participant->may_speak);
      gh_json_builder_add_bool (builder, "may_share", participant->may_share);
      add_shares (self, participant, builder);
      gh_json_builder_close (builder);
    }
  gh_json_builder_close (builder);

  return gh_json_builder_finish (builder);
}

/**
 * ghd_conference_add_key:
 *
 * Adds "call_id", "epoch" and "key". For devices that take part, and for nobody else.
 */
void
ghd_conference_add_key (GhdConference *self, GhJsonBuilder *builder)
{
  g_autofree char *key = gh_base64url_encode (gh_secret_get_data (self->key),
                                              gh_secret_get_size (self->key));

  gh_json_builder_add_string (builder, "call_id", self->call_id);
  gh_json_builder_add_int (builder, "epoch", self->epoch);
  gh_json_builder_add_string (builder, "key", key);
  gh_secret_wipe (key, strlen (key));
}

/**
 * ghd_participant_add_ticket:
 *
 * Adds "member_id", "ice_ufrag" and "ice_password".
 */
void
ghd_participant_add_ticket (GhdParticipant *self, GhJsonBuilder *builder)
{
  gh_json_builder_add_string (builder, "member_id", self->member_id);
  gh_json_builder_add_string (builder, "ice_ufrag", self->ice_ufrag);
  gh_json_builder_add_string (builder, "ice_password", self->ice_password);
}
