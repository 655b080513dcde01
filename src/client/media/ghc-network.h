/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GHC_TYPE_NETWORK (ghc_network_get_type ())

/**
 * GhcNetwork:
 *
 * Says when this computer's addresses are others than before: signal "changed".
 */
G_DECLARE_FINAL_TYPE (GhcNetwork, ghc_network, GHC, NETWORK, GObject)

GhcNetwork *ghc_network_new (void) G_GNUC_WARN_UNUSED_RESULT;
void ghc_network_check (GhcNetwork *self);

gboolean ghc_network_has_address (void);

G_END_DECLS
