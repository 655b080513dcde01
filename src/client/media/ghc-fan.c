/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-fan.h"

struct _GhcFan
{
  gatomicrefcount ref_count;
  guint32 ssrc;
  guint32 timestamp_offset;
  int is_key_frame_asked; /* atomic */

  GMutex lock;         /* of what follows; not of what it points to */
  GPtrArray *ways;     /* never changed, but replaced */
  guint16 next_number; /* of a packet */
};

static GPtrArray *
new_ways (void)
{
  return g_ptr_array_new_with_free_func (gst_object_unref);
}

/**
 * ghc_fan_new:
 *
 * Returns: (transfer full): a fan that leads nowhere
 */
GhcFan *
ghc_fan_new (void)
{
  GhcFan *self = g_new0 (GhcFan, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->ways = new_ways ();
  self->ssrc = g_random_int ();
  self->timestamp_offset = g_random_int ();
  self->next_number = (guint16) g_random_int ();
  return self;
}

/**
 * ghc_fan_ref:
 * @self: a fan
 *
 * Returns: (transfer full): the same fan
 */
GhcFan *
ghc_fan_ref (GhcFan *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ghc_fan_unref:
 * @self: (transfer full): a fan
 */
void
ghc_fan_unref (GhcFan *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->ways);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
replace (GhcFan *self, GstAppSrc *without, GstAppSrc *with)
{
  g_autoptr (GPtrArray) before = NULL;
  GPtrArray *after = new_ways ();

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->ways->len; i++)
    {
      if (g_ptr_array_index (self->ways, i) != without)
        g_ptr_array_add (after, gst_object_ref (g_ptr_array_index (self->ways, i)));
    }
  if (with != NULL)
    g_ptr_array_add (after, gst_object_ref (with));
  before = g_steal_pointer (&self->ways);
  self->ways = after;
  g_mutex_unlock (&self->lock);
}

/**
 * ghc_fan_add:
 * @self: a fan
 * @way: where packets go from now on, too
 */
void
ghc_fan_add (GhcFan *self, GstAppSrc *way)
{
  g_return_if_fail (self != NULL && GST_IS_APP_SRC (way));

  replace (self, NULL, way);
}

/**
 * ghc_fan_remove:
 * @self: a fan
 * @way: where they go no more
 */
void
ghc_fan_remove (GhcFan *self, GstAppSrc *way)
{
  g_return_if_fail (self != NULL && GST_IS_APP_SRC (way));

  replace (self, way, NULL);
}

/**
 * ghc_fan_get_ssrc:
 * @self: a fan
 *
 * Returns: the source of all its packets, the same whatever makes them
 */
guint32
ghc_fan_get_ssrc (GhcFan *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->ssrc;
}

/**
 * ghc_fan_get_timestamp_offset:
 * @self: a fan
 *
 * Returns: what is added to the time of all its packets
 */
guint32
ghc_fan_get_timestamp_offset (GhcFan *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->timestamp_offset;
}

/**
 * ghc_fan_get_next_number:
 * @self: a fan
 *
 * Returns: the number that its next packet is to have, so that nobody takes it for an old one
 */
guint16
ghc_fan_get_next_number (GhcFan *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (self != NULL, 0);

  locker = g_mutex_locker_new (&self->lock);
  return self->next_number;
}

/**
 * ghc_fan_push:
 * @self: a fan
 * @packet: (transfer none): for all
 *
 * Waits for nobody: a way that is full loses its oldest packet.
 */
void
ghc_fan_push (GhcFan *self, GstBuffer *packet)
{
  g_autoptr (GPtrArray) ways = NULL;
  guint8 number[2] = { 0 };

  g_return_if_fail (self != NULL && packet != NULL);

  /* RFC 3550, section 5.1. */
  gst_buffer_extract (packet, 2, number, sizeof number);
  g_mutex_lock (&self->lock);
  self->next_number = (guint16) (GST_READ_UINT16_BE (number) + 1);
  ways = g_ptr_array_ref (self->ways);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < ways->len; i++)
    {
      /* Only a copy of the packet's head: each way gives it a time of its own. */
      GstBuffer *copy = gst_buffer_copy (packet);

      GST_BUFFER_PTS (copy) = GST_BUFFER_DTS (copy) = GST_CLOCK_TIME_NONE;
      gst_app_src_push_buffer (g_ptr_array_index (ways, i), copy);
    }
}

/**
 * ghc_fan_ask_key_frame:
 * @self: a fan of pictures
 *
 * Somebody can see nothing before there is a picture that builds on no other.
 */
void
ghc_fan_ask_key_frame (GhcFan *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_int_set (&self->is_key_frame_asked, TRUE);
}

/**
 * ghc_fan_take_key_frame_ask:
 * @self: a fan of pictures
 *
 * Returns: whether somebody asked for one since this was called last
 */
gboolean
ghc_fan_take_key_frame_ask (GhcFan *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return g_atomic_int_compare_and_exchange (&self->is_key_frame_asked, TRUE, FALSE);
}
