/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-guild-private.h"

#include "gh-error.h"
#include "gh-id.h"
#include "gh-json-builder.h"
#include "ghc-account-private.h"
#include "ghc-channel-list-private.h"
#include "ghc-channel-private.h"

#include <glib/gi18n.h>

/* The elements of an array member of @json, each an object; others are passed over. */
typedef struct
{
  GhJson *array;
  GhJsonIter iter;
  GhJson *element;
} Elements;

static void
elements_init (Elements *elements, GhJson *json, const char *name)
{
  elements->array = gh_json_peek_array (json, name);
  elements->element = NULL;
  if (elements->array != NULL)
    gh_json_iter_init (&elements->iter, elements->array);
}

static GhJson *
elements_next (Elements *elements)
{
  const char *name;

  g_clear_pointer (&elements->element, gh_json_unref);
  while (elements->array != NULL && gh_json_iter_next (&elements->iter, &name, &elements->element))
    {
      if (gh_json_is_object (elements->element))
        return elements->element;
      g_clear_pointer (&elements->element, gh_json_unref);
    }
  g_clear_pointer (&elements->array, gh_json_unref);

  return NULL;
}

static void
fold_roles (GhcGuild *self, GhJson *snapshot, GHashTable *newer)
{
  g_autoptr (GHashTable) present = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer role_id;
  Elements elements;
  GhJson *json;

  elements_init (&elements, snapshot, "roles");
  while ((json = elements_next (&elements)) != NULL)
    {
      const char *id = gh_json_peek_string (json, "role_id");

      if (!gh_id_is_valid (GH_ID_ROLE, id)
          || ghc_guild_find_newer (newer, GH_EVENT_GUILD_ROLE, self->guild_id, id) != NULL)
        continue;
      ghc_guild_update_role (self, id, json);
      g_hash_table_add (present,
                        (gpointer) ghc_role_get_role_id (ghc_guild_lookup_role (self, id)));
    }

  g_hash_table_iter_init (&iter, self->roles_by_id);
  while (g_hash_table_iter_next (&iter, &role_id, NULL))
    {
      if (!g_hash_table_contains (present, role_id)
          && ghc_guild_find_newer (newer, GH_EVENT_GUILD_ROLE, self->guild_id, role_id) == NULL)
        g_hash_table_iter_remove (&iter);
    }
  ghc_guild_sort_roles (self);
}

static void
fold_channel (GhcGuild *self, GhJson *json, const char *channel_id, GHashTable *newer)
{
  gint64 last_position = MAX (gh_json_peek_int (json, "last_position", 0), 0);
  const char *me = self->account != NULL ? ghc_account_get_user_id (self->account) : NULL;
  GhcChannel *channel;

  if (ghc_guild_find_newer (newer, GH_EVENT_GUILD_CHANNEL, self->guild_id, channel_id) == NULL)
    ghc_guild_update_channel (self, channel_id, json);
  channel = ghc_guild_lookup_channel (self, channel_id);
  if (channel == NULL)
    return;

  if (ghc_guild_find_newer (newer, GH_EVENT_ROOM_MEMBER, channel_id, me) == NULL)
    ghc_channel_set_membership (channel,
                                ghc_membership_from_wire (gh_json_peek_string (json, "membership")),
                                last_position);
  if (ghc_channel_get_joined (channel))
    {
      if (ghc_guild_find_newer (newer, GH_EVENT_CHANNEL_TOPIC, channel_id, "") == NULL)
        ghc_channel_set_topic (channel, gh_json_peek_string (json, "topic"));
      ghc_channel_set_last_position (channel, last_position);
    }
}

static void
remove_absent_channels (GhcGuild *self, GHashTable *present, GHashTable *newer)
{
  GListModel *all = ghc_channel_list_get_all (self->channels);
  g_autoptr (GPtrArray) absent = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GhcChannel) channel = g_list_model_get_item (all, i);
      const char *channel_id = ghc_channel_get_channel_id (channel);

      if (!g_hash_table_contains (present, channel_id)
          && ghc_guild_find_newer (newer, GH_EVENT_GUILD_CHANNEL, self->guild_id, channel_id)
               == NULL)
        g_ptr_array_add (absent, g_object_ref (channel));
    }

  for (guint i = 0; i < absent->len; i++)
    ghc_guild_remove_channel (self, ghc_channel_get_channel_id (g_ptr_array_index (absent, i)));
}

