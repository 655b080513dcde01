/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sorted lists: channels by category and order, members by presence and name. */
#include "ghc-channel-list.h"
#include "ghc-member-list.h"
#include "model-util.h"

#include "ghc-channel-private.h"
#include "ghc-list-sync.h"
#include "ghc-text.h"

static char *
channel_names (GListModel *model)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GhcChannel) channel = g_list_model_get_item (model, i);

      g_string_append_printf (names, "%s%s", i > 0 ? " " : "", ghc_channel_get_name (channel));
    }

  return g_string_free (g_steal_pointer (&names), FALSE);
}

#define assert_channels(model, expected)                                                           \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *assert_names = channel_names (G_LIST_MODEL (model));                          \
    g_assert_cmpstr (assert_names, ==, (expected));                                                \
  }                                                                                                \
  G_STMT_END

static GhcChannel *
add_channel (GhcChannelList *list, const char *id, GhcChannelKind kind, const char *name,
             const char *parent, int order)
{
  g_autoptr (GhcChannel) channel = ghc_channel_new (id, kind);

  ghc_channel_update (channel, name, FALSE, FALSE, parent, order);
  ghc_channel_list_add (list, channel);

  return channel;
}

static void
test_channel_order (void)
{
  g_autoptr (GhcChannelList) list = ghc_channel_list_new ();
  g_autoptr (TestMirror) mirror = test_mirror_new (G_LIST_MODEL (list));
  g_autoptr (TestMirror) all = test_mirror_new (ghc_channel_list_get_all (list));
  GhcChannel *voice = add_channel (list, "!v", GHC_CHANNEL_VOICE, "lounge", NULL, 2);
  GhcChannel *general = add_channel (list, "!g", GHC_CHANNEL_TEXT, "general", NULL, 1);
  GhcChannel *lost = add_channel (list, "!x", GHC_CHANNEL_TEXT, "lost", "c_2", 3);
  GhcChannel *work = add_channel (list, "c_1", GHC_CHANNEL_CATEGORY, "Work", NULL, 20);
  GhcChannel *design;
  guint n_removed;
  guint n_added;

  add_channel (list, "!p", GHC_CHANNEL_TEXT, "plans", "c_1", 2);
  design = add_channel (list, "!d", GHC_CHANNEL_TEXT, "design", "c_1", 1);

  /* A category that is not there is none. */
  assert_channels (list, "general lounge lost Work design plans");

  /* It comes, before the other one. */
  add_channel (list, "c_2", GHC_CHANNEL_CATEGORY, "Fun", NULL, 10);
  assert_channels (list, "general lounge Fun lost Work design plans");

  /* Equal orders go by name. */
  ghc_channel_update (voice, "lounge", FALSE, FALSE, NULL, 1);
  assert_channels (list, "general lounge Fun lost Work design plans");
  ghc_channel_update (voice, "attic", FALSE, FALSE, NULL, 1);
  assert_channels (list, "attic general Fun lost Work design plans");

  /* One that moves is taken out and put in, and nothing else. */
  test_mirror_take_counts (mirror, NULL, NULL);
  ghc_channel_update (design, "design", FALSE, FALSE, "c_1", 5);
  assert_channels (list, "attic general Fun lost Work plans design");
  test_mirror_take_counts (mirror, &n_removed, &n_added);
  g_assert_cmpuint (n_removed, ==, 1);
  g_assert_cmpuint (n_added, ==, 1);

  ghc_channel_update (general, "general", FALSE, FALSE, "c_1", 9);
  assert_channels (list, "attic Fun lost Work plans design general");

  /* A category that is folded hides what is read. */
  ghc_channel_set_membership (lost, GHC_MEMBERSHIP_JOIN, 0);
  ghc_channel_set_membership (design, GHC_MEMBERSHIP_JOIN, 0);
  ghc_channel_set_collapsed (work, TRUE);
  assert_channels (list, "attic Fun lost Work");
  assert_channels (ghc_channel_list_get_all (list), "attic Fun lost Work plans design general");
  ghc_channel_set_last_position (design, 7);
  g_assert_true (ghc_channel_get_unread (design));
  assert_channels (list, "attic Fun lost Work design");
  ghc_channel_mark_read (design);
  assert_channels (list, "attic Fun lost Work");
  ghc_channel_set_collapsed (work, FALSE);

  /* A category that goes leaves its channels behind, uncategorised. */
  g_assert_true (ghc_channel_list_remove (list, "c_1"));
  assert_channels (list, "attic plans design general Fun lost");
  g_assert_false (ghc_channel_list_remove (list, "c_1"));
}

