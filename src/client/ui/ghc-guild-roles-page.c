/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-guild-roles-page.h"

#include <glib/gi18n.h>

#include "gh-permission.h"
#include "ghc-role-dot.h"
#include "ghc-role-editor.h"
#include "ghc-toast.h"

/**
 * GhcGuildRolesPage:
 *
 * The roles of a guild, strongest first; each opens its editor.
 */
struct _GhcGuildRolesPage
{
  AdwPreferencesPage parent_instance;

  GtkListBox *list;

  GhcSession *session;
  GhcGuild *guild;
};

G_DEFINE_FINAL_TYPE (GhcGuildRolesPage, ghc_guild_roles_page, ADW_TYPE_PREFERENCES_PAGE)

static void
edit (GhcGuildRolesPage *self, GhcRole *role)
{
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_DIALOG);

  if (dialog != NULL)
    adw_preferences_dialog_push_subpage (ADW_PREFERENCES_DIALOG (dialog),
                                         ghc_role_editor_new (self->session, self->guild, role));
}

static void
on_row_activated (GhcGuildRolesPage *self, GtkListBoxRow *row)
{
  g_autoptr (GhcRole) role = g_list_model_get_item (ghc_guild_get_roles (self->guild),
                                                    gtk_list_box_row_get_index (row));

  if (role != NULL)
    edit (self, role);
}

static DexFuture *
on_created (DexFuture *future, gpointer data)
{
  GhcGuildRolesPage *self = data;
  GhcRole *role = g_value_get_object (dex_future_get_value (future, NULL));

  /* The right may have gone meanwhile, and this page with it. */
  if (self->session != NULL && ghc_guild_get_can_manage_roles (self->guild))
    edit (self, role);
  return dex_ref (future);
}

static void
on_create_clicked (GhcGuildRolesPage *self)
{
  ghc_toast_watch (GTK_WIDGET (self),
                   dex_future_then (ghc_session_create_role (self->session, self->guild,
                                                             _ ("New Role"), GHC_ROLE_NO_COLOR,
                                                             GH_PERMISSIONS_NONE),
                                    on_created, g_object_ref (self), g_object_unref));
}

static void
update_row (GhcRole *role, GParamSpec *pspec, AdwActionRow *row)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ghc_role_get_is_everyone (role)
                                                              ? _ ("Everyone")
                                                              : ghc_role_get_name (role));
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  GhcRole *role = item;
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), ghc_role_dot_new (role));
  if (ghc_role_get_is_everyone (role))
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ ("What every member may do"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect_object (role, "notify::name", G_CALLBACK (update_row), row, 0);
  update_row (role, NULL, ADW_ACTION_ROW (row));
  return row;
}

static void
ghc_guild_roles_page_dispose (GObject *object)
{
  GhcGuildRolesPage *self = GHC_GUILD_ROLES_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_GUILD_ROLES_PAGE);
  g_clear_object (&self->session);
  g_clear_object (&self->guild);

  G_OBJECT_CLASS (ghc_guild_roles_page_parent_class)->dispose (object);
}

static void
ghc_guild_roles_page_class_init (GhcGuildRolesPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_guild_roles_page_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/org/guildhall/Guildhall/ui/ghc-guild-roles-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcGuildRolesPage, list);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_create_clicked);
}

static void
ghc_guild_roles_page_init (GhcGuildRolesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwPreferencesPage *
ghc_guild_roles_page_new (GhcSession *session, GhcGuild *guild)
{
  GhcGuildRolesPage *self;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);

  self = g_object_new (GHC_TYPE_GUILD_ROLES_PAGE, NULL);
  self->session = g_object_ref (session);
  self->guild = g_object_ref (guild);
  gtk_list_box_bind_model (self->list, ghc_guild_get_roles (guild), create_row, self, NULL);
  return ADW_PREFERENCES_PAGE (self);
}