static void
fold_channels (GhcGuild *self, GhJson *snapshot, GHashTable *newer)
{
  g_autoptr (GHashTable) present = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Elements elements;
  GhJson *json;

  ghc_channel_list_freeze (self->channels);
  elements_init (&elements, snapshot, "channels");
  while ((json = elements_next (&elements)) != NULL)
    {
      const char *id = gh_json_peek_string (json, "channel_id");

      if (!gh_id_is_valid (GH_ID_ROOM, id) && !gh_id_is_valid (GH_ID_CATEGORY, id))
        continue;
      fold_channel (self, json, id, newer);
      g_hash_table_add (present, g_strdup (id));
    }
  ghc_channel_list_thaw (self->channels);

  remove_absent_channels (self, present, newer);
}

/* Servers from before members had a "changed_ts" tell nothing of the age of what they say. */
static void
fold_profile (GhcUser *user, GhJson *json)
{
  gint64 changed_ts = gh_json_peek_int (json, "changed_ts", ghc_user_get_changed_ts (user));
  const char *image = gh_json_peek_string (json, "image");

  if (changed_ts < ghc_user_get_changed_ts (user))
    return;

  ghc_user_set_changed_ts (user, changed_ts);
  ghc_user_set_display_name (user, gh_json_peek_string (json, "display_name"));
  ghc_user_set_status (user, gh_json_peek_string (json, "status"),
                       gh_json_peek_int (json, "status_expires_ts", 0));
  ghc_user_set_image_id (user, gh_id_is_valid (GH_ID_MEDIA, image) ? image : NULL);
}

static void
fold_member (GhcGuild *self, GhJson *json, const char *user_id, GHashTable *newer, guint64 asked)
{
  GhEvent *event = ghc_guild_find_newer (newer, GH_EVENT_GUILD_MEMBER_ROLES, self->guild_id,
                                         user_id);
  g_auto (GStrv) role_ids = NULL;
  GhcUser *user = ghc_account_ensure_user (self->account, user_id);
  GhcMember *member;

  fold_profile (user, json);
  ghc_account_fold_member_presence (self->account, user, gh_json_peek_string (json, "presence"),
                                    asked);

  /* Who left or joined since is what they are. */
  if (ghc_guild_find_newer (newer, GH_EVENT_ROOM_MEMBER, self->guild_id, user_id) != NULL)
    return;

  /* Roles that were given before anybody had told of the member. */
  member = ghc_guild_ensure_member (self, user_id);
  if (gh_json_get_ids (event != NULL ? gh_event_get_content (event) : json, "roles", GH_ID_ROLE,
                       GH_LIMIT_MEMBER_ROLES, &role_ids, NULL))
    ghc_member_set_role_ids (member, (const char *const *) role_ids);
  ghc_member_set_joined_ts (member, gh_json_peek_int (json, "joined_ts", 0));
}

/* Returns: (transfer full): a set of the ids of whom @members names */
static GHashTable *
fold_members (GhcGuild *self, GhJson *members, GHashTable *newer, guint64 asked)
{
  GHashTable *present = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Elements elements;
  GhJson *json;

  elements_init (&elements, members, "members");
  while ((json = elements_next (&elements)) != NULL)
    {
      const char *user_id = gh_json_peek_string (json, "user_id");

      if (!gh_id_is_valid (GH_ID_USER, user_id))
        continue;
      fold_member (self, json, user_id, newer, asked);
      g_hash_table_add (present, g_strdup (user_id));
    }

  return present;
}

static gboolean
is_joining (GhEvent *event)
{
  return ghc_membership_from_wire (gh_json_peek_string (gh_event_get_content (event), "membership"))
         == GHC_MEMBERSHIP_JOIN;
}

