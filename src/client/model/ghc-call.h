/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "ghc-call-description.h"
#include "ghc-call-member.h"
#include "ghc-channel.h"

G_BEGIN_DECLS

#define GHC_TYPE_CALL (ghc_call_get_type ())
G_DECLARE_FINAL_TYPE (GhcCall, ghc_call, GHC, CALL, GObject)

/**
 * GhcCall:
 *
 * The call of one channel, as everybody sees it who sees the channel; there is one object for each
 * channel (ghc_channel_get_call()), whether anybody is in it or not. Properties (read-only, all
 * notify):
 * - channel (GhcChannel, nullable): NULL once the channel is gone
 * - members (GListModel of GhcCallMember): in the order in which they came; the same object for ever
 * - n-members (uint)
 * - active (boolean): somebody is in it
 * - joined (boolean): oneself is, on this device
 *
 * While the server is away the members of a call that one is in stay: media goes on without it.
 */
GhcChannel    *ghc_call_get_channel    (GhcCall *self);
GListModel    *ghc_call_get_members    (GhcCall *self);
guint          ghc_call_get_n_members  (GhcCall *self);
gboolean       ghc_call_get_active     (GhcCall *self);
gboolean       ghc_call_get_joined     (GhcCall *self);

/* Each gives who has that id: (transfer none) (nullable). */
GhcCallMember *ghc_call_lookup_member  (GhcCall *self, const char *member_id);
GhcCallMember *ghc_call_lookup_user    (GhcCall *self, const char *user_id);

/* --- for the session ------------------------------------------------------------------------ */

void           ghc_call_set_joined     (GhcCall *self, gboolean joined);

/**
 * ghc_call_get_holding:
 *
 * Returns: whether members stay though the server does not name them: from the loss of a connection
 *   until ghc_call_release()
 */
gboolean       ghc_call_get_holding    (GhcCall *self);
/* Those whom the latest description does not name are gone. */
void           ghc_call_release        (GhcCall *self);

/**
 * ghc_call_get_started_ts:
 *
 * Returns: when the call began, as the latest description says; 0 when there was none
 */
gint64         ghc_call_get_started_ts (GhcCall *self);
/* Whether the latest description names @member. */
gboolean       ghc_call_is_present     (GhcCall *self, GhcCallMember *member);
/* Whether the latest description names everybody who is in the list. */
gboolean       ghc_call_is_complete    (GhcCall *self);

G_END_DECLS
