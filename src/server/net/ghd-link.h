/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-io-thread.h"
#include "ghd-packet.h"
#include "ghd-unframer.h"
#include "ghd-wheel.h"

#include <sys/uio.h>

G_BEGIN_DECLS

/*
 * What happens to a connection, as its I/O thread sees it. Everything here is for that thread,
 * except ghd_link_new().
 */

#define GHD_IO_BUFFER (64 * 1024)
#define GHD_IO_VECTORS 1024 /* IOV_MAX of Linux */

/**
 * GhdIo:
 *
 * What the links of a thread share. The functions of the thread that a link needs are below.
 */
typedef struct
{
  const GhdIoOptions *options;
  gint64 now_us; /* of this turn */
  int epoll_fd;
  gint64 n_sent; /* bytes of this turn; each thread counts for itself, so that none waits for another */
  gint64 n_writes;
  GhdUnframer *feeding; /* while it is given input */
  GhdWheel wheel;
  guint8 buffer[GHD_IO_BUFFER];
  struct iovec vectors[GHD_IO_VECTORS];
} GhdIo;

void ghd_io_post (GhdIo *io, const GhdNotice *notice);
void ghd_io_touch (GhdIo *io, GhdLink *link);
GhdUnframer *ghd_io_borrow_unframer (GhdIo *io);
void ghd_io_return_unframer (GhdIo *io, GhdUnframer *unframer);

GhdLink *ghd_link_new (GhdLinkKind kind, int fd, GIOStream *stream, gboolean is_tls,
                       gpointer owner);
void ghd_link_free (GhdLink *self);
gboolean ghd_link_set_touched (GhdLink *self, gboolean touched);
void ghd_link_prefetch (GhdLink *self, gboolean with_queue);
GhdLink *ghd_link_from_timer (GhdWheelNode *node);

void ghd_link_start (GhdLink *self, GhdIo *io, GhdPacket *first, GBytes *input);
void ghd_link_ready (GhdLink *self, guint32 events);
void ghd_link_send (GhdLink *self, GhdPacket *packet);
void ghd_link_send_now (GhdLink *self, GhdPacket *packet);
int ghd_link_begin_send (GhdLink *self);
void ghd_link_end_send (GhdLink *self, GhdPacket *packet, gssize n);
void ghd_link_answered (GhdLink *self, gboolean is_limited);
void ghd_link_identified (GhdLink *self);
void ghd_link_close (GhdLink *self, guint code, const char *reason);
void ghd_link_expire (GhdLink *self);
void ghd_link_release (GhdLink *self);
gboolean ghd_link_settle (GhdLink *self, gboolean *again);
void ghd_link_kill (GhdLink *self, guint code);

G_END_DECLS
