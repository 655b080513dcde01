/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever the order in which replies, events, pages and gaps come, a timeline shows what the
 * server's log says: each message once, in order, without holes, and what waits below. Compared
 * with a reference that is a plain sorted slice of the log. */
#include "ghc-timeline.h"
#include "model-util.h"

#define N_RUNS 60
#define N_STEPS 400
#define ROOM_NUMBER 3

typedef struct
{
  char *txn_id;
  GhEvent *event; /* once the server has it */
  gboolean replied;
  gboolean failed;
} Send;

typedef struct
{
  GhcAccount *account;
  GhcTimeline *timeline;
  TestLog *log;
  TestMirror *mirror;
  GPtrArray *sends;
  char *room_id;
  guint n_delivered; /* events of the log that the live stream has brought */
  gint64 clock;
  guint n_txns;
} World;

static void
send_free (Send *send)
{
  g_free (send->txn_id);
  g_free (send);
}

static GhcUser *
lookup (gpointer directory, const char *user_id)
{
  return ghc_account_ensure_user (directory, user_id);
}

static World *
world_new (void)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  World *world = g_new0 (World, 1);
  int n_history = g_test_rand_int_range (0, 4) == 0 ? 0 : g_test_rand_int_range (1, 1500);

  world->room_id = test_room_id (ROOM_NUMBER);
  world->account = ghc_account_new ("test", "http://127.0.0.1:1", ME);
  world->log = test_log_new (world->room_id);
  world->timeline = ghc_timeline_new (world->room_id, utc);
  world->mirror = test_mirror_new (G_LIST_MODEL (world->timeline));
  world->sends = g_ptr_array_new_with_free_func ((GDestroyNotify) send_free);
  world->clock = NOON;
  ghc_timeline_set_users (world->timeline, lookup, G_OBJECT (world->account));
  ghc_timeline_set_loader (world->timeline, GHC_TIMELINE_LOADER (world->log));

  for (int i = 0; i < n_history; i++)
    {
      world->clock += g_test_rand_int_range (0, 10 * 60 * 1000);
      test_log_append (world->log, i % 2 == 0 ? ADA : BROOK, NULL, world->clock);
    }
  world->n_delivered = test_log_get_events (world->log)->len;

  return world;
}

static void
world_free (World *world)
{
  test_log_flush (world->log);
  test_mirror_free (world->mirror);
  g_ptr_array_unref (world->sends);
  g_assert_finalize_object (world->timeline);
  g_assert_finalize_object (world->log);
  g_assert_finalize_object (world->account);
  g_free (world->room_id);
  g_free (world);
}

static GhEvent *
event_at (World *world, guint index)
{
  return g_ptr_array_index (test_log_get_events (world->log), index);
}

static GhcTimelineItem *
item_at (World *world, guint index)
{
  g_autoptr (GhcTimelineItem) item = g_list_model_get_item (G_LIST_MODEL (world->timeline), index);

  return item;
}

