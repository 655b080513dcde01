/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-session.h"

#include "gh-error.h"
#include "gh-media-session-private.h"
#include "gh-sodium.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (GhMediaSession, gh_media_session, gh_media_session_ref, gh_media_session_unref)

/* Of a call or a member. */
gboolean
gh_media_session_is_name (const char *name)
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

  g_return_val_if_fail (gh_media_session_is_name (call_id), NULL);
  g_return_val_if_fail (gh_media_session_is_name (member_id), NULL);

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
                         "The call’s key is not of %d bytes", GH_MEDIA_KEY_SIZE);
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
  self->epochs[place] = (GhMediaEpoch) { .key = gh_secret_ref (key), .epoch = epoch };
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
