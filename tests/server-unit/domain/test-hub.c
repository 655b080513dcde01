/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-subscriber.h"
#include "gh-frame.h"
#include "ghd-hub.h"

static GPtrArray *
rooms_of (const char *a, const char *b)
{
  GPtrArray *rooms = g_ptr_array_new ();

  if (a != NULL)
    g_ptr_array_add (rooms, (gpointer) a);
  if (b != NULL)
    g_ptr_array_add (rooms, (gpointer) b);

  return rooms;
}

static FakeSubscriber *
attach (GhdHub *hub, const char *user_id, const char *device_id, const char *a, const char *b)
{
  FakeSubscriber *subscriber = fake_subscriber_new ();
  g_autoptr (GPtrArray) rooms = rooms_of (a, b);

  ghd_hub_attach (hub, GHD_SUBSCRIBER (subscriber), user_id, device_id, rooms);

  return subscriber;
}

static void
test_room (void)
{
  g_autoptr (GhdHub) hub = ghd_hub_new ();
  g_autoptr (FakeSubscriber) alice = attach (hub, "@alice", "D1", "!a", "!b");
  g_autoptr (FakeSubscriber) bob = attach (hub, "@bob", "D2", "!a", NULL);
  g_autoptr (GBytes) frame = g_bytes_new_static ("x", 1);

  g_assert_cmpuint (ghd_hub_send_room (hub, "!a", frame, NULL), ==, 2);
  g_assert_cmpuint (ghd_hub_send_room (hub, "!b", frame, NULL), ==, 1);
  g_assert_cmpuint (ghd_hub_send_room (hub, "!nowhere", frame, NULL), ==, 0);
  g_assert_cmpuint (ghd_hub_send_room (hub, "!a", frame, "@alice"), ==, 1);
  g_assert_cmpuint (fake_subscriber_count (alice), ==, 2);
  g_assert_cmpuint (fake_subscriber_count (bob), ==, 2);

  /* Encoded once: everybody was given the same bytes. */
  g_assert_true (fake_subscriber_get (alice, 0) == frame);
  g_assert_true (fake_subscriber_get (bob, 0) == frame);
}

static void
test_membership (void)
{
  g_autoptr (GhdHub) hub = ghd_hub_new ();
  g_autoptr (FakeSubscriber) alice = attach (hub, "@alice", "D1", "!a", NULL);
  g_autoptr (GBytes) frame = g_bytes_new_static ("x", 1);

  ghd_hub_leave (hub, "@alice", "!a");
  g_assert_false (ghd_hub_hears (hub, "@alice", "!a"));
  g_assert_cmpuint (ghd_hub_send_room (hub, "!a", frame, NULL), ==, 0);

  ghd_hub_join (hub, "@alice", "!b");
  ghd_hub_join (hub, "@alice", "!b");
  g_assert_true (ghd_hub_hears (hub, "@alice", "!b"));
  g_assert_cmpuint (ghd_hub_send_room (hub, "!b", frame, NULL), ==, 1);

  /* Of somebody who is not connected nothing is kept. */
  ghd_hub_join (hub, "@bob", "!b");
  g_assert_false (ghd_hub_hears (hub, "@bob", "!b"));
  ghd_hub_leave (hub, "@bob", "!b");
}

static void
test_several_rooms_once (void)
{
  g_autoptr (GhdHub) hub = ghd_hub_new ();
  g_autoptr (FakeSubscriber) alice = attach (hub, "@alice", "D1", "!a", "!b");
  g_autoptr (FakeSubscriber) alice_too = attach (hub, "@alice", "D2", "!a", "!b");
  g_autoptr (FakeSubscriber) bob = attach (hub, "@bob", "D3", "!b", NULL);
  g_autoptr (GPtrArray) rooms = rooms_of ("!a", "!b");
  g_autoptr (GBytes) frame = g_bytes_new_static ("x", 1);

  g_assert_cmpuint (ghd_hub_send_rooms (hub, rooms, frame, NULL), ==, 3);
  g_assert_cmpuint (ghd_hub_send_rooms (hub, rooms, frame, "@bob"), ==, 2);
  g_assert_cmpuint (fake_subscriber_count (alice), ==, 2);
  g_assert_cmpuint (fake_subscriber_count (alice_too), ==, 2);
  g_assert_cmpuint (fake_subscriber_count (bob), ==, 1);
}

static void
on_left (GhdHub *hub, const char *user_id, char **left)
{
  g_set_str (left, user_id);
}

