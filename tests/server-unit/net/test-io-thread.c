/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-io-thread.h"

#include "test-frames.h"

#include <errno.h>
#include <fcntl.h>
#include <libdex.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_QUEUE (64 * 1024)
#define MAX_IN_FLIGHT 4

static gboolean uses_ring; /* everything here is tried both ways */

/* One connection on a real I/O thread; the peer's end is a descriptor in our hands. */
typedef struct
{
  GhdMetrics *metrics;
  GhdSeries *sent;
  GhdSeries *writes;
  GhdIoThread *thread;
  GhdLink *link;
  int peer;
  GPtrArray *frames; /* GhFrame */
  guint n_closed;
  guint code;
  gboolean is_gone;
} Fixture;

static void
on_notice (const GhdNotice *notice, gpointer user_data)
{
  Fixture *fixture = notice->owner;

  switch (notice->kind)
    {
    case GHD_NOTICE_FRAME:
      g_assert_cmpuint (fixture->n_closed, ==, 0);
      g_ptr_array_add (fixture->frames, notice->frame);
      break;

    case GHD_NOTICE_CLOSED:
      fixture->n_closed++;
      fixture->code = notice->code;
      break;

    case GHD_NOTICE_GONE:
      g_assert_cmpuint (fixture->n_closed, ==, 1);
      fixture->is_gone = TRUE;
      ghd_io_thread_release (fixture->thread, fixture->link);
      ghd_io_thread_flush (fixture->thread);
      fixture->link = NULL;
      break;
    }
}

#define wait_until(condition)                                                                      \
  while (!(condition))                                                                             \
  g_main_context_iteration (NULL, TRUE)

/* @send_buffer: 0 for the usual one */
static void
connect_peer (Fixture *fixture, int send_buffer)
{
  g_autoptr (GBytes) hello = g_bytes_new_static ("hello", 5);
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  fixture->peer = pair[1];
  g_assert_cmpint (fcntl (pair[0], F_SETFL, O_NONBLOCK), ==, 0);
  if (send_buffer > 0)
    g_assert_cmpint (setsockopt (pair[0], SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer), ==, 0);

  fixture->link = ghd_io_thread_adopt (fixture->thread, GHD_LINK_GATEWAY, pair[0], NULL, FALSE,
                                       fixture, hello, NULL);
  ghd_io_thread_flush (fixture->thread);
}

static void
set_up_with (Fixture *fixture, gint64 identify_us, gint64 idle_us)
{
  GhdIoOptions options = {
    .max_message = 1000,
    .max_queue = MAX_QUEUE,
    .max_in_flight = MAX_IN_FLIGHT,
    .identify_us = identify_us,
    .idle_us = idle_us,
    .uses_ring = uses_ring,
  };

  memset (fixture, 0, sizeof *fixture);
  fixture->metrics = ghd_metrics_new ();
  fixture->sent = options.sent =
    ghd_metric_get_series (ghd_metrics_add_counter (fixture->metrics, "sent", "s", NULL), NULL);
  fixture->writes = options.writes =
    ghd_metric_get_series (ghd_metrics_add_counter (fixture->metrics, "writes", "w", NULL), NULL);
  fixture->frames = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_frame_free);

  fixture->thread = ghd_io_thread_new (0, &options, on_notice, NULL);
  connect_peer (fixture, 0);
}

static void
set_up (Fixture *fixture)
{
  set_up_with (fixture, 60 * G_USEC_PER_SEC, 60 * G_USEC_PER_SEC);
}

static void
tear_down (Fixture *fixture)
{
  if (fixture->peer >= 0)
    close (fixture->peer);
  g_clear_pointer (&fixture->thread, ghd_io_thread_free);
  g_ptr_array_unref (fixture->frames);
  g_object_unref (fixture->metrics);
}

static void
say (Fixture *fixture, GByteArray *wire)
{
  g_assert_cmpint (write (fixture->peer, wire->data, wire->len), ==, wire->len);
}

