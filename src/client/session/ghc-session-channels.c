/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-session-change.h"

#include "gh-error.h"
#include "gh-json-builder.h"
#include "ghc-channel-order.h"

#include <glib/gi18n.h>

/* Sent with channel.reorder; the server takes this many. */
#define MAX_ORDERED 500

typedef struct
{
  GhcSession *self;
  GhcGuild *guild;
  GhcChannel *channel;
  GhJson *data;
} Task;

static void
task_free (gpointer data)
{
  Task *task = data;

  g_object_unref (task->self);
  g_clear_object (&task->guild);
  g_clear_object (&task->channel);
  g_clear_pointer (&task->data, gh_json_unref);
  g_free (task);
}

static DexFuture *
new_gone (void)
{
  return dex_future_new_for_error (gh_error_new (GH_ERROR_NOT_FOUND, "channel.gone", NULL, 0,
                                                 _ ("This channel no longer exists.")));
}

/* One change of one channel that needs nothing but its name. */
static DexFuture *
change_channel (GhcSession *self, const char *operation, GhcChannel *channel)
{
  g_autofree char *txn_id = ghc_session_make_txn_id ();

  return ghc_session_change_quiet (self, operation,
                                   ghc_data_new ("s", "channel_id",
                                                 ghc_channel_get_channel_id (channel), "s",
                                                 "txn_id", txn_id, NULL));
}

static DexFuture *
create_fiber (gpointer data)
{
  Task *task = data;
  const char *guild_id = ghc_guild_get_guild_id (task->guild);
  g_autoptr (GhJson) reply = NULL;
  GError *error = NULL;
  const char *channel_id;
  GhcChannel *channel;

  reply = dex_await_boxed (ghc_session_change (task->self, "channel.create",
                                               gh_json_ref (task->data)),
                           &error);
  if (reply == NULL || !gh_json_get_string (reply, "channel_id", 1, 1024, &channel_id, &error))
    return dex_future_new_for_error (error);

  channel = ghc_guild_lookup_channel (task->guild, channel_id);
  /* The stream may be slower than the reply, or not there at all. */
  if (channel == NULL && !ghc_session_refresh_guild (task->self, guild_id, &error))
    return dex_future_new_for_error (error);
  channel = ghc_guild_lookup_channel (task->guild, channel_id);

  return channel != NULL ? dex_future_new_take_object (g_object_ref (channel)) : new_gone ();
}

DexFuture *
ghc_session_create_channel (GhcSession *self, GhcGuild *guild, GhcChannelKind kind,
                            const char *name, const char *topic, gboolean is_private,
                            GhcChannel *parent)
{
  g_autofree char *txn_id = ghc_session_make_txn_id ();
  Task *task;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  task = g_new0 (Task, 1);
  task->self = g_object_ref (self);
  task->guild = g_object_ref (guild);
  /* A category has neither topic nor privacy nor a category of its own. */
  if (kind == GHC_CHANNEL_CATEGORY)
    task->data = ghc_data_new ("s", "guild_id", ghc_guild_get_guild_id (guild), "s", "name", name,
                               "s", "kind", ghc_channel_kind_to_wire (kind), "s", "txn_id", txn_id,
                               NULL);
  else
    task->data = ghc_data_new ("s", "guild_id", ghc_guild_get_guild_id (guild), "s", "name", name,
                               "s", "kind", ghc_channel_kind_to_wire (kind), "o", "topic", topic,
                               "b", "private", is_private, "o", "parent",
                               parent != NULL ? ghc_channel_get_channel_id (parent) : NULL, "s",
                               "txn_id", txn_id, NULL);
  return ghc_session_spawn (self, create_fiber, task, task_free);
}

DexFuture *
ghc_session_edit_channel (GhcSession *self, GhcChannel *channel, const char *name,
                          const char *topic)
{
  g_autofree char *txn_id = ghc_session_make_txn_id ();

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);

  return ghc_session_change_quiet (self, "channel.edit",
                                   ghc_data_new ("s", "channel_id",
                                                 ghc_channel_get_channel_id (channel), "o", "name",
                                                 name, "o", "topic", topic, "s", "txn_id", txn_id,
                                                 NULL));
}

