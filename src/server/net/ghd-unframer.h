/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-packet.h"

G_BEGIN_DECLS

/**
 * GhdUnframer:
 *
 * Takes the masked frames of RFC 6455 apart, on whatever bytes come in whatever pieces: fragments
 * are joined, control frames between them are honoured, UTF-8 is checked as it streams, pings are
 * answered. wslay does the work; this bounds it and says when nothing is under way, so that an idle
 * connection need not keep one (a context of wslay takes 9 KiB).
 */
typedef struct _GhdUnframer GhdUnframer;

/**
 * GhdUnframerState:
 * @GHD_UNFRAMER_OPEN: more may follow
 * @GHD_UNFRAMER_CLOSED: the peer sent a close frame
 * @GHD_UNFRAMER_FAILED: the peer broke the protocol; nothing it sends can be understood any more
 */
typedef enum
{
  GHD_UNFRAMER_OPEN,
  GHD_UNFRAMER_CLOSED,
  GHD_UNFRAMER_FAILED,
} GhdUnframerState;

/**
 * GhdUnframerFuncs:
 * @message: one whole message, %GHD_OPCODE_TEXT or %GHD_OPCODE_BINARY; the bytes are borrowed
 * @wants_more: asked every few KiB; %FALSE leaves the rest of the input unread
 */
typedef struct
{
  void (*message) (GhdOpcode opcode, const char *data, gsize size, gpointer user_data);
  gboolean (*wants_more) (gpointer user_data);
} GhdUnframerFuncs;

GhdUnframer *ghd_unframer_new (gsize max_message);
void ghd_unframer_free (GhdUnframer *self);
void ghd_unframer_set_limit (GhdUnframer *self, gsize max_message);
GhdUnframerState ghd_unframer_feed (GhdUnframer *self, const guint8 *data, gsize size, gsize *used,
                                    const GhdUnframerFuncs *funcs, gpointer user_data);
GhdPacket *ghd_unframer_take_pongs (GhdUnframer *self);
guint ghd_unframer_get_close_code (GhdUnframer *self);
gboolean ghd_unframer_is_idle (GhdUnframer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdUnframer, ghd_unframer_free)

G_END_DECLS
