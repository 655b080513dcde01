/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-wheel.h"

#define SECOND G_TIME_SPAN_SECOND
#define N_TIMERS 500

typedef struct
{
  GhdWheelNode node;
  gint64 due_us;
  gint64 woken_us;
  guint n_woken;
} Timer;

typedef struct
{
  GhdWheel wheel;
  gint64 again_us; /* a woken timer is set again for this time */
  Timer *drops;    /* and this one is dropped */
} Fixture;

static void
on_timer (GhdWheelNode *node, gint64 now_us, gpointer user_data)
{
  Fixture *fixture = user_data;
  Timer *timer = (Timer *) node;

  timer->woken_us = now_us;
  timer->n_woken++;
  if (fixture->again_us > 0)
    ghd_wheel_set (&fixture->wheel, node, fixture->again_us);
  if (fixture->drops != NULL && fixture->drops != timer)
    ghd_wheel_drop (&fixture->wheel, &fixture->drops->node);
}

/* None early, none more than a tick late, however the turns fall. */
static void
test_times (void)
{
  Fixture fixture = { 0 };
  Timer timers[N_TIMERS] = { 0 };
  gint64 now_us = 1000 * SECOND + 123;

  ghd_wheel_init (&fixture.wheel, now_us);
  for (guint i = 0; i < N_TIMERS; i++)
    {
      timers[i].due_us = now_us + g_test_rand_int_range (0, 200 * SECOND);
      ghd_wheel_set (&fixture.wheel, &timers[i].node, timers[i].due_us);
    }

  while (fixture.wheel.n_nodes > 0)
    {
      int wait_ms = ghd_wheel_wait_ms (&fixture.wheel, now_us);

      g_assert_cmpint (wait_ms, >=, 0);
      now_us += MAX (wait_ms, 1) * 1000;
      ghd_wheel_turn (&fixture.wheel, now_us, on_timer, &fixture);
    }

  for (guint i = 0; i < N_TIMERS; i++)
    {
      g_assert_cmpuint (timers[i].n_woken, ==, 1);
      g_assert_cmpint (timers[i].woken_us, >=, timers[i].due_us);
      g_assert_cmpint (timers[i].woken_us, <=, timers[i].due_us + GHD_WHEEL_TICK_US + 2000);
    }
  g_assert_cmpint (ghd_wheel_wait_ms (&fixture.wheel, now_us), ==, -1);
}

static void
test_move_and_drop (void)
{
  Fixture fixture = { 0 };
  Timer moved = { 0 };
  Timer dropped = { 0 };

  ghd_wheel_init (&fixture.wheel, 0);
  ghd_wheel_set (&fixture.wheel, &moved.node, SECOND);
  ghd_wheel_set (&fixture.wheel, &dropped.node, SECOND);
  ghd_wheel_set (&fixture.wheel, &moved.node, 100 * SECOND);
  ghd_wheel_drop (&fixture.wheel, &dropped.node);
  ghd_wheel_drop (&fixture.wheel, &dropped.node);
  g_assert_cmpuint (fixture.wheel.n_nodes, ==, 1);

  /* Its slot comes by, but not its time. */
  ghd_wheel_turn (&fixture.wheel, 99 * SECOND, on_timer, &fixture);
  g_assert_cmpuint (moved.n_woken, ==, 0);
  ghd_wheel_turn (&fixture.wheel, 100 * SECOND, on_timer, &fixture);
  g_assert_cmpuint (moved.n_woken, ==, 1);
  g_assert_cmpuint (dropped.n_woken, ==, 0);
}

/* The machine slept: all that is due is woken once, by one turn. */
static void
test_late_turn (void)
{
  Fixture fixture = { 0 };
  Timer timers[N_TIMERS] = { 0 };

  ghd_wheel_init (&fixture.wheel, 0);
  for (guint i = 0; i < N_TIMERS; i++)
    ghd_wheel_set (&fixture.wheel, &timers[i].node, i * SECOND);
  ghd_wheel_turn (&fixture.wheel, 3600 * SECOND, on_timer, &fixture);
  for (guint i = 0; i < N_TIMERS; i++)
    g_assert_cmpuint (timers[i].n_woken, ==, 1);
}

static void
test_within_call (void)
{
  Fixture fixture = { 0 };
  Timer first = { 0 };
  Timer second = { 0 };

  ghd_wheel_init (&fixture.wheel, 0);
  ghd_wheel_set (&fixture.wheel, &first.node, SECOND);
  ghd_wheel_set (&fixture.wheel, &second.node, SECOND);
  fixture.again_us = 2 * SECOND;
  fixture.drops = &second;
  ghd_wheel_turn (&fixture.wheel, SECOND, on_timer, &fixture);
  g_assert_cmpuint (first.n_woken, ==, 1);
  g_assert_cmpuint (second.n_woken, ==, 0);
  ghd_wheel_turn (&fixture.wheel, 2 * SECOND, on_timer, &fixture);
  g_assert_cmpuint (first.n_woken, ==, 2);
  g_assert_cmpuint (fixture.wheel.n_nodes, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wheel/times", test_times);
  g_test_add_func ("/wheel/move-and-drop", test_move_and_drop);
  g_test_add_func ("/wheel/late-turn", test_late_turn);
  g_test_add_func ("/wheel/within-call", test_within_call);

  return g_test_run ();
}