static void
say_text (Fixture *fixture, const char *text)
{
  g_autoptr (GByteArray) wire = g_byte_array_new ();

  append_text (wire, text);
  say (fixture, wire);
}

static void
read_exactly (Fixture *fixture, gpointer buffer, gsize size)
{
  g_assert_cmpint (recv (fixture->peer, buffer, size, MSG_WAITALL), ==, size);
}

/* The next frame from the server: its first byte and its payload. */
static guint8
hear (Fixture *fixture, char **payload, gsize *size)
{
  guint8 header[2];
  guint8 extended[8];

  read_exactly (fixture, header, 2);
  *size = header[1];
  if (header[1] == 126)
    {
      read_exactly (fixture, extended, 2);
      *size = extended[0] << 8 | extended[1];
    }
  g_assert_cmpuint (header[1], <, 127);
  *payload = g_malloc0 (*size + 1);
  if (*size > 0)
    read_exactly (fixture, *payload, *size);

  return header[0];
}

static void
expect (Fixture *fixture, guint8 first, const char *expected)
{
  g_autofree char *payload = NULL;
  gsize size;

  g_assert_cmphex (hear (fixture, &payload, &size), ==, first);
  g_assert_cmpstr (payload, ==, expected);
}

static void
expect_close (Fixture *fixture, guint code)
{
  g_autofree char *payload = NULL;
  gsize size;

  while (hear (fixture, &payload, &size) != (FIN | OP_CLOSE))
    g_clear_pointer (&payload, g_free);
  g_assert_cmpuint (size, >=, 2);
  g_assert_cmpuint ((guint8) payload[0] << 8 | (guint8) payload[1], ==, code);
}

static void
expect_end (Fixture *fixture)
{
  guint8 byte;

  g_assert_cmpint (recv (fixture->peer, &byte, 1, 0), ==, 0);
}

static void
answer_with (Fixture *fixture, const char *text, gboolean is_limited)
{
  g_autoptr (GBytes) frame = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;

  ghd_io_thread_answer (fixture->thread, fixture->link, frame, is_limited);
  ghd_io_thread_flush (fixture->thread);
}

static void
answer (Fixture *fixture, const char *text)
{
  answer_with (fixture, text, FALSE);
}

static void
test_talk (void)
{
  g_autoptr (GByteArray) wire = g_byte_array_new ();
  Fixture fixture;
  GhFrame *frame;

  set_up (&fixture);
  expect (&fixture, FIN | OP_TEXT, "hello");

  say_text (&fixture, "{\"op\":\"request\",\"id\":\"1\",\"do\":\"guild.list\",\"data\":{}}");
  wait_until (fixture.frames->len == 1);
  frame = g_ptr_array_index (fixture.frames, 0);
  g_assert_cmpstr (frame->operation, ==, "guild.list");
  answer (&fixture, "the answer");
  expect (&fixture, FIN | OP_TEXT, "the answer");

  /* Heartbeats and pings need nobody else. */
  say_text (&fixture, "{\"op\":\"heartbeat\",\"n\":7}");
  expect (&fixture, FIN | OP_TEXT, "{\"op\":\"heartbeat\",\"n\":7}");
  append_frame (wire, FIN | OP_PING, "are you there", 13);
  say (&fixture, wire);
  expect (&fixture, FIN | OP_PONG, "are you there");

  g_byte_array_set_size (wire, 0);
  append_frame (wire, FIN | OP_CLOSE, "\x03\xe8", 2);
  say (&fixture, wire);
  expect_close (&fixture, 1000);
  expect_end (&fixture);
  close (fixture.peer);
  fixture.peer = -1;
  wait_until (fixture.is_gone);
  g_assert_cmpuint (fixture.code, ==, 1000);
  tear_down (&fixture);
}

