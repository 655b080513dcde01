/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-json.h"
#include "ghc-peer.h"

G_BEGIN_DECLS

/**
 * GhcPeers:
 *
 * Our side of the connections to all other members of one call, one for each who is in the list. Lives on
 * the main thread.
 */
typedef struct _GhcPeers GhcPeers;

GhcPeers *ghc_peers_new (const GhcPeerSetup *setup) G_GNUC_WARN_UNUSED_RESULT;
void ghc_peers_free (GhcPeers *self);
void ghc_peers_close (GhcPeers *self);

void ghc_peers_sync (GhcPeers *self);
void ghc_peers_forget_gone (GhcPeers *self);
void ghc_peers_take_signal (GhcPeers *self, const char *from, GhJson *json);
void ghc_peers_renew (GhcPeers *self);
void ghc_peers_renew_relayed (GhcPeers *self);
void ghc_peers_show (GhcPeers *self, gboolean is_look, gint64 now_us);

GhcPeer *ghc_peers_lookup (GhcPeers *self, const char *member_id);
GHashTable *ghc_peers_get_table (GhcPeers *self);
gboolean ghc_peers_is_reached (GhcPeers *self);
gboolean ghc_peers_lacks_relay (GhcPeers *self);
double ghc_peers_get_sent_loss (GhcPeers *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcPeers, ghc_peers_free)

G_END_DECLS
