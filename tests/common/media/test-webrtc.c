/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two webrtcbin in one process, a tone from each to the other, and a wire between them that sees it all. */
#include "webrtc-pair.h"
#include "webrtc-threads.h"

#include "gh-media-plugin.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#define SECRET "a secret across the table"

static gboolean
hears (WebrtcPair *pair, guint index)
{
  return peer_get_share (&pair->peers[index], pair->peers[1 - index].tone_hz) > 0.9;
}

static void
wait_until_both_hear (WebrtcPair *pair)
{
  for (guint i = 0; i < 2; i++)
    {
      peer_forget (&pair->peers[i]);
      wait_for (hears (pair, i));
      g_assert_cmpfloat (peer_get_share (&pair->peers[i], pair->peers[i].tone_hz), <, 0.1);
    }
}

static gboolean
has_message (Peer *peer)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&peer->lock);

  return g_strcmp0 (peer->message, SECRET) == 0;
}

/* No record of DTLS, nothing that no one knows, and nothing to read. */
static void
assert_sealed (WebrtcPair *pair)
{
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (wire_get_count (pair->wire, i, WIRE_DTLS), ==, 0);
      g_assert_cmpuint (wire_get_count (pair->wire, i, WIRE_OTHER), ==, 0);
    }
  g_assert_false (wire_has_seen (pair->wire, SECRET, strlen (SECRET)));
}

static void
test_tone (void)
{
  WebrtcPair *pair = webrtc_pair_new (TRUE, TRUE);
  gint64 began = g_get_monotonic_time ();
  GhMediaStats stats;

  webrtc_pair_rekey (pair, 1);
  webrtc_pair_connect (pair);
  wait_for (peer_is_connected (&pair->peers[0]) && peer_is_connected (&pair->peers[1]));
  g_test_message ("connected in %.0f ms", (double) (g_get_monotonic_time () - began) / 1000);
  wait_until_both_hear (pair);
  wait_for (has_message (&pair->peers[1]));
  assert_sealed (pair);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (wire_get_count (pair->wire, i, WIRE_STUN), >, 0);
      g_assert_cmpuint (wire_get_count (pair->wire, i, WIRE_MEDIA), >, 10);
      g_assert_cmpuint (wire_get_count (pair->wire, i, WIRE_DATA), >, 0);
      gh_media_leg_get_stats (pair->peers[i].leg, &stats);
      g_assert_cmpuint (stats.n_sealed, >, 10);
      g_assert_cmpuint (stats.n_opened, >, 10);
      g_assert_cmpuint (stats.n_tampered + stats.n_replayed + stats.n_unknown_epoch
                          + stats.n_reflected + stats.n_malformed + stats.n_unsealed,
                        ==, 0);
    }
  webrtc_pair_free (pair);
}

static gboolean
has_kept_back (Peer *peer, guint n_packets)
{
  GhMediaStats stats;

  gh_media_leg_get_stats (peer->leg, &stats);
  return stats.n_unsealed >= n_packets;
}

static void
test_no_key (void)
{
  WebrtcPair *pair = webrtc_pair_new (TRUE, TRUE);
  GhMediaStats stats;

  webrtc_pair_connect (pair);
  wait_for (peer_is_connected (&pair->peers[0]) && peer_is_connected (&pair->peers[1]));
  wait_for (has_kept_back (&pair->peers[0], 50) && has_kept_back (&pair->peers[1], 50));
  assert_sealed (pair);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (wire_get_count (pair->wire, i, WIRE_STUN), >, 0);
      g_assert_cmpuint (wire_get_count (pair->wire, i, WIRE_MEDIA), ==, 0);
      g_assert_cmpuint (wire_get_count (pair->wire, i, WIRE_DATA), ==, 0);
      g_assert_cmpuint (peer_count_heard (&pair->peers[i]), ==, 0);
    }
  /* The key comes late, and all is well. */
  webrtc_pair_rekey (pair, 1);
  wait_until_both_hear (pair);
  /* It goes, and all is quiet at once. */
  gh_media_session_clear (pair->peers[0].session);
  gh_media_leg_get_stats (pair->peers[0].leg, &stats);
  wait_for (has_kept_back (&pair->peers[0], (guint) stats.n_unsealed + 50));
  {
    guint64 n_sealed = stats.n_sealed;

    gh_media_leg_get_stats (pair->peers[0].leg, &stats);
    g_assert_cmpuint (stats.n_sealed, ==, n_sealed);
  }
  webrtc_pair_free (pair);
}

