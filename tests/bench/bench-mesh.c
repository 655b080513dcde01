/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a call costs one who is in it, by the number of people: a voice with the product's own settings, connected
 * over loopback to each of the others, who are in another process and connected to nobody else. Beside it, in
 * turns, is as much by webrtcbin as it comes: with DTLS, and an encoder for each of the others. Neither opens
 * devices, nor cleans what a microphone would hear; the reference mixes nothing and paces nothing either.
 *
 *   bench-mesh [PEOPLE TALKING]
 */
#include "voice-room.h"

#include "bench-pipe.h"
#include "bench-report.h"
#include "bench-stock.h"
#include "gh-json-builder.h"

#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SETTLE_US (G_USEC_PER_SEC / 2)
#define MEASURE_US (3 * G_USEC_PER_SEC)
#define KIB 1024.0
/* From so much of the machine on, a figure is what was left over for it. */
#define SATURATED 0.9

static const guint cases[][2] = { { 2, 2 },  { 4, 2 }, { 8, 2 }, { 12, 2 }, { 16, 2 },
                                  { 4, 4 }, { 8, 8 }, { 12, 12 }, { 16, 16 } };

typedef struct _Side Side;

/* Whom a reference's end leads to. */
typedef struct
{
  Side *side;
  guint number;
} Way;

/* One of the two processes of a case: that of the first, or that of the others. */
struct _Side
{
  guint n_people;
  guint n_talking;
  BenchPipe *pipe;
  gboolean is_over; /* the other process has gone */

  Room *room; /* ours */

  BenchStock *stock[ROOM_MOST]; /* the reference: for the first, one for each of the others */
  Way ways[ROOM_MOST];
};

static double
get_tone (guint number, guint n_talking)
{
  return number < n_talking ? 400 + 130 * number : 0;
}

static void
wait_us (gint64 length_us)
{
  gint64 until_us = g_get_monotonic_time () + length_us;

  while (g_get_monotonic_time () < until_us)
    run_once ();
}

/* --- Ours ----------------------------------------------------------------------------------- */

static void
carry (const char *from, const char *to, GhJson *json, gpointer data)
{
  Side *self = data;
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GhJson) letter = NULL;

  gh_json_builder_add_string (builder, "from", from);
  gh_json_builder_add_string (builder, "to", to);
  gh_json_builder_add_json (builder, "signal", json);
  letter = gh_json_builder_finish (builder);
  bench_pipe_send (self->pipe, letter);
}

static void
take_letter (GhJson *json, gpointer data)
{
  Side *self = data;
  g_autoptr (GhJson) said = NULL;

  if (json == NULL)
    {
      self->is_over = TRUE;
      return;
    }
  said = gh_json_peek_object (json, "signal");
  room_take (self->room, gh_json_peek_string (json, "from"), gh_json_peek_string (json, "to"), said);
}

/* The first, or all others, of a call whose key both processes know: it protects nothing here. */
static void
join_ours (Side *self, gboolean is_first)
{
  guint8 key[GH_MEDIA_KEY_SIZE] = { 1 };

  self->room = room_new (self->n_people);
  self->room->is_star = TRUE;
  self->room->carry = carry;
  self->room->carry_data = self;
  g_clear_pointer (&self->room->key, gh_secret_unref);
  self->room->key = gh_secret_new (key, sizeof key);
  for (guint i = 0; i < self->n_people; i++)
    self->room->people[i].is_there = TRUE;
  for (guint i = is_first ? 0 : 1; i < (is_first ? 1 : self->n_people); i++)
    {
      room_join (self->room, i);
      ghc_call_seat_set_muted (self->room->people[i].seat, i >= self->n_talking);
    }
}

static gboolean
is_ours_settled (Side *self)
{
  for (guint i = 1; i < self->n_people; i++)
    {
      Person *first = &self->room->people[0];

      if (ghc_call_member_get_link (person_see (first, i)) != GHC_CALL_LINK_CONNECTED
          || (i < self->n_talking && person_hears (first, self->room->people[i].tone_hz) < 0.05))
        return FALSE;
    }
  return TRUE;
}

