/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bench-people.h"

#include <sys/types.h>

G_BEGIN_DECLS

/**
 * BenchCrowd:
 *
 * Connections by the thousand, to a guildhalld or to the bare program, of which one speaks and all
 * who are in its room hear. Frames are counted where they arrive and never parsed: each connection
 * hears the messages in the order in which they were sent.
 */
typedef struct _BenchCrowd BenchCrowd;

/**
 * BenchLoad:
 * @n_messages: how many are sent
 * @window: closed loop: how many may be under way, heard by somebody but not by everybody
 * @rate: open loop: messages a second; 0 for a closed one
 * @n_hearers: how many connections hear each message: the first ones of the crowd
 * @target: the process whose time is taken
 */
typedef struct
{
  guint n_messages;
  guint window;
  guint rate;
  guint n_hearers;
  pid_t target;
} BenchLoad;

/**
 * BenchRun:
 *
 * What a load came to. Times are from a message's sending to each hearer's reading of it.
 */
typedef struct
{
  gint64 elapsed_us;
  gint64 cpu_us;
  double p50_ms;
  double p99_ms;
} BenchRun;

BenchCrowd *bench_crowd_new (guint16 port, SSL_CTX *tls);
void bench_crowd_free (BenchCrowd *self);
gboolean bench_crowd_grow (BenchCrowd *self, const BenchPerson *people, guint n_people, guint n,
                           GError **error);
gboolean bench_crowd_run (BenchCrowd *self, const BenchLoad *load, BenchRun *run, GError **error);
gboolean bench_crowd_beat (BenchCrowd *self, GError **error);

gsize bench_crowd_get_event_size (BenchCrowd *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchCrowd, bench_crowd_free)

G_END_DECLS
