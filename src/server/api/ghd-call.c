/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-call.h"

#include "gh-utf8.h"
#include "ghd-snapshot.h"

const char *
ghd_call_get_user (GhdCall *self)
{
  return ghd_caller_get_user_id (self->caller);
}

/**
 * ghd_call_has:
 *
 * Returns: whether @name was given, be it as null
 */
gboolean
ghd_call_has (GhdCall *self, const char *name)
{
  g_autoptr (GhJson) member = gh_json_peek_member (self->data, name);

  return member != NULL;
}

/**
 * ghd_call_get_string:
 *
 * Returns: (nullable): NULL when it was not given, or was null
 */
const char *
ghd_call_get_string (GhdCall *self, const char *name)
{
  return gh_json_peek_string (self->data, name);
}

gint64
ghd_call_get_int (GhdCall *self, const char *name, gint64 fallback)
{
  return gh_json_peek_int (self->data, name, fallback);
}

gboolean
ghd_call_get_bool (GhdCall *self, const char *name, gboolean fallback)
{
  return gh_json_peek_bool (self->data, name, fallback);
}

/**
 * ghd_call_dup_name:
 *
 * Returns: (transfer full) (nullable): an argument of the type NAME, cleaned
 */
char *
ghd_call_dup_name (GhdCall *self, const char *name)
{
  const char *text = ghd_call_get_string (self, name);

  return text != NULL ? gh_utf8_clean_name (text) : NULL;
}

/**
 * ghd_call_dup_text:
 *
 * Returns: (transfer full) (nullable): an argument of the type TEXT, cleaned
 */
char *
ghd_call_dup_text (GhdCall *self, const char *name)
{
  const char *text = ghd_call_get_string (self, name);

  return text != NULL ? gh_utf8_clean_text (text) : NULL;
}

/**
 * ghd_call_reply:
 * @builder: (transfer none): with the answer's members; finished by this
 */
GhdReply *
ghd_call_reply (GhJsonBuilder *builder)
{
  g_autoptr (GBytes) json = gh_json_builder_finish_bytes (builder);

  return ghd_reply_new_json (json);
}

GhdReply *
ghd_call_reply_empty (void)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  return ghd_call_reply (builder);
}

/**
 * ghd_call_reply_commit:
 *
 * Returns: (transfer full): {event_id, position} of the event that was asked for, and the receipt of
 *   the last one that was written with it
 */
GhdReply *
ghd_call_reply_commit (GhdCommit *commit)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  GhEvent *event = ghd_commit_get_event (commit, 0);

  gh_json_builder_add_string (builder, "event_id", gh_event_get_id (event));
  gh_json_builder_add_int (builder, "position", gh_event_get_position (event));
  ghd_commit_add_receipt (commit, builder);

  return ghd_call_reply (builder);
}

/**
 * ghd_call_reply_guild:
 * @commit: (nullable): what was written for the request, whose receipt is given
 *
 * Returns: (transfer full): the snapshot of a guild as the caller sees it
 */
GhdReply *
ghd_call_reply_guild (GhdCall *self, const char *guild_id, GhdCommit *commit, GError **error)
{
  GhdGuilds *guilds = ghd_domain_get_guilds (self->domain);
  g_autoptr (GhdGuild) guild = NULL;
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  guild = ghd_guilds_load_for_member (guilds, guild_id, ghd_call_get_user (self), error);
  if (guild == NULL
      || !ghd_snapshot_build (builder, guild, ghd_call_get_user (self),
                              ghd_domain_get_profiles (self->domain),
                              ghd_domain_get_presence (self->domain), guilds, error))
    return NULL;
  if (commit != NULL)
    ghd_commit_add_receipt (commit, builder);

  return ghd_call_reply (builder);
}