static void
test_rotation (void)
{
  WebrtcPair *pair = webrtc_pair_new (TRUE, TRUE);
  GhMediaStats stats[2];

  webrtc_pair_rekey (pair, 1);
  webrtc_pair_connect (pair);
  wait_until_both_hear (pair);
  for (guint32 epoch = 2; epoch < 12; epoch++)
    {
      webrtc_pair_rekey (pair, epoch);
      wait_until_both_hear (pair);
    }
  for (guint i = 0; i < 2; i++)
    {
      gh_media_leg_get_stats (pair->peers[i].leg, &stats[i]);
      g_assert_cmpuint (stats[i].n_tampered + stats[i].n_replayed + stats[i].n_unknown_epoch
                          + stats[i].n_unsealed,
                        ==, 0);
    }
  assert_sealed (pair);
  webrtc_pair_free (pair);
}

static gboolean
has_met_all (Peer *peer)
{
  GhMediaStats stats;

  gh_media_leg_get_stats (peer->leg, &stats);
  return stats.n_replayed > 20 && stats.n_tampered > 20 && stats.n_unknown_epoch > 20
         && stats.n_reflected > 20;
}

static void
test_hostile (void)
{
  WebrtcPair *pair = webrtc_pair_new (TRUE, TRUE);

  webrtc_pair_rekey (pair, 1);
  webrtc_pair_connect (pair);
  wait_until_both_hear (pair);
  wire_set_hostile (pair->wire, TRUE);
  wait_for (has_met_all (&pair->peers[0]) && has_met_all (&pair->peers[1]));
  wait_until_both_hear (pair);
  for (guint i = 0; i < 2; i++)
    {
      GhMediaStats stats;

      gh_media_leg_get_stats (pair->peers[i].leg, &stats);
      /* Nothing that was not sealed by the other end was opened. */
      g_assert_cmpuint (stats.n_opened, <=,
                        wire_get_count (pair->wire, 1 - i, WIRE_MEDIA)
                          + wire_get_count (pair->wire, 1 - i, WIRE_DATA));
      g_test_message ("peer %u: opened %" G_GUINT64_FORMAT ", replayed %" G_GUINT64_FORMAT
                      ", tampered %" G_GUINT64_FORMAT ", unknown epoch %" G_GUINT64_FORMAT
                      ", reflected %" G_GUINT64_FORMAT ", malformed %" G_GUINT64_FORMAT,
                      i, stats.n_opened, stats.n_replayed, stats.n_tampered, stats.n_unknown_epoch,
                      stats.n_reflected, stats.n_malformed);
    }
  webrtc_pair_free (pair);
}

/* A webrtcbin that is not ours, beside one that is. */
static void
test_stock (void)
{
  WebrtcPair *ours = webrtc_pair_new (TRUE, TRUE);
  WebrtcPair *stock = webrtc_pair_new (FALSE, FALSE);
  gint64 began;

  webrtc_pair_rekey (ours, 1);
  webrtc_pair_connect (ours);
  began = g_get_monotonic_time ();
  webrtc_pair_connect (stock);
  wait_for (peer_is_connected (&stock->peers[0]) && peer_is_connected (&stock->peers[1]));
  g_test_message ("DTLS connected in %.0f ms", (double) (g_get_monotonic_time () - began) / 1000);
  wait_until_both_hear (stock);
  wait_until_both_hear (ours);
  wait_for (has_message (&stock->peers[1]));
  assert_sealed (ours);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (wire_get_count (stock->wire, i, WIRE_DTLS), >, 0);
      g_assert_cmpuint (wire_get_count (stock->wire, i, WIRE_MEDIA), >, 10);
      g_assert_cmpuint (wire_get_count (stock->wire, i, WIRE_DATA), ==, 0);
    }
  webrtc_pair_free (stock);
  webrtc_pair_free (ours);
}

static gboolean
has_met_strangers (Peer *peer)
{
  GhMediaStats stats;

  gh_media_leg_get_stats (peer->leg, &stats);
  return stats.n_malformed >= 2 && stats.n_sealed >= 50;
}

/* Ours and one that speaks DTLS do not understand each other, and say nothing in clear. */
static void
test_ours_to_stock (void)
{
  WebrtcPair *pair = webrtc_pair_new (TRUE, FALSE);
  g_autoptr (GhSecret) key = gh_secret_new_random (GH_MEDIA_KEY_SIZE);

  g_assert_true (gh_media_session_install (pair->peers[0].session, 1, key, NULL));
  g_assert_true (gh_media_session_send_with (pair->peers[0].session, 1, NULL));
  webrtc_pair_connect (pair);
  wait_for (has_met_strangers (&pair->peers[0]));
  g_assert_cmpuint (wire_get_count (pair->wire, 0, WIRE_DTLS), ==, 0);
  g_assert_cmpuint (wire_get_count (pair->wire, 1, WIRE_MEDIA), ==, 0);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpuint (peer_count_heard (&pair->peers[i]), ==, 0);
  g_assert_false (wire_has_seen (pair->wire, SECRET, strlen (SECRET)));
  webrtc_pair_free (pair);
}

