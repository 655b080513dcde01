/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-link-private.h"

#include <errno.h>
#include <sys/epoll.h>

/* A connection that asks too fast may have so many requests in flight, and after each that is refused it
 * is not listened to for at least so long. */
#define FEW_IN_FLIGHT 2
#define DEAF_US (G_USEC_PER_SEC / 10)

/* How long a peer has to take what is left and to close its side. */
#define LINGER_US (10 * G_USEC_PER_SEC)

void
ghd_link_watch (GhdLink *self)
{
  guint32 events = 0;

  if (self->state == LINK_DEAD)
    return;

  if (ghd_link_listens (self))
    events |= EPOLLIN;
  if (self->is_blocked)
    events |= EPOLLOUT;

  if (events != self->events)
    {
      struct epoll_event event = { .events = events, .data.ptr = self };

      epoll_ctl (self->io->epoll_fd, EPOLL_CTL_MOD, self->transport.fd, &event);
      self->events = events;
    }
}

static void
link_set_timer (GhdLink *self)
{
  const GhdIoOptions *options = self->io->options;
  gint64 due_us = self->deadline_us;

  if (self->state == LINK_OPEN)
    {
      due_us = self->heard_us + options->idle_us;
      if (!self->identified)
        due_us = MIN (due_us, self->since_us + options->identify_us);
      if (self->deaf_until_us != 0)
        due_us = MIN (due_us, self->deaf_until_us);
    }

  ghd_wheel_set (&self->io->wheel, &self->timer, due_us);
}

void
ghd_link_enter (GhdLink *self, LinkState state)
{
  self->state = state;
  self->deadline_us = self->io->now_us + LINGER_US;
  link_set_timer (self);
}

/* Tells the main thread, once, that nothing more is to be expected. */
void
ghd_link_post_closed (GhdLink *self, guint code)
{
  GhdNotice notice = { .kind = GHD_NOTICE_CLOSED, .code = code, .owner = self->owner };

  ghd_io_post (self->io, &notice);
}

/**
 * ghd_link_kill:
 *
 * Closes the descriptor at once.
 */
void
ghd_link_kill (GhdLink *self, guint code)
{
  GhdNotice notice = { .kind = GHD_NOTICE_GONE, .owner = self->owner };

  if (self->state == LINK_DEAD)
    return;
  if (self->state == LINK_OPEN)
    ghd_link_post_closed (self, code);

  self->state = LINK_DEAD;
  ghd_wheel_drop (&self->io->wheel, &self->timer);
  ghd_queue_clear (&self->queue);
  ghd_link_drop_input (self);
  ghd_transport_close (&self->transport);
  ghd_io_post (self->io, &notice);
}

/* FALSE when the peer takes no more for now, or is gone. */
static gboolean
link_write_queue (GhdLink *self)
{
  while (self->queue.n_bytes > 0)
    {
      gssize n;
      guint n_vectors = ghd_queue_peek (&self->queue, self->io->vectors, GHD_IO_VECTORS,
                                        self->transport.max_write);

      n = ghd_transport_write (&self->transport, self->io->vectors, n_vectors);
      if (n == -EAGAIN)
        {
          self->is_blocked = TRUE;
          ghd_link_watch (self);
          return FALSE;
        }
      if (n < 0)
        {
          ghd_link_kill (self, CODE_ABNORMAL);
          return FALSE;
        }

      ghd_queue_consume (&self->queue, n);
      self->io->n_sent += n;
      self->io->n_writes++;
    }

  return TRUE;
}

static void
link_flush (GhdLink *self)
{
  gboolean in_parts = self->queue.n_bytes > self->transport.max_write;
  gboolean is_written;

  /* Several records go their way together: each by itself would wake the peer. */
  if (in_parts)
    ghd_transport_hold (&self->transport, TRUE);
  is_written = link_write_queue (self);
  if (in_parts)
    ghd_transport_hold (&self->transport, FALSE);
  if (!is_written)
    return;

  self->is_blocked = FALSE;
  ghd_link_let_on (self);
  ghd_link_watch (self);

  if (self->state == LINK_CLOSING)
    {
      ghd_transport_shutdown (&self->transport);
      ghd_link_enter (self, LINK_DRAINING);
      if (self->at_end)
        ghd_link_kill (self, CODE_NORMAL);
      ghd_link_watch (self);
    }
}

/* Whether there is room for one more packet. One that does not read loses what waits for it: it
 * comes back and asks for what it missed. */
static gboolean
link_has_room (GhdLink *self)
{
  gsize max_queue = self->io->options->max_queue;

  if (self->queue.n_bytes < max_queue)
    return TRUE;

  /* It may just be a busy turn, not a slow reader. */
  if (!self->is_blocked)
    link_flush (self);
  if (self->state == LINK_DEAD)
    return FALSE;
  if (self->queue.n_bytes < max_queue)
    return TRUE;

  ghd_queue_truncate (&self->queue, self->transport.staged);
  ghd_link_begin_close (self, GH_CLOSE_SLOW, "Too much was waiting to be read; resume");

  return FALSE;
}

