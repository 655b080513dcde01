/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-session-internal.h"

#include "gh-error.h"
#include "ghc-operation.h"

/* What others see now: one's choice, or idle while nobody is at the keyboard. */
static GhcPresence
effective_presence (GhcSession *self)
{
  return self->presence == GHC_PRESENCE_ONLINE && !self->active ? GHC_PRESENCE_IDLE
                                                                : self->presence;
}

static void
keep_choice (GhcSession *self, GhcPresence presence, gboolean untold)
{
  self->presence = presence;
  self->presence_untold = untold;
  dex_future_disown (
    ghc_cache_set_value (self->cache, "presence", ghc_presence_to_wire (presence)));
  dex_future_disown (ghc_cache_set_value (self->cache, "presence-untold", untold ? "yes" : NULL));
}

/* The server keeps what was chosen last, on whatever device. Idle is not taken for a choice: mostly it
   is that some device had nobody at its keyboard, and chose to be online. */
static void
take_choice (GhcSession *self)
{
  GhcPresence kept = self->presence_kept == GHC_PRESENCE_IDLE ? GHC_PRESENCE_ONLINE
                                                              : self->presence_kept;

  if (self->presence_untold || self->presence_kept == self->presence || kept == self->presence
      || kept == GHC_PRESENCE_OFFLINE)
    return;

  keep_choice (self, kept, FALSE);
  ghc_user_set_presence (ghc_account_get_user (self->account), effective_presence (self));
}

typedef struct
{
  GhcSession *self;
  DexFuture *before; /* nullable: what was told before, or still is being told */
  gboolean awaited;  /* somebody has just chosen it, and is told when it is refused */
} Telling;

static void
telling_free (Telling *telling)
{
  dex_clear (&telling->before);
  g_object_unref (telling->self);
  g_free (telling);
}

static DexFuture *
tell_fiber (gpointer data)
{
  Telling *telling = data;
  GhcSession *self = telling->self;
  GhcPresence presence;
  g_autoptr (GError) error = NULL;

  /* Requests run side by side on the server: one after the other, the last one is what stays. */
  if (telling->before != NULL)
    dex_await (g_steal_pointer (&telling->before), NULL);

  presence = effective_presence (self);
  if (!dex_await (ghc_session_do (self, "presence.set",
                                  ghc_data_new ("s", "presence", ghc_presence_to_wire (presence),
                                                NULL)),
                  &error))
    {
      /* What the server refuses is not chosen; what did not reach it, or was chosen without a connection, is
         told with the next one. */
      if (telling->awaited && gh_error_get_code (error) != GH_ERROR_UNAVAILABLE
          && effective_presence (self) == presence)
        {
          keep_choice (self, self->presence, FALSE);
          take_choice (self);
        }
      return dex_future_new_for_error (g_steal_pointer (&error));
    }
  if (self->presence_untold && effective_presence (self) == presence)
    keep_choice (self, self->presence, FALSE);

  return dex_future_new_true ();
}

static DexFuture *
tell_presence (GhcSession *self, gboolean awaited)
{
  Telling *telling = g_new0 (Telling, 1);
  DexFuture *future;

  ghc_user_set_presence (ghc_account_get_user (self->account), effective_presence (self));

  telling->self = g_object_ref (self);
  telling->awaited = awaited;
  telling->before = g_steal_pointer (&self->presence_turn);
  future = ghc_session_spawn (self, tell_fiber, telling, (GDestroyNotify) telling_free);
  self->presence_turn = dex_ref (future);

  return future;
}

/**
 * ghc_session_announce_presence:
 *
 * Brings together what one chose here, and what the server keeps as one's choice: what was chosen
 * here without a connection is told, and what was chosen on another device meanwhile is taken over.
 */
void
ghc_session_announce_presence (GhcSession *self)
{
  take_choice (self);
  if (self->presence_untold || effective_presence (self) != self->presence_kept)
    dex_future_disown (tell_presence (self, FALSE));
  else
    ghc_user_set_presence (ghc_account_get_user (self->account), self->presence_kept);
}

/**
 * ghc_session_hear_presence:
 * @word: (nullable): what the server keeps as one's choice, as "ready" has it or as one's devices are
 *   told when it changes
 */
void
ghc_session_hear_presence (GhcSession *self, const char *word)
{
  self->presence_kept = ghc_presence_from_wire (word != NULL ? word : "online");
  if (self->connection != GHC_CONNECTION_ONLINE)
    return;

  take_choice (self);
  /* Another device has nobody at its keyboard, but somebody is at this one's. */
  if (self->presence_kept == GHC_PRESENCE_IDLE && effective_presence (self) == GHC_PRESENCE_ONLINE)
    dex_future_disown (tell_presence (self, FALSE));
}

DexFuture *
ghc_session_set_presence (GhcSession *self, GhcPresence presence)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (presence != GHC_PRESENCE_OFFLINE, NULL);

  keep_choice (self, presence, TRUE);
  if (self->connection != GHC_CONNECTION_ONLINE)
    return dex_future_new_true ();

  return tell_presence (self, TRUE);
}

void
ghc_session_set_active (GhcSession *self, gboolean active)
{
  g_return_if_fail (GHC_IS_SESSION (self));

  active = !!active;
  if (self->active == active)
    return;

  self->active = active;
  if (self->presence == GHC_PRESENCE_ONLINE && self->connection == GHC_CONNECTION_ONLINE)
    dex_future_disown (tell_presence (self, FALSE));
}
