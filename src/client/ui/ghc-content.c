/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-content.h"

#include "ghc-call-bar.h"
#include "ghc-call-desk.h"
#include "ghc-call-stage.h"
#include "ghc-composer.h"
#include "ghc-connection-bar.h"
#include "ghc-connection-button.h"
#include "ghc-status-page.h"
#include "ghc-task-button.h"
#include "ghc-timeline-view.h"
#include "ghc-toast.h"

#include <glib/gi18n.h>

struct _GhcContent
{
  AdwBin           parent_instance;
  GhcSession      *session;
  GhcChannel      *channel;
  GSettings       *settings;
  GhcCallDesk     *desk;
  gboolean         is_conversation;

  AdwHeaderBar    *header_bar;
  GtkStack        *stack;
  GtkImage        *kind_icon;
  GtkLabel        *name_label;
  GtkWidget       *topic_button;
  GtkLabel        *topic_label;
  GtkLabel        *topic_text;
  GtkWidget       *members_button;
  GtkWidget       *call_button;
  GtkWidget       *stage;
  GtkWidget       *date_button;
  GtkPopover      *date_popover;
  GtkCalendar     *calendar;
  AdwStatusPage   *nothing_page;
  AdwStatusPage   *closed_page;
  GhcTaskButton   *join_button;
  GhcTimelineView *timeline_view;
  GhcComposer     *composer;
};

typedef enum { PROP_SESSION = 1, PROP_CHANNEL, PROP_SETTINGS, PROP_DESK, N_PROPS } Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcContent, ghc_content, ADW_TYPE_BIN)

static void
show_closed (GhcContent *self)
{
  const char *name = ghc_channel_get_name (self->channel);
  gboolean is_invited = ghc_channel_get_membership (self->channel) == GHC_MEMBERSHIP_INVITE;
  gboolean can_join = ghc_channel_get_can_join (self->channel);
  const char *icon = "channel-text-symbolic";
  const char *text;

  if (ghc_channel_get_private (self->channel))
    icon = "channel-private-symbolic";
  else if (ghc_channel_get_kind (self->channel) == GHC_CHANNEL_VOICE)
    icon = "channel-voice-symbolic";

  if (is_invited)
    text = _("You are invited to this private channel. Join to read and write here.");
  else if (can_join)
    text = _("Anyone in the guild may join this channel. Join to read and write here.");
  else if (ghc_channel_get_private (self->channel))
    text = _("This channel is private: only its members see what is said here. Ask one of them to invite you.");
  else
    text = _("Your roles in this guild don’t include this channel.");

  adw_status_page_set_title (self->closed_page, name);
  adw_status_page_set_description (self->closed_page, text);
  adw_status_page_set_icon_name (self->closed_page, icon);
  gtk_widget_set_visible (GTK_WIDGET (self->join_button), can_join);
  gtk_stack_set_visible_child_name (self->stack, "closed");
}

typedef struct
{
  GhcContent *self;
  GhcSession *session;
  GhcChannel *channel;
} Task;

static void
task_free (gpointer data)
{
  Task *task = data;

  g_object_unref (task->self);
  g_object_unref (task->session);
  g_object_unref (task->channel);
  g_free (task);
}

static Task *
task_new (GhcContent *self)
{
  Task *task = g_new0 (Task, 1);

  task->self = g_object_ref (self);
  task->session = g_object_ref (self->session);
  task->channel = g_object_ref (self->channel);
  return task;
}

static void
show_conversation (GhcContent *self)
{
  if (!self->is_conversation)
    {
      self->is_conversation = TRUE;
      g_object_set (self->timeline_view, "channel", self->channel, NULL);
      g_object_set (self->composer, "channel", self->channel, NULL);
      /* What goes wrong is shown by the timeline in its own place. */
      if (self->session != NULL)
        dex_future_disown (ghc_session_open_channel (self->session, self->channel));
    }

  gtk_stack_set_visible_child_name (self->stack, "conversation");
}

