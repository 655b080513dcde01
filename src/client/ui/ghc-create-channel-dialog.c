/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-create-channel-dialog.h"

#include <glib/gi18n.h>

#include "ghc-category-model.h"
#include "ghc-choice.h"
#include "ghc-dialog.h"
#include "ghc-field-error.h"
#include "ghc-task-button.h"

/**
 * GhcCreateChannelDialog:
 *
 * Asks what a new channel, or a new category, shall be, and makes it.
 */
struct _GhcCreateChannelDialog
{
  AdwDialog parent_instance;

  AdwEntryRow *name_row;
  GhcFieldError *name_error;
  AdwEntryRow *topic_row;
  GhcFieldError *topic_error;
  GtkWidget *details_group;
  AdwComboRow *kind_row;
  AdwSwitchRow *private_row;
  AdwComboRow *category_row;
  GhcTaskButton *create_button;

  GhcSession *session;
  GhcGuild *guild;
  GhcChannelKind kind;
};

enum
{
  CREATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcCreateChannelDialog, ghc_create_channel_dialog, ADW_TYPE_DIALOG)

static DexFuture *
start_creation (GhcCreateChannelDialog *self)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name_row));
  const char *topic = gtk_editable_get_text (GTK_EDITABLE (self->topic_row));
  GhcChannelKind kind = GHC_CHANNEL_TEXT;

  if (self->kind == GHC_CHANNEL_CATEGORY)
    return ghc_session_create_channel (self->session, self->guild, GHC_CHANNEL_CATEGORY, name, NULL,
                                       FALSE, NULL);

  if (adw_combo_row_get_selected (self->kind_row) == 1)
    kind = GHC_CHANNEL_VOICE;
  return ghc_session_create_channel (self->session, self->guild, kind, name,
                                     topic[0] != '\0' ? topic : NULL,
                                     adw_switch_row_get_active (self->private_row),
                                     ghc_category_model_get_selected (self->category_row));
}

static DexFuture *
create_fiber (gpointer data)
{
  GhcCreateChannelDialog *self = data;
  g_autoptr (GhcChannel) channel = NULL;
  g_autoptr (GError) error = NULL;

  ghc_task_button_set_busy (self->create_button, TRUE);
  channel = dex_await_object (start_creation (self), &error);
  ghc_task_button_set_busy (self->create_button, FALSE);

  if (channel == NULL)
    {
      if (!ghc_field_error_take (self->topic_error, error, "topic"))
        ghc_field_error_take (self->name_error, error, NULL);
      return dex_future_new_false ();
    }

  g_signal_emit (self, signals[CREATED], 0, channel);
  adw_dialog_close (ADW_DIALOG (self));
  return dex_future_new_true ();
}

static void
on_create_clicked (GhcCreateChannelDialog *self)
{
  if (!ghc_task_button_get_busy (self->create_button))
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, create_fiber, g_object_ref (self), g_object_unref));
}

static void
on_name_changed (GhcCreateChannelDialog *self)
{
  g_autofree char *name = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row)));

  gtk_widget_set_sensitive (GTK_WIDGET (self->create_button), g_strstrip (name)[0] != '\0');
}

static void
on_private_activated (GhcCreateChannelDialog *self)
{
  adw_switch_row_set_active (self->private_row, !adw_switch_row_get_active (self->private_row));
}

/* By itself a switch is what was chosen once its knob has arrived there, a tenth of a second later: who presses Create
 * before would make the other kind of channel. All of the row is pressed instead, and it takes effect at once. */
static void
switch_at_once (AdwSwitchRow *row)
{
  GtkWidget *knob = adw_action_row_get_activatable_widget (ADW_ACTION_ROW (row));

  gtk_widget_set_can_target (knob, FALSE);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), NULL);
  /* It was called as its row is until now. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (knob), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), -1);
}

static void
ghc_create_channel_dialog_dispose (GObject *object)
{
  GhcCreateChannelDialog *self = GHC_CREATE_CHANNEL_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_CREATE_CHANNEL_DIALOG);
  g_clear_object (&self->session);
  g_clear_object (&self->guild);

  G_OBJECT_CLASS (ghc_create_channel_dialog_parent_class)->dispose (object);
}

static void
ghc_create_channel_dialog_class_init (GhcCreateChannelDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_create_channel_dialog_dispose;

  /**
   * GhcCreateChannelDialog::created:
   * @channel: the new one, already in the model
   */
  signals[CREATED] = g_signal_new ("created", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, GHC_TYPE_CHANNEL);

  g_type_ensure (GHC_TYPE_FIELD_ERROR);
  g_type_ensure (GHC_TYPE_TASK_BUTTON);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/org/guildhall/Guildhall/ui/ghc-create-channel-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcCreateChannelDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, GhcCreateChannelDialog, name_error);
  gtk_widget_class_bind_template_child (widget_class, GhcCreateChannelDialog, topic_row);
  gtk_widget_class_bind_template_child (widget_class, GhcCreateChannelDialog, topic_error);
  gtk_widget_class_bind_template_child (widget_class, GhcCreateChannelDialog, details_group);
  gtk_widget_class_bind_template_child (widget_class, GhcCreateChannelDialog, kind_row);
  gtk_widget_class_bind_template_child (widget_class, GhcCreateChannelDialog, private_row);
  gtk_widget_class_bind_template_child (widget_class, GhcCreateChannelDialog, category_row);
  gtk_widget_class_bind_template_child (widget_class, GhcCreateChannelDialog, create_button);
  gtk_widget_class_bind_template_callback (widget_class, on_create_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_private_activated);
}

static void
ghc_create_channel_dialog_init (GhcCreateChannelDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ghc_choice_name_items (self->kind_row, FALSE);
  ghc_choice_name_items (self->category_row, FALSE);
  switch_at_once (self->private_row);
  ghc_dialog_keep_focus (ADW_DIALOG (self));
}

/**
 * ghc_create_channel_dialog_new:
 * @kind: %GHC_CHANNEL_CATEGORY for a category; else text or voice is asked
 * @parent: (nullable): the category that is chosen to begin with
 */
GhcCreateChannelDialog *
ghc_create_channel_dialog_new (GhcSession *session, GhcGuild *guild, GhcChannelKind kind,
                               GhcChannel *parent)
{
  GhcCreateChannelDialog *self;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);

  self = g_object_new (GHC_TYPE_CREATE_CHANNEL_DIALOG, NULL);
  self->session = g_object_ref (session);
  self->guild = g_object_ref (guild);
  self->kind = kind;
  if (kind == GHC_CHANNEL_CATEGORY)
    {
      adw_dialog_set_title (ADW_DIALOG (self), _ ("Create a Category"));
      gtk_widget_set_visible (self->details_group, FALSE);
      gtk_widget_set_visible (GTK_WIDGET (self->topic_row), FALSE);
    }
  else
    {
      ghc_category_model_setup (self->category_row, guild, parent);
    }
  return self;
}
