/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-local-server.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "gh-error.h"
#include "gh-limits.h"

#define READY_PREFIX "listening on "

typedef struct
{
  DexPromise *promise;
  GSubprocess *process;
  GDataInputStream *lines;
} Start;

static void
start_free (Start *start)
{
  dex_clear (&start->promise);
  g_clear_object (&start->process);
  g_clear_object (&start->lines);
  g_free (start);
}

/**
 * ghc_local_server_is_installed:
 *
 * Returns: whether ghc_local_server_start() can work on this computer. Looks at the file system
 *   once; the answer is kept
 */
gboolean
ghc_local_server_is_installed (void)
{
  static gsize answer = 0;

  if (g_once_init_enter (&answer))
    {
      g_autofree char *path = g_find_program_in_path ("guildhalld");

      g_once_init_leave (&answer, path != NULL ? 2 : 1);
    }
  return answer == 2;
}

/* The server outlives us: other people may be on it, and a terminal's Ctrl+C is not meant for it. */
static void
leave_session (gpointer user_data)
{
  setsid ();
}

static void
on_line (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Start *start = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line_finish (start->lines, result, NULL, &error);

  if (line == NULL)
    {
      dex_promise_reject (start->promise,
                          gh_error_new (GH_ERROR_UNAVAILABLE, "server.start", NULL, 0, "%s",
                                        _ ("The server couldn’t be started. Its log says why.")));
      start_free (start);
      return;
    }

  if (!g_str_has_prefix (line, READY_PREFIX))
    {
      g_data_input_stream_read_line_async (start->lines, G_PRIORITY_DEFAULT, NULL, on_line, start);
      return;
    }

  dex_promise_resolve_string (start->promise, g_strdup (g_strchug (line + strlen (READY_PREFIX))));
  start_free (start);
}

/**
 * ghc_local_server_start:
 *
 * Starts `guildhalld --embedded` on this computer, for whoever reaches it, and leaves it running. Its
 * log goes where ours goes.
 *
 * Returns: (transfer full): resolves to its URL (string) when it listens; rejects with
 *   %GH_ERROR_UNAVAILABLE
 */
DexFuture *
ghc_local_server_start (void)
{
  g_autoptr (GSubprocessLauncher)
    launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *listen = NULL;
  const char *address = g_getenv ("GUILDHALL_LOCAL_SERVER");
  g_autoptr (GError) error = NULL;
  Start *start;
  DexFuture *future;

  listen = address != NULL && address[0] != '\0'
             ? g_strdup (address)
             : g_strdup_printf ("127.0.0.1:%d", GH_DEFAULT_PORT);
  start = g_new0 (Start, 1);
  start->promise = dex_promise_new ();
  future = dex_ref (DEX_FUTURE (start->promise));

  g_subprocess_launcher_set_child_setup (launcher, leave_session, NULL, NULL);
  start->process = g_subprocess_launcher_spawn (launcher, &error, "guildhalld", "--embedded",
                                                "--listen", listen, NULL);
  if (start->process == NULL)
    {
      dex_promise_reject (start->promise,
                          gh_error_new (GH_ERROR_UNAVAILABLE, "server.start", NULL, 0,
                                        _ ("The server couldn’t be started: %s"), error->message));
      start_free (start);
      return future;
    }

  start->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (start->process));
  g_data_input_stream_read_line_async (start->lines, G_PRIORITY_DEFAULT, NULL, on_line, start);
  return future;
}
