/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "voice-room.h"

#include "ghc-call-private.h"

#include <math.h>

static void
on_heard (GstElement *sink, GstBuffer *buffer, GstPad *pad, Person *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  for (gsize i = 0; i < map.size / sizeof (gint16) / GHC_MIXER_CHANNELS; i++)
    {
      const gint16 *both = (const gint16 *) map.data + i * GHC_MIXER_CHANNELS;
      gint16 sample = both[0];

      self->heard_right[self->n_heard % PERSON_SAMPLES] = both[1];
      self->heard[self->n_heard++ % PERSON_SAMPLES] = sample;
      self->n_quiet = ABS (sample) < 8 ? self->n_quiet + 1 : 0;
      self->longest_quiet = MAX (self->longest_quiet, self->n_quiet);
      if (ABS (sample) >= 8)
        self->last_loud_us = g_get_monotonic_time ();
    }
  gst_buffer_unmap (buffer, &map);
}

/* On the thread on which its pipeline ended. */
static void
on_sink_gone (gpointer data, GObject *sink)
{
  g_atomic_int_add (&((Room *) data)->n_sinks, -1);
}

static GstElement *
make_element (gboolean is_output, gpointer data)
{
  Person *self = data;
  g_autoptr (GstClock) clock = NULL;
  GstElement *element;

  if (is_output)
    {
      element = gst_element_factory_make_full ("fakesink", "sync", FALSE, "async", FALSE,
                                               "signal-handoffs", TRUE, NULL);
      g_signal_connect (element, "handoff", G_CALLBACK (on_heard), self);
      g_atomic_int_inc (&self->room->n_sinks);
      g_object_weak_ref (G_OBJECT (element), on_sink_gone, self->room);
      return element;
    }
  if (!self->has_microphone)
    return NULL;
  clock = gst_system_clock_obtain ();
  return gst_element_factory_make_full ("audiotestsrc", "is-live", TRUE, "freq", self->tone_hz,
                                        "volume", 0.1, "samplesperbuffer", GHC_RATE / 100,
                                        "timestamp-offset", (gint64) gst_clock_get_time (clock),
                                        NULL);
}

/* Two tones, one for each side. */
static GstElement *
make_sound (gpointer data)
{
  g_autofree char *text = g_strdup_printf (
    "interleave name=both ! capssetter caps=audio/x-raw,channel-mask=(bitmask)3 "
    "audiotestsrc is-live=true do-timestamp=true freq=%d volume=0.1 samplesperbuffer=480 ! "
    "audio/x-raw,format=F32LE,rate=48000,channels=1 ! both. "
    "audiotestsrc is-live=true do-timestamp=true freq=%d volume=0.1 samplesperbuffer=480 ! "
    "audio/x-raw,format=F32LE,rate=48000,channels=1 ! both.",
    PERSON_LEFT_HZ, PERSON_RIGHT_HZ);

  return gst_parse_bin_from_description (text, TRUE, NULL);
}

static void
on_picture (int number, guint width, guint height, gpointer data)
{
  Person *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (number < 0)
    self->n_unreadable++;
  else
    self->seen = number;
  self->seen_width = width;
  self->seen_height = height;
  self->n_seen++;
}

static GstElement *
make_picture (gpointer data)
{
  return test_card_make_reader (on_picture, data);
}

void
person_init (Person *self, Room *room, guint index)
{
  self->room = room;
  self->index = index;
  /* Whole periods in what is listened to, and none a multiple of another. */
  self->tone_hz = 400 + 130 * index;
  self->has_microphone = TRUE;
  self->user_id = g_strdup_printf ("@person%u:localhost", index);
  self->member_id = g_strdup_printf ("member-%c", 'a' + index);
  self->account = ghc_account_new ("account", "https://localhost", self->user_id);
  self->call = ghc_call_new (NULL);
  g_mutex_init (&self->lock);
  self->voice = ghc_voice_new (NULL);
  ghc_voice_use_elements (self->voice, make_element, self, "127.0.0.1");
  ghc_voice_use_pictures (self->voice, make_picture);
  ghc_voice_use_sounds (self->voice, make_sound);
}

void
person_clear (Person *self)
{
  g_object_unref (self->call);
  g_object_unref (self->account);
  g_free (self->user_id);
  g_free (self->member_id);
  g_mutex_clear (&self->lock);
}

static double
find_tone (Person *self, const gint16 *heard, double tone_hz)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  double coefficient = 2 * cos (2 * G_PI * tone_hz / GHC_RATE);
  double s1 = 0;
  double s2 = 0;

  if (self->n_heard < PERSON_SAMPLES)
    return 0;
  for (guint i = 0; i < PERSON_SAMPLES; i++)
    {
      double s0 = heard[(self->n_heard + i) % PERSON_SAMPLES] / 32768.0 + coefficient * s1 - s2;

      s2 = s1;
      s1 = s0;
    }
  return 2 * sqrt (MAX (s1 * s1 + s2 * s2 - coefficient * s1 * s2, 0)) / PERSON_SAMPLES;
}

double
person_hears (Person *self, double tone_hz)
{
  return find_tone (self, self->heard, tone_hz);
}

double
person_hears_right (Person *self, double tone_hz)
{
  return find_tone (self, self->heard_right, tone_hz);
}

gboolean
person_hears_others (Person *self)
{
  for (guint i = 0; i < self->room->n_people; i++)
    {
      Person *other = &self->room->people[i];
      double level = person_hears (self, other->tone_hz);

      if (other == self ? level > 0.01 : other->is_there && (level < 0.07 || level > 0.14))
        return FALSE;
    }
  return TRUE;
}

gboolean
person_hears_nothing (Person *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_heard > PERSON_SAMPLES && self->n_quiet > PERSON_SAMPLES / 2;
}

void
person_forget (Person *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->n_heard = self->n_quiet = self->longest_quiet = 0;
}

GhcCallMember *
person_see (Person *self, guint other)
{
  return ghc_call_lookup_member (self->call, self->room->people[other].member_id);
}

GhcShare *
person_see_share (Person *self, guint other, GhcShareKind kind)
{
  return ghc_call_member_get_share (person_see (self, other), kind);
}

void
person_watch (Person *self, guint other, GhcShareKind kind, gboolean on)
{
  dex_future_disown (ghc_call_seat_watch (self->seat, person_see_share (self, other, kind), on));
}

guint
person_get_n_seen (Person *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_seen;
}

void
person_get_stats (Person *self, GhMediaStats *stats)
{
  ghc_engine_get_stats (ghc_voice_get_engine (self->voice), stats);
}
