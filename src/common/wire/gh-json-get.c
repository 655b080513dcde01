/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-json-private.h"

#include "gh-error.h"

#include <string.h>

static yyjson_val *
find (GhJson *self, const char *name)
{
  return yyjson_obj_get (self->value, name);
}

static gboolean
is_given (yyjson_val *value)
{
  return value != NULL && !unsafe_yyjson_is_null (value);
}

static gboolean refuse (GhJson *self, const char *name, const char *reason, GError **error,
                        const char *format, ...) G_GNUC_PRINTF (5, 6);

static gboolean
refuse (GhJson *self, const char *name, const char *reason, GError **error, const char *format, ...)
{
  g_autofree char *path = NULL;
  g_autofree char *wrong = NULL;
  va_list args;

  if (error == NULL)
    return FALSE;
  path = gh_json_dup_path (self, name);
  va_start (args, format);
  wrong = g_strdup_vprintf (format, args);
  va_end (args);
  return gh_set_error (error, GH_ERROR_INVALID, reason, path, "“%s” %s", path, wrong);
}

static gboolean
refuse_missing (GhJson *self, const char *name, GError **error)
{
  return refuse (self, name, "json.missing", error, "is missing");
}

static gboolean
read_string (GhJson *self, const char *name, yyjson_val *value, gsize min_bytes, gsize max_bytes,
             const char **out, GError **error)
{
  gsize size;

  if (!unsafe_yyjson_is_str (value))
    return refuse (self, name, "json.type", error, "must be text");
  size = unsafe_yyjson_get_len (value);
  if (size < min_bytes && size == 0)
    return refuse (self, name, "json.range", error, "cannot be empty");
  if (size < min_bytes)
    return refuse (self, name, "json.range", error, "needs at least %" G_GSIZE_FORMAT " bytes",
                   min_bytes);
  if (size > max_bytes)
    return refuse (self, name, "json.range", error, "can have at most %" G_GSIZE_FORMAT " bytes",
                   max_bytes);
  *out = unsafe_yyjson_get_str (value);
  return TRUE;
}

/**
 * gh_json_get_string:
 * @self: an object
 * @name: the member's key
 * @min_bytes: fewest bytes
 * @max_bytes: most bytes
 * @out: (out) (transfer none): its text, which lives as long as the document
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID when it is missing, no text, too short or too long
 */
gboolean
gh_json_get_string (GhJson *self, const char *name, gsize min_bytes, gsize max_bytes,
                    const char **out, GError **error)
{
  yyjson_val *value;

  g_return_val_if_fail (self != NULL && name != NULL && out != NULL, FALSE);

  value = find (self, name);
  if (!is_given (value))
    return refuse_missing (self, name, error);
  return read_string (self, name, value, min_bytes, max_bytes, out, error);
}

/**
 * gh_json_get_optional_string:
 * @self: an object
 * @name: the member's key
 * @min_bytes: fewest bytes when given
 * @max_bytes: most bytes
 * @out: (out) (transfer none) (nullable): its text, or %NULL when it is not given
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID when it is no text, too short or too long
 */
gboolean
gh_json_get_optional_string (GhJson *self, const char *name, gsize min_bytes, gsize max_bytes,
                             const char **out, GError **error)
{
  yyjson_val *value;

  g_return_val_if_fail (self != NULL && name != NULL && out != NULL, FALSE);

  *out = NULL;
  value = find (self, name);
  return !is_given (value) || read_string (self, name, value, min_bytes, max_bytes, out, error);
}

static gboolean
read_id (GhJson *self, const char *name, yyjson_val *value, GhIdKind kind, const char **out,
         GError **error)
{
  g_autofree char *path = NULL;
  const char *id;

  if (!unsafe_yyjson_is_str (value))
    return refuse (self, name, "json.type", error, "must be text");
  id = unsafe_yyjson_get_str (value);
  if (!gh_id_is_valid (kind, id))
    {
      path = gh_json_dup_path (self, name);
      return gh_id_check (kind, id, path, error);
    }
  *out = id;
  return TRUE;
}

/**
 * gh_json_get_id:
 * @self: an object
 * @name: the member's key
 * @kind: what it must be the id of
 * @out: (out) (transfer none): the id
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID, also reason "id.invalid"
 */
gboolean
gh_json_get_id (GhJson *self, const char *name, GhIdKind kind, const char **out, GError **error)
{
  yyjson_val *value;

  g_return_val_if_fail (self != NULL && name != NULL && out != NULL, FALSE);

  value = find (self, name);
  if (!is_given (value))
    return refuse_missing (self, name, error);
  return read_id (self, name, value, kind, out, error);
}

/**
 * gh_json_get_optional_id:
 * @self: an object
 * @name: the member's key
 * @kind: what it must be the id of
 * @out: (out) (transfer none) (nullable): the id, or %NULL when it is not given
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID, also reason "id.invalid"
 */
