/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-batch.h"
#include "ghd-connection.h"
#include "ghd-writer.h"

G_BEGIN_DECLS

/* ghd-writer.c holds the queue and the life of the writer, ghd-writer-connect.c how it comes to a
 * connection and learns what became of a batch, ghd-writer-commit.c how a batch is committed. */
struct _GhdWriter
{
  GObject parent_instance;

  char *conninfo;
  GhEventSigner signer;
  guint max_waiting;
  guint statement_timeout_ms;
  GhdWriterCommitted committed;
  gpointer committed_data;

  GhdConnection *connection;
  char *application_name; /* by which our own last session is known */
  gint64 position;        /* of the last committed event */
  gint64 batch;           /* number of the last committed batch */
  GHashTable *heads;      /* room → GStrv; a cache of room_head */

  GQueue waiting;      /* (element-type GhdPending) */
  GHashTable *by_txn;  /* GhdWrite → GhdPending: those that wait or are in flight */
  GhdBatch *in_flight; /* whose outcome is not known */

  gboolean is_available;
  gboolean is_refusing;
  gboolean is_closing;
  guint patience_source;
  DexPromise *wake;
  DexPromise *closed;
  DexPromise *started;
  DexPromise *finished;

  GhdSeries *batch_series;
  GhdSeries *queue_series;
  GhdSeries *latency_series;
};

/* These await: on the writer's fiber only. */
gboolean ghd_writer_connect (GhdWriter *self, GError **error);
void ghd_writer_commit (GhdWriter *self, GPtrArray *pendings);

void ghd_writer_finish_in_flight (GhdWriter *self);
void ghd_writer_abandon_in_flight (GhdWriter *self);
GhReceiptBatch *ghd_writer_sign_receipt (GhdWriter *self, GPtrArray *events);
void ghd_writer_forget (GhdWriter *self, GhdPending *pending);

G_END_DECLS
