/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a stream of H.264 goes on to the decoder. */
#include "ghc-key-gate.h"

#include <gst/rtp/rtp.h>

static gboolean
take (GhcKeyGate *gate, guint number, const guint8 *payload, guint size)
{
  g_autoptr (GstBuffer) packet = gst_rtp_buffer_new_allocate (size, 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  g_assert_true (gst_rtp_buffer_map (packet, GST_MAP_WRITE, &rtp));
  gst_rtp_buffer_set_seq (&rtp, (guint16) number);
  if (size > 0)
    memcpy (gst_rtp_buffer_get_payload (&rtp), payload, size);
  gst_rtp_buffer_unmap (&rtp);
  return ghc_key_gate_take (gate, packet);
}

#define TAKE(gate, number, ...)                                                                    \
  take (gate, number, (const guint8[]) { __VA_ARGS__ }, sizeof ((const guint8[]) { __VA_ARGS__ }))

#define SPS 0x67, 0x42
#define PPS 0x68, 0xce
#define IDR 0x65, 0x88
#define SLICE 0x41, 0x9a
/* Both in one packet, as they come. */
#define STAP 0x78, 0, 2, SPS, 0, 2, PPS
/* The first and the last part of a slice of a key frame. */
#define FU_FIRST 0x7c, 0x85
#define FU_LAST 0x7c, 0x45

static void
test_whole (void)
{
  GhcKeyGate gate = { 0 };

  g_assert_true (TAKE (&gate, 65534, STAP));
  g_assert_true (TAKE (&gate, 65535, FU_FIRST));
  g_assert_true (TAKE (&gate, 0, FU_LAST));
  g_assert_true (TAKE (&gate, 1, SLICE));
  g_assert_true (TAKE (&gate, 2, SPS));
  g_assert_true (TAKE (&gate, 3, PPS));
  g_assert_true (TAKE (&gate, 4, IDR));
}

/* Somebody begins to watch while a key frame for another one is on its way. */
static void
test_rest (void)
{
  GhcKeyGate gate = { 0 };

  g_assert_false (TAKE (&gate, 10, FU_FIRST));
  g_assert_false (TAKE (&gate, 11, FU_LAST));
  g_assert_false (TAKE (&gate, 12, IDR));
  g_assert_false (TAKE (&gate, 13, SLICE));
  g_assert_true (ghc_key_gate_asks (&gate, 1));
  g_assert_false (ghc_key_gate_asks (&gate, 200 * 1000));
  g_assert_false (TAKE (&gate, 14, PPS));
  /* What was asked for got lost, too. */
  g_assert_true (ghc_key_gate_asks (&gate, 300 * 1000));
  g_assert_true (TAKE (&gate, 15, STAP));
  g_assert_false (ghc_key_gate_asks (&gate, 900 * 1000));
}

static void
test_lost (void)
{
  GhcKeyGate gate = { 0 };

  g_assert_true (TAKE (&gate, 20, STAP));
  g_assert_true (TAKE (&gate, 21, IDR));
  /* Once more, and late. */
  g_assert_false (TAKE (&gate, 21, IDR));
  g_assert_false (TAKE (&gate, 15, SLICE));
  g_assert_true (TAKE (&gate, 22, SLICE));
  g_assert_false (TAKE (&gate, 24, SLICE));
  g_assert_false (TAKE (&gate, 25, SLICE));
  g_assert_true (ghc_key_gate_asks (&gate, 1));
  /* The rest of a key frame whose beginning is lost. */
  g_assert_false (TAKE (&gate, 27, IDR));
  g_assert_true (TAKE (&gate, 28, STAP));
  g_assert_true (TAKE (&gate, 29, IDR));
  /* Who sends began anew, somewhere. */
  g_assert_false (TAKE (&gate, 50000, SLICE));
  g_assert_true (TAKE (&gate, 50001, SPS));
}

static void
test_hostile (void)
{
  GhcKeyGate gate = { 0 };
  g_autoptr (GstBuffer) none = gst_buffer_new ();

  g_assert_false (ghc_key_gate_take (&gate, none));
  g_assert_false (take (&gate, 1, NULL, 0));
  g_assert_false (TAKE (&gate, 2, 0x78));
  g_assert_false (TAKE (&gate, 3, 0x78, 0xff));
  g_assert_false (TAKE (&gate, 4, 0x78, 0xff, 0xff));
  g_assert_false (TAKE (&gate, 5, 0x78, 0xff, 0xff, 0x68));
  g_assert_false (TAKE (&gate, 6, 0x78, 0, 0, 0x68, 0, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);

  g_test_add_func ("/key-gate/whole", test_whole);
  g_test_add_func ("/key-gate/rest", test_rest);
  g_test_add_func ("/key-gate/lost", test_lost);
  g_test_add_func ("/key-gate/hostile", test_hostile);
  return g_test_run ();
}
