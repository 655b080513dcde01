/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-account-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gh-error.h"
#include "gh-user-name.h"
#include "ghc-field-error.h"
#include "ghc-invite-card.h"
#include "ghc-task-button.h"

/**
 * GhcAccountPage:
 *
 * The second page of the first run: an account on the chosen server, new or not. What is wrong is
 * said beside the field it concerns; the name is looked at while it is typed.
 */
struct _GhcAccountPage
{
  AdwNavigationPage parent_instance;

  GtkLabel *title_label;
  GtkLabel *address_label;
  GhcInviteCard *invite_card;
  AdwToggleGroup *mode_group;
  GtkWidget *closed_label;
  AdwEntryRow *name_row;
  GtkWidget *name_ok;
  GhcFieldError *name_error;
  GtkEditable *password_row;
  GhcFieldError *password_error;
  GtkEditable *invite_row;
  GhcFieldError *invite_error;
  GtkLabel *hint_label;
  GhcTaskButton *submit_button;

  GhcSessions *sessions;
  GhcServerInfo *server;
  GhcServerProbe *probe;
  char *link;
  guint generation;
};

enum
{
  SIGNED_IN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcAccountPage, ghc_account_page, ADW_TYPE_NAVIGATION_PAGE)

static gboolean
is_registering (GhcAccountPage *self)
{
  return g_strcmp0 (adw_toggle_group_get_active_name (self->mode_group), "register") == 0;
}

static gboolean
needs_invite (GhcAccountPage *self)
{
  return is_registering (self) && self->link == NULL
         && ghc_server_info_get_registration (self->server) == GHC_REGISTRATION_INVITE;
}

static const char *
get_text (gpointer row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

/* A capital at the beginning is a habit, not a mistake. */
static char *
dup_name (GhcAccountPage *self)
{
  g_autofree char *name = g_ascii_strdown (get_text (self->name_row), -1);

  return g_strdup (g_strstrip (name));
}

static void
update_submit (GhcAccountPage *self)
{
  gboolean complete = get_text (self->name_row)[0] != '\0'
                      && get_text (self->password_row)[0] != '\0'
                      && (!needs_invite (self) || get_text (self->invite_row)[0] != '\0');

  gtk_widget_set_sensitive (GTK_WIDGET (self->submit_button), complete);
}

static void
update_hint (GhcAccountPage *self)
{
  guint least = ghc_server_info_get_password_min (self->server);
  g_autofree char *name = dup_name (self);
  g_autofree char *hint = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->hint_label), is_registering (self));
  if (name[0] != '\0' && gtk_widget_get_visible (self->name_ok))
    /* Translators: an account's full name, then how long a password must be */
    hint =
      g_strdup_printf (ngettext ("You will be @%s:%s. Choose a password of at least %u character.",
                                 "You will be @%s:%s. Choose a password of at least %u characters.",
                                 least),
                       name, ghc_server_info_get_name (self->server), least);
  else
    hint = g_strdup_printf (
      ngettext (
        "A username can have lowercase letters, digits, “-”, “_” and “.”. A password has at least %u character.",
        "A username can have lowercase letters, digits, “-”, “_” and “.”. A password has at least %u characters.",
        least),
      least);
  gtk_label_set_label (self->hint_label, hint);
}

/* --- The name, while it is typed ------------------------------------------------------------ */

static DexFuture *
check_name_fiber (gpointer data)
{
  GhcAccountPage *self = data;
  guint generation = self->generation;
  g_autofree char *name = dup_name (self);
  g_autoptr (GError) error = NULL;
  gboolean is_free;

  is_free = dex_await (ghc_server_probe_check_name (self->probe,
                                                    ghc_server_info_get_url (self->server), name),
                       &error);
  if (generation != self->generation)
    return dex_future_new_false ();

  gtk_widget_set_visible (self->name_ok, is_free);
  update_hint (self);
  /* Too short is not worth a word while somebody begins to type. */
  if (!is_free && strlen (name) >= GH_USER_NAME_MIN && error->domain == GH_ERROR
      && g_strcmp0 (gh_error_get_field (error), "username") == 0)
    ghc_field_error_set_message (self->name_error, error->message);
  return dex_future_new_true ();
}

