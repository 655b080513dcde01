/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-limits.h"
#include "ghd-network.h"

#include "gh-error.h"
#include "ghd-api.h"
#include "ghd-hold.h"

#define SECOND G_USEC_PER_SEC
#define ADA "@ada:localhost"
#define BOB "@bob:localhost"
#define HERE "192.0.2.1"
#define THERE "192.0.2.2"
#define ROOM "!room:localhost"

/* How often it may be asked for before it is refused, and with which words. */
static guint
count (GhdLimits *limits, const GhdOperation *operation, const char *user_id, const char *address,
       const char *room_id, gint64 now_us, GError **error)
{
  guint n = 0;

  while (n < 1000000
         && ghd_limits_take (limits, operation, user_id, address, room_id, now_us, error))
    n++;

  return n;
}

static void
assert_refused (GError **error, const char *reason, gint64 longest_ms)
{
  g_assert_error (*error, GH_ERROR, GH_ERROR_LIMITED);
  g_assert_cmpstr (gh_error_get_reason (*error), ==, reason);
  g_assert_cmpint (gh_error_get_retry_after_ms (*error), >, 0);
  g_assert_cmpint (gh_error_get_retry_after_ms (*error), <=, longest_ms);
  g_clear_error (error);
}

/* What the table says holds for every operation: a burst, then its rate, for each caller by itself. */
static void
test_callers (void)
{
  gsize n_operations;
  const GhdOperation *operations = ghd_api_operations (&n_operations);

  for (gsize i = 0; i < n_operations; i++)
    {
      const GhdOperation *operation = &operations[i];
      const GhdRate *rate = &ghd_limit_get_row (operation->limit)->caller;
      const char *user_id = operation->scope == GHD_SCOPE_PUBLIC ? NULL : ADA;
      gint64 interval_us = 60 * SECOND / rate->per_minute;
      g_autoptr (GhdLimits) limits = ghd_limits_new (100, 10);
      g_autoptr (GError) error = NULL;
      gint64 now = 1000 * SECOND;

      g_test_message ("%s", operation->name);
      g_assert_cmpuint (rate->burst, >, 0);
      g_assert_cmpuint (count (limits, operation, user_id, HERE, NULL, now, &error), ==,
                        rate->burst);
      assert_refused (&error, "rate.limited", (interval_us + 999) / 1000);

      /* After the time that was told, one more. */
      now += (interval_us + 999) / 1000 * 1000;
      g_assert_cmpuint (count (limits, operation, user_id, HERE, NULL, now, &error), ==, 1);
      g_clear_error (&error);

      /* Others are not touched: another account, another address; and the same one asks for others. */
      g_assert_true (ghd_limits_take (limits, operation, user_id != NULL ? BOB : NULL, THERE, NULL,
                                      now, NULL));
      if (i > 0)
        g_assert_true (ghd_limits_take (limits, &operations[0], user_id, HERE, NULL, now, NULL));
    }
}

/* A thousand accounts at one address have ten accounts' worth together. */
static void
test_addresses (void)
{
  gsize n_operations;
  const GhdOperation *operations = ghd_api_operations (&n_operations);

  for (gsize i = 0; i < n_operations; i++)
    {
      const GhdOperation *operation = &operations[i];
      const GhdRate *rate = &ghd_limit_get_row (operation->limit)->caller;
      g_autoptr (GhdLimits) limits = ghd_limits_new (100, 10);
      g_autoptr (GError) error = NULL;
      gint64 now = 1000 * SECOND;
      guint n = 0;

      if (operation->scope == GHD_SCOPE_PUBLIC)
        continue;
      g_test_message ("%s", operation->name);
      for (guint account = 0; account < 100 && error == NULL; account++)
        {
          g_autofree char *user_id = g_strdup_printf ("@u%u:localhost", account);

          for (guint k = 0; k < rate->burst && error == NULL; k++)
            n += ghd_limits_take (limits, operation, user_id, HERE, NULL, now, &error);
        }
      g_assert_cmpuint (n, ==, 10 * rate->burst);
      assert_refused (&error, "rate.address", 60000);
      g_assert_true (ghd_limits_take (limits, operation, ADA, THERE, NULL, now, NULL));
    }
}

