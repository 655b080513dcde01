/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-connection.h"

#include <libpq-fe.h>

G_BEGIN_DECLS

/* ghd-connection.c keeps a connection, ghd-connection-open.c makes one, and ghd-connection-run.c runs
 * statements on it. */

/* A statement known to the server by name. */
typedef struct
{
  char name[16];
  gboolean is_prepared;
} Prepared;

/* One thing the server will answer, in order. */
typedef struct
{
  Prepared *prepared; /* being prepared; NULL: being executed */
} Expected;

struct _GhdConnection
{
  GObject parent_instance;

  PGconn *pg;
  GMainContext *context;
  GSource *source;
  gpointer source_tag;
  GIOCondition awaited; /* by the source */
  GSource *stall_source;
  gint64 stall_us; /* 0: wait for ever */

  GHashTable *prepared; /* SQL → Prepared */
  DexPromise *lost;

  /* What runs now. */
  DexPromise *run;
  DexPromise *sent; /* NULL: all of it is on its way to the server */
  GArray *expected; /* (element-type Expected) */
  guint n_answered;
  GPtrArray *results; /* (element-type GhdResult) */
  gint64 run_began_us;
  gboolean has_failed;
  GhdSqlFailure failure;
};

/* Ends the connection: what runs is rejected, for nobody knows its outcome. */
void ghd_connection_lose      (GhdConnection *self, const char *why);
void ghd_connection_note_sent (GhdConnection *self);
void ghd_connection_clear_run (GhdConnection *self);
/* Watches the socket from @context, which is where everything of the connection happens from now on. */
void ghd_connection_listen    (GhdConnection *self, GMainContext *context);
/* The socket has something to say, or room. */
void ghd_connection_advance   (GhdConnection *self, GIOCondition condition);

G_END_DECLS
