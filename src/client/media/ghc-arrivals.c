/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-arrivals.h"

#define N_KEPT 1024
/* What is said is of so much time: some pictures, and not so much that a jam is seen late. */
#define WINDOW_US (300 * 1000)
/* What waits comes out one after the other: less of it says as much, and earlier how much there is. */
#define QUEUED_MS 40
#define QUEUED_WINDOW_US (100 * 1000)
/* How long the quickest way of a packet is remembered: clocks are not equally quick. */
#define BASE_US (10 * G_USEC_PER_SEC)
/* The last packets of a picture wait for its first ones, even where nothing else does. */
#define DELAY_US (80 * 1000)
/* Nobody tells anything for so long, and it is old. */
#define OLD_US (2 * G_USEC_PER_SEC)

struct _GhcArrivals
{
  gatomicrefcount ref_count;

  GMutex lock; /* of what follows */
  GhcArrival kept[N_KEPT];
  guint n_kept; /* ever; the last ones are there */
  gint64 told_us;
  gint64 interval_us; /* between two times, about */
  gboolean has_arrived; /* anything */
  /* The quickest way, in the time of both clocks, of now and of the time before. */
  gint64 base_us[2];
  gint64 base_since_us;
};

/**
 * ghc_arrivals_new:
 *
 * Returns: (transfer full): arrivals of which nothing is known
 */
