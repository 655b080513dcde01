/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-guild-private.h"

#include "gh-id.h"
#include "ghc-account-private.h"
#include "ghc-channel-private.h"

static gboolean
is_me (GhcGuild *self, const char *user_id)
{
  return self->account != NULL && g_strcmp0 (user_id, ghc_account_get_user_id (self->account)) == 0;
}

/* {} says that what it describes is gone. */
static gboolean
is_removed (GhJson *content)
{
  return gh_json_get_length (content) == 0;
}

/**
 * ghc_guild_ensure_member:
 *
 * Returns: (transfer none) (nullable): the member with @user_id, added when it was not there
 */
GhcMember *
ghc_guild_ensure_member (GhcGuild *self, const char *user_id)
{
  GhcMember *member = ghc_member_list_lookup (self->members, user_id);
  g_autoptr (GhcMember) added = NULL;

  if (member != NULL || self->account == NULL)
    return member;

  added = ghc_member_new (ghc_account_ensure_user (self->account, user_id));
  ghc_member_list_add (self->members, added);

  return added;
}

/**
 * ghc_guild_update_channel:
 * @content: {kind, name, private, auto_join?, parent?, order, overrides?}, of the event or the
 *   snapshot
 */
void
ghc_guild_update_channel (GhcGuild *self, const char *channel_id, GhJson *content)
{
  GhcChannel *channel = ghc_guild_lookup_channel (self, channel_id);
  g_autoptr (GhJson) overrides = gh_json_peek_object (content, "overrides");
  g_autoptr (GhcChannel) added = NULL;
  const char *parent = gh_json_peek_string (content, "parent");
  gint64 order = gh_json_peek_int (content, "order", 0);

  if (channel == NULL)
    {
      GhcChannelKind kind = ghc_channel_kind_from_wire (gh_json_peek_string (content, "kind"));

      channel = added = ghc_channel_new (channel_id, kind);
    }

  ghc_channel_update (channel, gh_json_peek_string (content, "name"),
                      gh_json_peek_bool (content, "private", FALSE),
                      gh_json_peek_bool (content, "auto_join", FALSE),
                      gh_id_is_valid (GH_ID_CATEGORY, parent) ? parent : NULL,
                      (int) CLAMP (order, G_MININT, G_MAXINT));
  ghc_channel_set_overrides (channel, overrides);

  if (added != NULL)
    ghc_guild_add_channel (self, added);
}

static GhcGuildFate
fold_member (GhcGuild *self, const char *user_id, GhJson *content)
{
  GhcMembership membership = ghc_membership_from_wire (gh_json_peek_string (content, "membership"));

  if (membership == GHC_MEMBERSHIP_JOIN)
    {
      gboolean was_there = ghc_member_list_lookup (self->members, user_id) != NULL;
      GhcMember *member = ghc_guild_ensure_member (self, user_id);

      if (!was_there)
        ghc_guild_set_n_members (self, self->n_members + 1);
      if (member != NULL)
        ghc_guild_resolve_member (self, member);
      return GHC_GUILD_STAYS;
    }

  if (is_me (self, user_id))
    return GHC_GUILD_LEFT;

  if (ghc_member_list_remove (self->members, user_id) && self->n_members > 0)
    ghc_guild_set_n_members (self, self->n_members - 1);

  return GHC_GUILD_STAYS;
}

static void
fold_member_roles (GhcGuild *self, const char *user_id, GhJson *content)
{
  g_auto (GStrv) role_ids = NULL;
  GhcMember *member;

  if (!gh_json_get_ids (content, "roles", GH_ID_ROLE, GH_LIMIT_MEMBER_ROLES, &role_ids, NULL))
    return;

  if (is_me (self, user_id))
    ghc_guild_set_my_role_ids (self, (const char *const *) role_ids);

  member = ghc_member_list_lookup (self->members, user_id);
  if (member != NULL)
    {
      ghc_member_set_role_ids (member, (const char *const *) role_ids);
      ghc_guild_resolve_member (self, member);
    }
  if (is_me (self, user_id))
    ghc_guild_resolve (self);
}

