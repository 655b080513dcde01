/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "gh-id.h"

G_BEGIN_DECLS

/**
 * GhJson:
 *
 * A value of an immutable JSON document: the document's root as parsed or built, or one of its
 * members. It keeps the whole document alive, its reference counting is atomic, and it may be read
 * from any thread. Strings it gives out live as long as any #GhJson of the document.
 *
 * What parses is strict: valid UTF-8, no duplicate keys, no characters NUL, at most
 * GH_LIMIT_JSON_DEPTH levels, every number an integer within +-(2^53-1) (so 1e10 and -0 are the
 * integers 10000000000 and 0, and 1.5 is refused).
 *
 * Accessors with a #GError refuse with %GH_ERROR_INVALID, reason "json.missing", "json.type",
 * "json.range" or "id.invalid", and the field's name (its path from the root: "content.body").
 * The optional forms take a member that is absent or null for not given.
 */
typedef struct _GhJson GhJson;

#define GH_TYPE_JSON (gh_json_get_type ())

typedef enum
{
  GH_JSON_NULL,
  GH_JSON_BOOL,
  GH_JSON_INT,
  GH_JSON_STRING,
  GH_JSON_ARRAY,
  GH_JSON_OBJECT,
} GhJsonType;

GType gh_json_get_type (void) G_GNUC_CONST;

GhJson *gh_json_parse (const char *data, gsize size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GhJson *gh_json_parse_bytes (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GhJson *gh_json_parse_object (const char *data, gsize size,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
GhJson *gh_json_new_empty_object (void) G_GNUC_WARN_UNUSED_RESULT;
GhJson *gh_json_ref (GhJson *self);
void gh_json_unref (GhJson *self);

GhJsonType gh_json_get_value_type (GhJson *self);
gboolean gh_json_is_object (GhJson *self);
gboolean gh_json_is_array (GhJson *self);
gsize gh_json_get_length (GhJson *self);
gsize gh_json_get_depth (GhJson *self);
gboolean gh_json_has (GhJson *self, const char *name);
gboolean gh_json_equal (GhJson *a, GhJson *b);

/* Members of an object, checked. */
gboolean gh_json_get_string (GhJson *self, const char *name, gsize min_bytes, gsize max_bytes,
                             const char **out, GError **error);
gboolean gh_json_get_optional_string (GhJson *self, const char *name, gsize min_bytes,
                                      gsize max_bytes, const char **out, GError **error);
gboolean gh_json_get_id (GhJson *self, const char *name, GhIdKind kind, const char **out,
                         GError **error);
gboolean gh_json_get_optional_id (GhJson *self, const char *name, GhIdKind kind, const char **out,
                                  GError **error);
gboolean gh_json_get_int (GhJson *self, const char *name, gint64 min, gint64 max, gint64 *out,
                          GError **error);
gboolean gh_json_get_optional_int (GhJson *self, const char *name, gint64 min, gint64 max,
                                   gint64 fallback, gint64 *out, GError **error);
gboolean gh_json_get_bool (GhJson *self, const char *name, gboolean *out, GError **error);
gboolean gh_json_get_optional_bool (GhJson *self, const char *name, gboolean fallback,
                                    gboolean *out, GError **error);
gboolean gh_json_get_object (GhJson *self, const char *name, GhJson **out, GError **error);
gboolean gh_json_get_optional_object (GhJson *self, const char *name, GhJson **out, GError **error);
gboolean gh_json_get_array (GhJson *self, const char *name, gsize max_length, GhJson **out,
                            GError **error);
gboolean gh_json_get_optional_array (GhJson *self, const char *name, gsize max_length, GhJson **out,
                                     GError **error);
gboolean gh_json_get_choice (GhJson *self, const char *name, const char *const *choices, guint *out,
                             GError **error);
gboolean gh_json_get_strings (GhJson *self, const char *name, gsize max_length, gsize max_bytes,
                              char ***out, GError **error);
gboolean gh_json_get_ids (GhJson *self, const char *name, GhIdKind kind, gsize max_length,
                          char ***out, GError **error);

/* Members of an object, for what was checked before: absent or of another type gives the fallback. */
const char *gh_json_peek_string (GhJson *self, const char *name);
gint64 gh_json_peek_int (GhJson *self, const char *name, gint64 fallback);
gboolean gh_json_peek_bool (GhJson *self, const char *name, gboolean fallback);
GhJson *gh_json_peek_object (GhJson *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;
GhJson *gh_json_peek_array (GhJson *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;
GhJson *gh_json_peek_member (GhJson *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* The value itself, when it is an element of an array. */
const char *gh_json_as_string (GhJson *self);
gint64 gh_json_as_int (GhJson *self, gint64 fallback);
gboolean gh_json_as_bool (GhJson *self, gboolean fallback);

/**
 * GhJsonIter:
 *
 * Walks an array or an object in the document's order; lives on the stack. The values it gives are
 * the caller's to unref.
 *
 * |[<!-- language="C" -->
 * GhJsonIter iter;
 * GhJson *member;
 *
 * gh_json_iter_init (&iter, overrides);
 * while (gh_json_iter_next (&iter, &name, &member))
 *   {
 *     fold (name, member);
 *     gh_json_unref (member);
 *   }
 * ]|
 */
typedef struct
{
  /*< private >*/
  GhJson *json;
  gpointer value;
  gsize index;
  gsize length;
} GhJsonIter;

void gh_json_iter_init (GhJsonIter *iter, GhJson *json);
gboolean gh_json_iter_next (GhJsonIter *iter, const char **name, GhJson **value);

/* Writing. Canonical: keys sorted by code point, no white space, shortest form (the Matrix rules). */
GBytes *gh_json_to_canonical (GhJson *self) G_GNUC_WARN_UNUSED_RESULT;
GBytes *gh_json_to_bytes (GhJson *self) G_GNUC_WARN_UNUSED_RESULT;
char *gh_json_to_string (GhJson *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhJson, gh_json_unref)

G_END_DECLS
