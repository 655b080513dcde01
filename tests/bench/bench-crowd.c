/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-crowd.h"

#include "bench-report.h"
#include "bench-socket.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* Connections are made by so many threads at once. */
#define N_THREADS 8

#define BODY_SIZE 500
#define EVENTS_PER_TURN 512
#define BUFFER (256 * 1024)
#define PATIENCE_MS 20000

/* The longest header, and as much of the text as tells what the frame is: {"op":"ev */
#define MARK 10
#define HEAD (10 + MARK)

typedef struct
{
  BenchSocket *socket;
  const BenchPerson *person;
  guint n_heard; /* messages of this run */
  guint8 head[HEAD];
  guint n_head;
  gsize rest; /* of the frame under way */
} Member;

struct _BenchCrowd
{
  guint16 port;
  SSL_CTX *tls;
  Member *members;
  guint n_members;
  int epoll_fd;
  guint8 *buffer;

  /* Of a run, or of heartbeats. */
  const BenchLoad *load;
  gint64 *sent_us;
  guint *n_heard; /* by each message */
  GArray *times;  /* float, ms */
  guint n_sent;
  guint n_complete;
  guint n_beats;
  guint n_serial; /* names requests over all runs */
  gsize event_size;
};

typedef struct
{
  BenchCrowd *crowd;
  guint first;
  guint end;
  GError *error;
} Share;

static gboolean
fail (GError **error, const char *what)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, what);

  return FALSE;
}

BenchCrowd *
bench_crowd_new (guint16 port, SSL_CTX *tls)
{
  BenchCrowd *self = g_new0 (BenchCrowd, 1);

  self->port = port;
  self->tls = tls;
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  self->buffer = g_malloc (BUFFER);

  return self;
}

void
bench_crowd_free (BenchCrowd *self)
{
  for (guint i = 0; i < self->n_members; i++)
    g_clear_pointer (&self->members[i].socket, bench_socket_free);
  close (self->epoll_fd);
  g_free (self->members);
  g_free (self->buffer);
  g_free (self);
}

/* --- coming in --- */

static void
on_greeting (BenchSocket *socket, const char *text, gsize size, gpointer user_data)
{
  gboolean *is_ready = user_data;

  if (g_str_has_prefix (text, "{\"op\":\"ready\""))
    *is_ready = TRUE;
}

static gboolean
come_in (BenchCrowd *self, Member *member, GError **error)
{
  g_autofree char *identify = NULL;
  gboolean is_ready = FALSE;

  member->socket = bench_socket_connect (self->port, self->tls, error);
  if (member->socket == NULL)
    return FALSE;
  if (member->person == NULL)
    return TRUE;

  identify = g_strdup_printf ("{\"op\":\"identify\",\"token\":\"%s\"}", member->person->token);
  if (!bench_socket_upgrade (member->socket, error))
    return FALSE;
  if (!bench_socket_send_text (member->socket, identify))
    return fail (error, "Nobody listens to an identification");
  while (!is_ready)
    if (!bench_socket_receive (member->socket, TRUE, on_greeting, &is_ready))
      return fail (error, "Somebody was not let in");

  return TRUE;
}

static gpointer
grow_share (gpointer data)
{
  Share *share = data;

  for (guint i = share->first; i < share->end && share->error == NULL; i += N_THREADS)
    come_in (share->crowd, &share->crowd->members[i], &share->error);

  return NULL;
}

/**
 * bench_crowd_grow:
 * @people: (nullable): who comes in, in turn; %NULL for the bare program, which asks nobody
 * @n: how many connections there are to be
 */
gboolean
bench_crowd_grow (BenchCrowd *self, const BenchPerson *people, guint n_people, guint n,
                  GError **error)
{
  Share shares[N_THREADS];
  GThread *threads[N_THREADS];
  GError *first_error = NULL;

  self->members = g_renew (Member, self->members, n);
  memset (self->members + self->n_members, 0, (n - self->n_members) * sizeof (Member));
  for (guint i = self->n_members; i < n; i++)
    self->members[i].person = people != NULL ? &people[i % n_people] : NULL;

  for (guint i = 0; i < N_THREADS; i++)
    {
      shares[i] = (Share) { self, self->n_members + i, n, NULL };
      threads[i] = g_thread_new ("crowd", grow_share, &shares[i]);
    }
  for (guint i = 0; i < N_THREADS; i++)
    {
      g_thread_join (threads[i]);
      if (first_error == NULL)
        first_error = g_steal_pointer (&shares[i].error);
      g_clear_error (&shares[i].error);
    }

  for (guint i = self->n_members; i < n && first_error == NULL; i++)
    {
      struct epoll_event event = { .events = EPOLLIN, .data.u32 = i };

      bench_socket_rest (self->members[i].socket);
      epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, bench_socket_get_fd (self->members[i].socket),
                 &event);
    }
  self->n_members = n;

  if (first_error == NULL)
    return TRUE;
  g_propagate_error (error, first_error);

  return FALSE;
}

