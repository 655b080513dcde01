/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-guild-private.h"

#include "gh-id.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (GhdGuild, ghd_guild, G_TYPE_OBJECT)

static const char *const channel_kinds[] = { "text", "voice", "category", NULL };
static const char *const memberships[] = { "none", "invite", "join", "leave", "ban", NULL };

static void
role_free (gpointer data)
{
  GhdRole *role = data;

  g_free (role->role_id);
  g_free (role->name);
  g_free (role->event_id);
  g_free (role);
}

static void
member_free (gpointer data)
{
  GhdMember *member = data;

  g_free (member->user_id);
  g_strfreev (member->roles);
  g_free (member->event_id);
  g_free (member->roles_event_id);
  g_free (member);
}

void
ghd_channel_member_free (gpointer data)
{
  GhdChannelMember *member = data;

  g_free (member->event_id);
  g_free (member);
}

static void
channel_free (gpointer data)
{
  GhdChannel *channel = data;

  g_free (channel->channel_id);
  g_free (channel->name);
  g_free (channel->parent);
  g_free (channel->event_id);
  g_free (channel->create_event_id);
  g_free (channel->topic);
  g_hash_table_unref (channel->overrides);
  g_hash_table_unref (channel->members);
  g_hash_table_unref (channel->permissions);
  g_free (channel);
}

static int
compare_members (gconstpointer a, gconstpointer b)
{
  const GhdMember *member_a = *(const GhdMember *const *) a;
  const GhdMember *member_b = *(const GhdMember *const *) b;

  return strcmp (member_a->user_id, member_b->user_id);
}

static int
compare_roles (gconstpointer a, gconstpointer b)
{
  const GhdRole *role_a = *(const GhdRole *const *) a;
  const GhdRole *role_b = *(const GhdRole *const *) b;

  if (role_a->order != role_b->order)
    return role_a->order < role_b->order ? 1 : -1;

  return strcmp (role_a->role_id, role_b->role_id);
}

static int
compare_channels (gconstpointer a, gconstpointer b)
{
  const GhdChannel *channel_a = *(const GhdChannel *const *) a;
  const GhdChannel *channel_b = *(const GhdChannel *const *) b;

  if (channel_a->order != channel_b->order)
    return channel_a->order < channel_b->order ? -1 : 1;

  return strcmp (channel_a->channel_id, channel_b->channel_id);
}

static void
ghd_guild_finalize (GObject *object)
{
  GhdGuild *self = GHD_GUILD (object);

  g_clear_pointer (&self->sorted_members, g_ptr_array_unref);
  g_hash_table_unref (self->members);
  g_hash_table_unref (self->bans);
  g_hash_table_unref (self->roles);
  g_hash_table_unref (self->channels);
  g_hash_table_unref (self->leaving);
  g_free (self->guild_id);
  g_free (self->name);
  g_free (self->description);
  g_free (self->icon);
  g_free (self->owner);
  g_free (self->create_event_id);
  g_free (self->owner_event_id);

  G_OBJECT_CLASS (ghd_guild_parent_class)->finalize (object);
}

static void
ghd_guild_class_init (GhdGuildClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_guild_finalize;
}

static void
ghd_guild_init (GhdGuild *self)
{
  self->members = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, member_free);
  self->bans = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->roles = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, role_free);
  self->channels = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, channel_free);
  self->leaving = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->generation = 1;
}

GhdGuild *
ghd_guild_new (const char *guild_id)
{
  GhdGuild *self;

  g_return_val_if_fail (guild_id != NULL, NULL);

  self = g_object_new (GHD_TYPE_GUILD, NULL);
  self->guild_id = g_strdup (guild_id);

  return self;
}

const char *
ghd_guild_get_id (GhdGuild *self)
{
  return self->guild_id;
}

const char *
ghd_guild_get_name (GhdGuild *self)
{
  return self->name;
}

const char *
ghd_guild_get_description (GhdGuild *self)
{
  return self->description;
}

const char *
ghd_guild_get_icon (GhdGuild *self)
{
  return self->icon;
}

const char *
ghd_guild_get_owner (GhdGuild *self)
{
  return self->owner;
}

/**
 * ghd_guild_get_owner_event_id:
 *
 * Returns: (nullable): of the event that says who owns it, when that is not its creation
 */
const char *
ghd_guild_get_owner_event_id (GhdGuild *self)
{
  g_return_val_if_fail (GHD_IS_GUILD (self), NULL);

  return self->owner_event_id;
}

const char *
ghd_guild_get_create_event_id (GhdGuild *self)
{
  return self->create_event_id;
}

gboolean
ghd_guild_is_deleted (GhdGuild *self)
{
  return self->deleted;
}

gboolean
ghd_guild_is_owner (GhdGuild *self, const char *user_id)
{
  return self->owner != NULL && g_str_equal (self->owner, user_id);
}

/**
 * ghd_guild_get_generation:
 *
 * Returns: a number that changes whenever permissions may have changed
 */
guint64
ghd_guild_get_generation (GhdGuild *self)
{
  return self->generation;
}

GhdMember *
ghd_guild_get_member (GhdGuild *self, const char *user_id)
{
  return g_hash_table_lookup (self->members, user_id);
}

gboolean
ghd_guild_is_banned (GhdGuild *self, const char *user_id)
{
  return g_hash_table_contains (self->bans, user_id);
}

