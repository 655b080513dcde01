/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-timeline-private.h"

#define SECONDS_PER_DAY (24 * 60 * 60)

/**
 * ghc_timeline_day_of:
 * @timestamp: ms since the epoch
 *
 * Returns: the number of the day that @timestamp falls on in the person's time zone, counted from
 *   1 January 1970
 */
int
ghc_timeline_day_of (GhcTimeline *self, gint64 timestamp)
{
  gint64 seconds = timestamp / 1000;
  int interval = g_time_zone_find_interval (self->time_zone, G_TIME_TYPE_UNIVERSAL, seconds);
  gint64 local;

  if (interval < 0)
    interval = 0;
  local = seconds + g_time_zone_get_offset (self->time_zone, interval);

  return (int) (local >= 0 ? local / SECONDS_PER_DAY : (local + 1) / SECONDS_PER_DAY - 1);
}

static GhcTimelineItem *
new_day_item (GhcTimeline *self, int day)
{
  g_autoptr (GDateTime)
    noon_utc = g_date_time_new_from_unix_utc ((gint64) day * SECONDS_PER_DAY + SECONDS_PER_DAY / 2);
  g_autoptr (GDateTime) midnight = NULL;

  if (noon_utc == NULL)
    noon_utc = g_date_time_new_from_unix_utc (0);

  midnight = g_date_time_new (self->time_zone, g_date_time_get_year (noon_utc),
                              g_date_time_get_month (noon_utc),
                              g_date_time_get_day_of_month (noon_utc), 0, 0, 0);

  return ghc_timeline_item_new_day (midnight != NULL ? midnight : noon_utc);
}

/* The separator of @day, the same object as long as the day is shown. */
static GhcTimelineItem *
day_item (GhcTimeline *self, GHashTable *days, int day)
{
  GhcTimelineItem *item = g_hash_table_lookup (self->days, GINT_TO_POINTER (day));

  item = item != NULL ? g_object_ref (item) : new_day_item (self, day);
  g_hash_table_insert (days, GINT_TO_POINTER (day), item);

  return item;
}

static gboolean
is_unread (GhcTimeline *self, GhcMessage *message)
{
  return self->read_marker > 0 && ghc_message_get_position (message) > self->read_marker
         && !ghc_message_get_mine (message);
}

static gboolean
continues_group (GhcMessage *previous, GhcMessage *message)
{
  gint64 gap = ghc_message_get_timestamp (message) - ghc_message_get_timestamp (previous);

  return ghc_message_get_sender (previous) == ghc_message_get_sender (message)
         && gap <= GHC_TIMELINE_GROUP_MS && gap >= -GHC_TIMELINE_GROUP_MS;
}

typedef struct
{
  GPtrArray *items;
  GHashTable *days;
  GhcMessage *previous; /* the message right above, NULL after a separator */
  int day;              /* of the last separator */
  gboolean has_day;
  gboolean has_new_line;
} Layout;

static void
lay_row (GhcTimeline *self, Layout *layout, GhcTimelineRow *row, gboolean follows)
{
  /* Clocks may step back; a separator is only for a day that is later than all above. */
  if (!layout->has_day || row->day > layout->day)
    {
      g_ptr_array_add (layout->items, g_object_ref (day_item (self, layout->days, row->day)));
      layout->day = row->day;
      layout->has_day = TRUE;
      layout->previous = NULL;
    }

  if (!layout->has_new_line && is_unread (self, row->message))
    {
      layout->has_new_line = TRUE;
      /* Where the first unread message is the first we hold, the line belongs further up. */
      if (follows)
        {
          if (self->new_line == NULL)
            self->new_line = ghc_timeline_item_new_new_line ();
          g_ptr_array_add (layout->items, g_object_ref (self->new_line));
          layout->previous = NULL;
        }
    }

  ghc_message_set_first_of_group (row->message,
                                  layout->previous == NULL
                                    || !continues_group (layout->previous, row->message));
  g_ptr_array_add (layout->items, g_object_ref (row->item));
  layout->previous = row->message;
}

/* Emits the one run that differs. */
static void
replace_items (GhcTimeline *self, GPtrArray *items)
{
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->items);
  guint shorter = MIN (before->len, items->len);
  guint prefix = 0;
  guint suffix = 0;

  self->items = g_ptr_array_ref (items);

  while (prefix < shorter && before->pdata[prefix] == items->pdata[prefix])
    prefix++;
  while (suffix < shorter - prefix
         && before->pdata[before->len - 1 - suffix] == items->pdata[items->len - 1 - suffix])
    suffix++;

  if (before->len != items->len || prefix < shorter)
    g_list_model_items_changed (G_LIST_MODEL (self), prefix, before->len - prefix - suffix,
                                items->len - prefix - suffix);
}

/**
 * ghc_timeline_layout:
 *
 * Brings the model's items in line with the window: separators, the "new" line, groups. To be
 * called once for each change of the window that leaves a single run changed.
 */
void
ghc_timeline_layout (GhcTimeline *self)
{
  GhcTimelineWindow *window = &self->window;
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) days = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  Layout layout = { .items = items, .days = days };

  for (guint i = 0; i < window->sent->len; i++)
    lay_row (self, &layout, g_ptr_array_index (window->sent, i), i > 0 || window->at_start);

  /* What waits comes after the latest message, wherever that is. */
  if (window->at_end || !self->loaded)
    {
      for (guint i = 0; i < window->pending->len; i++)
        lay_row (self, &layout, g_ptr_array_index (window->pending, i), TRUE);
    }

  g_hash_table_unref (self->days);
  self->days = g_hash_table_ref (days);

  replace_items (self, items);
}
