/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-session.h"

#include "gh-error.h"
#include "gh-media-private.h"
#include "gh-sodium.h"

#include <string.h>

typedef struct
{
  GhSecret *key; /* NULL in an empty place */
  guint32 epoch;
  gint64 gone_at_us; /* when it ends; 0 as long as that is not decided */
} Epoch;

struct _GhMediaSession
{
  gatomicrefcount ref_count;
  char *call_id;
  char *member_id;
  GhClock *clock;
  GhMediaSalts *salts;
  GMainContext *context;

  /* Of all that follows; taken before the lock of a sealer or opener, never within it. */
  GMutex lock;
  Epoch epochs[GH_MEDIA_MAX_EPOCHS];
  int sending;         /* the place of the epoch that is sealed with, or -1 */
  gint64 newest;       /* the highest epoch that ever had a key here, or -1 */
  guint64 held[2];     /* a bit for each payload type of RTP that is not sealed */
  GPtrArray *sealers;  /* not owned: each takes itself out when it goes */
  GHashTable *openers; /* by the sender's name with 'a' (for all) or 'm' (for us) in front */
  GhMediaStats gone;   /* of sealers and openers that went */
};

G_DEFINE_BOXED_TYPE (GhMediaSession, gh_media_session, gh_media_session_ref, gh_media_session_unref)

static gboolean
is_name (const char *name)
{
  return name != NULL && *name != '\0' && strlen (name) <= GH_MEDIA_MAX_NAME;
}

/**
 * gh_media_session_new:
 * @call_id: the call, 1 to GH_MEDIA_MAX_NAME bytes; the same for all its members
 * @member_id: who we are in it, as many bytes; the same for all who hear us
 * @clock: (nullable): where the time comes from
 *
 * It has no key yet. The thread's default main context, or the one of the process, is where old
 * epochs are wiped in time.
 *
 * Returns: (transfer full): a session
 */
GhMediaSession *
gh_media_session_new (const char *call_id, const char *member_id, GhClock *clock)
{
  GhMediaSession *self;

  g_return_val_if_fail (is_name (call_id), NULL);
  g_return_val_if_fail (is_name (member_id), NULL);

  gh_sodium_init ();
  self = g_new0 (GhMediaSession, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->call_id = g_strdup (call_id);
  self->member_id = g_strdup (member_id);
  self->clock = clock != NULL ? gh_clock_ref (clock) : gh_clock_new_system ();
  self->salts = gh_media_salts_new ();
  self->context = g_main_context_ref_thread_default ();
  g_mutex_init (&self->lock);
  self->sending = -1;
  self->newest = -1;
  self->sealers = g_ptr_array_new ();
  self->openers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) gh_media_opener_unref);
  return self;
}

/**
 * gh_media_session_ref:
 * @self: a session
 *
 * Returns: (transfer full): the same session
 */
