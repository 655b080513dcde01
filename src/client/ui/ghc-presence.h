/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-session.h"

G_BEGIN_DECLS

const char *ghc_presence_get_label (GhcPresence presence);
const char *ghc_presence_get_icon_name (GhcPresence presence);
gboolean ghc_presence_is_known (GhcSession *session);

G_END_DECLS
