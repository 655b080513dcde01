/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-io-thread-private.h"

#include <errno.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EVENTS_PER_TURN 256

/* Links are spread over memory: while one is at work, the one so many places behind is fetched. */
#define AHEAD 4

/* Unframers that wait for the next connection with something to say. */
#define SPARE_UNFRAMERS 32

typedef struct
{
  GSource source;
  GhdIoThread *thread;
} NoticeSource;

static GhdIoThread *
thread_of (GhdIo *io)
{
  return (GhdIoThread *) io;
}

static void
adoption_free (Adoption *adoption)
{
  g_clear_pointer (&adoption->first, ghd_packet_unref);
  g_clear_pointer (&adoption->input, g_bytes_unref);
  g_free (adoption);
}

void
ghd_io_post (GhdIo *io, const GhdNotice *notice)
{
  g_array_append_vals (thread_of (io)->posted, notice, 1);
}

void
ghd_io_touch (GhdIo *io, GhdLink *link)
{
  if (ghd_link_set_touched (link, TRUE))
    g_ptr_array_add (thread_of (io)->touched, link);
}

GhdUnframer *
ghd_io_borrow_unframer (GhdIo *io)
{
  GPtrArray *spare = thread_of (io)->unframers;

  if (spare->len == 0)
    return ghd_unframer_new (io->options->max_message);

  return g_ptr_array_steal_index_fast (spare, spare->len - 1);
}

void
ghd_io_return_unframer (GhdIo *io, GhdUnframer *unframer)
{
  GPtrArray *spare = thread_of (io)->unframers;

  if (spare->len < SPARE_UNFRAMERS)
    g_ptr_array_add (spare, unframer);
  else
    ghd_unframer_free (unframer);
}

static void
on_sent (gpointer link, gssize n, gpointer user_data)
{
  ghd_link_end_send (link, ((GhdIoThread *) user_data)->packet, n);
}

static void
submit_ring (GhdIoThread *self)
{
  if (self->ring != NULL && !ghd_send_ring_submit (self->ring))
    g_clear_pointer (&self->ring, ghd_send_ring_free);
}

/* The packet, which nothing is likely to follow in this turn. */
static void
send_now (GhdIoThread *self, GhdLink *link)
{
  GhdPacket *packet = self->packet;
  int fd = self->ring != NULL ? ghd_link_begin_send (link) : -1;

  if (fd >= 0)
    {
      if (!ghd_send_ring_add (self->ring, fd, packet->data, packet->size, link))
        submit_ring (self);
    }
  else
    {
      submit_ring (self); /* this link may be in it */
      ghd_link_send_now (link, packet);
    }
}

/* @is_only: no other packet is to be sent to many in this turn */
static void
carry_out (GhdIoThread *self, Order *order, gboolean is_only)
{
  if (order->kind != ORDER_SEND)
    submit_ring (self);

  switch (order->kind)
    {
    case ORDER_ADOPT:
      {
        Adoption *adoption = order->data;

        g_hash_table_add (self->links, order->link);
        ghd_link_start (order->link, &self->io, adoption->first, adoption->input);
        adoption_free (adoption);
        break;
      }

    case ORDER_PACKET:
      g_clear_pointer (&self->packet, ghd_packet_unref);
      self->packet = order->data;
      break;

    case ORDER_SEND:
      if (is_only)
        send_now (self, order->link);
      else
        ghd_link_send (order->link, self->packet);
      break;

    case ORDER_ANSWER:
      if (order->data != NULL)
        {
          ghd_link_send (order->link, order->data);
          ghd_packet_unref (order->data);
        }
      ghd_link_answered (order->link, order->code != 0);
      break;

    case ORDER_IDENTIFIED:
      ghd_link_identified (order->link);
      break;

    case ORDER_CLOSE:
      ghd_link_close (order->link, order->code, order->data);
      g_free (order->data);
      break;

    case ORDER_RELEASE:
      ghd_link_release (order->link);
      break;

    case ORDER_STOP:
      self->stopping = TRUE;
      break;
    }
}

static guint
count_packets (GArray *orders)
{
  guint n = 0;

  for (guint i = 0; i < orders->len && n < 2; i++)
    n += g_array_index (orders, Order, i).kind == ORDER_PACKET;
  return n;
}

