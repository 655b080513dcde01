/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-bare.h"

#include "bench-troop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* What bench_socket_send_text() makes of an empty text: one message to the bare program. */
#define MESSAGE_SIZE 6

#define EVENTS_PER_TURN 512
#define TEXT "{\"op\":\"event\","

struct _BenchBare
{
  pid_t program;
  BenchTroop *crowd;
};

/* --- the program --- */

typedef struct
{
  int listening_fd;
  int epoll_fd;
  guint8 *frame;
  gsize frame_size;
  GArray *fds;
  gsize n_unread; /* bytes of an unfinished message */
} Bare;

static void
bare_accept (Bare *self)
{
  struct epoll_event event = { .events = EPOLLIN };
  int one = 1;

  for (;;)
    {
      event.data.fd = accept4 (self->listening_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (event.data.fd < 0)
        return;

      setsockopt (event.data.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, event.data.fd, &event);
      g_array_append_val (self->fds, event.data.fd);
    }
}

static void
bare_send (Bare *self, int fd)
{
  gsize sent = 0;

  while (sent < self->frame_size)
    {
      gssize n = send (fd, self->frame + sent, self->frame_size - sent, MSG_NOSIGNAL);

      if (n > 0)
        sent += n;
      else if (errno == EAGAIN)
        poll (&(struct pollfd) { .fd = fd, .events = POLLOUT }, 1, -1);
      else
        return;
    }
}

static void
bare_read (Bare *self, int fd)
{
  guint8 buffer[4096];
  gssize n = recv (fd, buffer, sizeof buffer, 0);

  if (n <= 0)
    {
      epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
      return;
    }

  for (self->n_unread += n; self->n_unread >= MESSAGE_SIZE; self->n_unread -= MESSAGE_SIZE)
    for (guint i = 0; i < self->fds->len; i++)
      bare_send (self, g_array_index (self->fds, int, i));
}

G_NORETURN static void
bare_main (int listening_fd, gsize text_size)
{
  Bare self = { .listening_fd = listening_fd, .frame_size = 4 + text_size };
  struct epoll_event events[EVENTS_PER_TURN] = { { .events = EPOLLIN, .data.fd = listening_fd } };

  self.epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  self.fds = g_array_new (FALSE, FALSE, sizeof (int));
  self.frame = g_malloc (self.frame_size);
  self.frame[0] = 0x81;
  self.frame[1] = 126;
  self.frame[2] = text_size >> 8;
  self.frame[3] = text_size & 0xff;
  memset (self.frame + 4, 'x', text_size);
  memcpy (self.frame + 4, TEXT, strlen (TEXT));
  epoll_ctl (self.epoll_fd, EPOLL_CTL_ADD, listening_fd, &events[0]);

  for (;;)
    {
      int n = epoll_wait (self.epoll_fd, events, EVENTS_PER_TURN, -1);

      for (int i = 0; i < n; i++)
        if (events[i].data.fd == listening_fd)
          bare_accept (&self);
        else
          bare_read (&self, events[i].data.fd);
    }
}

/* --- starting it --- */

static int
listen_anywhere (guint16 *port, GError **error)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (fd < 0 || bind (fd, (struct sockaddr *) &address, sizeof address) < 0
      || listen (fd, SOMAXCONN) < 0 || getsockname (fd, (struct sockaddr *) &address, &size) < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "Cannot listen");
      return -1;
    }
  *port = ntohs (address.sin_port);

  return fd;
}

/**
 * bench_bare_start:
 * @text_size: of each message, from 126 to 65,535 bytes
 */
BenchBare *
bench_bare_start (gsize text_size, GError **error)
{
  g_autoptr (BenchBare) self = NULL;
  guint16 port;
  int fd = listen_anywhere (&port, error);

  g_assert (text_size >= 126 && text_size <= G_MAXUINT16);
  if (fd < 0)
    return NULL;

  self = g_new0 (BenchBare, 1);
  self->program = fork ();
  if (self->program == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      bare_main (fd, text_size);
      _exit (0);
    }
  close (fd);

  self->crowd = bench_troop_start (port, NULL, NULL, error);
  if (self->crowd == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

void
bench_bare_stop (BenchBare *self)
{
  g_clear_pointer (&self->crowd, bench_troop_stop);
  if (self->program > 0)
    {
      kill (self->program, SIGKILL);
      waitpid (self->program, NULL, 0);
    }
  g_free (self);
}

/**
 * bench_bare_grow:
 * @n: how many connections it is to have
 */
gboolean
bench_bare_grow (BenchBare *self, guint n, GError **error)
{
  return bench_troop_grow (self->crowd, 0, 0, n, error);
}

/**
 * bench_bare_run:
 *
 * The same as bench_crowd_run(); the target is the bare program.
 */
gboolean
bench_bare_run (BenchBare *self, const BenchLoad *load, BenchRun *run, GError **error)
{
  BenchLoad own = *load;

  own.target = self->program;

  return bench_troop_run (self->crowd, &own, run, error);
}
