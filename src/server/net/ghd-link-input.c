/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-link-private.h"

#include <errno.h>

/* TLS records read in one turn, so that one talkative peer does not hold up the others. */
#define READS_PER_TURN 8

/* Whether it reads. While a close frame waits to be taken nothing else is of interest; behind it the
 * peer's last words must be taken off the kernel's hands, or it would discard ours. */
gboolean
ghd_link_listens (GhdLink *self)
{
  if (self->at_end)
    return FALSE;

  return (self->state == LINK_OPEN && !self->held_back) || self->state == LINK_DRAINING;
}

void
ghd_link_drop_input (GhdLink *self)
{
  g_clear_pointer (&self->input, g_byte_array_unref);
  g_clear_pointer (&self->unframer, ghd_unframer_free);
}

static void
link_take_frame (GhdLink *self, GhFrame *frame)
{
  if (frame->op == GH_FRAME_HEARTBEAT)
    {
      g_autoptr (GBytes) answer = gh_frame_encode_heartbeat (frame->n);
      g_autoptr (GhdPacket) packet = NULL;

      packet = ghd_packet_new (GHD_OPCODE_TEXT, g_bytes_get_data (answer, NULL),
                               g_bytes_get_size (answer));
      gh_frame_free (frame);
      ghd_link_send (self, packet);
    }
  else
    {
      GhdNotice notice = { .kind = GHD_NOTICE_FRAME, .owner = self->owner, .frame = frame };

      self->in_flight++;
      ghd_io_post (self->io, &notice);
    }
}

static void
link_echo (GhdLink *self, GhdOpcode opcode, const char *data, gsize size)
{
  g_autoptr (GhdPacket) packet = ghd_packet_new (opcode, data, size);
  g_autoptr (GhdPacket) pongs = ghd_unframer_take_pongs (self->io->feeding);

  /* Pings that came before are answered before. */
  if (pongs != NULL)
    ghd_link_send (self, pongs);
  ghd_link_send (self, packet);
}

static void
on_message (GhdOpcode opcode, const char *data, gsize size, gpointer user_data)
{
  GhdLink *self = user_data;
  g_autoptr (GError) error = NULL;
  GhFrame *frame;

  if (self->state != LINK_OPEN)
    return;

  if (self->kind == GHD_LINK_ECHO)
    {
      link_echo (self, opcode, data, size);
      return;
    }

  if (opcode != GHD_OPCODE_TEXT)
    {
      ghd_link_begin_close (self, GH_CLOSE_MALFORMED, "Frames are text");
      return;
    }

  frame = gh_frame_parse_client (data, size, &error);
  if (frame == NULL)
    ghd_link_begin_close (self, GH_CLOSE_MALFORMED, gh_error_get_public_message (error));
  else
    link_take_frame (self, frame);
}

/* Whether as much is unanswered as may be. An echo's answers are what its peer has yet to read. */
static gboolean
link_is_full (GhdLink *self)
{
  const GhdIoOptions *options = self->io->options;

  return self->in_flight >= self->max_in_flight || self->deaf_until_us != 0
         || (self->kind == GHD_LINK_ECHO && self->queue.n_bytes >= options->max_queue / 2);
}

static gboolean
wants_more (gpointer user_data)
{
  GhdLink *self = user_data;

  return self->state == LINK_OPEN && !link_is_full (self);
}

/* Goes on reading in this turn or the next, if it was held back and need not be any more. */
void
ghd_link_let_on (GhdLink *self)
{
  if (self->state != LINK_OPEN || !self->held_back || link_is_full (self)
      || self->in_flight > self->max_in_flight / 2)
    return;

  self->read_again = TRUE;
  ghd_io_touch (self->io, self);
}

void
ghd_link_take_input (GhdLink *self, const guint8 *data, gsize size)
{
  static const GhdUnframerFuncs funcs = { on_message, wants_more };
  g_autoptr (GhdUnframer) unframer = NULL;
  g_autoptr (GhdPacket) pongs = NULL;
  GhdUnframerState state;
  gsize used;

  /* Held here meanwhile: what it calls may end the connection. */
  unframer = self->unframer != NULL ? g_steal_pointer (&self->unframer)
                                    : ghd_io_borrow_unframer (self->io);
  ghd_unframer_set_limit (unframer, self->kind == GHD_LINK_ECHO ? self->io->options->max_echo
                                                                : self->io->options->max_message);
  self->io->feeding = unframer;
  state = ghd_unframer_feed (unframer, data, size, &used, &funcs, self);

  if (state != GHD_UNFRAMER_OPEN)
    ghd_link_begin_close (self, ghd_unframer_get_close_code (unframer), NULL);
  else if ((pongs = ghd_unframer_take_pongs (unframer)) != NULL)
    ghd_link_send (self, pongs);

  if (self->state != LINK_OPEN)
    return;

  if (used < size)
    {
      g_assert (self->input == NULL);
      self->input = g_byte_array_append (g_byte_array_new (), data + used, size - used);
    }
  self->held_back = link_is_full (self);
  ghd_link_watch (self);

  if (ghd_unframer_is_idle (unframer))
    ghd_io_return_unframer (self->io, g_steal_pointer (&unframer));
  else
    self->unframer = g_steal_pointer (&unframer);
}

static void
link_end_input (GhdLink *self)
{
  self->at_end = TRUE;
  ghd_link_watch (self);

  switch (self->state)
    {
    case LINK_OPEN:
      ghd_link_drop_input (self);
      ghd_link_post_closed (self, CODE_ABNORMAL);
      ghd_link_enter (self, LINK_FINISHING);
      if (self->in_flight == 0)
        ghd_link_begin_close (self, CODE_NORMAL, NULL);
      break;

    case LINK_DRAINING:
      ghd_link_kill (self, CODE_NORMAL);
      break;

    default:
      break;
    }
}

/* Reads what is there. Plain descriptors are asked once: epoll tells when there is more. */
void
ghd_link_read (GhdLink *self)
{
  self->read_again = FALSE;

  for (guint i = 0; i < READS_PER_TURN; i++)
    {
      gssize n;

      if (!ghd_link_listens (self))
        return;

      n = ghd_transport_read (&self->transport, self->io->buffer, GHD_IO_BUFFER);
      if (n == -EAGAIN)
        return;

      if (n < 0)
        {
          ghd_link_kill (self, CODE_ABNORMAL);
          return;
        }
      if (n == 0)
        {
          link_end_input (self);
          return;
        }

      self->heard_us = self->io->now_us;
      if (self->state == LINK_OPEN)
        ghd_link_take_input (self, self->io->buffer, n);

      if (self->transport.input == NULL)
        return;
    }

  self->read_again = TRUE;
  ghd_io_touch (self->io, self);
}

/* Goes on with what was held back. */
void
ghd_link_resume (GhdLink *self)
{
  g_autoptr (GByteArray) input = g_steal_pointer (&self->input);

  self->held_back = FALSE;
  self->heard_us = self->io->now_us;

  if (input != NULL)
    ghd_link_take_input (self, input->data, input->len);

  ghd_link_watch (self);
  ghd_link_read (self);
}
