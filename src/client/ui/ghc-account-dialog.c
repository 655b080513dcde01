/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-account-dialog.h"

#include <glib/gi18n.h>

#include "gh-time.h"
#include "ghc-dialog.h"
#include "ghc-password-page.h"
#include "ghc-time.h"
#include "ghc-toast.h"

/**
 * GhcAccountDialog:
 *
 * An account's devices and password, and the way out.
 */
struct _GhcAccountDialog
{
  AdwPreferencesDialog parent_instance;

  AdwActionRow *id_row;
  AdwActionRow *server_row;
  AdwPreferencesGroup *devices_group;
  AdwActionRow *devices_state_row;

  GhcSession *session;
  GListModel *devices;
};

enum
{
  SIGN_OUT_REQUESTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcAccountDialog, ghc_account_dialog, ADW_TYPE_PREFERENCES_DIALOG)

typedef struct
{
  GhcAccountDialog *self;
  GhcDevice *device;
  GtkWidget *row;
} Revocation;

static void
revocation_free (gpointer data)
{
  Revocation *revocation = data;

  g_object_unref (revocation->self);
  g_object_unref (revocation->device);
  g_object_unref (revocation->row);
  g_free (revocation);
}

static DexFuture *
on_revoked (DexFuture *future, gpointer data)
{
  Revocation *revocation = data;

  if (revocation->self->session != NULL)
    adw_preferences_group_remove (revocation->self->devices_group, revocation->row);
  return dex_ref (future);
}

static void
on_revoke_clicked (GtkButton *button, GhcAccountDialog *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (button), ADW_TYPE_ACTION_ROW);
  const char *id = gtk_widget_get_name (row);

  for (guint i = 0; i < g_list_model_get_n_items (self->devices); i++)
    {
      g_autoptr (GhcDevice) device = g_list_model_get_item (self->devices, i);
      Revocation *revocation;

      if (!g_str_equal (ghc_device_get_device_id (device), id))
        continue;

      revocation = g_new0 (Revocation, 1);
      revocation->self = g_object_ref (self);
      revocation->device = g_object_ref (device);
      revocation->row = g_object_ref (row);
      ghc_toast_watch (GTK_WIDGET (self),
                       dex_future_then (ghc_session_revoke_device (self->session, device),
                                        on_revoked, revocation, revocation_free));
      return;
    }
}

static void
add_device (GhcAccountDialog *self, GhcDevice *device)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *seen = ghc_time_describe_past (ghc_device_get_last_seen_ts (device),
                                                  gh_time_wall_ms ());
  g_autofree char *subtitle = NULL;

  gtk_widget_set_name (row, ghc_device_get_device_id (device));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ghc_device_get_name (device));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("device-symbolic"));
  if (ghc_device_get_current (device))
    {
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ ("This device"));
    }
  else
    {
      GtkWidget *button = gtk_button_new_with_mnemonic (_ ("Sign _Out"));
      g_autofree char *label = NULL;

      /* Translators: %s is "3 hours ago" or a date */
      subtitle = g_strdup_printf (_ ("Last seen %s"), seen);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
      /* Translators: %s is a device's name */
      label = g_strdup_printf (_ ("Sign out %s"), ghc_device_get_name (device));
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                      -1);
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      g_signal_connect_object (button, "clicked", G_CALLBACK (on_revoke_clicked), self, 0);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
    }
  adw_preferences_group_add (self->devices_group, row);
}

static DexFuture *
load_fiber (gpointer data)
{
  GhcAccountDialog *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) devices = NULL;

  devices = dex_await_object (ghc_session_list_devices (self->session), &error);
  if (self->session == NULL)
    return dex_future_new_false ();

  if (devices == NULL)
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->devices_state_row), error->message);
      return dex_future_new_false ();
    }

  self->devices = g_object_ref (devices);
  gtk_widget_set_visible (GTK_WIDGET (self->devices_state_row), FALSE);
  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr (GhcDevice) device = g_list_model_get_item (devices, i);

      add_device (self, device);
    }
  return dex_future_new_true ();
}

static void
on_password_activated (GhcAccountDialog *self)
{
  adw_preferences_dialog_push_subpage (ADW_PREFERENCES_DIALOG (self),
                                       ghc_password_page_new (self->session));
}

static void
on_sign_out_activated (GhcAccountDialog *self)
{
  g_signal_emit (self, signals[SIGN_OUT_REQUESTED], 0, self->session);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
ghc_account_dialog_dispose (GObject *object)
{
  GhcAccountDialog *self = GHC_ACCOUNT_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_ACCOUNT_DIALOG);
  g_clear_object (&self->session);
  g_clear_object (&self->devices);

  G_OBJECT_CLASS (ghc_account_dialog_parent_class)->dispose (object);
}

static void
ghc_account_dialog_class_init (GhcAccountDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_account_dialog_dispose;

  /**
   * GhcAccountDialog::sign-out-requested:
   * @session: the person wants to leave it; the dialog closes
   */
  signals[SIGN_OUT_REQUESTED] = g_signal_new ("sign-out-requested", G_TYPE_FROM_CLASS (klass),
                                              G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                              1, GHC_TYPE_SESSION);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-account-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcAccountDialog, id_row);
  gtk_widget_class_bind_template_child (widget_class, GhcAccountDialog, server_row);
  gtk_widget_class_bind_template_child (widget_class, GhcAccountDialog, devices_group);
  gtk_widget_class_bind_template_child (widget_class, GhcAccountDialog, devices_state_row);
  gtk_widget_class_bind_template_callback (widget_class, on_password_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_sign_out_activated);
}

static void
ghc_account_dialog_init (GhcAccountDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ghc_dialog_keep_focus (ADW_DIALOG (self));
}

GhcAccountDialog *
ghc_account_dialog_new (GhcSession *session)
{
  GhcAccountDialog *self;
  GhcAccount *account;

  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);

  self = g_object_new (GHC_TYPE_ACCOUNT_DIALOG, NULL);
  self->session = g_object_ref (session);
  account = ghc_session_get_account (session);
  adw_action_row_set_subtitle (self->id_row, ghc_account_get_user_id (account));
  adw_action_row_set_subtitle (self->server_row, ghc_account_get_server_url (account));
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, load_fiber, g_object_ref (self), g_object_unref));
  return self;
}
