/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-key-turns.h"

/* Each has a time of its own: when people leave one after the other, no later key may keep an earlier one
 * back, which whoever left does not have. */
typedef struct
{
  GhcKeyTurns *turns; /* owns this */
  guint32 epoch;
  guint source;
} Turn;

struct _GhcKeyTurns
{
  GhMediaSession *session;
  GQueue queue; /* of Turn, in the order in which they are due */
};

static void
turn_free (gpointer data)
{
  Turn *turn = data;

  g_clear_handle_id (&turn->source, g_source_remove);
  g_free (turn);
}

static gboolean
on_due (gpointer data)
{
  GhcKeyTurns *self = ((Turn *) data)->turns;
  gboolean is_done = FALSE;

  /* When keys come so quickly that this one had to make place, a later one takes its turn: it is better
   * that some do not have it yet than that somebody who left still hears. */
  for (GList *l = g_queue_find (&self->queue, data); l != NULL && !is_done; l = l->next)
    {
      const Turn *turn = l->data;
      g_autoptr (GError) error = NULL;

      is_done = gh_media_session_send_with (self->session, turn->epoch, &error);
      if (!is_done)
        g_info ("Epoch %u is not sent with: %s", turn->epoch, error->message);
    }
  ((Turn *) data)->source = 0;
  g_queue_remove (&self->queue, data);
  turn_free (data);
  return G_SOURCE_REMOVE;
}

/**
 * ghc_key_turns_new:
 * @session: has the keys, and seals
 *
 * Returns: (transfer full): turns, none yet
 */
GhcKeyTurns *
ghc_key_turns_new (GhMediaSession *session)
{
  GhcKeyTurns *self;

  g_return_val_if_fail (session != NULL, NULL);

  self = g_new0 (GhcKeyTurns, 1);
  self->session = gh_media_session_ref (session);
  return self;
}

/**
 * ghc_key_turns_free:
 * @self: (transfer full): turns
 *
 * What was to be sealed with is not any more.
 */
void
ghc_key_turns_free (GhcKeyTurns *self)
{
  g_return_if_fail (self != NULL);

  ghc_key_turns_clear (self);
  gh_media_session_unref (self->session);
  g_free (self);
}

/**
 * ghc_key_turns_add:
 * @self: turns
 * @epoch: one whose key was installed just now
 *
 * Has the session seal with it in %GHC_KEY_TURN_MS; or with a later one that is waiting, when it does not
 * have this one any more by then.
 */
void
ghc_key_turns_add (GhcKeyTurns *self, guint32 epoch)
{
  Turn *turn;

  g_return_if_fail (self != NULL);

  turn = g_new0 (Turn, 1);
  turn->turns = self;
  turn->epoch = epoch;
  turn->source = g_timeout_add (GHC_KEY_TURN_MS, on_due, turn);
  g_queue_push_tail (&self->queue, turn);
}

/**
 * ghc_key_turns_clear:
 * @self: turns
 *
 * The session's keys are wiped, or are about to be: none takes its turn any more.
 */
void
ghc_key_turns_clear (GhcKeyTurns *self)
{
  g_return_if_fail (self != NULL);

  g_queue_clear_full (&self->queue, turn_free);
}