static void
carry_out_all (GhdIoThread *self)
{
  gboolean is_only;
  GArray *taken;

  pthread_mutex_lock (&self->mutex);
  taken = self->orders;
  self->orders = self->taken;
  pthread_mutex_unlock (&self->mutex);

  is_only = count_packets (taken) < 2;
  for (guint i = 0; i < taken->len; i++)
    {
      if (i + AHEAD < taken->len)
        ghd_link_prefetch (g_array_index (taken, Order, i + AHEAD).link, !is_only);
      carry_out (self, &g_array_index (taken, Order, i), is_only);
    }
  submit_ring (self);

  g_clear_pointer (&self->packet, ghd_packet_unref);
  g_array_set_size (taken, 0);
  self->taken = taken;
}

static void
settle_all (GhdIoThread *self)
{
  GPtrArray *settling = self->touched;

  self->touched = self->settling;
  self->settling = settling;

  for (guint i = 0; i < settling->len; i++)
    {
      GhdLink *link = g_ptr_array_index (settling, i);
      gboolean again;

      if (i + AHEAD < settling->len)
        ghd_link_prefetch (g_ptr_array_index (settling, i + AHEAD), TRUE);
      ghd_link_set_touched (link, FALSE);
      if (!ghd_link_settle (link, &again))
        {
          g_hash_table_remove (self->links, link);
          ghd_link_free (link);
        }
      else if (again)
        {
          ghd_io_touch (&self->io, link);
        }
    }
  g_ptr_array_set_size (settling, 0);
}

static void
pass_on_notices (GhdIoThread *self)
{
  gboolean wake;

  if (self->posted->len == 0)
    return;

  pthread_mutex_lock (&self->mutex);
  wake = self->notices->len == 0;
  g_array_append_vals (self->notices, self->posted->data, self->posted->len);
  if (wake)
    g_source_set_ready_time (self->source, 0);
  pthread_mutex_unlock (&self->mutex);

  g_array_set_size (self->posted, 0);
}

static void
count_writes (GhdIoThread *self)
{
  if (self->io.n_writes == 0)
    return;

  ghd_series_add (self->options.sent, self->io.n_sent);
  ghd_series_add (self->options.writes, self->io.n_writes);
  self->io.n_sent = self->io.n_writes = 0;
}

static void
on_timer (GhdWheelNode *node, gint64 now_us, gpointer user_data)
{
  ghd_link_expire (ghd_link_from_timer (node));
}

static void
run_turn (GhdIoThread *self)
{
  struct epoll_event events[EVENTS_PER_TURN];
  int wait_ms = self->touched->len > 0 ? 0 : ghd_wheel_wait_ms (&self->io.wheel, self->io.now_us);
  int n = epoll_wait (self->io.epoll_fd, events, EVENTS_PER_TURN, wait_ms);

  self->io.now_us = g_get_monotonic_time ();

  for (int i = 0; i < n; i++)
    {
      guint64 count;

      if (events[i].data.ptr != NULL)
        ghd_link_ready (events[i].data.ptr, events[i].events);
      else if (read (self->wake_fd, &count, sizeof count) < 0)
        g_debug ("Woken for nothing: %s", g_strerror (errno));
    }

  carry_out_all (self);
  ghd_wheel_turn (&self->io.wheel, self->io.now_us, on_timer, self);
  settle_all (self);
  count_writes (self);
  pass_on_notices (self);
}

static void
kill_all (GhdIoThread *self)
{
  g_autofree gpointer *links = NULL;
  guint n_links;

  links = g_hash_table_get_keys_as_array (self->links, &n_links);
  for (guint i = 0; i < n_links; i++)
    {
      ghd_link_kill (links[i], GH_CLOSE_GOING_AWAY);
      ghd_link_free (links[i]);
    }
}

static gpointer
run (gpointer data)
{
  GhdIoThread *self = data;

  /* Here, because it is for the thread that made it. */
  if (self->options.uses_ring)
    self->ring = ghd_send_ring_new (on_sent, self);

  while (!self->stopping)
    run_turn (self);

  kill_all (self);
  g_clear_pointer (&self->ring, ghd_send_ring_free);

  return NULL;
}

