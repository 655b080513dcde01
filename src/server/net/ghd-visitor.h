/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-seats.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * GhdVisitor:
 *
 * A connection that was let in and speaks HTTP, or will: it is timed at each stage and goes with
 * its connection, or stays with what it became.
 */
typedef struct _GhdVisitor GhdVisitor;

/**
 * GhdVisitorStage:
 * @GHD_VISITOR_GREETING: TLS is to be agreed on
 * @GHD_VISITOR_ASKING: the head of a request is to come
 * @GHD_VISITOR_SENDING: the body of a request is coming
 * @GHD_VISITOR_WAITING: for our answer: no clock runs
 * @GHD_VISITOR_READING: our answer
 * @GHD_VISITOR_RESTING: between requests
 * @GHD_VISITOR_LEAVING: it was sent away
 */
typedef enum
{
  GHD_VISITOR_GREETING,
  GHD_VISITOR_ASKING,
  GHD_VISITOR_SENDING,
  GHD_VISITOR_WAITING,
  GHD_VISITOR_READING,
  GHD_VISITOR_RESTING,
  GHD_VISITOR_LEAVING,
} GhdVisitorStage;

/* Called when the connection is gone, unless it was taken; the visitor is freed then. */
typedef void (*GhdVisitorGone) (GhdVisitor *self, gpointer user_data);

GhdVisitor *ghd_visitor_new (GSocketConnection *connection, GSocketAddress *address, GhdSeat *seat,
                             gint64 arrival_us, GhdVisitorGone gone, gpointer user_data);
GhdVisitor *ghd_visitor_from_message (SoupServerMessage *message);
void ghd_visitor_enter (GhdVisitor *self, GhdVisitorStage stage, gsize n_bytes);
GhdVisitorStage ghd_visitor_get_stage (GhdVisitor *self);
gint64 ghd_visitor_get_since (GhdVisitor *self);
gboolean ghd_visitor_is_late (GhdVisitor *self, gint64 now_us);
GInetAddress *ghd_visitor_get_address (GhdVisitor *self);
GhdSeat *ghd_visitor_get_seat (GhdVisitor *self);
int ghd_visitor_get_fd (GhdVisitor *self);
void ghd_visitor_send_away (GhdVisitor *self);
int ghd_visitor_take (GhdVisitor *self, GhdSeat **seat);

GList *ghd_visitor_get_link (GhdVisitor *self);

G_END_DECLS
