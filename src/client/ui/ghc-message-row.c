/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-message-row.h"

#include "ghc-avatar.h"
#include "ghc-message-text.h"
#include "ghc-profile-popover.h"
#include "ghc-toast.h"

#include <glib/gi18n.h>

struct _GhcMessageRow
{
  GtkWidget    parent_instance;
  GhcSession  *session;
  GhcGuild    *guild;
  GhcMessage  *message;
  GhcUser     *sender;
  guint        color_index;

  GtkWidget   *margin_overlay;
  GtkWidget   *avatar_button;
  GhcAvatar   *avatar;
  GtkLabel    *hover_time;
  GtkWidget   *heading;
  GtkLabel    *name_label;
  GtkLabel    *time_label;
  GtkLabel    *body_label;
  GtkWidget   *pending_icon;
  GtkWidget   *failure;
  GtkLabel    *failure_label;
  GMenuModel  *message_menu;
};

typedef enum { PROP_SESSION = 1, PROP_GUILD, PROP_MESSAGE, N_PROPS } Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcMessageRow, ghc_message_row, GTK_TYPE_WIDGET)

/**
 * ghc_message_row_dup_description:
 *
 * Returns: (transfer full): what a screen reader says of the whole row: "Ada, 10:42: text"
 */
char *
ghc_message_row_dup_description (GhcMessage *message)
{
  g_autofree char *time = NULL;
  const char *name;
  const char *body;

  g_return_val_if_fail (GHC_IS_MESSAGE (message), NULL);

  time = ghc_message_text_dup_time (ghc_message_get_timestamp (message));
  name = ghc_user_get_display_name (ghc_message_get_sender (message));
  body = ghc_message_get_body (message);
  switch (ghc_message_get_state (message))
    {
    case GHC_MESSAGE_PENDING:
      /* Translators: author, time and text of a message */
      return g_strdup_printf (_("%s, %s, waiting to be sent: %s"), name, time, body);
    case GHC_MESSAGE_FAILED:
      /* Translators: author, time and text of a message */
      return g_strdup_printf (_("%s, %s, not sent: %s"), name, time, body);
    case GHC_MESSAGE_SENT:
    default:
      /* Translators: author, time and text of a message */
      return g_strdup_printf (_("%s, %s: %s"), name, time, body);
    }
}

static void
update_sender (GhcMessageRow *self)
{
  g_autofree char *old_class = g_strdup_printf ("id-color-%u", self->color_index);
  g_autofree char *new_class = NULL;
  g_autofree char *label = NULL;

  if (self->sender == NULL)
    return;

  gtk_label_set_label (self->name_label, ghc_user_get_display_name (self->sender));
  self->color_index = ghc_user_get_color_index (self->sender);
  new_class = g_strdup_printf ("id-color-%u", self->color_index);
  gtk_widget_remove_css_class (GTK_WIDGET (self->name_label), old_class);
  gtk_widget_add_css_class (GTK_WIDGET (self->name_label), new_class);

  /* Translators: opens the profile of a person */
  label = g_strdup_printf (_("Profile of %s"), ghc_user_get_display_name (self->sender));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->avatar_button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
update_state (GhcMessageRow *self)
{
  GhcMessageState state = ghc_message_get_state (self->message);

  gtk_widget_set_visible (self->pending_icon, state == GHC_MESSAGE_PENDING);
  gtk_widget_set_visible (self->failure, state == GHC_MESSAGE_FAILED);
  if (state == GHC_MESSAGE_FAILED)
    gtk_label_set_label (self->failure_label, ghc_message_get_error (self->message));
  if (state == GHC_MESSAGE_SENT)
    gtk_widget_remove_css_class (GTK_WIDGET (self), "unsent");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self), "unsent");

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.retry", state == GHC_MESSAGE_FAILED);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.discard", state == GHC_MESSAGE_FAILED);
}

static void
update_group (GhcMessageRow *self)
{
  gboolean is_first = ghc_message_get_first_of_group (self->message);

  gtk_widget_set_visible (self->heading, is_first);
  gtk_widget_set_visible (self->avatar_button, is_first);
  if (is_first)
    gtk_widget_add_css_class (GTK_WIDGET (self), "first");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "first");
}

