/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-create-guild-dialog.h"

#include "ghc-dialog.h"
#include "ghc-field-error.h"
#include "ghc-task-button.h"

/**
 * GhcCreateGuildDialog:
 *
 * Asks for the name of a new guild and makes it.
 */
struct _GhcCreateGuildDialog
{
  AdwDialog parent_instance;

  AdwEntryRow *name_row;
  GhcFieldError *name_error;
  GhcTaskButton *create_button;

  GhcSession *session;
};

enum
{
  CREATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcCreateGuildDialog, ghc_create_guild_dialog, ADW_TYPE_DIALOG)

static DexFuture *
create_fiber (gpointer data)
{
  GhcCreateGuildDialog *self = data;
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name_row));
  g_autoptr (GhcGuild) guild = NULL;
  g_autoptr (GError) error = NULL;

  ghc_task_button_set_busy (self->create_button, TRUE);
  guild = dex_await_object (ghc_session_create_guild (self->session, name), &error);
  ghc_task_button_set_busy (self->create_button, FALSE);

  if (guild == NULL)
    {
      ghc_field_error_take (self->name_error, error, NULL);
      return dex_future_new_false ();
    }

  g_signal_emit (self, signals[CREATED], 0, guild);
  adw_dialog_close (ADW_DIALOG (self));
  return dex_future_new_true ();
}

static void
on_create_clicked (GhcCreateGuildDialog *self)
{
  if (!ghc_task_button_get_busy (self->create_button))
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, create_fiber, g_object_ref (self), g_object_unref));
}

static void
on_name_changed (GhcCreateGuildDialog *self)
{
  g_autofree char *name = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row)));

  gtk_widget_set_sensitive (GTK_WIDGET (self->create_button), g_strstrip (name)[0] != '\0');
}

static void
ghc_create_guild_dialog_dispose (GObject *object)
{
  GhcCreateGuildDialog *self = GHC_CREATE_GUILD_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_CREATE_GUILD_DIALOG);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (ghc_create_guild_dialog_parent_class)->dispose (object);
}

static void
ghc_create_guild_dialog_class_init (GhcCreateGuildDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_create_guild_dialog_dispose;

  /**
   * GhcCreateGuildDialog::created:
   * @guild: the new one, already in the model
   */
  signals[CREATED] = g_signal_new ("created", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, GHC_TYPE_GUILD);

  g_type_ensure (GHC_TYPE_FIELD_ERROR);
  g_type_ensure (GHC_TYPE_TASK_BUTTON);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/org/guildhall/Guildhall/ui/ghc-create-guild-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcCreateGuildDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, GhcCreateGuildDialog, name_error);
  gtk_widget_class_bind_template_child (widget_class, GhcCreateGuildDialog, create_button);
  gtk_widget_class_bind_template_callback (widget_class, on_create_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed);
}

static void
ghc_create_guild_dialog_init (GhcCreateGuildDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ghc_dialog_keep_focus (ADW_DIALOG (self));
}

GhcCreateGuildDialog *
ghc_create_guild_dialog_new (GhcSession *session)
{
  GhcCreateGuildDialog *self;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);

  self = g_object_new (GHC_TYPE_CREATE_GUILD_DIALOG, NULL);
  self->session = g_object_ref (session);
  return self;
}

GhcSession *
ghc_create_guild_dialog_get_session (GhcCreateGuildDialog *self)
{
  g_return_val_if_fail (GHC_IS_CREATE_GUILD_DIALOG (self), NULL);

  return self->session;
}
