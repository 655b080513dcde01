/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-sessions.h"
#include "test-daemon.h"

G_BEGIN_DECLS

#define PASSWORD "correct horse battery"

/* A person with a folder of their own. */
typedef struct
{
  TestDaemon  *daemon;
  char        *folder;
  char        *name;
  GhcSessions *sessions;
  GhcSession  *session;
} TestPerson;

/* Fibers: registers, or brings back who was here before. */
TestPerson *test_person_register (TestDaemon *daemon, const char *name);
void        test_person_leave    (TestPerson *self);
void        test_person_return   (TestPerson *self);
void        test_person_free     (TestPerson *self);
GhcAccount *test_person_account  (TestPerson *self);

/* A Secret Service of our own on a bus of our own, so that nobody's keyring is touched. Without one
 * tokens last as long as the program does, and the tests say so. To be called before anything else
 * uses the bus. */
void     test_keyring_start (void);
void     test_keyring_stop  (void);
gboolean test_has_keyring   (void);

/* Runs @func in a fiber and the main context until it is done. */
typedef void (*TestFunc) (TestDaemon *daemon);
void test_run_fiber (TestFunc func, TestDaemon *daemon);

typedef struct
{
  const char *path;
  TestFunc    func;
} TestCase;

/* The main function of a program that has one daemon for all its tests, with these settings and as many
 * requests as anybody wants. @settings: further ones, NULL for none */
int test_main (int argc, char **argv, const char *const *settings, const TestCase *cases,
               gsize n_cases);

/* In a fiber: awaits, and asserts that it resolved. */
gpointer test_await_object (DexFuture *future);
void     test_await_true   (DexFuture *future);
GError  *test_await_error  (DexFuture *future);

/* In a fiber: waits until @condition holds, for four minutes at most, however busy the machine is. */
#define test_until(condition) \
  G_STMT_START \
  { \
    gint64 until_deadline = g_get_monotonic_time () + 240 * G_USEC_PER_SEC; \
    while (!(condition)) \
      { \
        if (g_get_monotonic_time () > until_deadline) \
          g_error ("%s:%d: never came true: %s", __FILE__, __LINE__, #condition); \
        dex_await (dex_timeout_new_msec (5), NULL); \
      } \
  } \
  G_STMT_END

/* Two people in one guild, the first its owner, and its channel as each of them has it. */
typedef struct
{
  TestPerson *ada;
  TestPerson *brook;
  GhcGuild   *hers;
  GhcGuild   *his;
  GhcChannel *her_channel;
  GhcChannel *his_channel;
} TestRoom;

/* In a fiber. They are called NAME_ada and NAME_brook. */
TestRoom   *test_room_new     (TestDaemon *daemon, const char *name, const char *guild_name);
void        test_room_free    (TestRoom *self);

GhcGuild   *test_make_guild   (TestPerson *owner, const char *name);
GhcGuild   *test_join_guild   (TestPerson *owner, GhcGuild *guild, TestPerson *guest);
GhcChannel *test_find_channel (GhcGuild *guild, const char *name);
GPtrArray  *test_read_bodies  (GhcChannel *channel);

/* Whether the timeline shows a message with just this text. */
gboolean    test_shows        (GhcChannel *channel, const char *body);
guint       test_n_messages   (GhcChannel *channel);
/* It shows "number FIRST" and so on, N of them, and nothing else. */
void        test_assert_numbers (GhcChannel *channel, guint first, guint n);

/* In a fiber: until the server has it; until the first page is there. */
void        test_send         (TestPerson *person, GhcChannel *channel, const char *body);
void        test_open_channel (TestPerson *person, GhcChannel *channel);

gboolean    test_is_online    (TestPerson *person);
/* The connection that they have, and, in a fiber, until they are online by another one: that they are away in between
 * may be too short to be seen. */
GObject    *test_dup_connection (TestPerson *person);
void        test_await_return   (TestPerson *person, GObject *before);
/* In a fiber: signs in where that is needed; where there is no keyring, coming back is signing in. */
void        test_go_online    (TestPerson *person);

GBytes     *test_make_png     (guint width, guint height);

G_END_DECLS
