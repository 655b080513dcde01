/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-timeline-view.h"

#include "ghc-timeline-view-private.h"

#include "ghc-status-page.h"

typedef enum
{
  PROP_SESSION = 1,
  PROP_CHANNEL,
  PROP_TIMELINE,
  PROP_FOLLOWING,
  N_PROPS
} Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcTimelineView, ghc_timeline_view, GTK_TYPE_WIDGET)

GtkAdjustment *
ghc_timeline_view_get_adjustment (GhcTimelineView *self)
{
  return gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list_view));
}

/* Of the timeline; the list may not have them all yet. */
guint
ghc_timeline_view_count_items (GhcTimelineView *self)
{
  return self->timeline != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->timeline)) : 0;
}

/* The list hears of it by way of the slices. */
static void
on_items_changed (GhcTimelineView *self, guint position, guint n_removed, guint n_added)
{
  gboolean is_at_tail = n_added > 0 && position + n_added == ghc_timeline_view_count_items (self);

  if (is_at_tail && ghc_timeline_get_loaded (self->timeline)
      && ghc_timeline_get_at_end (self->timeline) && n_removed == 0 && n_added <= 3 && position > 0
      && self->is_window_active)
    ghc_timeline_view_announce (self, position, n_added);
  ghc_timeline_view_fill (self);
  ghc_timeline_view_update_page (self);
}

static void
on_jumped (GhcTimelineView *self, guint index)
{
  guint n_items = ghc_timeline_view_count_items (self);

  if (n_items == 0)
    return;

  index = MIN (index, n_items - 1);
  ghc_timeline_fling_stop (self->fling);
  ghc_timeline_view_forget_place (self);
  ghc_timeline_view_set_following (self, ghc_timeline_get_at_end (self->timeline)
                                           && index + 1 == n_items);
  ghc_timeline_slices_reveal (self->slices, index);
  ghc_timeline_view_fill (self);
  gtk_list_view_scroll_to (self->list_view, index - ghc_timeline_slices_get_first (self->slices),
                           GTK_LIST_SCROLL_NONE, NULL);
}

static void
on_timeline_notify (GhcTimelineView *self, GParamSpec *pspec)
{
  ghc_timeline_view_update_page (self);
  if (g_str_equal (pspec->name, "at-end"))
    ghc_timeline_view_set_following (self, ghc_timeline_view_holds_end (self)
                                             && (self->is_following
                                                 || ghc_timeline_view_is_near_end (self)));
  if (g_str_has_prefix (pspec->name, "loading-"))
    ghc_timeline_view_load_what_is_near (self);
}

static void
set_timeline (GhcTimelineView *self, GhcTimeline *timeline)
{
  if (self->timeline == timeline)
    return;

  if (self->timeline != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->timeline, on_items_changed, self);
      g_signal_handlers_disconnect_by_func (self->timeline, on_timeline_notify, self);
      g_signal_handlers_disconnect_by_func (self->timeline, on_jumped, self);
    }

  g_set_object (&self->timeline, timeline);
  ghc_timeline_fling_stop (self->fling);
  ghc_timeline_view_forget_place (self);
  /* A channel opens at its end. */
  self->is_following = TRUE;
  self->seen_position = 0;
  self->n_left_behind = 0;
  ghc_timeline_slices_set_source (self->slices, G_LIST_MODEL (timeline));

  if (timeline != NULL)
    {
      g_signal_connect_object (timeline, "items-changed", G_CALLBACK (on_items_changed), self,
                               G_CONNECT_SWAPPED | G_CONNECT_AFTER);
      g_signal_connect_object (timeline, "notify", G_CALLBACK (on_timeline_notify), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (timeline, "jumped", G_CALLBACK (on_jumped), self,
                               G_CONNECT_SWAPPED | G_CONNECT_AFTER);
      ghc_timeline_view_fill (self);
    }

  ghc_timeline_view_update_page (self);
  ghc_timeline_view_update_attended (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIMELINE]);
}

