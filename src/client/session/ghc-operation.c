/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-operation.h"

#include "gh-json-builder.h"

#define AGAIN GHC_OPERATION_REPEATABLE
#define HTTP GHC_OPERATION_HTTP_ONLY
#define FILE (GHC_OPERATION_HTTP_ONLY | GHC_OPERATION_RAW_BODY)

static const GhcOperation operations[] = {
  { "server.info", "GET", "/server", AGAIN | HTTP },
  { "account.check_name", "GET", "/names/{username}", AGAIN | HTTP },
  { "account.register", "POST", "/register", HTTP },
  { "session.login", "POST", "/login", HTTP },
  { "session.refresh", "POST", "/refresh", HTTP },
  { "session.logout", "POST", "/logout", AGAIN | HTTP },
  { "session.list", "GET", "/devices", AGAIN },
  { "session.revoke", "DELETE", "/devices/{device_id}", AGAIN },
  { "account.set_password", "PUT", "/account/password", 0 },
  { "profile.get", "GET", "/users/{user_id}", AGAIN },
  { "profile.set", "PATCH", "/profile", AGAIN },
  { "profile.set_image", "PUT", "/profile/image", FILE },
  { "profile.remove_image", "DELETE", "/profile/image", AGAIN },
  { "profile.set_banner", "PUT", "/profile/banner", FILE },
  { "profile.remove_banner", "DELETE", "/profile/banner", AGAIN },
  { "profile.changed", "GET", "/users", AGAIN },
  { "media.get", "GET", "/media/{media_id}", AGAIN | HTTP },
  { "guild.list", "GET", "/guilds", AGAIN },
  { "guild.get", "GET", "/guilds/{guild_id}", AGAIN },
  { "guild.create", "POST", "/guilds", AGAIN },
  { "guild.edit", "PATCH", "/guilds/{guild_id}", AGAIN },
  { "guild.set_icon", "PUT", "/guilds/{guild_id}/icon", FILE },
  { "guild.remove_icon", "DELETE", "/guilds/{guild_id}/icon", AGAIN },
  { "guild.transfer", "PUT", "/guilds/{guild_id}/owner", AGAIN },
  { "guild.leave", "POST", "/guilds/{guild_id}/leave", AGAIN },
  { "guild.delete", "DELETE", "/guilds/{guild_id}", AGAIN },
  { "member.list", "GET", "/guilds/{guild_id}/members", AGAIN },
  { "member.set_roles", "PUT", "/guilds/{guild_id}/members/{user_id}/roles", AGAIN },
  { "member.kick", "POST", "/guilds/{guild_id}/members/{user_id}/kick", AGAIN },
  { "member.ban", "POST", "/guilds/{guild_id}/members/{user_id}/ban", AGAIN },
  { "member.unban", "DELETE", "/guilds/{guild_id}/members/{user_id}/ban", AGAIN },
  { "role.create", "POST", "/guilds/{guild_id}/roles", AGAIN },
  { "role.edit", "PATCH", "/guilds/{guild_id}/roles/{role_id}", AGAIN },
  { "role.delete", "DELETE", "/guilds/{guild_id}/roles/{role_id}", AGAIN },
  { "channel.create", "POST", "/guilds/{guild_id}/channels", AGAIN },
  { "channel.edit", "PATCH", "/channels/{channel_id}", AGAIN },
  { "channel.reorder", "PUT", "/guilds/{guild_id}/channels/order", AGAIN },
  { "channel.set_override", "PUT", "/channels/{channel_id}/overrides/{target}", AGAIN },
  { "channel.delete", "DELETE", "/channels/{channel_id}", AGAIN },
  { "channel.join", "POST", "/channels/{channel_id}/join", AGAIN },
  { "channel.leave", "POST", "/channels/{channel_id}/leave", AGAIN },
  { "channel.invite", "POST", "/channels/{channel_id}/invite", AGAIN },
  { "channel.members", "GET", "/channels/{channel_id}/members", AGAIN },
  { "invite.create", "POST", "/guilds/{guild_id}/invites", 0 },
  { "invite.list", "GET", "/guilds/{guild_id}/invites", AGAIN },
  { "invite.revoke", "DELETE", "/guilds/{guild_id}/invites/{code}", AGAIN },
  { "invite.preview", "GET", "/invites/{code}", AGAIN | HTTP },
  { "invite.accept", "POST", "/invites/{code}/accept", AGAIN },
  { "message.send", "POST", "/channels/{channel_id}/messages", AGAIN },
  { "message.history", "GET", "/channels/{channel_id}/messages", AGAIN },
  { "events.after", "GET", "/events", AGAIN },
  { "call.silence", "PUT", "/channels/{channel_id}/call/{user_id}/silence", AGAIN },
  { "call.stop_share", "POST", "/channels/{channel_id}/call/{user_id}/stop_share", AGAIN },
  { "call.disconnect", "POST", "/channels/{channel_id}/call/{user_id}/disconnect", AGAIN },
  { "presence.set", "PUT", "/presence", AGAIN },
  { "typing.set", "PUT", "/channels/{channel_id}/typing", AGAIN },
};