static void
hide_conversation (GhcContent *self)
{
  self->is_conversation = FALSE;
  g_object_set (self->timeline_view, "channel", NULL, NULL);
  g_object_set (self->composer, "channel", NULL, NULL);
}

static void
update_header (GhcContent *self)
{
  const char *icon = "channel-text-symbolic";
  const char *topic = ghc_channel_get_topic (self->channel);
  gboolean has_topic = topic != NULL && *topic != '\0';

  if (ghc_channel_get_private (self->channel))
    icon = ghc_channel_get_kind (self->channel) == GHC_CHANNEL_VOICE ? "channel-voice-private-symbolic"
                                                                     : "channel-private-symbolic";
  else if (ghc_channel_get_kind (self->channel) == GHC_CHANNEL_VOICE)
    icon = "channel-voice-symbolic";

  gtk_image_set_from_icon_name (self->kind_icon, icon);
  gtk_label_set_label (self->name_label, ghc_channel_get_name (self->channel));
  gtk_label_set_label (self->topic_label, has_topic ? topic : "");
  gtk_label_set_label (self->topic_text, has_topic ? topic : "");
  gtk_widget_set_visible (self->topic_button, has_topic);
}

/* The way into the channel's call, for whoever may and is not in it; a voice channel has it in the stage. */
static void
update_call (GhcContent *self)
{
  GhcCall *call = self->channel != NULL ? ghc_channel_get_call (self->channel) : NULL;
  gboolean is_offered = call != NULL && ghc_channel_get_kind (self->channel) != GHC_CHANNEL_VOICE
                        && ghc_channel_get_joined (self->channel) && !ghc_call_get_joined (call)
                        && ghc_channel_can (self->channel, GH_PERMISSION_CONNECT);
  const char *text;

  gtk_widget_set_visible (self->call_button, is_offered);
  if (!is_offered)
    return;

  text = ghc_call_get_active (call) ? _("Join the Call") : _("Start a Call");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->call_button), "s",
                                    ghc_channel_get_channel_id (self->channel));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->call_button), "call.join");
  gtk_widget_set_tooltip_text (self->call_button, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->call_button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

static void
update (GhcContent *self)
{
  gboolean is_open = self->channel != NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->kind_icon), is_open);
  gtk_widget_set_visible (GTK_WIDGET (self->name_label), is_open);
  gtk_widget_set_visible (self->members_button, is_open);
  update_call (self);
  gtk_widget_set_visible (self->date_button, is_open && ghc_channel_get_joined (self->channel));
  if (!is_open)
    {
      gtk_widget_set_visible (self->topic_button, FALSE);
      gtk_stack_set_visible_child_name (self->stack, "nothing");
      return;
    }

  update_header (self);
  if (ghc_channel_get_joined (self->channel))
    show_conversation (self);
  else
    {
      hide_conversation (self);
      show_closed (self);
    }
}

static void
set_channel (GhcContent *self,
             GhcChannel *channel)
{
  static const char *const watched[] = {
    "notify::name", "notify::topic", "notify::joined", "notify::membership", "notify::can-join", "notify::private",
    "notify::can-send",
  };

  if (self->channel == channel)
    return;

  if (self->channel != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->channel, update, self);
      if (ghc_channel_get_call (self->channel) != NULL)
        g_signal_handlers_disconnect_by_func (ghc_channel_get_call (self->channel), update_call, self);
    }
  hide_conversation (self);
  g_set_object (&self->channel, channel);
  g_object_set (self->stage, "channel", channel, NULL);
  if (channel != NULL && ghc_channel_get_call (channel) != NULL)
    g_signal_connect_object (ghc_channel_get_call (channel), "notify", G_CALLBACK (update_call), self,
                             G_CONNECT_SWAPPED);
  ghc_task_button_set_busy (self->join_button, FALSE);
  for (guint i = 0; channel != NULL && i < G_N_ELEMENTS (watched); i++)
    g_signal_connect_object (channel, watched[i], G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHANNEL]);
}

