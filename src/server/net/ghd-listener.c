/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-listener.h"

#include "ghd-activation.h"
#include "ghd-log.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* Connections that wait to be accepted; the kernel cuts it to net.core.somaxconn. */
#define BACKLOG 4096

/* Accepted in one go before others have their turn. */
#define ACCEPTS_PER_TURN 64

/* After a refusal by the system, and when it is crowded. */
#define PAUSE_MS 100
#define CROWDED_MS 10

/* One line in the log for each such time, not one for each refusal. */
#define QUIET_US (10 * G_USEC_PER_SEC)

struct _GhdListener
{
  GObject parent_instance;
  GPtrArray *sockets; /* GSocket */
  GPtrArray *sources; /* GSource; empty while paused or stopped */
  GhdDoor *door;
  char *host;
  guint16 port;
  guint pause;
  gboolean is_starved; /* the system refused the last time */
  gint64 complained_us;
};

G_DEFINE_FINAL_TYPE (GhdListener, ghd_listener, G_TYPE_OBJECT)
G_DEFINE_QUARK (ghd - listener - error - quark, ghd_listener_error)

static void watch (GhdListener *self);

static void
unwatch (GhdListener *self)
{
  g_ptr_array_set_size (self->sources, 0);
}

static gboolean
on_pause_over (gpointer user_data)
{
  GhdListener *self = user_data;

  self->pause = 0;
  watch (self);

  return G_SOURCE_REMOVE;
}

/* Who wants in meanwhile waits in the backlog. */
static void
pause_for (GhdListener *self, guint ms)
{
  unwatch (self);
  if (self->pause == 0)
    self->pause = g_timeout_add (ms, on_pause_over, self);
}

static void
complain (GhdListener *self, int error_number)
{
  gint64 now_us = g_get_monotonic_time ();

  if (self->complained_us != 0 && now_us - self->complained_us < QUIET_US)
    return;

  self->complained_us = now_us;
  ghd_log_error ("New connections cannot be accepted for now; they wait until it is possible again",
                 GHD_LOG_STRING ("error", g_strerror (error_number)));
}

static GSocketAddress *
to_address (struct sockaddr_storage *native, socklen_t size)
{
  struct sockaddr_in6 *six = (struct sockaddr_in6 *) native;

  /* What came by IPv4 to a socket for both is counted and logged as IPv4. */
  if (native->ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED (&six->sin6_addr))
    {
      struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = six->sin6_port };

      memcpy (&four.sin_addr, six->sin6_addr.s6_addr + 12, 4);
      return g_socket_address_new_from_native (&four, sizeof four);
    }

  return g_socket_address_new_from_native (native, size);
}

/* Returns: whether another one may be waiting */
static gboolean
accept_one (GhdListener *self, int listening_fd)
{
  struct sockaddr_storage native;
  socklen_t size = sizeof native;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) socket = NULL;
  int fd = accept4 (listening_fd, (struct sockaddr *) &native, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);

  if (fd < 0)
    {
      switch (errno)
        {
        case EAGAIN:
          return FALSE;

        /* accept(2): errors of the new connection, which is no more. */
        case ECONNABORTED:
        case EINTR:
        case EPERM:
        case EPROTO:
        case ENOPROTOOPT:
        case EOPNOTSUPP:
        case ENETDOWN:
        case ENETUNREACH:
        case EHOSTDOWN:
        case EHOSTUNREACH:
        case ENONET:
          return TRUE;

        default:
          self->is_starved = TRUE;
          complain (self, errno);
          pause_for (self, PAUSE_MS);
          return FALSE;
        }
    }

  self->is_starved = FALSE;
  address = to_address (&native, size);
  socket = g_socket_new_from_fd (fd, NULL);
  if (socket != NULL)
    ghd_door_let_in (self->door, socket, address);

  return TRUE;
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  GhdListener *self = user_data;

  for (guint i = 0; i < ACCEPTS_PER_TURN; i++)
    {
      if (ghd_door_is_crowded (self->door))
        {
          pause_for (self, CROWDED_MS);
          break;
        }
      if (!accept_one (self, g_socket_get_fd (socket)))
        break;
    }

  return G_SOURCE_CONTINUE;
}

