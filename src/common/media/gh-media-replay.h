/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A packet that is this many or more behind the newest is taken for a replay. */
#define GH_MEDIA_REPLAY_WINDOW 1024
/* One word more than the window, so that a word is cleared only when all of it is out of the window. */
#define GH_MEDIA_REPLAY_WORDS (GH_MEDIA_REPLAY_WINDOW / 64 + 1)

/**
 * GhMediaReplay:
 *
 * Which counters of one sealer were opened: the window of RFC 6479. A plain value that belongs to
 * one thread at a time; only counters that are authenticated may be marked.
 */
typedef struct
{
  guint64 top; /* the highest that was marked */
  guint64 words[GH_MEDIA_REPLAY_WORDS];
} GhMediaReplay;

void gh_media_replay_start (GhMediaReplay *self, guint64 counter);
gboolean gh_media_replay_is_fresh (const GhMediaReplay *self, guint64 counter);
void gh_media_replay_mark (GhMediaReplay *self, guint64 counter);

G_END_DECLS
