/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-server-probe.h"

#include <glib/gi18n.h>

#include "gh-error.h"
#include "gh-link.h"
#include "ghc-http.h"
#include "ghc-invite.h"
#include "ghc-local-server.h"
#include "ghc-refusal.h"
#include "ghc-server-info-private.h"

/* How long typing must pause before the network is asked. */
#define PAUSE_MS 250

struct _GhcServerProbe
{
  GObject parent_instance;
  GCancellable *address; /* of the newest question of each kind */
  GCancellable *name;
  GCancellable *invite;
};

G_DEFINE_FINAL_TYPE (GhcServerProbe, ghc_server_probe, G_TYPE_OBJECT)

/* A question to a server: where, what, and how the answer is read. */
typedef struct
{
  char *url;
  char *path;
  gboolean is_patient;
  GCancellable *cancellable;
  DexFuture *(*read) (const char *url, GhJson *answer);
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_clear_object (&question->cancellable);
  g_free (question->url);
  g_free (question->path);
  g_free (question);
}

static DexFuture *
read_server (const char *url, GhJson *answer)
{
  GhcServerInfo *info = ghc_server_info_new_from_json (url, answer, NULL);

  if (info == NULL)
    return dex_future_new_for_error (
      gh_error_new (GH_ERROR_NOT_FOUND, "server.unknown", "server", 0,
                    _ ("Something answers at this address, but it isn’t a Guildhall "
                       "server, or it is much newer than this version of Guildhall.")));
  return dex_future_new_take_object (info);
}

static DexFuture *
read_name (const char *url, GhJson *answer)
{
  return dex_future_new_true ();
}

static DexFuture *
read_invite (const char *url, GhJson *answer)
{
  GError *error = NULL;
  GhcInvitePreview *preview = ghc_invite_preview_new_from_json (url, answer, &error);

  return preview != NULL ? dex_future_new_take_object (preview) : dex_future_new_for_error (error);
}

static DexFuture *
new_cancelled (void)
{
  return dex_future_new_reject (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Something newer was asked for");
}

static DexFuture *
ask_fiber (gpointer data)
{
  Question *question = data;
  g_autoptr (GhcHttp) http = NULL;
  g_autoptr (GhJson) answer = NULL;
  g_autoptr (GError) error = NULL;

  if (question->is_patient)
    dex_await (dex_timeout_new_msec (PAUSE_MS), NULL);
  if (g_cancellable_is_cancelled (question->cancellable))
    return new_cancelled ();

  http = ghc_http_new (question->url);
  answer = dex_await_boxed (ghc_http_call (http, NULL, "GET", question->path, NULL,
                                           question->cancellable),
                            &error);
  /* The answer to an old question may have been on its way already. */
  if (g_cancellable_is_cancelled (question->cancellable))
    return new_cancelled ();
  if (answer == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  return question->read (question->url, answer);
}

/* Asks, and makes whoever asked before through @newest hear that it is too late. */
static DexFuture *
ask (GCancellable **newest, const char *url, char *path, gboolean is_patient,
     DexFuture *(*read) (const char *url, GhJson *answer))
{
  Question *question = g_new0 (Question, 1);

  if (*newest != NULL)
    g_cancellable_cancel (*newest);
  g_clear_object (newest);
  *newest = g_cancellable_new ();

  question->url = g_strdup (url);
  question->path = path;
  question->is_patient = is_patient;
  question->cancellable = g_object_ref (*newest);
  question->read = read;
  return dex_scheduler_spawn (NULL, 0, ask_fiber, question, question_free);
}

static void
ghc_server_probe_dispose (GObject *object)
{
  GhcServerProbe *self = GHC_SERVER_PROBE (object);
  GCancellable **questions[] = { &self->address, &self->name, &self->invite };

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      if (*questions[i] != NULL)
        g_cancellable_cancel (*questions[i]);
      g_clear_object (questions[i]);
    }

  G_OBJECT_CLASS (ghc_server_probe_parent_class)->dispose (object);
}

static void
ghc_server_probe_class_init (GhcServerProbeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_server_probe_dispose;
}

static void
ghc_server_probe_init (GhcServerProbe *self)
{
}

GhcServerProbe *
ghc_server_probe_new (void)
{
  return g_object_new (GHC_TYPE_SERVER_PROBE, NULL);
}

DexFuture *
ghc_server_probe_check (GhcServerProbe *self, const char *address)
{
  g_autoptr (GhLink) link = NULL;
  g_autoptr (GhServerAddress) server = NULL;
  GError *error = NULL;

  g_return_val_if_fail (GHC_IS_SERVER_PROBE (self), NULL);
  g_return_val_if_fail (address != NULL, NULL);

  /* What is refused at once still makes an older question obsolete. */
  if (self->address != NULL)
    g_cancellable_cancel (self->address);

  link = gh_link_parse (address, NULL);
  server = link != NULL ? gh_server_address_ref (gh_link_get_server (link))
                        : gh_server_address_parse (address, &error);
  if (server == NULL)
    return dex_future_new_for_error (ghc_refusal_translate (error));

  return ask (&self->address, gh_server_address_get_url (server), g_strdup ("/server"), TRUE,
              read_server);
}

DexFuture *
ghc_server_probe_find_local (GhcServerProbe *self)
{
  g_autofree char *address = ghc_local_server_dup_address ();
  g_autoptr (GhServerAddress) server = NULL;
  g_autoptr (GCancellable) alone = NULL;
  GError *error = NULL;

  g_return_val_if_fail (GHC_IS_SERVER_PROBE (self), NULL);

  server = gh_server_address_parse (address, &error);
  if (server == NULL)
    return dex_future_new_for_error (ghc_refusal_translate (error));

  return ask (&alone, gh_server_address_get_url (server), g_strdup ("/server"), FALSE, read_server);
}

DexFuture *
ghc_server_probe_check_name (GhcServerProbe *self, const char *url, const char *username)
{
  g_autofree char *escaped = NULL;

  g_return_val_if_fail (GHC_IS_SERVER_PROBE (self), NULL);
  g_return_val_if_fail (url != NULL && username != NULL, NULL);

  if (*username == '\0')
    {
      if (self->name != NULL)
        g_cancellable_cancel (self->name);
      return dex_future_new_for_error (
        gh_error_new (GH_ERROR_INVALID, "username.invalid", "username", 0, _ ("Choose a name.")));
    }

  escaped = g_uri_escape_string (username, NULL, FALSE);
  return ask (&self->name, url, g_strconcat ("/names/", escaped, NULL), TRUE, read_name);
}

DexFuture *
ghc_server_probe_preview_invite (GhcServerProbe *self, const char *link)
{
  g_autoptr (GhLink) parsed = NULL;
  g_autofree char *escaped = NULL;
  GError *error = NULL;

  g_return_val_if_fail (GHC_IS_SERVER_PROBE (self), NULL);
  g_return_val_if_fail (link != NULL, NULL);

  if (self->invite != NULL)
    g_cancellable_cancel (self->invite);

  parsed = gh_link_parse (link, &error);
  if (parsed == NULL)
    return dex_future_new_for_error (ghc_refusal_translate (error));

  escaped = g_uri_escape_string (gh_link_get_invite_code (parsed), NULL, FALSE);
  return ask (&self->invite, gh_server_address_get_url (gh_link_get_server (parsed)),
              g_strconcat ("/invites/", escaped, NULL), TRUE, read_invite);
}
