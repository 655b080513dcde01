/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-send-ring.h"

#include "ghd-log.h"

#include <errno.h>
#include <liburing.h>
#include <sys/socket.h>

/* So many leave in one call: a power of two. A hundred bytes of memory each. */
#define ENTRIES 1024

struct _GhdSendRing
{
  struct io_uring ring;
  GhdSendRingFunc func;
  gpointer user_data;
  guint n_items;
  gpointer items[ENTRIES]; /* NULL: its result is known */
};

/* Once for all threads: they are refused alike. */
static void
tell_refused (int error)
{
  static gsize is_told = 0;

  if (g_once_init_enter (&is_told))
    {
      ghd_log_info (
        "The kernel does not let us use io_uring: each connection is written to by itself",
        GHD_LOG_STRING ("error", g_strerror (error)));
      g_once_init_leave (&is_told, 1);
    }
}

/**
 * ghd_send_ring_new:
 * @func: told each result, by ghd_send_ring_submit()
 *
 * Returns: (nullable): %NULL when the kernel is too old (before 6.0) or its io_uring is not for us
 */
GhdSendRing *
ghd_send_ring_new (GhdSendRingFunc func, gpointer user_data)
{
  GhdSendRing *self = g_new0 (GhdSendRing, 1);
  int result;

  /* What is added behind one that is refused is tried too. */
  result = io_uring_queue_init (ENTRIES, &self->ring,
                                IORING_SETUP_SUBMIT_ALL | IORING_SETUP_SINGLE_ISSUER);
  if (result < 0)
    {
      tell_refused (-result);
      g_free (self);
      return NULL;
    }

  self->func = func;
  self->user_data = user_data;

  return self;
}

void
ghd_send_ring_free (GhdSendRing *self)
{
  g_assert (self->n_items == 0);

  io_uring_queue_exit (&self->ring);
  g_free (self);
}

/**
 * ghd_send_ring_add:
 * @fd: a connected socket
 * @data: @size bytes, which must stay until ghd_send_ring_submit()
 *
 * To be sent with the next ghd_send_ring_submit(), without waiting. There must be room:
 *
 * Returns: whether there is room for another one
 */
gboolean
ghd_send_ring_add (GhdSendRing *self, int fd, gconstpointer data, gsize size, gpointer item)
{
  struct io_uring_sqe *entry = io_uring_get_sqe (&self->ring);

  g_assert (entry != NULL && item != NULL);
  io_uring_prep_send (entry, fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
  io_uring_sqe_set_data64 (entry, self->n_items);
  self->items[self->n_items++] = item;

  return self->n_items < ENTRIES;
}

/* Returns: how many results there were */
static guint
take_results (GhdSendRing *self)
{
  struct io_uring_cqe *entry;
  unsigned head;
  guint n = 0;

  io_uring_for_each_cqe (&self->ring, head, entry)
  {
    gpointer item = g_steal_pointer (&self->items[io_uring_cqe_get_data64 (entry)]);

    self->func (item, entry->res, self->user_data);
    n++;
  }
  io_uring_cq_advance (&self->ring, n);

  return n;
}

/**
 * ghd_send_ring_submit:
 *
 * Sends what was added, and tells the results. What is sent without waiting (MSG_DONTWAIT) the kernel
 * finishes, or refuses with EAGAIN, before the call returns: it never goes on in a thread of its own and
 * is never tried again later. Should one yet be under way, its end is waited for, so that after this
 * function nothing of ours is read any more in any case.
 *
 * Returns: %FALSE when the kernel refuses: the ring is of no more use
 */
gboolean
ghd_send_ring_submit (GhdSendRing *self)
{
  guint n_left = self->n_items;

  while (n_left > 0)
    {
      int result = io_uring_submit_and_wait (&self->ring, n_left);

      n_left -= take_results (self);
      if (result < 0 && result != -EINTR)
        {
          tell_refused (-result);
          break;
        }
    }

  for (guint i = 0; n_left > 0 && i < self->n_items; i++)
    if (self->items[i] != NULL)
      self->func (self->items[i], -EAGAIN, self->user_data);
  self->n_items = 0;

  return n_left == 0;
}
