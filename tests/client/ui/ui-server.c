/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui-server.h"

#include <glib/gstdio.h>

#include "gh-error.h"
#include "gh-frame.h"
#include "ghc-session-internal.h"
#include "ghc-token-store.h"

#include "model-util.h"

static void
on_request (SoupServer        *soup,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           data)
{
  UiServer *self = data;

  soup_server_message_pause (message);
  g_ptr_array_add (self->asked, g_object_ref (message));
}

UiServer *
ui_server_new (void)
{
  UiServer *self = g_new0 (UiServer, 1);
  g_autoptr (GhcTokenStore) store = ghc_token_store_new ("test-ui-server");
  g_autofree char *text = g_strdup_printf ("{'device_id':'D1111111A','access_token':'access','refresh_token':'refresh',"
                                           "'access_expires_ts':%" G_GINT64_FORMAT "}",
                                           g_get_real_time () / 1000 + 60 * 60 * 1000);
  g_autoptr (GhJson) json = test_json (text);
  g_autoptr (GhcTokens) tokens = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  GSList *uris;

  self->asked = g_ptr_array_new_with_free_func (g_object_unref);
  self->soup = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->soup, NULL, on_request, self, NULL);
  soup_server_listen_local (self->soup, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->soup);
  url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  self->folder = g_dir_make_tmp ("gt-ui-XXXXXX", &error);
  g_assert_no_error (error);
  self->session = ghc_session_new ("account", url, ME, self->folder, store);
  tokens = ghc_tokens_new_from_json (json, &error);
  g_assert_no_error (error);
  ghc_auth_adopt (self->session->auth, tokens);
  return self;
}

void
ui_server_free (UiServer *self)
{
  soup_server_disconnect (self->soup);
  ui_end_session (self->session, self->folder);
  g_ptr_array_unref (self->asked);
  g_object_unref (self->soup);
  g_free (self->folder);
  g_free (self);
}

static gboolean
is_asked (SoupServerMessage *asked,
          const char        *method,
          const char        *end)
{
  return g_str_equal (soup_server_message_get_method (asked), method)
         && g_str_has_suffix (g_uri_get_path (soup_server_message_get_uri (asked)), end);
}

guint
ui_server_count (UiServer   *self,
                 const char *method,
                 const char *end)
{
  guint n = 0;

  for (guint i = 0; i < self->asked->len; i++)
    n += is_asked (g_ptr_array_index (self->asked, i), method, end);
  return n;
}

SoupServerMessage *
ui_server_wait (UiServer   *self,
                const char *method,
                const char *end,
                guint       n_before)
{
  while (ui_server_count (self, method, end) <= n_before)
    g_main_context_iteration (NULL, TRUE);

  for (guint i = 0; i < self->asked->len; i++)
    {
      SoupServerMessage *asked = g_ptr_array_index (self->asked, i);

      if (is_asked (asked, method, end) && n_before-- == 0)
        return asked;
    }
  g_assert_not_reached ();
}

GhJson *
ui_server_read (SoupServerMessage *asked)
{
  g_autoptr (GBytes) body = soup_message_body_flatten (soup_server_message_get_request_body (asked));
  g_autoptr (GError) error = NULL;
  GhJson *json = gh_json_parse_bytes (body, &error);

  g_assert_no_error (error);
  return json;
}

/* Not for ever: something that moves in the window has always something left to do. */
void
ui_server_settle (void)
{
  for (guint i = 0; i < 1000 && g_main_context_iteration (NULL, FALSE); i++)
    ;
}

static void
on_finished (gboolean *finished)
{
  *finished = TRUE;
}

static void
respond (UiServer          *self,
         SoupServerMessage *asked,
         guint              status,
         GBytes            *body)
{
  gboolean finished = FALSE;

  soup_server_message_set_status (asked, status, NULL);
  soup_message_headers_set_content_type (soup_server_message_get_response_headers (asked), "application/json", NULL);
  soup_message_body_append_bytes (soup_server_message_get_response_body (asked), body);
  g_signal_connect_swapped (asked, "finished", G_CALLBACK (on_finished), &finished);
  soup_server_message_unpause (asked);
  while (!finished)
    g_main_context_iteration (NULL, TRUE);

  g_signal_handlers_disconnect_by_func (asked, on_finished, &finished);
  g_ptr_array_remove (self->asked, asked);
  ui_server_settle ();
}

void
ui_server_answer (UiServer          *self,
                  SoupServerMessage *asked,
                  const char        *text)
{
  g_autoptr (GhJson) json = test_json (text);
  g_autoptr (GBytes) body = gh_json_to_bytes (json);

  respond (self, asked, SOUP_STATUS_OK, body);
}

void
ui_server_refuse (UiServer          *self,
                  SoupServerMessage *asked,
                  const char        *why)
{
  g_autoptr (GError) error = gh_error_new_literal (GH_ERROR_DENIED, "test.refused", NULL, 0, why);
  g_autoptr (GBytes) body = gh_error_to_body (error);

  respond (self, asked, SOUP_STATUS_FORBIDDEN, body);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      if (g_file_test (file, G_FILE_TEST_IS_DIR))
        remove_folder (file);
      else
        g_unlink (file);
    }
  g_rmdir (path);
}

void
ui_end_session (GhcSession *session,
                const char *folder)
{
  g_autoptr (GhcCache) cache = g_object_ref (session->cache);
  g_autoptr (DexFuture) closed = NULL;
  gpointer left = session;

  g_object_add_weak_pointer (G_OBJECT (session), &left);
  g_object_unref (session);
  while (left != NULL)
    g_main_context_iteration (NULL, TRUE);

  /* Its thread may only begin to open the file. */
  closed = ghc_cache_close (cache);
  test_await (closed);
  remove_folder (folder);
}