/* --- The reference -------------------------------------------------------------------------- */

static void
send_stock (Side *self, guint number, const char *what, const char *text, guint line)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GhJson) json = NULL;

  gh_json_builder_add_int (builder, "number", number);
  gh_json_builder_add_string (builder, what, text);
  gh_json_builder_add_int (builder, "line", line);
  json = gh_json_builder_finish (builder);
  bench_pipe_send (self->pipe, json);
}

static void
tell_stock (guint line, const char *candidate, gpointer data)
{
  Way *way = data;

  send_stock (way->side, way->number, "candidate", candidate, line);
}

static void
take_stock (GhJson *json, gpointer data)
{
  Side *self = data;
  guint number;
  BenchStock *stock;

  if (json == NULL)
    {
      self->is_over = TRUE;
      return;
    }
  number = (guint) gh_json_peek_int (json, "number", 0);
  stock = self->stock[number];
  if (gh_json_peek_string (json, "offer") != NULL)
    {
      g_autofree char *answer = bench_stock_answer (stock, gh_json_peek_string (json, "offer"));

      send_stock (self, number, "answer", answer, 0);
    }
  else if (gh_json_peek_string (json, "answer") != NULL)
    bench_stock_take_answer (stock, gh_json_peek_string (json, "answer"));
  else
    bench_stock_take_candidate (stock, (guint) gh_json_peek_int (json, "line", 0),
                                gh_json_peek_string (json, "candidate"));
}

static void
join_stock (Side *self, gboolean is_first)
{
  gst_init (NULL, NULL);
  for (guint i = 1; i < self->n_people; i++)
    {
      self->ways[i] = (Way) { self, i };
      self->stock[i] = bench_stock_new (get_tone (is_first ? 0 : i, self->n_talking), tell_stock,
                                        &self->ways[i]);
    }
  for (guint i = 1; is_first && i < self->n_people; i++)
    {
      g_autofree char *offer = bench_stock_offer (self->stock[i]);

      send_stock (self, i, "offer", offer, 0);
    }
}

static gboolean
is_stock_settled (Side *self)
{
  for (guint i = 1; i < self->n_people; i++)
    {
      if (!bench_stock_is_connected (self->stock[i])
          || (i < self->n_talking && !bench_stock_has_heard (self->stock[i])))
        return FALSE;
    }
  return TRUE;
}

/* --- Both ----------------------------------------------------------------------------------- */

/* Ends when the first has gone. */
static void
be_the_others (Side *self, gboolean is_ours)
{
  g_autoptr (GInputStream) in = g_unix_input_stream_new (dup (STDIN_FILENO), TRUE);
  g_autoptr (GOutputStream) out = g_unix_output_stream_new (dup (STDOUT_FILENO), TRUE);

  if (is_ours)
    {
      self->pipe = bench_pipe_new (in, out, take_letter, self);
      join_ours (self, FALSE);
    }
  else
    {
      /* Before anything is offered. */
      join_stock (self, FALSE);
      self->pipe = bench_pipe_new (in, out, take_stock, self);
    }
  while (!self->is_over)
    g_main_context_iteration (NULL, TRUE);
}

