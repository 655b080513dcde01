/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "picture-room.h"

const GhcVideoQuality usual_quality = { .frame_rate = 30, .preference = GHC_VIDEO_MOTION };

gboolean
room_is_connected (Room *room, guint a, guint b)
{
  return ghc_call_member_get_link (person_see (&room->people[a], b)) == GHC_CALL_LINK_CONNECTED
         && ghc_call_member_get_link (person_see (&room->people[b], a)) == GHC_CALL_LINK_CONNECTED;
}

GhcBroadcast *
person_show_with (Person *person, TestCard *card, GhcShareKind kind, GhcSoundSource *sound)
{
  g_autoptr (GError) error = NULL;
  GhcBroadcast *broadcast = ghc_voice_share (person->voice, kind, GHC_VIDEO_SOURCE (card), sound,
                                             &usual_quality, &error);

  g_assert_no_error (error);
  g_assert_nonnull (broadcast);
  run_until (ghc_broadcast_get_share (broadcast) != NULL);
  return broadcast;
}

GhcBroadcast *
person_show (Person *person, TestCard *card, GhcShareKind kind)
{
  return person_show_with (person, card, kind, NULL);
}

void
person_forget_pictures (Person *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->n_seen = self->n_unreadable = 0;
  self->seen = -1;
}

gboolean
person_sees (Person *self, TestCard *card, guint n_pictures)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_seen >= n_pictures && self->seen >= 0
         && (guint) self->seen + CARD_RATE >= test_card_get_number (card);
}