/* --- hearing --- */

static void
hear (BenchCrowd *self, Member *member)
{
  guint number = member->n_heard++;
  float ms;

  if (self->load == NULL || number >= self->load->n_messages)
    return;

  ms = (g_get_monotonic_time () - self->sent_us[number]) / 1000.0f;
  g_array_append_val (self->times, ms);
  if (++self->n_heard[number] == self->load->n_hearers)
    self->n_complete++;
}

/* Returns: how long the header is, 0 when too little of it is there to know */
static gsize
read_header (const guint8 *head, gsize n_head, gsize *size)
{
  if (n_head < 2)
    return 0;

  *size = head[1];
  if (head[1] < 126)
    return 2;
  if (n_head < 10)
    return 0; /* no frame of that size ends before */

  if (head[1] == 126)
    {
      *size = (gsize) head[2] << 8 | head[3];
      return 4;
    }

  *size = 0;
  for (guint i = 2; i < 10; i++)
    *size = *size << 8 | head[i];

  return 10;
}

/* Takes the head of a frame apart once enough of it is there. Returns: whether all was well */
static gboolean
take_head (BenchCrowd *self, Member *member)
{
  gsize size = 0;
  gsize header = read_header (member->head, member->n_head, &size);
  const char *text = (const char *) member->head + header;

  if (header == 0 || member->n_head < header + MIN (size, MARK))
    return TRUE;
  if ((member->head[0] & 0x0f) != 0x1)
    return FALSE;

  if (size >= MARK && memcmp (text, "{\"op\":\"eve", MARK) == 0)
    {
      self->event_size = size;
      hear (self, member);
    }
  else if (size >= MARK && memcmp (text, "{\"op\":\"hea", MARK) == 0)
    self->n_beats++;
  member->rest = header + size - member->n_head;
  member->n_head = 0;

  return TRUE;
}

static gboolean
take_bytes (BenchCrowd *self, Member *member, const guint8 *bytes, gsize n)
{
  while (n > 0)
    {
      gsize step = MIN (member->rest, n);

      member->rest -= step;
      bytes += step;
      n -= step;
      /* One byte at a time: what is after the head of a short frame is the next one's. */
      while (n > 0 && member->rest == 0)
        {
          member->head[member->n_head++] = *bytes++;
          n--;
          if (!take_head (self, member))
            return FALSE;
        }
    }

  return TRUE;
}

static gboolean
read_member (BenchCrowd *self, Member *member)
{
  for (;;)
    {
      gssize n = bench_socket_read (member->socket, self->buffer, BUFFER);

      if (n < 0 || (n > 0 && !take_bytes (self, member, self->buffer, n)))
        return FALSE;
      /* TLS gives a record at a time, and epoll knows of what is in the kernel only. */
      if (n == 0 || self->tls == NULL)
        return TRUE;
    }
}

/* --- a run --- */

static gboolean
send_one (BenchCrowd *self)
{
  Member *speaker = &self->members[0];
  g_autofree char *text = NULL;
  char body[BODY_SIZE + 1];

  self->sent_us[self->n_sent++] = g_get_monotonic_time ();
  if (speaker->person == NULL)
    return bench_socket_send_text (speaker->socket, "");

  memset (body, 'x', BODY_SIZE);
  body[BODY_SIZE] = '\0';
  self->n_serial++;
  text = g_strdup_printf ("{\"op\":\"request\",\"id\":\"%u\",\"do\":\"message.send\",\"data\":"
                          "{\"channel_id\":\"%s\",\"txn_id\":\"%u\",\"content\":"
                          "{\"msgtype\":\"m.text\",\"body\":\"%s\"}}}",
                          self->n_serial, speaker->person->channel_id, self->n_serial, body);

  return bench_socket_send_text (speaker->socket, text);
}