static DexFuture *
join_fiber (gpointer data)
{
  Task *task = data;
  g_autoptr (GError) error = NULL;

  if (!dex_await (ghc_session_join_channel (task->session, task->channel), &error))
    ghc_toast_error (GTK_WIDGET (task->self), error);
  if (task->self->channel == task->channel)
    {
      ghc_task_button_set_busy (task->self->join_button, FALSE);
      ghc_content_focus_composer (task->self);
    }

  return dex_future_new_true ();
}

static void
on_join_clicked (GhcContent *self)
{
  if (self->session == NULL || self->channel == NULL)
    return;

  ghc_task_button_set_busy (self->join_button, TRUE);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, join_fiber, task_new (self), task_free));
}

static void
on_day_selected (GhcContent *self)
{
  g_autoptr (GDateTime) chosen = gtk_calendar_get_date (self->calendar);
  g_autoptr (GDateTime) midnight = NULL;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self->date_popover)))
    return;

  midnight = g_date_time_new_local (g_date_time_get_year (chosen), g_date_time_get_month (chosen),
                                    g_date_time_get_day_of_month (chosen), 0, 0, 0);
  gtk_popover_popdown (self->date_popover);
  if (midnight != NULL)
    ghc_timeline_view_jump_to_date (self->timeline_view, g_date_time_to_unix (midnight) * 1000);
}

/* Where there is room for one, the channel's name matters more than making so small a window smaller or larger. */
static void
on_phone_width (GhcContent *self)
{
  GtkSettings *settings = gtk_widget_get_settings (GTK_WIDGET (self));
  g_autoptr (GString) kept = g_string_new (NULL);
  g_autofree char *layout = NULL;
  g_auto (GStrv) sides = NULL;

  g_object_get (settings, "gtk-decoration-layout", &layout, NULL);
  sides = g_strsplit (layout != NULL ? layout : "", ":", 2);
  for (guint i = 0; sides[i] != NULL; i++)
    {
      g_auto (GStrv) buttons = g_strsplit (sides[i], ",", -1);

      if (i > 0)
        g_string_append_c (kept, ':');
      for (guint j = 0; buttons[j] != NULL; j++)
        {
          if (!g_str_equal (buttons[j], "minimize") && !g_str_equal (buttons[j], "maximize"))
            g_string_append_printf (kept, "%s,", buttons[j]);
        }
    }
  adw_header_bar_set_decoration_layout (self->header_bar, kept->str);
}

static void
on_other_width (GhcContent *self)
{
  adw_header_bar_set_decoration_layout (self->header_bar, NULL);
}

