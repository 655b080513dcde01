/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "voice-room.h"

G_BEGIN_DECLS

/* People in one process who show each other a test card. */

#define CARD_WIDTH 640
#define CARD_HEIGHT 360
#define CARD_RATE 30

/* As one shows anything where nothing else is wanted. */
extern const GhcVideoQuality usual_quality;

gboolean      room_is_connected      (Room *room, guint a, guint b);

/* Returns once the server has it. @sound: (nullable) */
GhcBroadcast *person_show_with       (Person *person, TestCard *card, GhcShareKind kind, GhcSoundSource *sound);
GhcBroadcast *person_show            (Person *person, TestCard *card, GhcShareKind kind);

void          person_forget_pictures (Person *self);

/* At least so many since they were forgotten, and the last is one of the newest. */
gboolean      person_sees            (Person *self, TestCard *card, guint n_pictures);

G_END_DECLS
