/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-guild-members-page.h"

#include <glib/gi18n.h>

#include "ghc-avatar.h"
#include "ghc-member-page.h"

/* A list in a page of settings builds a row for each: more are found by name. */
#define MOST_ROWS 50

/**
 * GhcGuildMembersPage:
 *
 * The members of a guild, to be found by name; each opens their roles and what one may do about them.
 */
struct _GhcGuildMembersPage
{
  AdwPreferencesPage parent_instance;

  GtkSearchEntry *search_entry;
  GtkListBox *list;
  GtkLabel *more_label;

  GhcSession *session;
  GhcGuild *guild;
  GtkCustomFilter *filter;
  GListModel *matches;
  GListModel *shown;
  char *needle; /* case-folded */
};

G_DEFINE_FINAL_TYPE (GhcGuildMembersPage, ghc_guild_members_page, ADW_TYPE_PREFERENCES_PAGE)

static gboolean
is_match (gpointer item, gpointer user_data)
{
  GhcGuildMembersPage *self = user_data;
  GhcUser *user = ghc_member_get_user (item);
  g_autofree char *name = NULL;

  if (self->needle == NULL)
    return TRUE;
  name = g_utf8_casefold (ghc_user_get_display_name (user), -1);
  return strstr (name, self->needle) != NULL
         || strstr (ghc_user_get_user_id (user), self->needle) != NULL;
}

static void
update_more (GhcGuildMembersPage *self)
{
  guint n = g_list_model_get_n_items (self->matches);
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->more_label), n > MOST_ROWS);
  if (n <= MOST_ROWS)
    return;

  text = g_strdup_printf (_ ("%u of %u members are shown. Search to find the others."), MOST_ROWS,
                          n);
  gtk_label_set_label (self->more_label, text);
}

static void
on_search_changed (GhcGuildMembersPage *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));

  g_clear_pointer (&self->needle, g_free);
  if (text[0] != '\0')
    self->needle = g_utf8_casefold (text, -1);
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
on_row_activated (GhcGuildMembersPage *self, GtkListBoxRow *row)
{
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_DIALOG);
  g_autoptr (GhcMember)
    member = g_list_model_get_item (self->shown, gtk_list_box_row_get_index (row));

  if (dialog != NULL && member != NULL)
    adw_preferences_dialog_push_subpage (ADW_PREFERENCES_DIALOG (dialog),
                                         ghc_member_page_new (self->session, self->guild, member));
}

static char *
describe_roles (GhcMember *member)
{
  GListModel *roles = ghc_member_get_roles (member);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;

  if (ghc_member_get_is_owner (member))
    g_strv_builder_add (names, _ ("Owner"));
  for (guint i = 0; i < g_list_model_get_n_items (roles); i++)
    {
      g_autoptr (GhcRole) role = g_list_model_get_item (roles, i);

      g_strv_builder_add (names, ghc_role_get_name (role));
    }
  words = g_strv_builder_end (names);
  return g_strjoinv (" · ", words);
}

/* The member of a row is kept by the row. */
static void
update_row (AdwActionRow *row)
{
  GhcMember *member = g_object_get_data (G_OBJECT (row), "member");
  g_autofree char *roles = describe_roles (member);

  adw_action_row_set_subtitle (row, roles[0] != '\0'
                                      ? roles
                                      : ghc_user_get_user_id (ghc_member_get_user (member)));
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  GhcGuildMembersPage *self = user_data;
  GhcMember *member = item;
  GhcUser *user = ghc_member_get_user (member);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *avatar = ghc_avatar_new (self->session, 32);

  g_object_set (avatar, "user", user, NULL);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ghc_user_get_display_name (user));
  g_object_set_data_full (G_OBJECT (row), "member", g_object_ref (member), g_object_unref);
  g_signal_connect_object (ghc_member_get_roles (member), "items-changed", G_CALLBACK (update_row),
                           row, G_CONNECT_SWAPPED);
  g_signal_connect_object (member, "notify::is-owner", G_CALLBACK (update_row), row,
                           G_CONNECT_SWAPPED);
  update_row (ADW_ACTION_ROW (row));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), avatar);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  return row;
}

static void
ghc_guild_members_page_dispose (GObject *object)
{
  GhcGuildMembersPage *self = GHC_GUILD_MEMBERS_PAGE (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_GUILD_MEMBERS_PAGE);
  g_clear_object (&self->shown);
  g_clear_object (&self->matches);
  g_clear_object (&self->filter);
  g_clear_object (&self->session);
  g_clear_object (&self->guild);
  g_clear_pointer (&self->needle, g_free);

  G_OBJECT_CLASS (ghc_guild_members_page_parent_class)->dispose (object);
}

static void
ghc_guild_members_page_class_init (GhcGuildMembersPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_guild_members_page_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/org/guildhall/Guildhall/ui/ghc-guild-members-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcGuildMembersPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildMembersPage, list);
  gtk_widget_class_bind_template_child (widget_class, GhcGuildMembersPage, more_label);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
}

static void
ghc_guild_members_page_init (GhcGuildMembersPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwPreferencesPage *
ghc_guild_members_page_new (GhcSession *session, GhcGuild *guild)
{
  GhcGuildMembersPage *self;
  GListModel *all;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);

  self = g_object_new (GHC_TYPE_GUILD_MEMBERS_PAGE, NULL);
  self->session = g_object_ref (session);
  self->guild = g_object_ref (guild);
  self->filter = gtk_custom_filter_new (is_match, self, NULL);
  all = ghc_member_list_get_all (ghc_guild_get_members (guild));
  self->matches = G_LIST_MODEL (
    gtk_filter_list_model_new (g_object_ref (all), GTK_FILTER (g_object_ref (self->filter))));
  self->shown = G_LIST_MODEL (
    gtk_slice_list_model_new (g_object_ref (self->matches), 0, MOST_ROWS));
  gtk_list_box_bind_model (self->list, self->shown, create_row, self, NULL);
  g_signal_connect_object (self->matches, "items-changed", G_CALLBACK (update_more), self,
                           G_CONNECT_SWAPPED);
  update_more (self);
  return ADW_PREFERENCES_PAGE (self);
}
