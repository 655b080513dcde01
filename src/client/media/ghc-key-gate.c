/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-key-gate.h"

#include <gst/rtp/rtp.h>

/* RFC 6184, 5.2, and H.264, table 7-1 */
#define NAL_TYPE 0x1f
#define NAL_SPS 7
#define NAL_STAP_A 24

/* What is asked for may get lost. */
#define ASK_US (250 * G_TIME_SPAN_MILLISECOND)
/* A packet so little too late is none of a stream that began anew. */
#define MAX_LATE 1000

/* Every key frame is sent with what it is read by in front. */
static gboolean
begins_key_frame (const guint8 *payload, gsize size)
{
  gsize at = 1;

  if (size < 1)
    return FALSE;
  if ((payload[0] & NAL_TYPE) == NAL_SPS)
    return TRUE;
  if ((payload[0] & NAL_TYPE) != NAL_STAP_A)
    return FALSE;
  while (size - at > 2)
    {
      if ((payload[at + 2] & NAL_TYPE) == NAL_SPS)
        return TRUE;
      at += 2 + ((gsize) payload[at] << 8 | payload[at + 1]);
      if (at > size)
        return FALSE;
    }
  return FALSE;
}

/**
 * ghc_key_gate_take:
 * @self: a gate
 * @packet: of RTP; made by somebody else
 *
 * Returns: whether it is to go on
 */
gboolean
ghc_key_gate_take (GhcKeyGate *self, GstBuffer *packet)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  guint16 number;
  gint16 ahead;

  if (!gst_rtp_buffer_map (packet, GST_MAP_READ, &rtp))
    return FALSE;
  number = gst_rtp_buffer_get_seq (&rtp);
  ahead = (gint16) (guint16) (number - self->next);
  if (self->is_open && ahead < 0 && ahead >= -MAX_LATE)
    {
      gst_rtp_buffer_unmap (&rtp);
      return FALSE;
    }
  self->is_open = (self->is_open && ahead == 0)
                  || begins_key_frame (gst_rtp_buffer_get_payload (&rtp),
                                       gst_rtp_buffer_get_payload_len (&rtp));
  self->next = (guint16) (number + 1);
  gst_rtp_buffer_unmap (&rtp);
  return self->is_open;
}

/**
 * ghc_key_gate_asks:
 * @self: a gate that let something not go on
 * @now_us: in monotonic time
 *
 * Returns: whether to ask for a key frame now
 */
gboolean
ghc_key_gate_asks (GhcKeyGate *self, gint64 now_us)
{
  if (self->is_open || (self->asked_us != 0 && now_us - self->asked_us < ASK_US))
    return FALSE;

  self->asked_us = now_us;
  return TRUE;
}
