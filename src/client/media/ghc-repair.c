/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-repair.h"

#include "ghc-line.h"

/* So much may be sent again at once, after a time in which nothing was lost. */
#define BURST_US (200 * 1000)
/* And never less than so many packets, where anything may. */
#define LEAST_BURST 4

struct _GhcRepair
{
  gatomicrefcount ref_count;

  GMutex lock; /* of what follows */
  guint bitrate;
  double room; /* in bits */
  gint64 at_us;
};

/**
 * ghc_repair_new:
 *
 * Returns: (transfer full): a repair that sends nothing again yet
 */
GhcRepair *
ghc_repair_new (void)
{
  GhcRepair *self = g_new0 (GhcRepair, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  return self;
}

/**
 * ghc_repair_ref:
 * @self: a repair
 *
 * Returns: (transfer full): the same repair
 */
GhcRepair *
ghc_repair_ref (GhcRepair *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ghc_repair_unref:
 * @self: (transfer full): a repair
 */
void
ghc_repair_unref (GhcRepair *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * ghc_repair_take:
 * @self: a repair
 * @now_us: the monotonic time
 *
 * Returns: whether one more packet may be sent again now
 */
gboolean
ghc_repair_take (GhcRepair *self, gint64 now_us)
{
  const double size = GHC_PACKET_SIZE * 8;
  g_autoptr (GMutexLocker) locker = NULL;
  double most;

  g_return_val_if_fail (self != NULL, FALSE);

  locker = g_mutex_locker_new (&self->lock);
  if (self->bitrate == 0)
    return FALSE;
  most = MAX ((double) self->bitrate * BURST_US / G_USEC_PER_SEC, LEAST_BURST * size);
  self->room += (double) self->bitrate * (double) (now_us - self->at_us) / G_USEC_PER_SEC;
  self->room = MIN (self->room, most);
  self->at_us = now_us;
  if (self->room < size)
    return FALSE;
  self->room -= size;
  return TRUE;
}

/* On a thread of webrtcbin, in front of what keeps packets to send them again: each one is asked for by itself. */
static GstPadProbeReturn
on_asked (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

  if (!gst_event_has_name (event, "GstRTPRetransmissionRequest")
      || ghc_repair_take (data, g_get_monotonic_time ()))
    return GST_PAD_PROBE_OK;
  return GST_PAD_PROBE_DROP;
}

static void
watch (const GValue *item, gpointer data)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (g_value_get_object (item), "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_asked, ghc_repair_ref (data),
                     (GDestroyNotify) ghc_repair_unref);
}

/**
 * ghc_repair_attach:
 * @self: a repair
 * @webrtc: a webrtcbin that is connected
 *
 * It decides from now on what is sent again.
 */
void
ghc_repair_attach (GhcRepair *self, GstElement *webrtc)
{
  g_autoptr (GstIterator) keepers = NULL;

  g_return_if_fail (self != NULL && GST_IS_BIN (webrtc));

  keepers = gst_bin_iterate_all_by_element_factory_name (GST_BIN (webrtc), "rtprtxsend");
  while (gst_iterator_foreach (keepers, watch, self) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (keepers);
}

/**
 * ghc_repair_set_rate:
 * @self: a repair
 * @bitrate: how much may be sent again, in bit/s; 0 for nothing
 */
void
ghc_repair_set_rate (GhcRepair *self, guint bitrate)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->lock);
  self->bitrate = bitrate;
  if (bitrate == 0)
    {
      self->room = 0;
      self->at_us = g_get_monotonic_time ();
    }
}
