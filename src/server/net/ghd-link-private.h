/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-link.h"
#include "ghd-queue.h"
#include "ghd-transport.h"

G_BEGIN_DECLS

#define CODE_NORMAL 1000
#define CODE_ABNORMAL 1006 /* never sent: the peer went without a close frame */

/* Bytes that memory gives at once. */
#define GHD_CACHE_LINE 64

/**
 * LinkState:
 * @LINK_OPEN: frames go both ways
 * @LINK_FINISHING: the peer has stopped writing; what it asked before is still answered
 * @LINK_CLOSING: our close frame ends the queue
 * @LINK_DRAINING: all is written and our side shut; what still comes is thrown away
 * @LINK_DEAD: the descriptor is closed
 */
typedef enum
{
  LINK_OPEN,
  LINK_FINISHING,
  LINK_CLOSING,
  LINK_DRAINING,
  LINK_DEAD,
} LinkState;

struct _GhdLink
{
  /* What it takes to write at once is one line of memory; see ghd_link_send_now(). */
  GhdIo *io;
  GhdTransport transport;
  LinkState state;
  guint touched : 1;    /* in the thread's list of links to settle */
  guint is_blocked : 1; /* the peer takes no more for now */
  guint released : 1;   /* the main thread has forgotten it */
  guint is_sending : 1; /* between ghd_link_begin_send() and ghd_link_end_send() */
  guint identified : 1;
  guint held_back : 1;  /* too much is unanswered: nothing is read */
  guint read_again : 1; /* there may be input that epoll does not tell of */
  guint at_end : 1;     /* the peer has stopped writing */

  GhdQueue queue; /* empty while the link is neither touched nor blocked */
  gpointer owner;
  GhdLinkKind kind;
  guint32 events; /* asked of epoll */
  guint in_flight;
  guint max_in_flight; /* fewer for who asks too fast */
  gint64 since_us;     /* it is open */
  gint64 heard_us;     /* something came last */
  gint64 deadline_us;
  gint64 deaf_until_us; /* 0: it is listened to */
  GhdWheelNode timer;
  GhdUnframer *unframer; /* while a message is under way */
  GByteArray *input;     /* read, but not looked at because it is held back */
};

G_STATIC_ASSERT (G_STRUCT_OFFSET (GhdLink, queue) <= GHD_CACHE_LINE);

/* Life and output: ghd-link.c */
void ghd_link_watch (GhdLink *self);
void ghd_link_enter (GhdLink *self, LinkState state);
void ghd_link_post_closed (GhdLink *self, guint code);
void ghd_link_begin_close (GhdLink *self, guint code, const char *reason);

/* Input: ghd-link-input.c */
gboolean ghd_link_listens (GhdLink *self);
void ghd_link_let_on (GhdLink *self);
void ghd_link_drop_input (GhdLink *self);
void ghd_link_take_input (GhdLink *self, const guint8 *data, gsize size);
void ghd_link_read (GhdLink *self);
void ghd_link_resume (GhdLink *self);

G_END_DECLS
