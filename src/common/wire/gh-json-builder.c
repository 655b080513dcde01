/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-json-builder.h"

#include "gh-json-private.h"
#include "gh-limits.h"

#include <stdlib.h>
#include <string.h>

struct _GhJsonBuilder
{
  yyjson_mut_doc *doc;
  yyjson_mut_val *open[GH_LIMIT_JSON_DEPTH];
  guint depth; /* of @open; the root is the first */
  gboolean has_raw;
};

static GhJsonBuilder *
allocate (gboolean is_array)
{
  GhJsonBuilder *self = g_new0 (GhJsonBuilder, 1);

  self->doc = yyjson_mut_doc_new (NULL);
  self->open[0] = is_array ? yyjson_mut_arr (self->doc) : yyjson_mut_obj (self->doc);
  self->depth = 1;
  yyjson_mut_doc_set_root (self->doc, self->open[0]);
  return self;
}

/**
 * gh_json_builder_new:
 *
 * Returns: (transfer full): a builder inside an empty object
 */
GhJsonBuilder *
gh_json_builder_new (void)
{
  return allocate (FALSE);
}

/**
 * gh_json_builder_new_array:
 *
 * Returns: (transfer full): a builder inside an empty array
 */
GhJsonBuilder *
gh_json_builder_new_array (void)
{
  return allocate (TRUE);
}

/**
 * gh_json_builder_free:
 * @self: (transfer full): a builder
 */
void
gh_json_builder_free (GhJsonBuilder *self)
{
  g_return_if_fail (self != NULL);

  yyjson_mut_doc_free (self->doc);
  g_free (self);
}

/* Text that is not UTF-8 can only be a mistake of ours; it must not make a document unreadable. */
static yyjson_mut_val *
make_string (GhJsonBuilder *self, const char *text)
{
  gsize size = strlen (text);

  if (G_UNLIKELY (!g_utf8_validate (text, (gssize) size, NULL)))
    {
      g_autofree char *valid = g_utf8_make_valid (text, (gssize) size);

      g_critical ("A string for JSON is not valid UTF-8");
      return yyjson_mut_strcpy (self->doc, valid);
    }
  return yyjson_mut_strncpy (self->doc, text, size);
}

static void
add (GhJsonBuilder *self, const char *name, yyjson_mut_val *value)
{
  yyjson_mut_val *container = self->open[self->depth - 1];

  if (yyjson_mut_is_obj (container))
    {
      g_return_if_fail (name != NULL);
      yyjson_mut_obj_add (container, make_string (self, name), value);
    }
  else
    {
      g_return_if_fail (name == NULL);
      yyjson_mut_arr_append (container, value);
    }
}

static void
open_container (GhJsonBuilder *self, const char *name, yyjson_mut_val *value)
{
  add (self, name, value);
  self->open[self->depth++] = value;
}

/**
 * gh_json_builder_open_object:
 * @self: a builder
 * @name: (nullable): the member's key; %NULL inside an array
 *
 * Adds an empty object and goes into it.
 */
void
gh_json_builder_open_object (GhJsonBuilder *self, const char *name)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->depth < GH_LIMIT_JSON_DEPTH);

  open_container (self, name, yyjson_mut_obj (self->doc));
}

/**
 * gh_json_builder_open_array:
 * @self: a builder
 * @name: (nullable): the member's key; %NULL inside an array
 *
 * Adds an empty array and goes into it.
 */
void
gh_json_builder_open_array (GhJsonBuilder *self, const char *name)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->depth < GH_LIMIT_JSON_DEPTH);

  open_container (self, name, yyjson_mut_arr (self->doc));
}

/**
 * gh_json_builder_close:
 * @self: a builder
 *
 * Comes back out of the last object or array opened.
 */
void
gh_json_builder_close (GhJsonBuilder *self)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->depth > 1);

  self->depth--;
}

/**
 * gh_json_builder_add_string:
 * @self: a builder
 * @name: (nullable): the member's key; %NULL inside an array
 * @value: text, copied
 */
void
gh_json_builder_add_string (GhJsonBuilder *self, const char *name, const char *value)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (value != NULL);

  add (self, name, make_string (self, value));
}

/**
 * gh_json_builder_add_optional_string:
 * @self: a builder
 * @name: (nullable): the member's key; %NULL inside an array
 * @value: (nullable): text, copied; %NULL adds nothing
 */
void
gh_json_builder_add_optional_string (GhJsonBuilder *self, const char *name, const char *value)
{
  g_return_if_fail (self != NULL);

  if (value != NULL)
    add (self, name, make_string (self, value));
}

/**
 * gh_json_builder_add_int:
 * @self: a builder
 * @name: (nullable): the member's key; %NULL inside an array
 * @value: a number within +-(2^53-1)
 */