/* Makes of @present, who were there at the time of an answer, at @position, those who are there now.
 * @is_complete: it names everybody; of whom it may have left out the first thing they did since says
 * whether they were there. Returns by how many the members have become more since. */
static int
follow_newer (GhcGuild *self, gint64 position, GHashTable *present, gboolean is_complete)
{
  g_autoptr (GHashTable) gone = g_hash_table_new (g_str_hash, g_str_equal);
  int n_more = 0;

  for (GList *l = self->recent.head; l != NULL; l = l->next)
    {
      GhEvent *event = l->data;
      const char *user_id = gh_event_get_state_key (event);
      gboolean is_here;
      gboolean was_here;

      if (gh_event_get_position (event) <= position || !gh_event_is (event, GH_EVENT_ROOM_MEMBER)
          || !g_str_equal (gh_event_get_room_id (event), self->guild_id))
        continue;

      is_here = is_joining (event);
      was_here = g_hash_table_contains (present, user_id)
                 || (!is_complete && !is_here && !g_hash_table_contains (gone, user_id));
      n_more += is_here - was_here;
      if (is_here)
        g_hash_table_add (present, g_strdup (user_id));
      else
        {
          g_hash_table_remove (present, user_id);
          g_hash_table_add (gone, (gpointer) user_id);
        }
    }

  return n_more;
}

/* So much happened that an answer of @position is of no use: another one is needed, unless one that was
 * newer came before it. */
static void
ask_again (GhcGuild *self, gint64 position)
{
  if (position < self->answered || self->account == NULL)
    return;

  /* Never twice for the same. */
  self->answered = position + 1;
  ghc_account_emit_refresh_needed (self->account, self->guild_id);
}

/**
 * ghc_guild_fold_members:
 * @page: as member.list returns it; hostile input
 *
 * Does not resolve: the caller calls ghc_guild_resolve() when it has folded all it has.
 *
 * Returns: FALSE when @page is too old to be of use
 */
gboolean
ghc_guild_fold_members (GhcGuild *self, GhJson *page, guint64 asked)
{
  /* Servers from before pages had one tell nothing of their age. */
  gint64 position = gh_json_peek_int (page, "position", self->position);
  g_autoptr (GHashTable) newer = ghc_guild_list_newer (self, position);

  if (newer != NULL && self->account != NULL)
    g_hash_table_unref (fold_members (self, page, newer, asked));

  return newer != NULL;
}

/**
 * ghc_guild_retain_members:
 * @user_ids: (element-type utf8 utf8): a set of all whom the pages of member.list named
 * @position: of the first of these pages
 *
 * Removes everybody else, but for those who joined while the pages were fetched.
 */
void
ghc_guild_retain_members (GhcGuild *self, GHashTable *user_ids, gint64 position)
{
  g_autoptr (GHashTable) newer = ghc_guild_list_newer (self, position);

  if (newer == NULL)
    {
      ask_again (self, position);
      return;
    }

  follow_newer (self, position, user_ids, TRUE);
  ghc_member_list_retain (self->members, user_ids);
}

static void
fold_all_members (GhcGuild *self, GhJson *snapshot, gint64 position, GHashTable *newer,
                  guint64 asked)
{
  gint64 n_members = CLAMP (gh_json_peek_int (snapshot, "members_count", 0), 0, G_MAXINT);
  g_autoptr (GhJson) members = gh_json_peek_array (snapshot, "members");
  gboolean is_complete = members != NULL && (gint64) gh_json_get_length (members) >= n_members;
  g_autoptr (GHashTable) present = NULL;

  if (self->account == NULL)
    return;

  present = fold_members (self, snapshot, newer, asked);
  n_members += follow_newer (self, position, present, is_complete);
  if (is_complete)
    ghc_member_list_retain (self->members, present);
  ghc_guild_set_n_members (self, (guint) MAX (n_members, 0));
}

/**
 * ghc_guild_fold_snapshot:
 * @snapshot: as guild.get returns it; hostile input
 * @asked: ghc_account_get_n_heard() when it was asked for
 *
 * Brings the guild to the state of @snapshot, but for what happened since.
 *
 * Returns: FALSE with %GH_ERROR_INVALID when it is not a snapshot of this guild
 */
