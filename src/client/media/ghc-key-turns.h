/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-media-session.h"

G_BEGIN_DECLS

/* So long after a key is installed it is sealed with; the others have it by then. */
#define GHC_KEY_TURN_MS 250

/**
 * GhcKeyTurns:
 *
 * The keys of a call that are installed and are to be sealed with soon, each at a time of its own. Lives
 * on the main thread.
 */
typedef struct _GhcKeyTurns GhcKeyTurns;

GhcKeyTurns *ghc_key_turns_new (GhMediaSession *session) G_GNUC_WARN_UNUSED_RESULT;
void ghc_key_turns_free (GhcKeyTurns *self);
void ghc_key_turns_add (GhcKeyTurns *self, guint32 epoch);
void ghc_key_turns_clear (GhcKeyTurns *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcKeyTurns, ghc_key_turns_free)

G_END_DECLS
