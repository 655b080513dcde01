/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-role-editor.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gh-permission.h"
#include "ghc-field-error.h"
#include "ghc-toast.h"

/* What the button shows while the role has none. */
#define NEUTRAL_COLOR 0x9a9996

/**
 * GhcRoleEditor:
 *
 * Name, colour, strength and permissions of a role. Every change takes effect when it is made; one
 * that is refused goes back to how it was. A flag that one has not got oneself cannot be given.
 */
struct _GhcRoleEditor
{
  AdwNavigationPage parent_instance;

  GtkWidget *up_button;
  GtkWidget *down_button;
  AdwPreferencesGroup *name_group;
  AdwEntryRow *name_row;
  GhcFieldError *name_error;
  GtkColorDialogButton *color_button;
  GtkWidget *clear_color_button;
  AdwPreferencesGroup *permissions_group;
  GtkWidget *delete_group;

  GhcSession *session;
  GhcGuild *guild;
  GhcRole *role;
  AdwSwitchRow *rows[GH_N_PERMISSIONS];
  gboolean updating;
  GhPermissions pressed; /* which the server has not been told of */
  GhPermissions asked;   /* which it was told of, and has not yet told of itself */
  gboolean applying;
};

G_DEFINE_FINAL_TYPE (GhcRoleEditor, ghc_role_editor, ADW_TYPE_NAVIGATION_PAGE)

static guint
find_position (GhcRoleEditor *self)
{
  GListModel *roles = ghc_guild_get_roles (self->guild);
  guint n = g_list_model_get_n_items (roles);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GhcRole) role = g_list_model_get_item (roles, i);

      if (role == self->role)
        return i;
    }
  return n;
}

/* The role above (-1) or below (1), when one may pass it. */
static GhcRole *
dup_neighbour (GhcRoleEditor *self, int step)
{
  guint position = find_position (self);
  g_autoptr (GhcRole)
    other = g_list_model_get_item (ghc_guild_get_roles (self->guild), position + step);

  if (other == NULL || ghc_role_get_is_everyone (other)
      || !ghc_guild_can_edit_role (self->guild, other))
    return NULL;
  return g_steal_pointer (&other);
}

static GhPermissions
get_chosen (GhcRoleEditor *self)
{
  GhPermissions permissions = 0;
  const GhPermissionInfo *infos;
  gsize n;

  infos = gh_permission_infos (&n);
  for (gsize i = 0; i < n && i < GH_N_PERMISSIONS; i++)
    {
      if (adw_switch_row_get_active (self->rows[i]))
        permissions |= infos[i].flag;
    }
  return permissions;
}

/* A permission that was pressed stays so until it is known what became of it. */
static void
update (GhcRoleEditor *self)
{
  gboolean everyone = ghc_role_get_is_everyone (self->role);
  gboolean can_edit = ghc_guild_can_edit_role (self->guild, self->role);
  int color = ghc_role_get_color (self->role);
  GhPermissions mine = ghc_guild_get_permissions (self->guild);
  GhPermissions permissions = ghc_role_get_permissions (self->role);
  const GhPermissionInfo *infos;
  g_autoptr (GhcRole) above = NULL;
  g_autoptr (GhcRole) below = NULL;
  gsize n;

  self->updating = TRUE;
  self->asked &= permissions ^ get_chosen (self);
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self),
                                 everyone ? _ ("Everyone") : ghc_role_get_name (self->role));
  gtk_widget_set_visible (GTK_WIDGET (self->name_group), !everyone);
  gtk_widget_set_sensitive (GTK_WIDGET (self->name_group), can_edit);
  gtk_widget_set_visible (self->delete_group, !everyone && can_edit);
  gtk_widget_set_visible (self->clear_color_button, color != GHC_ROLE_NO_COLOR);
  if (color == GHC_ROLE_NO_COLOR)
    color = NEUTRAL_COLOR;
  gtk_color_dialog_button_set_rgba (self->color_button, &(GdkRGBA) { ((color >> 16) & 0xff) / 255.f,
                                                                     ((color >> 8) & 0xff) / 255.f,
                                                                     (color & 0xff) / 255.f, 1.f });

  above = everyone ? NULL : dup_neighbour (self, -1);
  below = everyone ? NULL : dup_neighbour (self, 1);
  gtk_widget_set_visible (self->up_button, !everyone);
  gtk_widget_set_visible (self->down_button, !everyone);
  gtk_widget_set_sensitive (self->up_button, can_edit && above != NULL);
  gtk_widget_set_sensitive (self->down_button, can_edit && below != NULL);

  infos = gh_permission_infos (&n);
  for (gsize i = 0; i < n && i < GH_N_PERMISSIONS; i++)
    {
      if (((self->pressed | self->asked) & infos[i].flag) == 0)
        adw_switch_row_set_active (self->rows[i], (permissions & infos[i].flag) != 0);
      gtk_widget_set_sensitive (GTK_WIDGET (self->rows[i]), can_edit && (mine & infos[i].flag));
    }
  self->updating = FALSE;
}