/* Many accounts at many addresses in one room. */
static void
test_rooms (void)
{
  gsize n_operations;
  const GhdOperation *operations = ghd_api_operations (&n_operations);
  guint n_limited = 0;

  for (gsize i = 0; i < n_operations; i++)
    {
      const GhdOperation *operation = &operations[i];
      const GhdRate *rate = &ghd_limit_get_row (operation->limit)->room;
      g_autoptr (GhdLimits) limits = ghd_limits_new (100, 10);
      g_autoptr (GError) error = NULL;
      gint64 now = 1000 * SECOND;
      guint n = 0;

      for (guint who = 0; who < 5000 && error == NULL; who++)
        {
          g_autofree char *user_id = g_strdup_printf ("@u%u:localhost", who);
          g_autofree char *address = g_strdup_printf ("10.0.%u.%u", who / 256, who % 256);

          n += ghd_limits_take (limits, operation, user_id, address, ROOM, now, &error);
        }
      g_test_message ("%s", operation->name);
      if (rate->burst == 0)
        {
          g_assert_no_error (error);
          continue;
        }
      n_limited++;
      g_assert_cmpuint (n, ==, rate->burst);
      assert_refused (&error, "rate.room", 60000);
      g_assert_true (ghd_limits_take (limits, operation, ADA, HERE, "!other:localhost", now, NULL));
      g_assert_true (ghd_limits_take (limits, operation, ADA, HERE, NULL, now, NULL));
    }
  /* Everything that somebody writes into a room. */
  g_assert_cmpuint (n_limited, >, 20);
}

/* One who uses many operations at once has one budget for all of them. */
static void
test_everything (void)
{
  gsize n_operations;
  const GhdOperation *operations = ghd_api_operations (&n_operations);
  const GhdRate *rate = &ghd_limit_get_row (GHD_LIMIT_EVERYTHING)->caller;
  g_autoptr (GhdLimits) limits = ghd_limits_new (100, 10);
  g_autoptr (GError) error = NULL;
  gint64 now = 1000 * SECOND;
  guint n = 0, n_all = 0;

  for (gsize i = 0; i < n_operations; i++)
    {
      n_all += ghd_limit_get_row (operations[i].limit)->caller.burst;
      n += count (limits, &operations[i], ADA, HERE, NULL, now, &error);
      g_clear_error (&error);
    }
  g_assert_cmpuint (n_all, >, rate->burst);
  g_assert_cmpuint (n, ==, rate->burst);
  g_assert_false (ghd_limits_take_other (limits, ADA, HERE, now, &error));
  assert_refused (&error, "rate.limited", 1000);
  g_assert_true (ghd_limits_take_other (limits, BOB, HERE, now, NULL));
  /* Somebody who is not signed in, and asks for nothing that there is. */
  g_assert_true (ghd_limits_take_other (limits, NULL, HERE, now, NULL));
}

/* A refusal by one bucket takes nothing from the others. */
static void
test_refusals_cost_nothing (void)
{
  const GhdOperation *operation = ghd_api_find ("message.send");
  guint burst = ghd_limit_get_row (operation->limit)->caller.burst;
  g_autoptr (GhdLimits) limits = ghd_limits_new (100, 10);
  g_autoptr (GError) error = NULL;
  gint64 now = 1000 * SECOND;

  for (guint i = 0; i < 100000; i++)
    ghd_limits_take (limits, operation, ADA, HERE, ROOM, now, NULL);
  g_assert_cmpuint (count (limits, operation, BOB, HERE, ROOM, now, &error), ==, burst);
  assert_refused (&error, "rate.limited", 60000);
}

static void
test_scaled (void)
{
  const GhdOperation *operation = ghd_api_find ("guild.create");
  guint burst = ghd_limit_get_row (operation->limit)->caller.burst;
  g_autoptr (GhdLimits) half = ghd_limits_new (50, 10);
  g_autoptr (GhdLimits) much = ghd_limits_new (1000, 10);
  g_autoptr (GhdLimits) least = ghd_limits_new (1, 1);

  g_assert_cmpuint (count (half, operation, ADA, HERE, NULL, SECOND, NULL), ==, burst / 2);
  g_assert_cmpuint (count (much, operation, ADA, HERE, NULL, SECOND, NULL), ==, burst * 10);
  g_assert_cmpuint (count (least, operation, ADA, HERE, NULL, SECOND, NULL), ==, 1);
}

