/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include "gh-media-slot.h"

G_BEGIN_DECLS

/* Where webrtcbin wants a dtlssrtpenc. */
#define GH_TYPE_MEDIA_SEND (gh_media_send_get_type ())
G_DECLARE_FINAL_TYPE (GhMediaSend, gh_media_send, GH, MEDIA_SEND, GhMediaSlot)

G_END_DECLS
