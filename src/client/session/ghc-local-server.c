/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-local-server.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "gh-error.h"
#include "gh-limits.h"
#include "gh-link.h"

#define READY_PREFIX "listening on "
#define FAILED_PREFIX "cannot start: "

typedef struct
{
  DexPromise *promise;
  GSubprocess *process;
  GDataInputStream *lines;
  char *reason; /* why it does not start, in its own words */
} Start;

static void
start_free (Start *start)
{
  dex_clear (&start->promise);
  g_clear_object (&start->process);
  g_clear_object (&start->lines);
  g_free (start->reason);
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

/**
 * ghc_local_server_dup_address:
 *
 * Returns: (transfer full): where the server of this computer listens, HOST:PORT
 *   (GUILDHALL_LOCAL_SERVER, else 127.0.0.1 and the usual port)
 */
char *
ghc_local_server_dup_address (void)
{
  const char *address = g_getenv ("GUILDHALL_LOCAL_SERVER");

  return address != NULL && address[0] != '\0' ? g_strdup (address)
                                               : g_strdup_printf ("127.0.0.1:%d", GH_DEFAULT_PORT);
}

/**
 * ghc_local_server_is_at:
 * @url: a server's
 *
 * Returns: whether a server that ghc_local_server_start() starts is reached there. Another port of this
 *   computer may be anybody's, or lead to another machine
 */
gboolean
ghc_local_server_is_at (const char *url)
{
  g_autofree char *own = ghc_local_server_dup_address ();
  g_autoptr (GhServerAddress) there = gh_server_address_parse (url, NULL);
  g_autoptr (GhServerAddress) here = gh_server_address_parse (own, NULL);

  return there != NULL && here != NULL && gh_server_address_is_loopback (there)
         && !gh_server_address_is_secure (there)
         && gh_server_address_get_port (there) == gh_server_address_get_port (here);
}

/* The server outlives us: other people may be on it, and a terminal's Ctrl+C is not meant for it. */
static void
leave_session (gpointer user_data)
{
  setsid ();
}

/* @reason: (nullable): as the server or the system says it */
static GError *
make_error (const char *reason)
{
  if (reason == NULL)
    return gh_error_new (GH_ERROR_UNAVAILABLE, "server.start", NULL, 0, "%s",
                         _ ("The server couldn’t be started. Its log says why."));
  return gh_error_new (GH_ERROR_UNAVAILABLE, "server.start", NULL, 0,
                       _ ("The server couldn’t be started: %s"), reason);
}

static void
on_line (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Start *start = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line_finish (start->lines, result, NULL, &error);

  if (line == NULL)
    {
      dex_promise_reject (start->promise, make_error (start->reason));
      start_free (start);
      return;
    }

  if (!g_str_has_prefix (line, READY_PREFIX))
    {
      if (g_str_has_prefix (line, FAILED_PREFIX))
        {
          g_free (start->reason);
          start->reason = g_utf8_make_valid (line + strlen (FAILED_PREFIX), -1);
        }
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
 *   %GH_ERROR_UNAVAILABLE, and says why as far as the server did
 */
DexFuture *
ghc_local_server_start (void)
{
  g_autoptr (GSubprocessLauncher)
    launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *listen = ghc_local_server_dup_address ();
  g_autoptr (GError) error = NULL;
  Start *start;
  DexFuture *future;

  start = g_new0 (Start, 1);
  start->promise = dex_promise_new ();
  future = dex_ref (DEX_FUTURE (start->promise));

  g_subprocess_launcher_set_child_setup (launcher, leave_session, NULL, NULL);
  start->process = g_subprocess_launcher_spawn (launcher, &error, "guildhalld", "--embedded",
                                                "--listen", listen, NULL);
  if (start->process == NULL)
    {
      dex_promise_reject (start->promise, make_error (error->message));
      start_free (start);
      return future;
    }

  start->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (start->process));
  g_data_input_stream_read_line_async (start->lines, G_PRIORITY_DEFAULT, NULL, on_line, start);
  return future;
}