static void
destroy_source (gpointer data)
{
  g_source_destroy (data);
  g_source_unref (data);
}

static void
watch (GhdListener *self)
{
  for (guint i = 0; i < self->sockets->len; i++)
    {
      GSource *source = g_socket_create_source (g_ptr_array_index (self->sockets, i), G_IO_IN,
                                                NULL);

      g_source_set_static_name (source, "GhdListener");
      g_source_set_callback (source, G_SOURCE_FUNC (on_readable), self, NULL);
      g_source_attach (source, NULL);
      g_ptr_array_add (self->sources, source);
    }
}

static void
set_listener_error (GError **error, const char *host, guint16 port, const GError *cause)
{
  switch (cause->code)
    {
    case G_IO_ERROR_ADDRESS_IN_USE:
      g_set_error (error, GHD_LISTENER_ERROR, GHD_LISTENER_ERROR_TAKEN,
                   "Another program already listens on %s port %u: stop it, or choose another port "
                   "with --listen",
                   host, port);
      break;

    case G_IO_ERROR_PERMISSION_DENIED:
      g_set_error (error, GHD_LISTENER_ERROR, GHD_LISTENER_ERROR_DENIED,
                   "The system does not allow listening on %s port %u; ports below 1024 need the "
                   "capability CAP_NET_BIND_SERVICE",
                   host, port);
      break;

    default:
      g_set_error (error, GHD_LISTENER_ERROR, GHD_LISTENER_ERROR_ADDRESS,
                   "It is not possible to listen on %s port %u: %s", host, port, cause->message);
      break;
    }
}

static GSocket *
open_socket (GInetAddress *inet, guint16 port, GError **error)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (inet, port);
  GSocketFamily family = g_inet_address_get_family (inet);
  g_autoptr (GSocket)
    socket = g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (socket == NULL)
    return NULL;

  /* The unspecified address of IPv6 serves both families, as people expect of [::]. */
  if (family == G_SOCKET_FAMILY_IPV6)
    g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, !g_inet_address_get_is_any (inet),
                         NULL);

  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, BACKLOG);
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;

  return g_steal_pointer (&socket);
}

static void
ghd_listener_finalize (GObject *object)
{
  GhdListener *self = GHD_LISTENER (object);

  ghd_listener_stop (self);
  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->sockets);
  g_clear_object (&self->door);
  g_free (self->host);

  G_OBJECT_CLASS (ghd_listener_parent_class)->finalize (object);
}

static void
ghd_listener_class_init (GhdListenerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_listener_finalize;
}

static void
ghd_listener_init (GhdListener *self)
{
  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  self->sources = g_ptr_array_new_with_free_func (destroy_source);
}

GhdListener *
ghd_listener_new (void)
{
  return g_object_new (GHD_TYPE_LISTENER, NULL);
}

/**
 * ghd_listener_listen:
 * @host: an IP address, or a name, each of whose addresses is listened on
 * @port: 0 for any free one
 *
 * Binds, so that what cannot work is known early; nothing is accepted before ghd_listener_start().
 * Looking up a name blocks.
 *
 * Returns: %FALSE with an error of #GhdListenerError
 */
gboolean
ghd_listener_listen (GhdListener *self, const char *host, guint16 port, GError **error)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  g_autolist (GInetAddress) addresses = NULL;
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (GHD_IS_LISTENER (self), FALSE);

  addresses = g_resolver_lookup_by_name (resolver, host, NULL, &local_error);
  if (addresses == NULL)
    {
      g_set_error (error, GHD_LISTENER_ERROR, GHD_LISTENER_ERROR_ADDRESS,
                   "There is no address %s to listen on: %s", host, local_error->message);
      return FALSE;
    }

  self->port = port;
  g_set_str (&self->host, host);
  for (GList *l = addresses; l != NULL; l = l->next)
    {
      GSocket *socket = open_socket (l->data, self->port, &local_error);

      /* "localhost" may name an address family that this machine does not have. */
      if (socket == NULL && (self->sockets->len > 0 || l->next != NULL)
          && !g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
        {
          g_clear_error (&local_error);
          continue;
        }
      if (socket == NULL)
        {
          set_listener_error (error, host, self->port, local_error);
          g_ptr_array_set_size (self->sockets, 0);
          return FALSE;
        }

      if (self->port == 0)
        {
          g_autoptr (GSocketAddress) bound = g_socket_get_local_address (socket, NULL);

          self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
        }
      g_ptr_array_add (self->sockets, socket);
    }

  return TRUE;
}

