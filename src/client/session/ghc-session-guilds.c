/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-session-change.h"

#include <glib/gi18n.h>

#include "gh-error.h"
#include "gh-link.h"

typedef struct
{
  GhcSession *self;
  const char *operation;
  GhJson *data;
} Entering;

static void
entering_free (gpointer data)
{
  Entering *entering = data;

  g_object_unref (entering->self);
  gh_json_unref (entering->data);
  g_free (entering);
}

/* Operations whose reply is the snapshot of a guild that one is in now. */
static DexFuture *
enter_fiber (gpointer data)
{
  Entering *entering = data;
  guint64 asked = ghc_account_get_n_heard (entering->self->account);
  g_autoptr (GhJson) reply = NULL;
  GError *error = NULL;
  GhcGuild *guild;

  reply = dex_await_boxed (ghc_session_request (entering->self, entering->operation,
                                                entering->data),
                           &error);
  if (reply == NULL)
    return dex_future_new_for_error (error);

  guild = ghc_session_take_snapshot (entering->self, reply, asked, &error);
  return guild != NULL ? dex_future_new_take_object (g_object_ref (guild))
                       : dex_future_new_for_error (error);
}

static DexFuture *
enter (GhcSession *self, const char *operation, GhJson *data)
{
  Entering *entering = g_new0 (Entering, 1);

  entering->self = g_object_ref (self);
  entering->operation = operation;
  entering->data = data;
  return ghc_session_spawn (self, enter_fiber, entering, entering_free);
}

DexFuture *
ghc_session_create_guild (GhcSession *self, const char *name)
{
  g_autofree char *txn_id = ghc_session_make_txn_id ();

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return enter (self, "guild.create",
                ghc_data_new ("s", "name", name, "s", "txn_id", txn_id, NULL));
}

DexFuture *
ghc_session_accept_invite (GhcSession *self, const char *code)
{
  g_autoptr (GhLink) link = NULL;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (code != NULL, NULL);

  link = gh_link_parse (code, NULL);
  if (link != NULL)
    code = gh_link_get_invite_code (link);
  if (!gh_invite_code_is_valid (code))
    return dex_future_new_for_error (
      gh_error_new (GH_ERROR_INVALID, "link.code", "invite", 0, "%s",
                    _ ("This isn’t an invite link. Copy the whole link again.")));

  return enter (self, "invite.accept", ghc_data_new ("s", "code", code, NULL));
}

DexFuture *
ghc_session_edit_guild (GhcSession *self, GhcGuild *guild, const char *name,
                        const char *description)
{
  g_autofree char *txn_id = ghc_session_make_txn_id ();

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);

  return ghc_session_change_quiet (self, "guild.edit",
                                   ghc_data_new ("s", "guild_id", ghc_guild_get_guild_id (guild),
                                                 "o", "name", name, "o", "description", description,
                                                 "s", "txn_id", txn_id, NULL));
}

static DexFuture *
give_true (DexFuture *future, gpointer data)
{
  return dex_future_new_true ();
}

DexFuture *
ghc_session_set_guild_icon (GhcSession *self, GhcGuild *guild, GBytes *image, GhcTransfer *transfer)
{
  g_autoptr (GhJson) data = NULL;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);

  data = ghc_data_new ("s", "guild_id", ghc_guild_get_guild_id (guild), NULL);
  if (image == NULL)
    return ghc_session_change_quiet (self, "guild.remove_icon", g_steal_pointer (&data));

  return dex_future_then (ghc_session_upload (self, "guild.set_icon", data, image, transfer),
                          give_true, NULL, NULL);
}

/* After leaving, the guild's events no longer come: what the model shows is changed here. */
static DexFuture *
forget_guild (DexFuture *future, gpointer data)
{
  GhcGuild *guild = data;
  GhcAccount *account = ghc_guild_get_account (guild);

  if (account != NULL)
    ghc_account_remove_guild (account, guild);
  return dex_future_new_true ();
}

DexFuture *
ghc_session_transfer_guild (GhcSession *self, GhcGuild *guild, GhcMember *member)
{
  g_autofree char *txn_id = ghc_session_make_txn_id ();

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);
  g_return_val_if_fail (GHC_IS_MEMBER (member), NULL);

  return ghc_session_change_quiet (
    self, "guild.transfer",
    ghc_data_new ("s", "guild_id", ghc_guild_get_guild_id (guild), "s", "user_id",
                  ghc_user_get_user_id (ghc_member_get_user (member)), "s", "txn_id", txn_id,
                  NULL));
}

DexFuture *
ghc_session_leave_guild (GhcSession *self, GhcGuild *guild)
{
  g_autofree char *txn_id = ghc_session_make_txn_id ();

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);

  return dex_future_then (ghc_session_do (self, "guild.leave",
                                          ghc_data_new ("s", "guild_id",
                                                        ghc_guild_get_guild_id (guild), "s",
                                                        "txn_id", txn_id, NULL)),
                          forget_guild, g_object_ref (guild), g_object_unref);
}

DexFuture *
ghc_session_delete_guild (GhcSession *self, GhcGuild *guild, const char *name)
{
  g_autofree char *txn_id = ghc_session_make_txn_id ();

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return dex_future_then (ghc_session_do (self, "guild.delete",
                                          ghc_data_new ("s", "guild_id",
                                                        ghc_guild_get_guild_id (guild), "s", "name",
                                                        name, "s", "txn_id", txn_id, NULL)),
                          forget_guild, g_object_ref (guild), g_object_unref);
}

void
ghc_session_set_guild_order (GhcSession *self, const char *const *guild_ids)
{
  g_autofree char *order = NULL;

  g_return_if_fail (GHC_IS_SESSION (self));
  g_return_if_fail (guild_ids != NULL);

  ghc_account_set_order (self->account, guild_ids);
  order = g_strjoinv (" ", (char **) guild_ids);
  dex_future_disown (ghc_cache_set_value (self->cache, "guild-order", order));
}
