/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-channel-settings.h"

#include <glib/gi18n.h>

#include "ghc-category-model.h"
#include "ghc-choice.h"
#include "ghc-dialog.h"
#include "ghc-field-error.h"
#include "ghc-override-page.h"
#include "ghc-toast.h"

/**
 * GhcChannelSettings:
 *
 * Name, topic, place and permissions of a channel, or the name of a category. Every change takes
 * effect when it is made.
 */
struct _GhcChannelSettings
{
  AdwPreferencesDialog parent_instance;

  AdwEntryRow *name_row;
  GhcFieldError *name_error;
  AdwEntryRow *topic_row;
  GhcFieldError *topic_error;
  AdwComboRow *category_row;
  AdwPreferencesGroup *roles_group;
  GtkWidget *delete_row;

  GhcSession *session;
  GhcChannel *channel;
  gboolean filled;
};

enum
{
  DELETE_REQUESTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcChannelSettings, ghc_channel_settings, ADW_TYPE_PREFERENCES_DIALOG)

static DexFuture *
apply_name_fiber (gpointer data)
{
  GhcChannelSettings *self = data;
  g_autoptr (GError) error = NULL;

  if (!dex_await (ghc_session_edit_channel (self->session, self->channel,
                                            gtk_editable_get_text (GTK_EDITABLE (self->name_row)),
                                            NULL),
                  &error))
    ghc_field_error_take (self->name_error, error, NULL);
  return dex_future_new_true ();
}

static void
on_name_applied (GhcChannelSettings *self)
{
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, apply_name_fiber, g_object_ref (self), g_object_unref));
}

static DexFuture *
apply_topic_fiber (gpointer data)
{
  GhcChannelSettings *self = data;
  g_autoptr (GError) error = NULL;

  if (!dex_await (ghc_session_edit_channel (self->session, self->channel, NULL,
                                            gtk_editable_get_text (GTK_EDITABLE (self->topic_row))),
                  &error))
    ghc_field_error_take (self->topic_error, error, NULL);
  return dex_future_new_true ();
}

static void
on_topic_applied (GhcChannelSettings *self)
{
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, apply_topic_fiber, g_object_ref (self), g_object_unref));
}

static void
on_category_selected (GhcChannelSettings *self)
{
  GhcChannel *category;

  if (!self->filled)
    return;

  category = ghc_category_model_get_selected (self->category_row);
  if (g_strcmp0 (category != NULL ? ghc_channel_get_channel_id (category) : NULL,
                 ghc_channel_get_parent (self->channel))
      == 0)
    return;

  ghc_toast_watch (GTK_WIDGET (self),
                   ghc_session_move_channel (self->session, self->channel, category, NULL));
}

static void
on_delete_activated (GhcChannelSettings *self)
{
  g_signal_emit (self, signals[DELETE_REQUESTED], 0, self->channel);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
on_role_activated (GhcChannelSettings *self, AdwActionRow *row)
{
  GListModel *roles = ghc_guild_get_roles (ghc_channel_get_guild (self->channel));
  int index = gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row));
  g_autoptr (GhcRole) role = g_list_model_get_item (roles, index);

  if (role != NULL)
    adw_preferences_dialog_push_subpage (ADW_PREFERENCES_DIALOG (self),
                                         ghc_override_page_new (self->session, self->channel,
                                                                role));
}

static void
add_role_row (GhcChannelSettings *self, GhcRole *role)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ghc_role_get_is_everyone (role)
                                                              ? _ ("Everyone")
                                                              : ghc_role_get_name (role));
  if (ghc_channel_get_override (self->channel, ghc_role_get_role_id (role), NULL, NULL))
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ ("Differs here"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect_object (row, "activated", G_CALLBACK (on_role_activated), self,
                           G_CONNECT_SWAPPED);
  adw_preferences_group_add (self->roles_group, row);
}