GhcArrivals *
ghc_arrivals_new (void)
{
  GhcArrivals *self = g_new0 (GhcArrivals, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->base_us[0] = self->base_us[1] = G_MAXINT64;
  return self;
}

/**
 * ghc_arrivals_ref:
 * @self: arrivals
 *
 * Returns: (transfer full): the same arrivals
 */
GhcArrivals *
ghc_arrivals_ref (GhcArrivals *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ghc_arrivals_unref:
 * @self: (transfer full): arrivals
 */
void
ghc_arrivals_unref (GhcArrivals *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Of the lock. */
static void
note (GhcArrivals *self, const GhcArrival *packet)
{
  self->kept[self->n_kept++ % N_KEPT] = *packet;
  if (packet->is_lost)
    return;
  self->has_arrived = TRUE;
  if (packet->sent_us - self->base_since_us > BASE_US)
    {
      self->base_since_us = packet->sent_us;
      self->base_us[1] = self->base_us[0];
      self->base_us[0] = G_MAXINT64;
    }
  self->base_us[0] = MIN (self->base_us[0], packet->arrived_us - packet->sent_us);
}

/**
 * ghc_arrivals_note:
 * @self: arrivals
 * @packets: (array length=n_packets): what was told, in the order in which they were sent
 * @n_packets: of how many
 * @now_us: the monotonic time
 */
void
ghc_arrivals_note (GhcArrivals *self, const GhcArrival *packets, guint n_packets, gint64 now_us)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL && (packets != NULL || n_packets == 0));

  locker = g_mutex_locker_new (&self->lock);
  for (guint i = 0; i < n_packets; i++)
    note (self, &packets[i]);
  if (self->told_us != 0)
    self->interval_us += (MIN (now_us - self->told_us, OLD_US) - self->interval_us) / 8;
  self->told_us = now_us;
}

/* FALSE for one of which we do not know when it was sent. */
static gboolean
read_packet (const GstStructure *structure, GhcArrival *packet)
{
  guint64 sent = GST_CLOCK_TIME_NONE;
  guint64 arrived = GST_CLOCK_TIME_NONE;

  *packet = (GhcArrival) { 0 };
  if (!gst_structure_get_boolean (structure, "lost", &packet->is_lost)
      || !gst_structure_get_uint64 (structure, "local-ts", &sent)
      || !gst_structure_get_uint64 (structure, "remote-ts", &arrived)
      || !gst_structure_get_uint (structure, "size", &packet->size)
      || !GST_CLOCK_TIME_IS_VALID (sent)
      || (!packet->is_lost && !GST_CLOCK_TIME_IS_VALID (arrived)))
    return FALSE;
  packet->sent_us = (gint64) (sent / GST_USECOND);
  packet->arrived_us = packet->is_lost ? 0 : (gint64) (arrived / GST_USECOND);
  return TRUE;
}

/**
 * ghc_arrivals_note_event:
 * @self: arrivals
 * @event: that came up from rtpbin; one that says nothing of packets is passed over
 * @now_us: the monotonic time
 */
void
ghc_arrivals_note_event (GhcArrivals *self, GstEvent *event, gint64 now_us)
{
  const GstStructure *told = gst_event_get_structure (event);
  g_autofree GhcArrival *packets = NULL;
  const GValue *list;
  GValueArray *array;
  guint n_packets = 0;

  g_return_if_fail (self != NULL);

  if (told == NULL || !gst_structure_has_name (told, "RTPTWCCPackets"))
    return;
  list = gst_structure_get_value (told, "packets");
  if (list == NULL || !G_VALUE_HOLDS_BOXED (list))
    return;
  array = g_value_get_boxed (list);
  packets = g_new (GhcArrival, array->n_values);
  for (guint i = 0; i < array->n_values; i++)
    {
      G_GNUC_BEGIN_IGNORE_DEPRECATIONS
      const GValue *value = g_value_array_get_nth (array, i);
      G_GNUC_END_IGNORE_DEPRECATIONS

      if (read_packet (gst_value_get_structure (value), &packets[n_packets]))
        n_packets++;
    }
  ghc_arrivals_note (self, packets, n_packets, now_us);
}

/* Of the lock. How long the quickest of the last packets waited on their way. */
static guint
find_queue_ms (GhcArrivals *self, guint n_known)
{
  gint64 base_us = MIN (self->base_us[0], self->base_us[1]);
  gint64 least_us = G_MAXINT64;
  gint64 last_us = 0;

  for (guint i = 0; i < n_known; i++)
    {
      const GhcArrival *packet = &self->kept[(self->n_kept - 1 - i) % N_KEPT];

      if (packet->is_lost)
        continue;
      last_us = last_us != 0 ? last_us : packet->arrived_us;
      if (last_us - packet->arrived_us >= DELAY_US)
        break;
      least_us = MIN (least_us, packet->arrived_us - packet->sent_us);
    }
  return least_us == G_MAXINT64 ? 0 : (guint) ((least_us - base_us) / 1000);
}

/* Of the lock. The bit/s of what was sent, and the share of it that got lost. */
static void
read_sent (GhcArrivals *self, guint n_known, GhcCarryReport *report)
{
  gint64 last_us = self->kept[(self->n_kept - 1) % N_KEPT].sent_us;
  guint n_packets = 0, n_lost = 0;
  guint64 n_bytes = 0;

  for (guint i = 0; i < n_known; i++)
    {
      const GhcArrival *packet = &self->kept[(self->n_kept - 1 - i) % N_KEPT];

      if (last_us - packet->sent_us >= WINDOW_US)
        break;
      n_packets++;
      n_bytes += packet->size;
      n_lost += packet->is_lost ? 1 : 0;
    }
  report->sent = (guint) (n_bytes * 8 * G_USEC_PER_SEC / WINDOW_US);
  report->loss = (double) n_lost / MAX (n_packets, 1);
}

/* Of the lock. The bit/s of what arrived, by when it did: with a queue on its way that is all that it carries. */
static guint
find_received (GhcArrivals *self, guint n_known, gint64 window_us)
{
  gint64 last_us = 0;
  guint64 n_bytes = 0;

  for (guint i = 0; i < n_known; i++)
    {
      const GhcArrival *packet = &self->kept[(self->n_kept - 1 - i) % N_KEPT];

      if (packet->is_lost)
        continue;
      last_us = last_us != 0 ? last_us : packet->arrived_us;
      if (last_us - packet->arrived_us >= window_us)
        break;
      n_bytes += packet->size;
    }
  return (guint) (n_bytes * 8 * G_USEC_PER_SEC / (guint64) window_us);
}

/**
 * ghc_arrivals_read:
 * @self: arrivals
 * @report: (out): what follows from the latest of them
 * @now_us: the monotonic time
 */
void
ghc_arrivals_read (GhcArrivals *self, GhcCarryReport *report, gint64 now_us)
{
  g_autoptr (GMutexLocker) locker = NULL;
  guint n_known;

  g_return_if_fail (self != NULL && report != NULL);

  *report = (GhcCarryReport) { 0 };
  locker = g_mutex_locker_new (&self->lock);
  n_known = MIN (self->n_kept, N_KEPT);
  if (n_known == 0 || !self->has_arrived || now_us - self->told_us > OLD_US)
    return;
  report->is_known = TRUE;
  report->age_ms = (guint) ((now_us - self->told_us) / 1000);
  report->interval_ms = (guint) (self->interval_us / 1000);
  report->sent_us = self->kept[(self->n_kept - 1) % N_KEPT].sent_us;
  report->queue_ms = find_queue_ms (self, n_known);
  report->received = find_received (
    self, n_known, report->queue_ms >= QUEUED_MS ? QUEUED_WINDOW_US : WINDOW_US);
  read_sent (self, n_known, report);
}