static void
check_name (GhcAccountPage *self)
{
  self->generation++;
  gtk_widget_set_visible (self->name_ok, FALSE);
  update_hint (self);
  if (is_registering (self) && get_text (self->name_row)[0] != '\0')
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, check_name_fiber, g_object_ref (self), g_object_unref));
}

static void
on_name_changed (GhcAccountPage *self)
{
  if (self->server == NULL)
    return;
  check_name (self);
  update_submit (self);
}

static void
on_field_changed (GhcAccountPage *self)
{
  if (self->server != NULL)
    update_submit (self);
}

static void
on_mode_changed (GhcAccountPage *self)
{
  if (self->server == NULL)
    return;

  ghc_field_error_set_message (self->name_error, NULL);
  ghc_field_error_set_message (self->password_error, NULL);
  ghc_field_error_set_message (self->invite_error, NULL);
  ghc_task_button_set_text (self->submit_button,
                            is_registering (self) ? _ ("_Create Account") : _ ("_Sign In"));
  gtk_widget_set_visible (GTK_WIDGET (self->invite_row), needs_invite (self));
  check_name (self);
  update_submit (self);
}

/* --- Going on ------------------------------------------------------------------------------- */

static void
show_error (GhcAccountPage *self, const GError *error)
{
  if (ghc_field_error_take (self->name_error, error, "username"))
    return;
  if (gtk_widget_get_visible (GTK_WIDGET (self->invite_row))
      && ghc_field_error_take (self->invite_error, error, "invite"))
    return;
  ghc_field_error_take (self->password_error, error, NULL);
}

static DexFuture *
submit_fiber (gpointer data)
{
  GhcAccountPage *self = data;
  gboolean registering = is_registering (self);
  g_autofree char *name = dup_name (self);
  const char *url = ghc_server_info_get_url (self->server);
  const char *invite = needs_invite (self) ? get_text (self->invite_row) : self->link;
  g_autoptr (GhcSession) session = NULL;
  g_autoptr (GError) error = NULL;

  ghc_task_button_set_busy (self->submit_button, TRUE);
  if (registering)
    session = dex_await_object (ghc_sessions_register (self->sessions, url, name,
                                                       get_text (self->password_row), NULL, invite),
                                &error);
  else
    session = dex_await_object (ghc_sessions_sign_in (self->sessions, url, name,
                                                      get_text (self->password_row)),
                                &error);
  if (self->server == NULL)
    return dex_future_new_false ();

  ghc_task_button_set_busy (self->submit_button, FALSE);
  if (session == NULL)
    {
      show_error (self, error);
      return dex_future_new_false ();
    }

  g_signal_emit (self, signals[SIGNED_IN], 0, session, registering);
  return dex_future_new_true ();
}

static void
on_submit_clicked (GhcAccountPage *self)
{
  if (gtk_widget_get_sensitive (GTK_WIDGET (self->submit_button))
      && !ghc_task_button_get_busy (self->submit_button))
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, submit_fiber, g_object_ref (self), g_object_unref));
}

static DexFuture *
preview_fiber (gpointer data)
{
  GhcAccountPage *self = data;
  g_autoptr (GhcInvitePreview) preview = NULL;

  preview = dex_await_object (ghc_server_probe_preview_invite (self->probe, self->link), NULL);
  if (self->server != NULL)
    ghc_invite_card_set_preview (self->invite_card, preview);
  return dex_future_new_true ();
}

