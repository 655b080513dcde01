/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-hall.h"

#include <stdio.h>

/* The daemon ends a connection that is silent for a minute. */
#define BEAT_US (15 * G_USEC_PER_SEC)

/**
 * bench_hall_open:
 *
 * Starts a daemon and signs up @n_guilds times @n_members people; nobody is connected yet.
 */
BenchHall *
bench_hall_open (gboolean with_tls, guint n_guilds, guint n_members, GError **error)
{
  g_autoptr (BenchHall) self = g_new0 (BenchHall, 1);

  self->daemon = bench_daemon_start (with_tls, error);
  if (self->daemon == NULL)
    return NULL;

  self->n_people = n_guilds * n_members;
  fprintf (stderr, "bench: signing up %u people\n", self->n_people);
  self->people = bench_people_make (bench_daemon_get_port (self->daemon),
                                    bench_daemon_get_tls (self->daemon), n_guilds, n_members,
                                    error);
  if (self->people == NULL)
    return NULL;

  self->crowd = bench_crowd_new (bench_daemon_get_port (self->daemon),
                                 bench_daemon_get_tls (self->daemon));
  self->beaten_us = g_get_monotonic_time ();

  return g_steal_pointer (&self);
}

/**
 * bench_hall_move_crowd:
 *
 * From now on its crowd is in another process, which leaves this one's descriptors to others. To be
 * called before anybody is connected.
 */
gboolean
bench_hall_move_crowd (BenchHall *self, GError **error)
{
  self->troop = bench_troop_start (bench_daemon_get_port (self->daemon),
                                   bench_daemon_get_tls (self->daemon), self->people, error);

  return self->troop != NULL;
}

void
bench_hall_close (BenchHall *self)
{
  g_clear_pointer (&self->troop, bench_troop_stop);
  g_clear_pointer (&self->crowd, bench_crowd_free);
  if (self->people != NULL)
    bench_people_free (self->people, self->n_people);
  g_clear_pointer (&self->daemon, bench_daemon_stop);
  g_free (self);
}

/**
 * bench_hall_grow:
 * @first_person: the first of those who come in
 * @n: how many connections there are to be
 */
gboolean
bench_hall_grow (BenchHall *self, guint first_person, guint n_people, guint n, GError **error)
{
  if (self->troop != NULL)
    return bench_troop_grow (self->troop, first_person, n_people, n, error);

  return bench_crowd_grow (self->crowd, self->people + first_person, n_people, n, error);
}

static gboolean
beat (BenchHall *self, GError **error)
{
  return self->troop != NULL ? bench_troop_beat (self->troop, error)
                             : bench_crowd_beat (self->crowd, error);
}

/**
 * bench_hall_run:
 *
 * As bench_crowd_run(), with heartbeats before it when it is time for them.
 */
gboolean
bench_hall_run (BenchHall *self, const BenchLoad *load, BenchRun *run, GError **error)
{
  BenchLoad own = *load;

  if (g_get_monotonic_time () - self->beaten_us > BEAT_US)
    {
      if (!beat (self, error))
        return FALSE;
      self->beaten_us = g_get_monotonic_time ();
    }

  own.target = bench_hall_get_pid (self);

  return self->troop != NULL ? bench_troop_run (self->troop, &own, run, error)
                             : bench_crowd_run (self->crowd, &own, run, error);
}

pid_t
bench_hall_get_pid (BenchHall *self)
{
  return bench_daemon_get_pid (self->daemon);
}