static void
test_detach (void)
{
  g_autoptr (GhdHub) hub = ghd_hub_new ();
  g_autoptr (FakeSubscriber) first = attach (hub, "@alice", "D1", "!a", NULL);
  g_autoptr (FakeSubscriber) second = attach (hub, "@alice", "D2", "!a", NULL);
  g_autofree char *left = NULL;
  g_autoptr (GBytes) frame = g_bytes_new_static ("x", 1);

  g_signal_connect (hub, "left", G_CALLBACK (on_left), &left);
  g_assert_cmpuint (ghd_hub_count (hub), ==, 2);

  ghd_hub_detach (hub, GHD_SUBSCRIBER (first));
  g_assert_null (left);
  g_assert_cmpuint (ghd_hub_count_user (hub, "@alice"), ==, 1);
  ghd_hub_detach (hub, GHD_SUBSCRIBER (first));

  ghd_hub_detach (hub, GHD_SUBSCRIBER (second));
  g_assert_cmpstr (left, ==, "@alice");
  g_assert_cmpuint (ghd_hub_count (hub), ==, 0);
  g_assert_cmpuint (ghd_hub_send_room (hub, "!a", frame, NULL), ==, 0);
  g_assert_cmpuint (fake_subscriber_close_code (first), ==, 0);
}

static void
test_close (void)
{
  g_autoptr (GhdHub) hub = ghd_hub_new ();
  g_autoptr (FakeSubscriber) phone = attach (hub, "@alice", "Dphone", "!a", NULL);
  g_autoptr (FakeSubscriber) laptop = attach (hub, "@alice", "Dlaptop", "!a", NULL);
  g_autoptr (FakeSubscriber) tablet = attach (hub, "@alice", "Dtablet", "!a", NULL);
  g_autoptr (FakeSubscriber) bob = attach (hub, "@bob", "Dbob", "!a", NULL);
  g_autoptr (GBytes) frame = g_bytes_new_static ("x", 1);

  g_assert_cmpuint (ghd_hub_close_device (hub, "@alice", "Dphone", GH_CLOSE_TOKEN, "gone"), ==, 1);
  g_assert_cmpuint (fake_subscriber_close_code (phone), ==, GH_CLOSE_TOKEN);
  g_assert_cmpuint (ghd_hub_send_room (hub, "!a", frame, NULL), ==, 3);

  /* Whose device it is need not be known. */
  g_assert_cmpuint (ghd_hub_close_device (hub, NULL, "Dbob", GH_CLOSE_TOKEN, "gone"), ==, 1);
  g_assert_cmpuint (fake_subscriber_close_code (bob), ==, GH_CLOSE_TOKEN);

  g_assert_cmpuint (ghd_hub_close_others (hub, "@alice", "Dtablet", GH_CLOSE_TOKEN, "gone"), ==, 1);
  g_assert_cmpuint (fake_subscriber_close_code (laptop), ==, GH_CLOSE_TOKEN);
  g_assert_cmpuint (fake_subscriber_close_code (tablet), ==, 0);

  g_assert_cmpuint (ghd_hub_close_all (hub, GH_CLOSE_GOING_AWAY, "bye"), ==, 1);
  g_assert_cmpuint (fake_subscriber_close_code (tablet), ==, GH_CLOSE_GOING_AWAY);
  g_assert_cmpuint (ghd_hub_count (hub), ==, 0);
}

static void
on_flush (gpointer data)
{
  (*(guint *) data)++;
}

static void
test_flush (void)
{
  g_autoptr (GhdHub) hub = ghd_hub_new ();
  g_autoptr (FakeSubscriber) alice = attach (hub, "@alice", "D1", "!a", NULL);
  g_autoptr (GBytes) frame = g_bytes_new_static ("x", 1);
  guint n_flushes = 0;

  ghd_hub_set_flush (hub, on_flush, &n_flushes);
  ghd_hub_flush (hub);
  g_assert_cmpuint (n_flushes, ==, 0);

  ghd_hub_send_room (hub, "!a", frame, NULL);
  ghd_hub_send_user (hub, "@alice", frame);
  ghd_hub_flush (hub);
  ghd_hub_flush (hub);
  g_assert_cmpuint (n_flushes, ==, 1);

  ghd_hub_send_room (hub, "!empty", frame, NULL);
  ghd_hub_flush (hub);
  g_assert_cmpuint (n_flushes, ==, 1);
}

static void
test_devices (void)
{
  g_autoptr (GhdHub) hub = ghd_hub_new ();
  g_autoptr (FakeSubscriber) one = attach (hub, "@alice", "D1", NULL, NULL);
  g_autoptr (FakeSubscriber) again = attach (hub, "@alice", "D1", NULL, NULL);
  g_autoptr (FakeSubscriber) other = attach (hub, "@bob", "D2", NULL, NULL);
  g_autoptr (GPtrArray) devices = ghd_hub_list_devices (hub);

  g_assert_cmpuint (devices->len, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/domain/hub/room", test_room);
  g_test_add_func ("/domain/hub/membership", test_membership);
  g_test_add_func ("/domain/hub/several-rooms-once", test_several_rooms_once);
  g_test_add_func ("/domain/hub/detach", test_detach);
  g_test_add_func ("/domain/hub/close", test_close);
  g_test_add_func ("/domain/hub/flush", test_flush);
  g_test_add_func ("/domain/hub/devices", test_devices);

  return g_test_run ();
}