static void
set_channel (GhcTimelineView *self, GhcChannel *channel)
{
  if (self->channel == channel)
    return;

  if (self->channel != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->channel, ghc_timeline_view_update_page, self);
      ghc_channel_set_attended (self->channel, FALSE);
      if (self->timeline != NULL)
        ghc_timeline_clear_new_line (self->timeline);
    }

  g_set_object (&self->channel, channel);
  if (channel != NULL)
    g_signal_connect_object (channel, "notify::can-send",
                             G_CALLBACK (ghc_timeline_view_update_page), self, G_CONNECT_SWAPPED);
  set_timeline (self, channel != NULL ? ghc_channel_get_timeline (channel) : NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHANNEL]);
}

static void
ghc_timeline_view_root (GtkWidget *widget)
{
  GhcTimelineView *self = GHC_TIMELINE_VIEW (widget);
  GtkRoot *root;

  GTK_WIDGET_CLASS (ghc_timeline_view_parent_class)->root (widget);

  root = gtk_widget_get_root (widget);
  if (GTK_IS_WINDOW (root))
    {
      self->window = GTK_WIDGET (root);
      g_signal_connect_object (root, "notify::is-active",
                               G_CALLBACK (ghc_timeline_view_update_active), self,
                               G_CONNECT_SWAPPED);
      ghc_timeline_view_update_active (self);
    }
}

static void
ghc_timeline_view_unroot (GtkWidget *widget)
{
  GhcTimelineView *self = GHC_TIMELINE_VIEW (widget);

  if (self->window != NULL)
    g_signal_handlers_disconnect_by_func (self->window, ghc_timeline_view_update_active, self);
  self->window = NULL;
  ghc_timeline_view_update_active (self);

  GTK_WIDGET_CLASS (ghc_timeline_view_parent_class)->unroot (widget);
}

static void
ghc_timeline_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ghc_timeline_view_parent_class)->map (widget);

  ghc_timeline_view_begin_frames (GHC_TIMELINE_VIEW (widget));
  ghc_timeline_view_update_attended (GHC_TIMELINE_VIEW (widget));
}

static void
ghc_timeline_view_unmap (GtkWidget *widget)
{
  ghc_timeline_view_end_frames (GHC_TIMELINE_VIEW (widget));
  GTK_WIDGET_CLASS (ghc_timeline_view_parent_class)->unmap (widget);

  ghc_timeline_view_update_attended (GHC_TIMELINE_VIEW (widget));
}

static void
jump_to_latest_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GhcTimelineView *self = GHC_TIMELINE_VIEW (widget);

  if (self->timeline != NULL)
    dex_future_disown (ghc_timeline_jump_to_latest (self->timeline));
}

static void
jump_to_date_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ghc_timeline_view_jump_to_date (GHC_TIMELINE_VIEW (widget), g_variant_get_int64 (parameter));
}

static void
retry_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GhcTimelineView *self = GHC_TIMELINE_VIEW (widget);

  if (self->session != NULL && self->channel != NULL)
    dex_future_disown (ghc_session_open_channel (self->session, self->channel));
  else if (self->timeline != NULL)
    dex_future_disown (ghc_timeline_jump_to_latest (self->timeline));
}