static gboolean
is_category (GhcChannel *channel)
{
  return ghc_channel_get_kind (channel) == GHC_CHANNEL_CATEGORY;
}

/* The siblings of a channel (or all categories) in the order they shall have. */
static GPtrArray *
list_siblings (GhcChannel *channel, GhcChannel *parent, GhcChannel *before)
{
  GListModel *all = ghc_channel_list_get_all (
    ghc_guild_get_channels (ghc_channel_get_guild (channel)));
  const char *parent_id = parent != NULL ? ghc_channel_get_channel_id (parent) : NULL;
  GPtrArray *siblings = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean is_placed = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GhcChannel) other = g_list_model_get_item (all, i);

      if (other == channel || is_category (other) != is_category (channel)
          || (!is_category (channel) && g_strcmp0 (ghc_channel_get_parent (other), parent_id) != 0))
        continue;
      if (other == before)
        {
          g_ptr_array_add (siblings, g_object_ref (channel));
          is_placed = TRUE;
        }
      g_ptr_array_add (siblings, g_steal_pointer (&other));
    }

  if (!is_placed)
    g_ptr_array_add (siblings, g_object_ref (channel));
  return siblings;
}

static void
add_place (GhJsonBuilder *builder, GhcChannel *channel, GhcChannel *parent, int order)
{
  gh_json_builder_open_object (builder, NULL);
  gh_json_builder_add_string (builder, "id", ghc_channel_get_channel_id (channel));
  if (!is_category (channel) && parent != NULL)
    gh_json_builder_add_string (builder, "parent", ghc_channel_get_channel_id (parent));
  else if (!is_category (channel))
    gh_json_builder_add_null (builder, "parent");
  gh_json_builder_add_int (builder, "order", order);
  gh_json_builder_close (builder);
}

/* The moved channel, and those of its siblings that must make room. One that may not be managed
 * stays as it is: the server would refuse everything because of it. */
static void
add_places (GhJsonBuilder *builder, GhcChannel *channel, GhcChannel *parent, GPtrArray *siblings)
{
  g_autofree GhcChannelOrder *places = g_new0 (GhcChannelOrder, siblings->len);
  guint n_added = 0;

  for (guint i = 0; i < siblings->len; i++)
    {
      GhcChannel *sibling = g_ptr_array_index (siblings, i);

      places[i].order = ghc_channel_get_order (sibling);
      places[i].is_moved = sibling == channel;
      places[i].is_fixed = sibling != channel && !ghc_channel_get_can_manage (sibling);
    }
  ghc_channel_order_number (places, siblings->len);

  for (guint i = 0; i < siblings->len && n_added < MAX_ORDERED; i++)
    {
      GhcChannel *sibling = g_ptr_array_index (siblings, i);

      if (sibling != channel && places[i].order == ghc_channel_get_order (sibling))
        continue;
      add_place (builder, sibling, parent, places[i].order);
      n_added++;
    }
}

DexFuture *
ghc_session_move_channel (GhcSession *self, GhcChannel *channel, GhcChannel *parent,
                          GhcChannel *before)
{
  g_autofree char *txn_id = ghc_session_make_txn_id ();
  g_autoptr (GPtrArray) siblings = NULL;
  g_autoptr (GhJsonBuilder) builder = NULL;
  GhcGuild *guild;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);

  guild = ghc_channel_get_guild (channel);
  if (guild == NULL)
    return new_gone ();

  siblings = list_siblings (channel, parent, before);
  builder = gh_json_builder_new ();
  gh_json_builder_add_string (builder, "guild_id", ghc_guild_get_guild_id (guild));
  gh_json_builder_add_string (builder, "txn_id", txn_id);
  gh_json_builder_open_array (builder, "channels");
  add_places (builder, channel, parent, siblings);
  gh_json_builder_close (builder);

  return ghc_session_change_quiet (self, "channel.reorder", gh_json_builder_finish (builder));
}