static void
ghc_account_page_dispose (GObject *object)
{
  GhcAccountPage *self = GHC_ACCOUNT_PAGE (object);

  self->generation++;
  g_clear_object (&self->server);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_ACCOUNT_PAGE);
  g_clear_object (&self->sessions);
  g_clear_object (&self->probe);
  g_clear_pointer (&self->link, g_free);

  G_OBJECT_CLASS (ghc_account_page_parent_class)->dispose (object);
}

static void
ghc_account_page_class_init (GhcAccountPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_account_page_dispose;

  /**
   * GhcAccountPage::signed-in:
   * @session: connecting
   * @is_new: the account has just been made
   */
  signals[SIGNED_IN] = g_signal_new ("signed-in", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 2, GHC_TYPE_SESSION,
                                     G_TYPE_BOOLEAN);

  g_type_ensure (GHC_TYPE_FIELD_ERROR);
  g_type_ensure (GHC_TYPE_INVITE_CARD);
  g_type_ensure (GHC_TYPE_TASK_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-account-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcAccountPage, title_label);
  gtk_widget_class_bind_template_child (widget_class, GhcAccountPage, address_label);
  gtk_widget_class_bind_template_child (widget_class, GhcAccountPage, invite_card);
  gtk_widget_class_bind_template_child (widget_class, GhcAccountPage, mode_group);
  gtk_widget_class_bind_template_child (widget_class, GhcAccountPage, closed_label);
  gtk_widget_class_bind_template_child (widget_class, GhcAccountPage, name_row);
  gtk_widget_class_bind_template_child (widget_class, GhcAccountPage, name_ok);
  gtk_widget_class_bind_template_child (widget_class, GhcAccountPage, name_error);
  gtk_widget_class_bind_template_child (widget_class, GhcAccountPage, password_row);
  gtk_widget_class_bind_template_child (widget_class, GhcAccountPage, password_error);
  gtk_widget_class_bind_template_child (widget_class, GhcAccountPage, invite_row);
  gtk_widget_class_bind_template_child (widget_class, GhcAccountPage, invite_error);
  gtk_widget_class_bind_template_child (widget_class, GhcAccountPage, hint_label);
  gtk_widget_class_bind_template_child (widget_class, GhcAccountPage, submit_button);
  gtk_widget_class_bind_template_callback (widget_class, on_mode_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_field_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_submit_clicked);
}

static void
ghc_account_page_init (GhcAccountPage *self)
{
  self->probe = ghc_server_probe_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ghc_account_page_new:
 * @link: (nullable): an invitation to show; it also lets one register where that takes an invite
 */
GhcAccountPage *
ghc_account_page_new (GhcSessions *sessions, GhcServerInfo *server, const char *link)
{
  GhcAccountPage *self;
  gboolean closed;

  g_return_val_if_fail (GHC_IS_SESSIONS (sessions), NULL);
  g_return_val_if_fail (GHC_IS_SERVER_INFO (server), NULL);

  self = g_object_new (GHC_TYPE_ACCOUNT_PAGE, NULL);
  self->sessions = g_object_ref (sessions);
  self->server = g_object_ref (server);
  self->link = g_strdup (link);
  closed = ghc_server_info_get_registration (server) == GHC_REGISTRATION_CLOSED;
  gtk_label_set_label (self->title_label, ghc_server_info_get_title (server));
  gtk_label_set_label (self->address_label, ghc_server_info_get_url (server));
  gtk_widget_set_visible (self->closed_label, closed);
  gtk_widget_set_visible (GTK_WIDGET (self->mode_group), !closed);
  adw_toggle_group_set_active_name (self->mode_group, closed ? "sign-in" : "register");
  on_mode_changed (self);
  if (link != NULL)
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, preview_fiber, g_object_ref (self), g_object_unref));
  return self;
}

/**
 * ghc_account_page_focus:
 *
 * Puts the focus where one begins: at once when it comes, and not when it has come to rest, since
 * somebody may write by then.
 */
void
ghc_account_page_focus (GhcAccountPage *self)
{
  g_return_if_fail (GHC_IS_ACCOUNT_PAGE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
}
