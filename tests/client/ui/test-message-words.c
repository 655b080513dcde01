/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a screen reader says of a message, and of the receipt for it. */
#include "ghc-message-row.h"

static void
assert_words (GhcMessage *message, const char *before, const char *after)
{
  g_autofree char *words = ghc_message_row_dup_description (message);

  g_assert_true (g_str_has_prefix (words, before));
  g_assert_true (g_str_has_suffix (words, after));
}

static void
give_receipt (GhcMessage *message, const char *problem)
{
  g_autoptr (GBytes) json = g_bytes_new_static ("{}", 2);
  g_autoptr (GhcReceipt) receipt = ghc_receipt_new (json, problem);

  ghc_message_set_receipt (message, receipt);
}

static void
test_states (void)
{
  g_autoptr (GhcUser) ada = ghc_user_new ("@ada:localhost");
  g_autoptr (GhcMessage) message = ghc_message_new_pending ("!c:localhost", "t1", ada, "hello", 1);

  assert_words (message, "ada, ", ", waiting to be sent: hello");
  ghc_message_fail (message, "No");
  assert_words (message, "ada, ", ", not sent: hello");
  ghc_message_settle (message, "$e", 7, 2);
  assert_words (message, "ada, ", ": hello");
}

static void
test_receipts (void)
{
  g_autoptr (GhcUser) ada = ghc_user_new ("@ada:localhost");
  g_autoptr (GhcMessage)
    message = ghc_message_new_sent ("!c:localhost", "$e", NULL, ada, "hello", 1, 7);
  g_autofree char *before = ghc_message_row_dup_description (message);
  g_autofree char *after = NULL;

  /* What is as it should be needs no words. */
  give_receipt (message, NULL);
  after = ghc_message_row_dup_description (message);
  g_assert_cmpstr (before, ==, after);

  give_receipt (message, "It is for another message.");
  assert_words (message, "ada, ", ", with a wrong receipt: hello");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/message-words/states", test_states);
  g_test_add_func ("/message-words/receipts", test_receipts);

  return g_test_run ();
}
