/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a file of settings: whatever it says, every value stays within its rule. */
#include "fuzz.h"

#include "gh-settings.h"

static const GhSettingSpec specs[] = {
  { "server", "name", GH_SETTING_STRING, "localhost", 1, 255, NULL, "Its name" },
  { "server", "behind-proxy", GH_SETTING_BOOL, "false", 0, 0, NULL, "Whether a proxy does TLS" },
  { "server", "registration", GH_SETTING_CHOICE, "open", 0, 0, "open|invite|closed", "Who may" },
  { "database", "uri", GH_SETTING_STRING, "", 0, 0, NULL, "Where PostgreSQL is" },
  { "database", "pool-size", GH_SETTING_INT, "4", 1, 64, NULL, "Connections" },
  { "limits", "signed", GH_SETTING_INT, "0", -10, G_MAXINT64, NULL, "A number" },
};

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GhSettings) settings = gh_settings_new (specs, G_N_ELEMENTS (specs));
  g_autoptr (GError) error = NULL;
  g_autofree char *printed = NULL;
  gboolean loaded;
  const char *choice;
  gint64 pool_size;

  loaded = gh_settings_load_data (settings, (const char *) data, size, "file", &error);
  must_tell (loaded, error);
  must (error == NULL || g_str_has_prefix (error->message, "file: "));

  choice = gh_settings_get_string (settings, "server", "registration");
  must (strcmp (choice, "open") == 0 || strcmp (choice, "invite") == 0
        || strcmp (choice, "closed") == 0);
  pool_size = gh_settings_get_int (settings, "database", "pool-size");
  must (pool_size >= 1 && pool_size <= 64);
  must (gh_settings_get_int (settings, "limits", "signed") >= -10);
  must (*gh_settings_get_string (settings, "server", "name") != '\0');
  must (strlen (gh_settings_get_string (settings, "server", "name")) <= 255);
  printed = gh_settings_print (settings);
  must (g_utf8_validate (printed, -1, NULL));
  return 0;
}
