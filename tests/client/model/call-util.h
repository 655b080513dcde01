/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-call.h"
#include "model-util.h"

G_BEGIN_DECLS

/**
 * TestCall:
 *
 * An account that knows a guild with one channel for talking, and that channel's call.
 */
typedef struct
{
  GhcAccount *account;
  char       *guild_id;
  char       *channel_id;
  GhcChannel *channel;
  GhcCall    *call;
} TestCall;

typedef void (*TestCallFunc) (TestCall *fixture, gconstpointer data);

/* Adds "/model/calls/NAME"; the channel is known before it begins. */
#define test_call_add(name, func)                                                                  \
  g_test_add ("/model/calls/" name, TestCall, NULL, test_call_set_up, func, test_call_tear_down)
/* The same, of an account that knows nothing until test_call_fold_snapshot(). */
#define test_call_add_late(name, func)                                                             \
  g_test_add ("/model/calls/" name, TestCall, "late", test_call_set_up, func, test_call_tear_down)

void  test_call_set_up         (TestCall *fixture, gconstpointer data);
void  test_call_tear_down      (TestCall *fixture, gconstpointer data);
void  test_call_fold_snapshot  (TestCall *fixture);

/* Somebody in a call, as the server describes them. */
char *test_call_stay           (const char *user_id, const char *member_id, gboolean muted);
/* The server says who is in it: @stays, with commas between them. */
void  test_call_fold           (TestCall   *fixture,
                                gint64      revision,
                                gint64      started_ts,
                                const char *stays);
/* Whose stays are shown, in order: "a1 m1". */
void  test_call_assert_members (GhcCall *call, const char *names);
/* A description with these @members, a JSON array, is not believed, and changes nothing: a1 is in it. */
void  test_call_assert_refused (TestCall *fixture, const char *members);

G_END_DECLS
