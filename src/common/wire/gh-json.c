/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-json-private.h"

#include "gh-error.h"
#include "gh-limits.h"

#include <math.h>
#include <string.h>

G_DEFINE_BOXED_TYPE (GhJson, gh_json, gh_json_ref, gh_json_unref)

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

GhJson *
gh_json_new_take_doc (yyjson_doc *doc, GError **error)
{
  GhJson *self;

  if (!check_value (yyjson_doc_get_root (doc), 0, error))
    {
      yyjson_doc_free (doc);
      return NULL;
    }
  self = g_new0 (GhJson, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->doc = doc;
  self->value = yyjson_doc_get_root (doc);
  return self;
}

GhJson *
gh_json_new_member (GhJson *parent, yyjson_val *value, const char *name, gsize index)
{
  GhJson *self = g_new0 (GhJson, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->value = value;
  self->parent = gh_json_ref (parent);
  self->name = name;
  self->index = index;
  return self;
}

/**
 * gh_json_parse:
 * @data: text, perhaps from the network; need not end in NUL
 * @size: its length in bytes
 * @error: return location
 *
 * How large @data may be is the caller's to limit. The text is copied.
 *
 * Returns: (transfer full) (nullable): the document's root, or %NULL with %GH_ERROR_INVALID: reason
 *   "json.syntax", "json.duplicate", "json.depth", "json.number" or "json.nul"
 */
GhJson *
gh_json_parse (const char *data, gsize size, GError **error)
{
  yyjson_read_err wrong;
  yyjson_doc *doc;

  g_return_val_if_fail (data != NULL || size == 0, NULL);

  /* The reader never writes to its input without YYJSON_READ_INSITU. */
  doc = size > 0 ? yyjson_read_opts ((char *) data, size, YYJSON_READ_NOFLAG, NULL, &wrong) : NULL;
  if (doc == NULL && size > 0)
    {
      gh_set_error (error, GH_ERROR_INVALID, "json.syntax", NULL,
                    "This is not JSON: %s at byte %" G_GSIZE_FORMAT, wrong.msg, wrong.pos);
      return NULL;
    }
  if (doc == NULL)
    {
      gh_set_error (error, GH_ERROR_INVALID, "json.syntax", NULL, "This is not JSON: it is empty");
      return NULL;
    }
  return gh_json_new_take_doc (doc, error);
}

/**
 * gh_json_parse_bytes:
 * @bytes: text, perhaps from the network
 * @error: return location
 *
 * As gh_json_parse().
 *
 * Returns: (transfer full) (nullable): the document's root, or %NULL with an error
 */
GhJson *
gh_json_parse_bytes (GBytes *bytes, GError **error)
{
  gsize size;
  const char *data;

  g_return_val_if_fail (bytes != NULL, NULL);

  data = g_bytes_get_data (bytes, &size);
  return gh_json_parse (data, size, error);
}

/**
 * gh_json_parse_object:
 * @data: text, perhaps from the network; need not end in NUL
 * @size: its length in bytes
 * @error: return location
 *
 * As gh_json_parse(), and the root must be an object: else reason "json.type".
 *
 * Returns: (transfer full) (nullable): the document's root, or %NULL with an error
 */
GhJson *
gh_json_parse_object (const char *data, gsize size, GError **error)
{
  g_autoptr (GhJson) self = gh_json_parse (data, size, error);

  if (self == NULL)
    return NULL;
  if (!gh_json_is_object (self))
    {
      gh_set_error (error, GH_ERROR_INVALID, "json.type", NULL, "The JSON must be an object");
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * gh_json_new_empty_object:
 *
 * Returns: (transfer full): `{}`
 */
GhJson *
gh_json_new_empty_object (void)
{
  return gh_json_parse ("{}", 2, NULL);
}

/**
 * gh_json_ref:
 * @self: a value
 *
 * Returns: (transfer full): the same value
 */
GhJson *
gh_json_ref (GhJson *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * gh_json_unref:
 * @self: (transfer full): a value
 */
void
gh_json_unref (GhJson *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  if (self->doc != NULL)
    yyjson_doc_free (self->doc);
  g_clear_pointer (&self->parent, gh_json_unref);
  g_free (self);
}

char *
gh_json_dup_path (GhJson *self, const char *name)
{
  GString *path = g_string_new (name);

  for (; self->parent != NULL; self = self->parent)
    {
      if (path->len > 0)
        g_string_prepend_c (path, '.');
      if (self->name != NULL)
        {
          g_string_prepend (path, self->name);
        }
      else
        {
          char index[24];

          g_snprintf (index, sizeof index, "%" G_GSIZE_FORMAT, self->index);
          g_string_prepend (path, index);
        }
    }
  return g_string_free_and_steal (path);
}

/**
 * gh_json_get_value_type:
 * @self: a value
 *
 * Returns: what it is
 */
GhJsonType
gh_json_get_value_type (GhJson *self)
{
  g_return_val_if_fail (self != NULL, GH_JSON_NULL);

  switch (unsafe_yyjson_get_type (self->value))
    {
    case YYJSON_TYPE_BOOL:
      return GH_JSON_BOOL;
    case YYJSON_TYPE_NUM:
      return GH_JSON_INT;
    case YYJSON_TYPE_STR:
      return GH_JSON_STRING;
    case YYJSON_TYPE_ARR:
      return GH_JSON_ARRAY;
    case YYJSON_TYPE_OBJ:
      return GH_JSON_OBJECT;
    default:
      return GH_JSON_NULL;
    }
}

/**
 * gh_json_is_object:
 * @self: a value
 *
 * Returns: whether it is an object
 */
gboolean
gh_json_is_object (GhJson *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return unsafe_yyjson_is_obj (self->value);
}

/**
 * gh_json_is_array:
 * @self: a value
 *
 * Returns: whether it is an array
 */
gboolean
gh_json_is_array (GhJson *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return unsafe_yyjson_is_arr (self->value);
}

/**
 * gh_json_get_length:
 * @self: a value
 *
 * Returns: the number of its members or elements; 0 for what has none
 */
gsize
gh_json_get_length (GhJson *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return unsafe_yyjson_is_ctn (self->value) ? unsafe_yyjson_get_len (self->value) : 0;
}

static gsize
measure_depth (yyjson_val *value)
{
  gboolean is_object = unsafe_yyjson_is_obj (value);
  gsize n = unsafe_yyjson_is_ctn (value) ? unsafe_yyjson_get_len (value) : 0;
  yyjson_val *at = n > 0 ? unsafe_yyjson_get_first (value) : NULL;
  gsize deepest = 0;

  for (gsize i = 0; i < n; i++)
    {
      /* Not within MAX(), which would look twice at each level: 2^32 times in all. */
      gsize depth = measure_depth (is_object ? at + 1 : at);

      deepest = MAX (deepest, depth);
      at = unsafe_yyjson_get_next (is_object ? at + 1 : at);
    }
  return unsafe_yyjson_is_ctn (value) ? deepest + 1 : 0;
}

/**
 * gh_json_get_depth:
 * @self: a value
 *
 * Returns: how many objects and arrays are nested in it: 0 for a text or a number, 1 for `{"a":1}`
 */
gsize
gh_json_get_depth (GhJson *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return measure_depth (self->value);
}

/**
 * gh_json_equal:
 * @a: a value
 * @b: another
 *
 * Returns: whether both mean the same; the order of keys does not matter
 */
gboolean
gh_json_equal (GhJson *a, GhJson *b)
{
  g_return_val_if_fail (a != NULL, FALSE);
  g_return_val_if_fail (b != NULL, FALSE);

  return yyjson_equals (a->value, b->value);
}

/**
 * gh_json_iter_init:
 * @iter: (out): an iterator
 * @json: (nullable): an array or object that must outlive it; %NULL and others have nothing to walk
 */
void
gh_json_iter_init (GhJsonIter *iter, GhJson *json)
{
  g_return_if_fail (iter != NULL);

  *iter = (GhJsonIter) { json, NULL, 0, json != NULL ? gh_json_get_length (json) : 0 };
  if (iter->length > 0)
    iter->value = unsafe_yyjson_get_first (json->value);
}

/**
 * gh_json_iter_next:
 * @iter: an iterator
 * @name: (out) (optional) (transfer none): the member's key; %NULL in an array
 * @value: (out) (optional) (transfer full): the member or element
 *
 * Returns: %FALSE at the end
 */
gboolean
gh_json_iter_next (GhJsonIter *iter, const char **name, GhJson **value)
{
  yyjson_val *at;
  const char *key = NULL;

  g_return_val_if_fail (iter != NULL, FALSE);

  if (iter->index == iter->length)
    return FALSE;
  at = iter->value;
  if (unsafe_yyjson_is_obj (iter->json->value))
    key = unsafe_yyjson_get_str (at++);
  if (name != NULL)
    *name = key;
  if (value != NULL)
    *value = gh_json_new_member (iter->json, at, key, iter->index);
  iter->value = unsafe_yyjson_get_next (at);
  iter->index++;
  return TRUE;
}
