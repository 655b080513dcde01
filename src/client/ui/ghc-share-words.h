/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-share.h"

G_BEGIN_DECLS

/* Each gives words for a person: (transfer full). */
char *ghc_share_describe (GhcShare *share);         /* "Ada’s screen" */
char *ghc_share_describe_short (GhcShare *share);   /* "Ada", where there is no room for more */
char *ghc_share_describe_viewers (GhcShare *share); /* "Brook and 2 others watch" */
char *ghc_share_describe_picture (GhcShare *share); /* "1280 × 720 · 30 frames/s · 2.1 Mbit/s" */
char *ghc_share_describe_codec (GhcShare *share);   /* "Decoder: openh264dec" */
/* What is to be said in place of the picture; NULL when there is one. */
char *ghc_share_describe_state (GhcShare *share);
/* What is to be said to the one who shows: @share until the server knows of it, and the problem of the
 * pictures and of the sound may be NULL. */
char *ghc_share_describe_own (GhcShareKind kind, GhcShare *share, const char *problem,
                              const char *sound_problem);

G_END_DECLS
