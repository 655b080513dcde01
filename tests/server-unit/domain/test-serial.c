/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-serial.h"

typedef struct
{
  GhdSerial *serial;
  GString *trace;
  char name;
  DexPromise *gate; /* what it waits for while it has its turn */
} Visit;

static DexFuture *
visit_fiber (gpointer data)
{
  Visit *visit = data;
  g_autoptr (GError) error = NULL;

  if (!ghd_serial_enter (visit->serial, &error))
    {
      g_string_append_printf (visit->trace, "%c-gave-up ", visit->name);
      return dex_future_new_for_error (g_steal_pointer (&error));
    }

  g_string_append_printf (visit->trace, "%c-in ", visit->name);
  dex_await (dex_ref (DEX_FUTURE (visit->gate)), NULL);
  g_string_append_printf (visit->trace, "%c-out ", visit->name);
  ghd_serial_leave (visit->serial);

  return dex_future_new_true ();
}

static void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_order (void)
{
  g_autoptr (GhdSerial) serial = ghd_serial_new ();
  g_autoptr (GString) trace = g_string_new (NULL);
  g_autoptr (DexPromise) gate_a = dex_promise_new ();
  g_autoptr (DexPromise) gate_b = dex_promise_new ();
  g_autoptr (DexPromise) gate_c = dex_promise_new ();
  Visit a = { serial, trace, 'a', gate_a };
  Visit b = { serial, trace, 'b', gate_b };
  Visit c = { serial, trace, 'c', gate_c };
  g_autoptr (DexFuture) future_a = dex_scheduler_spawn (NULL, 0, visit_fiber, &a, NULL);
  g_autoptr (DexFuture) future_b = dex_scheduler_spawn (NULL, 0, visit_fiber, &b, NULL);
  g_autoptr (DexFuture) future_c = dex_scheduler_spawn (NULL, 0, visit_fiber, &c, NULL);

  turn ();
  g_assert_cmpstr (trace->str, ==, "a-in ");

  /* What b waits for is there already, but it is not its turn. */
  dex_promise_resolve_boolean (gate_b, TRUE);
  turn ();
  g_assert_cmpstr (trace->str, ==, "a-in ");

  dex_promise_resolve_boolean (gate_a, TRUE);
  turn ();
  g_assert_cmpstr (trace->str, ==, "a-in a-out b-in b-out c-in ");
  dex_promise_resolve_boolean (gate_c, TRUE);
  turn ();
  g_assert_cmpstr (trace->str, ==, "a-in a-out b-in b-out c-in c-out ");
  g_assert_true (dex_future_is_resolved (future_c));
}

static void
test_given_up (void)
{
  g_autoptr (GhdSerial) serial = ghd_serial_new ();
  g_autoptr (GString) trace = g_string_new (NULL);
  g_autoptr (DexPromise) gate = dex_promise_new ();
  g_autoptr (DexPromise) open = dex_promise_new ();
  Visit a = { serial, trace, 'a', gate };
  Visit b = { serial, trace, 'b', open };
  Visit c = { serial, trace, 'c', open };
  g_autoptr (DexFuture) future_a = dex_scheduler_spawn (NULL, 0, visit_fiber, &a, NULL);
  DexFuture *future_b = dex_scheduler_spawn (NULL, 0, visit_fiber, &b, NULL);
  g_autoptr (DexFuture) future_c = dex_scheduler_spawn (NULL, 0, visit_fiber, &c, NULL);

  dex_promise_resolve_boolean (open, TRUE);
  turn ();
  g_assert_cmpstr (trace->str, ==, "a-in ");

  /* Whoever waited for b lost interest: whether or not b still takes its turn, c gets its own. */
  dex_unref (future_b);
  turn ();
  dex_promise_resolve_boolean (gate, TRUE);
  turn ();
  g_assert_true (g_str_has_prefix (trace->str, "a-in "));
  g_assert_true (g_str_has_suffix (trace->str, "c-in c-out "));
  g_assert_true (dex_future_is_resolved (future_c));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  g_test_add_func ("/domain/serial/order", test_order);
  g_test_add_func ("/domain/serial/given-up", test_given_up);

  return g_test_run ();
}
