/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-timeline-view.h"

#include "ghc-message-row.h"
#include "ghc-timeline-cell.h"
#include "ghc-timeline-place.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* Nearer to an end than this, in pages of the view, the next page is asked for. */
#define PAGES_AHEAD 2

/* A view this near to its end, in pixels, follows it: no more than rounding, so that the least scrolling lets go. */
#define FOLLOW_DISTANCE 2

/* What takes longer than this shows a spinner. */
#define SPINNER_DELAY_MS 300

struct _GhcTimelineView
{
  GtkWidget        parent_instance;
  GhcSession      *session;
  GhcChannel      *channel;
  GhcTimeline     *timeline;
  gboolean         is_following;
  gint64           seen_position; /* of the latest message while the end was followed */
  guint            n_left_behind; /* messages of others after it that were let go of again */
  gboolean         is_window_active;
  guint            spinner_source;
  guint            end_source;
  GtkWidget       *window; /* (unowned): the root while rooted */
  GhcTimelinePlace place;
  GdkFrameClock   *clock;
  gboolean         is_restoring;
  double           last_value;
  double           last_upper;
  gulong           layout_handler;

  GtkStack        *stack;
  AdwStatusPage   *empty_page;
  AdwStatusPage   *error_page;
  GtkWidget       *scroller;
  GtkListView     *list_view;
  GtkNoSelection  *selection;
  GtkRevealer     *older_revealer;
  GtkRevealer     *latest_revealer;
  GtkLabel        *latest_label;
  GtkWidget       *latest_button;
};

typedef enum { PROP_SESSION = 1, PROP_CHANNEL, PROP_TIMELINE, PROP_FOLLOWING, N_PROPS } Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcTimelineView, ghc_timeline_view, GTK_TYPE_WIDGET)

static GtkAdjustment *
get_adjustment (GhcTimelineView *self)
{
  return gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list_view));
}

static guint
get_n_items (GhcTimelineView *self)
{
  return self->timeline != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->timeline)) : 0;
}

/* Messages are read as they come while somebody looks at the end of the conversation. */
static void
update_attended (GhcTimelineView *self)
{
  if (self->channel != NULL)
    ghc_channel_set_attended (self->channel, self->is_following && self->is_window_active
                                               && gtk_widget_get_mapped (GTK_WIDGET (self)));
}

/* What others wrote since the end was in sight: what the model holds of it, and what came below it. */
static guint
count_unseen (GhcTimelineView *self)
{
  guint n_unseen = 0;

  if (self->timeline == NULL || self->is_following)
    return 0;
  if (!ghc_timeline_get_at_end (self->timeline))
    return self->n_left_behind + ghc_timeline_get_n_unseen (self->timeline);

  for (guint i = get_n_items (self); i > 0; i--)
    {
      g_autoptr (GhcTimelineItem) item = g_list_model_get_item (G_LIST_MODEL (self->timeline), i - 1);
      GhcMessage *message = ghc_timeline_item_get_message (item);

      if (message == NULL || ghc_message_get_position (message) == 0)
        continue;
      if (ghc_message_get_position (message) <= self->seen_position)
        break;
      n_unseen += ghc_message_get_mine (message) ? 0 : 1;
    }

  self->n_left_behind = n_unseen;
  return n_unseen;
}

static void
update_latest (GhcTimelineView *self)
{
  gboolean is_away = self->timeline != NULL && get_n_items (self) > 0 && !self->is_following;
  guint n_unseen = count_unseen (self);
  g_autofree char *text = NULL;

  if (self->timeline != NULL && self->is_following)
    {
      self->seen_position = ghc_timeline_get_newest_position (self->timeline);
      self->n_left_behind = 0;
    }

  if (n_unseen > 0)
    text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u new message", "%u new messages", n_unseen), n_unseen);
  else
    text = g_strdup (_("Latest messages"));
  gtk_label_set_label (self->latest_label, text);
  gtk_revealer_set_reveal_child (self->latest_revealer, is_away);
  /* What is out of sight must not be reached by Tab. */
  gtk_widget_set_sensitive (self->latest_button, is_away);
}

static void
set_following (GhcTimelineView *self,
               gboolean         is_following)
{
  if (self->is_following == is_following)
    return;

  self->is_following = is_following;
  update_attended (self);
  update_latest (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOWING]);
}