static void
test_channel_next (void)
{
  g_autoptr (GhcChannelList) list = ghc_channel_list_new ();
  GhcChannel *channels[4];

  g_assert_null (ghc_channel_list_next (list, NULL, 1, FALSE));
  for (guint i = 0; i < G_N_ELEMENTS (channels); i++)
    {
      g_autofree char *id = g_strdup_printf ("!%u", i);

      channels[i] = add_channel (list, id, i == 2 ? GHC_CHANNEL_VOICE : GHC_CHANNEL_TEXT, id, NULL,
                                 (int) i);
      ghc_channel_set_membership (channels[i], GHC_MEMBERSHIP_JOIN, 0);
    }
  g_assert_true (ghc_channel_list_next (list, NULL, 1, FALSE) == channels[0]);
  g_assert_true (ghc_channel_list_next (list, NULL, -1, FALSE) == channels[3]);
  g_assert_true (ghc_channel_list_next (list, channels[1], 1, FALSE) == channels[3]);
  g_assert_true (ghc_channel_list_next (list, channels[3], 1, FALSE) == channels[0]);
  g_assert_true (ghc_channel_list_next (list, channels[0], -1, FALSE) == channels[3]);

  g_assert_null (ghc_channel_list_next (list, channels[0], 1, TRUE));
  ghc_channel_set_last_position (channels[1], 4);
  g_assert_true (ghc_channel_list_next (list, channels[3], 1, TRUE) == channels[1]);
}

/* Any order to any other, by the signals alone. */
static void
test_sync_random (void)
{
  g_autoptr (GListStore) store = g_list_store_new (G_TYPE_OBJECT);
  g_autoptr (TestMirror) mirror = test_mirror_new (G_LIST_MODEL (store));
  g_autoptr (GPtrArray) pool = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < 20; i++)
    g_ptr_array_add (pool, ghc_role_new ("r"));

  for (guint run = 0; run < 500; run++)
    {
      g_autoptr (GPtrArray) wanted = g_ptr_array_new ();

      for (guint i = pool->len; i > 1; i--)
        {
          guint other = (guint) g_test_rand_int_range (0, (int) i);
          gpointer swapped = pool->pdata[i - 1];

          pool->pdata[i - 1] = pool->pdata[other];
          pool->pdata[other] = swapped;
        }
      for (int i = g_test_rand_int_range (0, 21); i > 0; i--)
        g_ptr_array_add (wanted, pool->pdata[i - 1]);

      ghc_list_sync (store, wanted);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, wanted->len);
      for (guint i = 0; i < wanted->len; i++)
        {
          g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (store), i);

          g_assert_true (item == wanted->pdata[i]);
        }
    }
}

static char *
member_names (GhcMemberList *list)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (list), i);

      if (GHC_IS_MEMBER_GROUP (item))
        g_string_append_printf (names, "[%s %u]",
                                ghc_member_group_get_online (GHC_MEMBER_GROUP (item)) ? "here"
                                                                                      : "away",
                                ghc_member_group_get_n_members (GHC_MEMBER_GROUP (item)));
      else
        g_string_append (names,
                         ghc_user_get_display_name (ghc_member_get_user (GHC_MEMBER (item))));
      g_string_append_c (names, ' ');
    }

  return g_strchomp (g_string_free (g_steal_pointer (&names), FALSE));
}

