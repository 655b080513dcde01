/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-message-row.h"

#include "ghc-message-row-private.h"
#include "ghc-message-text.h"

#include <glib/gi18n.h>

typedef enum
{
  PROP_SESSION = 1,
  PROP_GUILD,
  PROP_MESSAGE,
  N_PROPS
} Property;
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
      return g_strdup_printf (_ ("%s, %s, waiting to be sent: %s"), name, time, body);
    case GHC_MESSAGE_FAILED:
      /* Translators: author, time and text of a message */
      return g_strdup_printf (_ ("%s, %s, not sent: %s"), name, time, body);
    case GHC_MESSAGE_SENT:
    default:
      if (ghc_message_get_receipt_state (message) == GHC_RECEIPT_WRONG)
        /* Translators: author, time and text of a message */
        return g_strdup_printf (_ ("%s, %s, with a wrong receipt: %s"), name, time, body);
      /* Translators: author, time and text of a message */
      return g_strdup_printf (_ ("%s, %s: %s"), name, time, body);
    }
}

static void
set_shown (gpointer part, gboolean is_shown)
{
  if (part != NULL)
    gtk_widget_set_visible (part, is_shown);
}

static void
set_css_class (GhcMessageRow *self, const char *name, gboolean is_set)
{
  if (is_set)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

/* Nobody sees the sender of a message that continues a group. */
static void
update_sender (GhcMessageRow *self)
{
  g_autofree char *color = g_strdup_printf ("id-color-%u", ghc_user_get_color_index (self->sender));
  g_autofree char *label = NULL;

  if (!ghc_message_get_first_of_group (self->message))
    return;

  gtk_label_set_label (self->name_label, ghc_user_get_display_name (self->sender));
  gtk_widget_set_css_classes (GTK_WIDGET (self->name_label),
                              (const char *[]){ "heading", "author", color, NULL });

  /* Translators: opens the profile of a person */
  label = g_strdup_printf (_ ("Profile of %s"), ghc_user_get_display_name (self->sender));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->avatar_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
update_time (GhcMessageRow *self)
{
  g_autofree char *time = NULL;

  /* The hour in the margin is brought up to date when it is shown. */
  if (!ghc_message_get_first_of_group (self->message))
    return;
  time = ghc_message_text_dup_time (ghc_message_get_timestamp (self->message));
  gtk_label_set_label (self->time_label, time);
}

static void
update_hover_time (GhcMessageRow *self)
{
  gboolean is_over = gtk_widget_get_state_flags (GTK_WIDGET (self)) & GTK_STATE_FLAG_PRELIGHT;
  gboolean is_shown = is_over && self->message != NULL
                      && !ghc_message_get_first_of_group (self->message);

  if (is_shown)
    {
      g_autofree char *time = ghc_message_text_dup_time (ghc_message_get_timestamp (self->message));

      ghc_message_row_ensure_hover_time (self);
      gtk_label_set_label (self->hover_time, time);
    }
  set_shown (self->hover_time, is_shown);
}

static void
update_group (GhcMessageRow *self)
{
  gboolean is_first = ghc_message_get_first_of_group (self->message);

  if (is_first)
    {
      ghc_message_row_ensure_heading (self);
      g_object_set (self->avatar, "user", self->sender, NULL);
      update_sender (self);
      update_time (self);
    }
  set_shown (self->heading, is_first);
  set_shown (self->avatar_button, is_first);
  set_css_class (self, "first", is_first);
  update_hover_time (self);
}

/* Beside the text: that it waits, or that what the server gave for it proves nothing. */
static void
update_icon (GhcMessageRow *self)
{
  gboolean is_pending = ghc_message_get_state (self->message) == GHC_MESSAGE_PENDING;
  const char *problem = ghc_message_get_receipt_problem (self->message);

  if (is_pending || problem != NULL)
    {
      ghc_message_row_ensure_pending_icon (self);
      gtk_image_set_from_icon_name (GTK_IMAGE (self->pending_icon), is_pending
                                                                      ? "message-pending-symbolic"
                                                                      : "dialog-warning-symbolic");
      gtk_widget_set_tooltip_text (self->pending_icon,
                                   is_pending ? _ ("Waiting to be sent") : problem);
    }
  set_shown (self->pending_icon, is_pending || problem != NULL);
}

static void
update_state (GhcMessageRow *self)
{
  GhcMessageState state = ghc_message_get_state (self->message);

  update_icon (self);
  if (state == GHC_MESSAGE_FAILED)
    {
      ghc_message_row_ensure_failure (self);
      ghc_message_failure_set_reason (self->failure, ghc_message_get_error (self->message));
      gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.retry", TRUE);
      gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.discard", TRUE);
    }
  set_shown (self->failure, state == GHC_MESSAGE_FAILED);
  set_css_class (self, "unsent", state != GHC_MESSAGE_SENT);
}

static void
update_body (GhcMessageRow *self)
{
  const char *body = ghc_message_get_body (self->message);
  g_autofree char *markup = NULL;

  if (!ghc_message_text_has_address (body))
    {
      gtk_label_set_text (self->body_label, body);
      return;
    }

  markup = ghc_message_text_to_markup (body);
  gtk_label_set_markup (self->body_label, markup);
}

static void
on_message_notify (GhcMessageRow *self, GParamSpec *pspec)
{
  if (g_str_equal (pspec->name, "state") || g_str_equal (pspec->name, "error"))
    update_state (self);
  else if (g_str_equal (pspec->name, "receipt-problem"))
    update_icon (self);
  else if (g_str_equal (pspec->name, "first-of-group"))
    update_group (self);
  else if (g_str_equal (pspec->name, "timestamp"))
    update_time (self);
  else if (g_str_equal (pspec->name, "body"))
    update_body (self);
}

static void
set_message (GhcMessageRow *self, GhcMessage *message)
{
  GhcUser *sender = message != NULL ? ghc_message_get_sender (message) : NULL;

  if (self->message == message)
    return;

  if (self->message != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->message, on_message_notify, self);
      g_signal_handlers_disconnect_by_func (self->sender, update_sender, self);
    }
  g_set_object (&self->message, message);
  g_set_object (&self->sender, sender);
  set_shown (self->hover_time, FALSE);
  if (message == NULL)
    return;

  g_signal_connect_object (message, "notify", G_CALLBACK (on_message_notify), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sender, "notify::display-name", G_CALLBACK (update_sender), self,
                           G_CONNECT_SWAPPED);
  update_group (self);
  update_body (self);
  update_state (self);
}

static void
set_session (GhcMessageRow *self, GhcSession *session)
{
  if (!g_set_object (&self->session, session))
    return;
  if (self->avatar != NULL)
    g_object_set (self->avatar, "session", session, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}

static void
ghc_message_row_state_flags_changed (GtkWidget *widget, GtkStateFlags before)
{
  GtkStateFlags changed = before ^ gtk_widget_get_state_flags (widget);

  GTK_WIDGET_CLASS (ghc_message_row_parent_class)->state_flags_changed (widget, before);

  if (changed & GTK_STATE_FLAG_PRELIGHT)
    update_hover_time (GHC_MESSAGE_ROW (widget));
}

static GtkSizeRequestMode
ghc_message_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
ghc_message_row_set_property (GObject *object, guint prop_id, const GValue *value,
                              GParamSpec *pspec)
{
  GhcMessageRow *self = GHC_MESSAGE_ROW (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      set_session (self, g_value_get_object (value));
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
ghc_message_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
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

  set_message (self, NULL);
  g_clear_object (&self->session);
  g_clear_object (&self->guild);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  self->avatar_button = self->heading = self->pending_icon = NULL;
  self->avatar = NULL;
  self->body_label = self->name_label = self->time_label = self->hover_time = NULL;
  self->failure = NULL;

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
  widget_class->state_flags_changed = ghc_message_row_state_flags_changed;
  widget_class->get_request_mode = ghc_message_row_get_request_mode;
  widget_class->measure = ghc_message_row_measure;
  widget_class->size_allocate = ghc_message_row_size_allocate;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, GHC_TYPE_SESSION, flags);
  properties[PROP_GUILD] = g_param_spec_object ("guild", NULL, NULL, GHC_TYPE_GUILD, flags);
  properties[PROP_MESSAGE] = g_param_spec_object ("message", NULL, NULL, GHC_TYPE_MESSAGE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  ghc_message_row_install_actions (widget_class);
  gtk_widget_class_set_css_name (widget_class, "ghc-message-row");
}

static void
ghc_message_row_init (GhcMessageRow *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "message");
  ghc_message_row_build_body (self);
}

GtkWidget *
ghc_message_row_new (void)
{
  return g_object_new (GHC_TYPE_MESSAGE_ROW, NULL);
}