static gboolean
is_near_end (GhcTimelineView *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);

  return gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment) + FOLLOW_DISTANCE
         >= gtk_adjustment_get_upper (adjustment);
}

static void
load_what_is_near (GhcTimelineView *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);
  double page = gtk_adjustment_get_page_size (adjustment);
  double value = gtk_adjustment_get_value (adjustment);
  double below = gtk_adjustment_get_upper (adjustment) - page - value;

  if (self->timeline == NULL || page <= 0 || !ghc_timeline_get_loaded (self->timeline)
      || ghc_timeline_get_load_error (self->timeline) != NULL)
    return;

  if (value < PAGES_AHEAD * page && !ghc_timeline_get_at_start (self->timeline)
      && !ghc_timeline_get_loading_older (self->timeline))
    dex_future_disown (ghc_timeline_load_older (self->timeline));
  if (below < PAGES_AHEAD * page && !ghc_timeline_get_at_end (self->timeline)
      && !ghc_timeline_get_loading_newer (self->timeline))
    dex_future_disown (ghc_timeline_load_newer (self->timeline));
}

static guint
get_position_at (GhcTimelineView *self,
                 double           y)
{
  GtkWidget *list = GTK_WIDGET (self->list_view);
  GtkWidget *at = gtk_widget_pick (list, gtk_widget_get_width (list) / 2.0, y, GTK_PICK_INSENSITIVE | GTK_PICK_NON_TARGETABLE);
  GtkWidget *row = at != NULL ? gtk_widget_get_ancestor (at, GHC_TYPE_TIMELINE_CELL) : NULL;

  return row != NULL ? ghc_timeline_cell_get_position (GHC_TIMELINE_CELL (row)) : GTK_INVALID_LIST_POSITION;
}

/* Between two rows there may be a margin that belongs to neither: a few pixels further in there is a row. */
static guint
find_position (GhcTimelineView *self,
               double           y,
               double           step)
{
  for (guint i = 0; i < 4; i++)
    {
      guint position = get_position_at (self, y + i * step);

      if (position != GTK_INVALID_LIST_POSITION)
        return position;
    }

  return GTK_INVALID_LIST_POSITION;
}

static void
tell_visible_range (GhcTimelineView *self)
{
  int height = gtk_widget_get_height (GTK_WIDGET (self->list_view));
  guint first, last;

  if (self->timeline == NULL || height <= 0)
    return;

  first = find_position (self, 1, 6);
  last = find_position (self, height - 1, -6);
  if (first != GTK_INVALID_LIST_POSITION && last != GTK_INVALID_LIST_POSITION && first <= last)
    ghc_timeline_set_visible_range (self->timeline, first, last);
}

static void
on_value_changed (GhcTimelineView *self)
{
  gboolean is_at_end = self->timeline != NULL && ghc_timeline_get_at_end (self->timeline);
  double value = gtk_adjustment_get_value (get_adjustment (self));
  double upper = gtk_adjustment_get_upper (get_adjustment (self));

  /* Somebody scrolls on while a page comes in: their place moves with them. The list itself moves its bounds along. */
  if (!self->is_restoring && upper == self->last_upper)
    self->place.y -= value - self->last_value;
  self->last_value = value;
  self->last_upper = upper;

  set_following (self, is_at_end && is_near_end (self));
  tell_visible_range (self);
  load_what_is_near (self);
}

static void
set_value_to_end (GhcTimelineView *self)
{
  GtkAdjustment *adjustment = get_adjustment (self);

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment));
}

static void
scroll_to_end (GhcTimelineView *self)
{
  guint n_items = get_n_items (self);

  if (n_items > 0)
    gtk_list_view_scroll_to (self->list_view, n_items - 1, GTK_LIST_SCROLL_NONE, NULL);
}

static gboolean
on_end_due (gpointer data)
{
  GhcTimelineView *self = data;

  self->end_source = 0;
  if (self->is_following)
    {
      scroll_to_end (self);
      set_value_to_end (self);
    }

  return G_SOURCE_REMOVE;
}

/* The height of rows out of sight is an estimate until they come into sight, and what is written below takes more or less
 * room, so the end moves under a view that follows it. The list tells of it while it is being laid out: what it is told then
 * holds for this frame, and it must be told again to keep it. */
