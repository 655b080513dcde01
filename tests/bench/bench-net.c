/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-net.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

static gboolean
write_to (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean is_written = fd >= 0 && write (fd, text, strlen (text)) >= 0;

  if (fd >= 0)
    close (fd);
  return is_written;
}

/* Runs a tool, which has to succeed. */
void
bench_net_run (const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *told = NULL;
  int status = 0;

  if (!g_spawn_command_line_sync (words, NULL, &told, &status, &error)
      || !g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s %s", words, error->message, told != NULL ? told : "");
}

/* Gives this process a network of its own; before there is any thread. */
void
bench_net_have_own (void)
{
  g_autofree char *users = g_strdup_printf ("0 %u 1", getuid ());
  g_autofree char *groups = g_strdup_printf ("0 %u 1", getgid ());

  if (unshare (CLONE_NEWUSER | CLONE_NEWNET) != 0 || !write_to ("/proc/self/uid_map", users)
      || !write_to ("/proc/self/setgroups", "deny") || !write_to ("/proc/self/gid_map", groups))
    g_error ("This computer gives a process no network of its own");
  bench_net_run ("ip link set lo up");
}
