/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-profile-popover.h"

#include "ghc-avatar.h"
#include "ghc-banner.h"
#include "ghc-presence.h"
#include "ghc-profile-editor.h"
#include "ghc-status-dialog.h"

#include <glib/gi18n.h>

struct _GhcProfilePopover
{
  GtkPopover  parent_instance;
  GhcSession *session;
  GhcUser    *user;

  GhcBanner  *banner;
  GhcAvatar  *avatar;
  GtkLabel   *name_label;
  GtkLabel   *id_label;
  GtkImage   *presence_icon;
  GtkLabel   *presence_label;
  GtkLabel   *status_label;
  GtkLabel   *bio_label;
  GtkWidget  *roles_box;
  AdwWrapBox *roles_wrap;
  GtkWidget  *own_buttons;
};

G_DEFINE_FINAL_TYPE (GhcProfilePopover, ghc_profile_popover, GTK_TYPE_POPOVER)

static void
update (GhcProfilePopover *self)
{
  const char *bio = ghc_user_get_bio (self->user);
  const char *status = ghc_user_get_status (self->user);
  GhcPresence presence = ghc_user_get_presence (self->user);

  gtk_label_set_label (self->name_label, ghc_user_get_display_name (self->user));
  gtk_label_set_label (self->id_label, ghc_user_get_user_id (self->user));
  gtk_label_set_label (self->status_label, status != NULL ? status : "");
  gtk_widget_set_visible (GTK_WIDGET (self->status_label), status != NULL);
  gtk_label_set_label (self->bio_label, bio != NULL ? bio : "");
  gtk_widget_set_visible (GTK_WIDGET (self->bio_label), bio != NULL && *bio != '\0');
  gtk_image_set_from_icon_name (self->presence_icon, ghc_presence_get_icon_name (presence));
  gtk_widget_set_visible (GTK_WIDGET (self->presence_icon), ghc_presence_is_known (self->session));
  gtk_label_set_label (self->presence_label, ghc_presence_is_known (self->session)
                                               ? ghc_presence_get_label (presence)
                                               /* Translators: instead of "Online" or "Offline" */
                                               : _("Not known without a connection"));
}

static void
show_roles (GhcProfilePopover *self,
            GhcGuild          *guild)
{
  GhcMember *member = ghc_guild_lookup_member (guild, ghc_user_get_user_id (self->user));
  GListModel *roles = member != NULL ? ghc_member_get_roles (member) : NULL;
  guint n_roles = roles != NULL ? g_list_model_get_n_items (roles) : 0;
  gboolean is_owner = member != NULL && ghc_member_get_is_owner (member);

  if (is_owner)
    {
      GtkWidget *label = gtk_label_new (_("Owner"));

      gtk_widget_add_css_class (label, "role-pill");
      adw_wrap_box_append (self->roles_wrap, label);
    }

  for (guint i = 0; i < n_roles; i++)
    {
      g_autoptr (GhcRole) role = g_list_model_get_item (roles, i);
      GtkWidget *label = gtk_label_new (ghc_role_get_name (role));

      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_widget_add_css_class (label, "role-pill");
      adw_wrap_box_append (self->roles_wrap, label);
    }

  gtk_widget_set_visible (self->roles_box, is_owner || n_roles > 0);
}

static void
give_way_to (GhcProfilePopover *self,
             AdwDialog         *dialog)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  gtk_popover_popdown (GTK_POPOVER (self));
  adw_dialog_present (dialog, parent);
}

static void
edit_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  GhcProfilePopover *self = GHC_PROFILE_POPOVER (widget);

  give_way_to (self, ghc_profile_editor_new (self->session));
}

static void
set_status_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  GhcProfilePopover *self = GHC_PROFILE_POPOVER (widget);

  give_way_to (self, ghc_status_dialog_new (self->session));
}

static void
ghc_profile_popover_dispose (GObject *object)
{
  GhcProfilePopover *self = GHC_PROFILE_POPOVER (object);

  g_clear_object (&self->session);
  g_clear_object (&self->user);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_PROFILE_POPOVER);

  G_OBJECT_CLASS (ghc_profile_popover_parent_class)->dispose (object);
}

static void
ghc_profile_popover_class_init (GhcProfilePopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_profile_popover_dispose;

  g_type_ensure (GHC_TYPE_AVATAR);
  g_type_ensure (GHC_TYPE_BANNER);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/guildhall/Guildhall/ui/ghc-profile-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcProfilePopover, banner);
  gtk_widget_class_bind_template_child (widget_class, GhcProfilePopover, avatar);
  gtk_widget_class_bind_template_child (widget_class, GhcProfilePopover, name_label);
  gtk_widget_class_bind_template_child (widget_class, GhcProfilePopover, id_label);
  gtk_widget_class_bind_template_child (widget_class, GhcProfilePopover, presence_icon);
  gtk_widget_class_bind_template_child (widget_class, GhcProfilePopover, presence_label);
  gtk_widget_class_bind_template_child (widget_class, GhcProfilePopover, status_label);
  gtk_widget_class_bind_template_child (widget_class, GhcProfilePopover, bio_label);
  gtk_widget_class_bind_template_child (widget_class, GhcProfilePopover, roles_box);
  gtk_widget_class_bind_template_child (widget_class, GhcProfilePopover, roles_wrap);
  gtk_widget_class_bind_template_child (widget_class, GhcProfilePopover, own_buttons);
  gtk_widget_class_install_action (widget_class, "profile.edit", NULL, edit_action);
  gtk_widget_class_install_action (widget_class, "profile.set-status", NULL, set_status_action);
}

static void
ghc_profile_popover_init (GhcProfilePopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
on_closed (GtkPopover *popover)
{
  /* Not at once: the button that closed it is still being activated. */
  g_idle_add_once ((GSourceOnceFunc) gtk_widget_unparent, popover);
}

/**
 * ghc_profile_popover_present:
 * @parent: what it points to
 * @session: (nullable): fetches what is not known of @user yet
 * @guild: (nullable): whose roles to show
 *
 * Shows who @user is, and goes away by itself.
 */
void
ghc_profile_popover_present (GtkWidget  *parent,
                             GhcSession *session,
                             GhcGuild   *guild,
                             GhcUser    *user)
{
  GhcProfilePopover *self;
  g_autofree char *label = NULL;

  g_return_if_fail (GTK_IS_WIDGET (parent));
  g_return_if_fail (GHC_IS_USER (user));

  self = g_object_new (GHC_TYPE_PROFILE_POPOVER, NULL);
  g_set_object (&self->session, session);
  self->user = g_object_ref (user);
  g_object_set (self->banner, "session", session, "user", user, NULL);
  g_object_set (self->avatar, "session", session, "user", user, NULL);
  gtk_widget_set_visible (self->own_buttons, session != NULL && ghc_user_get_is_self (user));
  if (guild != NULL)
    show_roles (self, guild);
  update (self);
  g_signal_connect_object (user, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  if (session != NULL)
    {
      g_signal_connect_object (session, "notify::connection", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      dex_future_disown (ghc_session_load_profile (session, user));
    }

  /* Translators: names the popover that shows who somebody is */
  label = g_strdup_printf (_("Profile of %s"), ghc_user_get_display_name (user));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_parent (GTK_WIDGET (self), parent);
  g_signal_connect (self, "closed", G_CALLBACK (on_closed), NULL);
  gtk_popover_popup (GTK_POPOVER (self));
}