void
gh_json_builder_add_int (GhJsonBuilder *self, const char *name, gint64 value)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (value >= -GH_LIMIT_JSON_INT && value <= GH_LIMIT_JSON_INT);

  add (self, name, yyjson_mut_sint (self->doc, value));
}

/**
 * gh_json_builder_add_bool:
 * @self: a builder
 * @name: (nullable): the member's key; %NULL inside an array
 * @value: true or false
 */
void
gh_json_builder_add_bool (GhJsonBuilder *self, const char *name, gboolean value)
{
  g_return_if_fail (self != NULL);

  add (self, name, yyjson_mut_bool (self->doc, value != FALSE));
}

/**
 * gh_json_builder_add_null:
 * @self: a builder
 * @name: (nullable): the member's key; %NULL inside an array
 */
void
gh_json_builder_add_null (GhJsonBuilder *self, const char *name)
{
  g_return_if_fail (self != NULL);

  add (self, name, yyjson_mut_null (self->doc));
}

/**
 * gh_json_builder_add_strings:
 * @self: a builder
 * @name: (nullable): the member's key; %NULL inside an array
 * @values: (array zero-terminated=1) (nullable): texts; %NULL for an empty array
 *
 * Adds an array of texts.
 */
void
gh_json_builder_add_strings (GhJsonBuilder *self, const char *name, const char *const *values)
{
  yyjson_mut_val *array;

  g_return_if_fail (self != NULL);

  array = yyjson_mut_arr (self->doc);
  for (gsize i = 0; values != NULL && values[i] != NULL; i++)
    yyjson_mut_arr_append (array, make_string (self, values[i]));
  add (self, name, array);
}

/**
 * gh_json_builder_add_json:
 * @self: a builder
 * @name: (nullable): the member's key; %NULL inside an array
 * @value: a value, copied with all below it
 */
void
gh_json_builder_add_json (GhJsonBuilder *self, const char *name, GhJson *value)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (value != NULL);

  add (self, name, yyjson_val_mut_copy (self->doc, value->value));
}

/**
 * gh_json_builder_add_raw:
 * @self: a builder
 * @name: (nullable): the member's key; %NULL inside an array
 * @json: a whole JSON value as bytes, such as those of gh_event_get_bytes()
 *
 * Adds bytes as they are, without reading them, for gh_json_builder_finish_bytes().
 */
void
gh_json_builder_add_raw (GhJsonBuilder *self, const char *name, GBytes *json)
{
  gsize size;
  const char *data;

  g_return_if_fail (self != NULL);
  g_return_if_fail (json != NULL);

  data = g_bytes_get_data (json, &size);
  g_return_if_fail (size > 0);
  add (self, name, yyjson_mut_rawncpy (self->doc, data, size));
  self->has_raw = TRUE;
}

/**
 * gh_json_builder_add_members:
 * @self: a builder that is inside an object
 * @object: an object
 *
 * Adds copies of all members of @object.
 */
void
gh_json_builder_add_members (GhJsonBuilder *self, GhJson *object)
{
  gsize index, max;
  yyjson_val *key, *value;

  g_return_if_fail (self != NULL);
  g_return_if_fail (object != NULL && gh_json_is_object (object));

  yyjson_obj_foreach (object->value, index, max, key, value)
    add (self, unsafe_yyjson_get_str (key), yyjson_val_mut_copy (self->doc, value));
}

/**
 * gh_json_builder_finish:
 * @self: a builder; afterwards it can only be freed
 *
 * Objects and arrays that are still open are closed.
 *
 * Returns: (transfer full): the document's root
 */
GhJson *
gh_json_builder_finish (GhJsonBuilder *self)
{
  g_autoptr (GError) error = NULL;
  GhJson *json;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->has_raw)
    {
      g_autoptr (GBytes) bytes = gh_json_builder_finish_bytes (self);

      json = gh_json_parse_bytes (bytes, &error);
    }
  else
    {
      json = gh_json_new_take_doc (yyjson_mut_doc_imut_copy (self->doc, NULL), &error);
    }
  /* A key given twice, or raw bytes that are no JSON. */
  if (json == NULL)
    g_critical ("A JSON document was built wrongly: %s", error->message);
  return json;
}

/**
 * gh_json_builder_finish_bytes:
 * @self: a builder; afterwards it can only be freed
 *
 * Objects and arrays that are still open are closed.
 *
 * Returns: (transfer full): the document as compact JSON, in the order in which it was built
 */
GBytes *
gh_json_builder_finish_bytes (GhJsonBuilder *self)
{
  gsize size;
  char *text;

  g_return_val_if_fail (self != NULL, NULL);

  text = yyjson_mut_write_opts (self->doc, YYJSON_WRITE_NOFLAG, NULL, &size, NULL);
  if (text == NULL)
    g_error ("No memory to write JSON");
  return g_bytes_new_with_free_func (text, size, free, text);
}