/* A webrtcbin of a call that its leg did not reach: no DTLS in its place, it does not start. */
static void
test_no_leg (void)
{
  g_autoptr (GhMediaSession) session = gh_media_session_new ("call", "alice", NULL);
  g_autoptr (GhMediaLeg) leg = gh_media_leg_new (session, "bob");
  g_autoptr (GstElement) pipeline = gst_pipeline_new (NULL);
  GstElement *slot = gst_element_factory_make ("dtlssrtpenc", NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gh_media_leg_claim (leg, pipeline);
  gst_bin_add (GST_BIN (pipeline), slot);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PLAYING), ==,
                   GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  gst_message_parse_error (message, &error, NULL);
  g_assert_cmpstr (error->message, ==, "The call has no way to encrypt what it sends.");
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

/* What webrtcbin looks for, without which it would not start or not work. */
static void
test_contract (void)
{
  static const char *const enc_pads[] = { "rtp_sink_%d", "rtcp_sink_%d", "data_sink", "src" };
  static const char *const dec_pads[] = { "sink", "rtp_src", "rtcp_src", "data_src" };
  static const char *const enc_properties[] = { "connection-id", "is-client", "rtp-sync",
                                                "connection-state", "dtls-version" };
  static const char *const dec_properties[] = { "connection-id", "pem", "peer-pem" };
  g_autoptr (GstElement) enc = gst_object_ref_sink (gst_element_factory_make ("dtlssrtpenc", NULL));
  g_autoptr (GstElement) dec = gst_object_ref_sink (gst_element_factory_make ("dtlssrtpdec", NULL));

  for (guint i = 0; i < G_N_ELEMENTS (enc_pads); i++)
    g_assert_nonnull (gst_element_get_pad_template (enc, enc_pads[i]));
  for (guint i = 0; i < G_N_ELEMENTS (dec_pads); i++)
    g_assert_nonnull (gst_element_get_pad_template (dec, dec_pads[i]));
  for (guint i = 0; i < G_N_ELEMENTS (enc_properties); i++)
    g_assert_nonnull (g_object_class_find_property (G_OBJECT_GET_CLASS (enc), enc_properties[i]));
  for (guint i = 0; i < G_N_ELEMENTS (dec_properties); i++)
    g_assert_nonnull (g_object_class_find_property (G_OBJECT_GET_CLASS (dec), dec_properties[i]));
  g_assert_cmpuint (g_signal_lookup ("on-key-set", G_OBJECT_TYPE (enc)), >, 0);
}

typedef struct
{
  GAsyncQueue *drawn;
  GAsyncQueue *again;
} Draw;

static gpointer
draw_twice (gpointer data)
{
  Draw *draw = data;
  guint8 number[16];
  int status = gnutls_rnd (GNUTLS_RND_NONCE, number, sizeof number);

  g_async_queue_push (draw->drawn, draw);
  g_async_queue_pop (draw->again);
  return GINT_TO_POINTER (status == 0 ? gnutls_rnd (GNUTLS_RND_NONCE, number, sizeof number) : status);
}

/* A process that ends has GnuTLS tidied up, while threads of its connections may still use it, or end. */
static void
test_random_to_the_end (void)
{
  Draw draw = { g_async_queue_new (), g_async_queue_new () };
  GThread *thread = g_thread_new ("draw", draw_twice, &draw);

  g_async_queue_pop (draw.drawn);
  /* As its library does then. */
  gnutls_global_deinit ();
  g_async_queue_push (draw.again, &draw);
  g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (thread)), ==, 0);
  gnutls_global_init ();
  g_async_queue_unref (draw.drawn);
  g_async_queue_unref (draw.again);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  int status;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  gh_media_plugin_register (&error);
  g_assert_no_error (error);
  g_test_add_func ("/media/webrtc/contract", test_contract);
  g_test_add_func ("/media/webrtc/no-leg", test_no_leg);
  g_test_add_func ("/media/webrtc/tone", test_tone);
  g_test_add_func ("/media/webrtc/no-key", test_no_key);
  g_test_add_func ("/media/webrtc/rotation", test_rotation);
  g_test_add_func ("/media/webrtc/hostile", test_hostile);
  g_test_add_func ("/media/webrtc/stock", test_stock);
  g_test_add_func ("/media/webrtc/ours-to-stock", test_ours_to_stock);
  g_test_add_func ("/media/webrtc/random-to-the-end", test_random_to_the_end);
  status = g_test_run ();
  wait_for (!webrtc_has_threads ());
  return status;
}
