/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-sealer.h"

#include "gh-media-private.h"

#include <sodium.h>
#include <string.h>

struct _GhMediaSealer
{
  gatomicrefcount ref_count;
  GhMediaSession *session;
  char *sender;
  guint8 context[GH_MEDIA_CONTEXT_SIZE];
  guint64 salt;

  GMutex lock; /* of all that follows */
  guint8 *key; /* in locked memory */
  gboolean has_key;
  guint32 epoch;
  guint64 counter; /* of the next packet */
  guint64 held[2]; /* a bit for each payload type that is not sealed */
  GhMediaStats stats;
};

G_DEFINE_BOXED_TYPE (GhMediaSealer, gh_media_sealer, gh_media_sealer_ref, gh_media_sealer_unref)

/* @session: stays alive as long as this, and knows it until it goes */
GhMediaSealer *
gh_media_sealer_new (GhMediaSession *session, const char *sender, const char *receiver,
                     guint64 salt)
{
  GhMediaSealer *self = g_new0 (GhMediaSealer, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->session = gh_media_session_ref (session);
  self->sender = g_strdup (sender);
  self->salt = salt;
  gh_media_keys_context (gh_media_session_get_call_id (session), sender, receiver, self->context);
  g_mutex_init (&self->lock);
  self->key = sodium_malloc (GH_MEDIA_KEY_SIZE);
  if (self->key == NULL)
    g_error ("No memory for a key");
  return self;
}

/**
 * gh_media_sealer_ref:
 * @self: a sealer
 *
 * Returns: (transfer full): the same sealer
 */
GhMediaSealer *
gh_media_sealer_ref (GhMediaSealer *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * gh_media_sealer_unref:
 * @self: (transfer full): a sealer
 */
void
gh_media_sealer_unref (GhMediaSealer *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  gh_media_session_remove_sealer (self->session, self);
  gh_media_session_unref (self->session);
  sodium_free (self->key);
  g_mutex_clear (&self->lock);
  g_free (self->sender);
  g_free (self);
}

/* Seals with this epoch from now on; without a @session_key, with nothing. */
void
gh_media_sealer_set_key (GhMediaSealer *self, guint32 epoch, GhSecret *session_key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->has_key = session_key != NULL;
  self->epoch = epoch;
  if (session_key != NULL)
    gh_media_keys_derive (session_key, epoch, gh_media_session_get_call_id (self->session),
                          self->sender, self->key);
  else
    gh_secret_wipe (self->key, GH_MEDIA_KEY_SIZE);
}

/* A payload type of RTP that is not sealed, until it is again. */
void
gh_media_sealer_set_hold (GhMediaSealer *self, guint payload_type, gboolean is_held)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint64 bit = G_GUINT64_CONSTANT (1) << (payload_type % 64);

  if (is_held)
    self->held[payload_type / 64] |= bit;
  else
    self->held[payload_type / 64] &= ~bit;
}

/* RFC 3550, section 5.1: the second byte without its marker. */
static gboolean
is_held (GhMediaSealer *self, const guint8 *packet)
{
  guint payload_type = packet[1] & 0x7f;

  return (self->held[payload_type / 64] >> (payload_type % 64) & 1) != 0;
}

/* For tests: nobody seals 2^48 packets to see what comes next. */
void
gh_media_sealer_set_counter (GhMediaSealer *self, guint64 counter)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->counter = counter;
}

/**
 * gh_media_sealer_seal:
 * @self: a sealer
 * @kind: what the packet is
 * @packet: (array length=size): the packet
 * @size: how many bytes it has
 * @sealed: where it goes: room for @size + GH_MEDIA_MAX_OVERHEAD bytes; may be @packet itself, but for
 *   data
 * @sealed_size: (out): how many bytes it has then; 0 when it was not sealed
 *
 * Allocates nothing. Nothing is written to @sealed unless it is sealed.
 *
 * Returns: %GH_MEDIA_OK; %GH_MEDIA_NO_KEY, %GH_MEDIA_MALFORMED when it is not of this @kind or too
 *   long, %GH_MEDIA_HELD, or %GH_MEDIA_EXHAUSTED
 */
GhMediaResult
gh_media_sealer_seal (GhMediaSealer *self, GhMediaKind kind, const guint8 *packet, gsize size,
                      guint8 *sealed, gsize *sealed_size)
{
  g_autoptr (GMutexLocker) locker = NULL;
  GhMediaShape shape;

  g_return_val_if_fail (self != NULL, GH_MEDIA_NO_KEY);
  g_return_val_if_fail (packet != NULL && sealed != NULL, GH_MEDIA_MALFORMED);
  g_return_val_if_fail (sealed_size != NULL, GH_MEDIA_MALFORMED);

  *sealed_size = 0;
  locker = g_mutex_locker_new (&self->lock);
  if (!self->has_key)
    {
      self->stats.n_unsealed++;
      return GH_MEDIA_NO_KEY;
    }
  if (!gh_media_packet_measure (kind, packet, size, &shape))
    {
      self->stats.n_malformed++;
      return GH_MEDIA_MALFORMED;
    }
  if (kind == GH_MEDIA_RTP && is_held (self, packet))
    {
      self->stats.n_held++;
      return GH_MEDIA_HELD;
    }
  if (self->counter > GH_MEDIA_MAX_COUNTER)
    {
      self->stats.n_exhausted++;
      return GH_MEDIA_EXHAUSTED;
    }
  shape.epoch = (guint8) self->epoch;
  shape.salt = self->salt;
  shape.counter = self->counter++;
  gh_media_packet_seal (self->key, self->context, &shape, packet, sealed);
  *sealed_size = gh_media_packet_sealed_size (&shape);
  self->stats.n_sealed++;
  self->stats.n_sealed_rtp += kind == GH_MEDIA_RTP;
  self->stats.sealed_bytes += *sealed_size;
  return GH_MEDIA_OK;
}

/**
 * gh_media_sealer_has_key:
 * @self: a sealer
 *
 * Returns: whether it can seal now
 */
gboolean
gh_media_sealer_has_key (GhMediaSealer *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  locker = g_mutex_locker_new (&self->lock);
  return self->has_key;
}

/**
 * gh_media_sealer_get_stats:
 * @self: a sealer
 * @stats: (out): what became of its packets
 */
void
gh_media_sealer_get_stats (GhMediaSealer *self, GhMediaStats *stats)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL && stats != NULL);

  locker = g_mutex_locker_new (&self->lock);
  *stats = self->stats;
}
