/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-opener.h"

#include "gh-media-private.h"
#include "gh-media-replay.h"

#include <sodium.h>
#include <string.h>

/* One epoch of the sender: what was opened of each of its sealers. */
typedef struct
{
  gboolean has_key;
  guint32 epoch;
  gint64 gone_at_us; /* when it ends; 0 as long as that is not decided */
  guint n_salts;
  guint recent; /* the salt of the packet before, which is likely that of the next */
  guint64 salts[GH_MEDIA_MAX_SALTS];
  GhMediaReplay windows[GH_MEDIA_MAX_SALTS];
} Epoch;

struct _GhMediaOpener
{
  gatomicrefcount ref_count;
  GhMediaSalts *own_salts;
  GhClock *clock;
  char *call_id;
  char *sender;
  guint8 context[GH_MEDIA_CONTEXT_SIZE];

  GMutex lock;                       /* of all that follows */
  guint8 (*keys)[GH_MEDIA_KEY_SIZE]; /* of each epoch, in locked memory */
  Epoch epochs[GH_MEDIA_MAX_EPOCHS];
  GhMediaStats stats;
};

G_DEFINE_BOXED_TYPE (GhMediaOpener, gh_media_opener, gh_media_opener_ref, gh_media_opener_unref)

/* @own_salts: what this process seals with, which nobody else may send us */
GhMediaOpener *
gh_media_opener_new (GhMediaSalts *own_salts, GhClock *clock, const char *call_id,
                     const char *sender, const char *receiver)
{
  GhMediaOpener *self = g_new0 (GhMediaOpener, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->own_salts = gh_media_salts_ref (own_salts);
  self->clock = gh_clock_ref (clock);
  self->call_id = g_strdup (call_id);
  self->sender = g_strdup (sender);
  gh_media_keys_context (call_id, sender, receiver, self->context);
  g_mutex_init (&self->lock);
  self->keys = sodium_allocarray (GH_MEDIA_MAX_EPOCHS, GH_MEDIA_KEY_SIZE);
  if (self->keys == NULL)
    g_error ("No memory for keys");
  return self;
}

/**
 * gh_media_opener_ref:
 * @self: an opener
 *
 * Returns: (transfer full): the same opener
 */
GhMediaOpener *
gh_media_opener_ref (GhMediaOpener *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * gh_media_opener_unref:
 * @self: (transfer full): an opener
 */
void
gh_media_opener_unref (GhMediaOpener *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  sodium_free (self->keys);
  g_mutex_clear (&self->lock);
  gh_media_salts_unref (self->own_salts);
  gh_clock_unref (self->clock);
  g_free (self->call_id);
  g_free (self->sender);
  g_free (self);
}

static void
drop_epoch (GhMediaOpener *self, guint slot)
{
  gh_secret_wipe (self->keys[slot], GH_MEDIA_KEY_SIZE);
  memset (&self->epochs[slot], 0, sizeof self->epochs[slot]);
}

/* From now on its packets open; @slot is the place that the session keeps it in. */
void
gh_media_opener_add_epoch (GhMediaOpener *self, guint slot, guint32 epoch, GhSecret *session_key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_assert (slot < GH_MEDIA_MAX_EPOCHS);
  drop_epoch (self, slot);
  gh_media_keys_derive (session_key, epoch, self->call_id, self->sender, self->keys[slot]);
  self->epochs[slot].has_key = TRUE;
  self->epochs[slot].epoch = epoch;
}

void
gh_media_opener_end_epoch (GhMediaOpener *self, guint slot, gint64 gone_at_us)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_assert (slot < GH_MEDIA_MAX_EPOCHS);
  self->epochs[slot].gone_at_us = gone_at_us;
}

void
gh_media_opener_drop_epoch (GhMediaOpener *self, guint slot)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_assert (slot < GH_MEDIA_MAX_EPOCHS);
  drop_epoch (self, slot);
}

/* The place of the epoch that a packet names; GH_MEDIA_MAX_EPOCHS when it has no key. */
static guint
find_epoch (GhMediaOpener *self, guint8 epoch)
{
  for (guint i = 0; i < GH_MEDIA_MAX_EPOCHS; i++)
    {
      Epoch *at = &self->epochs[i];

      if (!at->has_key || (guint8) at->epoch != epoch)
        continue;
      if (at->gone_at_us == 0 || gh_clock_get_monotonic_us (self->clock) < at->gone_at_us)
        return i;
      /* Its time is over, and nobody came by to say so. */
      drop_epoch (self, i);
    }
  return GH_MEDIA_MAX_EPOCHS;
}

/* The window of a sealer of whom something was opened; NULL when nothing was. */
static GhMediaReplay *
find_window (Epoch *epoch, guint64 salt)
{
  if (epoch->recent < epoch->n_salts && epoch->salts[epoch->recent] == salt)
    return &epoch->windows[epoch->recent];
  for (guint i = 0; i < epoch->n_salts; i++)
    {
      if (epoch->salts[i] != salt)
        continue;
      epoch->recent = i;
      return &epoch->windows[i];
    }
  return NULL;
}

