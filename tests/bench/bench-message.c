/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-daemon.h"
#include "bench-people.h"
#include "bench-socket.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>

/*
 * From one person's sending to the others' receiving, and to the acknowledgement: 1,000 messages a
 * second, open loop, over 100 channels of 10 connected members each, on a real guildhalld with its
 * own PostgreSQL. A message counts from the moment it is written to the socket; a receipt is what
 * another member reads.
 */

#define N_CHANNELS 100
#define N_MEMBERS 10
#define N_PEOPLE (N_CHANNELS * N_MEMBERS)
#define RATE 1000
#define WARM_UP_SECONDS 3
#define SECONDS 20
#define N_WARM_UP (WARM_UP_SECONDS * RATE)
#define N_MESSAGES ((WARM_UP_SECONDS + SECONDS) * RATE)
#define LINGER_MS 10000
#define EVENTS_PER_TURN 256

#define MARK "number " /* stands before the message's number in its text */
#define TEXT_SIZE 200

typedef struct
{
  BenchSocket *socket;
  guint index; /* in people */
} Member;

typedef struct
{
  BenchPerson *people;
  Member members[N_PEOPLE];
  gint64 sent_us[N_MESSAGES];
  guint8 n_receipts[N_MESSAGES];
  GArray *receipts; /* float, ms */
  GArray *acks;
  guint n_sent;
  guint n_acked;
  guint n_received;
  guint n_ready;
  guint n_refused;
  gint64 begun_us;
  gint64 ended_us; /* the last acknowledgement */
} Bench;

static void
take (GArray *times, guint number, gint64 sent_us)
{
  float ms = (g_get_monotonic_time () - sent_us) / 1000.0f;

  if (number >= N_WARM_UP)
    g_array_append_val (times, ms);
}

/* Frames are searched and not parsed: the load generator shares the machine with the daemon. */
static gboolean
find_number (const char *text, gsize size, const char *mark, guint *number)
{
  const char *found = memmem (text, size, mark, strlen (mark));

  if (found == NULL)
    return FALSE;

  *number = strtoul (found + strlen (mark), NULL, 10);

  return *number < N_MESSAGES;
}

static void
on_frame (BenchSocket *socket, const char *text, gsize size, gpointer user_data)
{
  Bench *bench = user_data;
  guint number;

  if (g_str_has_prefix (text, "{\"op\":\"reply\""))
    {
      if (memmem (text, size, "\"error\":", 8) != NULL
          || !find_number (text, size, "\"id\":\"", &number))
        {
          if (bench->n_refused++ == 0)
            fprintf (stderr, "bench: refused: %.*s\n", (int) size, text);
          return;
        }
      bench->n_acked++;
      bench->ended_us = g_get_monotonic_time ();
      take (bench->acks, number, bench->sent_us[number]);
    }
  else if (g_str_has_prefix (text, "{\"op\":\"event\"") && find_number (text, size, MARK, &number))
    {
      guint sender = number % N_CHANNELS * N_MEMBERS + number / N_CHANNELS % N_MEMBERS;

      bench->n_received++;
      bench->n_receipts[number]++;
      if (bench->members[sender].socket != socket)
        take (bench->receipts, number, bench->sent_us[number]);
    }
  else if (g_str_has_prefix (text, "{\"op\":\"ready\""))
    {
      bench->n_ready++;
    }
}

/* Channel after channel, and in each channel member after member. */
static gboolean
send_next (Bench *bench)
{
  guint number = bench->n_sent++;
  guint sender = number % N_CHANNELS * N_MEMBERS + number / N_CHANNELS % N_MEMBERS;
  g_autofree char *padding = g_strnfill (TEXT_SIZE, '.');
  g_autofree char *text = NULL;

  text = g_strdup_printf ("{\"op\":\"request\",\"id\":\"%u\",\"do\":\"message.send\",\"data\":"
                          "{\"channel_id\":\"%s\",\"txn_id\":\"%u\",\"content\":"
                          "{\"msgtype\":\"m.text\",\"body\":\"" MARK "%u %s\"}}}",
                          number, bench->people[sender].channel_id, number, number, padding);
  bench->sent_us[number] = g_get_monotonic_time ();

  return bench_socket_send_text (bench->members[sender].socket, text);
}

static gboolean
come_in (Bench *bench, guint16 port, GError **error)
{
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      Member *member = &bench->members[i];
      g_autofree char *identify = NULL;

      identify = g_strdup_printf ("{\"op\":\"identify\",\"token\":\"%s\"}", bench->people[i].token);
      member->index = i;
      member->socket = bench_socket_connect (port, NULL, error);
      if (member->socket == NULL || !bench_socket_upgrade (member->socket, error))
        return FALSE;
      if (!bench_socket_send_text (member->socket, identify))
        break;
      while (bench->n_ready == i)
        if (!bench_socket_receive (member->socket, TRUE, on_frame, bench))
          break;
      if (bench->n_ready == i)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "Person %u was not let in", i);
          return FALSE;
        }
    }

  return TRUE;
}

static int
watch_all (Bench *bench, int timer_fd)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
  int epoll_fd = epoll_create1 (EPOLL_CLOEXEC);

  epoll_ctl (epoll_fd, EPOLL_CTL_ADD, timer_fd, &event);
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      event.data.ptr = bench->members[i].socket;
      epoll_ctl (epoll_fd, EPOLL_CTL_ADD, bench_socket_get_fd (bench->members[i].socket), &event);
    }

  return epoll_fd;
}

