/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-json-private.h"

#include "gh-error.h"

G_DEFINE_BOXED_TYPE (GhJson, gh_json, gh_json_ref, gh_json_unref)

GhJson *
gh_json_new_take_doc (yyjson_doc *doc, GError **error)
{
  GhJson *self;

  if (!gh_json_check (yyjson_doc_get_root (doc), error))
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