/* Prints its share of a core, and its memory in KiB, for the process that compares. */
static void
be_the_first (Side *self, const char *program, gboolean is_ours)
{
  g_autofree char *people = g_strdup_printf ("%u", self->n_people);
  g_autofree char *talking = g_strdup_printf ("%u", self->n_talking);
  g_autoptr (GSubprocess) others = NULL;
  pid_t others_pid;
  gint64 empty = bench_read_rss (getpid ());
  gint64 from_us, took_us, cpu_us, others_us;
  gint64 rss;

  others = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL,
                             program, people, talking, is_ours ? "ours" : "stock", "others", NULL);
  others_pid = (pid_t) atoi (g_subprocess_get_identifier (others));
  self->pipe = bench_pipe_new (g_subprocess_get_stdout_pipe (others),
                               g_subprocess_get_stdin_pipe (others),
                               is_ours ? take_letter : take_stock, self);
  if (is_ours)
    join_ours (self, TRUE);
  else
    join_stock (self, TRUE);
  run_until (is_ours ? is_ours_settled (self) : is_stock_settled (self));
  wait_us (SETTLE_US);

  from_us = g_get_monotonic_time ();
  cpu_us = bench_read_cpu_us (getpid ());
  others_us = bench_read_cpu_us (others_pid);
  wait_us (MEASURE_US);
  cpu_us = bench_read_cpu_us (getpid ()) - cpu_us;
  others_us = bench_read_cpu_us (others_pid) - others_us;
  took_us = g_get_monotonic_time () - from_us;
  rss = bench_read_rss (getpid ()) - empty;
  /* And it still is a call. */
  run_until (is_ours ? is_ours_settled (self) : is_stock_settled (self));

  if ((double) (cpu_us + others_us) > SATURATED * (double) took_us * g_get_num_processors ())
    fprintf (stderr, "bench: %s with %u people, of whom %u talk, take all of this machine: no figure\n",
             is_ours ? "ours" : "the reference", self->n_people, self->n_talking);
  else
    printf ("%g %g\n", 100.0 * (double) cpu_us / (double) took_us, (double) rss / KIB);
  fflush (stdout);
  bench_pipe_free (self->pipe);
  g_subprocess_wait (others, NULL, NULL);
}

/* Returns whether it went well; figures are NAN when the machine was not enough for it. */
static gboolean
run_alone (const char *program, guint n_people, guint n_talking, const char *kind,
           double figures[static 2])
{
  g_autofree char *people = g_strdup_printf ("%u", n_people);
  g_autofree char *talking = g_strdup_printf ("%u", n_talking);
  g_autofree char *said = NULL;
  g_autoptr (GSubprocess) child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, program,
                                                    people, talking, kind, "first", NULL);

  figures[0] = figures[1] = NAN;
  if (child == NULL || !g_subprocess_communicate_utf8 (child, NULL, NULL, &said, NULL, NULL)
      || !g_subprocess_get_successful (child))
    return FALSE;
  return *said == '\0' || sscanf (said, "%lf %lf", &figures[0], &figures[1]) == 2;
}

static gboolean
compare (const char *program, guint n_people, guint n_talking)
{
  double ours[2];
  double stock[2];

  if (!run_alone (program, n_people, n_talking, "ours", ours)
      || !run_alone (program, n_people, n_talking, "stock", stock))
    return FALSE;
  if (isnan (ours[0]))
    return TRUE;
  bench_print ("mesh", ours[0], "% of a core", stock[0], "%u people, %u talk, one's cpu", n_people,
               n_talking);
  bench_print ("mesh", ours[1], "KiB", stock[1], "%u people, %u talk, one's rss", n_people,
               n_talking);
  return TRUE;
}

int
main (int argc, char *argv[])
{
  guint n_people = argc >= 3 ? (guint) CLAMP (atoi (argv[1]), 2, ROOM_MOST) : 0;
  guint n_talking = argc >= 3 ? (guint) CLAMP (atoi (argv[2]), 1, ROOM_MOST) : 0;

  dex_init ();
  if (argc == 5)
    {
      Side side = { .n_people = n_people, .n_talking = n_talking };
      gboolean is_ours = g_str_equal (argv[3], "ours");

      if (g_str_equal (argv[4], "first"))
        be_the_first (&side, argv[0], is_ours);
      else
        be_the_others (&side, is_ours);
      /* Without taking apart what ends with the process. */
      _exit (0);
    }
  if (argc == 3)
    return compare (argv[0], n_people, n_talking) ? 0 : 1;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      if (!compare (argv[0], cases[i][0], cases[i][1]))
        return 1;
    }
  return 0;
}
