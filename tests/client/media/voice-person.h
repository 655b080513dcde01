/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-account.h"
#include "ghc-call-seat.h"
#include "ghc-voice-private.h"
#include "test-card.h"

G_BEGIN_DECLS

#define ROOM_MOST 16
#define PERSON_SAMPLES (GHC_RATE / 5)
/* What is heard of anything that is shared with sound. */
#define PERSON_LEFT_HZ 3000
#define PERSON_RIGHT_HZ 5000

typedef struct _Room Room;

/* Somebody with a voice of their own, who says a tone and hears what the others say. */
typedef struct
{
  Room *room;
  guint index;
  double tone_hz;
  gboolean has_microphone;
  char *user_id;
  char *member_id;
  GhcAccount *account;
  GhcCall *call;
  GhcCallSeat *seat; /* NULL when not in the call */
  GhcVoice *voice;
  gboolean is_there;
  gboolean is_removed; /* gets no key any more, and does not know */
  const char *relay;   /* (nullable): the address of one that the server names */
  GhcSeatCounters counters;

  GMutex lock; /* of what follows */
  gint16 heard[PERSON_SAMPLES]; /* on the left */
  gint16 heard_right[PERSON_SAMPLES];
  guint64 n_heard;
  guint64 n_quiet;       /* zeros at the end of what was heard */
  guint64 longest_quiet; /* since person_forget() */
  gint64 last_loud_us;

  /* What it shows, and who watches that, by kind; as the server knows it. */
  gboolean is_showing[2];
  gboolean is_sounding[2]; /* with sound */
  gboolean is_watching[2][ROOM_MOST]; /* what the one of that index shows */

  /* Of pictures that it saw, of its own and of others; of the lock. */
  guint n_seen;
  guint n_unreadable;
  int seen; /* the last number */
  guint seen_width;
  guint seen_height;
} Person;

/* For the room. */
void person_init (Person *self, Room *room, guint index);
void person_clear (Person *self); /* its voice is gone already */

/* What it hears of @tone_hz in the last fifth of a second, from 0 to 1 (full scale). */
double person_hears (Person *self, double tone_hz); /* on the left */
double person_hears_right (Person *self, double tone_hz);
gboolean person_hears_others (Person *self); /* each of them, and not itself */
gboolean person_hears_nothing (Person *self);
void person_forget (Person *self);
GhcCallMember *person_see (Person *self, guint other);
GhcShare *person_see_share (Person *self, guint other, GhcShareKind kind);
void person_watch (Person *self, guint other, GhcShareKind kind, gboolean on);
guint person_get_n_seen (Person *self);
void person_get_stats (Person *self, GhMediaStats *stats);

G_END_DECLS