static GhMediaResult
open_packet (GhMediaOpener *self, const guint8 *sealed, gsize size, guint8 *packet,
             GhMediaShape *shape)
{
  GhMediaReplay *window;
  Epoch *epoch;
  guint slot;

  if (!gh_media_packet_parse (sealed, size, shape))
    return GH_MEDIA_MALFORMED;
  slot = find_epoch (self, shape->epoch);
  if (slot == GH_MEDIA_MAX_EPOCHS)
    return GH_MEDIA_UNKNOWN_EPOCH;
  epoch = &self->epochs[slot];
  window = find_window (epoch, shape->salt);
  if (window != NULL && !gh_media_replay_is_fresh (window, shape->counter))
    return GH_MEDIA_REPLAYED;
  if (window == NULL && gh_media_salts_has (self->own_salts, shape->salt))
    return GH_MEDIA_REFLECTED;
  if (!gh_media_packet_open (self->keys[slot], self->context, shape, sealed, packet))
    return GH_MEDIA_TAMPERED;

  /* Only now is it known that the sender wrote salt and counter. */
  if (window != NULL)
    {
      gh_media_replay_mark (window, shape->counter);
      return GH_MEDIA_OK;
    }
  /* A window that was given up for another would let its packets in again, so none is. */
  if (epoch->n_salts == GH_MEDIA_MAX_SALTS)
    return GH_MEDIA_EXHAUSTED;
  epoch->recent = epoch->n_salts++;
  epoch->salts[epoch->recent] = shape->salt;
  gh_media_replay_start (&epoch->windows[epoch->recent], shape->counter);
  return GH_MEDIA_OK;
}

static void
count (GhMediaStats *stats, GhMediaResult result, GhMediaKind kind, gsize size)
{
  switch (result)
    {
    case GH_MEDIA_OK:
      stats->n_opened++;
      stats->n_opened_rtp += kind == GH_MEDIA_RTP;
      stats->opened_bytes += size;
      break;
    case GH_MEDIA_MALFORMED:
      stats->n_malformed++;
      break;
    case GH_MEDIA_UNKNOWN_EPOCH:
      stats->n_unknown_epoch++;
      break;
    case GH_MEDIA_REFLECTED:
      stats->n_reflected++;
      break;
    case GH_MEDIA_REPLAYED:
      stats->n_replayed++;
      break;
    case GH_MEDIA_TAMPERED:
      stats->n_tampered++;
      break;
    case GH_MEDIA_EXHAUSTED:
      stats->n_exhausted++;
      break;
    case GH_MEDIA_NO_KEY:
    case GH_MEDIA_HELD:
    default:
      g_assert_not_reached ();
    }
}

/**
 * gh_media_opener_open:
 * @self: an opener
 * @sealed: (array length=size): bytes from the network
 * @size: how many
 * @packet: where the packet goes: room for @size bytes; may be @sealed itself, but for data
 * @packet_size: (out): how many bytes it has; 0 when it did not open
 * @kind: (out): what it is
 *
 * Allocates nothing. When it does not open, what @packet then holds is not the packet.
 *
 * Returns: %GH_MEDIA_OK, or why there is no packet: %GH_MEDIA_MALFORMED, %GH_MEDIA_UNKNOWN_EPOCH,
 *   %GH_MEDIA_REFLECTED, %GH_MEDIA_REPLAYED, %GH_MEDIA_TAMPERED or %GH_MEDIA_EXHAUSTED
 */
GhMediaResult
gh_media_opener_open (GhMediaOpener *self, const guint8 *sealed, gsize size, guint8 *packet,
                      gsize *packet_size, GhMediaKind *kind)
{
  g_autoptr (GMutexLocker) locker = NULL;
  GhMediaResult result;
  GhMediaShape shape;

  g_return_val_if_fail (self != NULL, GH_MEDIA_UNKNOWN_EPOCH);
  g_return_val_if_fail (sealed != NULL && packet != NULL, GH_MEDIA_MALFORMED);
  g_return_val_if_fail (packet_size != NULL && kind != NULL, GH_MEDIA_MALFORMED);

  locker = g_mutex_locker_new (&self->lock);
  result = open_packet (self, sealed, size, packet, &shape);
  count (&self->stats, result, shape.kind, size);
  *kind = shape.kind;
  *packet_size = result == GH_MEDIA_OK ? gh_media_packet_opened_size (&shape) : 0;
  return result;
}

/**
 * gh_media_opener_get_stats:
 * @self: an opener
 * @stats: (out): what became of the packets it was given
 */
void
gh_media_opener_get_stats (GhMediaOpener *self, GhMediaStats *stats)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL && stats != NULL);

  locker = g_mutex_locker_new (&self->lock);
  *stats = self->stats;
}
