/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-settings.h"

#include "gh-error.h"

#include <string.h>

#define MAX_FILE_SIZE (1024 * 1024)
#define DEFAULT_MAX_BYTES 4096

typedef struct
{
  char *text;
  gint64 number; /* of an integer, or of a boolean */
  char *origin;  /* NULL: the fallback */
} Value;

struct _GhSettings
{
  gatomicrefcount ref_count;
  const GhSettingSpec *specs;
  gsize n_specs;
  Value *values;
};

G_DEFINE_BOXED_TYPE (GhSettings, gh_settings, gh_settings_ref, gh_settings_unref)

static gboolean
parse_bool (const char *text, gint64 *number)
{
  static const char *const words[][2] = {
    { "false", "true" },
    { "no", "yes" },
    { "off", "on" },
    { "0", "1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      for (gint64 value = 0; value < 2; value++)
        {
          if (g_ascii_strcasecmp (text, words[i][value]) == 0)
            {
              *number = value;
              return TRUE;
            }
        }
    }
  return FALSE;
}

static gboolean
is_choice (const char *choices, const char *text)
{
  g_auto (GStrv) words = g_strsplit (choices, "|", -1);

  return g_strv_contains ((const char *const *) words, text);
}

static gboolean complain (const GhSettingSpec *spec, const char *origin, GError **error,
                          const char *format, ...) G_GNUC_PRINTF (4, 5);

static gboolean
complain (const GhSettingSpec *spec, const char *origin, GError **error, const char *format, ...)
{
  g_autofree char *name = g_strdup_printf ("%s.%s", spec->group, spec->key);
  g_autofree char *wrong = NULL;
  va_list args;

  va_start (args, format);
  wrong = g_strdup_vprintf (format, args);
  va_end (args);
  return gh_set_error (error, GH_ERROR_INVALID, "settings.value", name, "%s: %s %s", origin, name,
                       wrong);
}

/* Values of strings are not repeated in errors: they can hold passwords. */
static gboolean
parse (const GhSettingSpec *spec, const char *text, const char *origin, gint64 *number,
       GError **error)
{
  gsize max_bytes;

  *number = 0;
  if (!g_utf8_validate (text, -1, NULL))
    return complain (spec, origin, error, "is not valid UTF-8");

  switch (spec->type)
    {
    case GH_SETTING_INT:
      if (g_ascii_string_to_signed (text, 10, spec->min, spec->max, number, NULL))
        return TRUE;
      return complain (spec, origin, error,
                       "is “%s”, but must be a whole number from %" G_GINT64_FORMAT
                       " to %" G_GINT64_FORMAT,
                       text, spec->min, spec->max);

    case GH_SETTING_BOOL:
      return parse_bool (text, number)
             || complain (spec, origin, error, "is “%s”, but must be true or false", text);

    case GH_SETTING_CHOICE:
      return is_choice (spec->choices, text)
             || complain (spec, origin, error, "is “%s”, but must be one of %s", text,
                          spec->choices);

    case GH_SETTING_STRING:
    default:
      max_bytes = spec->max > 0 ? (gsize) spec->max : DEFAULT_MAX_BYTES;
      if (strlen (text) < (gsize) MAX (spec->min, 0))
        return complain (spec, origin, error,
                         spec->min == 1 ? "cannot be empty"
                                        : "needs at least %" G_GINT64_FORMAT " bytes",
                         spec->min);
      return strlen (text) <= max_bytes
             || complain (spec, origin, error, "has more than %" G_GSIZE_FORMAT " bytes",
                          max_bytes);
    }
}

static const GhSettingSpec *
find (GhSettings *self, const char *group, const char *key, Value **value)
{
  for (gsize i = 0; i < self->n_specs; i++)
    {
      if (strcmp (self->specs[i].group, group) == 0 && strcmp (self->specs[i].key, key) == 0)
        {
          *value = &self->values[i];
          return &self->specs[i];
        }
    }
  return NULL;
}

/**
 * gh_settings_new:
 * @specs: (array length=n_specs): the table of keys; must outlive the settings
 * @n_specs: how many keys
 *
 * Returns: (transfer full): settings that have their fallbacks
 */
GhSettings *
gh_settings_new (const GhSettingSpec *specs, gsize n_specs)
{
  GhSettings *self;

  g_return_val_if_fail (specs != NULL || n_specs == 0, NULL);

  self = g_new0 (GhSettings, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->specs = specs;
  self->n_specs = n_specs;
  self->values = g_new0 (Value, n_specs);
  for (gsize i = 0; i < n_specs; i++)
    {
      g_autoptr (GError) error = NULL;

      /* The table is ours, so a fallback that is not allowed is a mistake in the program. */
      if (!parse (&specs[i], specs[i].fallback, "the program", &self->values[i].number, &error))
        g_error ("%s", error->message);
      self->values[i].text = g_strdup (specs[i].fallback);
    }
  return self;
}

/**
 * gh_settings_ref:
 * @self: settings
 *
 * Returns: (transfer full): the same settings
 */
GhSettings *
gh_settings_ref (GhSettings *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * gh_settings_unref:
 * @self: (transfer full): settings
 */
void
gh_settings_unref (GhSettings *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (gsize i = 0; i < self->n_specs; i++)
    {
      g_free (self->values[i].text);
      g_free (self->values[i].origin);
    }
  g_free (self->values);
  g_free (self);
}

/* How many single changes make one key of the other (Levenshtein); both are short. */
static guint
distance (const char *a, const char *b)
{
  guint row[64];
  gsize b_length = strlen (b);

  if (b_length >= G_N_ELEMENTS (row) || strnlen (a, G_N_ELEMENTS (row)) >= G_N_ELEMENTS (row))
    return G_MAXUINT;
  for (guint j = 0; j <= b_length; j++)
    row[j] = j;
  for (guint i = 0; a[i] != '\0'; i++)
    {
      guint diagonal = row[0];

      row[0] = i + 1;
      for (gsize j = 0; j < b_length; j++)
        {
          guint change = diagonal + (a[i] != b[j] ? 1 : 0);

          diagonal = row[j + 1];
          row[j + 1] = MIN (change, MIN (row[j], row[j + 1]) + 1);
        }
    }
  return row[b_length];
}

static gboolean
complain_unknown (GhSettings *self, const char *group, const char *key, const char *origin,
                  GError **error)
{
  const GhSettingSpec *nearest = NULL;
  g_autofree char *name = g_strdup_printf ("%s.%s", group, key);
  /* One away from what is meant in every second letter at most, or "foo" would be taken for "uri". */
  guint least = MIN (4, strlen (key) / 2 + 1);

  for (gsize i = 0; i < self->n_specs; i++)
    {
      guint d = distance (key, self->specs[i].key);

      if (d < least || (d == least && nearest != NULL && strcmp (group, self->specs[i].group) == 0))
        {
          least = d;
          nearest = &self->specs[i];
        }
    }
  if (nearest == NULL)
    return gh_set_error (error, GH_ERROR_INVALID, "settings.unknown", name,
                         "%s: there is no setting %s", origin, name);
  return gh_set_error (error, GH_ERROR_INVALID, "settings.unknown", name,
                       "%s: there is no setting %s; perhaps %s.%s is meant", origin, name,
                       nearest->group, nearest->key);
}

/**
 * gh_settings_set:
 * @self: settings
 * @group: the key's group
 * @key: a key of the table
 * @value: its value as written
 * @origin: where it comes from, for errors: a file's path, a variable, a flag
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID, reason "settings.unknown" or "settings.value"
 */
gboolean
gh_settings_set (GhSettings *self, const char *group, const char *key, const char *value,
                 const char *origin, GError **error)
{
  const GhSettingSpec *spec;
  Value *slot;
  gint64 number;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (group != NULL && key != NULL && value != NULL && origin != NULL, FALSE);

  spec = find (self, group, key, &slot);
  if (spec == NULL)
    return complain_unknown (self, group, key, origin, error);
  if (!parse (spec, value, origin, &number, error))
    return FALSE;
  g_set_str (&slot->text, value);
  g_set_str (&slot->origin, origin);
  slot->number = number;
  return TRUE;
}

static gboolean
load_group (GhSettings *self, GKeyFile *file, const char *group, const char *origin, GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);

  for (gsize i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_autoptr (GError) local = NULL;
      g_autofree char *value = g_key_file_get_string (file, group, keys[i], &local);

      if (value == NULL)
        return gh_set_error (error, GH_ERROR_INVALID, "settings.value", keys[i],
                             "%s: %s.%s cannot be read: %s", origin, group, keys[i],
                             local->message);
      if (!gh_settings_set (self, group, keys[i], g_strstrip (value), origin, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * gh_settings_load_data:
 * @self: settings
 * @data: a file's text: groups in brackets, key=value, comments after #
 * @size: its length in bytes
 * @origin: the file's path, for errors
 * @error: return location
 *
 * Nothing is changed when there is an error in a group before it is read; values before the error
 * stay, so settings that failed to load are to be thrown away.
 *
 * Returns: %FALSE with %GH_ERROR_INVALID, reason "settings.syntax", "settings.unknown" or
 *   "settings.value"
 */
gboolean
gh_settings_load_data (GhSettings *self, const char *data, gsize size, const char *origin,
                       GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local = NULL;
  g_auto (GStrv) groups = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (data != NULL || size == 0, FALSE);
  g_return_val_if_fail (origin != NULL, FALSE);

  if (size > MAX_FILE_SIZE)
    return gh_set_error (error, GH_ERROR_INVALID, "settings.syntax", NULL,
                         "%s: a file of settings cannot be larger than 1 MiB", origin);
  if (size == 0)
    return TRUE;
  if (!g_utf8_validate (data, (gssize) size, NULL))
    return gh_set_error (error, GH_ERROR_INVALID, "settings.syntax", NULL,
                         "%s: the file is not valid UTF-8", origin);
  if (!g_key_file_load_from_data (file, data, size, G_KEY_FILE_NONE, &local))
    return gh_set_error (error, GH_ERROR_INVALID, "settings.syntax", NULL, "%s: %s", origin,
                         local->message);

  groups = g_key_file_get_groups (file, NULL);
  for (gsize i = 0; groups[i] != NULL; i++)
    {
      if (!load_group (self, file, groups[i], origin, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * gh_settings_load_file:
 * @self: settings
 * @path: a file
 * @error: return location
 *
 * As gh_settings_load_data(). Blocks.
 *
 * Returns: %FALSE with %GH_ERROR_INVALID, also "settings.file" when it cannot be read
 */
gboolean
gh_settings_load_file (GhSettings *self, const char *path, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *data = NULL;
  gsize size;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  if (!g_file_get_contents (path, &data, &size, &local))
    return gh_set_error (error, GH_ERROR_INVALID, "settings.file", NULL,
                         "The settings cannot be read: %s", local->message);
  return gh_settings_load_data (self, data, size, path, error);
}

/**
 * gh_settings_environment_name:
 * @prefix: such as "GUILDHALL"
 * @group: a group
 * @key: a key
 *
 * Returns: (transfer full): the variable that sets the key: PREFIX_GROUP_KEY
 */
char *
gh_settings_environment_name (const char *prefix, const char *group, const char *key)
{
  g_autofree char *joined = g_strconcat (prefix, "_", group, "_", key, NULL);
  char *name = g_ascii_strup (joined, -1);

  return g_strdelimit (name, "-", '_');
}

/**
 * gh_settings_load_environment:
 * @self: settings
 * @prefix: such as "GUILDHALL"
 * @environment: (array zero-terminated=1): NAME=value, as of g_get_environ()
 * @error: return location
 *
 * Reads the variables of the table's keys; others are no concern of ours.
 *
 * Returns: %FALSE with %GH_ERROR_INVALID, reason "settings.value"
 */
gboolean
gh_settings_load_environment (GhSettings *self, const char *prefix, const char *const *environment,
                              GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (prefix != NULL, FALSE);

  for (gsize i = 0; i < self->n_specs; i++)
    {
      const GhSettingSpec *spec = &self->specs[i];
      g_autofree char *name = gh_settings_environment_name (prefix, spec->group, spec->key);
      const char *value = g_environ_getenv ((char **) environment, name);

      if (value != NULL && !gh_settings_set (self, spec->group, spec->key, value, name, error))
        return FALSE;
    }
  return TRUE;
}

static const Value *
get (GhSettings *self, const char *group, const char *key, GhSettingType *type)
{
  const GhSettingSpec *spec;
  Value *value;

  g_return_val_if_fail (self != NULL, NULL);

  spec = find (self, group, key, &value);
  if (spec == NULL)
    {
      g_critical ("There is no setting %s.%s", group, key);
      return NULL;
    }
  *type = spec->type;
  return value;
}

/**
 * gh_settings_get_string:
 * @self: settings
 * @group: a group of the table
 * @key: a key of it, of any type
 *
 * Returns: (transfer none): the value as written, perhaps empty
 */
const char *
gh_settings_get_string (GhSettings *self, const char *group, const char *key)
{
  GhSettingType type;
  const Value *value = get (self, group, key, &type);

  return value != NULL ? value->text : NULL;
}

/**
 * gh_settings_get_int:
 * @self: settings
 * @group: a group of the table
 * @key: a key of it, of %GH_SETTING_INT
 *
 * Returns: the value
 */
gint64
gh_settings_get_int (GhSettings *self, const char *group, const char *key)
{
  GhSettingType type = GH_SETTING_INT;
  const Value *value = get (self, group, key, &type);

  g_return_val_if_fail (type == GH_SETTING_INT, 0);

  return value != NULL ? value->number : 0;
}

/**
 * gh_settings_get_bool:
 * @self: settings
 * @group: a group of the table
 * @key: a key of it, of %GH_SETTING_BOOL
 *
 * Returns: the value
 */
gboolean
gh_settings_get_bool (GhSettings *self, const char *group, const char *key)
{
  GhSettingType type = GH_SETTING_BOOL;
  const Value *value = get (self, group, key, &type);

  g_return_val_if_fail (type == GH_SETTING_BOOL, FALSE);

  return value != NULL && value->number != 0;
}

/**
 * gh_settings_get_origin:
 * @self: settings
 * @group: a group of the table
 * @key: a key of it
 *
 * Returns: (transfer none) (nullable): where the value comes from; %NULL for the fallback
 */
const char *
gh_settings_get_origin (GhSettings *self, const char *group, const char *key)
{
  GhSettingType type;
  const Value *value = get (self, group, key, &type);

  return value != NULL ? value->origin : NULL;
}

/**
 * gh_settings_print:
 * @self: settings
 *
 * Returns: (transfer full): a line "group.key=value" for each key, in the table's order; before
 *   anything is loaded, the defaults
 */
char *
gh_settings_print (GhSettings *self)
{
  GString *out;

  g_return_val_if_fail (self != NULL, NULL);

  out = g_string_new (NULL);
  for (gsize i = 0; i < self->n_specs; i++)
    g_string_append_printf (out, "%s.%s=%s\n", self->specs[i].group, self->specs[i].key,
                            self->values[i].text);
  return g_string_free_and_steal (out);
}
