/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the shell works out by itself: how well something fits what is typed, times in words, which link is shown again. */
#include "ghc-invite-dialog.h"
#include "ghc-switcher-item.h"
#include "ghc-time.h"

#include "gh-time.h"

static int
rate (const char *title, const char *needle)
{
  g_autoptr (GhcSwitcherItem) item = ghc_switcher_item_new_action (title, "x", "win.x");
  g_autofree char *folded = needle != NULL ? g_utf8_casefold (needle, -1) : NULL;

  ghc_switcher_item_rate (item, folded);
  return ghc_switcher_item_get_score (item);
}

static void
test_better_matches_first (void)
{
  /* The same, then how it begins, then how a word of it begins, then anywhere, then scattered. */
  g_assert_cmpint (rate ("general", "general"), >, rate ("general-talk", "general"));
  g_assert_cmpint (rate ("general-talk", "gen"), >, rate ("in general", "gen"));
  g_assert_cmpint (rate ("in general", "gen"), >, rate ("oxygen", "gen"));
  g_assert_cmpint (rate ("oxygen", "gen"), >, rate ("green tea now", "gen"));
  g_assert_cmpint (rate ("green tea now", "gen"), >, 0);
  g_assert_cmpint (rate ("tea", "gen"), ==, 0);
}

static void
test_letters_of_all_kinds (void)
{
  g_assert_cmpint (rate ("Ångström", "ÅNG"), >, rate ("Langstrom", "ång"));
  g_assert_cmpint (rate ("Käse", "ä"), >, 0);
  g_assert_cmpint (rate ("日本語", "本"), >, 0);
  /* A word of the needle's kind in the middle: the byte before it may belong to a long character. */
  g_assert_cmpint (rate ("é-gen", "gen"), >, rate ("égen", "gen"));
}

static void
test_nothing_typed (void)
{
  /* Actions are found when they are asked for; what has a boost is offered. */
  g_assert_cmpint (rate ("Preferences", NULL), ==, 0);
}

static void
assert_past (gint64 age_ms, const char *words)
{
  gint64 now = G_GINT64_CONSTANT (1800000000000);
  g_autofree char *said = ghc_time_describe_past (now - age_ms, now);

  g_assert_cmpstr (said, ==, words);
}

static void
assert_future (gint64 left_ms, const char *words)
{
  gint64 now = G_GINT64_CONSTANT (1800000000000);
  g_autofree char *said = ghc_time_describe_future (now + left_ms, now);

  g_assert_cmpstr (said, ==, words);
}

static void
test_past (void)
{
  assert_past (0, "just now");
  assert_past (-5 * GH_MS_PER_MINUTE, "just now"); /* a clock that goes ahead */
  assert_past (GH_MS_PER_MINUTE, "1 minute ago");
  assert_past (59 * GH_MS_PER_MINUTE, "59 minutes ago");
  assert_past (GH_MS_PER_HOUR, "1 hour ago");
  assert_past (23 * GH_MS_PER_HOUR, "23 hours ago");
  assert_past (GH_MS_PER_DAY, "1 day ago");
  assert_past (6 * GH_MS_PER_DAY, "6 days ago");
  assert_past (7 * GH_MS_PER_DAY, "8 January 2027");
}

static void
test_future (void)
{
  assert_future (0, "");
  assert_future (-1, "");
  assert_future (1, "1 minute");
  assert_future (59 * GH_MS_PER_MINUTE, "59 minutes");
  assert_future (GH_MS_PER_HOUR, "1 hour");
  assert_future (GH_MS_PER_DAY, "1 day");
  assert_future (7 * GH_MS_PER_DAY - 1000, "7 days");
}

