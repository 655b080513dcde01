/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-channel-row.h"

#include <glib/gi18n.h>

#include "ghc-call.h"
#include "ghc-menu.h"

/**
 * GhcChannelRow:
 *
 * A channel in the sidebar. Its icon says text or voice, with a lock when private; its weight
 * whether there is something to read; a badge what a click does when one is not inside.
 */
struct _GhcChannelRow
{
  GtkListBoxRow parent_instance;

  GtkImage *icon;
  GtkLabel *name_label;
  GtkLabel *badge;
  GMenuModel *channel_menu;
  GtkWidget *popover;

  GhcChannel *channel;
};

typedef enum
{
  PROP_CHANNEL = 1,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

enum
{
  MOVE,
  DROPPED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcChannelRow, ghc_channel_row, GTK_TYPE_LIST_BOX_ROW)

/* What a screen reader says after the name: everything the eye sees beside it. */
static char *
describe (GhcChannelRow *self)
{
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;
  gboolean voice = ghc_channel_get_kind (self->channel) == GHC_CHANNEL_VOICE;
  GhcCall *call = ghc_channel_get_call (self->channel);

  if (ghc_channel_get_private (self->channel))
    g_strv_builder_add (parts, voice ? _ ("Private voice channel") : _ ("Private text channel"));
  else
    g_strv_builder_add (parts, voice ? _ ("Voice channel") : _ ("Text channel"));

  if (call != NULL && ghc_call_get_active (call))
    g_strv_builder_take (parts, g_strdup_printf (ngettext ("%u person in the call",
                                                           "%u people in the call",
                                                           ghc_call_get_n_members (call)),
                                                 ghc_call_get_n_members (call)));
  if (ghc_channel_get_membership (self->channel) == GHC_MEMBERSHIP_INVITE)
    g_strv_builder_add (parts, _ ("you are invited"));
  else if (ghc_channel_get_closed (self->channel))
    g_strv_builder_add (parts, _ ("only its members can open it"));
  else if (ghc_channel_get_can_join (self->channel))
    g_strv_builder_add (parts, _ ("activate to join"));
  else if (call != NULL && ghc_call_get_joined (call))
    g_strv_builder_add (parts, _ ("you are in the call"));
  else if (voice && ghc_channel_can (self->channel, GH_PERMISSION_CONNECT))
    g_strv_builder_add (parts, _ ("activate to join the call"));
  else if (ghc_channel_get_unread (self->channel))
    g_strv_builder_add (parts, _ ("unread messages"));

  words = g_strv_builder_end (parts);
  return g_strjoinv (", ", words);
}

static void
sync_badge (GhcChannelRow *self)
{
  const char *style = NULL;
  g_autofree char *text = NULL;

  if (ghc_channel_get_membership (self->channel) == GHC_MEMBERSHIP_INVITE)
    {
      text = g_strdup (_ ("Invited"));
      style = "accent";
    }
  else if (ghc_channel_get_can_join (self->channel))
    {
      text = g_strdup (_ ("Join"));
      style = "dimmed";
    }
  else if (ghc_channel_get_n_unread (self->channel) > 99)
    text = g_strdup ("99+");
  else if (ghc_channel_get_n_unread (self->channel) > 0)
    text = g_strdup_printf ("%u", ghc_channel_get_n_unread (self->channel));

  gtk_widget_remove_css_class (GTK_WIDGET (self->badge), "accent");
  gtk_widget_remove_css_class (GTK_WIDGET (self->badge), "dimmed");
  if (style != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->badge), style);
  gtk_label_set_label (self->badge, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->badge), text != NULL);
}

