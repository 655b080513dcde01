/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What moderators do to those who are in a call. */
#include "gh-error.h"
#include "gh-json-builder.h"
#include "ghc-session-internal.h"

#include <glib/gi18n.h>

static DexFuture *
moderate (GhcSession *self, const char *operation, GhcCallMember *member, GhJsonBuilder *more)
{
  g_autoptr (GhJsonBuilder) builder = more;
  GhcCall *call = ghc_call_member_get_call (member);
  GhcChannel *channel = call != NULL ? ghc_call_get_channel (call) : NULL;

  if (channel == NULL)
    return dex_future_new_for_error (
      gh_error_new_literal (GH_ERROR_NOT_FOUND, "call.no_such_member", "user_id", 0,
                            _ ("This person is no longer in the call.")));

  gh_json_builder_add_string (builder, "channel_id", ghc_channel_get_channel_id (channel));
  gh_json_builder_add_string (builder, "user_id",
                              ghc_user_get_user_id (ghc_call_member_get_user (member)));
  return ghc_session_do (self, operation, gh_json_builder_finish (builder));
}

DexFuture *
ghc_session_silence_member (GhcSession *self, GhcCallMember *member, gboolean silenced)
{
  GhJsonBuilder *builder;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (member), NULL);

  builder = gh_json_builder_new ();
  gh_json_builder_add_bool (builder, "silenced", silenced);
  return moderate (self, "call.silence", member, builder);
}

DexFuture *
ghc_session_disconnect_member (GhcSession *self, GhcCallMember *member)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (member), NULL);

  return moderate (self, "call.disconnect", member, gh_json_builder_new ());
}

DexFuture *
ghc_session_stop_share (GhcSession *self, GhcShare *share)
{
  GhJsonBuilder *builder;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_SHARE (share), NULL);

  if (ghc_share_get_member (share) == NULL)
    return dex_future_new_true ();

  builder = gh_json_builder_new ();
  gh_json_builder_add_string (builder, "kind", ghc_share_kind_to_wire (ghc_share_get_kind (share)));
  return moderate (self, "call.stop_share", ghc_share_get_member (share), builder);
}
