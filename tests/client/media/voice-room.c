/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "voice-room.h"

#include "gh-media-packet.h"
#include "ghc-call-private.h"

#include <math.h>
#include <string.h>

#define TEST_TYPE_SEAT (test_seat_get_type ())
G_DECLARE_FINAL_TYPE (TestSeat, test_seat, TEST, SEAT, GhcCallSeat)

struct _TestSeat
{
  GhcCallSeat parent_instance;
  Person *person;
};

G_DEFINE_FINAL_TYPE (TestSeat, test_seat, GHC_TYPE_CALL_SEAT)

typedef struct
{
  Room *room;
  char *from;
  char *to;
  GhJson *json;
} Letter;

static void
letter_free (gpointer data)
{
  Letter *letter = data;

  g_free (letter->from);
  g_free (letter->to);
  gh_json_unref (letter->json);
  g_free (letter);
}

/* As the session does it, with the ticket that the server gave to the sender. */
void
room_say (Room *self, const char *from, Person *to, GhJson *json)
{
  GhcCallMember *member = ghc_call_lookup_member (to->call, from);

  for (guint i = 0; member != NULL && i < self->n_people; i++)
    {
      g_autofree char *ufrag = g_strdup_printf (ROOM_UFRAG, i);

      if (g_str_equal (self->people[i].member_id, from))
        ghc_call_member_set_ice_ufrag (member, ufrag);
    }
  ghc_call_seat_take_signal (to->seat, from, json);
}

static gboolean
on_letter (gpointer data)
{
  Letter *letter = data;

  for (guint i = 0; i < letter->room->n_people; i++)
    {
      Person *person = &letter->room->people[i];

      if (person->seat != NULL && g_strcmp0 (person->member_id, letter->to) == 0)
        room_say (letter->room, letter->from, person, letter->json);
    }
  return G_SOURCE_REMOVE;
}

/* Sources of one priority that are due at the same time run in the order in which they were made. */
static guint
delay_ms (Room *room)
{
  gint64 now_us = g_get_monotonic_time ();

  if (room->chance == NULL)
    return 0;
  room->letter_us = MAX (room->letter_us,
                         now_us + g_rand_int_range (room->chance, 0, 40) * 1000);
  return (guint) ((room->letter_us - now_us + 999) / 1000);
}

static DexFuture *
test_seat_send (GhcCallSeat *seat, const char *to_member_id, GhJson *json)
{
  Person *person = TEST_SEAT (seat)->person;
  Letter *letter = g_new0 (Letter, 1);

  letter->room = person->room;
  letter->from = g_strdup (person->member_id);
  letter->to = g_strdup (to_member_id);
  letter->json = gh_json_ref (json);
  person->room->n_signals++;
  g_timeout_add_full (G_PRIORITY_DEFAULT, delay_ms (person->room), on_letter, letter, letter_free);
  return dex_future_new_for_boolean (TRUE);
}

static void
test_seat_report (GhcCallSeat *seat, const GhcSeatCounters *counters)
{
  TEST_SEAT (seat)->person->counters = *counters;
}

static void
test_seat_tell_state (GhcCallSeat *seat)
{
}

static void fold (Room *room);

