/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-send-ring.h"

#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MANY 1024 /* as many as a ring holds */
#define FEW 8     /* connections, for the system holds a small packet as dear as a large one */
#define UNKNOWN G_MINSSIZE

/* One end of a connection; the other one belongs to whoever reads. */
typedef struct
{
  int fd;
  int peer;
  gssize result;
  guint n_results;
} End;

static void
end_open (End *end)
{
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  end->fd = pair[0];
  end->peer = pair[1];
  end->result = UNKNOWN;
  end->n_results = 0;
}

static void
end_close (End *end)
{
  close (end->fd);
  if (end->peer >= 0)
    close (end->peer);
}

static void
on_result (gpointer item, gssize result, gpointer user_data)
{
  End *end = item;

  g_assert_true (user_data == &on_result);
  end->result = result;
  end->n_results++;
}

static GhdSendRing *
new_ring (void)
{
  return ghd_send_ring_new (on_result, &on_result);
}

static gboolean
is_refused_here (GhdSendRing *ring)
{
  if (ring == NULL)
    g_test_skip ("the kernel does not let us use io_uring");

  return ring == NULL;
}

static void
hear (End *end, gconstpointer expected, gsize size)
{
  g_autofree guint8 *heard = g_malloc (size);
  gssize n;

  /* In parts: the kernel wakes us when the ring before is all gone. */
  for (gsize n_heard = 0; n_heard < size; n_heard += n)
    {
      n = recv (end->peer, heard + n_heard, size - n_heard, 0);
      g_assert_cmpint (n, >, 0);
    }
  g_assert_cmpmem (heard, size, expected, size);
}

/* Each is told its own: who takes all, a part or nothing, who has gone, and what never was there. */
static void
test_results (void)
{
  g_autoptr (GhdSendRing) ring = new_ring ();
  g_autofree char *large = g_strnfill (4 * 1024 * 1024, 'x');
  End all, part, none, gone, nowhere = { .fd = -1 };

  if (is_refused_here (ring))
    return;

  end_open (&all);
  end_open (&part);
  end_open (&none);
  end_open (&gone);
  while (send (none.fd, large, 4096, MSG_DONTWAIT) > 0)
    continue;
  close (gone.peer);
  gone.peer = -1;

  ghd_send_ring_add (ring, gone.fd, "hello", 5, &gone);
  ghd_send_ring_add (ring, nowhere.fd, "hello", 5, &nowhere);
  ghd_send_ring_add (ring, none.fd, large, strlen (large), &none);
  ghd_send_ring_add (ring, part.fd, large, strlen (large), &part);
  ghd_send_ring_add (ring, all.fd, "hello", 5, &all);
  g_assert_true (ghd_send_ring_submit (ring));

  g_assert_cmpint (gone.result, ==, -EPIPE);
  g_assert_cmpint (nowhere.result, ==, -EBADF);
  g_assert_cmpint (none.result, ==, -EAGAIN);
  g_assert_cmpint (part.result, >, 0);
  g_assert_cmpint (part.result, <, strlen (large));
  g_assert_cmpint (all.result, ==, 5);
  hear (&all, "hello", 5);

  /* Nothing goes on by itself: there is room now, and nobody uses it. */
  hear (&part, large, part.result);
  g_assert_cmpint (recv (part.peer, large, 1, MSG_DONTWAIT), ==, -1);
  g_assert_true (ghd_send_ring_submit (ring));
  g_assert_cmpuint (part.n_results + none.n_results + all.n_results, ==, 3);

  end_close (&all);
  end_close (&part);
  end_close (&none);
  end_close (&gone);
}

/* As many as there is room for, several times over, in their order. */
static void
test_full (void)
{
  g_autoptr (GhdSendRing) ring = new_ring ();
  End ends[FEW];

  if (is_refused_here (ring))
    return;

  for (guint i = 0; i < FEW; i++)
    end_open (&ends[i]);
  for (guint turn = 1; turn <= 5; turn++)
    {
      guint8 numbers[FEW][MANY / FEW];

      for (guint i = 0; i < MANY; i++)
        {
          guint8 *number = &numbers[i % FEW][i / FEW];

          *number = i / FEW + turn;
          g_assert_true (ghd_send_ring_add (ring, ends[i % FEW].fd, number, 1, &ends[i % FEW])
                         == (i + 1 < MANY));
        }
      g_assert_true (ghd_send_ring_submit (ring));
      for (guint i = 0; i < FEW; i++)
        {
          g_assert_cmpuint (ends[i].n_results, ==, turn * MANY / FEW);
          hear (&ends[i], numbers[i], sizeof numbers[i]);
        }
    }
  for (guint i = 0; i < FEW; i++)
    end_close (&ends[i]);
}

/* Forbids this thread a system call. */
static void
forbid (int call)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ALLOW);

  g_assert_cmpint (seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), call, 0), ==, 0);
  g_assert_cmpint (seccomp_load (filter), ==, 0);
  seccomp_release (filter);
}

static gpointer
start_without_ring (gpointer data)
{
  forbid (SCMP_SYS (io_uring_setup));
  g_assert_null (new_ring ());

  return NULL;
}

static gpointer
lose_ring (gpointer data)
{
  g_autoptr (GhdSendRing) ring = new_ring ();
  End one, two;

  if (is_refused_here (ring))
    return NULL;

  end_open (&one);
  end_open (&two);
  forbid (SCMP_SYS (io_uring_enter));
  ghd_send_ring_add (ring, one.fd, "hello", 5, &one);
  ghd_send_ring_add (ring, two.fd, "hello", 5, &two);
  g_assert_false (ghd_send_ring_submit (ring));
  g_assert_cmpint (one.result, ==, -EAGAIN);
  g_assert_cmpint (two.result, ==, -EAGAIN);
  g_assert_cmpuint (one.n_results + two.n_results, ==, 2);
  end_close (&one);
  end_close (&two);

  return NULL;
}

/* Threads of their own, which alone are forbidden something. */
static void
test_refused (gconstpointer thread)
{
  g_thread_join (g_thread_new ("refused", (GThreadFunc) (gsize) thread, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/send-ring/results", test_results);
  g_test_add_func ("/send-ring/full", test_full);
  g_test_add_data_func ("/send-ring/refused", (gconstpointer) (gsize) start_without_ring,
                        test_refused);
  g_test_add_data_func ("/send-ring/lost", (gconstpointer) (gsize) lose_ring, test_refused);

  return g_test_run ();
}