static void
on_bounds_changed (GhcTimelineView *self)
{
  if (self->is_following)
    {
      set_value_to_end (self);
      if (self->end_source == 0)
        self->end_source = g_idle_add_full (GDK_PRIORITY_REDRAW - 1, on_end_due, self, NULL);
    }
  load_what_is_near (self);
}

static void
announce (GhcTimelineView *self,
          guint            position,
          guint            n_added)
{
  for (guint i = position; i < position + n_added; i++)
    {
      g_autoptr (GhcTimelineItem) item = g_list_model_get_item (G_LIST_MODEL (self->timeline), i);
      GhcMessage *message = ghc_timeline_item_get_message (item);
      g_autofree char *text = NULL;

      if (message == NULL || ghc_message_get_mine (message))
        continue;
      text = ghc_message_row_dup_description (message);
      gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
    }
}

static void
forget_place (GhcTimelineView *self)
{
  ghc_timeline_place_clear (&self->place);
  if (self->layout_handler != 0)
    g_signal_handler_disconnect (self->clock, self->layout_handler);
  self->layout_handler = 0;
  g_clear_object (&self->clock);
}

/* Comes after the window has laid out its widgets; what is moved now is laid out again before anything is drawn. */
static void
on_layout (GhcTimelineView *self)
{
  self->is_restoring = TRUE;
  ghc_timeline_place_restore (&self->place, self->list_view);
  self->is_restoring = FALSE;
  if (self->place.message == NULL || self->is_following)
    forget_place (self);
}

/* Comes before the list knows of the change. */
static void
on_items_changing (GhcTimelineView *self)
{
  if (self->is_following || !gtk_widget_get_mapped (GTK_WIDGET (self->list_view)))
    return;

  ghc_timeline_place_remember (&self->place, self->list_view);
  if (self->place.message != NULL && self->layout_handler == 0)
    {
      self->clock = g_object_ref (gtk_widget_get_frame_clock (GTK_WIDGET (self)));
      self->layout_handler = g_signal_connect_object (self->clock, "layout", G_CALLBACK (on_layout), self,
                                                      G_CONNECT_SWAPPED | G_CONNECT_AFTER);
    }

  /* A fling goes to where it was headed, which is elsewhere now: it ends here. */
  gtk_scrolled_window_set_kinetic_scrolling (GTK_SCROLLED_WINDOW (self->scroller), FALSE);
  gtk_scrolled_window_set_kinetic_scrolling (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
}

static void
on_items_changed (GhcTimelineView *self,
                  guint            position,
                  guint            n_removed,
                  guint            n_added)
{
  gboolean is_at_tail = n_added > 0 && position + n_added == get_n_items (self);

  if (is_at_tail && ghc_timeline_get_loaded (self->timeline) && ghc_timeline_get_at_end (self->timeline)
      && n_removed == 0 && n_added <= 3 && position > 0 && self->is_window_active)
    announce (self, position, n_added);
  if (is_at_tail && self->is_following)
    scroll_to_end (self);
  update_latest (self);
}

static void
on_jumped (GhcTimelineView *self,
           guint            index)
{
  guint n_items = get_n_items (self);

  if (n_items == 0)
    return;

  forget_place (self);
  set_following (self, ghc_timeline_get_at_end (self->timeline) && index + 1 >= n_items);
  gtk_list_view_scroll_to (self->list_view, MIN (index, n_items - 1), GTK_LIST_SCROLL_NONE, NULL);
}

static void
on_spinner_due (gpointer data)
{
  GhcTimelineView *self = data;

  self->spinner_source = 0;
  gtk_stack_set_visible_child_name (self->stack, "loading");
}

static void
update_page (GhcTimelineView *self)
{
  const char *error = self->timeline != NULL ? ghc_timeline_get_load_error (self->timeline) : NULL;
  const char *page = "nothing";

  g_clear_handle_id (&self->spinner_source, g_source_remove);
  if (self->timeline != NULL && get_n_items (self) > 0)
    page = "list";
  else if (error != NULL)
    {
      adw_status_page_set_description (self->error_page, error);
      page = "error";
    }
  else if (self->timeline != NULL && ghc_timeline_get_empty (self->timeline))
    page = "empty";
  else if (self->timeline != NULL)
    {
      self->spinner_source = g_timeout_add_once (SPINNER_DELAY_MS, on_spinner_due, self);
      if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "loading") == 0)
        page = "loading";
    }

  gtk_stack_set_visible_child_name (self->stack, page);
  gtk_revealer_set_reveal_child (self->older_revealer,
                                 self->timeline != NULL && ghc_timeline_get_loading_older (self->timeline));
  update_latest (self);
}

