/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-args.h"

#include "gh-error.h"
#include "gh-id.h"
#include "gh-limits.h"
#include "gh-utf8.h"

#include <string.h>

typedef gboolean (*Check) (const GhdArg *arg, GhJson *value, GError **error);

static gboolean
wrong_type (const GhdArg *arg, const char *wanted, GError **error)
{
  return gh_set_error (error, GH_ERROR_INVALID, "argument.type", arg->name, "“%s” must be %s.",
                       arg->name, wanted);
}

static gboolean
is_printable_ascii (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (*p <= 0x20 || *p >= 0x7f)
      return FALSE;

  return TRUE;
}

static gboolean
check_string (const GhdArg *arg, GhJson *value, GError **error)
{
  const char *text = gh_json_as_string (value);
  gsize length;

  if (text == NULL)
    return wrong_type (arg, "a string", error);

  length = strlen (text);
  if (length < (gsize) arg->min || length > (gsize) arg->max
      || (arg->type != GHD_ARG_SECRET && !is_printable_ascii (text)))
    return gh_set_error (error, GH_ERROR_INVALID, "argument.string", arg->name,
                         arg->type == GHD_ARG_SECRET
                           ? "“%s” must have %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " bytes."
                           : "“%s” must have %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                             " printable ASCII characters.",
                         arg->name, arg->min, arg->max);

  return TRUE;
}

static gboolean
check_text (const GhdArg *arg, GhJson *value, GError **error)
{
  const char *text = gh_json_as_string (value);
  g_autofree char *clean = NULL;

  if (text == NULL)
    return wrong_type (arg, "a string", error);

  clean = arg->type == GHD_ARG_NAME ? gh_utf8_clean_name (text) : gh_utf8_clean_text (text);

  return gh_utf8_check (clean, arg->min, arg->max, arg->max_bytes, arg->name, arg->what, error);
}

static gboolean
check_integer (const GhdArg *arg, GhJson *value, GError **error)
{
  gint64 number;

  if (gh_json_get_value_type (value) != GH_JSON_INT)
    return wrong_type (arg, "an integer", error);

  number = gh_json_as_int (value, 0);
  if (number < arg->min || number > arg->max)
    return gh_set_error (error, GH_ERROR_INVALID, "argument.range", arg->name,
                         "“%s” must be from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ".",
                         arg->name, arg->min, arg->max);

  return TRUE;
}

static gboolean
check_boolean (const GhdArg *arg, GhJson *value, GError **error)
{
  return gh_json_get_value_type (value) == GH_JSON_BOOL || wrong_type (arg, "true or false", error);
}

static gboolean
check_object (const GhdArg *arg, GhJson *value, GError **error)
{
  return gh_json_is_object (value) || wrong_type (arg, "an object", error);
}

static gboolean
check_enum (const GhdArg *arg, GhJson *value, GError **error)
{
  const char *text = gh_json_as_string (value);
  g_auto (GStrv) choices = g_strsplit (arg->choices, "|", -1);
  g_autofree char *list = NULL;

  if (text != NULL && g_strv_contains ((const char *const *) choices, text))
    return TRUE;

  list = g_strjoinv (", ", choices);
  return gh_set_error (error, GH_ERROR_INVALID, "argument.choice", arg->name,
                       "“%s” must be one of: %s.", arg->name, list);
}

static gboolean
is_id (GhdArgType type, const char *text)
{
  switch (type)
    {
    case GHD_ARG_ROOM_ID:
      return gh_id_is_valid (GH_ID_ROOM, text);

    case GHD_ARG_CATEGORY_ID:
      return gh_id_is_valid (GH_ID_CATEGORY, text);

    case GHD_ARG_CHANNEL_ID:
      return gh_id_is_valid (GH_ID_ROOM, text) || gh_id_is_valid (GH_ID_CATEGORY, text);

    case GHD_ARG_USER_ID:
      return gh_id_is_valid (GH_ID_USER, text);

    case GHD_ARG_ROLE_ID:
    case GHD_ARG_ROLE_IDS:
      return gh_id_is_valid (GH_ID_ROLE, text);

    case GHD_ARG_TARGET:
      return gh_id_is_valid (GH_ID_ROLE, text) || gh_id_is_valid (GH_ID_USER, text);

    case GHD_ARG_DEVICE_ID:
      return gh_id_is_valid (GH_ID_DEVICE, text);

    case GHD_ARG_MEDIA_ID:
      return gh_id_is_valid (GH_ID_MEDIA, text);

    case GHD_ARG_TXN_ID:
      return text[0] != '\0' && strlen (text) <= GH_LIMIT_TXN_ID && is_printable_ascii (text);

    default:
      return FALSE;
    }
}