/* What holds at every moment. */
static void
check_always (World *world)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (world->timeline));
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GhcMessage *previous = NULL;
  gint64 last_position = 0;
  gint64 last_day = G_MININT64;
  gboolean is_waiting = FALSE;
  guint n_sent = 0;
  guint n_lines = 0;

  test_mirror_check (world->mirror);
  for (guint i = 0; i < n_items; i++)
    {
      GhcTimelineItem *item = item_at (world, i);
      GhcMessage *message = ghc_timeline_item_get_message (item);
      gboolean continues;

      switch (ghc_timeline_item_get_kind (item))
        {
        case GHC_TIMELINE_DAY:
          /* A separator is for what follows, and later than the one before. */
          g_assert_cmpuint (i + 1, <, n_items);
          g_assert_cmpint (g_date_time_to_unix (ghc_timeline_item_get_date (item)), >, last_day);
          last_day = g_date_time_to_unix (ghc_timeline_item_get_date (item));
          previous = NULL;
          continue;
        case GHC_TIMELINE_NEW_LINE:
          n_lines++;
          g_assert_cmpuint (i + 1, <, n_items);
          g_assert_nonnull (ghc_timeline_item_get_message (item_at (world, i + 1)));
          previous = NULL;
          continue;
        case GHC_TIMELINE_MESSAGE:
        default:
          break;
        }

      /* The first row of all is a day. */
      g_assert_cmpuint (i, >, 0);
      continues =
        previous != NULL && ghc_message_get_sender (previous) == ghc_message_get_sender (message)
        && ABS (ghc_message_get_timestamp (message) - ghc_message_get_timestamp (previous))
             <= GHC_TIMELINE_GROUP_MS;
      g_assert_cmpint (ghc_message_get_first_of_group (message), ==, !continues);
      previous = message;

      if (ghc_message_get_state (message) == GHC_MESSAGE_SENT)
        {
          g_assert_false (is_waiting);
          g_assert_cmpint (ghc_message_get_position (message), >, last_position);
          last_position = ghc_message_get_position (message);
          g_assert_true (g_hash_table_add (seen, (gpointer) ghc_message_get_event_id (message)));
          n_sent++;
        }
      else
        is_waiting = TRUE;
      if (ghc_message_get_txn_id (message) != NULL)
        g_assert_true (g_hash_table_add (seen, (gpointer) ghc_message_get_txn_id (message)));
    }

  g_assert_cmpuint (n_lines, <=, 1);
  g_assert_cmpuint (n_sent, <=, 2 * GHC_TIMELINE_WINDOW + GHC_TIMELINE_PAGE);
}

static gboolean
is_sent_message (GhcTimelineItem *item)
{
  GhcMessage *message = ghc_timeline_item_get_message (item);

  return message != NULL && ghc_message_get_state (message) == GHC_MESSAGE_SENT;
}

/* What holds when everything under way has arrived: the window is a slice of the log. */
static void
check_settled (World *world)
{
  GPtrArray *events = test_log_get_events (world->log);
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (world->timeline));
  guint next = G_MAXUINT;
  guint n_waiting = 0;
  guint n_expected = 0;

  check_always (world);
  if (!ghc_timeline_get_loaded (world->timeline))
    return;

  for (guint i = 0; i < n_items; i++)
    {
      GhcMessage *message = ghc_timeline_item_get_message (item_at (world, i));

      if (message == NULL)
        continue;
      if (!is_sent_message (item_at (world, i)))
        {
          n_waiting++;
          continue;
        }

      if (next == G_MAXUINT)
        {
          next = 0;
          while (gh_event_get_position (event_at (world, next))
                 < ghc_message_get_position (message))
            next++;
          if (ghc_timeline_get_at_start (world->timeline))
            g_assert_cmpuint (next, ==, 0);
        }
      g_assert_cmpuint (next, <, events->len);
      g_assert_cmpstr (ghc_message_get_event_id (message), ==,
                       gh_event_get_id (event_at (world, next)));
      if (!ghc_message_get_mine (message))
        g_assert_cmpstr (ghc_message_get_body (message), ==,
                         gh_json_peek_string (gh_event_get_content (event_at (world, next)),
                                              "body"));
      next++;
    }

  for (guint i = 0; i < world->sends->len; i++)
    n_expected += ((Send *) g_ptr_array_index (world->sends, i))->event == NULL;

  if (ghc_timeline_get_at_end (world->timeline))
    {
      g_assert_cmpuint (next == G_MAXUINT ? 0 : next, ==, events->len);
      g_assert_cmpuint (n_waiting, ==, n_expected);
    }
  else
    g_assert_cmpuint (n_waiting, ==, 0);
}

static void
somebody_writes (World *world)
{
  g_autofree char *txn_id = g_strdup_printf ("foreign-%u", world->n_txns++);

  world->clock += g_test_rand_int_range (0, 10 * 60 * 1000);
  /* Now and then clocks step back, and one writes from another device. */
  test_log_append (world->log, g_test_rand_int_range (0, 5) == 0 ? ME : ADA,
                   g_test_rand_int_range (0, 2) == 0 ? NULL : txn_id,
                   world->clock - (g_test_rand_int_range (0, 20) == 0 ? 3600 * 1000 : 0));
}