static void
set_class (GhcChannelRow *self, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

static void
sync_call (GhcChannelRow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GhcCall *call = ghc_channel_get_call (self->channel);
  gboolean inside = call != NULL && ghc_call_get_joined (call);

  set_class (self, "in-call", inside);
  gtk_widget_action_set_enabled (widget, "channel.leave-call", inside);
  gtk_widget_action_set_enabled (widget, "channel.join-call",
                                 !inside && call != NULL && ghc_channel_get_joined (self->channel)
                                   && ghc_channel_can (self->channel, GH_PERMISSION_CONNECT));
  gtk_widget_action_set_enabled (widget, "channel.open",
                                 ghc_channel_get_kind (self->channel) == GHC_CHANNEL_VOICE);
}

static void
update (GhcChannelRow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean joined = ghc_channel_get_joined (self->channel);
  g_autofree char *description = describe (self);

  gtk_image_set_from_icon_name (self->icon, ghc_channel_row_get_icon_name (self->channel));
  gtk_label_set_label (self->name_label, ghc_channel_get_name (self->channel));
  sync_badge (self);
  set_class (self, "unread", ghc_channel_get_unread (self->channel));
  set_class (self, "outside", !joined);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  ghc_channel_get_name (self->channel),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);

  sync_call (self);
  gtk_widget_action_set_enabled (widget, "channel.join", ghc_channel_get_can_join (self->channel));
  gtk_widget_action_set_enabled (widget, "channel.mark-read",
                                 ghc_channel_get_unread (self->channel));
  gtk_widget_action_set_enabled (widget, "channel.invite",
                                 joined && ghc_channel_get_private (self->channel)
                                   && ghc_channel_get_can_invite (self->channel));
  gtk_widget_action_set_enabled (widget, "channel.settings",
                                 ghc_channel_get_can_manage (self->channel)
                                   || ghc_channel_get_can_set_topic (self->channel));
  gtk_widget_action_set_enabled (widget, "channel.move-up",
                                 ghc_channel_get_can_manage (self->channel));
  gtk_widget_action_set_enabled (widget, "channel.move-down",
                                 ghc_channel_get_can_manage (self->channel));
  gtk_widget_action_set_enabled (widget, "channel.leave", joined);
  gtk_widget_action_set_enabled (widget, "channel.delete",
                                 ghc_channel_get_can_manage (self->channel));
}

/* What a click does where one is not inside, and the name where it is cut short. */
static gboolean
ghc_channel_row_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard,
                               GtkTooltip *tooltip)
{
  GhcChannelRow *self = GHC_CHANNEL_ROW (widget);
  gboolean cut = pango_layout_is_ellipsized (gtk_label_get_layout (self->name_label));
  g_autoptr (GString) text = g_string_new (cut ? ghc_channel_get_name (self->channel) : NULL);
  const char *sentence = NULL;

  if (ghc_channel_get_joined (self->channel))
    {
      if (ghc_channel_get_kind (self->channel) == GHC_CHANNEL_VOICE
          && !ghc_call_get_joined (ghc_channel_get_call (self->channel))
          && ghc_channel_can (self->channel, GH_PERMISSION_CONNECT))
        sentence = _ ("Click to join the call");
    }
  else if (ghc_channel_get_membership (self->channel) == GHC_MEMBERSHIP_INVITE)
    sentence = _ ("You are invited to this private channel. Click to join.");
  else if (ghc_channel_get_can_join (self->channel))
    sentence = _ ("Click to join");
  else if (ghc_channel_get_private (self->channel))
    sentence = _ ("Only its members can open this channel");

  if (cut && sentence != NULL)
    g_string_append_c (text, '\n');
  g_string_append (text, sentence != NULL ? sentence : "");
  gtk_tooltip_set_text (tooltip, text->str);
  return text->len > 0;
}

static void
forward_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  static const struct
  {
    const char *from, *to;
  } routes[] = {
    { "channel.join", "view.join-channel" },         { "channel.invite", "view.invite-to-channel" },
    { "channel.settings", "view.channel-settings" }, { "channel.leave", "view.leave-channel" },
    { "channel.delete", "view.delete-channel" },     { "channel.open", "view.open-channel" },
    { "channel.join-call", "call.join" },
  };
  GhcChannelRow *self = GHC_CHANNEL_ROW (widget);

  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      if (g_str_equal (routes[i].from, action_name))
        gtk_widget_activate_action (widget, routes[i].to, "s",
                                    ghc_channel_get_channel_id (self->channel));
    }
}

