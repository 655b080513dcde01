/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-session-change.h"

#include "gh-error.h"

typedef struct
{
  GhcSession *self;
  GhJson *data;
} Task;

static void
task_free (gpointer data)
{
  Task *task = data;

  g_object_unref (task->self);
  gh_json_unref (task->data);
  g_free (task);
}

static DexFuture *
create_fiber (gpointer data)
{
  Task *task = data;
  g_autoptr (GhJson) reply = NULL;
  GError *error = NULL;
  GhcInvite *invite;

  reply = dex_await_boxed (ghc_session_request (task->self, "invite.create", task->data), &error);
  invite = reply != NULL ? ghc_invite_new_from_json (reply, &error) : NULL;
  return invite != NULL ? dex_future_new_take_object (invite) : dex_future_new_for_error (error);
}

DexFuture *
ghc_session_create_invite (GhcSession *self, GhcGuild *guild, guint expires_in_s, guint max_uses)
{
  Task *task;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);

  task = g_new0 (Task, 1);
  task->self = g_object_ref (self);
  task->data = ghc_data_new ("s", "guild_id", ghc_guild_get_guild_id (guild), "i", "expires_in_s",
                             (gint64) expires_in_s, "i", "max_uses", (gint64) max_uses, NULL);

  return ghc_session_spawn (self, create_fiber, task, task_free);
}

static gpointer
read_invite (GhcSession *self, GhJson *element, GError **error)
{
  return ghc_invite_new_from_json (element, error);
}

DexFuture *
ghc_session_list_invites (GhcSession *self, GhcGuild *guild)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);

  return ghc_session_list (self, "invite.list",
                           ghc_data_new ("s", "guild_id", ghc_guild_get_guild_id (guild), NULL),
                           "invites", GHC_TYPE_INVITE, read_invite, NULL);
}

DexFuture *
ghc_session_revoke_invite (GhcSession *self, GhcGuild *guild, GhcInvite *invite)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);
  g_return_val_if_fail (GHC_IS_INVITE (invite), NULL);

  return ghc_session_do (self, "invite.revoke",
                         ghc_data_new ("s", "guild_id", ghc_guild_get_guild_id (guild), "s", "code",
                                       ghc_invite_get_code (invite), NULL));
}