gboolean
gh_json_get_optional_id (GhJson *self, const char *name, GhIdKind kind, const char **out,
                         GError **error)
{
  yyjson_val *value;

  g_return_val_if_fail (self != NULL && name != NULL && out != NULL, FALSE);

  *out = NULL;
  value = find (self, name);
  return !is_given (value) || read_id (self, name, value, kind, out, error);
}

static gboolean
read_int (GhJson *self, const char *name, yyjson_val *value, gint64 min, gint64 max, gint64 *out,
          GError **error)
{
  gint64 number;

  if (!unsafe_yyjson_is_num (value))
    return refuse (self, name, "json.type", error, "must be a whole number");
  number = gh_json_integer (value);
  if (number < min || number > max)
    return refuse (self, name, "json.range", error,
                   "must be from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, min, max);
  *out = number;
  return TRUE;
}

/**
 * gh_json_get_int:
 * @self: an object
 * @name: the member's key
 * @min: smallest value
 * @max: largest value
 * @out: (out): the number
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID when it is missing, no number or out of range
 */
gboolean
gh_json_get_int (GhJson *self, const char *name, gint64 min, gint64 max, gint64 *out,
                 GError **error)
{
  yyjson_val *value;

  g_return_val_if_fail (self != NULL && name != NULL && out != NULL, FALSE);

  value = find (self, name);
  if (!is_given (value))
    return refuse_missing (self, name, error);
  return read_int (self, name, value, min, max, out, error);
}

/**
 * gh_json_get_optional_int:
 * @self: an object
 * @name: the member's key
 * @min: smallest value
 * @max: largest value
 * @fallback: what @out becomes when it is not given
 * @out: (out): the number
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID when it is no number or out of range
 */
gboolean
gh_json_get_optional_int (GhJson *self, const char *name, gint64 min, gint64 max, gint64 fallback,
                          gint64 *out, GError **error)
{
  yyjson_val *value;

  g_return_val_if_fail (self != NULL && name != NULL && out != NULL, FALSE);

  *out = fallback;
  value = find (self, name);
  return !is_given (value) || read_int (self, name, value, min, max, out, error);
}

static gboolean
read_bool (GhJson *self, const char *name, yyjson_val *value, gboolean *out, GError **error)
{
  if (!unsafe_yyjson_is_bool (value))
    return refuse (self, name, "json.type", error, "must be true or false");
  *out = unsafe_yyjson_get_bool (value);
  return TRUE;
}

/**
 * gh_json_get_bool:
 * @self: an object
 * @name: the member's key
 * @out: (out): the value
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID when it is missing or neither true nor false
 */
gboolean
gh_json_get_bool (GhJson *self, const char *name, gboolean *out, GError **error)
{
  yyjson_val *value;

  g_return_val_if_fail (self != NULL && name != NULL && out != NULL, FALSE);

  value = find (self, name);
  if (!is_given (value))
    return refuse_missing (self, name, error);
  return read_bool (self, name, value, out, error);
}

/**
 * gh_json_get_optional_bool:
 * @self: an object
 * @name: the member's key
 * @fallback: what @out becomes when it is not given
 * @out: (out): the value
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID when it is neither true nor false
 */
gboolean
gh_json_get_optional_bool (GhJson *self, const char *name, gboolean fallback, gboolean *out,
                           GError **error)
{
  yyjson_val *value;

  g_return_val_if_fail (self != NULL && name != NULL && out != NULL, FALSE);

  *out = fallback;
  value = find (self, name);
  return !is_given (value) || read_bool (self, name, value, out, error);
}

static gboolean
read_object (GhJson *self, const char *name, yyjson_val *value, GhJson **out, GError **error)
{
  if (!unsafe_yyjson_is_obj (value))
    return refuse (self, name, "json.type", error, "must be an object");
  *out = gh_json_new_member (self, value, unsafe_yyjson_get_str (value - 1), 0);
  return TRUE;
}

static gboolean
read_array (GhJson *self, const char *name, yyjson_val *value, gsize max_length, GhJson **out,
            GError **error)
{
  if (!unsafe_yyjson_is_arr (value))
    return refuse (self, name, "json.type", error, "must be a list");
  if (unsafe_yyjson_get_len (value) > max_length)
    return refuse (self, name, "json.range", error, "can have at most %" G_GSIZE_FORMAT " elements",
                   max_length);
  *out = gh_json_new_member (self, value, unsafe_yyjson_get_str (value - 1), 0);
  return TRUE;
}

/**
 * gh_json_get_object:
 * @self: an object
 * @name: the member's key
 * @out: (out) (transfer full): the object
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID when it is missing or no object
 */
gboolean
gh_json_get_object (GhJson *self, const char *name, GhJson **out, GError **error)
{
  yyjson_val *value;

  g_return_val_if_fail (self != NULL && name != NULL && out != NULL, FALSE);

  value = find (self, name);
  if (!is_given (value))
    return refuse_missing (self, name, error);
  return read_object (self, name, value, out, error);
}

/**
 * gh_json_get_optional_object:
 * @self: an object
 * @name: the member's key
 * @out: (out) (transfer full) (nullable): the object, or %NULL when it is not given
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID when it is no object
 */
gboolean
gh_json_get_optional_object (GhJson *self, const char *name, GhJson **out, GError **error)
{
  yyjson_val *value;

  g_return_val_if_fail (self != NULL && name != NULL && out != NULL, FALSE);

  *out = NULL;
  value = find (self, name);
  return !is_given (value) || read_object (self, name, value, out, error);
}

/**
 * gh_json_get_array:
 * @self: an object
 * @name: the member's key
 * @max_length: most elements
 * @out: (out) (transfer full): the array
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID when it is missing, no array or too long
 */
gboolean
gh_json_get_array (GhJson *self, const char *name, gsize max_length, GhJson **out, GError **error)
{
  yyjson_val *value;

  g_return_val_if_fail (self != NULL && name != NULL && out != NULL, FALSE);

  value = find (self, name);
  if (!is_given (value))
    return refuse_missing (self, name, error);
  return read_array (self, name, value, max_length, out, error);
}

/**
 * gh_json_get_optional_array:
 * @self: an object
 * @name: the member's key
 * @max_length: most elements
 * @out: (out) (transfer full) (nullable): the array, or %NULL when it is not given
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID when it is no array or too long
 */
gboolean
gh_json_get_optional_array (GhJson *self, const char *name, gsize max_length, GhJson **out,
                            GError **error)
{
  yyjson_val *value;

  g_return_val_if_fail (self != NULL && name != NULL && out != NULL, FALSE);

  *out = NULL;
  value = find (self, name);
  return !is_given (value) || read_array (self, name, value, max_length, out, error);
}

static gboolean
read_choice (GhJson *self, const char *name, yyjson_val *value, const char *const *choices,
             guint *out, GError **error)
{
  g_autofree char *all = NULL;

  for (guint i = 0; unsafe_yyjson_is_str (value) && choices[i] != NULL; i++)
    {
      if (strcmp (unsafe_yyjson_get_str (value), choices[i]) == 0)
        {
          *out = i;
          return TRUE;
        }
    }
  all = g_strjoinv (", ", (char **) choices);
  return refuse (self, name, unsafe_yyjson_is_str (value) ? "json.range" : "json.type", error,
                 "must be one of %s", all);
}

/**
 * gh_json_get_choice:
 * @self: an object
 * @name: the member's key
 * @choices: (array zero-terminated=1): the allowed words
 * @out: (out): which of them it is
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID when it is missing or none of them
 */
gboolean
gh_json_get_choice (GhJson *self, const char *name, const char *const *choices, guint *out,
                    GError **error)
{
  yyjson_val *value;

  g_return_val_if_fail (self != NULL && name != NULL && choices != NULL && out != NULL, FALSE);

  value = find (self, name);
  if (!is_given (value))
    return refuse_missing (self, name, error);
  return read_choice (self, name, value, choices, out, error);
}

/* Elements are ids of a kind, or with a kind below zero texts of at most @max_bytes. */
static gboolean
read_texts (GhJson *self, const char *name, int kind, gsize max_length, gsize max_bytes,
            char ***out, GError **error)
{
  g_autoptr (GhJson) array = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GhJsonIter iter;
  GhJson *element;

  if (!gh_json_get_array (self, name, max_length, &array, error))
    return FALSE;
  gh_json_iter_init (&iter, array);
  while (gh_json_iter_next (&iter, NULL, &element))
    {
      g_autoptr (GhJson) owned = element;
      const char *text = NULL;

      if (kind >= 0 ? !read_id (owned, NULL, owned->value, (GhIdKind) kind, &text, error)
                    : !read_string (owned, NULL, owned->value, 0, max_bytes, &text, error))
        return FALSE;
      g_strv_builder_add (builder, text);
    }
  *out = g_strv_builder_end (builder);
  return TRUE;
}

/**
 * gh_json_get_strings:
 * @self: an object
 * @name: the member's key
 * @max_length: most elements
 * @max_bytes: most bytes of each
 * @out: (out) (transfer full) (array zero-terminated=1): copies of them
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID when it is missing, no list of texts, or over a limit
 */
gboolean
gh_json_get_strings (GhJson *self, const char *name, gsize max_length, gsize max_bytes, char ***out,
                     GError **error)
{
  g_return_val_if_fail (self != NULL && name != NULL && out != NULL, FALSE);

  return read_texts (self, name, -1, max_length, max_bytes, out, error);
}

/**
 * gh_json_get_ids:
 * @self: an object
 * @name: the member's key
 * @kind: what they must be ids of
 * @max_length: most elements
 * @out: (out) (transfer full) (array zero-terminated=1): copies of them
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID when it is missing, no list of such ids, or too long
 */
gboolean
gh_json_get_ids (GhJson *self, const char *name, GhIdKind kind, gsize max_length, char ***out,
                 GError **error)
{
  g_return_val_if_fail (self != NULL && name != NULL && out != NULL, FALSE);

  return read_texts (self, name, (int) kind, max_length, 0, out, error);
}
