/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-join-guild-dialog.h"

#include <glib/gi18n.h>

#include "gh-link.h"
#include "ghc-dialog.h"
#include "ghc-field-error.h"
#include "ghc-invite-card.h"
#include "ghc-refusal.h"
#include "ghc-task-button.h"

/**
 * GhcJoinGuildDialog:
 *
 * Takes an invite link, shows what it leads to, and accepts it with the account one has on that
 * server. Where there is none, it asks for one.
 */
struct _GhcJoinGuildDialog
{
  AdwDialog parent_instance;

  AdwEntryRow *link_row;
  GhcFieldError *link_error;
  GhcInviteCard *card;
  GhcTaskButton *join_button;

  GhcSessions *sessions;
  GhcServerProbe *probe;
  guint generation;
};

enum
{
  JOINED,
  ACCOUNT_NEEDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcJoinGuildDialog, ghc_join_guild_dialog, ADW_TYPE_DIALOG)

static GhLink *
parse_link (GhcJoinGuildDialog *self, GError **error)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->link_row)));
  GError *refusal = NULL;
  GhLink *link = gh_link_parse (g_strstrip (text), &refusal);

  if (link == NULL)
    g_propagate_error (error, ghc_refusal_translate (refusal));
  return link;
}

static DexFuture *
preview_fiber (gpointer data)
{
  GhcJoinGuildDialog *self = data;
  guint generation = ++self->generation;
  g_autofree char *link = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->link_row)));
  g_autoptr (GhcInvitePreview) preview = NULL;
  g_autoptr (GError) error = NULL;

  preview = dex_await_object (ghc_server_probe_preview_invite (self->probe, g_strstrip (link)),
                              &error);
  if (generation != self->generation || self->sessions == NULL)
    return dex_future_new_false ();

  if (preview == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        ghc_field_error_set_message (self->link_error, error->message);
      return dex_future_new_false ();
    }

  ghc_invite_card_set_preview (self->card, preview);
  return dex_future_new_true ();
}

static void
on_link_changed (GhcJoinGuildDialog *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhLink) link = parse_link (self, &error);

  self->generation++;
  ghc_invite_card_set_preview (self->card, NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->join_button), link != NULL);
  if (link != NULL)
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, preview_fiber, g_object_ref (self), g_object_unref));
  else if (gtk_editable_get_text (GTK_EDITABLE (self->link_row))[0] != '\0')
    ghc_field_error_complain (self->link_error, error->message);
}

static DexFuture *
join_fiber (gpointer data)
{
  GhcJoinGuildDialog *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GhLink) link = parse_link (self, &error);
  g_autoptr (GhcSession) session = NULL;
  g_autoptr (GhcGuild) guild = NULL;
  g_autofree char *uri = NULL;

  if (link == NULL)
    {
      ghc_field_error_take (self->link_error, error, NULL);
      return dex_future_new_false ();
    }

  uri = gh_link_to_uri (link);
  g_set_object (&session, ghc_sessions_find_server (self->sessions, gh_server_address_get_url (
                                                                      gh_link_get_server (link))));
  if (session == NULL)
    {
      adw_dialog_close (ADW_DIALOG (self));
      g_signal_emit (self, signals[ACCOUNT_NEEDED], 0, uri);
      return dex_future_new_false ();
    }

  ghc_task_button_set_busy (self->join_button, TRUE);
  guild = dex_await_object (ghc_session_accept_invite (session, uri), &error);
  ghc_task_button_set_busy (self->join_button, FALSE);
  if (guild == NULL)
    {
      ghc_field_error_take (self->link_error, error, NULL);
      return dex_future_new_false ();
    }

  g_signal_emit (self, signals[JOINED], 0, session, guild);
  adw_dialog_close (ADW_DIALOG (self));
  return dex_future_new_true ();
}

static void
on_join_clicked (GhcJoinGuildDialog *self)
{
  if (!ghc_task_button_get_busy (self->join_button))
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, join_fiber, g_object_ref (self), g_object_unref));
}

static void
ghc_join_guild_dialog_dispose (GObject *object)
{
  GhcJoinGuildDialog *self = GHC_JOIN_GUILD_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_JOIN_GUILD_DIALOG);
  g_clear_object (&self->sessions);
  g_clear_object (&self->probe);

  G_OBJECT_CLASS (ghc_join_guild_dialog_parent_class)->dispose (object);
}

static void
ghc_join_guild_dialog_class_init (GhcJoinGuildDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_join_guild_dialog_dispose;

  /**
   * GhcJoinGuildDialog::joined:
   * @session: the account that joined
   * @guild: already in the model
   */
  signals[JOINED] = g_signal_new ("joined", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, GHC_TYPE_SESSION, GHC_TYPE_GUILD);
  /**
   * GhcJoinGuildDialog::account-needed:
   * @link: the invitation, of a server one has no account on
   */
  signals[ACCOUNT_NEEDED] = g_signal_new ("account-needed", G_TYPE_FROM_CLASS (klass),
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                          G_TYPE_STRING);

  g_type_ensure (GHC_TYPE_FIELD_ERROR);
  g_type_ensure (GHC_TYPE_INVITE_CARD);
  g_type_ensure (GHC_TYPE_TASK_BUTTON);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/org/guildhall/Guildhall/ui/ghc-join-guild-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcJoinGuildDialog, link_row);
  gtk_widget_class_bind_template_child (widget_class, GhcJoinGuildDialog, link_error);
  gtk_widget_class_bind_template_child (widget_class, GhcJoinGuildDialog, card);
  gtk_widget_class_bind_template_child (widget_class, GhcJoinGuildDialog, join_button);
  gtk_widget_class_bind_template_callback (widget_class, on_link_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_join_clicked);
}

static void
ghc_join_guild_dialog_init (GhcJoinGuildDialog *self)
{
  self->probe = ghc_server_probe_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  ghc_dialog_keep_focus (ADW_DIALOG (self));
}

/**
 * ghc_join_guild_dialog_new:
 * @link: (nullable): an invitation that is at hand already
 */
GhcJoinGuildDialog *
ghc_join_guild_dialog_new (GhcSessions *sessions, const char *link)
{
  GhcJoinGuildDialog *self;

  g_return_val_if_fail (GHC_IS_SESSIONS (sessions), NULL);

  self = g_object_new (GHC_TYPE_JOIN_GUILD_DIALOG, NULL);
  self->sessions = g_object_ref (sessions);
  if (link != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->link_row), link);
  return self;
}
