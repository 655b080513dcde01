/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-event-draft.h"
#include "ghd-cluster.h"
#include "ghd-connection.h"
#include "ghd-metrics.h"
#include "ghd-pool.h"
#include "ghd-writer.h"

G_BEGIN_DECLS

/*
 * A real private PostgreSQL for a test program, and a fresh database for each test. Test functions
 * are fibers, so that they read like prose; a watchdog ends a test that hangs.
 */

typedef void (*StoreTestFunc) (void);

void store_test_add (const char *path, StoreTestFunc func);
int store_test_main (int argc, char **argv);

char *store_test_make_dir (void);
char *store_test_make_data (void);
void store_test_remove_dir (const char *dir);
GhdCluster *store_test_cluster (void);
char *store_test_database (gboolean is_migrated);
GhdPool *store_test_pool (const char *conninfo);
GhdWriter *store_test_writer (const char *conninfo, GhdMetrics *metrics);
GhEventSigner store_test_signer (void);
void store_test_close (GhdPool *pool, GhdWriter *writer);
gint64 store_test_count (GhdPool *pool, const char *sql);
void store_test_sleep_ms (guint ms);

GhEventDraft *store_test_message (const char *room_id, const char *sender, const char *body);
GhEventDraft *store_test_state (const char *room_id, const char *type, const char *state_key,
                                const char *sender, const char *content);
GhdWrite *store_test_write (const char *txn_id, const char *room_id, const char *body);

/* No test takes longer. */
#define STORE_TEST_WATCHDOG_S 280

#define TEST_ROOM "!9WzDXwBbmkg8ZTbNMqUxvQ:localhost"
#define TEST_ROOM_2 "!Ex3HP8bXvqFJbTqVT2Q3Vb:localhost"
#define TEST_USER "@ada:localhost"
#define TEST_USER_2 "@bob:localhost"

/* Awaits until the condition holds; a test that waits in vain is ended by the watchdog. */
#define store_test_wait_until(condition)                                                           \
  while (!(condition))                                                                             \
  store_test_sleep_ms (5)

G_END_DECLS
