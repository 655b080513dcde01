/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-activation.h"

#include "ghd-listener.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* SD_LISTEN_FDS_START of sd_listen_fds(3). */
#define FIRST_FD 3

static void set_error (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
set_error (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_propagate_error (error, g_error_new_valist (GHD_LISTENER_ERROR, GHD_LISTENER_ERROR_PASSED,
                                                format, arguments));
  va_end (arguments);
}

static gboolean
parse (const char *name, guint64 max, guint64 *number, GError **error)
{
  const char *text = g_getenv (name);

  if (g_ascii_string_to_unsigned (text, 10, 1, max, number, NULL))
    return TRUE;

  set_error (error,
             "The environment variable %s must be a number from 1 on, as a service manager sets "
             "it; \"%s\" is not. Start the daemon without it, and it listens by itself",
             name, text);

  return FALSE;
}

static gboolean
count (guint *n_sockets, GError **error)
{
  guint64 pid, number;

  if (g_getenv ("LISTEN_PID") == NULL || g_getenv ("LISTEN_FDS") == NULL)
    return TRUE;
  if (!parse ("LISTEN_PID", G_MAXINT, &pid, error))
    return FALSE;
  if (pid != (guint64) getpid ())
    return TRUE; /* meant for another process, from which we have the environment */
  if (!parse ("LISTEN_FDS", G_MAXINT - FIRST_FD, &number, error))
    return FALSE;

  for (int fd = FIRST_FD; fd < FIRST_FD + (int) number; fd++)
    {
      int flags = fcntl (fd, F_GETFD);

      if (flags < 0 || fcntl (fd, F_SETFD, flags | FD_CLOEXEC) < 0)
        {
          set_error (error,
                     "LISTEN_FDS says that %d sockets were passed, but descriptor %d is not open",
                     (int) number, fd);
          return FALSE;
        }
    }
  *n_sockets = (guint) number;

  return TRUE;
}

/**
 * ghd_activation_take:
 * @n_sockets: (out): how many descriptors were passed to this process; 0 for none
 *
 * To be called once, and before there are threads that could read the environment, which no child is to
 * see. The descriptors are closed for children too.
 *
 * Returns: %FALSE with %GHD_LISTENER_ERROR_PASSED when the environment or a descriptor makes no sense
 */
gboolean
ghd_activation_take (guint *n_sockets, GError **error)
{
  static const char *const names[] = { "LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDS",
                                       "LISTEN_FDNAMES" };
  gboolean is_right;

  g_return_val_if_fail (n_sockets != NULL, FALSE);

  *n_sockets = 0;
  is_right = count (n_sockets, error);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_unsetenv (names[i]);

  return is_right;
}

/* Returns: -1 when it does not have the option, so that no value fits */
static int
get_option (int fd, int name)
{
  int value;
  socklen_t size = sizeof value;

  return getsockopt (fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

/**
 * ghd_activation_open:
 * @index: below what ghd_activation_take() has told
 *
 * Returns: (transfer full): the socket, which never blocks; %NULL with %GHD_LISTENER_ERROR_PASSED when
 *   it is not a socket of TCP that listens
 */
GSocket *
ghd_activation_open (guint index, GError **error)
{
  int fd = FIRST_FD + (int) index;
  int domain = get_option (fd, SO_DOMAIN);
  g_autoptr (GError) local_error = NULL;
  const char *wrong = NULL;
  GSocket *socket;

  if (get_option (fd, SO_TYPE) < 0)
    wrong = "it is not a socket";
  else if ((domain != AF_INET && domain != AF_INET6) || get_option (fd, SO_TYPE) != SOCK_STREAM
           || get_option (fd, SO_PROTOCOL) != IPPROTO_TCP)
    wrong = "it is not a socket of TCP";
  else if (get_option (fd, SO_ACCEPTCONN) != 1)
    wrong = "it does not listen";

  if (wrong != NULL)
    {
      set_error (error,
                 "What was passed as descriptor %d cannot be listened on: %s. In a .socket unit, "
                 "use ListenStream= with an address and a port, and Accept=no",
                 fd, wrong);
      return NULL;
    }

  socket = g_socket_new_from_fd (fd, &local_error);
  if (socket == NULL)
    {
      set_error (error, "What was passed as descriptor %d cannot be listened on: %s", fd,
                 local_error->message);
      return NULL;
    }
  g_socket_set_blocking (socket, FALSE);

  return socket;
}