typedef struct
{
  GhcRoleEditor *self;
  GhcRole *role;
  GhcRoleChange change;
  char *name;
} Edit;

static void
edit_free (gpointer data)
{
  Edit *edit = data;

  g_object_unref (edit->self);
  g_object_unref (edit->role);
  g_free (edit->name);
  g_free (edit);
}

static DexFuture *
edit_fiber (gpointer data)
{
  Edit *edit = data;
  GhcRoleEditor *self = edit->self;
  g_autoptr (GError) error = NULL;

  dex_await (ghc_session_edit_role (self->session, self->guild, edit->role, &edit->change), &error);
  if (self->session == NULL)
    return dex_future_new_false ();

  if (error != NULL)
    {
      if (edit->name == NULL || !ghc_field_error_take (self->name_error, error, "name"))
        ghc_toast_error (GTK_WIDGET (self), error);
    }
  update (self);
  return dex_future_new_true ();
}

static void
apply (GhcRoleEditor *self, GhcRole *role, const GhcRoleChange *change)
{
  Edit *edit = g_new0 (Edit, 1);

  edit->self = g_object_ref (self);
  edit->role = g_object_ref (role);
  edit->name = g_strdup (change->name);
  edit->change = *change;
  edit->change.name = edit->name;
  dex_future_disown (dex_scheduler_spawn (NULL, 0, edit_fiber, edit, edit_free));
}

static void
on_name_applied (GhcRoleEditor *self)
{
  GhcRoleChange change = { .name = gtk_editable_get_text (GTK_EDITABLE (self->name_row)) };

  apply (self, self->role, &change);
}

static void
apply_color (GhcRoleEditor *self, int color)
{
  GhcRoleChange change = { .has_color = TRUE, .color = color };

  apply (self, self->role, &change);
}

static void
on_color_changed (GhcRoleEditor *self)
{
  const GdkRGBA *rgba;

  if (self->role == NULL || self->updating)
    return;

  rgba = gtk_color_dialog_button_get_rgba (self->color_button);
  apply_color (self, (int) lroundf (rgba->red * 255) << 16 | (int) lroundf (rgba->green * 255) << 8
                       | (int) lroundf (rgba->blue * 255));
}

static void
on_clear_color_clicked (GhcRoleEditor *self)
{
  apply_color (self, GHC_ROLE_NO_COLOR);
}

/* One request after the other: each has all the permissions that the role shall have, the others as they are. */
static DexFuture *
permissions_fiber (gpointer data)
{
  GhcRoleEditor *self = data;
  g_autoptr (GError) error = NULL;

  while (error == NULL && self->session != NULL && self->pressed != 0)
    {
      GhPermissions permissions = ghc_role_get_permissions (self->role);
      GhcRoleChange change = { .has_permissions = TRUE };

      self->asked &= permissions ^ get_chosen (self);
      self->asked |= self->pressed;
      self->pressed = 0;
      change.permissions = (permissions & ~self->asked) | (get_chosen (self) & self->asked);
      dex_await (ghc_session_edit_role (self->session, self->guild, self->role, &change), &error);
    }

  self->pressed = 0;
  self->asked = 0;
  self->applying = FALSE;
  if (self->session == NULL)
    return dex_future_new_false ();

  if (error != NULL)
    ghc_toast_error (GTK_WIDGET (self), error);
  update (self);
  return dex_future_new_true ();
}

static void
on_permission_changed (GhcRoleEditor *self, GParamSpec *pspec, AdwSwitchRow *row)
{
  const GhPermissionInfo *infos;
  gsize n;

  if (self->updating)
    return;

  infos = gh_permission_infos (&n);
  for (gsize i = 0; i < n && i < GH_N_PERMISSIONS; i++)
    {
      if (self->rows[i] == row)
        self->pressed |= infos[i].flag;
    }
  if (self->applying)
    return;

  self->applying = TRUE;
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, permissions_fiber, g_object_ref (self), g_object_unref));
}

/* The weaker of two neighbours is lifted just above the other. */
static void
lift (GhcRoleEditor *self, GhcRole *role, GhcRole *over)
{
  GhcRoleChange change = { .has_order = TRUE, .order = ghc_role_get_order (over) + 1 };

  apply (self, role, &change);
}

static void
on_up_clicked (GhcRoleEditor *self)
{
  g_autoptr (GhcRole) above = dup_neighbour (self, -1);

  if (above != NULL)
    lift (self, self->role, above);
}

