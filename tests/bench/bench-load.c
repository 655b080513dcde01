/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-load.h"

#include "gh-json-builder.h"

#include <math.h>
#include <string.h>

/*
 * Messages as people send them: 200 characters of text, with a txn_id and five events that permit
 * them, of 1,000 people in 100 rooms.
 */

#define N_ROOMS 100
#define N_PEOPLE 1000
#define TEXT_SIZE 200
#define N_AUTH_EVENTS 5
#define TICK_MS 1
#define WARM_UP_US G_USEC_PER_SEC

typedef struct
{
  GhdWriter *writer;
  char *rooms[N_ROOMS];
  char *people[N_PEOPLE];
  char *auth_events[N_AUTH_EVENTS + 1];
  GhJson *content;
  guint32 salt; /* so that no two loads make the same txn_id */
  guint number;

  gint64 begin_us; /* of what is measured, after warming up */
  gint64 end_us;
  GArray *times; /* float, ms */
  guint n_durable;
  guint n_refused;
  guint n_outstanding;
} Load;

typedef struct
{
  Load *load;
  gint64 due_us;
} Sent;

static char *
make_event_id (guint i)
{
  GhHash hash = gh_hash_data (&i, sizeof i);
  g_autofree char *text = gh_hash_to_string (&hash);

  return g_strconcat ("$", text, NULL);
}

/* In the daemon it comes with the request; here one serves for all. */
static GhJson *
make_content (void)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autofree char *text = g_strnfill (TEXT_SIZE, '.');

  gh_json_builder_add_string (builder, "msgtype", "m.text");
  gh_json_builder_add_string (builder, "body", text);
  return gh_json_builder_finish (builder);
}

static Load *
load_new (GhdWriter *writer)
{
  Load *load = g_new0 (Load, 1);

  load->writer = writer;
  for (guint i = 0; i < N_ROOMS; i++)
    load->rooms[i] = gh_id_new (GH_ID_ROOM, "localhost");
  for (guint i = 0; i < N_PEOPLE; i++)
    load->people[i] = g_strdup_printf ("@person%u:localhost", i);
  for (guint i = 0; i < N_AUTH_EVENTS; i++)
    load->auth_events[i] = make_event_id (i);
  load->content = make_content ();
  load->salt = g_random_int ();
  load->times = g_array_new (FALSE, FALSE, sizeof (float));
  return load;
}

static void
load_free (Load *load)
{
  for (guint i = 0; i < N_ROOMS; i++)
    g_free (load->rooms[i]);
  for (guint i = 0; i < N_PEOPLE; i++)
    g_free (load->people[i]);
  for (guint i = 0; i < N_AUTH_EVENTS; i++)
    g_free (load->auth_events[i]);
  gh_json_unref (load->content);
  g_array_unref (load->times);
  g_free (load);
}

static DexFuture *
on_settled (DexFuture *future, gpointer user_data)
{
  const Sent *sent = user_data;
  Load *load = sent->load;
  gint64 now_us = g_get_monotonic_time ();
  gboolean is_counted = now_us >= load->begin_us && now_us < load->end_us;
  float ms = (now_us - sent->due_us) / 1000.0f;

  load->n_outstanding--;
  if (dex_future_is_rejected (future))
    {
      load->n_refused += is_counted;
      return NULL;
    }
  load->n_durable += is_counted;
  if (sent->due_us >= load->begin_us && sent->due_us < load->end_us)
    g_array_append_val (load->times, ms);
  return NULL;
}

/* Sixteen digits; printf would take more time than much of what is measured. */
static void
write_txn_id (char txn_id[17], guint32 salt, guint32 number)
{
  static const char digits[] = "0123456789abcdef";
  guint64 rest = (guint64) salt << 32 | number;

  for (gsize i = 16; i-- > 0; rest >>= 4)
    txn_id[i] = digits[rest & 15];
  txn_id[16] = '\0';
}

static void
send_one (Load *load, gint64 due_us)
{
  guint number = load->number++;
  const char *person = load->people[number % N_PEOPLE];
  char txn_id[17];
  g_autoptr (GhdWrite) write = NULL;
  g_autoptr (GhEventDraft) draft = NULL;
  Sent *sent = g_new (Sent, 1);

  write_txn_id (txn_id, load->salt, number);
  write = ghd_write_new (person, txn_id);
  draft = gh_event_draft_new (load->rooms[number % N_ROOMS], GH_EVENT_ROOM_MESSAGE, NULL, person,
                              load->content);
  gh_event_draft_set_auth_events (draft, (const char *const *) load->auth_events);
  ghd_write_add_event (write, draft);

  *sent = (Sent) { load, due_us };
  load->n_outstanding++;
  dex_future_disown (
    dex_future_finally (ghd_writer_append (load->writer, write), on_settled, sent, g_free));
}

static int
compare (gconstpointer a, gconstpointer b)
{
  float left = *(const float *) a, right = *(const float *) b;

  return (left > right) - (left < right);
}

static double
find_percentile (GArray *times, double share)
{
  if (times->len == 0)
    return NAN;
  return g_array_index (times, float, (guint) ceil (times->len * share) - 1);
}

static void
finish (Load *load, BenchFigures *figures)
{
  while (load->n_outstanding > 0)
    dex_await (dex_timeout_new_msec (TICK_MS), NULL);
  g_array_sort (load->times, compare);
  *figures = (BenchFigures) {
    .rate = load->n_durable * (double) G_USEC_PER_SEC / (load->end_us - load->begin_us),
    .p50_ms = find_percentile (load->times, 0.50),
    .p99_ms = find_percentile (load->times, 0.99),
    .n_sent = load->number,
    .n_refused = load->n_refused,
  };
  load_free (load);
}

/* --- public --- */

/**
 * bench_load_offer:
 * @rate: events a second
 *
 * Open loop: what is due is given to the writer, whatever has come of what was given before, and its
 * time counts from when it was due. The first second warms up and does not count.
 */
void
bench_load_offer (GhdWriter *writer, guint rate, guint seconds, BenchFigures *figures)
{
  Load *load = load_new (writer);
  gint64 start_us = g_get_monotonic_time ();

  load->begin_us = start_us + WARM_UP_US;
  load->end_us = load->begin_us + seconds * G_USEC_PER_SEC;
  while (g_get_monotonic_time () < load->end_us)
    {
      gint64 now_us = g_get_monotonic_time ();
      gint64 due_us;

      while ((due_us = start_us + (gint64) load->number * G_USEC_PER_SEC / rate) <= now_us)
        send_one (load, due_us);
      dex_await (dex_timeout_new_usec (CLAMP (due_us - g_get_monotonic_time (), 100, 1000)), NULL);
    }
  finish (load, figures);
}

/**
 * bench_load_saturate:
 * @outstanding: events that wait for their acknowledgement at any time
 *
 * Closed loop: as fast as the writer takes them.
 */
void
bench_load_saturate (GhdWriter *writer, guint outstanding, guint seconds, BenchFigures *figures)
{
  Load *load = load_new (writer);
  gint64 start_us = g_get_monotonic_time ();

  load->begin_us = start_us + WARM_UP_US;
  load->end_us = load->begin_us + seconds * G_USEC_PER_SEC;
  while (g_get_monotonic_time () < load->end_us)
    {
      while (load->n_outstanding < outstanding)
        send_one (load, g_get_monotonic_time ());
      dex_await (dex_timeout_new_msec (TICK_MS), NULL);
    }
  finish (load, figures);
}
