/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets from the network: the first byte says what is done with the rest. What we did not seal does not
 * open; what we sealed opens as it was, and with anything changed does not. */
#include "fuzz.h"

#include "gh-media-session.h"

static GhMediaSession *
join (const char *member, GhSecret *key)
{
  GhMediaSession *session = gh_media_session_new ("call", member, NULL);

  must (gh_media_session_install (session, 1, key, NULL));
  must (gh_media_session_send_with (session, 1, NULL));
  return session;
}

static void
open_strange (GhMediaOpener *opener, const guint8 *data, gsize size)
{
  g_autofree guint8 *sealed = g_memdup2 (data, size);
  g_autofree guint8 *packet = g_malloc (size);
  gsize packet_size;
  GhMediaKind kind;

  must (gh_media_opener_open (opener, sealed, size, packet, &packet_size, &kind) != GH_MEDIA_OK);
  /* As one of the epoch that we have a key of. */
  sealed[size - 1] = 1;
  must (gh_media_opener_open (opener, sealed, size, packet, &packet_size, &kind) != GH_MEDIA_OK);
  must (packet_size == 0);
}

static void
seal_strange (GhMediaSealer *sealer, GhMediaOpener *opener, GhMediaKind kind, const guint8 *data,
              gsize size)
{
  g_autofree guint8 *packet = g_memdup2 (data, size);
  g_autofree guint8 *sealed = g_malloc (size + GH_MEDIA_MAX_OVERHEAD);
  g_autofree guint8 *opened = g_malloc (size + GH_MEDIA_MAX_OVERHEAD);
  gsize sealed_size;
  gsize opened_size;
  gsize at;
  GhMediaKind got;

  if (gh_media_sealer_seal (sealer, kind, packet, size, sealed, &sealed_size) != GH_MEDIA_OK)
    {
      must (sealed_size == 0);
      return;
    }
  at = (gsize) data[size - 1] * sealed_size / 256;
  sealed[at] ^= 0x10;
  must (gh_media_opener_open (opener, sealed, sealed_size, opened, &opened_size, &got)
        != GH_MEDIA_OK);
  sealed[at] ^= 0x10;
  must (gh_media_opener_open (opener, sealed, sealed_size, opened, &opened_size, &got)
        == GH_MEDIA_OK);
  must (got == kind && opened_size == size && memcmp (opened, packet, size) == 0);
  must (gh_media_opener_open (opener, sealed, sealed_size, opened, &opened_size, &got)
        == GH_MEDIA_REPLAYED);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static GhMediaSession *alice, *bob;
  static GhMediaSealer *sealer;
  static GhMediaOpener *opener;

  if (opener == NULL)
    {
      g_autoptr (GhSecret) key = gh_secret_new ("the key of a call, 32 bytes long", 32);

      alice = join ("alice", key);
      bob = join ("bob", key);
      sealer = gh_media_session_create_sealer (alice, "bob");
      opener = gh_media_session_get_opener (bob, "alice", FALSE);
    }
  if (size < 2)
    return 0;
  if (data[0] % 4 == 0)
    open_strange (opener, data + 1, size - 1);
  else
    seal_strange (sealer, opener, data[0] % 4, data + 1, size - 1);
  return 0;
}