/**
 * ghd_listener_adopt:
 * @n_sockets: what ghd_activation_take() has told, at least 1
 *
 * Instead of ghd_listener_listen(): takes the sockets that were passed to the daemon. Who holds them as
 * well goes on holding them when they are closed here, and what waits in them stays there.
 *
 * Returns: %FALSE with %GHD_LISTENER_ERROR_PASSED
 */
gboolean
ghd_listener_adopt (GhdListener *self, guint n_sockets, GError **error)
{
  g_autoptr (GSocketAddress) address = NULL;
  GInetSocketAddress *inet;

  g_return_val_if_fail (GHD_IS_LISTENER (self), FALSE);
  g_return_val_if_fail (n_sockets > 0, FALSE);

  for (guint i = 0; i < n_sockets; i++)
    {
      GSocket *socket = ghd_activation_open (i, error);

      if (socket == NULL)
        {
          g_ptr_array_set_size (self->sockets, 0);
          return FALSE;
        }
      g_ptr_array_add (self->sockets, socket);
    }

  address = g_socket_get_local_address (g_ptr_array_index (self->sockets, 0), error);
  if (address == NULL)
    return FALSE;

  inet = G_INET_SOCKET_ADDRESS (address);
  self->port = g_inet_socket_address_get_port (inet);
  g_free (self->host);
  self->host = g_inet_address_to_string (g_inet_socket_address_get_address (inet));

  return TRUE;
}

/**
 * ghd_listener_get_host:
 *
 * Returns: (transfer none): what was asked to listen on, or the address of the first socket passed
 */
const char *
ghd_listener_get_host (GhdListener *self)
{
  g_return_val_if_fail (GHD_IS_LISTENER (self), NULL);

  return self->host;
}

/**
 * ghd_listener_get_port:
 *
 * Returns: the port that is listened on
 */
guint16
ghd_listener_get_port (GhdListener *self)
{
  g_return_val_if_fail (GHD_IS_LISTENER (self), 0);

  return self->port;
}

/**
 * ghd_listener_start:
 * @door: gets what is accepted
 */
void
ghd_listener_start (GhdListener *self, GhdDoor *door)
{
  g_return_if_fail (GHD_IS_LISTENER (self));
  g_return_if_fail (self->door == NULL);

  self->door = g_object_ref (door);
  watch (self);
}

/**
 * ghd_listener_stop:
 *
 * Accepts no more and closes the listening sockets, of which those that were passed stay open with
 * whoever passed them.
 */
void
ghd_listener_stop (GhdListener *self)
{
  g_return_if_fail (GHD_IS_LISTENER (self));

  g_clear_handle_id (&self->pause, g_source_remove);
  unwatch (self);
  for (guint i = 0; i < self->sockets->len; i++)
    g_socket_close (g_ptr_array_index (self->sockets, i), NULL);
  g_ptr_array_set_size (self->sockets, 0);
}

/**
 * ghd_listener_is_loopback:
 *
 * Returns: whether only this machine can reach what is listened on
 */
gboolean
ghd_listener_is_loopback (GhdListener *self)
{
  g_return_val_if_fail (GHD_IS_LISTENER (self), FALSE);

  for (guint i = 0; i < self->sockets->len; i++)
    {
      g_autoptr (GSocketAddress)
        address = g_socket_get_local_address (g_ptr_array_index (self->sockets, i), NULL);

      if (address == NULL
          || !g_inet_address_get_is_loopback (
            g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address))))
        return FALSE;
    }

  return TRUE;
}

/**
 * ghd_listener_is_starved:
 *
 * Returns: whether new connections wait for something that the system lacks
 */
gboolean
ghd_listener_is_starved (GhdListener *self)
{
  g_return_val_if_fail (GHD_IS_LISTENER (self), FALSE);

  return self->is_starved;
}