static DexFuture *
test_seat_share (GhcCallSeat *seat, GhcShareKind kind, gboolean on, gboolean has_sound)
{
  Person *person = TEST_SEAT (seat)->person;

  person->is_showing[kind] = on;
  person->is_sounding[kind] = on && has_sound;
  fold (person->room);
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
test_seat_watch (GhcCallSeat *seat, GhcShare *share, gboolean on)
{
  Person *person = TEST_SEAT (seat)->person;

  for (guint i = 0; i < person->room->n_people; i++)
    {
      if (g_strcmp0 (person->room->people[i].member_id,
                     ghc_call_member_get_member_id (ghc_share_get_member (share)))
          == 0)
        person->is_watching[ghc_share_get_kind (share)][i] = on;
    }
  fold (person->room);
  return dex_future_new_for_boolean (TRUE);
}

static void
test_seat_class_init (TestSeatClass *klass)
{
  GhcCallSeatClass *seat_class = GHC_CALL_SEAT_CLASS (klass);

  seat_class->send = test_seat_send;
  seat_class->report = test_seat_report;
  seat_class->tell_state = test_seat_tell_state;
  seat_class->share = test_seat_share;
  seat_class->watch = test_seat_watch;
}

static void
test_seat_init (TestSeat *self)
{
}

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

Room *
room_new (guint n_people)
{
  Room *self = g_new0 (Room, 1);

  g_assert_cmpuint (n_people, <=, ROOM_MOST);
  self->n_people = n_people;
  self->epoch = 1;
  self->key = gh_secret_new_random (GH_MEDIA_KEY_SIZE);
  for (guint i = 0; i < n_people; i++)
    {
      Person *person = &self->people[i];

      person->room = self;
      person->index = i;
      /* Whole periods in what is listened to, and none a multiple of another. */
      person->tone_hz = 400 + 130 * i;
      person->has_microphone = TRUE;
      person->user_id = g_strdup_printf ("@person%u:localhost", i);
      person->member_id = g_strdup_printf ("member-%c", 'a' + i);
      person->account = ghc_account_new ("account", "https://localhost", person->user_id);
      person->call = ghc_call_new (NULL);
      g_mutex_init (&person->lock);
      person->voice = ghc_voice_new (NULL);
      ghc_voice_use_elements (person->voice, make_element, person, "127.0.0.1");
      ghc_voice_use_pictures (person->voice, make_picture);
      ghc_voice_use_sounds (person->voice, make_sound);
    }
  return self;
}

static GPtrArray *
list_viewers (Room *self, guint index, GhcShareKind kind)
{
  GPtrArray *ids = g_ptr_array_new_null_terminated (0, NULL, TRUE);

  for (guint i = 0; i < self->n_people; i++)
    {
      if (self->people[i].is_there && self->people[i].is_watching[kind][index])
        g_ptr_array_add (ids, self->people[i].member_id);
    }
  return ids;
}

static void
describe (Room *self, guint index, GhcCallStay *stay, GPtrArray *lists)
{
  Person *person = &self->people[index];

  *stay = (GhcCallStay) { .user_id = person->user_id,
                          .member_id = person->member_id,
                          .may_speak = TRUE,
                          .may_share = TRUE };
  for (guint kind = 0; kind < 2; kind++)
    {
      GPtrArray *viewers;

      if (!person->is_showing[kind])
        continue;
      viewers = list_viewers (self, index, (GhcShareKind) kind);
      g_ptr_array_add (lists, viewers);
      stay->shows[stay->n_shows++] = (GhcCallShow) { .kind = (GhcShareKind) kind,
                                                     .has_sound = person->is_sounding[kind],
                                                     .viewers = (char **) viewers->pdata };
    }
}

static void
fold (Room *self)
{
  GhcCallStay stays[ROOM_MOST];
  GhcCallDescription description = { .channel_id = "", .stays = stays };
  g_autoptr (GPtrArray) lists = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);

  for (guint i = 0; i < self->n_people; i++)
    {
      if (self->people[i].is_there)
        describe (self, i, &stays[description.n_stays++], lists);
    }
  description.revision = ++self->revision;
  for (guint i = 0; i < self->n_people; i++)
    {
      if (self->people[i].is_there)
        ghc_call_fold (self->people[i].call, self->people[i].account, &description);
    }
}

void
room_join (Room *self, guint index)
{
  Person *person = &self->people[index];
  g_autofree char *ufrag = g_strdup_printf (ROOM_UFRAG, index);
  g_autofree char *password = g_strdup_printf (ROOM_PASSWORD, index);

  person->seat = g_object_new (TEST_TYPE_SEAT, NULL);
  TEST_SEAT (person->seat)->person = person;
  ghc_call_seat_set_identity (person->seat, "call", person->member_id, ufrag, password);
  ghc_call_seat_set_call (person->seat, person->call);
  if (self->key != NULL)
    ghc_call_seat_take_key (person->seat, self->epoch, self->key, FALSE);
  person->is_there = TRUE;
  fold (self);
  ghc_voice_set_seat (person->voice, person->seat);
}

void
room_join_all (Room *self)
{
  for (guint i = 0; i < self->n_people; i++)
    room_join (self, i);
}

void
room_end (Room *self, guint index, const char *reason)
{
  ghc_call_seat_end (self->people[index].seat, reason, NULL);
  g_clear_object (&self->people[index].seat);
}

void
room_leave (Room *self, guint index)
{
  self->people[index].is_there = FALSE;
  fold (self);
  room_rekey (self, (int) index);
  room_end (self, index, "left");
}

void
room_rekey (Room *self, int without)
{
  g_clear_pointer (&self->key, gh_secret_unref);
  self->key = gh_secret_new_random (GH_MEDIA_KEY_SIZE);
  self->epoch++;
  for (guint i = 0; i < self->n_people; i++)
    {
      if (self->people[i].seat != NULL && (int) i != without && !self->people[i].is_removed)
        ghc_call_seat_take_key (self->people[i].seat, self->epoch, self->key, FALSE);
    }
}

static void
on_gone (gpointer data, GObject *object)
{
  *(gboolean *) data = TRUE;
}

void
room_free (Room *self)
{
  for (guint i = 0; i < self->n_people; i++)
    {
      Person *person = &self->people[i];
      gboolean is_gone = FALSE;

      if (person->seat != NULL)
        room_end (self, i, "left");
      g_assert_null (ghc_voice_get_seat (person->voice));
      g_object_weak_ref (G_OBJECT (person->voice), on_gone, &is_gone);
      g_object_unref (person->voice);
      run_until (is_gone);
    }
  /* Letters, and what still runs down, point to people. */
  run_until (g_atomic_int_get (&self->n_sinks) == 0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  for (guint i = 0; i < self->n_people; i++)
    {
      Person *person = &self->people[i];

      g_object_unref (person->call);
      g_object_unref (person->account);
      g_free (person->user_id);
      g_free (person->member_id);
      g_mutex_clear (&person->lock);
    }
  g_clear_pointer (&self->key, gh_secret_unref);
  g_free (self);
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

static gboolean
on_pause (gpointer data)
{
  return G_SOURCE_REMOVE;
}

void
run_once (void)
{
  guint pause = g_timeout_add (2, on_pause, NULL);

  g_main_context_iteration (NULL, TRUE);
  if (g_main_context_find_source_by_id (NULL, pause) != NULL)
    g_source_remove (pause);
}