GhMediaSession *
gh_media_session_ref (GhMediaSession *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/* Takes a key away from all who have it. */
static void
drop_epoch (GhMediaSession *self, guint place)
{
  GHashTableIter iter;
  gpointer opener;

  if (self->sending == (int) place)
    {
      self->sending = -1;
      for (guint i = 0; i < self->sealers->len; i++)
        gh_media_sealer_set_key (g_ptr_array_index (self->sealers, i), 0, NULL);
    }
  g_hash_table_iter_init (&iter, self->openers);
  while (g_hash_table_iter_next (&iter, NULL, &opener))
    gh_media_opener_drop_epoch (opener, place);
  g_clear_pointer (&self->epochs[place].key, gh_secret_unref);
  memset (&self->epochs[place], 0, sizeof self->epochs[place]);
}

static void
drop_all (GhMediaSession *self)
{
  for (guint i = 0; i < GH_MEDIA_MAX_EPOCHS; i++)
    drop_epoch (self, i);
}

/**
 * gh_media_session_unref:
 * @self: (transfer full): a session
 *
 * With the last reference its keys go, also from openers that somebody still holds.
 */
void
gh_media_session_unref (GhMediaSession *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  drop_all (self);
  g_hash_table_unref (self->openers);
  g_ptr_array_unref (self->sealers);
  g_mutex_clear (&self->lock);
  gh_media_salts_unref (self->salts);
  gh_clock_unref (self->clock);
  g_main_context_unref (self->context);
  g_free (self->call_id);
  g_free (self->member_id);
  g_free (self);
}

static int
find_epoch (GhMediaSession *self, guint32 epoch)
{
  for (guint i = 0; i < GH_MEDIA_MAX_EPOCHS; i++)
    {
      if (self->epochs[i].key != NULL && self->epochs[i].epoch == epoch)
        return (int) i;
    }
  return -1;
}

/* A place for a key that is newer than all others; -1 when the one in use is in its way. */
static int
make_place (GhMediaSession *self, guint32 epoch)
{
  int oldest = -1;

  for (guint i = 0; i < GH_MEDIA_MAX_EPOCHS; i++)
    {
      /* A packet has only the last byte of the number. */
      if (self->epochs[i].key == NULL || (guint8) self->epochs[i].epoch != (guint8) epoch)
        continue;
      if (self->sending == (int) i)
        return -1;
      drop_epoch (self, i);
    }
  for (guint i = 0; i < GH_MEDIA_MAX_EPOCHS; i++)
    {
      if (self->epochs[i].key == NULL)
        return (int) i;
      if (self->sending != (int) i
          && (oldest < 0 || self->epochs[i].epoch < self->epochs[oldest].epoch))
        oldest = (int) i;
    }
  drop_epoch (self, (guint) oldest);
  return oldest;
}

static gint64
expire (GhMediaSession *self)
{
  gint64 now = gh_clock_get_monotonic_us (self->clock);
  gint64 next = -1;

  for (guint i = 0; i < GH_MEDIA_MAX_EPOCHS; i++)
    {
      gint64 left = self->epochs[i].gone_at_us - now;

      if (self->epochs[i].key == NULL || self->epochs[i].gone_at_us == 0)
        continue;
      if (left <= 0)
        drop_epoch (self, i);
      else if (next < 0 || left / 1000 + 1 < next)
        next = left / 1000 + 1;
    }
  return next;
}

/**
 * gh_media_session_install:
 * @self: a session
 * @epoch: the number of the call's epoch, higher than that of every key before
 * @key: the epoch's session key, GH_MEDIA_KEY_SIZE bytes, from the server
 * @error: return location
 *
 * From now on packets of this epoch open. They are not sealed with it before
 * gh_media_session_send_with(), so that everybody can have it first. To install the same again
 * changes nothing.
 *
 * Returns: whether it is installed; otherwise %GH_ERROR_INVALID ("epoch.key") when it is no key, or
 *   %GH_ERROR_CONFLICT ("epoch.old") when the epoch is over, or has another key, or can not be told
 *   from the one in use
 */
gboolean
gh_media_session_install (GhMediaSession *self, guint32 epoch, GhSecret *key, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  GHashTableIter iter;
  gpointer opener;
  int place;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  if (gh_secret_get_size (key) != GH_MEDIA_KEY_SIZE)
    return gh_set_error (error, GH_ERROR_INVALID, "epoch.key", "key",
                         "The call's key is not of %d bytes", GH_MEDIA_KEY_SIZE);
  locker = g_mutex_locker_new (&self->lock);
  expire (self);
  place = find_epoch (self, epoch);
  if (place >= 0 && gh_secret_equal (self->epochs[place].key, key))
    return TRUE;
  /* An epoch that comes back would let in again what it had opened. */
  place = epoch > self->newest ? make_place (self, epoch) : -1;
  if (place < 0)
    return gh_set_error (error, GH_ERROR_CONFLICT, "epoch.old", "epoch",
                         "The call has gone on from epoch %u to another", epoch);
  self->newest = epoch;
  self->epochs[place] = (Epoch) { .key = gh_secret_ref (key), .epoch = epoch };
  g_hash_table_iter_init (&iter, self->openers);
  while (g_hash_table_iter_next (&iter, NULL, &opener))
    gh_media_opener_add_epoch (opener, (guint) place, epoch, key);
  return TRUE;
}

static gboolean
on_grace_over (gpointer data)
{
  /* Twice is no harm: each time that sending changed has a source of its own. */
  gh_media_session_expire (data);
  return G_SOURCE_REMOVE;
}

static void
wipe_later (GhMediaSession *self)
{
  g_autoptr (GSource) source = g_timeout_source_new (GH_MEDIA_GRACE_MS + 1);

  g_source_set_static_name (source, "gh-media-session: wipe an old epoch");
  g_source_set_callback (source, on_grace_over, gh_media_session_ref (self),
                         (GDestroyNotify) gh_media_session_unref);
  g_source_attach (source, self->context);
}

/**
 * gh_media_session_send_with:
 * @self: a session
 * @epoch: an epoch whose key is installed, not before the one in use
 * @error: return location
 *
 * From now on everything is sealed with this epoch's key. Earlier epochs open for
 * GH_MEDIA_GRACE_MS more, for packets that are on their way, and then their keys are wiped.
 *
 * Returns: whether it is in use; otherwise %GH_ERROR_NOT_FOUND ("epoch.unknown") when it has no key,
 *   or %GH_ERROR_CONFLICT ("epoch.old") when a later one is in use
 */
gboolean
gh_media_session_send_with (GhMediaSession *self, guint32 epoch, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  gint64 gone_at_us;
  gboolean is_later_gone = FALSE;
  int place;

  g_return_val_if_fail (self != NULL, FALSE);

  locker = g_mutex_locker_new (&self->lock);
  expire (self);
  place = find_epoch (self, epoch);
  if (place < 0)
    return gh_set_error (error, GH_ERROR_NOT_FOUND, "epoch.unknown", "epoch",
                         "There is no key for epoch %u of the call", epoch);
  if (self->epochs[place].gone_at_us != 0)
    return gh_set_error (error, GH_ERROR_CONFLICT, "epoch.old", "epoch",
                         "The call has gone on from epoch %u to another", epoch);
  if (self->sending == place)
    return TRUE;

  self->sending = place;
  for (guint i = 0; i < self->sealers->len; i++)
    gh_media_sealer_set_key (g_ptr_array_index (self->sealers, i), epoch, self->epochs[place].key);
  gone_at_us = gh_clock_get_monotonic_us (self->clock) + GH_MEDIA_GRACE_MS * 1000;
  for (guint i = 0; i < GH_MEDIA_MAX_EPOCHS; i++)
    {
      GHashTableIter iter;
      gpointer opener;

      if (self->epochs[i].key == NULL || self->epochs[i].epoch >= epoch
          || self->epochs[i].gone_at_us != 0)
        continue;
      self->epochs[i].gone_at_us = gone_at_us;
      is_later_gone = TRUE;
      g_hash_table_iter_init (&iter, self->openers);
      while (g_hash_table_iter_next (&iter, NULL, &opener))
        gh_media_opener_end_epoch (opener, i, gone_at_us);
    }
  if (is_later_gone)
    wipe_later (self);
  return TRUE;
}

/**
 * gh_media_session_expire:
 * @self: a session
 *
 * Wipes the keys of epochs whose grace is over. The session does so by itself when its main context
 * runs, and never opens a packet with such a key.
 *
 * Returns: in how many milliseconds the next one is over; -1 when none is to be
 */
gint64
gh_media_session_expire (GhMediaSession *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (self != NULL, -1);

  locker = g_mutex_locker_new (&self->lock);
  return expire (self);
}

/**
 * gh_media_session_clear:
 * @self: a session
 *
 * Wipes all keys at once, as when we left the call or were removed: nothing is sealed and nothing
 * opens after this returns, until there is a new key.
 */
void
gh_media_session_clear (GhMediaSession *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->lock);
  drop_all (self);
}

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
  g_return_val_if_fail (to == NULL || is_name (to), NULL);

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
  g_return_val_if_fail (is_name (from), NULL);

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
  g_return_if_fail (is_name (from));

  locker = g_mutex_locker_new (&self->lock);
  forget_opener (self, from, FALSE);
  forget_opener (self, from, TRUE);
}

/**
 * gh_media_session_get_call_id:
 * @self: a session
 *
 * Returns: (transfer none): the call
 */
const char *
gh_media_session_get_call_id (GhMediaSession *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->call_id;
}

/**
 * gh_media_session_get_member_id:
 * @self: a session
 *
 * Returns: (transfer none): who we are in it
 */
const char *
gh_media_session_get_member_id (GhMediaSession *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->member_id;
}

/**
 * gh_media_session_get_epoch:
 * @self: a session
 * @epoch: (out) (optional): the epoch that is sealed with
 *
 * Returns: whether there is one
 */
gboolean
gh_media_session_get_epoch (GhMediaSession *self, guint32 *epoch)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  locker = g_mutex_locker_new (&self->lock);
  if (self->sending < 0)
    return FALSE;
  if (epoch != NULL)
    *epoch = self->epochs[self->sending].epoch;
  return TRUE;
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