static void
ghc_content_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  GhcContent *self = GHC_CONTENT (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      if (g_set_object (&self->session, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_CHANNEL:
      set_channel (self, g_value_get_object (value));
      break;
    case PROP_SETTINGS:
      if (g_set_object (&self->settings, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_DESK:
      if (g_set_object (&self->desk, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_content_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  GhcContent *self = GHC_CONTENT (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_CHANNEL:
      g_value_set_object (value, self->channel);
      break;
    case PROP_SETTINGS:
      g_value_set_object (value, self->settings);
      break;
    case PROP_DESK:
      g_value_set_object (value, self->desk);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_content_dispose (GObject *object)
{
  GhcContent *self = GHC_CONTENT (object);

  if (self->channel != NULL)
    g_signal_handlers_disconnect_by_func (self->channel, update, self);
  g_clear_object (&self->channel);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  g_clear_object (&self->desk);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_CONTENT);

  G_OBJECT_CLASS (ghc_content_parent_class)->dispose (object);
}

static void
ghc_content_class_init (GhcContentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->set_property = ghc_content_set_property;
  object_class->get_property = ghc_content_get_property;
  object_class->dispose = ghc_content_dispose;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, GHC_TYPE_SESSION, flags);
  properties[PROP_CHANNEL] = g_param_spec_object ("channel", NULL, NULL, GHC_TYPE_CHANNEL, flags);
  properties[PROP_SETTINGS] = g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS, flags);
  properties[PROP_DESK] = g_param_spec_object ("desk", NULL, NULL, GHC_TYPE_CALL_DESK, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (GHC_TYPE_CALL_BAR);
  g_type_ensure (GHC_TYPE_CALL_STAGE);
  g_type_ensure (GHC_TYPE_COMPOSER);
  g_type_ensure (GHC_TYPE_CONNECTION_BAR);
  g_type_ensure (GHC_TYPE_CONNECTION_BUTTON);
  g_type_ensure (GHC_TYPE_TASK_BUTTON);
  g_type_ensure (GHC_TYPE_TIMELINE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/guildhall/Guildhall/ui/ghc-content.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcContent, header_bar);
  gtk_widget_class_bind_template_child (widget_class, GhcContent, stack);
  gtk_widget_class_bind_template_child (widget_class, GhcContent, kind_icon);
  gtk_widget_class_bind_template_child (widget_class, GhcContent, name_label);
  gtk_widget_class_bind_template_child (widget_class, GhcContent, topic_button);
  gtk_widget_class_bind_template_child (widget_class, GhcContent, topic_label);
  gtk_widget_class_bind_template_child (widget_class, GhcContent, topic_text);
  gtk_widget_class_bind_template_child (widget_class, GhcContent, members_button);
  gtk_widget_class_bind_template_child (widget_class, GhcContent, call_button);
  gtk_widget_class_bind_template_child (widget_class, GhcContent, stage);
  gtk_widget_class_bind_template_child (widget_class, GhcContent, date_button);
  gtk_widget_class_bind_template_child (widget_class, GhcContent, date_popover);
  gtk_widget_class_bind_template_child (widget_class, GhcContent, calendar);
  gtk_widget_class_bind_template_child (widget_class, GhcContent, nothing_page);
  gtk_widget_class_bind_template_child (widget_class, GhcContent, closed_page);
  gtk_widget_class_bind_template_child (widget_class, GhcContent, join_button);
  gtk_widget_class_bind_template_child (widget_class, GhcContent, timeline_view);
  gtk_widget_class_bind_template_child (widget_class, GhcContent, composer);
  gtk_widget_class_bind_template_callback (widget_class, on_join_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_day_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_phone_width);
  gtk_widget_class_bind_template_callback (widget_class, on_other_width);
}

/* Finds up to four buttons, in the order of the screen; returns how many more there would be room for. */
static guint
find_buttons (GtkWidget *widget, GtkWidget **buttons, guint n_wanted)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && n_wanted > 0;
       child = gtk_widget_get_next_sibling (child))
    {
      if (GTK_IS_BUTTON (child))
        buttons[4 - n_wanted--] = child;
      else
        n_wanted = find_buttons (child, buttons, n_wanted);
    }
  return n_wanted;
}

/* GTK gives the arrows of a calendar no names. */
static void
name_arrows (GtkCalendar *calendar)
{
  const char *names[] = { _ ("Previous month"), _ ("Next month"), _ ("Previous year"),
                          _ ("Next year") };
  GtkWidget *buttons[G_N_ELEMENTS (names)];

  if (find_buttons (GTK_WIDGET (calendar), buttons, G_N_ELEMENTS (names)) > 0)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    gtk_accessible_update_property (GTK_ACCESSIBLE (buttons[i]), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    names[i], -1);
}

static void
ghc_content_init (GhcContent *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ghc_status_page_name (self->nothing_page);
  ghc_status_page_name (self->closed_page);
  name_arrows (self->calendar);
  update (self);
}

/**
 * ghc_content_focus_composer:
 *
 * Puts the cursor where one writes, when there is a conversation one may write in.
 */
void
ghc_content_focus_composer (GhcContent *self)
{
  g_return_if_fail (GHC_IS_CONTENT (self));

  if (self->is_conversation)
    ghc_composer_focus (self->composer);
}
