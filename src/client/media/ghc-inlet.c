/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-inlet.h"

#include <gst/video/video.h>

struct _GhcInlet
{
  gatomicrefcount ref_count;

  GMutex lock;    /* of what follows; not of what it points to */
  GstAppSrc *way; /* (nullable) */
  GstPad *origin; /* (nullable): what packets come in by */
  guint64 n_bytes;
  guint turn; /* the number of the connection that packets come by */
};

/**
 * ghc_inlet_new:
 *
 * Returns: (transfer full): an inlet that leads nowhere
 */
GhcInlet *
ghc_inlet_new (void)
{
  GhcInlet *self = g_new0 (GhcInlet, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  return self;
}

/**
 * ghc_inlet_ref:
 * @self: an inlet
 *
 * Returns: (transfer full): the same inlet
 */
GhcInlet *
ghc_inlet_ref (GhcInlet *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ghc_inlet_unref:
 * @self: (transfer full): an inlet
 */
void
ghc_inlet_unref (GhcInlet *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  gst_clear_object (&self->way);
  gst_clear_object (&self->origin);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * ghc_inlet_lead_to:
 * @self: an inlet
 * @way: (nullable): where packets go from now on
 */
void
ghc_inlet_lead_to (GhcInlet *self, GstAppSrc *way)
{
  g_autoptr (GstAppSrc) before = NULL;

  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->lock);
  before = g_steal_pointer (&self->way);
  self->way = way != NULL ? gst_object_ref (way) : NULL;
  g_mutex_unlock (&self->lock);
}

/**
 * ghc_inlet_push:
 * @self: an inlet
 * @packet: (transfer none): that came
 * @turn: the number of the connection by which it came
 *
 * While one connection takes the place of another the same may come by both; as soon as something came by
 * the later one, nothing is taken from the earlier.
 */
void
ghc_inlet_push (GhcInlet *self, GstBuffer *packet, guint turn)
{
  g_autoptr (GstAppSrc) way = NULL;

  g_return_if_fail (self != NULL && packet != NULL);

  g_mutex_lock (&self->lock);
  self->turn = MAX (self->turn, turn);
  if (self->turn == turn)
    {
      self->n_bytes += gst_buffer_get_size (packet);
      way = self->way != NULL ? gst_object_ref (self->way) : NULL;
    }
  g_mutex_unlock (&self->lock);
  if (way != NULL)
    gst_app_src_push_buffer (way, gst_buffer_ref (packet));
}

/**
 * ghc_inlet_get_n_bytes:
 * @self: an inlet
 *
 * Returns: how much came so far
 */
guint64
ghc_inlet_get_n_bytes (GhcInlet *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (self != NULL, 0);

  locker = g_mutex_locker_new (&self->lock);
  return self->n_bytes;
}

/**
 * ghc_inlet_set_origin:
 * @self: an inlet
 * @origin: (transfer none): the pad that packets come in by from now on
 */
void
ghc_inlet_set_origin (GhcInlet *self, GstPad *origin)
{
  g_autoptr (GstPad) before = NULL;

  g_return_if_fail (self != NULL && GST_IS_PAD (origin));

  g_mutex_lock (&self->lock);
  before = g_steal_pointer (&self->origin);
  self->origin = gst_object_ref (origin);
  g_mutex_unlock (&self->lock);
}

/**
 * ghc_inlet_forget_origin:
 * @self: an inlet
 * @origin: a pad that nothing comes in by any more
 */
void
ghc_inlet_forget_origin (GhcInlet *self, GstPad *origin)
{
  g_autoptr (GstPad) before = NULL;

  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->lock);
  if (self->origin == origin)
    before = g_steal_pointer (&self->origin);
  g_mutex_unlock (&self->lock);
}

/**
 * ghc_inlet_ask_key_frame:
 * @self: an inlet of pictures
 *
 * Asks whoever sends for a picture that builds on no other.
 */
void
ghc_inlet_ask_key_frame (GhcInlet *self)
{
  g_autoptr (GstPad) origin = NULL;

  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->lock);
  origin = self->origin != NULL ? gst_object_ref (self->origin) : NULL;
  g_mutex_unlock (&self->lock);
  if (origin != NULL)
    gst_pad_push_event (origin,
                        gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0));
}
