/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "../test-util.h"

#include "gh-json.h"

#include <string.h>

G_BEGIN_DECLS

/* Returns what @text says, which has to be JSON that we take. */
static inline GhJson *
parse_json (const char *text)
{
  g_autoptr (GError) error = NULL;
  GhJson *json = gh_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return json;
}

/* Returns the canonical text of @json. */
static inline char *
write_canonical (GhJson *json)
{
  g_autoptr (GBytes) bytes = gh_json_to_canonical (json);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

G_END_DECLS
