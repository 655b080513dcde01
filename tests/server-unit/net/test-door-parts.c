/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-health.h"
#include "ghd-request-id.h"
#include "ghd-seats.h"
#include "ghd-template.h"

#include <string.h>

static GhdSeat *
take_for (GhdSeats *seats, const char *text)
{
  g_autoptr (GhdSeat) seat = ghd_seats_take (seats);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);

  if (seat == NULL || !ghd_seat_set_address (seat, address))
    return NULL;

  return g_steal_pointer (&seat);
}

static void
test_seats_in_all (void)
{
  g_autoptr (GhdSeats) seats = ghd_seats_new (2, 0);
  GhdSeat *first = ghd_seats_take (seats);
  GhdSeat *second = ghd_seats_take (seats);

  g_assert_nonnull (first);
  g_assert_nonnull (second);
  g_assert_null (ghd_seats_take (seats));
  ghd_seat_give_back (first);
  g_assert_cmpuint (ghd_seats_get_n_taken (seats), ==, 1);
  first = ghd_seats_take (seats);
  g_assert_nonnull (first);
  ghd_seat_give_back (first);
  ghd_seat_give_back (second);
}

static void
test_seats_for_one (void)
{
  g_autoptr (GhdSeats) seats = ghd_seats_new (100, 2);
  g_autoptr (GhdSeat) a = take_for (seats, "192.0.2.1");
  g_autoptr (GhdSeat) b = take_for (seats, "192.0.2.1");
  g_autoptr (GhdSeat) other = take_for (seats, "192.0.2.2");
  g_autoptr (GhdSeat) six = take_for (seats, "2001:db8::1");
  g_autoptr (GhdSeat) neighbour = take_for (seats, "2001:db8::2");
  g_autoptr (GInetAddress) elsewhere = g_inet_address_new_from_string ("198.51.100.7");
  GhdSeat *local[10];

  g_assert_nonnull (a);
  g_assert_nonnull (b);
  g_assert_nonnull (other);
  g_assert_null (take_for (seats, "192.0.2.1"));

  /* One subscriber's network of IPv6 counts as one. */
  g_assert_nonnull (six);
  g_assert_nonnull (neighbour);
  g_assert_null (take_for (seats, "2001:db8:0:0:ffff::3"));

  for (guint i = 0; i < G_N_ELEMENTS (local); i++)
    {
      local[i] = take_for (seats, "127.0.0.1");
      g_assert_nonnull (local[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (local); i++)
    ghd_seat_give_back (local[i]);

  /* A seat that turns out to be for somebody else, seen through a proxy. */
  g_assert_true (ghd_seat_set_address (b, elsewhere));
  ghd_seat_give_back (g_steal_pointer (&a));
  a = take_for (seats, "192.0.2.1");
  g_assert_nonnull (a);
}

static void
test_template (void)
{
  static const char page[] = "<h1>{{name}}</h1>{{none}}{{part}}{{name}} {{ {{open";
  g_autoptr (GBytes) bytes = g_bytes_new_static (page, sizeof page - 1);
  const GhdTemplateValue values[] = {
    { "name", "<script>\"'&{{part}}", NULL },
    { "part", NULL, "<b>bold</b>" },
  };
  g_autoptr (GBytes) filled = ghd_template_fill (bytes, values, G_N_ELEMENTS (values));
  const char *expected = "<h1>&lt;script&gt;&quot;&apos;&amp;{{part}}</h1><b>bold</b>"
                         "&lt;script&gt;&quot;&apos;&amp;{{part}} {{ {{open";

  g_assert_cmpmem (g_bytes_get_data (filled, NULL), g_bytes_get_size (filled), expected,
                   strlen (expected));
}

static gboolean
check (gpointer part, const char **state)
{
  *state = part != NULL ? "up" : "away";

  return part != NULL;
}

static void
test_health (void)
{
  g_autoptr (GhdHealth) health = ghd_health_new ();
  g_autoptr (GBytes) report = NULL;
  g_autoptr (GBytes) failing = NULL;
  g_autofree char *text = NULL;
  gboolean is_well;

  ghd_health_add (health, "database", check, health);
  report = ghd_health_report (health, &is_well);
  g_assert_true (is_well);
  text = g_strndup (g_bytes_get_data (report, NULL), g_bytes_get_size (report));
  g_assert_cmpstr (text, ==,
                   "{\"status\":\"ok\",\"parts\":{\"database\":{\"ok\":true,\"state\":\"up\"}}}");

  ghd_health_add (health, "writer", check, NULL);
  failing = ghd_health_report (health, &is_well);
  g_assert_false (is_well);
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (failing, NULL), g_bytes_get_size (failing),
                                  "\"writer\":{\"ok\":false,\"state\":\"away\"}"));
}

static void
test_request_ids (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 1000; i++)
    g_assert_true (g_hash_table_add (seen, ghd_request_id_new ()));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/seats/in-all", test_seats_in_all);
  g_test_add_func ("/seats/for-one", test_seats_for_one);
  g_test_add_func ("/template/fill", test_template);
  g_test_add_func ("/health/report", test_health);
  g_test_add_func ("/request-id/unique", test_request_ids);

  return g_test_run ();
}
