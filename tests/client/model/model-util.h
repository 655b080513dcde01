/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-account.h"

G_BEGIN_DECLS

#define ME "@me:localhost"
#define ADA "@ada:localhost"
#define BROOK "@brook:localhost"

/* 2026-11-20 10:00 UTC */
#define NOON G_GINT64_CONSTANT (1795168800000)

/* Valid ids, the same for the same number. */
char    *test_room_id     (guint number);
char    *test_role_id     (guint number);
char    *test_category_id (guint number);

/* Events as a server would have made them (the signature is not checked by the model). */
GhEvent *test_message     (const char *room_id,
                           const char *sender,
                           const char *txn_id,
                           const char *body,
                           gint64      timestamp,
                           gint64      position);
GhEvent *test_state       (const char *room_id,
                           const char *type,
                           const char *state_key,
                           const char *sender,
                           const char *content,
                           gint64      position);
GhJson  *test_json        (const char *text);

/* Runs the main context until nothing is left to do. */
void     test_settle      (void);

/* Runs the main context until @future has settled. The future stays the caller's. */
void     test_await       (DexFuture *future);

/* Follows a list model by its signals alone, and compares with what the model says. */
typedef struct _TestMirror TestMirror;

TestMirror *test_mirror_new         (GListModel *model);
void        test_mirror_free        (TestMirror *self);
void        test_mirror_check       (TestMirror *self);
guint       test_mirror_take_counts (TestMirror *self, guint *n_removed, guint *n_added);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestMirror, test_mirror_free)

/* A server's log of one channel, as a loader. Pages are read from it when test_log_answer() is
 * called and arrive when test_log_deliver() is. */
#define TEST_TYPE_LOG (test_log_get_type ())
G_DECLARE_FINAL_TYPE (TestLog, test_log, TEST, LOG, GObject)

TestLog   *test_log_new        (const char *room_id);
GhEvent   *test_log_append     (TestLog *self, const char *sender, const char *txn_id, gint64 timestamp);
GPtrArray *test_log_get_events (TestLog *self);
guint      test_log_n_asked    (TestLog *self);
guint      test_log_n_answered (TestLog *self);
void       test_log_answer     (TestLog *self);
void       test_log_deliver    (TestLog *self);
void       test_log_fail       (TestLog *self);
void       test_log_flush      (TestLog *self);
guint      test_log_n_loads    (TestLog *self);

G_END_DECLS