static char *
leaving_key (const char *user_id, const char *channel_id)
{
  return channel_id != NULL ? g_strconcat (user_id, " ", channel_id, NULL) : g_strdup (user_id);
}

/**
 * ghd_guild_set_leaving:
 * @channel_id: (nullable): NULL for the guild as a whole
 *
 * Notes that an event is being written which takes @user_id out: what they say from now on would come
 * after it in the log.
 */
void
ghd_guild_set_leaving (GhdGuild *self, const char *user_id, const char *channel_id,
                       gboolean leaving)
{
  g_autofree char *key = leaving_key (user_id, channel_id);

  if (leaving)
    g_hash_table_add (self->leaving, g_steal_pointer (&key));
  else
    g_hash_table_remove (self->leaving, key);
}

gboolean
ghd_guild_is_leaving (GhdGuild *self, const char *user_id, const char *channel_id)
{
  g_autofree char *key = NULL;

  if (g_hash_table_size (self->leaving) == 0)
    return FALSE;

  key = leaving_key (user_id, channel_id);

  return g_hash_table_contains (self->leaving, user_id)
         || g_hash_table_contains (self->leaving, key);
}

guint
ghd_guild_count_members (GhdGuild *self)
{
  return g_hash_table_size (self->members);
}

/**
 * ghd_guild_list_members:
 *
 * Returns: (transfer none) (element-type GhdMember): sorted by user id; valid until the next fold
 */
GPtrArray *
ghd_guild_list_members (GhdGuild *self)
{
  if (self->sorted_members == NULL)
    {
      self->sorted_members = g_hash_table_get_values_as_ptr_array (self->members);
      g_ptr_array_sort (self->sorted_members, compare_members);
    }

  return self->sorted_members;
}

/**
 * ghd_guild_peek_members:
 *
 * Returns: (transfer none) (element-type utf8 GhdMember): by user id, unsorted
 */
GHashTable *
ghd_guild_peek_members (GhdGuild *self)
{
  return self->members;
}

GhdRole *
ghd_guild_get_role (GhdGuild *self, const char *role_id)
{
  return g_hash_table_lookup (self->roles, role_id);
}

/**
 * ghd_guild_list_roles:
 *
 * Returns: (transfer container) (element-type GhdRole): the strongest first
 */
GPtrArray *
ghd_guild_list_roles (GhdGuild *self)
{
  GPtrArray *roles = g_hash_table_get_values_as_ptr_array (self->roles);

  g_ptr_array_sort (roles, compare_roles);
  return roles;
}

guint
ghd_guild_count_roles (GhdGuild *self)
{
  return g_hash_table_size (self->roles);
}

gboolean
ghd_member_has_role (GhdMember *member, const char *role_id)
{
  return g_str_equal (role_id, GH_ROLE_EVERYONE)
         || g_strv_contains ((const char *const *) member->roles, role_id);
}

GhdChannel *
ghd_guild_get_channel (GhdGuild *self, const char *channel_id)
{
  GhdChannel *channel = g_hash_table_lookup (self->channels, channel_id);

  return channel != NULL && channel->name != NULL ? channel : NULL;
}

/**
 * ghd_guild_list_channels:
 *
 * Returns: (transfer container) (element-type GhdChannel): channels and categories by their order
 */
GPtrArray *
ghd_guild_list_channels (GhdGuild *self)
{
  GPtrArray *channels = g_ptr_array_new ();
  GHashTableIter iter;
  GhdChannel *channel;

  g_hash_table_iter_init (&iter, self->channels);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &channel))
    if (channel->name != NULL)
      g_ptr_array_add (channels, channel);
  g_ptr_array_sort (channels, compare_channels);

  return channels;
}

guint
ghd_guild_count_channels (GhdGuild *self)
{
  return g_hash_table_size (self->channels);
}

GhdMembership
ghd_channel_get_membership (GhdChannel *channel, const char *user_id)
{
  GhdChannelMember *member = ghd_channel_get_member (channel, user_id);

  return member != NULL ? member->membership : GHD_MEMBERSHIP_NONE;
}

gboolean
ghd_channel_is_joined (GhdChannel *channel, const char *user_id)
{
  return ghd_channel_get_membership (channel, user_id) == GHD_MEMBERSHIP_JOIN;
}

/**
 * ghd_channel_get_member:
 *
 * Returns: (nullable): @user_id's last known membership of the channel and the event that made it
 */
GhdChannelMember *
ghd_channel_get_member (GhdChannel *channel, const char *user_id)
{
  return g_hash_table_lookup (channel->members, user_id);
}

const char *
ghd_channel_kind_to_string (GhdChannelKind kind)
{
  return channel_kinds[kind];
}

gboolean
ghd_channel_kind_from_string (const char *text, GhdChannelKind *kind)
{
  for (guint i = 0; channel_kinds[i] != NULL; i++)
    if (g_strcmp0 (text, channel_kinds[i]) == 0)
      {
        *kind = i;
        return TRUE;
      }

  return FALSE;
}

const char *
ghd_membership_to_string (GhdMembership membership)
{
  return memberships[membership];
}

GhdMembership
ghd_membership_from_string (const char *text)
{
  for (guint i = 0; memberships[i] != NULL; i++)
    if (g_strcmp0 (text, memberships[i]) == 0)
      return i;

  return GHD_MEMBERSHIP_NONE;
}
