/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-pages.h"

#include "gh-error.h"
#include "gh-json-builder.h"
#include "gh-link.h"
#include "ghd-pages-resources.h"
#include "ghd-template.h"

#include <string.h>

#define PREFIX "/org/guildhall/guildhalld/"
#define INVITE "/invite/"

#define HTML "text/html; charset=utf-8"

struct _GhdPages
{
  GhdApi *api;
  GhdSettings *settings;
  GResource *pages;
};

/* Files that are served as they are. */
static const struct
{
  const char *path;
  const char *resource;
  const char *content_type;
} files[] = {
  { "/style.css", PREFIX "pages/style.css", "text/css; charset=utf-8" },
  { "/icon.svg", PREFIX "pages/icon.svg", "image/svg+xml" },
  { "/client/v1/openapi.json", PREFIX "docs/openapi.json", "application/json" },
  { "/client/v1/asyncapi.json", PREFIX "docs/asyncapi.json", "application/json" },
};

typedef struct
{
  GhdPages *pages;
  SoupServerMessage *message;
  char *code;
} Invite;

static void
invite_free (gpointer data)
{
  Invite *invite = data;

  g_object_unref (invite->message);
  g_free (invite->code);
  g_free (invite);
}

static GBytes *
load (GhdPages *self, const char *path)
{
  GBytes *bytes = g_resource_lookup_data (self->pages, path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  g_assert (bytes != NULL);

  return bytes;
}

static const char *
get_title (GhdPages *self)
{
  const char *title = ghd_settings_get_string (self->settings, GHD_SETTING_SERVER_TITLE);

  return title[0] != '\0' ? title
                          : ghd_settings_get_string (self->settings, GHD_SETTING_SERVER_NAME);
}

/* How people reach this server: as the settings say, or else as this person just has. */
static GhServerAddress *
find_server (GhdPages *self, GhdExchange *exchange)
{
  const char *public_url = ghd_settings_get_string (self->settings, GHD_SETTING_SERVER_PUBLIC_URL);
  const char *host = ghd_exchange_get_header (exchange, "Host");
  GhServerAddress *server = NULL;

  if (public_url[0] != '\0')
    server = gh_server_address_parse (public_url, NULL);
  if (server == NULL && host != NULL)
    server = gh_server_address_parse (host, NULL);
  if (server == NULL)
    server = gh_server_address_parse (ghd_settings_get_string (self->settings,
                                                               GHD_SETTING_SERVER_NAME),
                                      NULL);

  return server;
}

static void
serve_page (GhdPages *self, GhdExchange *exchange, guint status, const char *path,
            const GhdTemplateValue *values, gsize n_values, GhdCaching caching)
{
  g_autoptr (GBytes) page = load (self, path);
  g_autoptr (GBytes) filled = ghd_template_fill (page, values, n_values);

  ghd_exchange_respond (exchange, status, HTML, filled, caching);
}

static void
serve_notice (GhdPages *self, GhdExchange *exchange, guint status, const char *title,
              const char *text)
{
  const GhdTemplateValue values[] = {
    { "title", title, NULL },
    { "text", text, NULL },
    { "server", get_title (self), NULL },
  };

  serve_page (self, exchange, status, PREFIX "pages/notice.html", values, G_N_ELEMENTS (values),
              GHD_CACHING_NEVER);
}

static const char *
describe_registration (GhdPages *self)
{
  const char *registration = ghd_settings_get_string (self->settings,
                                                      GHD_SETTING_SERVER_REGISTRATION);

  if (g_str_equal (registration, "open"))
    return "Create an account, or sign in if you have one.";
  if (g_str_equal (registration, "invite"))
    return "Sign in. To create an account you need an invite.";
  return "Sign in. New accounts are created by whoever runs this server.";
}

static void
serve_index (GhdPages *self, GhdExchange *exchange)
{
  g_autoptr (GhServerAddress) server = find_server (self, exchange);
  const GhdTemplateValue values[] = {
    { "title", get_title (self), NULL },
    { "authority", server != NULL ? gh_server_address_get_authority (server) : "", NULL },
    { "registration", describe_registration (self), NULL },
    { "version", GUILDHALL_VERSION, NULL },
  };

  serve_page (self, exchange, SOUP_STATUS_OK, PREFIX "pages/index.html", values,
              G_N_ELEMENTS (values), GHD_CACHING_NEVER);
}

static char *
describe_members (gint64 n_members)
{
  return n_members == 1 ? g_strdup ("1 member")
                        : g_strdup_printf ("%" G_GINT64_FORMAT " members", n_members);
}

static char *
build_paragraph (const char *class_name, const char *text)
{
  if (text == NULL || text[0] == '\0')
    return NULL;

  return g_markup_printf_escaped ("<p class=\"%s\">%s</p>", class_name, text);
}

static char *
describe_expiry (gint64 expires_ts)
{
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *day = NULL;

  if (expires_ts <= 0)
    return NULL;

  time = g_date_time_new_from_unix_utc (expires_ts / 1000);
  day = time != NULL ? g_date_time_format (time, "The invite is valid until %F, %R UTC.")
                     : NULL;

  return build_paragraph ("quiet", day);
}

static void
show_invite (Invite *invite, GhdExchange *exchange, GhJson *preview)
{
  g_autoptr (GhServerAddress) server = find_server (invite->pages, exchange);
  g_autoptr (GhLink) link = server != NULL ? gh_link_new_invite (server, invite->code) : NULL;
  g_autofree char *uri = link != NULL ? gh_link_to_uri (link) : NULL;
  g_autoptr (GhJson) guild = gh_json_peek_object (preview, "guild");
  g_autoptr (GhJson) inviter = gh_json_peek_object (preview, "inviter");
  g_autofree char *members = NULL;
  g_autofree char *about = NULL;
  g_autofree char *expires = NULL;

  if (guild == NULL || inviter == NULL || uri == NULL)
    {
      serve_notice (invite->pages, exchange, SOUP_STATUS_NOT_FOUND, "This is not an invite",
                    "The link leads to nothing that can be joined.");
      return;
    }

  members = describe_members (gh_json_peek_int (guild, "members", 0));
  about = build_paragraph ("about", gh_json_peek_string (guild, "description"));
  expires = describe_expiry (gh_json_peek_int (preview, "expires_ts", 0));

  {
    const GhdTemplateValue values[] = {
      { "guild", gh_json_peek_string (guild, "name"), NULL },
      { "inviter", gh_json_peek_string (inviter, "display_name"), NULL },
      { "members", members, NULL },
      { "about", NULL, about },
      { "expires", NULL, expires },
      { "link", uri, NULL },
    };

    serve_page (invite->pages, exchange, SOUP_STATUS_OK, PREFIX "pages/invite.html", values,
                G_N_ELEMENTS (values), GHD_CACHING_NEVER);
  }
}

static GhJson *
fetch_preview (Invite *invite, GhdExchange *exchange, GError **error)
{
  GhdApi *api = invite->pages->api;
  g_autoptr (GhdCaller) caller = NULL;
  g_autoptr (GhdReply) reply = NULL;
  g_autoptr (GhJson) data = NULL;
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  gh_json_builder_add_string (builder, "code", invite->code);
  data = gh_json_builder_finish (builder);

  caller = dex_await_object (ghd_api_authenticate (api, ghd_exchange_get_address (exchange), NULL),
                             error);
  if (caller == NULL)
    return NULL;

  reply = dex_await_object (ghd_api_call (api, caller, ghd_exchange_get_request_id (exchange), NULL,
                                          "invite.preview", data, NULL),
                            error);

  return reply != NULL ? gh_json_parse_bytes (ghd_reply_get_bytes (reply), error) : NULL;
}

static DexFuture *
invite_fiber (gpointer data)
{
  Invite *invite = data;
  GhdExchange *exchange = ghd_exchange_from_message (invite->message);
  g_autoptr (GhJson) preview = NULL;
  g_autoptr (GError) error = NULL;

  preview = fetch_preview (invite, exchange, &error);
  if (preview != NULL)
    show_invite (invite, exchange, preview);
  else if (gh_error_get_code (error) == GH_ERROR_LIMITED
           || gh_error_get_code (error) == GH_ERROR_UNAVAILABLE)
    serve_notice (invite->pages, exchange, gh_error_code_to_http_status (gh_error_get_code (error)),
                  "Try again in a moment", gh_error_get_public_message (error));
  else
    serve_notice (invite->pages, exchange, SOUP_STATUS_NOT_FOUND, "This invite is not valid",
                  "It may have expired, been used up or taken back. Ask for a new one.");

  return NULL;
}

static void
serve_invite (GhdPages *self, GhdExchange *exchange)
{
  const char *code = ghd_exchange_get_path (exchange) + strlen (INVITE);
  Invite *invite;

  if (!gh_invite_code_is_valid (code))
    {
      serve_notice (self, exchange, SOUP_STATUS_NOT_FOUND, "This is not an invite",
                    "The link is not complete. Copy all of it, or ask for a new one.");
      return;
    }

  invite = g_new0 (Invite, 1);
  invite->pages = self;
  invite->message = g_object_ref (ghd_exchange_get_message (exchange));
  invite->code = g_strdup (code);
  ghd_exchange_pause (exchange);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, invite_fiber, invite, invite_free));
}