static gboolean
on_notices (GSource *source, GSourceFunc callback, gpointer user_data)
{
  GhdIoThread *self = ((NoticeSource *) source)->thread;
  g_autoptr (GArray) notices = NULL;

  pthread_mutex_lock (&self->mutex);
  notices = self->notices;
  self->notices = g_array_sized_new (FALSE, FALSE, sizeof (GhdNotice), notices->len);
  g_source_set_ready_time (source, -1);
  pthread_mutex_unlock (&self->mutex);

  for (guint i = 0; i < notices->len; i++)
    self->func (&g_array_index (notices, GhdNotice, i), self->user_data);

  return G_SOURCE_CONTINUE;
}

/**
 * ghd_io_thread_new:
 * @index: names the thread
 * @options: copied
 * @func: called on the main thread's main context
 */
GhdIoThread *
ghd_io_thread_new (guint index, const GhdIoOptions *options, GhdNoticeFunc func, gpointer user_data)
{
  static GSourceFuncs source_funcs = { .dispatch = on_notices };
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
  g_autofree char *name = g_strdup_printf ("io-%u", index);
  GhdIoThread *self = g_new0 (GhdIoThread, 1);

  self->options = *options;
  self->func = func;
  self->user_data = user_data;
  pthread_mutex_init (&self->mutex, NULL);
  self->gathered = g_array_new (FALSE, FALSE, sizeof (Order));
  self->orders = g_array_new (FALSE, FALSE, sizeof (Order));
  self->taken = g_array_new (FALSE, FALSE, sizeof (Order));
  self->notices = g_array_new (FALSE, FALSE, sizeof (GhdNotice));
  self->posted = g_array_new (FALSE, FALSE, sizeof (GhdNotice));
  self->links = g_hash_table_new (NULL, NULL);
  self->touched = g_ptr_array_new ();
  self->settling = g_ptr_array_new ();
  self->unframers = g_ptr_array_new_with_free_func ((GDestroyNotify) ghd_unframer_free);

  self->source = g_source_new (&source_funcs, sizeof (NoticeSource));
  ((NoticeSource *) self->source)->thread = self;
  g_source_set_static_name (self->source, "GhdIoThread notices");
  g_source_attach (self->source, NULL);

  self->io.options = &self->options;
  self->io.now_us = g_get_monotonic_time ();
  ghd_wheel_init (&self->io.wheel, self->io.now_us);
  self->io.epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  self->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (self->io.epoll_fd < 0 || self->wake_fd < 0
      || epoll_ctl (self->io.epoll_fd, EPOLL_CTL_ADD, self->wake_fd, &event) < 0)
    g_error ("An I/O thread cannot wait for its connections: %s", g_strerror (errno));

  self->thread = g_thread_new (name, run, self);

  return self;
}

/**
 * ghd_io_thread_free:
 *
 * Closes the connections that are left and joins the thread. Notices that were not yet passed on
 * are lost.
 */
void
ghd_io_thread_free (GhdIoThread *self)
{
  ghd_io_thread_gather (self, ORDER_STOP, NULL, 0, NULL);
  ghd_io_thread_flush (self);
  g_thread_join (self->thread);

  g_source_destroy (self->source);
  g_source_unref (self->source);

  for (guint i = 0; i < self->notices->len; i++)
    g_clear_pointer (&g_array_index (self->notices, GhdNotice, i).frame, gh_frame_free);
  for (guint i = 0; i < self->posted->len; i++)
    g_clear_pointer (&g_array_index (self->posted, GhdNotice, i).frame, gh_frame_free);

  close (self->wake_fd);
  close (self->io.epoll_fd);
  g_array_unref (self->gathered);
  g_array_unref (self->orders);
  g_array_unref (self->taken);
  g_array_unref (self->notices);
  g_array_unref (self->posted);
  g_hash_table_unref (self->links);
  g_ptr_array_unref (self->touched);
  g_ptr_array_unref (self->settling);
  g_ptr_array_unref (self->unframers);
  g_clear_pointer (&self->frame, g_bytes_unref);
  pthread_mutex_destroy (&self->mutex);
  g_free (self);
}
