/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-ice.h"

#include "gh-secret.h"

#include <string.h>

struct _GhdIce
{
  GObject parent_instance;
  GStrv stun;
  GStrv turn;
  GhSecret *turn_secret;
  gint64 lifetime_s;
};

G_DEFINE_FINAL_TYPE (GhdIce, ghd_ice, G_TYPE_OBJECT)

static void
ghd_ice_finalize (GObject *object)
{
  GhdIce *self = GHD_ICE (object);

  g_strfreev (self->stun);
  g_strfreev (self->turn);
  g_clear_pointer (&self->turn_secret, gh_secret_unref);

  G_OBJECT_CLASS (ghd_ice_parent_class)->finalize (object);
}

static void
ghd_ice_class_init (GhdIceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_ice_finalize;
}

static void
ghd_ice_init (GhdIce *self)
{
}

/* "a, b" to its parts, without the empty ones. */
static GStrv
split_list (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  g_autoptr (GStrvBuilder) kept = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (g_strstrip (parts[i])[0] != '\0')
      g_strv_builder_add (kept, parts[i]);

  return g_strv_builder_end (kept);
}

GhdIce *
ghd_ice_new (GhdSettings *settings)
{
  GhdIce *self = g_object_new (GHD_TYPE_ICE, NULL);

  self->stun = split_list (ghd_settings_get_string (settings, GHD_SETTING_CALLS_STUN));
  self->turn = split_list (ghd_settings_get_string (settings, GHD_SETTING_CALLS_TURN));
  self->turn_secret = gh_secret_new_string (
    ghd_settings_get_string (settings, GHD_SETTING_CALLS_TURN_SECRET));
  self->lifetime_s = 60 * ghd_settings_get_int (settings, GHD_SETTING_CALLS_TURN_MINUTES);

  return self;
}

/**
 * ghd_ice_build_password:
 * @secret: what this server and the TURN server share
 * @user_name: "EXPIRY:NAME"
 *
 * Returns: (transfer full): the password that belongs to @user_name
 */
char *
ghd_ice_build_password (const char *secret, const char *user_name)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, (const guchar *) secret, strlen (secret));
  guint8 digest[20];
  gsize size = sizeof digest;

  g_hmac_update (hmac, (const guchar *) user_name, -1);
  g_hmac_get_digest (hmac, digest, &size);

  return g_base64_encode (digest, size);
}

static void
add_turn (GhdIce *self, GhJsonBuilder *builder, const char *user_id, gint64 now_s)
{
  g_autofree char *user_name = g_strdup_printf ("%" G_GINT64_FORMAT ":%s", now_s + self->lifetime_s,
                                                user_id);
  g_autofree char *password = ghd_ice_build_password (gh_secret_get_string (self->turn_secret),
                                                      user_name);

  gh_json_builder_open_object (builder, NULL);
  gh_json_builder_add_strings (builder, "urls", (const char *const *) self->turn);
  gh_json_builder_add_string (builder, "username", user_name);
  gh_json_builder_add_string (builder, "credential", password);
  gh_json_builder_add_int (builder, "expires_ts", (now_s + self->lifetime_s) * 1000);
  gh_json_builder_close (builder);
}

/**
 * ghd_ice_add_servers:
 * @now_s: the time, in seconds since the Unix epoch
 *
 * Adds the member "ice_servers", an array of `{urls, username?, credential?, expires_ts?}`.
 *
 * Returns: when others should be given: so early that these still are good should that be missed once;
 *   %G_MAXINT64 when none of them expires
 */
gint64
ghd_ice_add_servers (GhdIce *self, GhJsonBuilder *builder, const char *user_id, gint64 now_s)
{
  g_return_val_if_fail (GHD_IS_ICE (self), G_MAXINT64);

  gh_json_builder_open_array (builder, "ice_servers");
  if (self->stun[0] != NULL)
    {
      gh_json_builder_open_object (builder, NULL);
      gh_json_builder_add_strings (builder, "urls", (const char *const *) self->stun);
      gh_json_builder_close (builder);
    }
  if (self->turn[0] != NULL)
    add_turn (self, builder, user_id, now_s);
  gh_json_builder_close (builder);

  return self->turn[0] != NULL ? now_s + self->lifetime_s / 3 : G_MAXINT64;
}