static void
on_timeline_notify (GhcTimelineView *self,
                    GParamSpec      *pspec)
{
  update_page (self);
  if (g_str_equal (pspec->name, "at-end"))
    set_following (self, ghc_timeline_get_at_end (self->timeline) && is_near_end (self));
  if (g_str_has_prefix (pspec->name, "loading-"))
    load_what_is_near (self);
}

static void
set_timeline (GhcTimelineView *self,
              GhcTimeline     *timeline)
{
  if (self->timeline == timeline)
    return;

  if (self->timeline != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->timeline, on_items_changing, self);
      g_signal_handlers_disconnect_by_func (self->timeline, on_items_changed, self);
      g_signal_handlers_disconnect_by_func (self->timeline, on_timeline_notify, self);
      g_signal_handlers_disconnect_by_func (self->timeline, on_jumped, self);
    }

  g_set_object (&self->timeline, timeline);
  forget_place (self);
  /* A channel opens at its end. */
  self->is_following = TRUE;
  self->seen_position = 0;
  self->n_left_behind = 0;
  if (timeline != NULL)
    g_signal_connect_object (timeline, "items-changed", G_CALLBACK (on_items_changing), self, G_CONNECT_SWAPPED);
  gtk_no_selection_set_model (self->selection, G_LIST_MODEL (timeline));

  if (timeline != NULL)
    {
      g_signal_connect_object (timeline, "items-changed", G_CALLBACK (on_items_changed), self,
                               G_CONNECT_SWAPPED | G_CONNECT_AFTER);
      g_signal_connect_object (timeline, "items-changed", G_CALLBACK (update_page), self,
                               G_CONNECT_SWAPPED | G_CONNECT_AFTER);
      g_signal_connect_object (timeline, "notify", G_CALLBACK (on_timeline_notify), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (timeline, "jumped", G_CALLBACK (on_jumped), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
      scroll_to_end (self);
    }

  update_page (self);
  update_attended (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TIMELINE]);
}

static void
set_channel (GhcTimelineView *self,
             GhcChannel      *channel)
{
  if (self->channel == channel)
    return;

  if (self->channel != NULL)
    {
      ghc_channel_set_attended (self->channel, FALSE);
      if (self->timeline != NULL)
        ghc_timeline_clear_new_line (self->timeline);
    }

  g_set_object (&self->channel, channel);
  set_timeline (self, channel != NULL ? ghc_channel_get_timeline (channel) : NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHANNEL]);
}

static void
on_setup (GhcTimelineView *self,
          GtkListItem     *list_item)
{
  gtk_list_item_set_child (list_item, ghc_timeline_cell_new ());
  gtk_list_item_set_activatable (list_item, FALSE);
}

static void
on_bind (GhcTimelineView *self,
         GtkListItem     *list_item)
{
  GhcGuild *guild = self->channel != NULL ? ghc_channel_get_guild (self->channel) : NULL;

  ghc_timeline_cell_bind (GHC_TIMELINE_CELL (gtk_list_item_get_child (list_item)), list_item, self->session, guild);
}

static void
on_unbind (GhcTimelineView *self,
           GtkListItem     *list_item)
{
  ghc_timeline_cell_unbind (GHC_TIMELINE_CELL (gtk_list_item_get_child (list_item)));
}

static void
on_window_active (GhcTimelineView *self)
{
  self->is_window_active = self->window != NULL && gtk_window_is_active (GTK_WINDOW (self->window));
  update_attended (self);
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
      g_signal_connect_object (root, "notify::is-active", G_CALLBACK (on_window_active), self, G_CONNECT_SWAPPED);
      on_window_active (self);
    }
}

static void
ghc_timeline_view_unroot (GtkWidget *widget)
{
  GhcTimelineView *self = GHC_TIMELINE_VIEW (widget);

  if (self->window != NULL)
    g_signal_handlers_disconnect_by_func (self->window, on_window_active, self);
  self->window = NULL;
  on_window_active (self);

  GTK_WIDGET_CLASS (ghc_timeline_view_parent_class)->unroot (widget);
}

