/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-unframer.h"

#include "gh-frame.h"

#include <wslay/wslay.h>

#include <string.h>

/* A message longer than this does not leave its buffer behind. */
#define KEPT_BUFFER (16 * 1024)

/* RFC 6455, section 5.2: two bytes, up to eight of length, and the mask. */
#define MAX_HEADER 14

#define CODE_NORMAL 1000
#define CODE_PROTOCOL_ERROR 1002
#define CODE_INVALID_TEXT 1007

struct _GhdUnframer
{
  wslay_event_context_ptr context;
  gsize max_message;
  GByteArray *message;
  gboolean has_large_buffer;

  /* The frame under way. */
  guint8 header[MAX_HEADER];
  gboolean in_control;
  guint64 taken; /* its bytes that wslay has */
  gboolean in_fragments;

  gboolean too_large;
  guint close_code;
  GByteArray *output; /* what wslay has to say, only while it is asked */

  /* Only while feeding. */
  const guint8 *input;
  gsize n_input;
  const GhdUnframerFuncs *funcs;
  gpointer user_data;
};

static gsize
measure_header (GhdUnframer *self)
{
  guint length = self->header[1] & 0x7f;

  return 2 + (length < 126 ? 0 : length == 126 ? 2 : 8) + 4;
}

/* The payload's length, once the header is there. */
static guint64
read_length (GhdUnframer *self)
{
  guint64 length = self->header[1] & 0x7f;
  guint n_bytes = length < 126 ? 0 : length == 126 ? 2 : 8;

  if (n_bytes > 0)
    length = 0;
  for (guint i = 0; i < n_bytes; i++)
    length = length << 8 | self->header[2 + i];

  return length;
}

/* wslay is given a header, then a payload, and never two frames at once. It checks the text of a
 * close frame too, but from the third byte of whatever piece it gets: so such a payload goes to it
 * two bytes at a time, and judge_close() looks at the whole. */
static gsize
find_next_piece (GhdUnframer *self)
{
  guint64 rest;

  if (self->taken < 2)
    return 2 - self->taken;
  if (self->taken < measure_header (self))
    return measure_header (self) - self->taken;

  /* A length that wslay is about to refuse may be anything. */
  rest = measure_header (self) + read_length (self) - self->taken;
  if ((self->header[0] & 0x0f) == WSLAY_CONNECTION_CLOSE)
    return MIN (rest, 2);

  return rest;
}

static ssize_t
on_receive (wslay_event_context_ptr context, uint8_t *buffer, size_t size, int flags,
            void *user_data)
{
  GhdUnframer *self = user_data;
  gsize n = MIN (MIN (size, self->n_input), find_next_piece (self));

  if (n == 0 || !self->funcs->wants_more (self->user_data))
    {
      wslay_event_set_error (context, WSLAY_ERR_WOULDBLOCK);
      return -1;
    }

  if (self->taken < MAX_HEADER)
    memcpy (self->header + self->taken, self->input, MIN (n, MAX_HEADER - self->taken));
  memcpy (buffer, self->input, n);
  self->input += n;
  self->n_input -= n;
  self->taken += n;

  return n;
}

static void
on_frame_start (wslay_event_context_ptr context,
                const struct wslay_event_on_frame_recv_start_arg *frame, void *user_data)
{
  GhdUnframer *self = user_data;

  self->in_control = wslay_is_ctrl_frame (frame->opcode);
  if (self->in_control)
    return;

  self->in_fragments = !frame->fin;
  if (frame->payload_length > self->max_message - self->message->len)
    {
      self->too_large = TRUE;
      wslay_event_shutdown_read (context);
    }
}

static void
on_frame_chunk (wslay_event_context_ptr context,
                const struct wslay_event_on_frame_recv_chunk_arg *chunk, void *user_data)
{
  GhdUnframer *self = user_data;

  if (self->in_control || self->too_large)
    return;

  g_byte_array_append (self->message, chunk->data, chunk->data_length);
  if (self->message->len > KEPT_BUFFER)
    self->has_large_buffer = TRUE;
}

static void
on_frame_end (wslay_event_context_ptr context, void *user_data)
{
  GhdUnframer *self = user_data;

  self->taken = 0;
}

/* RFC 6455, section 5.5.1: a body, if there is one, begins with a code of two bytes, and the rest is
 * text. */
static guint
judge_close (const struct wslay_event_on_msg_recv_arg *message)
{
  if (message->msg_length == 1)
    return CODE_PROTOCOL_ERROR;
  if (message->msg_length > 2
      && !g_utf8_validate_len ((const char *) message->msg + 2, message->msg_length - 2, NULL))
    return CODE_INVALID_TEXT;

  return message->status_code != 0 ? message->status_code : CODE_NORMAL;
}

static void
on_message (wslay_event_context_ptr context, const struct wslay_event_on_msg_recv_arg *message,
            void *user_data)
{
  GhdUnframer *self = user_data;

  switch (message->opcode)
    {
    case WSLAY_TEXT_FRAME:
    case WSLAY_BINARY_FRAME:
      if (!self->too_large)
        self->funcs->message (message->opcode, (const char *) self->message->data,
                              self->message->len, self->user_data);
      g_byte_array_set_size (self->message, 0);
      break;

    case WSLAY_CONNECTION_CLOSE:
      self->close_code = judge_close (message);
      break;

    default:
      break; /* a pong needs no answer, and wslay has queued the one to a ping */
    }
}

