/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-packet.h"

#include "gh-hash.h"

#include <sodium.h>
#include <string.h>

#define RTP_HEADER_SIZE 12
#define RTCP_CLEAR_SIZE 8
#define DATA_CLEAR_SIZE 1

G_STATIC_ASSERT (GH_MEDIA_KEY_SIZE == crypto_aead_aegis256_KEYBYTES);
G_STATIC_ASSERT (GH_MEDIA_TAG_SIZE == crypto_aead_aegis256_ABYTES);
G_STATIC_ASSERT (GH_MEDIA_CONTEXT_SIZE == GH_HASH_SIZE);

static void
write_number (guint8 *out, guint64 number, guint n_bytes)
{
  for (guint i = 0; i < n_bytes; i++)
    out[i] = (guint8) (number >> (8 * (n_bytes - 1 - i)));
}

static guint64
read_number (const guint8 *data, guint n_bytes)
{
  guint64 number = 0;

  for (guint i = 0; i < n_bytes; i++)
    number = number << 8 | data[i];
  return number;
}

/* RFC 3550 section 5.1: the fixed header, the list of sources and the extension; 0 when they do not fit. */
static gsize
measure_rtp_header (const guint8 *packet, gsize size)
{
  gsize header = RTP_HEADER_SIZE;

  if (size < header)
    return 0;
  header += 4 * (gsize) (packet[0] & 0x0f);
  if ((packet[0] & 0x10) != 0)
    {
      if (size < header + 4)
        return 0;
      header += 4 + 4 * (gsize) read_number (packet + header + 2, 2);
    }
  return header <= size ? header : 0;
}

/**
 * gh_media_packet_is_rtcp:
 * @packet: (array length=size): a packet of RTP or RTCP, sealed or not
 * @size: how many bytes
 *
 * Tells the two apart as RFC 5761 section 4 does, by the second byte.
 *
 * Returns: whether it is RTCP
 */
gboolean
gh_media_packet_is_rtcp (const guint8 *packet, gsize size)
{
  return size >= 2 && packet[1] >= 192 && packet[1] <= 223;
}

/* How many bytes in front stay readable; 0 when it is no packet of this kind. */
static gsize
measure_clear (GhMediaKind kind, const guint8 *packet, gsize size)
{
  if (size < 2 || (packet[0] & 0xc0) != 0x80)
    return 0;
  if (gh_media_packet_is_rtcp (packet, size) != (kind == GH_MEDIA_RTCP))
    return 0;
  if (kind == GH_MEDIA_RTP)
    return measure_rtp_header (packet, size);
  return size >= RTCP_CLEAR_SIZE ? RTCP_CLEAR_SIZE : 0;
}

/**
 * gh_media_packet_measure:
 * @kind: what it is said to be
 * @packet: (array length=size): a packet that is to be sealed
 * @size: how many bytes
 * @shape: (out): filled in, but for epoch, salt and counter, which are zero
 *
 * Returns: whether @packet is of this kind and not too long to be sealed
 */
gboolean
gh_media_packet_measure (GhMediaKind kind, const guint8 *packet, gsize size, GhMediaShape *shape)
{
  g_return_val_if_fail (packet != NULL || size == 0, FALSE);
  g_return_val_if_fail (shape != NULL, FALSE);

  *shape = (GhMediaShape) { .kind = kind };
  if (size == 0 || size > GH_MEDIA_MAX_SEALED - GH_MEDIA_MAX_OVERHEAD)
    return FALSE;
  if (kind == GH_MEDIA_DATA)
    {
      shape->clear_size = DATA_CLEAR_SIZE;
      shape->text_size = size;
      return TRUE;
    }
  shape->clear_size = measure_clear (kind, packet, size);
  shape->text_size = size - shape->clear_size;
  return shape->clear_size > 0;
}

/**
 * gh_media_packet_parse:
 * @sealed: (array length=size): bytes from the network
 * @size: how many
 * @shape: (out): what they say they are; nothing of it is authenticated yet
 *
 * Returns: whether they have the shape of a sealed packet
 */
gboolean
gh_media_packet_parse (const guint8 *sealed, gsize size, GhMediaShape *shape)
{
  const guint8 *trailer;

  g_return_val_if_fail (sealed != NULL || size == 0, FALSE);
  g_return_val_if_fail (shape != NULL, FALSE);

  *shape = (GhMediaShape) { 0 };
  if (size <= GH_MEDIA_TRAILER_SIZE || size > GH_MEDIA_MAX_SEALED)
    return FALSE;
  size -= GH_MEDIA_TRAILER_SIZE;
  if (sealed[0] == GH_MEDIA_DATA_BYTE)
    {
      shape->kind = GH_MEDIA_DATA;
      /* Nobody seals an empty packet of SCTP. */
      shape->clear_size = size > DATA_CLEAR_SIZE ? DATA_CLEAR_SIZE : 0;
    }
  else
    {
      shape->kind = gh_media_packet_is_rtcp (sealed, size) ? GH_MEDIA_RTCP : GH_MEDIA_RTP;
      shape->clear_size = measure_clear (shape->kind, sealed, size);
    }
  if (shape->clear_size == 0)
    return FALSE;
  shape->text_size = size - shape->clear_size;
  trailer = sealed + size + GH_MEDIA_TAG_SIZE;
  shape->salt = read_number (trailer, GH_MEDIA_SALT_SIZE);
  shape->counter = read_number (trailer + GH_MEDIA_SALT_SIZE, GH_MEDIA_COUNTER_SIZE);
  shape->epoch = trailer[GH_MEDIA_SALT_SIZE + GH_MEDIA_COUNTER_SIZE];
  return TRUE;
}

