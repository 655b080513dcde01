/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-delete-guild-page.h"

#include <glib/gi18n.h>

#include "ghc-field-error.h"
#include "ghc-task-button.h"

/**
 * GhcDeleteGuildPage:
 *
 * Deletes a guild once its name has been typed: nothing brings it back.
 */
struct _GhcDeleteGuildPage
{
  AdwNavigationPage parent_instance;

  AdwPreferencesGroup *group;
  GtkEditable *name_row;
  GhcFieldError *name_error;
  GhcTaskButton *delete_button;

  GhcSession *session;
  GhcGuild *guild;
};

G_DEFINE_FINAL_TYPE (GhcDeleteGuildPage, ghc_delete_guild_page, ADW_TYPE_NAVIGATION_PAGE)

static DexFuture *
delete_fiber (gpointer data)
{
  GhcDeleteGuildPage *self = data;
  g_autoptr (GError) error = NULL;

  ghc_task_button_set_busy (self->delete_button, TRUE);
  /* When it succeeds the guild is gone, and the dialog closes by itself. */
  if (!dex_await (ghc_session_delete_guild (self->session, self->guild,
                                            gtk_editable_get_text (self->name_row)),
                  &error)
      && self->session != NULL)
    {
      ghc_task_button_set_busy (self->delete_button, FALSE);
      ghc_field_error_take (self->name_error, error, NULL);
    }
  return dex_future_new_true ();
}

static gboolean
is_name_right (GhcDeleteGuildPage *self)
{
  return g_strcmp0 (gtk_editable_get_text (self->name_row), ghc_guild_get_name (self->guild)) == 0;
}

static void
on_delete_clicked (GhcDeleteGuildPage *self)
{
  if (is_name_right (self) && !ghc_task_button_get_busy (self->delete_button))
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, delete_fiber, g_object_ref (self), g_object_unref));
}

static void
on_name_changed (GhcDeleteGuildPage *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->delete_button), is_name_right (self));
}

static void
ghc_delete_guild_page_dispose (GObject *object)
{
  GhcDeleteGuildPage *self = GHC_DELETE_GUILD_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_DELETE_GUILD_PAGE);
  g_clear_object (&self->session);
  g_clear_object (&self->guild);

  G_OBJECT_CLASS (ghc_delete_guild_page_parent_class)->dispose (object);
}

static void
ghc_delete_guild_page_class_init (GhcDeleteGuildPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_delete_guild_page_dispose;

  g_type_ensure (GHC_TYPE_FIELD_ERROR);
  g_type_ensure (GHC_TYPE_TASK_BUTTON);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/org/guildhall/Guildhall/ui/ghc-delete-guild-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcDeleteGuildPage, group);
  gtk_widget_class_bind_template_child (widget_class, GhcDeleteGuildPage, name_row);
  gtk_widget_class_bind_template_child (widget_class, GhcDeleteGuildPage, name_error);
  gtk_widget_class_bind_template_child (widget_class, GhcDeleteGuildPage, delete_button);
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_delete_clicked);
}

static void
ghc_delete_guild_page_init (GhcDeleteGuildPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwNavigationPage *
ghc_delete_guild_page_new (GhcSession *session, GhcGuild *guild)
{
  GhcDeleteGuildPage *self;
  g_autofree char *text = NULL;
  g_autofree char *escaped = NULL;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);

  self = g_object_new (GHC_TYPE_DELETE_GUILD_PAGE, NULL);
  self->session = g_object_ref (session);
  self->guild = g_object_ref (guild);
  /* Translators: %s is a guild's name */
  text = g_strdup_printf (
    _ (
      "“%s” disappears for all its members, with every channel and message. This can’t be undone. Type its name to continue."),
    ghc_guild_get_name (guild));
  escaped = g_markup_escape_text (text, -1);
  adw_preferences_group_set_description (self->group, escaped);
  return ADW_NAVIGATION_PAGE (self);
}