void
ghd_link_begin_close (GhdLink *self, guint code, const char *reason)
{
  g_autoptr (GhdPacket) packet = NULL;

  if (self->state != LINK_OPEN && self->state != LINK_FINISHING)
    return;
  if (self->state == LINK_OPEN)
    ghd_link_post_closed (self, code);

  packet = ghd_packet_new_close (code, reason);
  ghd_queue_push (&self->queue, packet);
  g_clear_pointer (&self->input, g_byte_array_unref);
  ghd_link_enter (self, LINK_CLOSING);
  ghd_link_watch (self);
  ghd_io_touch (self->io, self);
}

GhdLink *
ghd_link_new (GhdLinkKind kind, int fd, GIOStream *stream, gboolean is_tls, gpointer owner)
{
  GhdLink *self = g_aligned_alloc0 (1, sizeof *self, GHD_CACHE_LINE);

  ghd_transport_init (&self->transport, fd, stream, is_tls);
  self->owner = owner;
  self->kind = kind;
  self->identified = kind == GHD_LINK_ECHO;

  return self;
}

void
ghd_link_free (GhdLink *self)
{
  g_assert (self->timer.next == NULL);

  ghd_queue_clear (&self->queue);
  ghd_link_drop_input (self);
  ghd_transport_close (&self->transport);
  g_aligned_free (self);
}

/**
 * ghd_link_set_touched:
 *
 * Returns: whether that is news
 */
gboolean
ghd_link_set_touched (GhdLink *self, gboolean touched)
{
  if (self->touched == touched)
    return FALSE;
  self->touched = touched;

  return TRUE;
}

/**
 * ghd_link_prefetch:
 * @self: (nullable): which something will soon be written to
 * @with_queue: by its queue, not at once
 */
void
ghd_link_prefetch (GhdLink *self, gboolean with_queue)
{
  gsize size = with_queue ? G_STRUCT_OFFSET (GhdLink, since_us) : GHD_CACHE_LINE;

  for (gsize offset = 0; self != NULL && offset < size; offset += GHD_CACHE_LINE)
    __builtin_prefetch ((guint8 *) self + offset, 1);
}

GhdLink *
ghd_link_from_timer (GhdWheelNode *node)
{
  return (GhdLink *) ((guint8 *) node - G_STRUCT_OFFSET (GhdLink, timer));
}

/**
 * ghd_link_start:
 * @first: (nullable): sent before anything else
 * @input: (nullable): what the peer sent behind its handshake
 */
void
ghd_link_start (GhdLink *self, GhdIo *io, GhdPacket *first, GBytes *input)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = self };

  self->io = io;
  self->since_us = self->heard_us = io->now_us;
  self->max_in_flight = io->options->max_in_flight;
  self->events = event.events;
  link_set_timer (self);

  if (epoll_ctl (io->epoll_fd, EPOLL_CTL_ADD, self->transport.fd, &event) < 0)
    {
      ghd_link_kill (self, CODE_ABNORMAL);
      return;
    }

  if (first != NULL)
    ghd_link_send (self, first);
  if (input != NULL && g_bytes_get_size (input) > 0)
    ghd_link_take_input (self, g_bytes_get_data (input, NULL), g_bytes_get_size (input));

  /* TLS may have read ahead during the handshake. */
  if (self->state == LINK_OPEN)
    ghd_link_read (self);
}

/**
 * ghd_link_ready:
 * @events: what epoll saw
 */
void
ghd_link_ready (GhdLink *self, guint32 events)
{
  if (self->state == LINK_DEAD)
    return;

  if (events & EPOLLERR)
    {
      ghd_link_kill (self, CODE_ABNORMAL);
      return;
    }

  if (events & EPOLLOUT)
    {
      self->is_blocked = FALSE;
      ghd_io_touch (self->io, self);
    }

  if (events & (EPOLLIN | EPOLLHUP))
    {
      /* Both directions are gone: nobody is left to wait for. */
      if ((events & EPOLLHUP) && !(self->events & EPOLLIN))
        ghd_link_kill (self, CODE_ABNORMAL);
      else
        ghd_link_read (self);
    }
}

void
ghd_link_send (GhdLink *self, GhdPacket *packet)
{
  if (self->state != LINK_OPEN && self->state != LINK_FINISHING)
    return;
  if (!link_has_room (self))
    return;

  ghd_queue_push (&self->queue, packet);
  if (!self->is_blocked)
    ghd_io_touch (self->io, self);
}

/* Whether a packet may go past its queue. */
static gboolean
link_is_free (GhdLink *self)
{
  return self->state == LINK_OPEN && !self->touched && !self->is_blocked && !self->is_sending;
}

/* @n: how many bytes of the packet were taken, or a negative errno */
static void
link_sent (GhdLink *self, GhdPacket *packet, gssize n)
{
  if (n > 0)
    {
      self->io->n_sent += n;
      self->io->n_writes++;
    }
  if (n == (gssize) packet->size)
    return;

  /* Whatever is wrong shows again when the rest is written. */
  ghd_queue_push (&self->queue, packet);
  if (n > 0)
    ghd_queue_consume (&self->queue, n);
  link_flush (self);
}

