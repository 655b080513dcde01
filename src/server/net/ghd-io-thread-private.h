/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-io-thread.h"
#include "ghd-link.h"
#include "ghd-send-ring.h"

#include <pthread.h>

G_BEGIN_DECLS

typedef enum
{
  ORDER_ADOPT,  /* data: Adoption */
  ORDER_PACKET, /* data: the packet that the sends after it mean */
  ORDER_SEND,
  ORDER_ANSWER, /* like send, and one frame is answered; code: whether it was one too many */
  ORDER_IDENTIFIED,
  ORDER_CLOSE, /* data: the reason */
  ORDER_RELEASE,
  ORDER_STOP,
} OrderKind;

typedef struct
{
  OrderKind kind;
  guint code;
  GhdLink *link;
  gpointer data;
} Order;

typedef struct
{
  GhdPacket *first;
  GBytes *input;
} Adoption;

struct _GhdIoThread
{
  GhdIo io; /* of the thread; first, so that links can be given it */
  GhdIoOptions options;
  GThread *thread;
  int wake_fd;

  /* Of the main thread. */
  GArray *gathered; /* Order */
  GBytes *frame;    /* what the last ORDER_PACKET carries */
  GSource *source;
  GhdNoticeFunc func;
  gpointer user_data;

  /* Of both. */
  pthread_mutex_t mutex; /* not GLib's, which thread sanitizers do not see */
  GArray *orders;        /* Order; not empty: the thread is already woken */
  GArray *notices;       /* GhdNotice; not empty: the main thread is already woken */

  /* Of the thread. */
  GArray *taken;  /* Order; being carried out */
  GArray *posted; /* GhdNotice; of this turn */
  GHashTable *links;
  GPtrArray *touched; /* to be settled at the end of this turn */
  GPtrArray *settling;
  GPtrArray *unframers;
  GhdPacket *packet; /* what the sends that are carried out mean */
  GhdSendRing *ring; /* sends of it that are not made yet; NULL: each is made by itself */
  gboolean stopping;
};

void ghd_io_thread_gather (GhdIoThread *self, OrderKind kind, GhdLink *link, guint code,
                           gpointer data);

G_END_DECLS
