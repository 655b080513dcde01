/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A real guildhalld with a private PostgreSQL, in a folder of its own. */
typedef struct
{
  char        *folder;
  char        *data_dir;
  char        *url;
  GSubprocess *process;
  guint16      port;
  char       **environment; /* further settings */
  GSocket     *place;       /* keeps the port from everybody else while it is stopped */
  GSocket     *listening;   /* while we hold it */
} TestDaemon;

/* NULL, with the reason printed as a skip, where there is no server to test against. */
TestDaemon *test_daemon_new   (const char *const *settings);
void        test_daemon_start (TestDaemon *self);
void        test_daemon_kill  (TestDaemon *self);
void        test_daemon_stop  (TestDaemon *self);
void        test_daemon_free  (TestDaemon *self);

/* While it is stopped: from now on its address stays open also while it is not there, as a service
 * manager holds it. */
void test_daemon_hold_address (TestDaemon *self);

/* While it is stopped: puts its data aside, and takes them back as they were then. */
void        test_daemon_back_up (TestDaemon *self);
void        test_daemon_restore (TestDaemon *self);

/* Everything below @folder, which the test made. */
void test_remove_folder (const char *folder);
/* A test that fails takes what it started with it: a child setup. */
void test_end_with_parent (gpointer data);

G_END_DECLS
