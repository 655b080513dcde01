/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-timeline-slices.h"

struct _GhcTimelineSlices
{
  GObject parent_instance;
  GListModel *source;
  guint first; /* index in the source of the stretch's first item */
  guint n_items;
  guint n_appended; /* passed on at once since the last advance */
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GhcTimelineSlices, ghc_timeline_slices, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GType
get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
get_n_items (GListModel *model)
{
  return GHC_TIMELINE_SLICES (model)->n_items;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GhcTimelineSlices *self = GHC_TIMELINE_SLICES (model);

  return position < self->n_items ? g_list_model_get_item (self->source, self->first + position)
                                  : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static guint
count_source (GhcTimelineSlices *self)
{
  return self->source != NULL ? g_list_model_get_n_items (self->source) : 0;
}

/* Of the stretch, at @position in it. */
static void
replace (GhcTimelineSlices *self, guint position, guint n_removed, guint n_added)
{
  self->n_items = self->n_items - n_removed + n_added;
  if (n_removed > 0 || n_added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
}

/* @n_added items have come right below the stretch: the odd one is passed on, many wait. */
static void
append (GhcTimelineSlices *self, guint position, guint n_removed, guint n_added)
{
  guint n_left = GHC_TIMELINE_SLICE - MIN (self->n_appended, GHC_TIMELINE_SLICE);

  n_added = MIN (n_added, n_left);
  self->n_appended += n_added;
  replace (self, position, n_removed, n_added);
}

static void
on_items_changed (GhcTimelineSlices *self, guint position, guint n_removed, guint n_added)
{
  guint end = self->first + self->n_items;
  gboolean reaches_top = position <= self->first;
  gboolean reaches_end = position + n_removed >= end;

  if (self->n_items == 0)
    {
      self->first = 0;
    }
  else if (position + n_removed <= self->first)
    {
      /* Above the stretch, where what came now waits. */
      self->first += n_added - n_removed;
    }
  else if (position > end || (position == end && count_source (self) > end + n_added))
    {
      /* Below it, where something waits already. */
    }
  else if (position == end)
    {
      append (self, self->n_items, 0, n_added);
    }
  else if (reaches_top && reaches_end)
    {
      self->first = 0;
      replace (self, 0, self->n_items, 0);
    }
  else if (reaches_top)
    {
      guint n_kept = MIN (n_added, GHC_TIMELINE_SLICE);
      guint n_gone = position + n_removed - self->first;

      self->first = position + n_added - n_kept;
      replace (self, 0, n_gone, n_kept);
    }
  else if (reaches_end)
    {
      append (self, position - self->first, end - position, n_added);
    }
  else
    {
      replace (self, position - self->first, n_removed, n_added);
    }
}

static void
ghc_timeline_slices_dispose (GObject *object)
{
  GhcTimelineSlices *self = GHC_TIMELINE_SLICES (object);

  if (self->source != NULL)
    g_signal_handlers_disconnect_by_func (self->source, on_items_changed, self);
  self->n_items = 0;
  g_clear_object (&self->source);

  G_OBJECT_CLASS (ghc_timeline_slices_parent_class)->dispose (object);
}

static void
ghc_timeline_slices_class_init (GhcTimelineSlicesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_timeline_slices_dispose;
}

static void
ghc_timeline_slices_init (GhcTimelineSlices *self)
{
}

GhcTimelineSlices *
ghc_timeline_slices_new (void)
{
  return g_object_new (GHC_TYPE_TIMELINE_SLICES, NULL);
}

/**
 * ghc_timeline_slices_set_source:
 * @source: (nullable): nothing is shown of it until ghc_timeline_slices_reveal()
 */
void
ghc_timeline_slices_set_source (GhcTimelineSlices *self, GListModel *source)
{
  g_return_if_fail (GHC_IS_TIMELINE_SLICES (self));
  g_return_if_fail (source == NULL || G_IS_LIST_MODEL (source));

  if (self->source == source)
    return;

  if (self->source != NULL)
    g_signal_handlers_disconnect_by_func (self->source, on_items_changed, self);
  replace (self, 0, self->n_items, 0);
  self->first = 0;
  self->n_appended = 0;
  g_set_object (&self->source, source);
  if (source != NULL)
    g_signal_connect_object (source, "items-changed", G_CALLBACK (on_items_changed), self,
                             G_CONNECT_SWAPPED);
}

/**
 * ghc_timeline_slices_reveal:
 * @index: an index in the source
 *
 * Makes sure that the item is shown, with others around it: when it is not, the stretch begins
 * anew there.
 */
void
ghc_timeline_slices_reveal (GhcTimelineSlices *self, guint index)
{
  guint n_source, n_before, n_items;

  g_return_if_fail (GHC_IS_TIMELINE_SLICES (self));

  n_source = count_source (self);
  if (n_source == 0 || (index >= self->first && index < self->first + self->n_items))
    return;

  index = MIN (index, n_source - 1);
  n_before = self->n_items;
  n_items = MIN (n_source, GHC_TIMELINE_FIRST_SLICE);
  self->first = MIN (index - MIN (index, n_items / 2), n_source - n_items);
  replace (self, 0, n_before, n_items);
}

/**
 * ghc_timeline_slices_advance:
 *
 * Lets the stretch grow by a slice, at each end that has more; to be called once a frame.
 */
void
ghc_timeline_slices_advance (GhcTimelineSlices *self)
{
  guint n_above, n_below, n_most;

  g_return_if_fail (GHC_IS_TIMELINE_SLICES (self));

  self->n_appended = 0;
  if (self->n_items == 0)
    return;

  n_below = ghc_timeline_slices_count_below (self);
  n_most = self->first > 0 && n_below > 0 ? GHC_TIMELINE_SLICE / 2 : GHC_TIMELINE_SLICE;
  n_above = MIN (self->first, n_most);
  n_below = MIN (n_below, n_most);
  if (n_above > 0)
    {
      self->first -= n_above;
      replace (self, 0, 0, n_above);
    }
  if (n_below > 0)
    replace (self, self->n_items, 0, n_below);
}

/**
 * ghc_timeline_slices_get_first:
 *
 * Returns: the index in the source of the first item: what is above it is not shown yet
 */
guint
ghc_timeline_slices_get_first (GhcTimelineSlices *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE_SLICES (self), 0);

  return self->first;
}

/**
 * ghc_timeline_slices_count_below:
 *
 * Returns: how many items below the last one are not shown yet
 */
guint
ghc_timeline_slices_count_below (GhcTimelineSlices *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE_SLICES (self), 0);

  return count_source (self) - self->first - self->n_items;
}

gboolean
ghc_timeline_slices_is_whole (GhcTimelineSlices *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE_SLICES (self), TRUE);

  return self->n_appended == 0 && self->n_items == count_source (self);
}
