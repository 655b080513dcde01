/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-session-private.h"

/**
 * gh_media_session_hold:
 * @self: a session
 * @payload_type: of RTP, 0 to 127
 * @is_held: whether it is not to be sent
 *
 * While it is held, no packet of that type is sealed, wherever it comes from and whenever it was
 * made: not one after this returns. Everything else goes on. Also for sealers that are made later.
 */
void
gh_media_session_hold (GhMediaSession *self, guint payload_type, gboolean is_held)
{
  g_autoptr (GMutexLocker) locker = NULL;
  guint64 bit;

  g_return_if_fail (self != NULL);
  g_return_if_fail (payload_type < 128);

  locker = g_mutex_locker_new (&self->lock);
  bit = G_GUINT64_CONSTANT (1) << (payload_type % 64);
  if (is_held)
    self->held[payload_type / 64] |= bit;
  else
    self->held[payload_type / 64] &= ~bit;
  for (guint i = 0; i < self->sealers->len; i++)
    gh_media_sealer_set_hold (g_ptr_array_index (self->sealers, i), payload_type, is_held);
}

static void
pass_on_holds (GhMediaSession *self, GhMediaSealer *sealer)
{
  for (guint i = 0; i < 128; i++)
    {
      if ((self->held[i / 64] >> (i % 64) & 1) != 0)
        gh_media_sealer_set_hold (sealer, i, TRUE);
    }
}

/**
 * gh_media_session_create_sealer:
 * @self: a session
 * @to: (nullable): the member who alone can open what it seals, or %NULL for all
 *
 * Each path (each connection to a peer) has a sealer of its own. At most GH_MEDIA_MAX_SALTS to the
 * same member, or to all, are understood in one epoch.
 *
 * Returns: (transfer full): a sealer, that gets and loses keys as the session does
 */
GhMediaSealer *
gh_media_session_create_sealer (GhMediaSession *self, const char *to)
{
  g_autoptr (GhMediaSealer) sealer = NULL;
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (to == NULL || gh_media_session_is_name (to), NULL);

  sealer = gh_media_sealer_new (self, self->member_id, to != NULL ? to : "",
                                gh_media_salts_draw (self->salts));
  locker = g_mutex_locker_new (&self->lock);
  g_ptr_array_add (self->sealers, sealer);
  pass_on_holds (self, sealer);
  if (self->sending >= 0)
    gh_media_sealer_set_key (sealer, self->epochs[self->sending].epoch,
                             self->epochs[self->sending].key);
  return g_steal_pointer (&sealer);
}

/* A sealer goes. */
void
gh_media_session_remove_sealer (GhMediaSession *self, GhMediaSealer *sealer)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GhMediaStats stats;

  g_ptr_array_remove_fast (self->sealers, sealer);
  gh_media_sealer_get_stats (sealer, &stats);
  gh_media_stats_add (&self->gone, &stats);
}

static char *
opener_name (const char *from, gboolean is_for_all)
{
  return g_strconcat (is_for_all ? "a" : "m", from, NULL);
}

/**
 * gh_media_session_get_opener:
 * @self: a session
 * @from: who sends
 * @is_for_all: whether what they seal is for all, or only for us
 *
 * There is one for each sender, which remembers what it opened however many connections use it.
 *
 * Returns: (transfer full): the opener, that gets and loses keys as the session does
 */
GhMediaOpener *
gh_media_session_get_opener (GhMediaSession *self, const char *from, gboolean is_for_all)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autofree char *name = NULL;
  GhMediaOpener *opener;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (gh_media_session_is_name (from), NULL);

  name = opener_name (from, is_for_all);
  locker = g_mutex_locker_new (&self->lock);
  opener = g_hash_table_lookup (self->openers, name);
  if (opener != NULL)
    return gh_media_opener_ref (opener);
  opener = gh_media_opener_new (self->salts, self->clock, self->call_id, from,
                                is_for_all ? "" : self->member_id);
  for (guint i = 0; i < GH_MEDIA_MAX_EPOCHS; i++)
    {
      if (self->epochs[i].key == NULL)
        continue;
      gh_media_opener_add_epoch (opener, i, self->epochs[i].epoch, self->epochs[i].key);
      gh_media_opener_end_epoch (opener, i, self->epochs[i].gone_at_us);
    }
  g_hash_table_insert (self->openers, g_steal_pointer (&name), opener);
  return gh_media_opener_ref (opener);
}

static void
forget_opener (GhMediaSession *self, const char *from, gboolean is_for_all)
{
  g_autofree char *name = opener_name (from, is_for_all);
  GhMediaOpener *opener = g_hash_table_lookup (self->openers, name);
  GhMediaStats stats;

  if (opener == NULL)
    return;
  for (guint i = 0; i < GH_MEDIA_MAX_EPOCHS; i++)
    gh_media_opener_drop_epoch (opener, i);
  gh_media_opener_get_stats (opener, &stats);
  gh_media_stats_add (&self->gone, &stats);
  g_hash_table_remove (self->openers, name);
}

/**
 * gh_media_session_forget:
 * @self: a session
 * @from: who left the call
 *
 * What they send does not open any more, whoever still holds their opener. To be used when the epoch
 * is renewed, and not before: a new opener would not know what the old one opened.
 */
void
gh_media_session_forget (GhMediaSession *self, const char *from)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (gh_media_session_is_name (from));

  locker = g_mutex_locker_new (&self->lock);
  forget_opener (self, from, FALSE);
  forget_opener (self, from, TRUE);
}

void
gh_media_stats_add (GhMediaStats *sum, const GhMediaStats *part)
{
  sum->n_sealed += part->n_sealed;
  sum->sealed_bytes += part->sealed_bytes;
  sum->n_opened += part->n_opened;
  sum->opened_bytes += part->opened_bytes;
  sum->n_unsealed += part->n_unsealed;
  sum->n_malformed += part->n_malformed;
  sum->n_unknown_epoch += part->n_unknown_epoch;
  sum->n_reflected += part->n_reflected;
  sum->n_replayed += part->n_replayed;
  sum->n_tampered += part->n_tampered;
  sum->n_exhausted += part->n_exhausted;
  sum->n_held += part->n_held;
  sum->n_sealed_rtp += part->n_sealed_rtp;
  sum->n_opened_rtp += part->n_opened_rtp;
}

/**
 * gh_media_session_get_stats:
 * @self: a session
 * @stats: (out): what became of all its packets so far, also of sealers and openers that went
 */
void
gh_media_session_get_stats (GhMediaSession *self, GhMediaStats *stats)
{
  g_autoptr (GMutexLocker) locker = NULL;
  GhMediaStats part;
  GHashTableIter iter;
  gpointer opener;

  g_return_if_fail (self != NULL && stats != NULL);

  locker = g_mutex_locker_new (&self->lock);
  *stats = self->gone;
  for (guint i = 0; i < self->sealers->len; i++)
    {
      gh_media_sealer_get_stats (g_ptr_array_index (self->sealers, i), &part);
      gh_media_stats_add (stats, &part);
    }
  g_hash_table_iter_init (&iter, self->openers);
  while (g_hash_table_iter_next (&iter, NULL, &opener))
    {
      gh_media_opener_get_stats (opener, &part);
      gh_media_stats_add (stats, &part);
    }
}