static void
leave_call_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "call.leave", NULL);
}

static void
mark_read_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  ghc_channel_mark_read (GHC_CHANNEL_ROW (widget)->channel);
}

static void
move_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_signal_emit (widget, signals[MOVE], 0, g_str_equal (action_name, "channel.move-up") ? -1 : 1);
}

static void
show_menu (GhcChannelRow *self, double x, double y)
{
  /* Made when first wanted: most rows never show it. */
  if (self->popover == NULL)
    {
      self->popover = gtk_popover_menu_new_from_model (self->channel_menu);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
      gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
      gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
      ghc_menu_name_items (GTK_POPOVER (self->popover));
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &(GdkRectangle) { x, y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
on_secondary_pressed (GhcChannelRow *self, int n_press, double x, double y,
                      GtkGestureClick *gesture)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  show_menu (self, x, y);
}

static void
on_long_pressed (GhcChannelRow *self, double x, double y, GtkGestureLongPress *gesture)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  show_menu (self, x, y);
}

static void
menu_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  show_menu (GHC_CHANNEL_ROW (widget), 24, gtk_widget_get_height (widget));
}

static GdkContentProvider *
on_drag_prepare (GhcChannelRow *self, double x, double y)
{
  if (!ghc_channel_get_can_manage (self->channel))
    return NULL;
  return gdk_content_provider_new_typed (GHC_TYPE_CHANNEL, self->channel);
}

static void
on_drag_begin (GhcChannelRow *self, GdkDrag *drag, GtkDragSource *source)
{
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (GTK_WIDGET (self));

  gtk_drag_source_set_icon (source, picture, 12, 12);
}

static gboolean
on_drop (GhcChannelRow *self, const GValue *value, double x, double y)
{
  GhcChannel *dropped = g_value_get_object (value);

  if (dropped == NULL || dropped == self->channel
      || ghc_channel_get_guild (dropped) != ghc_channel_get_guild (self->channel))
    return FALSE;

  g_signal_emit (self, signals[DROPPED], 0, dropped,
                 y > gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
  return TRUE;
}

static void
ghc_channel_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GhcChannelRow *self = GHC_CHANNEL_ROW (widget);

  GTK_WIDGET_CLASS (ghc_channel_row_parent_class)->size_allocate (widget, width, height, baseline);
  if (self->popover != NULL)
    gtk_popover_present (GTK_POPOVER (self->popover));
}

static void
ghc_channel_row_dispose (GObject *object)
{
  GhcChannelRow *self = GHC_CHANNEL_ROW (object);

  g_clear_pointer (&self->popover, gtk_widget_unparent);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_CHANNEL_ROW);
  g_clear_object (&self->channel);

  G_OBJECT_CLASS (ghc_channel_row_parent_class)->dispose (object);
}

