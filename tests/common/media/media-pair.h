/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "../test-util.h"

#include "gh-media-private.h"

#include <string.h>

G_BEGIN_DECLS

#define MAX_TEST_PACKET 2048

/* Alice and Bob in one call, with a clock that only moves when told. */
typedef struct
{
  GhClock *clock;
  GhMediaSession *alice;
  GhMediaSession *bob;
  GhMediaSealer *sealer; /* Alice's, for Bob */
  GhMediaOpener *opener; /* Bob's, for what Alice seals for him */
} Pair;

static inline GhSecret *
pair_key (guint32 epoch)
{
  guint8 bytes[GH_MEDIA_KEY_SIZE];

  memset (bytes, (int) (epoch * 7 + 1), sizeof bytes);
  return gh_secret_new (bytes, sizeof bytes);
}

static inline void
pair_install (GhMediaSession *session, guint32 epoch)
{
  g_autoptr (GhSecret) key = pair_key (epoch);
  g_autoptr (GError) error = NULL;

  gh_media_session_install (session, epoch, key, &error);
  g_assert_no_error (error);
}

static inline void
pair_send_with (GhMediaSession *session, guint32 epoch)
{
  g_autoptr (GError) error = NULL;

  gh_media_session_send_with (session, epoch, &error);
  g_assert_no_error (error);
}

static inline void
pair_init (Pair *pair)
{
  pair->clock = gh_clock_new_manual (0);
  pair->alice = gh_media_session_new ("call-1", "@alice:example.org", pair->clock);
  pair->bob = gh_media_session_new ("call-1", "@bob:example.org", pair->clock);
  pair->sealer = gh_media_session_create_sealer (pair->alice, "@bob:example.org");
  pair->opener = gh_media_session_get_opener (pair->bob, "@alice:example.org", FALSE);
}

static inline void
pair_init_with_key (Pair *pair)
{
  pair_init (pair);
  pair_install (pair->alice, 1);
  pair_install (pair->bob, 1);
  pair_send_with (pair->alice, 1);
  pair_send_with (pair->bob, 1);
}

static inline void
pair_clear (Pair *pair)
{
  gh_media_sealer_unref (pair->sealer);
  gh_media_opener_unref (pair->opener);
  gh_media_session_unref (pair->alice);
  gh_media_session_unref (pair->bob);
  gh_clock_unref (pair->clock);
}

/* A packet of this kind with @n_text bytes behind what stays clear; returns its size. */
static inline gsize
make_packet (GhMediaKind kind, gsize n_text, guint8 *packet)
{
  static const guint8 rtp[] = { 0x91, 0x6f, 0, 1, 0,    0,    0, 2, 1,    2,    3, 4,
                                9,    9,    9, 9, 0xbe, 0xde, 0, 1, 0x10, 0x80, 0, 0 };
  static const guint8 rtcp[] = { 0x80, 200, 0, 6, 1, 2, 3, 4 };
  gsize n_head = kind == GH_MEDIA_RTP ? sizeof rtp : kind == GH_MEDIA_RTCP ? sizeof rtcp : 0;

  if (n_head > 0)
    memcpy (packet, kind == GH_MEDIA_RTP ? rtp : rtcp, n_head);
  test_random_bytes (packet + n_head, n_text);
  return n_head + n_text;
}

static inline gsize
must_seal (GhMediaSealer *sealer, GhMediaKind kind, const guint8 *packet, gsize size,
           guint8 *sealed)
{
  gsize sealed_size = 0;

  g_assert_cmpint (gh_media_sealer_seal (sealer, kind, packet, size, sealed, &sealed_size), ==,
                   GH_MEDIA_OK);
  g_assert_cmpuint (sealed_size, ==,
                    size + GH_MEDIA_TRAILER_SIZE + (kind == GH_MEDIA_DATA ? 1 : 0));
  return sealed_size;
}

static inline GhMediaResult
try_open (GhMediaOpener *opener, const guint8 *sealed, gsize size)
{
  guint8 packet[MAX_TEST_PACKET];
  gsize packet_size = 1;
  GhMediaKind kind;
  GhMediaResult result = gh_media_opener_open (opener, sealed, size, packet, &packet_size, &kind);

  g_assert_true ((result == GH_MEDIA_OK) == (packet_size > 0));
  return result;
}

G_END_DECLS
