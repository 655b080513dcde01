/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GhdArrayKind:
 *
 * What the elements of an array are in PostgreSQL.
 */
typedef enum
{
  GHD_ARRAY_INT64,
  GHD_ARRAY_TEXT,
  GHD_ARRAY_DATA,
} GhdArrayKind;

/**
 * GhdArray:
 *
 * One array parameter in PostgreSQL's binary form (array_recv), grown element by element: a column of
 * many rows that go into one statement. Values are copied into one piece of memory, which is sent
 * as it is. Reference counted, and to be filled by one thread at a time.
 */
typedef struct _GhdArray GhdArray;

GhdArray *ghd_array_new (GhdArrayKind kind) G_GNUC_WARN_UNUSED_RESULT;
GhdArray *ghd_array_ref (GhdArray *self);
void ghd_array_unref (GhdArray *self);
void ghd_array_clear (GhdArray *self);

void ghd_array_add_int64 (GhdArray *self, gint64 value);
void ghd_array_add_text (GhdArray *self, const char *value);
void ghd_array_add_data (GhdArray *self, gconstpointer data, gsize size);

guint ghd_array_get_length (GhdArray *self);
GhdArrayKind ghd_array_get_kind (GhdArray *self);
gconstpointer ghd_array_get_binary (GhdArray *self, gsize *size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdArray, ghd_array_unref)

G_END_DECLS
