/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BenchStock:
 *
 * One end of a connection by webrtcbin as it comes, with GStreamer's own DTLS: what ours is compared
 * with. It has an encoder and a decoder of its own, and hears the other end.
 */
typedef struct _BenchStock BenchStock;

/* On any thread. */
typedef void (*BenchStockCandidate) (guint line, const char *candidate, gpointer data);

BenchStock *bench_stock_new (double tone_hz, BenchStockCandidate tell, gpointer data);
void bench_stock_free (BenchStock *self);
char *bench_stock_offer (BenchStock *self);
char *bench_stock_answer (BenchStock *self, const char *offer);
void bench_stock_take_answer (BenchStock *self, const char *answer);
void bench_stock_take_candidate (BenchStock *self, guint line, const char *candidate);
gboolean bench_stock_is_connected (BenchStock *self);
gboolean bench_stock_has_heard (BenchStock *self);

G_END_DECLS