gboolean
ghc_guild_fold_snapshot (GhcGuild *self, GhJson *snapshot, guint64 asked, GError **error)
{
  const char *guild_id;
  const char *name;
  const char *owner;
  gint64 position;
  g_autoptr (GHashTable) newer = NULL;
  g_auto (GStrv) my_roles = NULL;

  if (!gh_json_get_id (snapshot, "guild_id", GH_ID_ROOM, &guild_id, error)
      || !gh_json_get_string (snapshot, "name", 0, GH_LIMIT_GUILD_NAME, &name, error)
      || !gh_json_get_id (snapshot, "owner", GH_ID_USER, &owner, error)
      || !gh_json_get_int (snapshot, "position", 0, GH_LIMIT_JSON_INT, &position, error)
      || !gh_json_get_ids (snapshot, "my_roles", GH_ID_ROLE, GH_LIMIT_MEMBER_ROLES, &my_roles,
                           error))
    return FALSE;

  if (!g_str_equal (guild_id, self->guild_id))
    {
      gh_set_error (error, GH_ERROR_INVALID, "guild.other", NULL,
                    _ ("The server answered with a different guild than the one asked for."));
      return FALSE;
    }

  newer = ghc_guild_list_newer (self, position);
  if (newer == NULL)
    {
      ask_again (self, position);
      return TRUE;
    }

  g_object_freeze_notify (G_OBJECT (self));
  if (ghc_guild_find_newer (newer, GH_EVENT_GUILD_META, self->guild_id, "") == NULL)
    ghc_guild_set_meta (self, name, gh_json_peek_string (snapshot, "description"),
                        gh_json_peek_string (snapshot, "icon"), owner);
  if (self->account == NULL
      || ghc_guild_find_newer (newer, GH_EVENT_GUILD_MEMBER_ROLES, self->guild_id,
                               ghc_account_get_user_id (self->account))
           == NULL)
    ghc_guild_set_my_role_ids (self, (const char *const *) my_roles);
  fold_roles (self, snapshot, newer);
  fold_channels (self, snapshot, newer);
  fold_all_members (self, snapshot, position, newer, asked);
  self->position = MAX (self->position, position);
  self->answered = MAX (self->answered, position);
  ghc_guild_forget_recent (self, position);
  ghc_guild_resolve (self);
  g_object_thaw_notify (G_OBJECT (self));

  return TRUE;
}

static void
add_role (GhJsonBuilder *builder, GhcRole *role)
{
  gh_json_builder_open_object (builder, NULL);
  gh_json_builder_add_string (builder, "role_id", ghc_role_get_role_id (role));
  gh_json_builder_add_string (builder, "name", ghc_role_get_name (role));
  if (ghc_role_get_color (role) != GHC_ROLE_NO_COLOR)
    gh_json_builder_add_int (builder, "color", ghc_role_get_color (role));
  gh_json_builder_add_int (builder, "permissions", ghc_role_get_permissions (role));
  gh_json_builder_add_int (builder, "order", ghc_role_get_order (role));
  gh_json_builder_add_bool (builder, "hoist", ghc_role_get_hoist (role));
  gh_json_builder_close (builder);
}

static void
add_overrides (GhJsonBuilder *builder, GhcChannel *channel)
{
  GHashTableIter iter;
  gpointer target;
  gpointer value;

  gh_json_builder_open_object (builder, "overrides");
  g_hash_table_iter_init (&iter, channel->overrides);
  while (g_hash_table_iter_next (&iter, &target, &value))
    {
      const GhPermissionOverride *override = value;

      gh_json_builder_open_object (builder, target);
      gh_json_builder_add_int (builder, "allow", override->allow);
      gh_json_builder_add_int (builder, "deny", override->deny);
      gh_json_builder_close (builder);
    }
  gh_json_builder_close (builder);
}