static void
fill (GhcChannelSettings *self)
{
  GhcGuild *guild = ghc_channel_get_guild (self->channel);
  gboolean category = ghc_channel_get_kind (self->channel) == GHC_CHANNEL_CATEGORY;
  const char *parent = ghc_channel_get_parent (self->channel);
  const char *topic = ghc_channel_get_topic (self->channel);
  gboolean can_manage = ghc_channel_get_can_manage (self->channel);
  GListModel *roles = ghc_guild_get_roles (guild);

  adw_dialog_set_title (ADW_DIALOG (self), category ? _ ("Edit Category") : _ ("Channel Settings"));
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), ghc_channel_get_name (self->channel));
  gtk_editable_set_text (GTK_EDITABLE (self->topic_row), topic != NULL ? topic : "");
  gtk_editable_set_editable (GTK_EDITABLE (self->name_row), can_manage);
  gtk_widget_set_visible (GTK_WIDGET (self->topic_row),
                          !category && ghc_channel_get_can_set_topic (self->channel));
  ghc_category_model_setup (self->category_row, guild,
                            parent != NULL ? ghc_guild_lookup_channel (guild, parent) : NULL);
  if (category || !can_manage)
    gtk_widget_set_visible (GTK_WIDGET (self->category_row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->delete_row),
                                 category ? _ ("Delete Category") : _ ("Delete Channel"));
  /* There is no more of it than can be shown at once. */
  if (category)
    adw_dialog_set_content_height (ADW_DIALOG (self), -1);
  gtk_widget_set_visible (self->delete_row, can_manage);

  gtk_widget_set_visible (GTK_WIDGET (self->roles_group), !category && can_manage);
  for (guint i = 0; !category && can_manage && i < g_list_model_get_n_items (roles); i++)
    {
      g_autoptr (GhcRole) role = g_list_model_get_item (roles, i);

      add_role_row (self, role);
    }
  self->filled = TRUE;
}

static void
ghc_channel_settings_dispose (GObject *object)
{
  GhcChannelSettings *self = GHC_CHANNEL_SETTINGS (object);

  self->filled = FALSE;
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_CHANNEL_SETTINGS);
  g_clear_object (&self->session);
  g_clear_object (&self->channel);

  G_OBJECT_CLASS (ghc_channel_settings_parent_class)->dispose (object);
}

static void
ghc_channel_settings_class_init (GhcChannelSettingsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_channel_settings_dispose;

  /**
   * GhcChannelSettings::delete-requested:
   * @channel: the person wants it gone; the dialog closes
   */
  signals[DELETE_REQUESTED] = g_signal_new ("delete-requested", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                            GHC_TYPE_CHANNEL);

  g_type_ensure (GHC_TYPE_FIELD_ERROR);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/org/guildhall/Guildhall/ui/ghc-channel-settings.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcChannelSettings, name_row);
  gtk_widget_class_bind_template_child (widget_class, GhcChannelSettings, name_error);
  gtk_widget_class_bind_template_child (widget_class, GhcChannelSettings, topic_row);
  gtk_widget_class_bind_template_child (widget_class, GhcChannelSettings, topic_error);
  gtk_widget_class_bind_template_child (widget_class, GhcChannelSettings, category_row);
  gtk_widget_class_bind_template_child (widget_class, GhcChannelSettings, roles_group);
  gtk_widget_class_bind_template_child (widget_class, GhcChannelSettings, delete_row);
  gtk_widget_class_bind_template_callback (widget_class, on_name_applied);
  gtk_widget_class_bind_template_callback (widget_class, on_topic_applied);
  gtk_widget_class_bind_template_callback (widget_class, on_category_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_delete_activated);
}

static void
ghc_channel_settings_init (GhcChannelSettings *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ghc_choice_name_items (self->category_row, FALSE);
  ghc_dialog_keep_focus (ADW_DIALOG (self));
}

GhcChannelSettings *
ghc_channel_settings_new (GhcSession *session, GhcChannel *channel)
{
  GhcChannelSettings *self;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);

  self = g_object_new (GHC_TYPE_CHANNEL_SETTINGS, NULL);
  self->session = g_object_ref (session);
  self->channel = g_object_ref (channel);
  fill (self);
  return self;
}