/**
 * ghd_link_send_now:
 *
 * As ghd_link_send() for a packet that nothing is likely to follow in this turn: it leaves at once, so
 * that the link need not be fetched from memory a second time when the turn ends, and its queue not at
 * all. What waits already is not overtaken.
 */
void
ghd_link_send_now (GhdLink *self, GhdPacket *packet)
{
  struct iovec whole = { packet->data, packet->size };

  if (link_is_free (self))
    link_sent (self, packet, ghd_transport_write (&self->transport, &whole, 1));
  else
    ghd_link_send (self, packet);
}

/**
 * ghd_link_begin_send:
 *
 * As ghd_link_send_now(), but it is for the caller to write the packet to the descriptor, and to tell
 * what came of it by ghd_link_end_send() before anything else happens to this link.
 *
 * Returns: the descriptor; -1 when this link wants ghd_link_send_now()
 */
int
ghd_link_begin_send (GhdLink *self)
{
  if (!link_is_free (self) || ghd_transport_is_tls (&self->transport))
    return -1;

  self->is_sending = TRUE;

  return self->transport.fd;
}

/**
 * ghd_link_end_send:
 * @n: how many bytes were taken, or a negative errno
 */
void
ghd_link_end_send (GhdLink *self, GhdPacket *packet, gssize n)
{
  self->is_sending = FALSE;
  link_sent (self, packet, n);
}

/**
 * ghd_link_answered:
 * @is_limited: it was one too many
 *
 * The main thread is done with one frame. Hundreds of connections that ask without a pause would fill
 * its line with what is refused in the end, and everybody else stands in the same line: who is refused
 * is not heard for a moment, and may have only a few requests in it; more again with each that is not.
 */
void
ghd_link_answered (GhdLink *self, gboolean is_limited)
{
  g_assert (self->in_flight > 0);
  self->in_flight--;
  self->max_in_flight = is_limited ? MIN (FEW_IN_FLIGHT, self->io->options->max_in_flight)
                                   : MIN (2 * self->max_in_flight, self->io->options->max_in_flight);
  if (is_limited && self->state == LINK_OPEN)
    {
      self->deaf_until_us = self->io->now_us + DEAF_US;
      link_set_timer (self);
    }

  if (self->state == LINK_FINISHING && self->in_flight == 0)
    {
      ghd_link_begin_close (self, CODE_NORMAL, NULL);
    }
  else
    {
      ghd_link_let_on (self);
    }
}

void
ghd_link_identified (GhdLink *self)
{
  self->identified = TRUE;
}

void
ghd_link_close (GhdLink *self, guint code, const char *reason)
{
  ghd_link_begin_close (self, code, reason);
}

/**
 * ghd_link_expire:
 *
 * Its timer went off.
 */
void
ghd_link_expire (GhdLink *self)
{
  const GhdIoOptions *options = self->io->options;
  gint64 now_us = self->io->now_us;

  switch (self->state)
    {
    case LINK_OPEN:
      if (self->held_back)
        self->heard_us = now_us; /* it may well speak: we do not listen */
      if (self->deaf_until_us != 0 && now_us >= self->deaf_until_us)
        {
          self->deaf_until_us = 0;
          ghd_link_let_on (self);
        }

      if (!self->identified && now_us >= self->since_us + options->identify_us)
        ghd_link_begin_close (self, GH_CLOSE_IDENTIFY, "Nobody identified in time");
      else if (now_us >= self->heard_us + options->idle_us)
        ghd_link_begin_close (self, GH_CLOSE_HEARTBEAT, "No heartbeat came in time");
      else
        link_set_timer (self);
      break;

    case LINK_FINISHING:
      ghd_link_begin_close (self, CODE_NORMAL, NULL);
      break;

    default:
      ghd_link_kill (self, CODE_ABNORMAL);
      break;
    }
}

/**
 * ghd_link_release:
 *
 * The main thread will not name it again.
 */
void
ghd_link_release (GhdLink *self)
{
  self->released = TRUE;
  ghd_io_touch (self->io, self);
}

/**
 * ghd_link_settle:
 * @again: (out): whether it wants to be settled in the next turn too, without waiting
 *
 * Ends a turn: writes all that has gathered, in one call to the system where the peer takes it.
 *
 * Returns: %FALSE when it is to be freed
 */
gboolean
ghd_link_settle (GhdLink *self, gboolean *again)
{
  *again = FALSE;

  if (self->state == LINK_DEAD)
    return !self->released;

  if (self->read_again)
    {
      if (self->held_back)
        ghd_link_resume (self);
      else
        ghd_link_read (self);
    }

  if (self->state != LINK_DEAD && !self->is_blocked)
    link_flush (self);

  *again = self->state != LINK_DEAD && self->read_again;

  return TRUE;
}