static void
ghc_channel_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcChannelRow *self = GHC_CHANNEL_ROW (object);

  switch ((Property) prop_id)
    {
    case PROP_CHANNEL:
      g_value_set_object (value, self->channel);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_channel_row_set_property (GObject *object, guint prop_id, const GValue *value,
                              GParamSpec *pspec)
{
  GhcChannelRow *self = GHC_CHANNEL_ROW (object);

  switch ((Property) prop_id)
    {
    case PROP_CHANNEL:
      self->channel = g_value_dup_object (value);
      g_signal_connect_object (self->channel, "notify", G_CALLBACK (update), self,
                               G_CONNECT_SWAPPED);
      if (ghc_channel_get_call (self->channel) != NULL)
        g_signal_connect_object (ghc_channel_get_call (self->channel), "notify",
                                 G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      update (self);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_channel_row_class_init (GhcChannelRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_channel_row_dispose;
  object_class->get_property = ghc_channel_row_get_property;
  object_class->set_property = ghc_channel_row_set_property;
  widget_class->size_allocate = ghc_channel_row_size_allocate;
  widget_class->query_tooltip = ghc_channel_row_query_tooltip;

  properties[PROP_CHANNEL] = g_param_spec_object ("channel", NULL, NULL, GHC_TYPE_CHANNEL,
                                                  G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                                                    | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * GhcChannelRow::move:
   * @step: -1 for up, 1 for down
   */
  signals[MOVE] = g_signal_new ("move", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  /**
   * GhcChannelRow::dropped:
   * @channel: was let go over this row
   * @after: in its lower half
   */
  signals[DROPPED] = g_signal_new ("dropped", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, GHC_TYPE_CHANNEL, G_TYPE_BOOLEAN);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-channel-row.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcChannelRow, icon);
  gtk_widget_class_bind_template_child (widget_class, GhcChannelRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, GhcChannelRow, badge);
  gtk_widget_class_bind_template_child (widget_class, GhcChannelRow, channel_menu);
  gtk_widget_class_bind_template_callback (widget_class, on_secondary_pressed);
  gtk_widget_class_bind_template_callback (widget_class, on_long_pressed);

  gtk_widget_class_install_action (widget_class, "channel.join", NULL, forward_action);
  gtk_widget_class_install_action (widget_class, "channel.join-call", NULL, forward_action);
  gtk_widget_class_install_action (widget_class, "channel.leave-call", NULL, leave_call_action);
  gtk_widget_class_install_action (widget_class, "channel.open", NULL, forward_action);
  gtk_widget_class_install_action (widget_class, "channel.invite", NULL, forward_action);
  gtk_widget_class_install_action (widget_class, "channel.settings", NULL, forward_action);
  gtk_widget_class_install_action (widget_class, "channel.leave", NULL, forward_action);
  gtk_widget_class_install_action (widget_class, "channel.delete", NULL, forward_action);
  gtk_widget_class_install_action (widget_class, "channel.mark-read", NULL, mark_read_action);
  gtk_widget_class_install_action (widget_class, "channel.move-up", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "channel.move-down", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "channel.menu", NULL, menu_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "channel.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "channel.menu",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "channel.move-up", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down,
                                       GDK_CONTROL_MASK | GDK_SHIFT_MASK, "channel.move-down",
                                       NULL);
}

static void
ghc_channel_row_init (GhcChannelRow *self)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (GHC_TYPE_CHANNEL, GDK_ACTION_MOVE);

  gtk_widget_init_template (GTK_WIDGET (self));

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_swapped (source, "prepare", G_CALLBACK (on_drag_prepare), self);
  g_signal_connect_swapped (source, "drag-begin", G_CALLBACK (on_drag_begin), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
  g_signal_connect_swapped (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

GtkWidget *
ghc_channel_row_new (GhcChannel *channel)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);

  return g_object_new (GHC_TYPE_CHANNEL_ROW, "channel", channel, NULL);
}

GhcChannel *
ghc_channel_row_get_channel (GhcChannelRow *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL_ROW (self), NULL);

  return self->channel;
}

/**
 * ghc_channel_row_get_icon_name:
 *
 * Returns: (transfer none): the symbolic icon that stands for @channel everywhere
 */
const char *
ghc_channel_row_get_icon_name (GhcChannel *channel)
{
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);

  switch (ghc_channel_get_kind (channel))
    {
    case GHC_CHANNEL_VOICE:
      return ghc_channel_get_private (channel) ? "channel-voice-private-symbolic"
                                               : "channel-voice-symbolic";
    case GHC_CHANNEL_CATEGORY:
      return "category-symbolic";
    case GHC_CHANNEL_TEXT:
    default:
      return ghc_channel_get_private (channel) ? "channel-private-symbolic"
                                               : "channel-text-symbolic";
    }
}