static ssize_t
on_send (wslay_event_context_ptr context, const uint8_t *data, size_t size, int flags,
         void *user_data)
{
  GhdUnframer *self = user_data;

  g_byte_array_append (self->output, data, size);

  return size;
}

/* The control frames that wslay has queued in answer to what it read. */
static GByteArray *
take_output (GhdUnframer *self)
{
  self->output = g_byte_array_new ();
  wslay_event_send (self->context);

  return g_steal_pointer (&self->output);
}

/* The code of the close frame with which wslay complains; it is then all there is to send. */
static guint
read_complaint (GhdUnframer *self)
{
  g_autoptr (GByteArray) output = take_output (self);

  if (output->len >= 4)
    return output->data[2] << 8 | output->data[3];

  return CODE_PROTOCOL_ERROR;
}

/**
 * ghd_unframer_new:
 * @max_message: the most bytes that a message may have, over all its fragments
 */
GhdUnframer *
ghd_unframer_new (gsize max_message)
{
  static const struct wslay_event_callbacks callbacks = {
    .recv_callback = on_receive,
    .send_callback = on_send,
    .on_frame_recv_start_callback = on_frame_start,
    .on_frame_recv_chunk_callback = on_frame_chunk,
    .on_frame_recv_end_callback = on_frame_end,
    .on_msg_recv_callback = on_message,
  };
  GhdUnframer *self = g_new0 (GhdUnframer, 1);

  self->max_message = max_message;
  self->message = g_byte_array_new ();

  if (wslay_event_context_server_init (&self->context, &callbacks, self) != 0)
    g_error ("Out of memory");

  /* Otherwise wslay would reserve as much as the peer announces. */
  wslay_event_config_set_no_buffering (self->context, 1);
  wslay_event_config_set_max_recv_msg_length (self->context, G_MAXINT64);

  return self;
}

void
ghd_unframer_free (GhdUnframer *self)
{
  wslay_event_context_free (self->context);
  g_byte_array_unref (self->message);
  g_free (self);
}

/**
 * ghd_unframer_set_limit:
 * @max_message: as for ghd_unframer_new(); from the next frame on
 */
void
ghd_unframer_set_limit (GhdUnframer *self, gsize max_message)
{
  self->max_message = max_message;
}

/**
 * ghd_unframer_feed:
 * @used: (out): how much was taken in; less than @size only when the state is not
 *   %GHD_UNFRAMER_OPEN or the funcs wanted no more
 *
 * Must not be called again after it returned another state than %GHD_UNFRAMER_OPEN.
 */
GhdUnframerState
ghd_unframer_feed (GhdUnframer *self, const guint8 *data, gsize size, gsize *used,
                   const GhdUnframerFuncs *funcs, gpointer user_data)
{
  gsize n_left;
  int result;

  g_assert (self->close_code == 0);

  self->input = data;
  self->n_input = size;
  self->funcs = funcs;
  self->user_data = user_data;

  /* wslay comes back for nothing but a piece of a header. */
  do
    {
      n_left = self->n_input;
      result = wslay_event_recv (self->context);
    }
  while (result == 0 && self->n_input > 0 && self->n_input < n_left
         && wslay_event_get_read_enabled (self->context));

  *used = size - self->n_input;
  self->input = NULL;
  self->n_input = 0;
  self->funcs = NULL;
  self->user_data = NULL;

  if (wslay_event_get_close_received (self->context))
    return self->close_code == CODE_PROTOCOL_ERROR || self->close_code == CODE_INVALID_TEXT
             ? GHD_UNFRAMER_FAILED
             : GHD_UNFRAMER_CLOSED;

  if (self->too_large)
    self->close_code = GH_CLOSE_TOO_LARGE;
  else if (result != 0)
    self->close_code = CODE_PROTOCOL_ERROR;
  else if (!wslay_event_get_read_enabled (self->context))
    self->close_code = read_complaint (self);
  else
    return GHD_UNFRAMER_OPEN;

  return GHD_UNFRAMER_FAILED;
}

/**
 * ghd_unframer_take_pongs:
 *
 * Returns: (transfer full) (nullable): the answers to all pings since the last call
 */
GhdPacket *
ghd_unframer_take_pongs (GhdUnframer *self)
{
  g_autoptr (GByteArray) output = NULL;

  if (self->close_code != 0 || !wslay_event_want_write (self->context))
    return NULL;

  output = take_output (self);

  return ghd_packet_new_raw (output->data, output->len);
}

/**
 * ghd_unframer_get_close_code:
 *
 * Returns: the code to close with: the peer's own, or what it did wrong; 0 while it is open
 */
guint
ghd_unframer_get_close_code (GhdUnframer *self)
{
  return self->close_code;
}

/**
 * ghd_unframer_is_idle:
 *
 * Returns: whether it stands between two messages, with nothing to answer, so that it may be used
 *   for another connection
 */
gboolean
ghd_unframer_is_idle (GhdUnframer *self)
{
  if (self->taken != 0 || self->in_fragments || self->close_code != 0
      || wslay_event_want_write (self->context))
    return FALSE;

  if (self->has_large_buffer)
    {
      g_byte_array_unref (self->message);
      self->message = g_byte_array_new ();
      self->has_large_buffer = FALSE;
    }

  return TRUE;
}