static void
add_channel (GhJsonBuilder *builder, GhcChannel *channel)
{
  gh_json_builder_open_object (builder, NULL);
  gh_json_builder_add_string (builder, "channel_id", channel->channel_id);
  gh_json_builder_add_string (builder, "kind", ghc_channel_kind_to_wire (channel->kind));
  gh_json_builder_add_string (builder, "name", channel->name);
  gh_json_builder_add_bool (builder, "private", channel->is_private);
  gh_json_builder_add_bool (builder, "auto_join", channel->auto_join);
  gh_json_builder_add_optional_string (builder, "parent", channel->parent);
  gh_json_builder_add_int (builder, "order", channel->order);
  add_overrides (builder, channel);
  if (channel->membership != GHC_MEMBERSHIP_NONE)
    gh_json_builder_add_string (builder, "membership",
                                channel->membership == GHC_MEMBERSHIP_JOIN ? "join" : "invite");
  gh_json_builder_add_optional_string (builder, "topic", channel->topic);
  if (channel->last_position > 0)
    gh_json_builder_add_int (builder, "last_position", channel->last_position);
  gh_json_builder_close (builder);
}

static void
add_member (GhJsonBuilder *builder, GhcMember *member)
{
  GhcUser *user = ghc_member_get_user (member);

  gh_json_builder_open_object (builder, NULL);
  gh_json_builder_add_string (builder, "user_id", ghc_user_get_user_id (user));
  if (ghc_user_get_known (user))
    gh_json_builder_add_string (builder, "display_name", ghc_user_get_display_name (user));
  gh_json_builder_add_optional_string (builder, "status", ghc_user_get_status (user));
  if (ghc_user_get_status_expires_ts (user) > 0)
    gh_json_builder_add_int (builder, "status_expires_ts", ghc_user_get_status_expires_ts (user));
  gh_json_builder_add_optional_string (builder, "image", ghc_user_get_image_id (user));
  if (ghc_user_get_changed_ts (user) > 0)
    gh_json_builder_add_int (builder, "changed_ts", ghc_user_get_changed_ts (user));
  gh_json_builder_add_strings (builder, "roles", ghc_member_get_role_ids (member));
  gh_json_builder_add_int (builder, "joined_ts", ghc_member_get_joined_ts (member));
  gh_json_builder_close (builder);
}

/**
 * ghc_guild_to_snapshot:
 *
 * What the cache keeps so that everything is there at the next start: the snapshot's form, with the
 * state as it is now. Presence is left out.
 *
 * Returns: (transfer full): the snapshot as JSON
 */
GBytes *
ghc_guild_to_snapshot (GhcGuild *self)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  GListModel *lists[3];
  static const char *const names[] = { "roles", "channels", "members" };

  g_return_val_if_fail (GHC_IS_GUILD (self), NULL);

  lists[0] = G_LIST_MODEL (self->roles);
  lists[1] = ghc_channel_list_get_all (self->channels);
  lists[2] = ghc_member_list_get_all (self->members);

  gh_json_builder_add_string (builder, "guild_id", self->guild_id);
  gh_json_builder_add_string (builder, "name", self->name);
  gh_json_builder_add_optional_string (builder, "description", self->description);
  gh_json_builder_add_optional_string (builder, "icon", self->icon_id);
  gh_json_builder_add_string (builder, "owner", self->owner);
  gh_json_builder_add_int (builder, "permissions", self->permissions);
  gh_json_builder_add_int (builder, "position", self->position);
  gh_json_builder_add_int (builder, "members_count", self->n_members);
  gh_json_builder_add_strings (builder, "my_roles", (const char *const *) self->my_role_ids);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      gh_json_builder_open_array (builder, names[i]);
      for (guint j = 0; j < g_list_model_get_n_items (lists[i]); j++)
        {
          g_autoptr (GObject) item = g_list_model_get_item (lists[i], j);

          if (i == 0)
            add_role (builder, GHC_ROLE (item));
          else if (i == 1)
            add_channel (builder, GHC_CHANNEL (item));
          else
            add_member (builder, GHC_MEMBER (item));
        }
      gh_json_builder_close (builder);
    }

  return gh_json_builder_finish_bytes (builder);
}