/**
 * gh_media_packet_sealed_size:
 * @shape: a packet's shape
 *
 * Returns: how many bytes it has when it is sealed
 */
gsize
gh_media_packet_sealed_size (const GhMediaShape *shape)
{
  return shape->clear_size + shape->text_size + GH_MEDIA_TRAILER_SIZE;
}

/**
 * gh_media_packet_opened_size:
 * @shape: a packet's shape
 *
 * Returns: how many bytes it has when it is open
 */
gsize
gh_media_packet_opened_size (const GhMediaShape *shape)
{
  return shape->kind == GH_MEDIA_DATA ? shape->text_size : shape->clear_size + shape->text_size;
}

static void
make_nonce (const GhMediaShape *shape, guint8 nonce[crypto_aead_aegis256_NPUBBYTES])
{
  memset (nonce, 0, crypto_aead_aegis256_NPUBBYTES);
  nonce[0] = (guint8) shape->kind;
  nonce[1] = shape->epoch;
  write_number (nonce + 2, shape->salt, GH_MEDIA_SALT_SIZE);
  write_number (nonce + 2 + GH_MEDIA_SALT_SIZE, shape->counter, GH_MEDIA_COUNTER_SIZE);
}

/* AEGIS commits to its key only towards somebody who cannot choose the associated data, and a sender
 * can choose a header: so what is associated is a hash (RFC 10032). */
static GhHash
bind (const guint8 context[GH_MEDIA_CONTEXT_SIZE], const guint8 *clear, gsize clear_size)
{
  const GhHashPart parts[] = { { context, GH_MEDIA_CONTEXT_SIZE }, { clear, clear_size } };

  return gh_hash_parts (parts, G_N_ELEMENTS (parts));
}

/**
 * gh_media_packet_seal:
 * @key: the sender's key of this epoch
 * @context: what binds the packet to call, sender and receiver
 * @shape: from gh_media_packet_measure(), with epoch, salt and counter filled in; never the same three
 *   twice under one key
 * @packet: what to seal
 * @sealed: where gh_media_packet_sealed_size() bytes go; may be @packet itself, but for data
 *
 * The bare operation; #GhMediaSealer sees to it that no nonce is used twice. Any thread may.
 */
void
gh_media_packet_seal (const guint8 key[GH_MEDIA_KEY_SIZE],
                      const guint8 context[GH_MEDIA_CONTEXT_SIZE], const GhMediaShape *shape,
                      const guint8 *packet, guint8 *sealed)
{
  guint8 nonce[crypto_aead_aegis256_NPUBBYTES];
  const guint8 *text = packet + (shape->kind == GH_MEDIA_DATA ? 0 : shape->clear_size);
  guint8 *tag = sealed + shape->clear_size + shape->text_size;
  guint8 *trailer = tag + GH_MEDIA_TAG_SIZE;
  GhHash bound;

  if (shape->kind == GH_MEDIA_DATA)
    sealed[0] = GH_MEDIA_DATA_BYTE;
  else
    memmove (sealed, packet, shape->clear_size);
  make_nonce (shape, nonce);
  bound = bind (context, sealed, shape->clear_size);
  crypto_aead_aegis256_encrypt_detached (sealed + shape->clear_size, tag, NULL, text,
                                         shape->text_size, bound.bytes, sizeof bound.bytes, NULL,
                                         nonce, key);
  write_number (trailer, shape->salt, GH_MEDIA_SALT_SIZE);
  write_number (trailer + GH_MEDIA_SALT_SIZE, shape->counter, GH_MEDIA_COUNTER_SIZE);
  trailer[GH_MEDIA_SALT_SIZE + GH_MEDIA_COUNTER_SIZE] = shape->epoch;
}

/**
 * gh_media_packet_open:
 * @key: the sender's key of this epoch
 * @context: what binds the packet to call, sender and receiver
 * @shape: from gh_media_packet_parse()
 * @sealed: what to open
 * @packet: where gh_media_packet_opened_size() bytes go; may be @sealed itself, but for data. When it
 *   does not open, they are not to be looked at
 *
 * The bare operation; #GhMediaOpener sees to it that no packet is opened twice. Any thread may.
 *
 * Returns: whether it is what the sender sealed
 */
gboolean
gh_media_packet_open (const guint8 key[GH_MEDIA_KEY_SIZE],
                      const guint8 context[GH_MEDIA_CONTEXT_SIZE], const GhMediaShape *shape,
                      const guint8 *sealed, guint8 *packet)
{
  guint8 nonce[crypto_aead_aegis256_NPUBBYTES];
  guint8 *text = packet + (shape->kind == GH_MEDIA_DATA ? 0 : shape->clear_size);
  const guint8 *tag = sealed + shape->clear_size + shape->text_size;
  GhHash bound = bind (context, sealed, shape->clear_size);

  make_nonce (shape, nonce);
  if (crypto_aead_aegis256_decrypt_detached (text, NULL, sealed + shape->clear_size,
                                             shape->text_size, tag, bound.bytes, sizeof bound.bytes,
                                             nonce, key)
      != 0)
    return FALSE;
  if (shape->kind != GH_MEDIA_DATA)
    memmove (packet, sealed, shape->clear_size);
  return TRUE;
}

/**
 * gh_media_result_to_string:
 * @result: what became of a packet
 *
 * Returns: (transfer none): a word for logs and metrics
 */
const char *
gh_media_result_to_string (GhMediaResult result)
{
  static const char *const words[GH_N_MEDIA_RESULTS] = {
    "ok", "malformed", "no_key", "unknown_epoch", "reflected", "replayed", "tampered", "exhausted",
    "held"
  };

  g_return_val_if_fail ((guint) result < GH_N_MEDIA_RESULTS, NULL);

  return words[result];
}
