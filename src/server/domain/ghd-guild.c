/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-guild.h"

#include "gh-id.h"

#include <string.h>

struct _GhdGuild
{
  GObject     parent_instance;
  char       *guild_id;
  char       *name;
  char       *description;
  char       *icon;
  char       *owner;
  char       *create_event_id;
  gboolean    deleted;
  GHashTable *members;  /* user id -> GhdMember, those who are joined */
  GHashTable *bans;     /* set of user ids */
  GHashTable *roles;    /* role id -> GhdRole */
  GHashTable *channels; /* channel or category id -> GhdChannel */
  GPtrArray  *sorted_members; /* lazily made, dropped when membership changes */
  guint64     generation;     /* counts what may change permissions */
};

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

static void
channel_member_free (gpointer data)
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

/* A channel's own room and the guild's record of it are separate events, in either order. */
static GhdChannel *
ensure_channel (GhdGuild   *self,
                const char *channel_id)
{
  GhdChannel *channel = g_hash_table_lookup (self->channels, channel_id);

  if (channel == NULL)
    {
      channel = g_new0 (GhdChannel, 1);
      channel->channel_id = g_strdup (channel_id);
      channel->overrides = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      channel->members = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                channel_member_free);
      channel->permissions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (self->channels, channel->channel_id, channel);
    }

  return channel;
}

static void
fold_role (GhdGuild      *self,
           const GhdFact *fact)
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
fold_overrides (GhdChannel *channel,
                GhJson     *content)
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
fold_channel_record (GhdGuild      *self,
                     const GhdFact *fact)
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
fold_guild_member (GhdGuild      *self,
                   const GhdFact *fact)
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
fold_member_roles (GhdGuild      *self,
                   const GhdFact *fact)
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
fold_guild_state (GhdGuild      *self,
                  const GhdFact *fact)
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
      if (owner != NULL)
        g_set_str (&self->owner, owner);
      self->generation++;
    }
  else if (g_str_equal (fact->type, GH_EVENT_GUILD_DELETE))
    {
      self->deleted = TRUE;
      self->generation++;
    }
}

static void
fold_channel_state (GhdGuild      *self,
                    const GhdFact *fact)
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

static int
compare_members (gconstpointer a,
                 gconstpointer b)
{
  const GhdMember *member_a = *(const GhdMember *const *) a;
  const GhdMember *member_b = *(const GhdMember *const *) b;

  return strcmp (member_a->user_id, member_b->user_id);
}

static int
compare_roles (gconstpointer a,
               gconstpointer b)
{
  const GhdRole *role_a = *(const GhdRole *const *) a;
  const GhdRole *role_b = *(const GhdRole *const *) b;

  if (role_a->order != role_b->order)
    return role_a->order < role_b->order ? 1 : -1;

  return strcmp (role_a->role_id, role_b->role_id);
}

static int
compare_channels (gconstpointer a,
                  gconstpointer b)
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
  g_free (self->guild_id);
  g_free (self->name);
  g_free (self->description);
  g_free (self->icon);
  g_free (self->owner);
  g_free (self->create_event_id);

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

/**
 * ghd_guild_fold:
 *
 * Takes one fact of the guild's room or of one of its channels' rooms, in the order of positions.
 * Facts that are unknown change nothing, so that a newer server's events do no harm.
 */
void
ghd_guild_fold (GhdGuild      *self,
                const GhdFact *fact)
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
ghd_guild_set_last_position (GhdGuild   *self,
                             const char *channel_id,
                             gint64      position)
{
  GhdChannel *channel;

  g_return_if_fail (GHD_IS_GUILD (self));

  channel = g_hash_table_lookup (self->channels, channel_id);
  if (channel != NULL)
    channel->last_position = MAX (channel->last_position, position);
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
ghd_guild_is_owner (GhdGuild   *self,
                    const char *user_id)
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
ghd_guild_get_member (GhdGuild   *self,
                      const char *user_id)
{
  return g_hash_table_lookup (self->members, user_id);
}

gboolean
ghd_guild_is_banned (GhdGuild   *self,
                     const char *user_id)
{
  return g_hash_table_contains (self->bans, user_id);
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
ghd_guild_get_role (GhdGuild   *self,
                    const char *role_id)
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
ghd_member_has_role (GhdMember  *member,
                     const char *role_id)
{
  return g_str_equal (role_id, GH_ROLE_EVERYONE)
         || g_strv_contains ((const char *const *) member->roles, role_id);
}

GhdChannel *
ghd_guild_get_channel (GhdGuild   *self,
                       const char *channel_id)
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
ghd_channel_get_membership (GhdChannel *channel,
                            const char *user_id)
{
  GhdChannelMember *member = ghd_channel_get_member (channel, user_id);

  return member != NULL ? member->membership : GHD_MEMBERSHIP_NONE;
}

gboolean
ghd_channel_is_joined (GhdChannel *channel,
                       const char *user_id)
{
  return ghd_channel_get_membership (channel, user_id) == GHD_MEMBERSHIP_JOIN;
}

/**
 * ghd_channel_get_member:
 *
 * Returns: (nullable): @user_id's last known membership of the channel and the event that made it
 */
GhdChannelMember *
ghd_channel_get_member (GhdChannel *channel,
                        const char *user_id)
{
  return g_hash_table_lookup (channel->members, user_id);
}

const char *
ghd_channel_kind_to_string (GhdChannelKind kind)
{
  return channel_kinds[kind];
}

gboolean
ghd_channel_kind_from_string (const char     *text,
                              GhdChannelKind *kind)
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
