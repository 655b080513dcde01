/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-override-page.h"

#include <glib/gi18n.h>

#include "gh-permission.h"
#include "ghc-choice.h"
#include "ghc-toast.h"

enum
{
  CHOICE_INHERIT,
  CHOICE_ALLOW,
  CHOICE_DENY,
};

/**
 * GhcOverridePage:
 *
 * What a role may do in one channel, where that differs from the guild.
 */
struct _GhcOverridePage
{
  AdwNavigationPage parent_instance;

  AdwPreferencesGroup *group;

  GhcSession *session;
  GhcChannel *channel;
  GhcRole *role;
  AdwComboRow *rows[GH_N_PERMISSIONS];
  gboolean filled;
};

G_DEFINE_FINAL_TYPE (GhcOverridePage, ghc_override_page, ADW_TYPE_NAVIGATION_PAGE)

/* As the channel has it now. Only what one may do here oneself can be given or taken away. */
static void
show_override (GhcOverridePage *self)
{
  const GhPermissionInfo *infos;
  GhPermissions allow = 0;
  GhPermissions deny = 0;
  gsize n;

  self->filled = FALSE;
  ghc_channel_get_override (self->channel, ghc_role_get_role_id (self->role), &allow, &deny);
  infos = gh_permission_infos (&n);
  for (gsize i = 0; i < n && i < GH_N_PERMISSIONS; i++)
    {
      if (self->rows[i] == NULL)
        continue;
      adw_combo_row_set_selected (self->rows[i], allow & infos[i].flag  ? CHOICE_ALLOW
                                                 : deny & infos[i].flag ? CHOICE_DENY
                                                                        : CHOICE_INHERIT);
      gtk_widget_set_sensitive (GTK_WIDGET (self->rows[i]),
                                ghc_channel_can (self->channel, infos[i].flag));
    }
  self->filled = TRUE;
}

/* What was refused must not be sent again with the next choice. */
static DexFuture *
on_refused (DexFuture *future, gpointer data)
{
  GhcOverridePage *self = data;

  if (self->channel != NULL)
    show_override (self);
  return dex_ref (future);
}

static void
on_selected (GhcOverridePage *self)
{
  const GhPermissionInfo *infos;
  GhPermissions allow = 0;
  GhPermissions deny = 0;
  DexFuture *future;
  gsize n;

  if (!self->filled)
    return;

  infos = gh_permission_infos (&n);
  for (gsize i = 0; i < n && i < GH_N_PERMISSIONS; i++)
    {
      if (self->rows[i] == NULL)
        continue;
      if (adw_combo_row_get_selected (self->rows[i]) == CHOICE_ALLOW)
        allow |= infos[i].flag;
      else if (adw_combo_row_get_selected (self->rows[i]) == CHOICE_DENY)
        deny |= infos[i].flag;
    }
  future = ghc_session_set_override (self->session, self->channel,
                                     ghc_role_get_role_id (self->role), allow, deny);
  future = dex_future_catch (future, on_refused, g_object_ref (self), g_object_unref);
  ghc_toast_watch (GTK_WIDGET (self), future);
}

static void
fill (GhcOverridePage *self)
{
  g_autoptr (GtkStringList) choices = gtk_string_list_new (NULL);
  const GhPermissionInfo *infos;
  gsize n;

  gtk_string_list_append (choices, _ ("Default"));
  gtk_string_list_append (choices, _ ("Allowed"));
  gtk_string_list_append (choices, _ ("Not allowed"));

  infos = gh_permission_infos (&n);
  for (gsize place = 0; place < n && place < GH_N_PERMISSIONS; place++)
    {
      gsize i = gh_permission_shown (place);

      if (!(infos[i].flag & GH_PERMISSIONS_OVERRIDABLE))
        continue;

      self->rows[i] = ADW_COMBO_ROW (adw_combo_row_new ());
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rows[i]), _ (infos[i].title));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->rows[i]), _ (infos[i].description));
      ghc_choice_name_items (self->rows[i], TRUE);
      adw_combo_row_set_model (self->rows[i], G_LIST_MODEL (choices));
      g_signal_connect_object (self->rows[i], "notify::selected", G_CALLBACK (on_selected), self,
                               G_CONNECT_SWAPPED);
      adw_preferences_group_add (self->group, GTK_WIDGET (self->rows[i]));
    }
  show_override (self);
}

static void
ghc_override_page_dispose (GObject *object)
{
  GhcOverridePage *self = GHC_OVERRIDE_PAGE (object);

  self->filled = FALSE;
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_OVERRIDE_PAGE);
  g_clear_object (&self->session);
  g_clear_object (&self->channel);
  g_clear_object (&self->role);

  G_OBJECT_CLASS (ghc_override_page_parent_class)->dispose (object);
}

static void
ghc_override_page_class_init (GhcOverridePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_override_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-override-page.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcOverridePage, group);
}

static void
ghc_override_page_init (GhcOverridePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwNavigationPage *
ghc_override_page_new (GhcSession *session, GhcChannel *channel, GhcRole *role)
{
  GhcOverridePage *self;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);
  g_return_val_if_fail (GHC_IS_ROLE (role), NULL);

  self = g_object_new (GHC_TYPE_OVERRIDE_PAGE, NULL);
  self->session = g_object_ref (session);
  self->channel = g_object_ref (channel);
  self->role = g_object_ref (role);
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), ghc_role_get_is_everyone (role)
                                                               ? _ ("Everyone")
                                                               : ghc_role_get_name (role));
  fill (self);
  return ADW_NAVIGATION_PAGE (self);
}
