/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-self-bar.h"

#include <glib/gi18n.h>

#include "ghc-avatar.h"
#include "ghc-call-desk.h"
#include "ghc-connection-bar.h"
#include "ghc-menu.h"
#include "ghc-mute-buttons.h"
#include "ghc-presence.h"
#include "ghc-toast.h"

/**
 * GhcSelfBar:
 *
 * Oneself, at the foot of the sidebar: name, presence or what is wrong with the connection, whether one
 * is muted, and the menus of the account and of the application.
 */
struct _GhcSelfBar
{
  AdwBin parent_instance;

  GtkMenuButton *account_button;
  GtkMenuButton *menu_button;
  GtkWidget *avatar;
  GtkLabel *name_label;
  GtkImage *state_icon;
  GtkLabel *state_label;

  GhcSession *session;
  GListModel *sessions;
  GhcCallDesk *desk;
};

typedef enum
{
  PROP_SESSION = 1,
  PROP_SESSIONS,
  PROP_DESK,
  PROP_PRESENCE,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcSelfBar, ghc_self_bar, ADW_TYPE_BIN)

static GhcUser *
get_user (GhcSelfBar *self)
{
  return ghc_account_get_user (ghc_session_get_account (self->session));
}

static void
update (GhcSelfBar *self)
{
  GhcUser *user = get_user (self);
  GhcConnection connection = ghc_session_get_connection (self->session);
  const char *status = connection == GHC_CONNECTION_ONLINE ? ghc_user_get_status (user) : NULL;
  g_autofree char *state = NULL;
  g_autofree char *label = NULL;

  switch (connection)
    {
    case GHC_CONNECTION_ONLINE:
      state = g_strdup (ghc_presence_get_label (ghc_user_get_presence (user)));
      break;
    case GHC_CONNECTION_OFFLINE:
      state = g_strdup (_ ("No connection"));
      break;
    case GHC_CONNECTION_CONNECTING:
      state = g_strdup (_ ("Connecting…"));
      break;
    case GHC_CONNECTION_SIGNED_OUT:
      state = g_strdup (_ ("Signed out"));
      break;
    case GHC_CONNECTION_CATCHING_UP:
    default:
      state = ghc_connection_describe (self->session);
      break;
    }

  gtk_label_set_label (self->name_label, ghc_user_get_display_name (user));
  /* What one said oneself stands in the place of what the icon before it shows. */
  gtk_label_set_label (self->state_label, status != NULL ? status : state);
  gtk_image_set_from_icon_name (self->state_icon,
                                connection == GHC_CONNECTION_ONLINE
                                  ? ghc_presence_get_icon_name (ghc_user_get_presence (user))
                                  : ghc_connection_get_icon_name (self->session));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->account_button), ghc_user_get_user_id (user));

  /* Translators: the name of a menu button: a person's name, then "Online" or "No connection" */
  label = g_strdup_printf (_ ("Account menu, %s, %s"), ghc_user_get_display_name (user), state);
  if (status != NULL)
    {
      g_autofree char *without = g_steal_pointer (&label);

      /* Translators: somebody's name and whether they are here, then their status in their own words */
      label = g_strdup_printf (_ ("%s; status: %s"), without, status);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->account_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "self.presence",
                                 connection == GHC_CONNECTION_ONLINE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRESENCE]);
}

static void
append_presence (GMenu *menu, GhcPresence presence)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (ghc_presence_get_label (presence), NULL);

  g_menu_item_set_action_and_target (item, "self.presence", "s", ghc_presence_to_wire (presence));
  g_menu_append_item (menu, item);
}

static GMenuModel *
build_accounts (GhcSelfBar *self)
{
  GMenu *menu = g_menu_new ();
  guint n = g_list_model_get_n_items (self->sessions);

  /* One account needs no choice. */
  for (guint i = 0; n > 1 && i < n; i++)
    {
      g_autoptr (GhcSession) session = g_list_model_get_item (self->sessions, i);
      GhcAccount *account = ghc_session_get_account (session);
      g_autoptr (GMenuItem) item = g_menu_item_new (ghc_account_get_user_id (account), NULL);

      g_menu_item_set_action_and_target (item, "view.account", "s",
                                         ghc_account_get_account_id (account));
      g_menu_append_item (menu, item);
    }
  g_menu_append (menu, _ ("_Add an Account…"), "win.add-account");
  return G_MENU_MODEL (menu);
}

