/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "voice-room.h"

#include "../../common/media/webrtc-threads.h"
#include "ghc-peer-private.h"

#define PATIENCE_US (60 * G_USEC_PER_SEC)
#define LEAST_PATIENCE 3
/* What one look counts for, however long the machine stood still before it. */
#define MOST_LOOK_US (20 * 1000)

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED TRUE
#endif
#endif
#ifndef IS_SANITIZED
/* clang says it by its features alone, gcc by these. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED TRUE
#else
#define IS_SANITIZED FALSE
#endif
#endif

static GSList *rooms;
/* The longest time between two looks of who waits, which is how busy the machine was. */
static gint64 longest_us;
static gint64 looked_us;
static gint64 ran_us;

gboolean
run_is_timed (void)
{
  return !IS_SANITIZED;
}

gint64
run_get_patience_us (void)
{
  const char *text = g_getenv ("GUILDHALL_TEST_PATIENCE");
  double patience = text != NULL ? g_ascii_strtod (text, NULL) : 1;

  return (gint64) (PATIENCE_US * MAX (patience, LEAST_PATIENCE));
}

void
run_watch_room (Room *room)
{
  rooms = g_slist_append (rooms, room);
}

void
run_forget_room (Room *room)
{
  rooms = g_slist_remove (rooms, room);
}

gboolean
run_is_room_left (void)
{
  return rooms != NULL;
}

gboolean
run_has_threads (void)
{
  return webrtc_has_threads ();
}

static void
tell_share (Person *person, guint other, GhcShareKind kind)
{
  GhcShare *share = person_see_share (person, other, kind);

  if (share == NULL)
    return;
  g_test_message ("    shows %u: state %d, %ux%u, %.1f a second, %u bit/s, by %s, %u watch", kind,
                  ghc_share_get_state (share), ghc_share_get_width (share),
                  ghc_share_get_height (share), ghc_share_get_frame_rate (share),
                  ghc_share_get_bitrate (share), ghc_share_get_codec_element (share),
                  ghc_share_get_n_viewers (share));
}

/* What the way to somebody who watches is known to carry. */
static void
tell_way (GhcPeer *peer)
{
  GhcCarryReport report;

  ghc_peer_get_carry_report (peer, &report);
  if (report.is_known)
    g_test_message ("    way there: %u bit/s sent, %u arrive, %.2f lost, %u ms wait, told %u ms ago",
                    report.sent, report.received, report.loss, report.queue_ms, report.age_ms);
}

static void
tell_other (Person *person, guint other)
{
  GhcCallMember *member = person_see (person, other);
  GhcEngine *engine = ghc_voice_get_engine (person->voice);
  GhcPeer *peer = NULL;

  if (member == NULL)
    return;
  g_test_message ("  sees %u: link %d, speaking %d, level %.1f dB, hears %.4f, round trip %u ms", other,
                  ghc_call_member_get_link (member), ghc_call_member_get_speaking (member),
                  ghc_call_member_get_level (member),
                  person_hears (person, person->room->people[other].tone_hz),
                  ghc_call_member_get_round_trip_ms (member));
  for (guint kind = 0; kind < 2; kind++)
    tell_share (person, other, (GhcShareKind) kind);
  if (engine != NULL && other != person->index)
    peer = ghc_engine_lookup_peer (engine, person->room->people[other].member_id);
  if (peer != NULL)
    tell_way (peer);
}

static void
tell_person (Person *person)
{
  GhMediaStats stats = { 0 };

  if (ghc_voice_get_engine (person->voice) != NULL)
    person_get_stats (person, &stats);
  g_mutex_lock (&person->lock);
  g_test_message ("person %u: there %d, removed %d, problem %d; heard %" G_GUINT64_FORMAT
                  " samples, the last %" G_GUINT64_FORMAT " silent; saw %u pictures, %u unreadable, the last %d",
                  person->index, person->is_there, person->is_removed,
                  ghc_voice_get_problem (person->voice), person->n_heard, person->n_quiet,
                  person->n_seen, person->n_unreadable, person->seen);
  g_mutex_unlock (&person->lock);
  g_test_message ("  packets: %" G_GUINT64_FORMAT " sealed, %" G_GUINT64_FORMAT " opened, %" G_GUINT64_FORMAT
                  " without key, %" G_GUINT64_FORMAT " of unknown epochs, %" G_GUINT64_FORMAT " tampered",
                  stats.n_sealed, stats.n_opened, stats.n_unsealed, stats.n_unknown_epoch,
                  stats.n_tampered);
  for (guint i = 0; i < person->room->n_people; i++)
    tell_other (person, i);
}

void
run_fail (const char *file, int line, const char *condition)
{
  g_autofree char *load = NULL;

  g_file_get_contents ("/proc/loadavg", &load, NULL, NULL);
  g_test_message ("%s:%d: waited for %.0f s; load %s", file, line,
                  (double) run_get_patience_us () / G_USEC_PER_SEC, load != NULL ? g_strchomp (load) : "not known");
  g_test_message ("the main loop stood still for %.0f ms at most", (double) longest_us / 1000);
  for (GSList *each = rooms; each != NULL; each = each->next)
    {
      Room *room = each->data;

      g_test_message ("room of %u, epoch %u, %" G_GUINT64_FORMAT " signals, %d sinks", room->n_people,
                      room->epoch, room->n_signals, g_atomic_int_get (&room->n_sinks));
      for (guint i = 0; i < room->n_people; i++)
        tell_person (&room->people[i]);
    }
  g_error ("%s:%d: waited in vain for %s", file, line, condition);
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
  gint64 now_us;

  g_main_context_iteration (NULL, TRUE);
  if (g_main_context_find_source_by_id (NULL, pause) != NULL)
    g_source_remove (pause);
  now_us = g_get_monotonic_time ();
  if (looked_us != 0)
    {
      longest_us = MAX (longest_us, now_us - looked_us);
      ran_us += MIN (now_us - looked_us, MOST_LOOK_US);
    }
  looked_us = now_us;
}

/* How long the main loop has run: where a machine stands still this does too, and so what is due by it has had the turns
 * that it needs. */
gint64
run_get_ran_us (void)
{
  return ran_us;
}

void
run_for_ms (guint ms)
{
  gint64 until_us = ran_us + ms * 1000;

  while (ran_us < until_us)
    run_once ();
}
