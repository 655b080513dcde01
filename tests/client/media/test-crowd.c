/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Four people come and go in quick succession, with a new key each time. What happens is chance, from one seed. */
#include "voice-room.h"

#define N_PEOPLE 4
#define SEED 20261121u
#define N_STEPS 80
#define MOST_PAUSE_MS 250
/* Nobody seals with the former key any more, and what was under way has come. */
#define SETTLED_US (1500 * 1000)

typedef struct
{
  Room *room;
  GRand *chance;
  guint n_stays; /* that anybody had; no stay has the name of another */
  guint n_joined;
  guint n_left;
  guint n_removed;
  gint64 removed_us[N_PEOPLE];
  gboolean is_settled[N_PEOPLE];
  GhMediaStats settled[N_PEOPLE];
  guint64 n_refused; /* packets that somebody who was removed got, and could not open */
} Crowd;

static void
join (Crowd *self, guint index)
{
  Person *person = &self->room->people[index];

  /* Who comes first of two is chance, too: it is the one with the lesser name who offers. */
  g_free (person->member_id);
  person->member_id = g_strdup_printf ("%08x-%u", g_rand_int (self->chance), ++self->n_stays);
  self->n_joined++;
  room_join (self->room, index);
}

static void
leave (Crowd *self, guint index)
{
  self->n_left++;
  room_leave (self->room, index);
}

static gboolean
is_anybody_removed (Crowd *self)
{
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      if (self->room->people[i].is_removed)
        return TRUE;
    }
  return FALSE;
}

/* The others have another key, and go on sending; this one does as if nothing was. One at a time: two could
 * go on talking to each other. */
static void
remove (Crowd *self, guint index)
{
  Person *person = &self->room->people[index];

  self->n_removed++;
  person->is_removed = TRUE;
  self->removed_us[index] = run_get_ran_us ();
  self->is_settled[index] = FALSE;
  room_rekey (self->room, (int) index);
}

static void
look_at_removed (Crowd *self, guint index)
{
  Person *person = &self->room->people[index];
  GhMediaStats now;

  if (run_get_ran_us () - self->removed_us[index] < SETTLED_US)
    return;
  person_get_stats (person, &now);
  if (!self->is_settled[index])
    self->settled[index] = now;
  self->is_settled[index] = TRUE;
  g_assert_cmpuint (now.n_opened, ==, self->settled[index].n_opened);
}

static void
end_removed (Crowd *self, guint index)
{
  Person *person = &self->room->people[index];
  GhMediaStats now;

  look_at_removed (self, index);
  person_get_stats (person, &now);
  self->n_refused += now.n_unknown_epoch;
  person->is_removed = FALSE;
  room_leave (self->room, index);
}

static void
step (Crowd *self)
{
  guint index = (guint) g_rand_int_range (self->chance, 0, N_PEOPLE);
  Person *person = &self->room->people[index];

  if (person->seat == NULL)
    join (self, index);
  else if (!person->is_removed && (is_anybody_removed (self) || g_rand_boolean (self->chance)))
    leave (self, index);
  else if (!person->is_removed)
    remove (self, index);
  else if (run_get_ran_us () - self->removed_us[index] > SETTLED_US)
    end_removed (self, index);
}

static void
look_for_ms (Crowd *self, guint pause_ms)
{
  gint64 until_us = run_get_ran_us () + pause_ms * 1000;

  while (run_get_ran_us () < until_us)
    {
      run_once ();
      for (guint i = 0; i < N_PEOPLE; i++)
        {
          if (self->room->people[i].is_removed)
            look_at_removed (self, i);
        }
    }
}

/* Whether each has heard each of the others since @heard was cleared: on a busy machine not all may be
 * heard at the same moment. */
static gboolean
all_have_heard (Room *room, gboolean heard[N_PEOPLE][N_PEOPLE])
{
  gboolean is_complete = TRUE;

  for (guint i = 0; i < N_PEOPLE; i++)
    {
      for (guint j = 0; j < N_PEOPLE; j++)
        {
          heard[i][j] = heard[i][j] || i == j
                        || person_hears (&room->people[i], room->people[j].tone_hz) > 0.07;
          is_complete = is_complete && heard[i][j];
        }
    }
  return is_complete;
}

static gboolean
all_are_connected (Room *room)
{
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      for (guint j = 0; j < N_PEOPLE; j++)
        {
          if (i != j
              && ghc_call_member_get_link (person_see (&room->people[i], j))
                   != GHC_CALL_LINK_CONNECTED)
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
has_opened_more (Person *person, const GhMediaStats *before)
{
  GhMediaStats now;

  person_get_stats (person, &now);
  return now.n_opened > before->n_opened;
}

static void
test_crowd (void)
{
  Crowd crowd = { .room = room_new (N_PEOPLE), .chance = g_rand_new_with_seed (SEED) };
  gboolean heard[N_PEOPLE][N_PEOPLE] = { 0 };
  GhMediaStats before[N_PEOPLE];
  GhMediaStats after;

  crowd.room->chance = crowd.chance;
  for (guint i = 0; i < N_STEPS; i++)
    {
      step (&crowd);
      look_for_ms (&crowd, (guint) g_rand_int_range (crowd.chance, 0, MOST_PAUSE_MS));
    }
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      if (crowd.room->people[i].is_removed)
        {
          look_for_ms (&crowd, SETTLED_US / 1000);
          end_removed (&crowd, i);
        }
    }
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      if (crowd.room->people[i].seat == NULL)
        join (&crowd, i);
    }
  g_test_message ("%u came, %u left, %u were removed and got %" G_GUINT64_FORMAT
                  " packets that they could not open",
                  crowd.n_joined, crowd.n_left, crowd.n_removed, crowd.n_refused);
  g_assert_cmpuint (crowd.n_left, >, 5);
  g_assert_cmpuint (crowd.n_removed, >, 0);
  g_assert_cmpuint (crowd.n_refused, >, 0);

  /* In the end everybody hears everybody, by the same key. */
  for (guint i = 0; i < N_PEOPLE; i++)
    person_forget (&crowd.room->people[i]);
  run_until (all_have_heard (crowd.room, heard));
  run_until (all_are_connected (crowd.room));
  look_for_ms (&crowd, 500);
  for (guint i = 0; i < N_PEOPLE; i++)
    person_get_stats (&crowd.room->people[i], &before[i]);
  look_for_ms (&crowd, 1000);
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      run_until (has_opened_more (&crowd.room->people[i], &before[i]));
      person_get_stats (&crowd.room->people[i], &after);
      g_assert_cmpuint (after.n_unknown_epoch, ==, before[i].n_unknown_epoch);
      g_assert_cmpuint (after.n_tampered + after.n_replayed + after.n_reflected + after.n_malformed,
                        ==, 0);
    }
  room_free (crowd.room);
  g_rand_free (crowd.chance);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/voice/crowd", test_crowd);
  return g_test_run ();
}
