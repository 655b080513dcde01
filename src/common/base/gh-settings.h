/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  GH_SETTING_STRING,
  GH_SETTING_INT,
  GH_SETTING_BOOL,
  GH_SETTING_CHOICE,
} GhSettingType;

/**
 * GhSettingSpec:
 * @group: the section of the file, lower case
 * @key: the key in it, lower case with hyphens
 * @type: how the value is read
 * @fallback: the value when nothing sets it, as it would be written
 * @min: smallest integer, or fewest bytes of a string
 * @max: largest integer, or most bytes of a string (0: 4096)
 * @choices: for %GH_SETTING_CHOICE, the allowed words separated by "|"
 * @help: one sentence for a person
 */
typedef struct
{
  const char *group;
  const char *key;
  GhSettingType type;
  const char *fallback;
  gint64 min;
  gint64 max;
  const char *choices;
  const char *help;
} GhSettingSpec;

/**
 * GhSettings:
 *
 * The values of a table of keys, layered: whatever is loaded later wins. Load the file, then the
 * environment, then the flags. Errors are %GH_ERROR_INVALID and name where the value came from, the
 * key, and what is wrong. Reference counting is atomic; once loaded it may be read from any thread.
 */
typedef struct _GhSettings GhSettings;

#define GH_TYPE_SETTINGS (gh_settings_get_type ())

GType gh_settings_get_type (void) G_GNUC_CONST;

GhSettings *gh_settings_new (const GhSettingSpec *specs, gsize n_specs) G_GNUC_WARN_UNUSED_RESULT;
GhSettings *gh_settings_ref (GhSettings *self);
void gh_settings_unref (GhSettings *self);

gboolean gh_settings_load_file (GhSettings *self, const char *path, GError **error);
gboolean gh_settings_load_data (GhSettings *self, const char *data, gsize size, const char *origin,
                                GError **error);
gboolean gh_settings_load_environment (GhSettings *self, const char *prefix,
                                       const char *const *environment, GError **error);
gboolean gh_settings_set (GhSettings *self, const char *group, const char *key, const char *value,
                          const char *origin, GError **error);

const char *gh_settings_get_string (GhSettings *self, const char *group, const char *key);
gint64 gh_settings_get_int (GhSettings *self, const char *group, const char *key);
gboolean gh_settings_get_bool (GhSettings *self, const char *group, const char *key);
const char *gh_settings_get_origin (GhSettings *self, const char *group, const char *key);
char *gh_settings_print (GhSettings *self) G_GNUC_WARN_UNUSED_RESULT;
char *gh_settings_environment_name (const char *prefix, const char *group,
                                    const char *key) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhSettings, gh_settings_unref)

G_END_DECLS
