/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * GhSecret:
 *
 * Bytes that must not leak: kept in memory that is locked against swapping, guarded against
 * overruns and wiped when the last reference goes. Immutable; reference counting is atomic. The
 * bytes are followed by a NUL that is not counted, so a secret that is text can be passed to a
 * function that wants a string.
 */
typedef struct _GhSecret GhSecret;

#define GH_TYPE_SECRET (gh_secret_get_type ())

GType gh_secret_get_type (void) G_GNUC_CONST;

GhSecret *gh_secret_new (gconstpointer data, gsize size) G_GNUC_WARN_UNUSED_RESULT;
GhSecret *gh_secret_new_string (const char *text) G_GNUC_WARN_UNUSED_RESULT;
GhSecret *gh_secret_new_take (gpointer data, gsize size) G_GNUC_WARN_UNUSED_RESULT;
GhSecret *gh_secret_new_random (gsize size) G_GNUC_WARN_UNUSED_RESULT;
GhSecret *gh_secret_ref (GhSecret *self);
void gh_secret_unref (GhSecret *self);
const void *gh_secret_get_data (const GhSecret *self);
gsize gh_secret_get_size (const GhSecret *self);
const char *gh_secret_get_string (const GhSecret *self);
gboolean gh_secret_equal (const GhSecret *a, const GhSecret *b);
gboolean gh_secret_equal_data (const GhSecret *self, gconstpointer data, gsize size);
void gh_secret_wipe (gpointer data, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhSecret, gh_secret_unref)

G_END_DECLS
