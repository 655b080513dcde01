/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-notify.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/**
 * ghd_notify_send:
 * @state: "READY=1", "STOPPING=1", "STATUS=…", several separated by line ends
 *
 * See sd_notify(3). An address that begins with @ is in the abstract namespace.
 *
 * Returns: %FALSE when nobody asked to be told, or the datagram could not be sent
 */
gboolean
ghd_notify_send (const char *state)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  const char *path = g_getenv ("NOTIFY_SOCKET");
  gsize length;
  ssize_t sent;
  int fd;

  g_return_val_if_fail (state != NULL, FALSE);

  if (path == NULL || (path[0] != '/' && path[0] != '@'))
    return FALSE;
  length = strlen (path);
  if (length >= sizeof address.sun_path)
    return FALSE;
  memcpy (address.sun_path, path, length);
  if (path[0] == '@')
    address.sun_path[0] = '\0';

  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return FALSE;
  sent = sendto (fd, state, strlen (state), MSG_NOSIGNAL, (struct sockaddr *) &address,
                 offsetof (struct sockaddr_un, sun_path) + length);
  close (fd);
  return sent == (ssize_t) strlen (state);
}

static gboolean
on_watchdog (gpointer user_data)
{
  ghd_notify_send ("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

/**
 * ghd_notify_watchdog:
 *
 * Returns: (nullable) (transfer full): a source that tells the service manager twice in each
 *   $WATCHDOG_USEC that this main loop turns, already attached to the thread's main context; %NULL
 *   when no watchdog is set
 */
GSource *
ghd_notify_watchdog (void)
{
  const char *interval = g_getenv ("WATCHDOG_USEC");
  const char *pid = g_getenv ("WATCHDOG_PID");
  guint64 interval_us, watched_pid;
  GSource *source;

  if (interval == NULL
      || !g_ascii_string_to_unsigned (interval, 10, 2000, G_MAXINT64, &interval_us, NULL))
    return NULL;
  if (pid != NULL
      && (!g_ascii_string_to_unsigned (pid, 10, 1, G_MAXINT, &watched_pid, NULL)
          || watched_pid != (guint64) getpid ()))
    return NULL;

  source = g_timeout_source_new (MIN (interval_us / 2000, G_MAXUINT));
  g_source_set_static_name (source, "watchdog");
  g_source_set_callback (source, on_watchdog, NULL, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}
