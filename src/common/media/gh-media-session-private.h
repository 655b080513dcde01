/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include "gh-media-private.h"

/* A session, for the two files that it is made of: its keys, and those who use them. */

G_BEGIN_DECLS

typedef struct
{
  GhSecret *key; /* NULL in an empty place */
  guint32 epoch;
  gint64 gone_at_us; /* when it ends; 0 as long as that is not decided */
} GhMediaEpoch;

struct _GhMediaSession
{
  gatomicrefcount ref_count;
  char *call_id;
  char *member_id;
  GhClock *clock;
  GhMediaSalts *salts;
  GMainContext *context;

  /* Of all that follows; taken before the lock of a sealer or opener, never within it. */
  GMutex lock;
  GhMediaEpoch epochs[GH_MEDIA_MAX_EPOCHS];
  int sending;         /* the place of the epoch that is sealed with, or -1 */
  gint64 newest;       /* the highest epoch that ever had a key here, or -1 */
  guint64 held[2];     /* a bit for each payload type of RTP that is not sealed */
  GPtrArray *sealers;  /* not owned: each takes itself out when it goes */
  GHashTable *openers; /* by the sender's name with 'a' (for all) or 'm' (for us) in front */
  GhMediaStats gone;   /* of sealers and openers that went */
};

gboolean gh_media_session_is_name (const char *name);

G_END_DECLS
