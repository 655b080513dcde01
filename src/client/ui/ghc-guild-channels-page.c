/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-guild-channels-page.h"

#include <glib/gi18n.h>

#include "ghc-channel-row.h"
#include "ghc-channel-settings.h"
#include "ghc-create-channel-dialog.h"
#include "ghc-toast.h"

/**
 * GhcGuildChannelsPage:
 *
 * The channels and categories of a guild; each opens its settings.
 */
struct _GhcGuildChannelsPage
{
  AdwPreferencesPage parent_instance;

  GtkListBox *list;

  GhcSession *session;
  GhcGuild *guild;
  gboolean is_filled;
};

G_DEFINE_FINAL_TYPE (GhcGuildChannelsPage, ghc_guild_channels_page, ADW_TYPE_PREFERENCES_PAGE)

static void
update_row (GhcChannel *channel, GParamSpec *pspec, AdwActionRow *row)
{
  const char *parent = ghc_channel_get_parent (channel);
  GhcGuild *guild = ghc_channel_get_guild (channel);
  GhcChannel *category = parent != NULL && guild != NULL ? ghc_guild_lookup_channel (guild, parent)
                                                         : NULL;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ghc_channel_get_name (channel));
  if (ghc_channel_get_kind (channel) == GHC_CHANNEL_CATEGORY)
    adw_action_row_set_subtitle (row, _ ("Category"));
  else
    adw_action_row_set_subtitle (row, category != NULL ? ghc_channel_get_name (category) : "");
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  GhcChannel *channel = item;
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (ghc_channel_row_get_icon_name (channel));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect_object (channel, "notify", G_CALLBACK (update_row), row, 0);
  update_row (channel, NULL, ADW_ACTION_ROW (row));
  return row;
}

typedef struct
{
  GtkWidget *from;
  GhcSession *session;
  GhcChannel *channel;
} Deletion;

static void
deletion_free (gpointer data)
{
  Deletion *deletion = data;

  g_object_unref (deletion->from);
  g_object_unref (deletion->session);
  g_object_unref (deletion->channel);
  g_free (deletion);
}

static void
commit_deletion (gpointer data)
{
  Deletion *deletion = data;

  ghc_toast_watch (deletion->from,
                   ghc_session_delete_channel (deletion->session, deletion->channel));
}

static void
on_delete_requested (GhcGuildChannelsPage *self, GhcChannel *channel)
{
  Deletion *deletion = g_new0 (Deletion, 1);
  g_autofree char *text = g_strdup_printf (_ ("Deleting “%s”"), ghc_channel_get_name (channel));

  deletion->from = g_object_ref (GTK_WIDGET (self));
  deletion->session = g_object_ref (self->session);
  deletion->channel = g_object_ref (channel);
  ghc_toast_undo (GTK_WIDGET (self), text, commit_deletion, deletion, deletion_free);
}

static void
on_row_activated (GhcGuildChannelsPage *self, GtkListBoxRow *row)
{
  GListModel *all = ghc_channel_list_get_all (ghc_guild_get_channels (self->guild));
  g_autoptr (GhcChannel) channel = g_list_model_get_item (all, gtk_list_box_row_get_index (row));
  GhcChannelSettings *dialog;

  if (channel == NULL)
    return;

  dialog = ghc_channel_settings_new (self->session, channel);
  g_signal_connect_object (dialog, "delete-requested", G_CALLBACK (on_delete_requested), self,
                           G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

static void
create (GhcGuildChannelsPage *self, GhcChannelKind kind)
{
  adw_dialog_present (ADW_DIALOG (
                        ghc_create_channel_dialog_new (self->session, self->guild, kind, NULL)),
                      GTK_WIDGET (self));
}

static void
on_create_channel_clicked (GhcGuildChannelsPage *self)
{
  create (self, GHC_CHANNEL_TEXT);
}

static void
on_create_category_clicked (GhcGuildChannelsPage *self)
{
  create (self, GHC_CHANNEL_CATEGORY);
}

/* Not before it is seen: it is there for those, too, who may not see it. */
static void
ghc_guild_channels_page_map (GtkWidget *widget)
{
  GhcGuildChannelsPage *self = GHC_GUILD_CHANNELS_PAGE (widget);

  if (!self->is_filled)
    gtk_list_box_bind_model (self->list,
                             ghc_channel_list_get_all (ghc_guild_get_channels (self->guild)),
                             create_row, NULL, NULL);
  self->is_filled = TRUE;
  GTK_WIDGET_CLASS (ghc_guild_channels_page_parent_class)->map (widget);
}

static void
ghc_guild_channels_page_dispose (GObject *object)
{
  GhcGuildChannelsPage *self = GHC_GUILD_CHANNELS_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_GUILD_CHANNELS_PAGE);
  g_clear_object (&self->session);
  g_clear_object (&self->guild);

  G_OBJECT_CLASS (ghc_guild_channels_page_parent_class)->dispose (object);
}

static void
ghc_guild_channels_page_class_init (GhcGuildChannelsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_guild_channels_page_dispose;
  widget_class->map = ghc_guild_channels_page_map;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/org/guildhall/Guildhall/ui/ghc-guild-channels-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcGuildChannelsPage, list);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_create_channel_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_create_category_clicked);
}

static void
ghc_guild_channels_page_init (GhcGuildChannelsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwPreferencesPage *
ghc_guild_channels_page_new (GhcSession *session, GhcGuild *guild)
{
  GhcGuildChannelsPage *self;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);

  self = g_object_new (GHC_TYPE_GUILD_CHANNELS_PAGE, NULL);
  self->session = g_object_ref (session);
  self->guild = g_object_ref (guild);
  return ADW_PREFERENCES_PAGE (self);
}
