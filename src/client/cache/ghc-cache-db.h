/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

#define GHC_CACHE_SCHEMA_VERSION 2

/**
 * GhcCacheDb:
 *
 * The database file, for the worker thread only. Statements are prepared once and kept by their
 * text, which must be a literal.
 */
typedef struct _GhcCacheDb GhcCacheDb;

GhcCacheDb   *ghc_cache_db_open      (const char *path, char **notice, GError **error);
void          ghc_cache_db_close     (GhcCacheDb *self);
gboolean      ghc_cache_db_start_over (GhcCacheDb *self, char **notice, GError **error);
gboolean      ghc_cache_db_is_damaged (const GError *error);

gboolean      ghc_cache_db_exec      (GhcCacheDb *self, const char *sql, GError **error);

/**
 * ghc_cache_db_run:
 * @types: a letter for each argument: "t" const char * (NULL is null), "i" gint64, "b" GBytes *
 *
 * Runs a statement that gives no rows.
 */
gboolean      ghc_cache_db_run       (GhcCacheDb *self,
                                      GError    **error,
                                      const char *sql,
                                      const char *types,
                                      ...);

/* Begins a query; then step it until FALSE, and look at @error. It is reset at its next use. */
sqlite3_stmt *ghc_cache_db_query     (GhcCacheDb *self,
                                      GError    **error,
                                      const char *sql,
                                      const char *types,
                                      ...);
gboolean      ghc_cache_db_step      (GhcCacheDb *self, sqlite3_stmt *statement, GError **error);
GBytes       *ghc_cache_db_get_bytes (sqlite3_stmt *statement, int column);
const char   *ghc_cache_db_get_text  (sqlite3_stmt *statement, int column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcCacheDb, ghc_cache_db_close)

G_END_DECLS
