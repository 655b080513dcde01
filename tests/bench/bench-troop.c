/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-troop.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct _BenchTroop
{
  pid_t process;
  int pipe;
};

typedef enum
{
  ORDER_GROW,
  ORDER_RUN,
  ORDER_BEAT,
} OrderKind;

typedef struct
{
  OrderKind kind;
  guint first_person;
  guint n_people;
  guint n;
  BenchLoad load;
} Order;

typedef struct
{
  gboolean well;
  BenchRun run;
  char message[128];
} Report;

/* --- in the other process --- */

static gboolean
carry_out (BenchCrowd *crowd, const BenchPerson *people, const Order *order, BenchRun *run,
           GError **error)
{
  switch (order->kind)
    {
    case ORDER_GROW:
      return bench_crowd_grow (crowd, people != NULL ? people + order->first_person : NULL,
                               order->n_people, order->n, error);
    case ORDER_RUN:
      return bench_crowd_run (crowd, &order->load, run, error);
    case ORDER_BEAT:
    default:
      return bench_crowd_beat (crowd, error);
    }
}

static void
obey (int pipe_fd, guint16 port, SSL_CTX *tls, const BenchPerson *people)
{
  g_autoptr (BenchCrowd) crowd = bench_crowd_new (port, tls);
  Order order;

  while (read (pipe_fd, &order, sizeof order) == sizeof order)
    {
      g_autoptr (GError) error = NULL;
      Report report = { 0 };

      report.well = carry_out (crowd, people, &order, &report.run, &error);
      if (error != NULL)
        g_strlcpy (report.message, error->message, sizeof report.message);
      if (write (pipe_fd, &report, sizeof report) != sizeof report)
        break;
    }
}

/* --- in this one --- */

static gboolean
give (BenchTroop *self, const Order *order, BenchRun *run, GError **error)
{
  Report report = { 0 };

  if (write (self->pipe, order, sizeof *order) != sizeof *order
      || read (self->pipe, &report, sizeof report) != sizeof report)
    g_strlcpy (report.message, "it is gone", sizeof report.message);
  if (run != NULL)
    *run = report.run;
  if (!report.well)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The other crowd: %s", report.message);

  return report.well;
}

/**
 * bench_troop_start:
 * @tls: (nullable): see bench_crowd_new()
 * @people: (nullable): who may come in later; see bench_crowd_grow()
 *
 * To be called while this process has few connections, for the other one inherits all of its
 * descriptors. It does not outlive this one.
 */
BenchTroop *
bench_troop_start (guint16 port, SSL_CTX *tls, const BenchPerson *people, GError **error)
{
  g_autofree BenchTroop *self = g_new0 (BenchTroop, 1);
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0
      || (self->process = fork ()) < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "A crowd cannot have a process: %s", g_strerror (errno));
      return NULL;
    }

  if (self->process == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      close (pair[1]);
      obey (pair[0], port, tls, people);
      _exit (0);
    }
  close (pair[0]);
  self->pipe = pair[1];

  return g_steal_pointer (&self);
}

void
bench_troop_stop (BenchTroop *self)
{
  kill (self->process, SIGKILL);
  waitpid (self->process, NULL, 0);
  close (self->pipe);
  g_free (self);
}

/**
 * bench_troop_grow:
 * @first_person: the first of those who come in
 * @n: how many connections there are to be
 */
gboolean
bench_troop_grow (BenchTroop *self, guint first_person, guint n_people, guint n, GError **error)
{
  const Order order = {
    .kind = ORDER_GROW, .first_person = first_person, .n_people = n_people, .n = n
  };

  return give (self, &order, NULL, error);
}

/**
 * bench_troop_run:
 *
 * As bench_crowd_run().
 */
gboolean
bench_troop_run (BenchTroop *self, const BenchLoad *load, BenchRun *run, GError **error)
{
  return give (self, &(Order) { .kind = ORDER_RUN, .load = *load }, run, error);
}

/**
 * bench_troop_beat:
 *
 * As bench_crowd_beat().
 */
gboolean
bench_troop_beat (BenchTroop *self, GError **error)
{
  return give (self, &(Order) { .kind = ORDER_BEAT }, NULL, error);
}
