/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one packet of a call costs, sealed and opened by us and by libsrtp2 in the same run. The rounds of the
 * three take turns, so that what else the machine does meets all of them; told is the median round. */
#include "gh-media-session.h"

#include <srtp2/srtp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_ROUNDS 41
#define N_PACKETS 2000
#define HEADER 12
#define MAX_PACKET 1500

typedef struct
{
  const char *name;
  double ns[N_ROUNDS];
} Contender;

static GhMediaSealer *sealer;
static GhMediaOpener *opener;

static gint64
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static void
make_packet (guint8 *packet, gsize payload, guint32 number)
{
  memset (packet, 0x5a, HEADER + payload);
  packet[0] = 0x80;
  packet[1] = 111;
  packet[2] = (guint8) (number >> 8);
  packet[3] = (guint8) number;
}

static void
must (gboolean holds, const char *what)
{
  if (!holds)
    {
      fprintf (stderr, "bench-aegis: %s\n", what);
      exit (1);
    }
}

static double
run_aegis (gsize payload)
{
  guint8 packet[MAX_PACKET];
  guint8 sealed[MAX_PACKET];
  gint64 began;

  began = now_ns ();
  for (guint32 i = 0; i < N_PACKETS; i++)
    {
      gsize size;
      GhMediaKind kind;

      make_packet (packet, payload, i);
      must (gh_media_sealer_seal (sealer, GH_MEDIA_RTP, packet, HEADER + payload, sealed, &size)
              == GH_MEDIA_OK,
            "could not seal");
      must (gh_media_opener_open (opener, sealed, size, packet, &size, &kind) == GH_MEDIA_OK,
            "could not open");
      must (size == HEADER + payload, "opened to another size");
    }
  return (double) (now_ns () - began) / N_PACKETS;
}

static srtp_t
make_srtp (gboolean is_gcm, srtp_ssrc_type_t direction)
{
  static guint8 key[SRTP_MAX_KEY_LEN] = { 1, 2, 3 };
  srtp_policy_t policy = { 0 };
  srtp_t srtp = NULL;

  if (is_gcm)
    {
      srtp_crypto_policy_set_aes_gcm_256_16_auth (&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_256_16_auth (&policy.rtcp);
    }
  else
    {
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80 (&policy.rtp);
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80 (&policy.rtcp);
    }
  policy.ssrc.type = direction;
  policy.key = key;
  policy.window_size = 1024;
  must (srtp_create (&srtp, &policy) == srtp_err_status_ok, "libsrtp2 does not know this cipher");
  return srtp;
}

static double
run_srtp (gboolean is_gcm, gsize payload)
{
  guint8 packet[MAX_PACKET];
  srtp_t out = make_srtp (is_gcm, ssrc_any_outbound);
  srtp_t in = make_srtp (is_gcm, ssrc_any_inbound);
  gint64 began;
  double ns;

  began = now_ns ();
  for (guint32 i = 0; i < N_PACKETS; i++)
    {
      int size = (int) (HEADER + payload);

      make_packet (packet, payload, i);
      must (srtp_protect (out, packet, &size) == srtp_err_status_ok, "libsrtp2 could not protect");
      must (srtp_unprotect (in, packet, &size) == srtp_err_status_ok,
            "libsrtp2 could not unprotect");
      must (size == (int) (HEADER + payload), "libsrtp2 opened to another size");
    }
  ns = (double) (now_ns () - began) / N_PACKETS;
  srtp_dealloc (out);
  srtp_dealloc (in);
  return ns;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
measure (gsize payload)
{
  Contender all[] = {
    { "ours", { 0 } },
    { "libsrtp2 AES-CM-128 HMAC-SHA1-80", { 0 } },
    { "libsrtp2 AES-256-GCM", { 0 } },
  };

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      all[0].ns[i] = run_aegis (payload);
      all[1].ns[i] = run_srtp (FALSE, payload);
      all[2].ns[i] = run_srtp (TRUE, payload);
    }
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    qsort (all[i].ns, N_ROUNDS, sizeof (double), compare);
  for (guint i = 1; i < G_N_ELEMENTS (all); i++)
    {
      double ours = all[0].ns[N_ROUNDS / 2];
      double theirs = all[i].ns[N_ROUNDS / 2];

      printf ("{\"bench\": \"aegis\", \"case\": \"n=%" G_GSIZE_FORMAT
              " seal and open, beside %s, time\", \"figure\": %.0f, \"unit\": \"ns\", "
              "\"reference\": %.0f, \"ratio\": %.3f}\n",
              payload, all[i].name, ours, theirs, ours / theirs);
    }
}

int
main (void)
{
  g_autoptr (GhSecret) key = gh_secret_new_random (GH_MEDIA_KEY_SIZE);
  g_autoptr (GhMediaSession) alice = gh_media_session_new ("call", "alice", NULL);
  g_autoptr (GhMediaSession) bob = gh_media_session_new ("call", "bob", NULL);

  must (srtp_init () == srtp_err_status_ok, "libsrtp2 does not start");
  must (gh_media_session_install (alice, 1, key, NULL)
          && gh_media_session_install (bob, 1, key, NULL)
          && gh_media_session_send_with (alice, 1, NULL),
        "no key");
  sealer = gh_media_session_create_sealer (alice, "bob");
  opener = gh_media_session_get_opener (bob, "alice", FALSE);
  measure (160);
  measure (1200);
  gh_media_sealer_unref (sealer);
  gh_media_opener_unref (opener);
  srtp_shutdown ();
  return 0;
}
