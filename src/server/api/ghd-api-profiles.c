/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-handlers.h"

#include "gh-error.h"
#include "gh-time.h"
#include "ghd-crop.h"

#include <stdlib.h>

/* How many times as wide as high it is. */
#define BANNER_RATIO 3

static GhdReply *
reply_profile (GhdAccountRow *profile)
{
  g_autoptr (GhdAccountRow) owned = profile;
  g_autoptr (GhJsonBuilder) builder = NULL;

  if (owned == NULL)
    return NULL;

  builder = gh_json_builder_new ();
  ghd_profile_build (owned, builder);

  return ghd_call_reply (builder);
}

GHD_HANDLER (profile_get)
{
  return reply_profile (ghd_profiles_get_visible (ghd_domain_get_profiles (call->domain),
                                                  ghd_call_get_user (call),
                                                  ghd_call_get_string (call, "user_id"), error));
}

GHD_HANDLER (profile_set)
{
  g_autofree char *display_name = ghd_call_dup_name (call, "display_name");
  g_autofree char *bio = ghd_call_dup_text (call, "bio");
  g_autofree char *status = ghd_call_dup_name (call, "status");
  gint64 expires_in_s = ghd_call_get_int (call, "status_expires_in_s", 0);
  GhdProfileEdit edit = { display_name, bio, status, 0 };

  if (status == NULL && ghd_call_has (call, "status_expires_in_s"))
    {
      gh_set_error (error, GH_ERROR_INVALID, "argument.missing", "status",
                    "Say which status it is that is to end.");
      return NULL;
    }
  if (display_name == NULL && bio == NULL && status == NULL)
    {
      gh_set_error (error, GH_ERROR_INVALID, "argument.missing", "display_name",
                    "Say what is to change: the display name, the text about yourself or the "
                    "status.");
      return NULL;
    }

  /* What is empty does not end. */
  if (expires_in_s > 0 && *status != '\0')
    edit.status_expires_ts = gh_time_wall_ms () + expires_in_s * 1000;

  return reply_profile (ghd_profiles_set (ghd_domain_get_profiles (call->domain),
                                          ghd_call_get_user (call), &edit, error));
}

static GhdReply *
set_picture (GhdCall *call, GhdProfilePicture kind, guint ratio, GError **error)
{
  GhdCrop crop;

  if (!ghd_crop_parse (ghd_call_get_string (call, "crop"), ratio, &crop, error))
    return NULL;

  return reply_profile (ghd_profiles_set_picture (ghd_domain_get_profiles (call->domain),
                                                  ghd_call_get_user (call), kind, call->raw, &crop,
                                                  error));
}

static GhdReply *
remove_picture (GhdCall *call, GhdProfilePicture kind, GError **error)
{
  return reply_profile (ghd_profiles_remove_picture (ghd_domain_get_profiles (call->domain),
                                                     ghd_call_get_user (call), kind, error));
}

GHD_HANDLER (profile_set_image)
{
  return set_picture (call, GHD_PROFILE_IMAGE, 1, error);
}

GHD_HANDLER (profile_remove_image)
{
  return remove_picture (call, GHD_PROFILE_IMAGE, error);
}

GHD_HANDLER (profile_set_banner)
{
  return set_picture (call, GHD_PROFILE_BANNER, BANNER_RATIO, error);
}

GHD_HANDLER (profile_remove_banner)
{
  return remove_picture (call, GHD_PROFILE_BANNER, error);
}

GHD_HANDLER (profile_changed)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GPtrArray) profiles = NULL;

  profiles = ghd_profiles_changed_since (ghd_domain_get_profiles (call->domain),
                                         ghd_call_get_user (call),
                                         ghd_call_get_int (call, "since_ts", 0), error);
  if (profiles == NULL)
    return NULL;

  gh_json_builder_open_array (builder, "profiles");
  for (guint i = 0; i < profiles->len; i++)
    {
      gh_json_builder_open_object (builder, NULL);
      ghd_profile_build (g_ptr_array_index (profiles, i), builder);
      gh_json_builder_close (builder);
    }
  gh_json_builder_close (builder);

  return ghd_call_reply (builder);
}

GHD_HANDLER (media_get)
{
  const char *size = ghd_call_get_string (call, "size");
  g_autoptr (GhdImage) image = NULL;

  image = dex_await_object (ghd_images_load (ghd_domain_get_images (call->domain),
                                             ghd_call_get_string (call, "media_id"),
                                             size != NULL ? atoi (size) : 128),
                            error);
  if (image == NULL)
    return NULL;

  return ghd_reply_new_raw (ghd_image_get_bytes (image), ghd_image_get_content_type (image), TRUE);
}

GHD_HANDLER (presence_set)
{
  GhdPresenceState state = GHD_PRESENCE_ONLINE;
  g_autoptr (GPtrArray) guilds = NULL;

  ghd_presence_state_from_string (ghd_call_get_string (call, "presence"), &state);
  guilds = ghd_guilds_list_for_user (ghd_domain_get_guilds (call->domain), ghd_call_get_user (call),
                                     error);
  if (guilds == NULL)
    return NULL;

  if (!ghd_presence_set (ghd_domain_get_presence (call->domain), ghd_call_get_user (call), state,
                         error))
    return NULL;

  return ghd_call_reply_empty ();
}

GHD_HANDLER (typing_set)
{
  g_autoptr (GhdGuild) guild = NULL;
  GhdChannel *channel;

  guild = ghd_messages_find_readable (ghd_domain_get_messages (call->domain),
                                      ghd_call_get_user (call),
                                      ghd_call_get_string (call, "channel_id"), &channel, error);
  if (guild == NULL)
    return NULL;

  ghd_presence_typing (ghd_domain_get_presence (call->domain), channel, ghd_call_get_user (call),
                       ghd_call_get_bool (call, "typing", FALSE));

  return ghd_call_reply_empty ();
}
