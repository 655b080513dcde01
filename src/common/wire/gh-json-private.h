/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include "gh-json.h"

#include <yyjson.h>

G_BEGIN_DECLS

struct _GhJson
{
  gatomicrefcount ref_count;
  yyjson_val *value;
  yyjson_doc *doc;  /* the root's; NULL for members */
  GhJson *parent;   /* a member's */
  const char *name; /* a member's key; NULL for an element */
  gsize index;      /* an element's place */
};

/* Takes the document, checks and normalises it; NULL with an error where it is not strict. */
GhJson *gh_json_new_take_doc (yyjson_doc *doc, GError **error);
/* Whether a document is strict; gives each number its one form. */
gboolean gh_json_check (yyjson_val *root, GError **error);
/* A handle on a value below @parent. */
GhJson *gh_json_new_member (GhJson *parent, yyjson_val *value, const char *name, gsize index);
/* The path from the root to the member @name of @self, which may be NULL for @self itself. */
char *gh_json_dup_path (GhJson *self, const char *name);
/* The number of a checked value. */
static inline gint64
gh_json_integer (yyjson_val *value)
{
  return unsafe_yyjson_is_uint (value) ? (gint64) unsafe_yyjson_get_uint (value)
                                       : unsafe_yyjson_get_sint (value);
}

/* Orders pointers to keys, for qsort(): by code point, as UTF-8 sorts by its bytes. */
int gh_json_compare_keys (const void *a, const void *b);
/* A quoted string and an integer in canonical form. */
void gh_json_append_string (GString *out, const char *text, gsize size);
void gh_json_append_int (GString *out, gint64 number);
/* Takes the text: to be kept, in no more memory than it needs. A GString has a power of two, and one of a
 * kilobyte and more makes the allocator tidy up each time. A NUL stands behind it still. */
GBytes *gh_json_keep_text (GString *text);

G_END_DECLS
