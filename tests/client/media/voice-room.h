/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "room-wait.h"
#include "voice-person.h"

G_BEGIN_DECLS

#define ROOM_UFRAG "ticket%02u"
#define ROOM_PASSWORD "the-password-of-person-%02u"

/* Takes a signal to somebody who is in another process. */
typedef void (*RoomCarry) (const char *from, const char *to, GhJson *json, gpointer data);

/* A server of one call in this process: it passes on signals and says who is there. */
struct _Room
{
  Person people[ROOM_MOST];
  guint n_people;
  gboolean is_star; /* who is not the first sees only the first, and oneself */
  RoomCarry carry;  /* (nullable) */
  gpointer carry_data;
  guint32 epoch;
  GhSecret *key; /* NULL as long as there is none */
  gint64 revision;
  guint64 n_signals;
  guint64 n_descriptions; /* of these: offers and answers */
  GRand *chance; /* (nullable): signals take up to 40 ms, by chance, and stay in their order */
  gint64 letter_us; /* when the latest is due */
  gboolean is_cut_off; /* no signal arrives */
  gint n_sinks; /* atomic: of those that still may play to somebody */
};

Room *room_new (guint n_people);
void room_free (Room *self);
void room_join (Room *self, guint index);
void room_join_all (Room *self);
void room_leave (Room *self, guint index);
void room_rekey (Room *self, int without); /* -1: for everybody */
void room_say (Room *self, const char *from, Person *to, GhJson *json);
void room_take (Room *self, const char *from, const char *to, GhJson *json);
void room_end (Room *self, guint index, const char *reason);
gboolean room_all_hear (Room *self); /* whoever is there hears all others */
void room_forget_all (Room *self);   /* what was heard until now */

G_END_DECLS
