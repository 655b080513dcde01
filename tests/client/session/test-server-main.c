/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-server.h"

static void
run_fiber (TestDaemon *data)
{
  const TestServerCase *test = (gconstpointer) data;
  g_autoptr (TestServer) server = test_server_new (!test->has_no_keys);

  test->func (server);
}

static void
run (gconstpointer test)
{
  test_run_fiber (run_fiber, (gpointer) test);
}

int
test_server_main (int argc, char **argv, const TestServerCase *cases, gsize n_cases)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  test_keyring_start ();
  dex_init ();

  for (gsize i = 0; i < n_cases; i++)
    g_test_add_data_func (cases[i].path, &cases[i], run);
  status = g_test_run ();

  test_keyring_stop ();

  return status;
}