static void
deliver_event (World *world)
{
  if (world->n_delivered == test_log_get_events (world->log)->len)
    return;

  ghc_timeline_fold (world->timeline, event_at (world, world->n_delivered++));
}

static void
deliver_duplicate (World *world)
{
  if (world->n_delivered > 0)
    ghc_timeline_fold (world->timeline,
                       event_at (world, g_test_rand_int_range (0, (int) world->n_delivered)));
}

static void
i_write (World *world)
{
  Send *send = g_new0 (Send, 1);

  send->txn_id = g_strdup_printf ("txn-%u", world->n_txns++);
  g_ptr_array_add (world->sends, send);
  ghc_timeline_add_pending (world->timeline, send->txn_id, ghc_account_get_user (world->account),
                            "pending", world->clock);
}

static Send *
pick_send (World *world, gboolean is_committed)
{
  guint n_sends = world->sends->len;
  guint first = n_sends > 0 ? (guint) g_test_rand_int_range (0, (int) n_sends) : 0;

  for (guint i = 0; i < n_sends; i++)
    {
      Send *send = g_ptr_array_index (world->sends, (first + i) % n_sends);

      if ((send->event != NULL) == is_committed)
        return send;
    }

  return NULL;
}

static void
server_commits (World *world)
{
  Send *send = pick_send (world, FALSE);

  if (send != NULL && !send->failed)
    {
      world->clock += 1000;
      /* A server need not say which request an event answers. */
      send->event = test_log_append (world->log, ME,
                                     g_test_rand_int_range (0, 4) == 0 ? NULL : send->txn_id,
                                     world->clock);
    }
}

static void
deliver_reply (World *world, Send *send)
{
  ghc_timeline_settle (world->timeline, send->txn_id, gh_event_get_id (send->event),
                       gh_event_get_position (send->event), gh_event_get_origin_ts (send->event));
  send->replied = TRUE;
}

static void
reply_arrives (World *world)
{
  Send *send = pick_send (world, TRUE);

  if (send != NULL)
    deliver_reply (world, send);
}

static void
server_refuses (World *world)
{
  Send *send = pick_send (world, FALSE);

  if (send == NULL)
    return;

  if (!send->failed)
    ghc_timeline_fail (world->timeline, send->txn_id, "no");
  else if (g_test_rand_int_range (0, 2) == 0)
    ghc_timeline_retry (world->timeline, send->txn_id);
  else
    {
      ghc_timeline_discard (world->timeline, send->txn_id);
      g_ptr_array_remove (world->sends, send);
      return;
    }
  send->failed = !send->failed;
}

static void
person_scrolls (World *world)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (world->timeline));
  guint first = n_items > 20 ? (guint) g_test_rand_int_range (0, (int) n_items - 20) : 0;

  ghc_timeline_set_visible_range (world->timeline, first, first + 19);
}

static void
start_loading (World *world)
{
  g_autoptr (DexFuture) future = NULL;
  int kind = g_test_rand_int_range (0, 12);

  if (kind < 5)
    future = ghc_timeline_load_older (world->timeline);
  else if (kind < 10)
    future = ghc_timeline_load_newer (world->timeline);
  else if (kind < 11)
    future = ghc_timeline_jump_to_latest (world->timeline);
  else
    future = ghc_timeline_jump_to_date (
      world->timeline,
      NOON + g_test_rand_int_range (0, (int) ((world->clock - NOON) / 1000) + 1) * (gint64) 1000);

  /* Nobody waits for it: it must go on nevertheless, or stop without harm. */
  if (g_test_rand_int_range (0, 2) == 0)
    dex_future_disown (g_steal_pointer (&future));
  test_settle ();
}

/* Away for long: the stream goes on from the end of the log, and pages are to fill what is
   between. */
static void
connection_gap (World *world)
{
  GPtrArray *events = test_log_get_events (world->log);
  gint64 upto = world->n_delivered > 0
                  ? gh_event_get_position (event_at (world, world->n_delivered - 1))
                  : 0;
  gint64 last = events->len > 0 ? gh_event_get_position (event_at (world, events->len - 1)) : 0;

  ghc_timeline_mark_stale (world->timeline, upto, last);
  world->n_delivered = events->len;
}

