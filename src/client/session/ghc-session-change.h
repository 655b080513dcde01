/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-operation.h"
#include "ghc-session-internal.h"

G_BEGIN_DECLS

/* Requests that change something: when they resolve, the model shows it. */

DexFuture *ghc_session_change       (GhcSession *self,
                                     const char *operation,
                                     GhJson     *data);
DexFuture *ghc_session_change_quiet (GhcSession *self,
                                     const char *operation,
                                     GhJson     *data);

G_END_DECLS
