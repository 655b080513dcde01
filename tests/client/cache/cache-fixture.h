/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-cache.h"
#include "model-util.h"

G_BEGIN_DECLS

/* A cache in a folder of its own. */
typedef struct
{
  char *folder;
  char *path;
  char *room_id;
  char *notice;
  GhcCache *cache;
} CacheFixture;

#define CACHE_ADD(path, test)                                                                      \
  g_test_add ("/cache/" path, CacheFixture, NULL, cache_fixture_set_up, test,                      \
              cache_fixture_tear_down)

void cache_fixture_open (CacheFixture *fixture);
void cache_fixture_done (DexFuture *future);
void cache_fixture_close (CacheFixture *fixture);
void cache_fixture_set_up (CacheFixture *fixture, gconstpointer data);
void cache_fixture_tear_down (CacheFixture *fixture, gconstpointer data);
GhcCacheState *cache_fixture_load_state (CacheFixture *fixture);
GhcPage *cache_fixture_load_page (CacheFixture *fixture, gint64 before, gint64 after, guint limit);
GError *cache_fixture_refusal (DexFuture *future);
GPtrArray *cache_fixture_make_events (CacheFixture *fixture, gint64 first, guint n_events);
guint cache_fixture_count_files (CacheFixture *fixture, const char *part);

G_END_DECLS