#define assert_members(list, expected)                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *assert_names = member_names (list);                                           \
    g_assert_cmpstr (assert_names, ==, (expected));                                                \
  }                                                                                                \
  G_STMT_END

static void
test_members (void)
{
  g_autoptr (GhcMemberList) list = ghc_member_list_new ();
  g_autoptr (TestMirror) mirror = test_mirror_new (G_LIST_MODEL (list));
  g_autoptr (TestMirror) all = test_mirror_new (ghc_member_list_get_all (list));
  static const char *const names[] = { "cleo", "Ada", "brook" };
  g_autoptr (GPtrArray) users = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_removed;
  guint n_added;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *id = g_strdup_printf ("@user%u:localhost", i);
      GhcUser *user = ghc_user_new (id);
      g_autoptr (GhcMember) member = ghc_member_new (user);
      g_autoptr (GhcMember) twice = ghc_member_new (user);

      ghc_user_set_display_name (user, names[i]);
      g_ptr_array_add (users, user);
      ghc_member_list_add (list, member);
      ghc_member_list_add (list, twice);
    }
  assert_members (list, "[away 3] Ada brook cleo");
  g_assert_cmpuint (ghc_member_list_get_n_members (list), ==, 3);

  ghc_user_set_presence (users->pdata[2], GHC_PRESENCE_ONLINE);
  assert_members (list, "[here 1] brook [away 2] Ada cleo");
  ghc_user_set_presence (users->pdata[1], GHC_PRESENCE_IDLE);
  ghc_user_set_presence (users->pdata[0], GHC_PRESENCE_DND);
  assert_members (list, "[here 3] Ada brook cleo");

  /* From idle to online nobody moves. */
  test_mirror_take_counts (mirror, NULL, NULL);
  ghc_user_set_presence (users->pdata[1], GHC_PRESENCE_ONLINE);
  g_assert_cmpuint (test_mirror_take_counts (mirror, NULL, NULL), ==, 0);

  ghc_user_set_display_name (users->pdata[1], "Zoe");
  assert_members (list, "[here 3] brook cleo Zoe");
  test_mirror_take_counts (mirror, &n_removed, &n_added);
  g_assert_cmpuint (n_removed, ==, 1);
  g_assert_cmpuint (n_added, ==, 1);

  g_assert_true (ghc_member_list_remove (list, "@user2:localhost"));
  assert_members (list, "[here 2] cleo Zoe");
  ghc_user_set_presence (users->pdata[2], GHC_PRESENCE_OFFLINE);
  {
    g_autoptr (GHashTable) stay = g_hash_table_new (g_str_hash, g_str_equal);

    g_hash_table_add (stay, (gpointer) "@user0:localhost");
    ghc_member_list_retain (list, stay);
  }
  assert_members (list, "[here 1] cleo");
}

static void
test_initials (void)
{
  static const struct
  {
    const char *name;
    const char *initials;
  } cases[] = {
    { "Ada Lovelace", "AL" },
    { "ada", "A" },
    { "  jean-luc  picard ", "JP" },
    { "", "?" },
    { NULL, "?" },
    { "…", "?" },
    { "élan vital", "ÉV" },
    { "the_great.hall", "TH" },
    { "ß", "SS" },
    { "👩‍🚀 crew", "👩‍🚀C" },
    { "🇫🇷 club", "🇫🇷C" },
    { "e\xcc\x81"
      "a",
      "E\xcc\x81" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *initials = ghc_text_initials (cases[i].name);

      g_assert_cmpstr (initials, ==, cases[i].initials);
    }

  g_assert_cmpuint (ghc_text_color_index (ADA), <, GHC_N_COLORS);
  g_assert_cmpuint (ghc_text_color_index (ADA), ==, ghc_text_color_index (ADA));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  g_test_add_func ("/lists/channel-order", test_channel_order);
  g_test_add_func ("/lists/channel-next", test_channel_next);
  g_test_add_func ("/lists/sync-random", test_sync_random);
  g_test_add_func ("/lists/members", test_members);
  g_test_add_func ("/lists/initials", test_initials);

  return g_test_run ();
}