GhdPages *
ghd_pages_new (GhdApi *api, GhdSettings *settings)
{
  GhdPages *self = g_new0 (GhdPages, 1);

  self->api = g_object_ref (api);
  self->settings = g_object_ref (settings);
  self->pages = ghd_pages_get_resource ();

  return self;
}

void
ghd_pages_free (GhdPages *self)
{
  g_object_unref (self->api);
  g_object_unref (self->settings);
  g_free (self);
}

/**
 * ghd_pages_has:
 *
 * Returns: whether there is something at @path
 */
gboolean
ghd_pages_has (GhdPages *self, const char *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    if (g_str_equal (path, files[i].path))
      return g_resource_get_info (self->pages, files[i].resource, 0, NULL, NULL, NULL);

  return g_str_equal (path, "/") || g_str_has_prefix (path, INVITE);
}

/**
 * ghd_pages_serve:
 * @exchange: for a path that ghd_pages_has()
 */
void
ghd_pages_serve (GhdPages *self, GhdExchange *exchange)
{
  const char *path = ghd_exchange_get_path (exchange);

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      if (g_str_equal (path, files[i].path))
        {
          g_autoptr (GBytes) bytes = load (self, files[i].resource);

          ghd_exchange_respond (exchange, SOUP_STATUS_OK, files[i].content_type, bytes,
                                GHD_CACHING_BRIEFLY);
          return;
        }
    }

  if (g_str_has_prefix (path, INVITE))
    serve_invite (self, exchange);
  else
    serve_index (self, exchange);
}
