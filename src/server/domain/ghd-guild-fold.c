/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-guild-private.h"

#include "gh-id.h"

/* What each event of a guild's room and of its channels' rooms makes of the guild in memory. */

/* A channel's own room and the guild's record of it are separate events, in either order. */
static GhdChannel *
ensure_channel (GhdGuild *self, const char *channel_id)
{
  GhdChannel *channel = g_hash_table_lookup (self->channels, channel_id);

  if (channel == NULL)
    {
      channel = g_new0 (GhdChannel, 1);
      channel->channel_id = g_strdup (channel_id);
      channel->overrides = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      channel->members = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                ghd_channel_member_free);
      channel->permissions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (self->channels, channel->channel_id, channel);
    }

  return channel;
}

static void
fold_role (GhdGuild *self, const GhdFact *fact)
{
  const char *name = gh_json_peek_string (fact->content, "name");
  GhdRole *role;

  self->generation++;

  if (name == NULL)
    {
      g_hash_table_remove (self->roles, fact->state_key);
      return;
    }

  role = g_new0 (GhdRole, 1);
  role->role_id = g_strdup (fact->state_key);
  role->name = g_strdup (name);
  role->color = gh_json_peek_int (fact->content, "color", -1);
  role->permissions = gh_json_peek_int (fact->content, "permissions", 0) & GH_PERMISSIONS_ALL;
  role->order = gh_json_peek_int (fact->content, "order", 0);
  role->hoist = gh_json_peek_bool (fact->content, "hoist", FALSE);
  role->event_id = g_strdup (fact->event_id);
  g_hash_table_replace (self->roles, role->role_id, role);
}

static void
fold_overrides (GhdChannel *channel, GhJson *content)
{
  g_autoptr (GhJson) overrides = gh_json_peek_object (content, "overrides");
  GhJsonIter iter;
  const char *target;
  GhJson *value;

  g_hash_table_remove_all (channel->overrides);
  if (overrides == NULL)
    return;

  gh_json_iter_init (&iter, overrides);
  while (gh_json_iter_next (&iter, &target, &value))
    {
      g_autoptr (GhJson) owned = value;
      GhPermissionOverride *override = g_new0 (GhPermissionOverride, 1);

      override->allow = gh_json_peek_int (owned, "allow", 0) & GH_PERMISSIONS_ALL;
      override->deny = gh_json_peek_int (owned, "deny", 0) & GH_PERMISSIONS_ALL;
      g_hash_table_replace (channel->overrides, g_strdup (target), override);
    }
}

static void
fold_channel_record (GhdGuild *self, const GhdFact *fact)
{
  const char *name = gh_json_peek_string (fact->content, "name");
  const char *kind = gh_json_peek_string (fact->content, "kind");
  GhdChannel *channel;

  self->generation++;

  if (name == NULL || kind == NULL)
    {
      g_hash_table_remove (self->channels, fact->state_key);
      return;
    }

  channel = ensure_channel (self, fact->state_key);
  if (!ghd_channel_kind_from_string (kind, &channel->kind))
    channel->kind = GHD_CHANNEL_TEXT;
  g_set_str (&channel->name, name);
  channel->is_private = gh_json_peek_bool (fact->content, "private", FALSE);
  channel->auto_join = gh_json_peek_bool (fact->content, "auto_join", FALSE);
  g_set_str (&channel->parent, gh_json_peek_string (fact->content, "parent"));
  channel->order = gh_json_peek_int (fact->content, "order", 0);
  g_set_str (&channel->event_id, fact->event_id);
  fold_overrides (channel, fact->content);
}

static void
fold_guild_member (GhdGuild *self, const GhdFact *fact)
{
  const char *user_id = fact->state_key;
  GhdMember *member = g_hash_table_lookup (self->members, user_id);

  self->generation++;
  g_clear_pointer (&self->sorted_members, g_ptr_array_unref);

  switch (ghd_membership_from_string (gh_json_peek_string (fact->content, "membership")))
    {
    case GHD_MEMBERSHIP_JOIN:
      if (member == NULL)
        {
          member = g_new0 (GhdMember, 1);
          member->user_id = g_strdup (user_id);
          member->roles = g_new0 (char *, 1);
          g_hash_table_insert (self->members, member->user_id, member);
        }
      member->joined_ts = fact->origin_ts;
      g_set_str (&member->event_id, fact->event_id);
      g_hash_table_remove (self->bans, user_id);
      break;

    case GHD_MEMBERSHIP_BAN:
      g_hash_table_add (self->bans, g_strdup (user_id));
      g_hash_table_remove (self->members, user_id);
      break;

    case GHD_MEMBERSHIP_NONE:
    case GHD_MEMBERSHIP_INVITE:
    case GHD_MEMBERSHIP_LEAVE:
    default:
      g_hash_table_remove (self->bans, user_id);
      g_hash_table_remove (self->members, user_id);
      break;
    }
}

