/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether any webrtcbin of this process still has its threads ("webrtcbin0:ice" and the like). It does not wait for
 * them when it is freed, and a process that ends meanwhile takes from them what they use: GnuTLS frees the same twice,
 * and what they hold looks lost. */
static inline gboolean
webrtc_has_threads (void)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const char *task;

  while (tasks != NULL && (task = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/task", task, "comm", NULL);
      g_autofree char *name = NULL;

      if (g_file_get_contents (path, &name, NULL, NULL) && g_str_has_prefix (name, "webrtcbin"))
        return TRUE;
    }
  return FALSE;
}

G_END_DECLS
