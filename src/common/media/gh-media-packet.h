/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* docs/media-packets.md is the specification of what these sizes are part of. */
#define GH_MEDIA_KEY_SIZE 32
#define GH_MEDIA_CONTEXT_SIZE 32
#define GH_MEDIA_TAG_SIZE 32
#define GH_MEDIA_SALT_SIZE 8
#define GH_MEDIA_COUNTER_SIZE 6
#define GH_MEDIA_EPOCH_SIZE 1
#define GH_MEDIA_TRAILER_SIZE                                                                      \
  (GH_MEDIA_TAG_SIZE + GH_MEDIA_SALT_SIZE + GH_MEDIA_COUNTER_SIZE + GH_MEDIA_EPOCH_SIZE)
/* What a sealed packet is longer by: the trailer, and for data its first byte. */
#define GH_MEDIA_MAX_OVERHEAD (GH_MEDIA_TRAILER_SIZE + 1)
/* The most that a UDP datagram carries over IPv4. */
#define GH_MEDIA_MAX_SEALED 65507
#define GH_MEDIA_MAX_COUNTER ((G_GUINT64_CONSTANT (1) << 48) - 1)
#define GH_MEDIA_DATA_BYTE 0x60

/**
 * GhMediaKind:
 *
 * What is in a packet. The value is the first byte of the nonce.
 */
typedef enum
{
  GH_MEDIA_RTP = 1,
  GH_MEDIA_RTCP = 2,
  GH_MEDIA_DATA = 3, /* a packet of SCTP, for data channels */
} GhMediaKind;

/**
 * GhMediaResult:
 *
 * What became of a packet. Everything but %GH_MEDIA_OK means that there is no packet.
 */
typedef enum
{
  GH_MEDIA_OK,
  GH_MEDIA_MALFORMED,     /* of no shape that is ours: truncated, of another protocol, too long */
  GH_MEDIA_NO_KEY,        /* nothing to seal with: nothing may be sent */
  GH_MEDIA_UNKNOWN_EPOCH, /* its epoch is not known, not yet or no longer */
  GH_MEDIA_REFLECTED,     /* sealed by this very process */
  GH_MEDIA_REPLAYED,      /* opened before, or older than the window */
  GH_MEDIA_TAMPERED,      /* not what the sender sealed for us */
  GH_MEDIA_EXHAUSTED,     /* no counter left, or too many sealers of one sender: renew the epoch */
  GH_MEDIA_HELD,          /* of a payload that is not to be sent now */
} GhMediaResult;

#define GH_N_MEDIA_RESULTS (GH_MEDIA_HELD + 1)

/**
 * GhMediaShape:
 *
 * Where the parts of a packet lie, and what its nonce is made of. A plain value.
 */
typedef struct
{
  GhMediaKind kind;
  guint8 epoch;     /* the last byte of the epoch's number */
  gsize clear_size; /* bytes in front that are sealed but not hidden, also in the sealed packet */
  gsize text_size;  /* bytes that are hidden */
  guint64 salt;     /* as a big-endian number */
  guint64 counter;  /* at most GH_MEDIA_MAX_COUNTER */
} GhMediaShape;

gboolean gh_media_packet_measure (GhMediaKind kind, const guint8 *packet, gsize size,
                                  GhMediaShape *shape);
gboolean gh_media_packet_parse (const guint8 *sealed, gsize size, GhMediaShape *shape);
gboolean gh_media_packet_is_rtcp (const guint8 *packet, gsize size);
gsize gh_media_packet_sealed_size (const GhMediaShape *shape);
gsize gh_media_packet_opened_size (const GhMediaShape *shape);
void gh_media_packet_seal (const guint8 key[GH_MEDIA_KEY_SIZE],
                           const guint8 context[GH_MEDIA_CONTEXT_SIZE], const GhMediaShape *shape,
                           const guint8 *packet, guint8 *sealed);
gboolean gh_media_packet_open (const guint8 key[GH_MEDIA_KEY_SIZE],
                               const guint8 context[GH_MEDIA_CONTEXT_SIZE],
                               const GhMediaShape *shape, const guint8 *sealed, guint8 *packet);
const char *gh_media_result_to_string (GhMediaResult result);

G_END_DECLS