static void
update_time (GhcMessageRow *self)
{
  gint64 timestamp = ghc_message_get_timestamp (self->message);
  g_autofree char *time = ghc_message_text_dup_time (timestamp);
  g_autofree char *moment = ghc_message_text_dup_moment (timestamp);

  gtk_label_set_label (self->time_label, time);
  gtk_label_set_label (self->hover_time, time);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->time_label), moment);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->hover_time), moment);
}

static void
update_body (GhcMessageRow *self)
{
  g_autofree char *markup = ghc_message_text_to_markup (ghc_message_get_body (self->message));

  gtk_label_set_markup (self->body_label, markup);
}

static void
on_message_notify (GhcMessageRow *self,
                   GParamSpec    *pspec)
{
  if (g_str_equal (pspec->name, "state") || g_str_equal (pspec->name, "error"))
    update_state (self);
  else if (g_str_equal (pspec->name, "first-of-group"))
    update_group (self);
  else if (g_str_equal (pspec->name, "timestamp"))
    update_time (self);
  else if (g_str_equal (pspec->name, "body"))
    update_body (self);
}

static void
set_message (GhcMessageRow *self,
             GhcMessage    *message)
{
  GhcUser *sender;

  if (self->message == message)
    return;

  if (self->message != NULL)
    g_signal_handlers_disconnect_by_func (self->message, on_message_notify, self);
  if (self->sender != NULL)
    g_signal_handlers_disconnect_by_func (self->sender, update_sender, self);
  g_set_object (&self->message, message);
  sender = message != NULL ? ghc_message_get_sender (message) : NULL;
  g_set_object (&self->sender, sender);
  g_object_set (self->avatar, "user", self->sender, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->hover_time), FALSE);

  if (message == NULL)
    return;

  g_signal_connect_object (message, "notify", G_CALLBACK (on_message_notify), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sender, "notify::display-name", G_CALLBACK (update_sender), self, G_CONNECT_SWAPPED);
  update_sender (self);
  update_group (self);
  update_time (self);
  update_body (self);
  update_state (self);
}

static void
on_enter (GhcMessageRow *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->hover_time),
                          self->message != NULL && !ghc_message_get_first_of_group (self->message));
}

static void
on_leave (GhcMessageRow *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->hover_time), FALSE);
}

static gboolean
on_activate_link (GhcMessageRow *self,
                  const char    *uri)
{
  g_autoptr (GtkUriLauncher) launcher = gtk_uri_launcher_new (uri);

  gtk_uri_launcher_launch (launcher, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, NULL, NULL);
  return GDK_EVENT_STOP;
}

static void
on_menu_closed (GtkPopover *menu)
{
  /* Not at once: the chosen action is activated after the menu has closed. */
  g_idle_add_once ((GSourceOnceFunc) gtk_widget_unparent, menu);
}

static void
show_menu (GhcMessageRow *self,
           double         x,
           double         y)
{
  GtkWidget *menu = gtk_popover_menu_new_from_model (self->message_menu);

  gtk_widget_set_parent (menu, GTK_WIDGET (self));
  gtk_popover_set_pointing_to (GTK_POPOVER (menu), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_set_has_arrow (GTK_POPOVER (menu), FALSE);
  gtk_widget_set_halign (menu, GTK_ALIGN_START);
  g_signal_connect (menu, "closed", G_CALLBACK (on_menu_closed), NULL);
  gtk_popover_popup (GTK_POPOVER (menu));
}

static void
on_secondary_pressed (GhcMessageRow *self,
                      int            n_presses,
                      double         x,
                      double         y)
{
  show_menu (self, x, y);
}

static void
on_long_pressed (GhcMessageRow *self,
                 double         x,
                 double         y)
{
  show_menu (self, x, y);
}

static void
menu_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  show_menu (GHC_MESSAGE_ROW (widget), gtk_widget_get_width (widget) / 2.0, gtk_widget_get_height (widget) / 2.0);
}

static void
copy_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  GhcMessageRow *self = GHC_MESSAGE_ROW (widget);

  const char *body = ghc_message_get_body (self->message);
  g_autofree char *selected = NULL;
  int start, end;

  /* What was selected of it, or all of it; the label shows the body as it is, so their characters are the same. */
  if (gtk_label_get_selection_bounds (self->body_label, &start, &end))
    selected = g_utf8_substring (body, start, end);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), selected != NULL ? selected : body);
  ghc_toast_show (widget, _("Text copied"));
}

