/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-replay.h"

#include <string.h>

static inline guint
word_of (guint64 counter)
{
  return (guint) (counter / 64 % GH_MEDIA_REPLAY_WORDS);
}

static inline guint64
bit_of (guint64 counter)
{
  return G_GUINT64_CONSTANT (1) << (counter % 64);
}

/**
 * gh_media_replay_start:
 * @self: a window, which may be uninitialized
 * @counter: the first counter that was opened, marked now
 */
void
gh_media_replay_start (GhMediaReplay *self, guint64 counter)
{
  g_return_if_fail (self != NULL);

  memset (self->words, 0, sizeof self->words);
  self->top = counter;
  self->words[word_of (counter)] = bit_of (counter);
}

/**
 * gh_media_replay_is_fresh:
 * @self: a window
 * @counter: of a packet
 *
 * Returns: whether it was not marked and is not behind the window
 */
gboolean
gh_media_replay_is_fresh (const GhMediaReplay *self, guint64 counter)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (counter > self->top)
    return TRUE;
  if (self->top - counter >= GH_MEDIA_REPLAY_WINDOW)
    return FALSE;
  return (self->words[word_of (counter)] & bit_of (counter)) == 0;
}

/**
 * gh_media_replay_mark:
 * @self: a window
 * @counter: of a packet that is fresh and authenticated
 */
void
gh_media_replay_mark (GhMediaReplay *self, guint64 counter)
{
  g_return_if_fail (self != NULL);

  if (counter > self->top)
    {
      guint64 n_words = MIN (counter / 64 - self->top / 64, GH_MEDIA_REPLAY_WORDS);

      for (guint64 i = 0; i < n_words; i++)
        self->words[word_of (counter - i * 64)] = 0;
      self->top = counter;
    }
  self->words[word_of (counter)] |= bit_of (counter);
}
