/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "voice-room.h"

#include "gh-media-packet.h"
#include "ghc-call-private.h"

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

/* A signal to somebody of this process, who may have gone. */
void
room_take (Room *self, const char *from, const char *to, GhJson *json)
{
  for (guint i = 0; i < self->n_people; i++)
    {
      Person *person = &self->people[i];

      if (person->seat != NULL && g_strcmp0 (person->member_id, to) == 0)
        room_say (self, from, person, json);
    }
}

static gboolean
on_letter (gpointer data)
{
  Letter *letter = data;

  if (letter->room->is_cut_off)
    return G_SOURCE_REMOVE;
  room_take (letter->room, letter->from, letter->to, letter->json);
  if (letter->room->carry != NULL)
    letter->room->carry (letter->from, letter->to, letter->json, letter->room->carry_data);
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
  const char *kind = gh_json_peek_string (json, "kind");

  letter->room = person->room;
  letter->from = g_strdup (person->member_id);
  letter->to = g_strdup (to_member_id);
  letter->json = gh_json_ref (json);
  person->room->n_signals++;
  if (g_strcmp0 (kind, "description") == 0)
    person->room->n_descriptions++;
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

Room *
room_new (guint n_people)
{
  Room *self = g_new0 (Room, 1);

  g_assert_cmpuint (n_people, <=, ROOM_MOST);
  self->n_people = n_people;
  self->epoch = 1;
  self->key = gh_secret_new_random (GH_MEDIA_KEY_SIZE);
  for (guint i = 0; i < n_people; i++)
    person_init (&self->people[i], self, i);
  run_watch_room (self);
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

  description.revision = ++self->revision;
  for (guint i = 0; i < self->n_people; i++)
    {
      if (!self->people[i].is_there)
        continue;
      description.n_stays = 0;
      for (guint j = 0; j < self->n_people; j++)
        {
          if (self->people[j].is_there && (!self->is_star || i == j || i == 0 || j == 0))
            describe (self, j, &stays[description.n_stays++], lists);
        }
      ghc_call_fold (self->people[i].call, self->people[i].account, &description);
    }
}

static void
give_relay (Person *person)
{
  const char *const urls[] = { person->relay, NULL };
  g_autoptr (GPtrArray) servers = g_ptr_array_new_with_free_func ((GDestroyNotify) ghc_ice_server_free);
  g_autoptr (GhSecret) credential = gh_secret_new_string ("a password");

  g_ptr_array_add (servers, ghc_ice_server_new (urls, "somebody", credential));
  ghc_call_seat_set_ice_servers (person->seat, servers);
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
  if (person->relay != NULL)
    give_relay (person);
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
  run_forget_room (self);
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
  /* So do connections, which other rooms have, too. */
  if (!run_is_room_left ())
    run_until (!run_has_threads ());
  while (g_main_context_iteration (NULL, FALSE))
    ;
  for (guint i = 0; i < self->n_people; i++)
    person_clear (&self->people[i]);
  g_clear_pointer (&self->key, gh_secret_unref);
  g_free (self);
}

gboolean
room_all_hear (Room *room)
{
  for (guint i = 0; i < room->n_people; i++)
    {
      if (room->people[i].is_there && !person_hears_others (&room->people[i]))
        return FALSE;
    }
  return TRUE;
}

void
room_forget_all (Room *room)
{
  for (guint i = 0; i < room->n_people; i++)
    person_forget (&room->people[i]);
}