static void
retry_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  GhcMessageRow *self = GHC_MESSAGE_ROW (widget);

  if (self->session != NULL)
    dex_future_disown (ghc_session_retry_message (self->session, self->message));
}

static void
discard_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  GhcMessageRow *self = GHC_MESSAGE_ROW (widget);

  if (self->session != NULL)
    dex_future_disown (ghc_session_discard_message (self->session, self->message));
}

static void
show_profile_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  GhcMessageRow *self = GHC_MESSAGE_ROW (widget);
  GtkWidget *at = ghc_message_get_first_of_group (self->message) ? self->avatar_button : GTK_WIDGET (self->body_label);

  ghc_profile_popover_present (at, self->session, self->guild, self->sender);
}

static void
ghc_message_row_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  GhcMessageRow *self = GHC_MESSAGE_ROW (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      if (g_set_object (&self->session, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_GUILD:
      if (g_set_object (&self->guild, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_MESSAGE:
      set_message (self, g_value_get_object (value));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_message_row_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  GhcMessageRow *self = GHC_MESSAGE_ROW (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_GUILD:
      g_value_set_object (value, self->guild);
      break;
    case PROP_MESSAGE:
      g_value_set_object (value, self->message);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_message_row_dispose (GObject *object)
{
  GhcMessageRow *self = GHC_MESSAGE_ROW (object);
  GtkWidget *child;

  if (self->message != NULL)
    g_signal_handlers_disconnect_by_func (self->message, on_message_notify, self);
  if (self->sender != NULL)
    g_signal_handlers_disconnect_by_func (self->sender, update_sender, self);
  g_clear_object (&self->message);
  g_clear_object (&self->sender);
  g_clear_object (&self->session);
  g_clear_object (&self->guild);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_MESSAGE_ROW);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (ghc_message_row_parent_class)->dispose (object);
}

static void
ghc_message_row_class_init (GhcMessageRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->set_property = ghc_message_row_set_property;
  object_class->get_property = ghc_message_row_get_property;
  object_class->dispose = ghc_message_row_dispose;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, GHC_TYPE_SESSION, flags);
  properties[PROP_GUILD] = g_param_spec_object ("guild", NULL, NULL, GHC_TYPE_GUILD, flags);
  properties[PROP_MESSAGE] = g_param_spec_object ("message", NULL, NULL, GHC_TYPE_MESSAGE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (GHC_TYPE_AVATAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/guildhall/Guildhall/ui/ghc-message-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcMessageRow, margin_overlay);
  gtk_widget_class_bind_template_child (widget_class, GhcMessageRow, avatar_button);
  gtk_widget_class_bind_template_child (widget_class, GhcMessageRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, GhcMessageRow, hover_time);
  gtk_widget_class_bind_template_child (widget_class, GhcMessageRow, heading);
  gtk_widget_class_bind_template_child (widget_class, GhcMessageRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, GhcMessageRow, time_label);
  gtk_widget_class_bind_template_child (widget_class, GhcMessageRow, body_label);
  gtk_widget_class_bind_template_child (widget_class, GhcMessageRow, pending_icon);
  gtk_widget_class_bind_template_child (widget_class, GhcMessageRow, failure);
  gtk_widget_class_bind_template_child (widget_class, GhcMessageRow, failure_label);
  gtk_widget_class_bind_template_child (widget_class, GhcMessageRow, message_menu);
  gtk_widget_class_bind_template_callback (widget_class, on_activate_link);
  gtk_widget_class_bind_template_callback (widget_class, on_enter);
  gtk_widget_class_bind_template_callback (widget_class, on_leave);
  gtk_widget_class_bind_template_callback (widget_class, on_secondary_pressed);
  gtk_widget_class_bind_template_callback (widget_class, on_long_pressed);

  gtk_widget_class_install_action (widget_class, "message.menu", NULL, menu_action);
  gtk_widget_class_install_action (widget_class, "message.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "message.retry", NULL, retry_action);
  gtk_widget_class_install_action (widget_class, "message.discard", NULL, discard_action);
  gtk_widget_class_install_action (widget_class, "message.show-profile", NULL, show_profile_action);
  gtk_widget_class_set_css_name (widget_class, "ghc-message-row");
}

static void
ghc_message_row_init (GhcMessageRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ghc_message_row_new (void)
{
  return g_object_new (GHC_TYPE_MESSAGE_ROW, NULL);
}