static gboolean
send_due (BenchCrowd *self, gint64 begun_us)
{
  const BenchLoad *load = self->load;
  gint64 now_us = g_get_monotonic_time ();

  while (self->n_sent < load->n_messages
         && (load->rate > 0
               ? begun_us + (gint64) self->n_sent * G_USEC_PER_SEC / load->rate <= now_us
               : self->n_sent - self->n_complete < load->window))
    if (!send_one (self))
      return FALSE;

  return TRUE;
}

/* Reads what comes for a turn. */
static gboolean
turn (BenchCrowd *self, int timer_fd, GError **error)
{
  struct epoll_event events[EVENTS_PER_TURN];
  int n = epoll_wait (self->epoll_fd, events, EVENTS_PER_TURN, PATIENCE_MS);

  if (n == 0)
    return fail (error, "Nothing came for a long time");

  for (int i = 0; i < n; i++)
    {
      guint64 count;

      if (events[i].data.u32 == G_MAXUINT32)
        {
          if (read (timer_fd, &count, sizeof count) < 0 && errno != EAGAIN)
            return fail (error, "The timer broke");
        }
      else if (!read_member (self, &self->members[events[i].data.u32]))
        {
          return fail (error, "A connection was closed");
        }
    }

  return TRUE;
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

static int
start_timer (BenchCrowd *self)
{
  struct itimerspec tick = { .it_interval.tv_nsec = 1000000, .it_value.tv_nsec = 1000000 };
  struct epoll_event event = { .events = EPOLLIN, .data.u32 = G_MAXUINT32 };
  int timer_fd;

  if (self->load->rate == 0)
    return -1;

  timer_fd = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  timerfd_settime (timer_fd, 0, &tick, NULL);
  epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, timer_fd, &event);

  return timer_fd;
}

/**
 * bench_crowd_run:
 *
 * Sends, and waits until every hearer has heard every message.
 */
gboolean
bench_crowd_run (BenchCrowd *self, const BenchLoad *load, BenchRun *run, GError **error)
{
  g_autofree gint64 *sent_us = g_new0 (gint64, load->n_messages);
  g_autofree guint *n_heard = g_new0 (guint, load->n_messages);
  g_autoptr (GArray) times = NULL;
  gint64 begun_us;
  int timer_fd;
  gboolean well = TRUE;

  times = g_array_sized_new (FALSE, FALSE, sizeof (float), load->n_messages * load->n_hearers);
  self->load = load;
  self->sent_us = sent_us;
  self->n_heard = n_heard;
  self->times = times;
  self->n_sent = self->n_complete = 0;
  for (guint i = 0; i < self->n_members; i++)
    self->members[i].n_heard = 0;
  timer_fd = start_timer (self);

  run->cpu_us = -bench_read_cpu_us (load->target);
  begun_us = g_get_monotonic_time ();
  while (well && self->n_complete < load->n_messages)
    well = (send_due (self, begun_us) || fail (error, "The speaker is not listened to"))
           && turn (self, timer_fd, error);
  run->elapsed_us = g_get_monotonic_time () - begun_us;
  run->cpu_us += bench_read_cpu_us (load->target);

  if (timer_fd >= 0)
    close (timer_fd);
  self->load = NULL;
  if (!well)
    return FALSE;

  g_array_sort (times, compare);
  run->p50_ms = find_percentile (times, 0.50);
  run->p99_ms = find_percentile (times, 0.99);

  return TRUE;
}

/**
 * bench_crowd_beat:
 *
 * Tells the daemon that everybody is still there, which it wants to hear once a minute.
 */
gboolean
bench_crowd_beat (BenchCrowd *self, GError **error)
{
  self->n_beats = 0;
  for (guint i = 0; i < self->n_members; i++)
    if (!bench_socket_send_text (self->members[i].socket, "{\"op\":\"heartbeat\",\"n\":1}"))
      return fail (error, "A heartbeat was not taken");
  while (self->n_beats < self->n_members)
    if (!turn (self, -1, error))
      return FALSE;

  return TRUE;
}

/**
 * bench_crowd_get_event_size:
 *
 * Returns: how long the text of the last message was as it came
 */
gsize
bench_crowd_get_event_size (BenchCrowd *self)
{
  return self->event_size;
}
