/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _Room Room;

/* Runs the main context until @condition holds: for a minute by oneself, and for longer where
 * GUILDHALL_TEST_PATIENCE says that other tests or a sanitizer slow everything down. In vain, it tells how all rooms
 * are, and ends the program. */
#define run_until(condition)                                                                       \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 run_end = g_get_monotonic_time () + run_get_patience_us ();                             \
    while (!(condition))                                                                           \
      {                                                                                            \
        if (g_get_monotonic_time () > run_end)                                                     \
          run_fail (__FILE__, __LINE__, #condition);                                               \
        run_once ();                                                                               \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

void     run_once            (void); /* waits for 2 ms at most */
gint64   run_get_ran_us      (void);
void     run_for_ms          (guint ms);
gint64   run_get_patience_us (void);
void     run_fail            (const char *file, int line, const char *condition) G_GNUC_NORETURN;

/* Whether sound and pictures are in time at all: with a sanitizer, beside other tests, they are not, and how long
 * something took says nothing of what is tested. */
gboolean run_is_timed        (void);

/* For rooms: who waits in vain tells of them. */
void     run_watch_room      (Room *room);
void     run_forget_room     (Room *room);
gboolean run_is_room_left    (void);

/* Whether connections still run down; no program ends meanwhile. */
gboolean run_has_threads     (void);

G_END_DECLS
