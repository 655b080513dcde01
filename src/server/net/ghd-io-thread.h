/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-metrics.h"
#include "gh-error.h"
#include "gh-frame.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GhdIoThread:
 *
 * A thread that owns WebSocket connections: their descriptors wait in one epoll set, so that idle
 * ones cost nothing. The main thread gives it orders and gets notices, both in batches: orders
 * gather until ghd_io_thread_flush(), notices until the end of the thread's turn, and a batch wakes
 * the other side once.
 *
 * All functions here are for the main thread.
 */
typedef struct _GhdIoThread GhdIoThread;

/**
 * GhdLink:
 *
 * One connection as its I/O thread knows it. The main thread only holds it, to name it in orders,
 * from ghd_io_thread_adopt() until ghd_io_thread_release().
 */
typedef struct _GhdLink GhdLink;

/**
 * GhdLinkKind:
 * @GHD_LINK_GATEWAY: speaks the gateway's frames, and must identify
 * @GHD_LINK_ECHO: gets back what it sends
 */
typedef enum
{
  GHD_LINK_GATEWAY,
  GHD_LINK_ECHO,
} GhdLinkKind;

/**
 * GhdIoOptions:
 * @max_message: bytes of one message from a client
 * @max_echo: the same for a %GHD_LINK_ECHO
 * @max_queue: bytes that may wait for a client that does not read
 * @max_in_flight: frames of a client that may wait for an answer before no more is read from it
 * @identify_us: how long a client may take to say who it is
 * @idle_us: how long a client may be silent
 * @uses_ring: whether many are written to in one call to the system, where it can
 * @sent: counts bytes
 * @writes: counts how often something was written, however many writes are one call
 */
typedef struct
{
  gsize max_message;
  gsize max_echo;
  gsize max_queue;
  guint max_in_flight;
  gint64 identify_us;
  gint64 idle_us;
  gboolean uses_ring;
  GhdSeries *sent;
  GhdSeries *writes;
} GhdIoOptions;

/**
 * GhdNoticeKind:
 * @GHD_NOTICE_FRAME: the client said something that must be answered; the frame is to be freed
 * @GHD_NOTICE_CLOSED: no more frames come, and none should be sent but answers
 * @GHD_NOTICE_GONE: the descriptor is closed; the link is to be released
 */
typedef enum
{
  GHD_NOTICE_FRAME,
  GHD_NOTICE_CLOSED,
  GHD_NOTICE_GONE,
} GhdNoticeKind;

typedef struct
{
  GhdNoticeKind kind;
  guint code;     /* closed: why, as a close code; 1006 when the peer just went away */
  gpointer owner; /* as given to ghd_io_thread_adopt() */
  GhFrame *frame;
} GhdNotice;

typedef void (*GhdNoticeFunc) (const GhdNotice *notice, gpointer user_data);

GhdIoThread *ghd_io_thread_new (guint index, const GhdIoOptions *options, GhdNoticeFunc func,
                                gpointer user_data);
void ghd_io_thread_free (GhdIoThread *self);

GhdLink *ghd_io_thread_adopt (GhdIoThread *self, GhdLinkKind kind, int fd, GIOStream *stream,
                              gboolean is_tls, gpointer owner, GBytes *first, GBytes *input);
void ghd_io_thread_send (GhdIoThread *self, GhdLink *link, GBytes *frame);
void ghd_io_thread_answer (GhdIoThread *self, GhdLink *link, GBytes *frame,
                           gboolean is_limited);
void ghd_io_thread_identified (GhdIoThread *self, GhdLink *link);
void ghd_io_thread_close (GhdIoThread *self, GhdLink *link, guint code, const char *reason);
void ghd_io_thread_release (GhdIoThread *self, GhdLink *link);
void ghd_io_thread_flush (GhdIoThread *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdIoThread, ghd_io_thread_free)

G_END_DECLS
