/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Reading what was checked before: nothing is refused, a fallback is given instead. */
#include "gh-json-private.h"

/**
 * gh_json_has:
 * @self: an object
 * @name: a key
 *
 * Returns: whether it has such a member that is not null
 */
gboolean
gh_json_has (GhJson *self, const char *name)
{
  yyjson_val *value;

  g_return_val_if_fail (self != NULL && name != NULL, FALSE);

  value = yyjson_obj_get (self->value, name);
  return value != NULL && !unsafe_yyjson_is_null (value);
}

/**
 * gh_json_peek_string:
 * @self: an object
 * @name: a key
 *
 * Returns: (transfer none) (nullable): the text of the member, %NULL when there is none
 */
const char *
gh_json_peek_string (GhJson *self, const char *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  return yyjson_get_str (yyjson_obj_get (self->value, name));
}

/**
 * gh_json_peek_int:
 * @self: an object
 * @name: a key
 * @fallback: what to give when there is no such number
 *
 * Returns: the number of the member
 */
gint64
gh_json_peek_int (GhJson *self, const char *name, gint64 fallback)
{
  yyjson_val *value;

  g_return_val_if_fail (self != NULL && name != NULL, fallback);

  value = yyjson_obj_get (self->value, name);
  return yyjson_is_num (value) ? gh_json_integer (value) : fallback;
}

/**
 * gh_json_peek_bool:
 * @self: an object
 * @name: a key
 * @fallback: what to give when there is no such boolean
 *
 * Returns: the boolean of the member
 */
gboolean
gh_json_peek_bool (GhJson *self, const char *name, gboolean fallback)
{
  yyjson_val *value;

  g_return_val_if_fail (self != NULL && name != NULL, fallback);

  value = yyjson_obj_get (self->value, name);
  return yyjson_is_bool (value) ? unsafe_yyjson_get_bool (value) : fallback;
}

/**
 * gh_json_peek_member:
 * @self: an object
 * @name: a key
 *
 * Returns: (transfer full) (nullable): the member, of any type; %NULL when there is none
 */
GhJson *
gh_json_peek_member (GhJson *self, const char *name)
{
  yyjson_val *value;

  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  value = yyjson_obj_get (self->value, name);
  if (value == NULL)
    return NULL;
  return gh_json_new_member (self, value, unsafe_yyjson_get_str (value - 1), 0);
}

/**
 * gh_json_peek_object:
 * @self: an object
 * @name: a key
 *
 * Returns: (transfer full) (nullable): the member, %NULL when there is no such object
 */
GhJson *
gh_json_peek_object (GhJson *self, const char *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  return yyjson_is_obj (yyjson_obj_get (self->value, name)) ? gh_json_peek_member (self, name)
                                                            : NULL;
}

/**
 * gh_json_peek_array:
 * @self: an object
 * @name: a key
 *
 * Returns: (transfer full) (nullable): the member, %NULL when there is no such array
 */
GhJson *
gh_json_peek_array (GhJson *self, const char *name)
{
  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  return yyjson_is_arr (yyjson_obj_get (self->value, name)) ? gh_json_peek_member (self, name)
                                                            : NULL;
}

/**
 * gh_json_as_string:
 * @self: a value
 *
 * Returns: (transfer none) (nullable): its text, %NULL when it is none
 */
const char *
gh_json_as_string (GhJson *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return yyjson_get_str (self->value);
}

/**
 * gh_json_as_int:
 * @self: a value
 * @fallback: what to give when it is no number
 *
 * Returns: its number
 */
gint64
gh_json_as_int (GhJson *self, gint64 fallback)
{
  g_return_val_if_fail (self != NULL, fallback);

  return unsafe_yyjson_is_num (self->value) ? gh_json_integer (self->value) : fallback;
}

/**
 * gh_json_as_bool:
 * @self: a value
 * @fallback: what to give when it is no boolean
 *
 * Returns: its value
 */
gboolean
gh_json_as_bool (GhJson *self, gboolean fallback)
{
  g_return_val_if_fail (self != NULL, fallback);

  return unsafe_yyjson_is_bool (self->value) ? unsafe_yyjson_get_bool (self->value) : fallback;
}