static GhcGuildFate
fold_state (GhcGuild *self, GhEvent *event, GhJson *content)
{
  const char *key = gh_event_get_state_key (event);

  if (gh_event_is (event, GH_EVENT_GUILD_DELETE))
    return GHC_GUILD_LEFT;

  if (gh_event_is (event, GH_EVENT_ROOM_MEMBER))
    return fold_member (self, key, content);

  if (gh_event_is (event, GH_EVENT_GUILD_MEMBER_ROLES))
    fold_member_roles (self, key, content);
  else if (gh_event_is (event, GH_EVENT_GUILD_META))
    {
      ghc_guild_set_meta (self, gh_json_peek_string (content, "name"),
                          gh_json_peek_string (content, "description"),
                          gh_json_peek_string (content, "icon"),
                          gh_json_peek_string (content, "owner"));
      ghc_guild_resolve (self);
    }
  else if (gh_event_is (event, GH_EVENT_GUILD_ROLE) && gh_id_is_valid (GH_ID_ROLE, key))
    {
      if (is_removed (content))
        ghc_guild_remove_role (self, key);
      else
        ghc_guild_update_role (self, key, content);
      ghc_guild_sort_roles (self);
      ghc_guild_resolve (self);
    }
  else if (gh_event_is (event, GH_EVENT_GUILD_CHANNEL)
           && (gh_id_is_valid (GH_ID_ROOM, key) || gh_id_is_valid (GH_ID_CATEGORY, key)))
    {
      if (is_removed (content))
        ghc_guild_remove_channel (self, key);
      else
        ghc_guild_update_channel (self, key, content);
      ghc_guild_resolve (self);
    }

  return GHC_GUILD_STAYS;
}

static void
fold_channel_state (GhcGuild *self, GhcChannel *channel, GhEvent *event, GhJson *content)
{
  if (gh_event_is (event, GH_EVENT_CHANNEL_TOPIC))
    {
      if (ghc_channel_get_joined (channel))
        ghc_channel_set_topic (channel, gh_json_peek_string (content, "topic"));
    }
  else if (gh_event_is (event, GH_EVENT_ROOM_MEMBER)
           && !is_me (self, gh_event_get_state_key (event)))
    g_signal_emit_by_name (channel, "members-changed");
  else if (gh_event_is (event, GH_EVENT_ROOM_MEMBER))
    {
      GhcMembership membership = ghc_membership_from_wire (
        gh_json_peek_string (content, "membership"));
      GhcMembership before = ghc_channel_get_membership (channel);

      ghc_channel_set_membership (channel, membership, gh_event_get_position (event));
      ghc_guild_resolve (self);
      if (membership == GHC_MEMBERSHIP_INVITE && before == GHC_MEMBERSHIP_NONE)
        ghc_account_emit_invited (self->account, channel);
    }
}

/**
 * ghc_guild_forget_history:
 *
 * What follows is counted anew.
 */
void
ghc_guild_forget_history (GhcGuild *self)
{
  self->position = 0;
  self->answered = 0;
  ghc_guild_forget_recent (self, 0);
}

static gboolean
advance (GhcGuild *self, GhEvent *event)
{
  if (gh_event_get_position (event) <= self->position)
    return FALSE;

  self->position = gh_event_get_position (event);
  ghc_guild_remember (self, event);

  return TRUE;
}

/**
 * ghc_guild_fold_event:
 * @event: of the guild's own room
 */
GhcGuildFate
ghc_guild_fold_event (GhcGuild *self, GhEvent *event)
{
  GhJson *content = gh_event_get_content (event);

  if (content == NULL || !gh_event_is_state (event) || !advance (self, event))
    return GHC_GUILD_STAYS;

  return fold_state (self, event, content);
}

/**
 * ghc_guild_fold_channel_event:
 * @event: of the room of @channel; messages are not for here
 */
void
ghc_guild_fold_channel_event (GhcGuild *self, GhcChannel *channel, GhEvent *event)
{
  GhJson *content = gh_event_get_content (event);

  if (content != NULL && gh_event_is_state (event) && advance (self, event))
    fold_channel_state (self, channel, event, content);
}
