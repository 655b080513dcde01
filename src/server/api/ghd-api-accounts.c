/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-handlers.h"

#define DEFAULT_DEVICE_NAME "Unnamed device"

static GhdReply *
reply_tokens (GhdCall *call, GhdTokens *tokens, GError **error)
{
  g_autoptr (GhdAccountRow) profile = NULL;
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  profile = ghd_profiles_get (ghd_domain_get_profiles (call->domain), tokens->user_id, error);
  if (profile == NULL)
    return NULL;

  gh_json_builder_open_object (builder, "user");
  ghd_profile_build (profile, builder);
  gh_json_builder_close (builder);
  gh_json_builder_add_string (builder, "device_id", tokens->device_id);
  gh_json_builder_add_string (builder, "access_token", tokens->access_token);
  gh_json_builder_add_int (builder, "access_expires_ts", tokens->access_expires_ts);
  gh_json_builder_add_string (builder, "refresh_token", tokens->refresh_token);

  return ghd_call_reply (builder);
}

GHD_HANDLER (server_info)
{
  GhdSettings *settings = ghd_domain_get_settings (call->domain);
  const char *name = ghd_settings_get_string (settings, GHD_SETTING_SERVER_NAME);
  const char *title = ghd_settings_get_string (settings, GHD_SETTING_SERVER_TITLE);
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  gh_json_builder_add_string (builder, "name", name);
  gh_json_builder_add_string (builder, "title", title[0] != '\0' ? title : name);
  gh_json_builder_add_string (builder, "software", "guildhalld");
  gh_json_builder_add_string (builder, "version", GUILDHALL_VERSION);
  gh_json_builder_add_string (builder, "registration",
                              ghd_settings_get_string (settings, GHD_SETTING_SERVER_REGISTRATION));
  gh_json_builder_add_int (builder, "password_min",
                           ghd_settings_get_int (settings, GHD_SETTING_ACCOUNTS_PASSWORD_MIN));
  gh_json_builder_open_object (builder, "limits");
  gh_json_builder_add_int (builder, "message_bytes",
                           ghd_settings_get_int (settings, GHD_SETTING_LIMITS_MESSAGE_BYTES));
  gh_json_builder_add_int (builder, "image_bytes",
                           ghd_settings_get_int (settings, GHD_SETTING_LIMITS_IMAGE_BYTES));
  gh_json_builder_close (builder);
  gh_json_builder_add_int (builder, "position",
                           ghd_guilds_get_position (ghd_domain_get_guilds (call->domain)));
  gh_json_builder_add_json (builder, "signing_keys",
                            ghd_keys_get_json (ghd_domain_get_keys (call->domain)));

  return ghd_call_reply (builder);
}

GHD_HANDLER (account_check_name)
{
  const char *username = ghd_call_get_string (call, "username");
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  if (!ghd_identity_check_name (ghd_domain_get_identity (call->domain), username, error))
    return NULL;

  gh_json_builder_add_string (builder, "username", username);
  gh_json_builder_add_bool (builder, "available", TRUE);

  return ghd_call_reply (builder);
}

GHD_HANDLER (account_register)
{
  g_autofree char *display_name = ghd_call_dup_name (call, "display_name");
  g_autofree char *device_name = ghd_call_dup_name (call, "device_name");
  g_autoptr (GhdTokens) tokens = NULL;

  tokens = ghd_identity_register (ghd_domain_get_identity (call->domain),
                                  &(GhdRegistration) {
                                    .username = ghd_call_get_string (call, "username"),
                                    .password = ghd_call_get_string (call, "password"),
                                    .display_name = display_name,
                                    .invite = ghd_call_get_string (call, "invite"),
                                    .device_name = device_name != NULL ? device_name
                                                                       : DEFAULT_DEVICE_NAME,
                                    .address = ghd_caller_get_address (call->caller),
                                  },
                                  error);
  if (tokens == NULL)
    return NULL;

  return reply_tokens (call, tokens, error);
}

GHD_HANDLER (session_login)
{
  g_autofree char *device_name = ghd_call_dup_name (call, "device_name");
  g_autoptr (GhdTokens) tokens = NULL;

  tokens = ghd_identity_login (ghd_domain_get_identity (call->domain),
                               ghd_call_get_string (call, "username"),
                               ghd_call_get_string (call, "password"),
                               device_name != NULL ? device_name : DEFAULT_DEVICE_NAME,
                               ghd_caller_get_address (call->caller), error);
  if (tokens == NULL)
    return NULL;

  return reply_tokens (call, tokens, error);
}

GHD_HANDLER (session_refresh)
{
  g_autoptr (GhdTokens) tokens = NULL;

  tokens = ghd_sessions_refresh (ghd_domain_get_sessions (call->domain),
                                 ghd_call_get_string (call, "refresh_token"), error);
  if (tokens == NULL)
    return NULL;

  return reply_tokens (call, tokens, error);
}

GHD_HANDLER (session_logout)
{
  if (!ghd_sessions_revoke (ghd_domain_get_sessions (call->domain), ghd_call_get_user (call),
                            ghd_caller_get_device_id (call->caller), error))
    return NULL;

  return ghd_call_reply_empty ();
}

GHD_HANDLER (session_list)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GPtrArray) devices = NULL;

  devices = ghd_sessions_list (ghd_domain_get_sessions (call->domain), ghd_call_get_user (call),
                               error);
  if (devices == NULL)
    return NULL;

  gh_json_builder_open_array (builder, "devices");
  for (guint i = 0; i < devices->len; i++)
    {
      GhdDeviceRow *device = g_ptr_array_index (devices, i);

      gh_json_builder_open_object (builder, NULL);
      gh_json_builder_add_string (builder, "device_id", device->device_id);
      gh_json_builder_add_string (builder, "name", device->name);
      gh_json_builder_add_int (builder, "created_ts", device->created_ts);
      gh_json_builder_add_int (builder, "last_seen_ts", device->last_seen_ts);
      gh_json_builder_add_bool (builder, "current",
                                g_str_equal (device->device_id,
                                             ghd_caller_get_device_id (call->caller)));
      gh_json_builder_close (builder);
    }
  gh_json_builder_close (builder);

  return ghd_call_reply (builder);
}

GHD_HANDLER (session_revoke)
{
  if (!ghd_sessions_revoke (ghd_domain_get_sessions (call->domain), ghd_call_get_user (call),
                            ghd_call_get_string (call, "device_id"), error))
    return NULL;

  return ghd_call_reply_empty ();
}

GHD_HANDLER (account_set_password)
{
  if (!ghd_identity_set_password (ghd_domain_get_identity (call->domain), ghd_call_get_user (call),
                                  ghd_caller_get_device_id (call->caller),
                                  ghd_call_get_string (call, "password"),
                                  ghd_call_get_string (call, "new_password"),
                                  ghd_caller_get_address (call->caller), error))
    return NULL;

  return ghd_call_reply_empty ();
}