/* A link that is used again, by its code: among others that work, or as the only one. */
static void
assert_usual (const char *code, const char *creator, int valid_days, gint64 left_ms, guint uses)
{
  g_autoptr (GListStore) invites = g_list_store_new (GHC_TYPE_INVITE);
  gint64 now_ms = 1795168800000;
  const struct
  {
    const char *code;
    const char *creator;
    int valid_days;
    gint64 left_ms;
    guint max_uses;
  } all[] = {
    { "old", "@me:localhost", 7, 2 * GH_MS_PER_DAY, 0 },
    { "this", creator, valid_days, left_ms, uses },
    { "anothers", "@ada:localhost", 7, 6 * GH_MS_PER_DAY, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      gint64 expires_ts = all[i].valid_days != 0 ? now_ms + all[i].left_ms : 0;
      gint64 created_ts = expires_ts != 0 ? expires_ts - all[i].valid_days * GH_MS_PER_DAY : now_ms;
      g_autofree char *text = g_strdup_printf (
        "{\"code\":\"%s\",\"link\":\"l\",\"url\":\"u\",\"creator\":\"%s\",\"created_ts\":%" G_GINT64_FORMAT
        ",\"expires_ts\":%" G_GINT64_FORMAT ",\"max_uses\":%u}",
        all[i].code, all[i].creator, created_ts, expires_ts, all[i].max_uses);
      g_autoptr (GError) error = NULL;
      g_autoptr (GhJson) json = gh_json_parse (text, strlen (text), &error);
      g_autoptr (GhcInvite) invite = NULL;

      g_assert_no_error (error);
      invite = ghc_invite_new_from_json (json, &error);
      g_assert_no_error (error);
      g_assert_cmpint (ghc_invite_get_created_ts (invite), ==, created_ts);
      g_list_store_append (invites, invite);
    }
  g_assert_cmpstr (ghc_invite_get_code (ghc_invite_dialog_find_usual (G_LIST_MODEL (invites), "@me:localhost", now_ms)), ==, code);
  g_list_store_remove (invites, 1);
  g_list_store_remove (invites, 0);
  g_assert_null (ghc_invite_dialog_find_usual (G_LIST_MODEL (invites), "@me:localhost", now_ms));
}

static void
test_invite (void)
{
  assert_usual ("this", "@me:localhost", 7, 7 * GH_MS_PER_DAY, 0);
  assert_usual ("this", "@me:localhost", 7, 9 * GH_MS_PER_DAY, 0); /* a clock that is slow */
  assert_usual ("this", "@me:localhost", 7, GH_MS_PER_DAY + 1, 0);
  assert_usual ("old", "@brook:localhost", 7, 7 * GH_MS_PER_DAY, 0);
  assert_usual ("old", "@me:localhost", 7, 7 * GH_MS_PER_DAY, 5);
  assert_usual ("old", "@me:localhost", 30, 30 * GH_MS_PER_DAY, 0);
  assert_usual ("old", "@me:localhost", 30, 6 * GH_MS_PER_DAY, 0); /* chosen to last, and nearly over */
  assert_usual ("old", "@me:localhost", 7, GH_MS_PER_DAY, 0);
  assert_usual ("old", "@me:localhost", 7, -1, 0);
  assert_usual ("old", "@me:localhost", 0, 0, 0); /* for ever */
}

static void
assert_left_today (int month, int day, int hour, int minute, double second, gint64 left_s)
{
  /* Central Europe: an hour more from the end of March to the end of October. */
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("CET-1CEST,M3.5.0,M10.5.0/3");
  g_autoptr (GDateTime) now = g_date_time_new (zone, 2026, month, day, hour, minute, second);

  g_assert_nonnull (zone);
  g_assert_cmpint (ghc_time_left_today_s (now), ==, left_s);
}

static void
test_left_today (void)
{
  assert_left_today (11, 21, 0, 0, 0, 24 * 3600);
  assert_left_today (11, 21, 20, 30, 0, 3 * 3600 + 1800);
  assert_left_today (12, 31, 23, 59, 59, 1);
  assert_left_today (12, 31, 23, 59, 59.5, 1);
  assert_left_today (3, 29, 0, 0, 0, 23 * 3600);
  assert_left_today (10, 25, 0, 0, 0, 25 * 3600);
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shell/switcher/better-matches-first", test_better_matches_first);
  g_test_add_func ("/shell/switcher/letters-of-all-kinds", test_letters_of_all_kinds);
  g_test_add_func ("/shell/switcher/nothing-typed", test_nothing_typed);
  g_test_add_func ("/shell/invite", test_invite);
  g_test_add_func ("/shell/time/past", test_past);
  g_test_add_func ("/shell/time/future", test_future);
  g_test_add_func ("/shell/time/left-today", test_left_today);
  return g_test_run ();
}