DexFuture *
ghc_session_set_override (GhcSession *self, GhcChannel *channel, const char *target,
                          GhPermissions allow, GhPermissions deny)
{
  g_autofree char *txn_id = ghc_session_make_txn_id ();

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);
  g_return_val_if_fail (target != NULL, NULL);

  return ghc_session_change_quiet (self, "channel.set_override",
                                   ghc_data_new ("s", "channel_id",
                                                 ghc_channel_get_channel_id (channel), "s",
                                                 "target", target, "i", "allow", (gint64) allow,
                                                 "i", "deny", (gint64) deny, "s", "txn_id", txn_id,
                                                 NULL));
}

DexFuture *
ghc_session_delete_channel (GhcSession *self, GhcChannel *channel)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);

  return change_channel (self, "channel.delete", channel);
}

static DexFuture *
join_fiber (gpointer data)
{
  Task *task = data;
  GError *error = NULL;

  if (!dex_await (change_channel (task->self, "channel.join", task->channel), &error))
    return dex_future_new_for_error (error);

  /* What only members know, such as the topic, comes with the snapshot. */
  if (task->guild != NULL)
    ghc_session_refresh_guild (task->self, ghc_guild_get_guild_id (task->guild), NULL);
  return dex_future_new_true ();
}

DexFuture *
ghc_session_join_channel (GhcSession *self, GhcChannel *channel)
{
  Task *task;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);

  task = g_new0 (Task, 1);
  task->self = g_object_ref (self);
  task->channel = g_object_ref (channel);
  g_set_object (&task->guild, ghc_channel_get_guild (channel));
  return ghc_session_spawn (self, join_fiber, task, task_free);
}

DexFuture *
ghc_session_leave_channel (GhcSession *self, GhcChannel *channel)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);

  return change_channel (self, "channel.leave", channel);
}

DexFuture *
ghc_session_invite_to_channel (GhcSession *self, GhcChannel *channel, const char *user_id)
{
  g_autofree char *txn_id = ghc_session_make_txn_id ();

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);
  g_return_val_if_fail (user_id != NULL, NULL);

  return ghc_session_change_quiet (self, "channel.invite",
                                   ghc_data_new ("s", "channel_id",
                                                 ghc_channel_get_channel_id (channel), "s",
                                                 "user_id", user_id, "s", "txn_id", txn_id, NULL));
}

static int
compare_members (gconstpointer a, gconstpointer b, gpointer data)
{
  GhcChannelMember *first = (GhcChannelMember *) a;
  GhcChannelMember *second = (GhcChannelMember *) b;
  GhcMembership one = ghc_channel_member_get_membership (first);
  GhcMembership other = ghc_channel_member_get_membership (second);

  if (one != other)
    return one == GHC_MEMBERSHIP_JOIN ? -1 : 1;
  return ghc_user_compare (ghc_channel_member_get_user (first),
                           ghc_channel_member_get_user (second));
}

static gpointer
read_member (GhcSession *self, GhJson *element, GError **error)
{
  const char *user_id, *membership;

  if (!gh_json_get_id (element, "user_id", GH_ID_USER, &user_id, error)
      || !gh_json_get_string (element, "membership", 1, 32, &membership, error))
    return NULL;

  return ghc_channel_member_new (ghc_account_ensure_user (self->account, user_id),
                                 ghc_membership_from_wire (membership));
}

DexFuture *
ghc_session_list_channel_members (GhcSession *self, GhcChannel *channel)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);

  return ghc_session_list (self, "channel.members",
                           ghc_data_new ("s", "channel_id", ghc_channel_get_channel_id (channel),
                                         NULL),
                           "members", GHC_TYPE_CHANNEL_MEMBER, read_member, compare_members);
}
