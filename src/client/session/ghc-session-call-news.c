/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server says about the call that one is in with this account. */
#include "gh-frame.h"
#include "ghc-session-internal.h"

/* What comes while the answer to call.join is on its way. */
#define MAX_NEWS 2000

static void
take_signal (GhcSessionSeat *session_seat, GhcCallNews *news)
{
  GhcCallSeat *seat = GHC_CALL_SEAT (session_seat);
  GhcCallMember *from = ghc_call_lookup_member (ghc_call_seat_get_call (seat), news->from_member);

  if (from == NULL || !g_str_equal (news->to_member, ghc_call_seat_get_member_id (seat))
      || !g_str_equal (news->from_user, ghc_user_get_user_id (ghc_call_member_get_user (from))))
    return;
  ghc_call_member_set_ice_ufrag (from, news->from_ufrag);
  ghc_call_seat_take_signal (seat, news->from_member, news->signal);
}

static void
take_ended (GhcSession *self, const char *reason)
{
  if (!g_str_equal (reason, "lost") || ghc_session_seat_was_asleep (self->seat))
    ghc_session_end_call (self, self->seat, reason);
  else
    ghc_session_rejoin_call (self, self->seat); /* it was mistaken, or we were slow */
}

static void
take_news (GhcSession *self, GhcCallNews *news)
{
  if (self->seat == NULL
      || !g_str_equal (news->call_id, ghc_call_seat_get_call_id (GHC_CALL_SEAT (self->seat))))
    return;

  switch (news->kind)
    {
    case GHC_CALL_NEWS_KEY:
      ghc_call_seat_take_key (GHC_CALL_SEAT (self->seat), news->epoch, news->key, FALSE);
      break;
    case GHC_CALL_NEWS_SIGNAL:
      take_signal (self->seat, news);
      break;
    case GHC_CALL_NEWS_ENDED:
      take_ended (self, news->reason);
      break;
    default:
      g_assert_not_reached ();
    }
}

/**
 * ghc_session_take_call_frame:
 *
 * An ephemeral frame that may be about calls; the account has folded it.
 */
void
ghc_session_take_call_frame (GhcSession *self, const char *type, GhJson *content)
{
  g_autoptr (GhcCallNews) news = NULL;
  g_autoptr (GError) error = NULL;

  if (g_str_equal (type, GH_EPHEMERAL_CALL) && self->seat != NULL)
    ghc_session_seat_update (self->seat);
  if (!ghc_call_news_is_type (type))
    return;

  news = ghc_call_news_new_from_json (type, content, &error);
  if (news == NULL)
    g_warning ("The server said something about a call that can’t be understood: %s",
               error->message);
  else if (self->n_joining == 0)
    take_news (self, news);
  else if (self->call_news->len < MAX_NEWS)
    g_ptr_array_add (self->call_news, g_steal_pointer (&news));
}

/**
 * ghc_session_take_held_news:
 *
 * There is an answer to call.join: what was said meanwhile is about the seat that it gave, if any.
 */
void
ghc_session_take_held_news (GhcSession *self)
{
  g_autoptr (GPtrArray) held = g_steal_pointer (&self->call_news);

  self->call_news = g_ptr_array_new_with_free_func ((GDestroyNotify) ghc_call_news_free);
  for (guint i = 0; i < held->len; i++)
    take_news (self, g_ptr_array_index (held, i));
}
