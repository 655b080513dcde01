/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a key of a call is sealed with: after all had time to get it, and never kept back by a later one. */
#include "ghc-key-turns.h"

#include <string.h>

#define TURN_US (GHC_KEY_TURN_MS * G_TIME_SPAN_MILLISECOND)
/* A machine that stands still for longer than a turn can not tell two of them apart. */
#define TRIES 20

static GhMediaSession *
create_session (void)
{
  return gh_media_session_new ("call-1", "@alice:example.org", NULL);
}

static void
install (GhMediaSession *session, guint32 epoch)
{
  guint8 bytes[32];
  g_autoptr (GhSecret) key = NULL;
  g_autoptr (GError) error = NULL;

  memset (bytes, (int) (epoch * 7 + 1), sizeof bytes);
  key = gh_secret_new (bytes, sizeof bytes);
  gh_media_session_install (session, epoch, key, &error);
  g_assert_no_error (error);
}

/* Returns 0 for none. */
static guint32
get_epoch (GhMediaSession *session)
{
  guint32 epoch = 0;

  return gh_media_session_get_epoch (session, &epoch) ? epoch : 0;
}

/* Returns the first one that is sealed with after @epoch. */
static guint32
await_after (GhMediaSession *session, guint32 epoch)
{
  while (get_epoch (session) == epoch)
    g_main_context_iteration (NULL, TRUE);
  return get_epoch (session);
}

static gboolean
on_over (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
pass_half_a_turn (void)
{
  gboolean is_over = FALSE;

  g_timeout_add (GHC_KEY_TURN_MS / 2, on_over, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_one (void)
{
  g_autoptr (GhMediaSession) session = create_session ();
  g_autoptr (GhcKeyTurns) turns = ghc_key_turns_new (session);
  gint64 began_us = g_get_monotonic_time ();

  install (session, 1);
  ghc_key_turns_add (turns, 1);
  g_assert_cmpuint (get_epoch (session), ==, 0);
  g_assert_cmpuint (await_after (session, 0), ==, 1);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, TURN_US);
}

/* Somebody leaves, and soon somebody else: who left first does not hear us for longer. */
static void
test_no_later_keeps_back (void)
{
  g_autoptr (GhMediaSession) session = create_session ();
  g_autoptr (GhcKeyTurns) turns = ghc_key_turns_new (session);
  gboolean is_told = FALSE;

  for (guint32 epoch = 1; !is_told; epoch += 2)
    {
      gboolean is_waiting;
      gint64 later_us;
      guint32 first;

      g_assert_cmpuint (epoch, <, 2 * TRIES);
      install (session, epoch);
      ghc_key_turns_add (turns, epoch);
      pass_half_a_turn ();
      is_waiting = get_epoch (session) == epoch - 1;
      install (session, epoch + 1);
      later_us = g_get_monotonic_time ();
      ghc_key_turns_add (turns, epoch + 1);
      first = await_after (session, epoch - 1);
      is_told = is_waiting && g_get_monotonic_time () - later_us < TURN_US;
      if (is_told)
        g_assert_cmpuint (first, ==, epoch);
      while (get_epoch (session) != epoch + 1)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (g_get_monotonic_time () - later_us, >=, TURN_US);
    }
}

/* A session has place for few: one that is lost by its turn gives it to the next. */
static void
test_lost (void)
{
  g_autoptr (GhMediaSession) session = create_session ();
  g_autoptr (GhcKeyTurns) turns = ghc_key_turns_new (session);
  gboolean is_told = FALSE;

  G_STATIC_ASSERT (GH_MEDIA_MAX_EPOCHS == 3);
  install (session, 1);
  g_assert_true (gh_media_session_send_with (session, 1, NULL));
  for (guint32 epoch = 2; !is_told; epoch += 3)
    {
      gboolean is_waiting;
      gint64 later_us;
      guint32 first;

      g_assert_cmpuint (epoch, <, 3 * TRIES);
      install (session, epoch);
      ghc_key_turns_add (turns, epoch);
      pass_half_a_turn ();
      is_waiting = get_epoch (session) == epoch - 1;
      install (session, epoch + 1);
      install (session, epoch + 2);
      g_assert_true (!is_waiting || !gh_media_session_send_with (session, epoch, NULL));
      later_us = g_get_monotonic_time ();
      ghc_key_turns_add (turns, epoch + 1);
      ghc_key_turns_add (turns, epoch + 2);
      first = await_after (session, epoch - 1);
      is_told = is_waiting && g_get_monotonic_time () - later_us < TURN_US;
      if (is_told)
        g_assert_cmpuint (first, ==, epoch + 1);
      while (get_epoch (session) != epoch + 2)
        g_main_context_iteration (NULL, TRUE);
    }
}

static void
test_clear (void)
{
  g_autoptr (GhMediaSession) session = create_session ();
  g_autoptr (GhMediaSession) freed_session = create_session ();
  g_autoptr (GhMediaSession) other_session = create_session ();
  g_autoptr (GhcKeyTurns) turns = ghc_key_turns_new (session);
  g_autoptr (GhcKeyTurns) freed = ghc_key_turns_new (freed_session);
  g_autoptr (GhcKeyTurns) other = ghc_key_turns_new (other_session);

  install (session, 1);
  ghc_key_turns_add (turns, 1);
  install (freed_session, 1);
  ghc_key_turns_add (freed, 1);
  ghc_key_turns_clear (turns);
  g_clear_pointer (&freed, ghc_key_turns_free);
  install (other_session, 1);
  ghc_key_turns_add (other, 1);
  g_assert_cmpuint (await_after (other_session, 0), ==, 1);
  g_assert_cmpuint (get_epoch (session), ==, 0);
  g_assert_cmpuint (get_epoch (freed_session), ==, 0);
  /* It serves again after that. */
  ghc_key_turns_add (turns, 1);
  g_assert_cmpuint (await_after (session, 0), ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key-turns/one", test_one);
  g_test_add_func ("/key-turns/no-later-keeps-back", test_no_later_keeps_back);
  g_test_add_func ("/key-turns/lost", test_lost);
  g_test_add_func ("/key-turns/clear", test_clear);
  return g_test_run ();
}
