/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * RandomJson:
 *
 * A random JSON value that can be written in many ways that all mean the same: any order of keys, any
 * white space, any escaping.
 */
typedef struct _RandomJson RandomJson;

RandomJson *random_json_new_object (guint max_depth);
void random_json_free (RandomJson *self);
char *random_json_write (RandomJson *self, gboolean is_plain);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RandomJson, random_json_free)

/* Swaps the members of every object of a compact JSON text and adds white space. */
char *random_json_scramble (const char *text);

G_END_DECLS