static void
fold_member_roles (GhdGuild *self, const GhdFact *fact)
{
  GhdMember *member = g_hash_table_lookup (self->members, fact->state_key);
  g_autoptr (GhJson) roles = gh_json_peek_array (fact->content, "roles");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GhJsonIter iter;
  GhJson *value;

  self->generation++;
  if (member == NULL)
    return;

  if (roles != NULL)
    {
      gh_json_iter_init (&iter, roles);
      while (gh_json_iter_next (&iter, NULL, &value))
        {
          const char *role_id = gh_json_as_string (value);

          if (role_id != NULL && !g_str_equal (role_id, GH_ROLE_EVERYONE))
            g_strv_builder_add (builder, role_id);
          gh_json_unref (value);
        }
    }

  g_strfreev (member->roles);
  member->roles = g_strv_builder_end (builder);
  g_set_str (&member->roles_event_id, fact->event_id);
}

static void
fold_guild_state (GhdGuild *self, const GhdFact *fact)
{
  if (g_str_equal (fact->type, GH_EVENT_ROOM_MEMBER))
    fold_guild_member (self, fact);
  else if (g_str_equal (fact->type, GH_EVENT_GUILD_MEMBER_ROLES))
    fold_member_roles (self, fact);
  else if (g_str_equal (fact->type, GH_EVENT_GUILD_ROLE))
    fold_role (self, fact);
  else if (g_str_equal (fact->type, GH_EVENT_GUILD_CHANNEL))
    fold_channel_record (self, fact);
  else if (g_str_equal (fact->type, GH_EVENT_GUILD_CREATE))
    {
      g_set_str (&self->owner, gh_json_peek_string (fact->content, "owner"));
      g_set_str (&self->create_event_id, fact->event_id);
      self->generation++;
    }
  else if (g_str_equal (fact->type, GH_EVENT_GUILD_META))
    {
      const char *owner = gh_json_peek_string (fact->content, "owner");

      g_set_str (&self->name, gh_json_peek_string (fact->content, "name"));
      g_set_str (&self->description, gh_json_peek_string (fact->content, "description"));
      g_set_str (&self->icon, gh_json_peek_string (fact->content, "icon"));
      if (owner != NULL && g_set_str (&self->owner, owner))
        g_set_str (&self->owner_event_id, fact->event_id);
      self->generation++;
    }
  else if (g_str_equal (fact->type, GH_EVENT_GUILD_DELETE))
    {
      self->deleted = TRUE;
      self->generation++;
    }
}

static void
fold_channel_state (GhdGuild *self, const GhdFact *fact)
{
  GhdChannel *channel;

  /* The guild's record of the channel is what ends it here. */
  if (g_str_equal (fact->type, GH_EVENT_CHANNEL_DELETE))
    return;

  channel = ensure_channel (self, fact->room_id);
  if (g_str_equal (fact->type, GH_EVENT_ROOM_MEMBER))
    {
      GhdChannelMember *member = g_new0 (GhdChannelMember, 1);
      const char *membership = gh_json_peek_string (fact->content, "membership");

      member->membership = ghd_membership_from_string (membership);
      member->event_id = g_strdup (fact->event_id);
      member->position = fact->position;
      g_hash_table_replace (channel->members, g_strdup (fact->state_key), member);
      g_hash_table_remove (channel->permissions, fact->state_key);
    }
  else if (g_str_equal (fact->type, GH_EVENT_CHANNEL_TOPIC))
    g_set_str (&channel->topic, gh_json_peek_string (fact->content, "topic"));
  else if (g_str_equal (fact->type, GH_EVENT_CHANNEL_CREATE))
    g_set_str (&channel->create_event_id, fact->event_id);
}

/**
 * ghd_guild_fold:
 *
 * Takes one fact of the guild's room or of one of its channels' rooms, in the order of positions.
 * Facts that are unknown change nothing, so that a newer server's events do no harm.
 */
void
ghd_guild_fold (GhdGuild *self, const GhdFact *fact)
{
  g_return_if_fail (GHD_IS_GUILD (self));
  g_return_if_fail (fact != NULL);

  if (fact->state_key != NULL && fact->content != NULL)
    {
      if (g_str_equal (fact->room_id, self->guild_id))
        fold_guild_state (self, fact);
      else
        fold_channel_state (self, fact);
    }
  else if (g_str_equal (fact->type, GH_EVENT_ROOM_MESSAGE))
    ghd_guild_set_last_position (self, fact->room_id, fact->position);
}

void
ghd_guild_set_last_position (GhdGuild *self, const char *channel_id, gint64 position)
{
  GhdChannel *channel;

  g_return_if_fail (GHD_IS_GUILD (self));

  channel = g_hash_table_lookup (self->channels, channel_id);
  if (channel != NULL)
    channel->last_position = MAX (channel->last_position, position);
}