static void
ghc_timeline_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ghc_timeline_view_parent_class)->map (widget);

  update_attended (GHC_TIMELINE_VIEW (widget));
}

static void
ghc_timeline_view_unmap (GtkWidget *widget)
{
  forget_place (GHC_TIMELINE_VIEW (widget));
  GTK_WIDGET_CLASS (ghc_timeline_view_parent_class)->unmap (widget);

  update_attended (GHC_TIMELINE_VIEW (widget));
}

static void
jump_to_latest_action (GtkWidget  *widget,
                       const char *name,
                       GVariant   *parameter)
{
  GhcTimelineView *self = GHC_TIMELINE_VIEW (widget);

  if (self->timeline != NULL)
    dex_future_disown (ghc_timeline_jump_to_latest (self->timeline));
}

static void
jump_to_date_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  ghc_timeline_view_jump_to_date (GHC_TIMELINE_VIEW (widget), g_variant_get_int64 (parameter));
}

/* The focus is on the list's own row, around the cell, or on something within the cell. */
static gboolean
show_menu (GtkWidget *widget,
           GVariant  *arguments,
           gpointer   data)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  GtkWidget *cell;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (GHC_TIMELINE_VIEW (widget)->list_view)))
    return GDK_EVENT_PROPAGATE;
  if (!GHC_IS_TIMELINE_CELL (gtk_widget_get_first_child (focus)))
    cell = gtk_widget_get_ancestor (focus, GHC_TYPE_TIMELINE_CELL);
  else
    cell = gtk_widget_get_first_child (focus);

  return cell != NULL && ghc_timeline_cell_show_menu (GHC_TIMELINE_CELL (cell));
}

static void
retry_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  GhcTimelineView *self = GHC_TIMELINE_VIEW (widget);

  if (self->session != NULL && self->channel != NULL)
    dex_future_disown (ghc_session_open_channel (self->session, self->channel));
  else if (self->timeline != NULL)
    dex_future_disown (ghc_timeline_jump_to_latest (self->timeline));
}

static void
ghc_timeline_view_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
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
ghc_timeline_view_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
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

  if (self->list_view != NULL)
    {
      set_channel (self, NULL);
      set_timeline (self, NULL);
    }
  g_clear_handle_id (&self->spinner_source, g_source_remove);
  g_clear_handle_id (&self->end_source, g_source_remove);
  forget_place (self);
  g_clear_object (&self->session);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_TIMELINE_VIEW);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (ghc_timeline_view_parent_class)->dispose (object);
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

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, GHC_TYPE_SESSION, flags);
  properties[PROP_CHANNEL] = g_param_spec_object ("channel", NULL, NULL, GHC_TYPE_CHANNEL, flags);
  properties[PROP_TIMELINE] = g_param_spec_object ("timeline", NULL, NULL, GHC_TYPE_TIMELINE, flags);
  properties[PROP_FOLLOWING] = g_param_spec_boolean ("following", NULL, NULL, TRUE,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/guildhall/Guildhall/ui/ghc-timeline-view.ui");
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

  gtk_widget_class_install_action (widget_class, "timeline.jump-to-latest", NULL, jump_to_latest_action);
  gtk_widget_class_install_action (widget_class, "timeline.jump-to-date", "x", jump_to_date_action);
  gtk_widget_class_install_action (widget_class, "timeline.retry", NULL, retry_action);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, show_menu, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, show_menu, NULL);
}

static void
ghc_timeline_view_init (GhcTimelineView *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkAdjustment *adjustment;

  self->is_following = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (on_unbind), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->list_view, factory);
  g_object_unref (factory);

  adjustment = get_adjustment (self);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_value_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (on_bounds_changed), self, G_CONNECT_SWAPPED);
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
 * ghc_timeline_view_jump_to_date:
 * @timestamp_ms: the first message at or after it comes into sight
 */
void
ghc_timeline_view_jump_to_date (GhcTimelineView *self,
                                gint64           timestamp_ms)
{
  g_return_if_fail (GHC_IS_TIMELINE_VIEW (self));

  if (self->timeline != NULL)
    dex_future_disown (ghc_timeline_jump_to_date (self->timeline, timestamp_ms));
}