static void
everything_arrives (World *world)
{
  while (world->n_delivered < test_log_get_events (world->log)->len)
    deliver_event (world);
  test_log_flush (world->log);
  for (guint i = 0; i < world->sends->len; i++)
    {
      Send *send = g_ptr_array_index (world->sends, i);

      if (send->event != NULL)
        deliver_reply (world, send);
    }
  test_log_flush (world->log);
}

static void
step (World *world)
{
  static void (*const actions[]) (World *) = {
    somebody_writes,   somebody_writes, deliver_event,  deliver_event,  deliver_event,
    deliver_duplicate, i_write,         server_commits, server_commits, reply_arrives,
    server_refuses,    person_scrolls,  start_loading,  start_loading,
  };
  int kind = g_test_rand_int_range (0, 100);

  if (kind < 60)
    actions[g_test_rand_int_range (0, G_N_ELEMENTS (actions))](world);
  else if (kind < 78 && test_log_n_asked (world->log) > 0)
    test_log_answer (world->log);
  else if (kind < 96 && test_log_n_answered (world->log) > 0)
    test_log_deliver (world->log);
  else if (kind == 96)
    connection_gap (world);
  else if (kind == 97)
    ghc_timeline_set_read_marker (world->timeline, g_test_rand_int_range (0, 3000));
  else if (kind == 98 && g_test_rand_int_range (0, 5) == 0)
    ghc_timeline_unload (world->timeline);
  else if (kind == 99 && test_log_n_asked (world->log) > 0)
    test_log_fail (world->log);
}

/* Read from one end to the other by pages, every message is met. */
static void
check_whole_log (World *world)
{
  GPtrArray *events = test_log_get_events (world->log);
  g_autoptr (GHashTable) met = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  ghc_timeline_set_visible_range (world->timeline, G_MAXUINT, G_MAXUINT);
  for (guint direction = 0; direction < 2; direction++)
    {
      guint n_pages = 0;

      while (direction == 0 ? !ghc_timeline_get_at_start (world->timeline)
                            : !ghc_timeline_get_at_end (world->timeline))
        {
          g_autoptr (DexFuture) future = direction == 0 ? ghc_timeline_load_older (world->timeline)
                                                        : ghc_timeline_load_newer (world->timeline);

          test_log_flush (world->log);
          g_assert_true (dex_future_is_resolved (future));
          g_assert_cmpuint (n_pages++, <=, events->len / (GHC_TIMELINE_PAGE / 2) + 5);
          check_settled (world);

          for (guint i = 0;
               direction == 1 && i < g_list_model_get_n_items (G_LIST_MODEL (world->timeline)); i++)
            {
              if (is_sent_message (item_at (world, i)))
                g_hash_table_add (met, g_strdup (ghc_message_get_event_id (
                                         ghc_timeline_item_get_message (item_at (world, i)))));
            }
        }
      for (guint i = 0;
           direction == 0 && i < g_list_model_get_n_items (G_LIST_MODEL (world->timeline)); i++)
        {
          if (is_sent_message (item_at (world, i)))
            g_hash_table_add (met, g_strdup (ghc_message_get_event_id (
                                     ghc_timeline_item_get_message (item_at (world, i)))));
        }
    }

  g_assert_cmpuint (g_hash_table_size (met), ==, events->len);
}

static void
test_random (void)
{
  for (guint run = 0; run < N_RUNS; run++)
    {
      World *world = world_new ();

      for (guint i = 0; i < N_STEPS; i++)
        {
          step (world);
          check_always (world);
          if (g_test_rand_int_range (0, 40) == 0)
            {
              everything_arrives (world);
              check_settled (world);
            }
        }

      everything_arrives (world);
      check_settled (world);
      check_whole_log (world);
      world_free (world);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  g_test_add_func ("/timeline/random", test_random);

  return g_test_run ();
}