static void
test_networks (void)
{
  static const struct
  {
    const char *address;
    const char *network;
  } cases[] = {
    { "192.0.2.1", "192.0.2.1" },
    { "2001:db8::1", "2001:0db8:0000:0000::/64" },
    { "2001:db8:0:0:ffff::9", "2001:0db8:0000:0000::/64" },
    { "2001:db8:0:1::1", "2001:0db8:0000:0001::/64" },
    { "::1", "0000:0000:0000:0000::/64" },
    { "unknown", "unknown" },
    { "a:b", "a:b" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *network = ghd_network_of (cases[i].address);

      g_assert_cmpstr (network, ==, cases[i].network);
    }
}

static void
test_guesses (void)
{
  g_autoptr (GhdLimits) limits = ghd_limits_new (100, 10);
  g_autoptr (GError) error = NULL;
  guint allowed = 10 * ghd_limit_get_row (GHD_LIMIT_GUESSES)->caller.burst;

  /* To look is free as long as what is looked for is right. */
  for (guint i = 0; i < 10 * allowed; i++)
    g_assert_true (ghd_limits_may_guess (limits, HERE, SECOND, NULL));
  for (guint i = 0; i < allowed; i++)
    {
      g_assert_true (ghd_limits_may_guess (limits, HERE, SECOND, NULL));
      ghd_limits_guessed (limits, HERE, SECOND);
    }
  g_assert_false (ghd_limits_may_guess (limits, HERE, SECOND, &error));
  assert_refused (&error, "rate.address", 60000);
  g_assert_true (ghd_limits_may_guess (limits, THERE, SECOND, NULL));
  g_assert_true (ghd_limits_may_guess (limits, HERE, 62 * SECOND, NULL));
}

static void
test_log (void)
{
  g_autoptr (GhdLimits) limits = ghd_limits_new (100, 10);
  guint n = 0;

  for (gint64 second = 1; second <= 600; second++)
    n += ghd_limits_may_log (limits, ADA, HERE, second * SECOND);
  g_assert_cmpuint (n, ==, 10);
}

static DexFuture *
on_let_go (DexFuture *future, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (dex_future_get_value (future, &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_LIMITED);
  ++*(guint *) user_data;
  return NULL;
}

/* Refusals come after a breath, all of them, and what they tell to wait is less by it. */
static void
test_hold (void)
{
  g_autoptr (GhdHold) hold = ghd_hold_new ();
  gint64 began_us = g_get_monotonic_time ();
  guint n = 0;
  g_autoptr (DexFuture) last = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1000; i++)
    dex_future_disown (dex_future_finally (
      ghd_hold_reject (hold, gh_error_new (GH_ERROR_LIMITED, "rate.limited", NULL, 5000, "No")),
      on_let_go, &n, NULL));
  last = ghd_hold_reject (hold, gh_error_new (GH_ERROR_LIMITED, "rate.limited", NULL, 5000, "No"));
  while (dex_future_is_pending (last))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n, ==, 1000);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, GHD_HOLD_MS * 1000);
  g_assert_null (dex_future_get_value (last, &error));
  g_assert_cmpint (gh_error_get_retry_after_ms (error), ==, 5000 - GHD_HOLD_MS);

  /* What is still held when it goes is let go. */
  dex_future_disown (dex_future_finally (
    ghd_hold_reject (hold, gh_error_new (GH_ERROR_LIMITED, "rate.limited", NULL, 1, "No")),
    on_let_go, &n, NULL));
  g_clear_object (&hold);
  while (n < 1001)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char *argv[])
{
  dex_init ();
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/api/limits/callers", test_callers);
  g_test_add_func ("/api/limits/addresses", test_addresses);
  g_test_add_func ("/api/limits/rooms", test_rooms);
  g_test_add_func ("/api/limits/everything", test_everything);
  g_test_add_func ("/api/limits/refusals-cost-nothing", test_refusals_cost_nothing);
  g_test_add_func ("/api/limits/scaled", test_scaled);
  g_test_add_func ("/api/limits/networks", test_networks);
  g_test_add_func ("/api/limits/guesses", test_guesses);
  g_test_add_func ("/api/limits/log", test_log);
  g_test_add_func ("/api/limits/hold", test_hold);

  return g_test_run ();
}
