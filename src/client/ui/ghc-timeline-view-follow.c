/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The end of the conversation: following it as it moves, what one has not seen of it, and the way
 * back to it. */
#include "ghc-timeline-view-private.h"

#include "ghc-message-row.h"

#include <glib/gi18n.h>

/* A view this near to its end, in pixels, follows it: no more than rounding, so that the least
 * scrolling lets go. */
#define FOLLOW_DISTANCE 2

/* Messages are read as they come while somebody looks at the end of the conversation. */
void
ghc_timeline_view_update_attended (GhcTimelineView *self)
{
  if (self->channel != NULL)
    ghc_channel_set_attended (self->channel, self->is_following && self->is_window_active
                                               && gtk_widget_get_mapped (GTK_WIDGET (self)));
}

void
ghc_timeline_view_update_active (GhcTimelineView *self)
{
  self->is_window_active = self->window != NULL && gtk_window_is_active (GTK_WINDOW (self->window));
  ghc_timeline_view_update_attended (self);
}

/* What others wrote since the end was in sight: what the model holds of it, and what came below
 * it. */
static guint
count_unseen (GhcTimelineView *self)
{
  guint n_unseen = 0;

  if (self->timeline == NULL || self->is_following)
    return 0;
  if (!ghc_timeline_get_at_end (self->timeline))
    return self->n_left_behind + ghc_timeline_get_n_unseen (self->timeline);

  for (guint i = ghc_timeline_view_count_items (self); i > 0; i--)
    {
      g_autoptr (GhcTimelineItem)
        item = g_list_model_get_item (G_LIST_MODEL (self->timeline), i - 1);
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

void
ghc_timeline_view_update_latest (GhcTimelineView *self)
{
  gboolean is_away = self->timeline != NULL && ghc_timeline_view_count_items (self) > 0
                     && !self->is_following;
  guint n_unseen = count_unseen (self);
  g_autofree char *text = NULL;

  if (self->timeline != NULL && self->is_following)
    {
      self->seen_position = ghc_timeline_get_newest_position (self->timeline);
      self->n_left_behind = 0;
    }

  if (n_unseen > 0)
    text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u new message", "%u new messages",
                                         n_unseen),
                            n_unseen);
  else
    text = g_strdup (_ ("Latest messages"));
  gtk_label_set_label (self->latest_label, text);
  gtk_revealer_set_reveal_child (self->latest_revealer, is_away);
  /* What is out of sight must not be reached by Tab. */
  gtk_widget_set_sensitive (self->latest_button, is_away);
}

void
ghc_timeline_view_set_following (GhcTimelineView *self, gboolean is_following)
{
  if (self->is_following == is_following)
    return;

  self->is_following = is_following;
  ghc_timeline_view_update_attended (self);
  ghc_timeline_view_update_latest (self);
  g_object_notify (G_OBJECT (self), "following");
}

/* Whether the list's last row is the channel's last message, or will be in a moment. */
gboolean
ghc_timeline_view_holds_end (GhcTimelineView *self)
{
  return self->timeline != NULL && ghc_timeline_get_at_end (self->timeline)
         && (self->is_following || ghc_timeline_slices_count_below (self->slices) == 0);
}

gboolean
ghc_timeline_view_is_near_end (GhcTimelineView *self)
{
  GtkAdjustment *adjustment = ghc_timeline_view_get_adjustment (self);

  return gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment)
           + FOLLOW_DISTANCE
         >= gtk_adjustment_get_upper (adjustment);
}

static void
set_value_to_end (GhcTimelineView *self)
{
  GtkAdjustment *adjustment = ghc_timeline_view_get_adjustment (self);

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment)
                                          - gtk_adjustment_get_page_size (adjustment));
}

void
ghc_timeline_view_scroll_to_end (GhcTimelineView *self)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->slices));

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
      ghc_timeline_view_scroll_to_end (self);
      set_value_to_end (self);
    }

  return G_SOURCE_REMOVE;
}

/* The height of rows out of sight is an estimate until they come into sight, and what is written
 * below takes more or less room, so the end moves under a view that follows it. The list tells of
 * it while it is being laid out: what it is told then holds for this frame, and it must be told
 * again to keep it. */
void
ghc_timeline_view_keep_end (GhcTimelineView *self)
{
  if (!self->is_following)
    return;

  set_value_to_end (self);
  if (self->end_source == 0)
    self->end_source = g_idle_add_full (GDK_PRIORITY_REDRAW - 1, on_end_due, self, NULL);
}

/**
 * ghc_timeline_view_announce:
 * @position: in the timeline
 *
 * Has a screen reader say what others wrote just now.
 */
void
ghc_timeline_view_announce (GhcTimelineView *self, guint position, guint n_added)
{
  for (guint i = position; i < position + n_added; i++)
    {
      g_autoptr (GhcTimelineItem) item = g_list_model_get_item (G_LIST_MODEL (self->timeline), i);
      GhcMessage *message = ghc_timeline_item_get_message (item);
      g_autofree char *text = NULL;

      if (message == NULL || ghc_message_get_mine (message))
        continue;
      text = ghc_message_row_dup_description (message);
      gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
    }
}
