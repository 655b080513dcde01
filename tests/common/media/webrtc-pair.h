/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "../test-util.h"
#include "webrtc-wire.h"

#include "gh-media-leg.h"

#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

#define PEER_RATE 48000
#define PEER_SAMPLES (PEER_RATE / 5)

/* One end of a call: a tone that it says, and what it hears. */
typedef struct
{
  guint index;
  double tone_hz;
  GstElement *pipeline;
  GstElement *webrtc;
  GhMediaSession *session; /* NULL for an end that knows only DTLS */
  GhMediaLeg *leg;
  struct _WebrtcPair *pair;

  GMutex lock; /* of what follows */
  gint16 heard[PEER_SAMPLES];
  guint n_heard;
  char *message; /* from the data channel */
  GstWebRTCDataChannel *channel;
} Peer;

typedef struct _WebrtcPair
{
  Wire *wire;
  Peer peers[2];
} WebrtcPair;

/* Both ends wait for webrtc_pair_connect(); @has_session says which of them are ours. */
WebrtcPair *webrtc_pair_new (gboolean first_is_ours, gboolean second_is_ours);
void webrtc_pair_connect (WebrtcPair *self);
void webrtc_pair_rekey (WebrtcPair *self, guint32 epoch);
void webrtc_pair_free (WebrtcPair *self);

gboolean peer_is_connected (Peer *self);
double peer_get_share (Peer *self, double tone_hz); /* of what it hears, 0 to 1 */
void peer_forget (Peer *self);
guint peer_count_heard (Peer *self);

/* What GUILDHALL_TEST_PATIENCE says of how much longer things may take than on an idle machine. */
static inline double
wait_patience (void)
{
  const char *text = g_getenv ("GUILDHALL_TEST_PATIENCE");

  return text != NULL ? MAX (g_ascii_strtod (text, NULL), 1) : 1;
}

/* Waits until @condition holds, for at most 20 s, and longer beside other tests or with a sanitizer. */
#define wait_for(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 wait_until =                                                                            \
      g_get_monotonic_time () + (gint64) (20 * G_USEC_PER_SEC * wait_patience ());                 \
    while (!(condition))                                                                           \
      {                                                                                            \
        if (g_get_monotonic_time () > wait_until)                                                  \
          g_error ("%s:%d: waited in vain for " #condition, __FILE__, __LINE__);                   \
        g_usleep (2000);                                                                           \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

G_END_DECLS
