/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session-util.h"

G_BEGIN_DECLS

/* A seat, and all that it said. */
typedef struct
{
  GhcCallSeat *seat;
  GString *keys;   /* "key 1 moved 2 key 2 " */
  GArray *numbers; /* of signals */
  char *from_member_id;
  char *ended;
} TestPlace;

/* In a fiber: comes into the call of @channel. */
TestPlace     *test_sit_down       (TestPerson *person, GhcChannel *channel);
void           test_place_free     (TestPlace *place);

gboolean       test_is_joined      (TestPlace *place);
guint32        test_epoch_of       (TestPlace *place);
gboolean       test_has_same_key   (TestPlace *one, TestPlace *other);
guint          test_n_members      (GhcChannel *channel);
GhcCallMember *test_find_member    (GhcChannel *channel, TestPerson *person);

/* A signal with a number in it; so many have come, from 0, in order. */
void           test_send_number    (TestPlace *from, const char *to_member_id, gint64 number);
void           test_assert_signals (TestPlace *place, guint n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestPlace, test_place_free)

G_END_DECLS
