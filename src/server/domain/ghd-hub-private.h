/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-hub.h"

G_BEGIN_DECLS

/* For ghd-hub.c, which keeps the indexes, ghd-hub-send.c, which reads them, and ghd-hub-close.c. */
typedef struct
{
  GhdSubscriber *subscriber;
  void (*deliver) (GhdSubscriber *subscriber, GBytes *frame); /* its own, looked up once */
} HubListener;

typedef struct
{
  char *user_id;
  GPtrArray *connections; /* HubConnection, not owned */
  GArray *listeners;      /* HubListener of each, in the same order: all that a publication reads */
  GHashTable *rooms;      /* set of room ids */
  guint64 round;          /* the last publication to several rooms that reached this user */
} HubUser;

typedef struct
{
  GhdSubscriber *subscriber;
  HubUser *user;
  char *device_id;
} HubConnection;

struct _GhdHub
{
  GObject parent_instance;
  GHashTable *users;
  GHashTable *rooms; /* room id -> GPtrArray of HubUser */
  GHashTable *connections;
  GhdHubFlush flush;
  gpointer flush_data;
  gboolean dirty;
  guint64 round;
};

void ghd_hub_emit_ended (GhdHub *self, const char *user_id, const char *device_id, guint code);

G_END_DECLS