/* Built when it opens: who else is signed in may have changed. */
static void
create_account_menu (GtkMenuButton *button, gpointer user_data)
{
  GhcSelfBar *self = user_data;
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) presences = g_menu_new ();
  g_autoptr (GMenu) account = g_menu_new ();
  g_autoptr (GMenuModel) accounts = NULL;

  append_presence (presences, GHC_PRESENCE_ONLINE);
  append_presence (presences, GHC_PRESENCE_IDLE);
  append_presence (presences, GHC_PRESENCE_DND);
  append_presence (presences, GHC_PRESENCE_INVISIBLE);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (presences));

  g_menu_append (account, _ ("Set _Status…"), "view.set-status");
  g_menu_append (account, _ ("Edit _Profile…"), "view.edit-profile");
  g_menu_append (account, _ ("_Account and Devices…"), "view.account-settings");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (account));

  if (self->sessions != NULL)
    {
      accounts = build_accounts (self);
      g_menu_append_section (menu, NULL, accounts);
    }
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

static void
set_session (GhcSelfBar *self, GhcSession *session)
{
  if (self->session == session)
    return;

  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_func (get_user (self), update, self);
      g_signal_handlers_disconnect_by_func (self->session, update, self);
    }
  g_set_object (&self->session, session);
  gtk_widget_set_visible (GTK_WIDGET (self), session != NULL);
  if (session == NULL)
    return;

  g_object_set (self->avatar, "user", get_user (self), NULL);
  g_signal_connect_object (session, "notify::connection", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (get_user (self), "notify::display-name", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (get_user (self), "notify::status", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (get_user (self), "notify::presence", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

static void
set_presence (GhcSelfBar *self, const char *word)
{
  if (self->session != NULL && word != NULL)
    ghc_toast_watch (GTK_WIDGET (self),
                     ghc_session_set_presence (self->session, ghc_presence_from_wire (word)));
}

static void
ghc_self_bar_dispose (GObject *object)
{
  GhcSelfBar *self = GHC_SELF_BAR (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_SELF_BAR);
  g_clear_object (&self->session);
  g_clear_object (&self->sessions);
  g_clear_object (&self->desk);

  G_OBJECT_CLASS (ghc_self_bar_parent_class)->dispose (object);
}

static void
ghc_self_bar_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcSelfBar *self = GHC_SELF_BAR (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_SESSIONS:
      g_value_set_object (value, self->sessions);
      break;
    case PROP_DESK:
      g_value_set_object (value, self->desk);
      break;
    case PROP_PRESENCE:
      g_value_set_string (value, self->session != NULL
                                   ? ghc_presence_to_wire (ghc_user_get_presence (get_user (self)))
                                   : "");
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_self_bar_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcSelfBar *self = GHC_SELF_BAR (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      set_session (self, g_value_get_object (value));
      break;
    case PROP_SESSIONS:
      g_set_object (&self->sessions, g_value_get_object (value));
      break;
    case PROP_DESK:
      g_set_object (&self->desk, g_value_get_object (value));
      break;
    case PROP_PRESENCE:
      set_presence (self, g_value_get_string (value));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_self_bar_class_init (GhcSelfBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_self_bar_dispose;
  object_class->get_property = ghc_self_bar_get_property;
  object_class->set_property = ghc_self_bar_set_property;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, GHC_TYPE_SESSION,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SESSIONS] = g_param_spec_object ("sessions", NULL, NULL, G_TYPE_LIST_MODEL,
                                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_DESK] = g_param_spec_object ("desk", NULL, NULL, GHC_TYPE_CALL_DESK,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  /* The wire's word, so that a menu can show and change it. */
  properties[PROP_PRESENCE] = g_param_spec_string ("presence", NULL, NULL, NULL,
                                                   G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                                                     | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (GHC_TYPE_AVATAR);
  g_type_ensure (GHC_TYPE_MUTE_BUTTONS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-self-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcSelfBar, account_button);
  gtk_widget_class_bind_template_child (widget_class, GhcSelfBar, menu_button);
  gtk_widget_class_bind_template_child (widget_class, GhcSelfBar, avatar);
  gtk_widget_class_bind_template_child (widget_class, GhcSelfBar, name_label);
  gtk_widget_class_bind_template_child (widget_class, GhcSelfBar, state_icon);
  gtk_widget_class_bind_template_child (widget_class, GhcSelfBar, state_label);
  gtk_widget_class_install_property_action (widget_class, "self.presence", "presence");
}

static void
ghc_self_bar_init (GhcSelfBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ghc_menu_button_name_items (self->account_button);
  ghc_menu_button_name_items (self->menu_button);
  gtk_menu_button_set_create_popup_func (self->account_button, create_account_menu, self, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
