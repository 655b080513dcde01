/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-welcome.h"

#include "ghc-account-page.h"
#include "ghc-name-page.h"
#include "ghc-server-page.h"
#include "ghc-toast.h"

/**
 * GhcWelcome:
 *
 * From nothing to a conversation in three pages: the server, the account, name and picture; then the
 * invitation is accepted. Also how a further account is added.
 */
struct _GhcWelcome
{
  AdwBin parent_instance;

  AdwNavigationView *view;

  GhcSessions *sessions;
  GhcSession *session;
  char *link;
};

enum
{
  FINISHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcWelcome, ghc_welcome, ADW_TYPE_BIN)

static DexFuture *
finish_fiber (gpointer data)
{
  GhcWelcome *self = data;
  g_autoptr (GhcSession) session = g_object_ref (self->session);
  g_autoptr (GhcGuild) guild = NULL;
  g_autoptr (GError) error = NULL;

  if (self->link != NULL)
    guild = dex_await_object (ghc_session_accept_invite (session, self->link), &error);
  if (error != NULL)
    ghc_toast_error (GTK_WIDGET (self), error);
  g_signal_emit (self, signals[FINISHED], 0, session, guild);
  return dex_future_new_true ();
}

static void
finish (GhcWelcome *self)
{
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, finish_fiber, g_object_ref (self), g_object_unref));
}

static void
on_signed_in (GhcWelcome *self, GhcSession *session, gboolean is_new)
{
  GhcNamePage *page;

  g_set_object (&self->session, session);
  if (!is_new)
    {
      finish (self);
      return;
    }

  page = ghc_name_page_new (session);
  g_signal_connect_object (page, "done", G_CALLBACK (finish), self, G_CONNECT_SWAPPED);
  adw_navigation_view_push (self->view, ADW_NAVIGATION_PAGE (page));
  ghc_name_page_focus (page);
}

static void
on_server_chosen (GhcWelcome *self, GhcServerInfo *server, const char *link)
{
  GhcAccountPage *page;

  g_set_str (&self->link, link);
  page = ghc_account_page_new (self->sessions, server, link);
  g_signal_connect_object (page, "signed-in", G_CALLBACK (on_signed_in), self, G_CONNECT_SWAPPED);
  adw_navigation_view_push (self->view, ADW_NAVIGATION_PAGE (page));
  ghc_account_page_focus (page);
}

static void
on_popped (GhcWelcome *self)
{
  AdwNavigationPage *page = adw_navigation_view_get_visible_page (self->view);

  if (GHC_IS_SERVER_PAGE (page))
    ghc_server_page_focus (GHC_SERVER_PAGE (page));
}

static void
begin (GhcWelcome *self, const char *link)
{
  GhcServerPage *page =
    ghc_server_page_new (link, g_list_model_get_n_items (G_LIST_MODEL (self->sessions)) == 0);
  AdwNavigationPage *pages[] = { ADW_NAVIGATION_PAGE (page) };

  g_signal_connect_object (page, "chosen", G_CALLBACK (on_server_chosen), self, G_CONNECT_SWAPPED);
  adw_navigation_view_replace (self->view, pages, G_N_ELEMENTS (pages));
  ghc_server_page_focus (page);
}

static void
ghc_welcome_dispose (GObject *object)
{
  GhcWelcome *self = GHC_WELCOME (object);

  g_clear_object (&self->sessions);
  g_clear_object (&self->session);
  g_clear_pointer (&self->link, g_free);

  G_OBJECT_CLASS (ghc_welcome_parent_class)->dispose (object);
}

static void
ghc_welcome_class_init (GhcWelcomeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_welcome_dispose;

  /**
   * GhcWelcome::finished:
   * @session: the account
   * @guild: (nullable): the guild one has just joined
   */
  signals[FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 2, GHC_TYPE_SESSION,
                                    GHC_TYPE_GUILD);
}

static void
ghc_welcome_init (GhcWelcome *self)
{
  self->view = ADW_NAVIGATION_VIEW (adw_navigation_view_new ());
  g_signal_connect_object (self->view, "popped", G_CALLBACK (on_popped), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->view));
}

/**
 * ghc_welcome_new:
 * @link: (nullable): an invitation or address to begin with
 */
GhcWelcome *
ghc_welcome_new (GhcSessions *sessions, const char *link)
{
  GhcWelcome *self;

  g_return_val_if_fail (GHC_IS_SESSIONS (sessions), NULL);

  self = g_object_new (GHC_TYPE_WELCOME, NULL);
  self->sessions = g_object_ref (sessions);
  begin (self, link);
  return self;
}

/**
 * ghc_welcome_set_link:
 *
 * Starts again with @link, unless somebody is already signing in.
 */
void
ghc_welcome_set_link (GhcWelcome *self, const char *link)
{
  g_return_if_fail (GHC_IS_WELCOME (self));
  g_return_if_fail (link != NULL);

  if (self->session == NULL)
    begin (self, link);
}