/* All that gathers in a turn leaves in one call to the system. */
static void
test_coalesce (void)
{
  Fixture fixture;

  set_up (&fixture);
  expect (&fixture, FIN | OP_TEXT, "hello");

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *text = g_strdup_printf ("frame %u", i);
      g_autoptr (GBytes) frame = g_bytes_new (text, strlen (text));

      ghd_io_thread_send (fixture.thread, fixture.link, frame);
    }
  ghd_io_thread_flush (fixture.thread);

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *text = g_strdup_printf ("frame %u", i);

      expect (&fixture, FIN | OP_TEXT, text);
    }

  /* Joined: nothing is counted later. */
  g_clear_pointer (&fixture.thread, ghd_io_thread_free);
  g_assert_cmpint (ghd_series_get_value (fixture.writes), ==, 2);
  tear_down (&fixture);
}

static void
test_malformed (void)
{
  static const struct
  {
    const char *text;
    guint code;
  } cases[] = {
    { "not JSON", GH_CLOSE_MALFORMED },
    { "{}", GH_CLOSE_MALFORMED },
    { "{\"op\":\"event\"}", GH_CLOSE_MALFORMED },
    { "{\"op\":\"heartbeat\",\"n\":1.5}", GH_CLOSE_MALFORMED },
    { "\xff", 1007 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fixture fixture;

      set_up (&fixture);
      expect (&fixture, FIN | OP_TEXT, "hello");
      say_text (&fixture, cases[i].text);
      expect_close (&fixture, cases[i].code);
      expect_end (&fixture);
      wait_until (fixture.n_closed == 1);
      g_assert_cmpuint (fixture.code, ==, cases[i].code);
      tear_down (&fixture);
    }
}

static void
test_binary (void)
{
  g_autoptr (GByteArray) wire = g_byte_array_new ();
  Fixture fixture;

  set_up (&fixture);
  append_frame (wire, FIN | OP_BINARY, "{}", 2);
  say (&fixture, wire);
  expect_close (&fixture, GH_CLOSE_MALFORMED);
  tear_down (&fixture);
}

/* Who does not read loses what waits for it, and is told so once it reads. */
static void
test_slow_reader (void)
{
  g_autofree char *text = g_strnfill (1000, 'x');
  g_autoptr (GBytes) frame = g_bytes_new (text, 1000);
  Fixture fixture;

  set_up (&fixture);
  while (fixture.n_closed == 0)
    {
      for (guint i = 0; i < 100; i++)
        ghd_io_thread_send (fixture.thread, fixture.link, frame);
      ghd_io_thread_flush (fixture.thread);
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_cmpuint (fixture.code, ==, GH_CLOSE_SLOW);
  expect_close (&fixture, GH_CLOSE_SLOW); /* behind whole frames only */
  expect_end (&fixture);
  tear_down (&fixture);
}

/* A busy turn is not a slow reader: more than the queue may hold, but the peer takes it. */
static void
test_burst (void)
{
  g_autofree char *text = g_strnfill (1000, 'x');
  g_autoptr (GBytes) frame = g_bytes_new (text, 1000);
  Fixture fixture;
  int size = 4 * 1024 * 1024;

  set_up (&fixture);
  expect (&fixture, FIN | OP_TEXT, "hello");
  g_assert_cmpint (setsockopt (fixture.peer, SOL_SOCKET, SO_RCVBUF, &size, sizeof size), ==, 0);
  for (guint i = 0; i < 120; i++)
    ghd_io_thread_send (fixture.thread, fixture.link, frame);
  ghd_io_thread_flush (fixture.thread);
  for (guint i = 0; i < 120; i++)
    expect (&fixture, FIN | OP_TEXT, text);
  g_assert_cmpuint (fixture.n_closed, ==, 0);
  tear_down (&fixture);
}

/* With enough unanswered, nothing more is read until something is answered; nothing is lost. While the
 * answers say that it asks too fast, much less is enough, and nothing is read for a while. */
static void
test_in_flight (void)
{
  const guint few = 2;
  const guint n_limited = 3 * MAX_IN_FLIGHT;
  g_autoptr (GByteArray) wire = g_byte_array_new ();
  Fixture fixture;
  const guint n_requests = 2000;
  guint n_answered = 0;
  gint64 began_us;
  guint most = 0; /* unanswered, later */

  set_up (&fixture);
  expect (&fixture, FIN | OP_TEXT, "hello");
  for (guint i = 0; i < n_requests; i++)
    {
      g_autofree char *text = NULL;

      text =
        g_strdup_printf ("{\"op\":\"request\",\"id\":\"%u\",\"do\":\"guild.list\",\"data\":{}}", i);
      append_text (wire, text);
    }
  began_us = g_get_monotonic_time ();
  say (&fixture, wire);

  while (n_answered < n_requests)
    {
      g_autofree char *id = g_strdup_printf ("%u", n_answered);

      wait_until (fixture.frames->len > n_answered);
      g_assert_cmpuint (fixture.frames->len - n_answered, <=, MAX_IN_FLIGHT);
      if (n_answered >= MAX_IN_FLIGHT && n_answered <= n_limited)
        g_assert_cmpuint (fixture.frames->len - n_answered, <=, few);
      else if (n_answered > n_limited)
        most = MAX (most, fixture.frames->len - n_answered);
      g_assert_cmpstr (((GhFrame *) fixture.frames->pdata[n_answered])->id, ==, id);
      answer_with (&fixture, NULL, n_answered < n_limited);
      n_answered++;
    }
  g_assert_cmpuint (most, >, few);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, (n_limited - MAX_IN_FLIGHT) / few * 100 * 1000);
  tear_down (&fixture);
}

/* One message to many. Some take it at once, some only a part for now; one has gone; one is given it twice. */
static void
test_crowd (void)
{
  enum
  {
    N_PEERS = 60,
    GONE = 7,
    TWICE = 11
  };
  Fixture fixtures[N_PEERS] = { 0 };

  set_up (&fixtures[0]);
  for (guint i = 1; i < N_PEERS; i++)
    {
      fixtures[i].thread = fixtures[0].thread;
      connect_peer (&fixtures[i], i % 3 == 0 ? 4096 : 0);
    }
  for (guint i = 0; i < N_PEERS; i++)
    expect (&fixtures[i], FIN | OP_TEXT, "hello");
  close (fixtures[GONE].peer);
  fixtures[GONE].peer = -1;

  for (guint turn = 0; turn < 3; turn++)
    {
      g_autofree char *text = g_strnfill (30000, 'a' + turn);
      g_autoptr (GBytes) frame = g_bytes_new (text, strlen (text));

      for (guint i = 0; i < N_PEERS; i++)
        {
          if (fixtures[i].link != NULL)
            ghd_io_thread_send (fixtures[0].thread, fixtures[i].link, frame);
          if (i == TWICE)
            ghd_io_thread_send (fixtures[0].thread, fixtures[i].link, frame);
        }
      ghd_io_thread_flush (fixtures[0].thread);
      for (guint i = 0; i < N_PEERS; i++)
        {
          if (i != GONE)
            expect (&fixtures[i], FIN | OP_TEXT, text);
          if (i == TWICE)
            expect (&fixtures[i], FIN | OP_TEXT, text);
        }
      wait_until (fixtures[GONE].is_gone);
    }

  g_assert_cmpuint (fixtures[GONE].code, ==, 1006);
  for (guint i = 1; i < N_PEERS; i++)
    {
      g_assert_cmpuint (fixtures[i].n_closed, ==, i == GONE);
      if (i != GONE)
        close (fixtures[i].peer);
    }
  tear_down (&fixtures[0]);
}

/* The peer has stopped writing, but still wants its answer. */
static void
test_half_closed (void)
{
  Fixture fixture;

  set_up (&fixture);
  expect (&fixture, FIN | OP_TEXT, "hello");
  say_text (&fixture, "{\"op\":\"request\",\"id\":\"1\",\"do\":\"guild.list\",\"data\":{}}");
  g_assert_cmpint (shutdown (fixture.peer, SHUT_WR), ==, 0);
  wait_until (fixture.n_closed == 1);
  g_assert_cmpuint (fixture.frames->len, ==, 1);
  g_assert_false (fixture.is_gone);
  answer (&fixture, "late, but here");
  expect (&fixture, FIN | OP_TEXT, "late, but here");
  expect_close (&fixture, 1000);
  expect_end (&fixture);
  wait_until (fixture.is_gone);
  tear_down (&fixture);
}

static void
test_vanished (void)
{
  Fixture fixture;

  set_up (&fixture);
  close (fixture.peer);
  fixture.peer = -1;
  wait_until (fixture.is_gone);
  g_assert_cmpuint (fixture.code, ==, 1006);
  tear_down (&fixture);
}

static void
test_identify_timeout (void)
{
  Fixture fixture;

  set_up_with (&fixture, G_USEC_PER_SEC / 2, 60 * G_USEC_PER_SEC);
  expect_close (&fixture, GH_CLOSE_IDENTIFY);
  tear_down (&fixture);
}

static void
test_silence (void)
{
  Fixture fixture;

  set_up_with (&fixture, 60 * G_USEC_PER_SEC, G_USEC_PER_SEC / 2);
  ghd_io_thread_identified (fixture.thread, fixture.link);
  ghd_io_thread_flush (fixture.thread);
  expect_close (&fixture, GH_CLOSE_HEARTBEAT);
  tear_down (&fixture);
}

/* Ordered to close: what waits goes first, nothing comes after. */
static void
test_close_last (void)
{
  g_autoptr (GBytes) before = g_bytes_new_static ("before", 6);
  g_autoptr (GBytes) after = g_bytes_new_static ("after", 5);
  Fixture fixture;

  set_up (&fixture);
  ghd_io_thread_send (fixture.thread, fixture.link, before);
  ghd_io_thread_close (fixture.thread, fixture.link, GH_CLOSE_GOING_AWAY, "bye");
  ghd_io_thread_send (fixture.thread, fixture.link, after);
  ghd_io_thread_flush (fixture.thread);
  expect (&fixture, FIN | OP_TEXT, "hello");
  expect (&fixture, FIN | OP_TEXT, "before");
  expect (&fixture, FIN | OP_CLOSE,
          "\x03\xe9"
          "bye");
  expect_end (&fixture);
  tear_down (&fixture);
}

typedef struct
{
  const char *name;
  void (*run) (void);
} Case;

static const Case cases[] = {
  { "talk", test_talk },
  { "coalesce", test_coalesce },
  { "malformed", test_malformed },
  { "binary", test_binary },
  { "slow-reader", test_slow_reader },
  { "burst", test_burst },
  { "in-flight", test_in_flight },
  { "crowd", test_crowd },
  { "half-closed", test_half_closed },
  { "vanished", test_vanished },
  { "identify-timeout", test_identify_timeout },
  { "silence", test_silence },
  { "close-last", test_close_last },
};

static void
run_with_ring (gconstpointer data)
{
  uses_ring = TRUE;
  ((const Case *) data)->run ();
}

static void
run_one_by_one (gconstpointer data)
{
  uses_ring = FALSE;
  ((const Case *) data)->run ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/io-thread/%s", cases[i].name);
      g_autofree char *one_by_one = g_strconcat (path, "/one-by-one", NULL);

      g_test_add_data_func (path, &cases[i], run_with_ring);
      g_test_add_data_func (one_by_one, &cases[i], run_one_by_one);
    }

  return g_test_run ();
}
