/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include "gh-media-slot.h"

G_BEGIN_DECLS

/* Where webrtcbin wants a dtlssrtpdec. */
#define GH_TYPE_MEDIA_RECEIVE (gh_media_receive_get_type ())
G_DECLARE_FINAL_TYPE (GhMediaReceive, gh_media_receive, GH, MEDIA_RECEIVE, GhMediaSlot)

G_END_DECLS