static void
ghc_timeline_view_set_property (GObject *object, guint prop_id, const GValue *value,
                                GParamSpec *pspec)
{
  GhcTimelineView *self = GHC_TIMELINE_VIEW (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      if (g_set_object (&self->session, g_value_get_object (value)))
        g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_CHANNEL:
      set_channel (self, g_value_get_object (value));
      break;
    case PROP_TIMELINE:
      set_timeline (self, g_value_get_object (value));
      break;
    case PROP_FOLLOWING:
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_timeline_view_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcTimelineView *self = GHC_TIMELINE_VIEW (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_CHANNEL:
      g_value_set_object (value, self->channel);
      break;
    case PROP_TIMELINE:
      g_value_set_object (value, self->timeline);
      break;
    case PROP_FOLLOWING:
      g_value_set_boolean (value, self->is_following);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_timeline_view_dispose (GObject *object)
{
  GhcTimelineView *self = GHC_TIMELINE_VIEW (object);
  GtkWidget *child;

  if (self->slices != NULL)
    {
      set_channel (self, NULL);
      set_timeline (self, NULL);
    }
  g_clear_handle_id (&self->spinner_source, g_source_remove);
  g_clear_handle_id (&self->end_source, g_source_remove);
  ghc_timeline_view_end_frames (self);
  g_clear_object (&self->slices);
  g_clear_object (&self->fling);
  g_clear_object (&self->session);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_TIMELINE_VIEW);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (ghc_timeline_view_parent_class)->dispose (object);
}

static gboolean
focus (GtkWidget *widget, GtkDirectionType direction)
{
  return ghc_timeline_view_focus (GHC_TIMELINE_VIEW (widget), direction)
         || GTK_WIDGET_CLASS (ghc_timeline_view_parent_class)->focus (widget, direction);
}

static void
ghc_timeline_view_class_init (GhcTimelineViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->set_property = ghc_timeline_view_set_property;
  object_class->get_property = ghc_timeline_view_get_property;
  object_class->dispose = ghc_timeline_view_dispose;
  widget_class->root = ghc_timeline_view_root;
  widget_class->unroot = ghc_timeline_view_unroot;
  widget_class->map = ghc_timeline_view_map;
  widget_class->unmap = ghc_timeline_view_unmap;
  widget_class->focus = focus;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, GHC_TYPE_SESSION, flags);
  properties[PROP_CHANNEL] = g_param_spec_object ("channel", NULL, NULL, GHC_TYPE_CHANNEL, flags);
  properties[PROP_TIMELINE] = g_param_spec_object ("timeline", NULL, NULL, GHC_TYPE_TIMELINE,
                                                   flags);
  properties[PROP_FOLLOWING] = g_param_spec_boolean ("following", NULL, NULL, TRUE,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-timeline-view.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcTimelineView, stack);
  gtk_widget_class_bind_template_child (widget_class, GhcTimelineView, empty_page);
  gtk_widget_class_bind_template_child (widget_class, GhcTimelineView, error_page);
  gtk_widget_class_bind_template_child (widget_class, GhcTimelineView, scroller);
  gtk_widget_class_bind_template_child (widget_class, GhcTimelineView, list_view);
  gtk_widget_class_bind_template_child (widget_class, GhcTimelineView, selection);
  gtk_widget_class_bind_template_child (widget_class, GhcTimelineView, older_revealer);
  gtk_widget_class_bind_template_child (widget_class, GhcTimelineView, latest_revealer);
  gtk_widget_class_bind_template_child (widget_class, GhcTimelineView, latest_label);
  gtk_widget_class_bind_template_child (widget_class, GhcTimelineView, latest_button);

  gtk_widget_class_install_action (widget_class, "timeline.jump-to-latest", NULL,
                                   jump_to_latest_action);
  gtk_widget_class_install_action (widget_class, "timeline.jump-to-date", "x", jump_to_date_action);
  gtk_widget_class_install_action (widget_class, "timeline.retry", NULL, retry_action);
  ghc_timeline_view_install_menu (widget_class);
}

static void
ghc_timeline_view_init (GhcTimelineView *self)
{
  self->is_following = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  ghc_status_page_name (self->empty_page);
  ghc_timeline_view_init_rows (self);
  ghc_timeline_view_init_scroll (self);
}

GtkWidget *
ghc_timeline_view_new (void)
{
  return g_object_new (GHC_TYPE_TIMELINE_VIEW, NULL);
}

gboolean
ghc_timeline_view_get_following (GhcTimelineView *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE_VIEW (self), FALSE);

  return self->is_following;
}

/**
 * ghc_timeline_view_is_settled:
 *
 * Returns: %TRUE when the list holds all of the timeline's window, and is where it belongs
 */
gboolean
ghc_timeline_view_is_settled (GhcTimelineView *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE_VIEW (self), FALSE);

  return ghc_timeline_slices_is_whole (self->slices) && self->end_source == 0;
}

/**
 * ghc_timeline_view_jump_to_date:
 * @timestamp_ms: the first message at or after it comes into sight
 */
void
ghc_timeline_view_jump_to_date (GhcTimelineView *self, gint64 timestamp_ms)
{
  g_return_if_fail (GHC_IS_TIMELINE_VIEW (self));

  if (self->timeline != NULL)
    dex_future_disown (ghc_timeline_jump_to_date (self->timeline, timestamp_ms));
}