/**
 * ghc_operation_find:
 *
 * Returns: (transfer none): the operation called @name, which must exist
 */
const GhcOperation *
ghc_operation_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    {
      if (g_str_equal (operations[i].name, name))
        return &operations[i];
    }

  g_return_val_if_reached (NULL);
}

static char *
value_to_string (GhJson *value)
{
  switch (gh_json_get_value_type (value))
    {
    case GH_JSON_STRING:
      return g_strdup (gh_json_as_string (value));
    case GH_JSON_INT:
      return g_strdup_printf ("%" G_GINT64_FORMAT, gh_json_as_int (value, 0));
    case GH_JSON_BOOL:
      return g_strdup (gh_json_as_bool (value, FALSE) ? "true" : "false");
    case GH_JSON_NULL:
    case GH_JSON_ARRAY:
    case GH_JSON_OBJECT:
    default:
      return NULL;
    }
}

static void
append_escaped (GString *url, GhJson *value)
{
  g_autofree char *text = value_to_string (value);
  g_autofree char *escaped = g_uri_escape_string (text != NULL ? text : "", NULL, FALSE);

  g_string_append (url, escaped);
}

static gboolean
is_in_path (const char *path, const char *name)
{
  g_autofree char *parameter = g_strconcat ("{", name, "}", NULL);

  return strstr (path, parameter) != NULL;
}

static void
append_path (GString *url, const char *path, GhJson *data)
{
  while (*path != '\0')
    {
      const char *open = strchr (path, '{');
      const char *close = open != NULL ? strchr (open, '}') : NULL;
      g_autofree char *name = NULL;
      g_autoptr (GhJson) value = NULL;

      if (close == NULL)
        {
          g_string_append (url, path);
          return;
        }

      g_string_append_len (url, path, open - path);
      name = g_strndup (open + 1, close - open - 1);
      value = gh_json_peek_member (data, name);
      g_assert (value != NULL);
      append_escaped (url, value);
      path = close + 1;
    }
}

/**
 * ghc_operation_make_path:
 * @data: the request's object
 * @body: (out) (nullable): what goes into the body, JSON
 *
 * Spreads @data over path, query and body.
 *
 * Returns: (transfer full): the path with its query
 */
char *
ghc_operation_make_path (const GhcOperation *self, GhJson *data, GBytes **body)
{
  g_autoptr (GString) path = g_string_new (NULL);
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  gboolean has_query = g_str_equal (self->method, "GET")
                       || (self->flags & GHC_OPERATION_RAW_BODY) != 0;
  char separator = '?';
  GhJsonIter iter;
  const char *name;
  GhJson *member;

  append_path (path, self->path, data);

  gh_json_iter_init (&iter, data);
  while (gh_json_iter_next (&iter, &name, &member))
    {
      g_autoptr (GhJson) value = member;

      if (is_in_path (self->path, name))
        continue;
      if (!has_query)
        {
          gh_json_builder_add_json (builder, name, value);
          continue;
        }
      g_string_append_c (path, separator);
      g_string_append (path, name);
      g_string_append_c (path, '=');
      append_escaped (path, value);
      separator = '&';
    }

  *body = has_query ? NULL : gh_json_builder_finish_bytes (builder);

  return g_string_free (g_steal_pointer (&path), FALSE);
}

GhJson *
ghc_data_new (const char *type, ...)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  va_list args;

  va_start (args, type);
  while (type != NULL)
    {
      const char *name = va_arg (args, const char *);

      switch (*type)
        {
        case 's':
          gh_json_builder_add_string (builder, name, va_arg (args, const char *));
          break;
        case 'o':
          gh_json_builder_add_optional_string (builder, name, va_arg (args, const char *));
          break;
        case 'i':
          gh_json_builder_add_int (builder, name, va_arg (args, gint64));
          break;
        case 'b':
          gh_json_builder_add_bool (builder, name, va_arg (args, gboolean));
          break;
        case 'v':
          gh_json_builder_add_strings (builder, name, va_arg (args, const char *const *));
          break;
        case 'j':
          gh_json_builder_add_json (builder, name, va_arg (args, GhJson *));
          break;
        default:
          g_assert_not_reached ();
        }
      type = va_arg (args, const char *);
    }
  va_end (args);

  return gh_json_builder_finish (builder);
}