static void
on_down_clicked (GhcRoleEditor *self)
{
  g_autoptr (GhcRole) below = dup_neighbour (self, 1);

  if (below != NULL)
    lift (self, below, self->role);
}

typedef struct
{
  GtkWidget *from;
  GhcSession *session;
  GhcGuild *guild;
  GhcRole *role;
} Deletion;

static void
deletion_free (gpointer data)
{
  Deletion *deletion = data;

  g_object_unref (deletion->from);
  g_object_unref (deletion->session);
  g_object_unref (deletion->guild);
  g_object_unref (deletion->role);
  g_free (deletion);
}

static void
commit_deletion (gpointer data)
{
  Deletion *deletion = data;

  ghc_toast_watch (deletion->from,
                   ghc_session_delete_role (deletion->session, deletion->guild, deletion->role));
}

static void
on_delete_activated (GhcRoleEditor *self)
{
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_DIALOG);
  Deletion *deletion;
  g_autofree char *text = NULL;

  if (dialog == NULL)
    return;

  deletion = g_new0 (Deletion, 1);
  deletion->from = g_object_ref (dialog);
  deletion->session = g_object_ref (self->session);
  deletion->guild = g_object_ref (self->guild);
  deletion->role = g_object_ref (self->role);
  /* Translators: %s is a role's name; the person can still press Undo */
  text = g_strdup_printf (_ ("Deleting “%s”"), ghc_role_get_name (self->role));
  adw_preferences_dialog_pop_subpage (ADW_PREFERENCES_DIALOG (dialog));
  ghc_toast_undo (dialog, text, commit_deletion, deletion, deletion_free);
}

static void
fill (GhcRoleEditor *self)
{
  const GhPermissionInfo *infos;
  gsize n;

  gtk_editable_set_text (GTK_EDITABLE (self->name_row), ghc_role_get_name (self->role));
  infos = gh_permission_infos (&n);
  for (gsize i = 0; i < n && i < GH_N_PERMISSIONS; i++)
    {
      self->rows[i] = ADW_SWITCH_ROW (adw_switch_row_new ());
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rows[i]), _ (infos[i].title));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->rows[i]), _ (infos[i].description));
      g_signal_connect_object (self->rows[i], "notify::active", G_CALLBACK (on_permission_changed),
                               self, G_CONNECT_SWAPPED);
    }

  for (gsize i = 0; i < n && i < GH_N_PERMISSIONS; i++)
    adw_preferences_group_add (self->permissions_group,
                               GTK_WIDGET (self->rows[gh_permission_shown (i)]));
}

static void
ghc_role_editor_dispose (GObject *object)
{
  GhcRoleEditor *self = GHC_ROLE_EDITOR (object);

  self->updating = TRUE;
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_ROLE_EDITOR);
  g_clear_object (&self->session);
  g_clear_object (&self->guild);
  g_clear_object (&self->role);

  G_OBJECT_CLASS (ghc_role_editor_parent_class)->dispose (object);
}

static void
ghc_role_editor_class_init (GhcRoleEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_role_editor_dispose;

  g_type_ensure (GHC_TYPE_FIELD_ERROR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-role-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcRoleEditor, up_button);
  gtk_widget_class_bind_template_child (widget_class, GhcRoleEditor, down_button);
  gtk_widget_class_bind_template_child (widget_class, GhcRoleEditor, name_group);
  gtk_widget_class_bind_template_child (widget_class, GhcRoleEditor, name_row);
  gtk_widget_class_bind_template_child (widget_class, GhcRoleEditor, name_error);
  gtk_widget_class_bind_template_child (widget_class, GhcRoleEditor, color_button);
  gtk_widget_class_bind_template_child (widget_class, GhcRoleEditor, clear_color_button);
  gtk_widget_class_bind_template_child (widget_class, GhcRoleEditor, permissions_group);
  gtk_widget_class_bind_template_child (widget_class, GhcRoleEditor, delete_group);
  gtk_widget_class_bind_template_callback (widget_class, on_up_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_down_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_name_applied);
  gtk_widget_class_bind_template_callback (widget_class, on_color_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_clear_color_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_delete_activated);
}

static void
ghc_role_editor_init (GhcRoleEditor *self)
{
  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwNavigationPage *
ghc_role_editor_new (GhcSession *session, GhcGuild *guild, GhcRole *role)
{
  GhcRoleEditor *self;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);
  g_return_val_if_fail (GHC_IS_ROLE (role), NULL);

  self = g_object_new (GHC_TYPE_ROLE_EDITOR, NULL);
  self->session = g_object_ref (session);
  self->guild = g_object_ref (guild);
  self->role = g_object_ref (role);
  fill (self);
  g_signal_connect_object (role, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ghc_guild_get_roles (guild), "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
  return ADW_NAVIGATION_PAGE (self);
}