/* Open loop: what is due is sent, whatever has come of what was sent before. */
static gboolean
send_due (Bench *bench, int timer_fd)
{
  gint64 now_us = g_get_monotonic_time ();
  guint64 count;

  if (read (timer_fd, &count, sizeof count) < 0)
    return TRUE;

  while (bench->n_sent < N_MESSAGES
         && bench->begun_us + (gint64) bench->n_sent * G_USEC_PER_SEC / RATE <= now_us)
    if (!send_next (bench))
      return FALSE;

  return TRUE;
}

static gboolean
is_over (Bench *bench)
{
  return bench->n_sent == N_MESSAGES
         && ((bench->n_acked == N_MESSAGES && bench->n_received == N_MESSAGES * N_MEMBERS)
             || g_get_monotonic_time () > bench->ended_us + LINGER_MS * 1000);
}

static gboolean
run (Bench *bench)
{
  struct itimerspec tick = { .it_interval.tv_nsec = 1000000, .it_value.tv_nsec = 1000000 };
  struct epoll_event events[EVENTS_PER_TURN];
  int timer_fd = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  int epoll_fd = watch_all (bench, timer_fd);
  gboolean well = TRUE;

  timerfd_settime (timer_fd, 0, &tick, NULL);
  bench->begun_us = bench->ended_us = g_get_monotonic_time ();

  while (well && !is_over (bench))
    {
      int n = epoll_wait (epoll_fd, events, EVENTS_PER_TURN, -1);

      for (int i = 0; i < n && well; i++)
        {
          if (events[i].data.ptr == NULL)
            well = send_due (bench, timer_fd);
          else
            well = bench_socket_receive (events[i].data.ptr, FALSE, on_frame, bench);
        }
    }

  close (epoll_fd);
  close (timer_fd);

  return well;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  float left = *(const float *) a;
  float right = *(const float *) b;

  return (left > right) - (left < right);
}

static double
find_percentile (GArray *times, double share)
{
  return g_array_index (times, float, (guint) ceil (times->len * share) - 1);
}

static void
print_figure (const char *name, double figure, const char *unit)
{
  printf ("{\"bench\":\"message\",\"case\":\"rate=%d channels=%d members=%d %s\",\"figure\":%.3f,"
          "\"unit\":\"%s\",\"reference\":null,\"ratio\":null}\n",
          RATE, N_CHANNELS, N_MEMBERS, name, figure, unit);
}

static void
print_figures (Bench *bench, gint64 cpu_us, gint64 rss)
{
  g_array_sort (bench->receipts, compare);
  g_array_sort (bench->acks, compare);
  print_figure ("receipt p50", find_percentile (bench->receipts, 0.50), "ms");
  print_figure ("receipt p99", find_percentile (bench->receipts, 0.99), "ms");
  print_figure ("ack p50", find_percentile (bench->acks, 0.50), "ms");
  print_figure ("ack p99", find_percentile (bench->acks, 0.99), "ms");
  print_figure ("rate",
                bench->n_acked * (double) G_USEC_PER_SEC / (bench->ended_us - bench->begun_us),
                "messages/s");
  print_figure ("daemon, for a message, cpu", cpu_us / (double) N_MESSAGES, "us");
  print_figure ("daemon rss", rss / (1024.0 * 1024.0), "MiB");
}

static gboolean
check (Bench *bench, GError **error)
{
  guint n_wrong = 0;

  for (guint i = 0; i < N_MESSAGES; i++)
    n_wrong += bench->n_receipts[i] != N_MEMBERS;

  if (n_wrong == 0 && bench->n_acked == N_MESSAGES)
    return TRUE;

  g_set_error (
    error, G_IO_ERROR, G_IO_ERROR_FAILED,
    "Of %d messages %u were acknowledged and %u refused, and %u did not reach each member once",
    N_MESSAGES, bench->n_acked, bench->n_refused, n_wrong);

  return FALSE;
}

static gboolean
measure (Bench *bench, GError **error)
{
  g_autoptr (BenchDaemon) daemon = bench_daemon_start (FALSE, error);
  gint64 cpu_us;
  gboolean well;

  if (daemon == NULL)
    return FALSE;

  fprintf (stderr, "bench: signing up %d people\n", N_PEOPLE);
  bench->people = bench_people_make (bench_daemon_get_port (daemon), NULL, N_CHANNELS, N_MEMBERS, error);
  if (bench->people == NULL || !come_in (bench, bench_daemon_get_port (daemon), error))
    return FALSE;

  fprintf (stderr, "bench: sending %d messages\n", N_MESSAGES);
  cpu_us = bench_daemon_get_cpu_us (daemon);
  if (!run (bench))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The daemon closed a connection");
  well = *error == NULL && check (bench, error);
  if (well)
    print_figures (bench, bench_daemon_get_cpu_us (daemon) - cpu_us, bench_daemon_get_rss (daemon));

  return well;
}

int
main (int argc, char **argv)
{
  g_autofree Bench *bench = g_new0 (Bench, 1);
  g_autoptr (GError) error = NULL;
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);

  bench->receipts = g_array_new (FALSE, FALSE, sizeof (float));
  bench->acks = g_array_new (FALSE, FALSE, sizeof (float));
  if (!measure (bench, &error))
    fprintf (stderr, "bench: %s\n", error->message);

  for (guint i = 0; i < N_PEOPLE; i++)
    g_clear_pointer (&bench->members[i].socket, bench_socket_free);
  if (bench->people != NULL)
    bench_people_free (bench->people, N_PEOPLE);
  g_array_unref (bench->receipts);
  g_array_unref (bench->acks);

  return error == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
