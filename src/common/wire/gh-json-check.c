/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What is taken as JSON: integers, keys that stand once, text without NUL, and not too deep. */
#include "gh-json-private.h"

#include "gh-error.h"
#include "gh-limits.h"

#include <math.h>
#include <string.h>

/* Most objects are small; only larger ones need memory to find a key that stands twice. */
#define FEW_KEYS 16

int
gh_json_compare_keys (const void *a, const void *b)
{
  yyjson_val *const *left = a;
  yyjson_val *const *right = b;

  /* A checked document has no NUL in its keys, and one being checked is refused before for it. */
  return strcmp (unsafe_yyjson_get_str (*left), unsafe_yyjson_get_str (*right));
}

static gboolean
refuse_duplicate (yyjson_val *key, GError **error)
{
  return gh_set_error (error, GH_ERROR_INVALID, "json.duplicate", NULL,
                       "The JSON has the key “%.64s” twice in one object",
                       unsafe_yyjson_get_str (key));
}

static gboolean
check_keys_sorted (yyjson_val **keys, gsize n, GError **error)
{
  qsort (keys, n, sizeof *keys, gh_json_compare_keys);
  for (gsize i = 1; i < n; i++)
    {
      if (gh_json_compare_keys (&keys[i - 1], &keys[i]) == 0)
        return refuse_duplicate (keys[i], error);
    }
  return TRUE;
}

static gboolean
check_keys (yyjson_val *object, GError **error)
{
  gsize n = unsafe_yyjson_get_len (object);
  yyjson_val *few[FEW_KEYS];
  g_autofree yyjson_val **many = NULL;
  yyjson_val **keys = few;
  yyjson_val *key = unsafe_yyjson_get_first (object);
  gboolean is_sorted = TRUE;

  if (n < 2)
    return TRUE;
  if (n > FEW_KEYS)
    keys = many = g_new (yyjson_val *, n);
  for (gsize i = 0; i < n; i++)
    {
      keys[i] = key;
      /* What we wrote ourselves is sorted, and then one pass is enough. */
      if (i > 0 && is_sorted && gh_json_compare_keys (&keys[i - 1], &keys[i]) >= 0)
        is_sorted = FALSE;
      key = unsafe_yyjson_get_next (key + 1);
    }
  return is_sorted || check_keys_sorted (keys, n, error);
}

static gboolean
check_string (yyjson_val *value, GError **error)
{
  /* Strings go to C functions and to PostgreSQL's text, which both end at a NUL. */
  if (memchr (unsafe_yyjson_get_str (value), '\0', unsafe_yyjson_get_len (value)) == NULL)
    return TRUE;
  return gh_set_error (error, GH_ERROR_INVALID, "json.nul", NULL,
                       "The JSON has a string with the character NUL");
}

/* Makes integers of numbers such as 1e10 and -0, so that everything else sees only integers. */
static gboolean
check_number (yyjson_val *value, GError **error)
{
  gint64 number;

  if (unsafe_yyjson_is_real (value))
    {
      double real = unsafe_yyjson_get_real (value);

      if (!(fabs (real) <= (double) GH_LIMIT_JSON_INT) || trunc (real) != real)
        goto refuse;
      number = (gint64) real;
    }
  else if (unsafe_yyjson_is_uint (value))
    {
      if (unsafe_yyjson_get_uint (value) > (guint64) GH_LIMIT_JSON_INT)
        goto refuse;
      return TRUE;
    }
  else
    {
      number = unsafe_yyjson_get_sint (value);
      if (number < -GH_LIMIT_JSON_INT || number > GH_LIMIT_JSON_INT)
        goto refuse;
    }

  /* One form for each number, as the reader makes it: unsigned unless negative. */
  if (number >= 0)
    unsafe_yyjson_set_uint (value, (guint64) number);
  else
    unsafe_yyjson_set_sint (value, number);
  return TRUE;

refuse:
  return gh_set_error (error, GH_ERROR_INVALID, "json.number", NULL,
                       "The JSON has a number that is not an integer between -(2^53-1) and 2^53-1");
}

static gboolean
check_value (yyjson_val *value, guint depth, GError **error)
{
  switch (unsafe_yyjson_get_type (value))
    {
    case YYJSON_TYPE_STR:
      return check_string (value, error);

    case YYJSON_TYPE_NUM:
      return check_number (value, error);

    case YYJSON_TYPE_NULL:
    case YYJSON_TYPE_BOOL:
      return TRUE;

    case YYJSON_TYPE_ARR:
    case YYJSON_TYPE_OBJ:
      break;

    default:
      return gh_set_error (error, GH_ERROR_INVALID, "json.syntax", NULL, "This is not JSON");
    }

  if (depth == GH_LIMIT_JSON_DEPTH)
    return gh_set_error (error, GH_ERROR_INVALID, "json.depth", NULL,
                         "The JSON is nested deeper than %d levels", GH_LIMIT_JSON_DEPTH);
  if (unsafe_yyjson_is_arr (value))
    {
      gsize n = unsafe_yyjson_get_len (value);
      yyjson_val *element = unsafe_yyjson_get_first (value);

      for (gsize i = 0; i < n; i++, element = unsafe_yyjson_get_next (element))
        {
          if (!check_value (element, depth + 1, error))
            return FALSE;
        }
    }
  else
    {
      gsize n = unsafe_yyjson_get_len (value);
      yyjson_val *key = unsafe_yyjson_get_first (value);

      for (gsize i = 0; i < n; i++, key = unsafe_yyjson_get_next (key + 1))
        {
          if (!check_string (key, error) || !check_value (key + 1, depth + 1, error))
            return FALSE;
        }
      return check_keys (value, error);
    }
  return TRUE;
}

/**
 * gh_json_check:
 * @root: of a document that was just read
 * @error: return location
 *
 * Checks all that is in a document, and gives each number its one form.
 *
 * Returns: whether it is what we take; otherwise %GH_ERROR_INVALID with "json.duplicate", "json.nul",
 *   "json.number", "json.depth" or "json.syntax"
 */
gboolean
gh_json_check (yyjson_val *root, GError **error)
{
  return check_value (root, 0, error);
}