static gboolean
check_id (const GhdArg *arg, GhJson *value, GError **error)
{
  const char *text = gh_json_as_string (value);

  if (text == NULL)
    return wrong_type (arg, "a string", error);
  if (is_id (arg->type, text))
    return TRUE;

  return gh_set_error (error, GH_ERROR_INVALID, "argument.id", arg->name,
                       arg->type == GHD_ARG_TXN_ID
                         ? "“%s” must have 1 to 64 printable ASCII characters."
                         : "“%s” is not an id of the right kind.",
                       arg->name);
}

static gboolean
check_array (const GhdArg *arg, GhJson *value, GError **error)
{
  GhJsonIter iter;
  GhJson *element;
  gsize length;

  if (!gh_json_is_array (value))
    return wrong_type (arg, "an array", error);

  length = gh_json_get_length (value);
  if (length < (gsize) arg->min || length > (gsize) arg->max)
    return gh_set_error (error, GH_ERROR_INVALID, "argument.range", arg->name,
                         "“%s” must have from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                         " elements.",
                         arg->name, arg->min, arg->max);

  gh_json_iter_init (&iter, value);
  while (gh_json_iter_next (&iter, NULL, &element))
    {
      g_autoptr (GhJson) owned = element;
      const char *text = gh_json_as_string (owned);

      if (arg->type == GHD_ARG_OBJECTS && !gh_json_is_object (owned))
        return wrong_type (arg, "an array of objects", error);
      if (arg->type == GHD_ARG_ROLE_IDS && (text == NULL || !is_id (arg->type, text)))
        return wrong_type (arg, "an array of role ids", error);
    }

  return TRUE;
}

static const Check checks[GHD_N_ARG_TYPES] = {
  [GHD_ARG_STRING] = check_string,   [GHD_ARG_NAME] = check_text,
  [GHD_ARG_TEXT] = check_text,       [GHD_ARG_SECRET] = check_string,
  [GHD_ARG_INTEGER] = check_integer, [GHD_ARG_BOOLEAN] = check_boolean,
  [GHD_ARG_ENUM] = check_enum,       [GHD_ARG_OBJECT] = check_object,
  [GHD_ARG_OBJECTS] = check_array,   [GHD_ARG_ROLE_IDS] = check_array,
  [GHD_ARG_ROOM_ID] = check_id,      [GHD_ARG_CATEGORY_ID] = check_id,
  [GHD_ARG_CHANNEL_ID] = check_id,   [GHD_ARG_USER_ID] = check_id,
  [GHD_ARG_ROLE_ID] = check_id,      [GHD_ARG_TARGET] = check_id,
  [GHD_ARG_DEVICE_ID] = check_id,    [GHD_ARG_MEDIA_ID] = check_id,
  [GHD_ARG_TXN_ID] = check_id,
};

/**
 * ghd_args_find:
 *
 * Returns: (nullable): the row of the argument @name
 */
const GhdArg *
ghd_args_find (const GhdArg *args, const char *name)
{
  for (; args->name != NULL; args++)
    if (g_str_equal (args->name, name))
      return args;

  return NULL;
}

/**
 * ghd_args_check:
 * @data: what a caller sent; anything
 *
 * Returns: TRUE when @data has every required member, each member it has is known and right; else
 *   %GH_ERROR_INVALID: "argument.object", "argument.unknown", "argument.missing", "argument.type",
 *   "argument.range", "argument.string", "argument.choice", "argument.id", or "text.…"
 */
gboolean
ghd_args_check (const GhdArg *args, GhJson *data, GError **error)
{
  GhJsonIter iter;
  const char *name;
  GhJson *value;

  if (!gh_json_is_object (data))
    return gh_set_error (error, GH_ERROR_INVALID, "argument.object", NULL,
                         "The request must be a JSON object.");

  gh_json_iter_init (&iter, data);
  while (gh_json_iter_next (&iter, &name, &value))
    {
      g_autoptr (GhJson) owned = value;
      const GhdArg *arg = ghd_args_find (args, name);

      if (arg == NULL)
        {
          g_autofree char *known = gh_utf8_truncate (name, 64);

          return gh_set_error (error, GH_ERROR_INVALID, "argument.unknown", known,
                               "This operation knows no “%s”.", known);
        }
      if (gh_json_get_value_type (owned) == GH_JSON_NULL)
        {
          if ((arg->flags & GHD_ARG_NULLABLE) != 0)
            continue;
          return wrong_type (arg, "given, not null", error);
        }
      if (!checks[arg->type](arg, owned, error))
        return FALSE;
    }

  for (; args->name != NULL; args++)
    if ((args->flags & GHD_ARG_REQUIRED) != 0 && !gh_json_has (data, args->name))
      return gh_set_error (error, GH_ERROR_INVALID, "argument.missing", args->name,
                           "“%s” is missing.", args->name);

  return TRUE;
}
