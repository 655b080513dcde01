/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include "gh-json.h"

G_BEGIN_DECLS

/**
 * GhJsonBuilder:
 *
 * Writes one JSON document from the outside in. It begins inside the root object (or array); each
 * open_object or open_array goes one level in and close comes back. @name is the member's key inside
 * an object and %NULL inside an array. Strings are copied and must be valid UTF-8 without NUL, each
 * key may be used once in its object, and integers lie within +-(2^53-1): the programmer's duty,
 * checked when finishing.
 *
 * |[<!-- language="C" -->
 * g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
 *
 * gh_json_builder_add_string (builder, "msgtype", "m.text");
 * gh_json_builder_add_string (builder, "body", body);
 * gh_json_builder_open_array (builder, "mentions");
 * gh_json_builder_add_string (builder, NULL, user_id);
 * gh_json_builder_close (builder);
 * content = gh_json_builder_finish (builder);
 * ]|
 */
typedef struct _GhJsonBuilder GhJsonBuilder;

GhJsonBuilder *gh_json_builder_new (void) G_GNUC_WARN_UNUSED_RESULT;
GhJsonBuilder *gh_json_builder_new_array (void) G_GNUC_WARN_UNUSED_RESULT;
void gh_json_builder_free (GhJsonBuilder *self);

void gh_json_builder_open_object (GhJsonBuilder *self, const char *name);
void gh_json_builder_open_array (GhJsonBuilder *self, const char *name);
void gh_json_builder_close (GhJsonBuilder *self);

void gh_json_builder_add_string (GhJsonBuilder *self, const char *name, const char *value);
void gh_json_builder_add_optional_string (GhJsonBuilder *self, const char *name, const char *value);
void gh_json_builder_add_int (GhJsonBuilder *self, const char *name, gint64 value);
void gh_json_builder_add_bool (GhJsonBuilder *self, const char *name, gboolean value);
void gh_json_builder_add_null (GhJsonBuilder *self, const char *name);
void gh_json_builder_add_strings (GhJsonBuilder *self, const char *name, const char *const *values);
void gh_json_builder_add_json (GhJsonBuilder *self, const char *name, GhJson *value);
void gh_json_builder_add_raw (GhJsonBuilder *self, const char *name, GBytes *json);
void gh_json_builder_add_members (GhJsonBuilder *self, GhJson *object);

GhJson *gh_json_builder_finish (GhJsonBuilder *self) G_GNUC_WARN_UNUSED_RESULT;
GBytes *gh_json_builder_finish_bytes (GhJsonBuilder *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhJsonBuilder, gh_json_builder_free)

G_END_DECLS
