/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who signs, and how many, cannot be seen in what they have signed. */
#include "ghd-signing.h"

#include "gh-error.h"
#include "gh-event-draft.h"
#include "gh-signing-key.h"

#include <string.h>

#define ROOM "!9WzDXwBbmkg8ZTbNMqUxvQ:localhost"
#define SENDER "@ada:localhost"
#define N_EVENTS 300

/* A seed, and a salt. */
static guint8 counting[32];

/* The hash over the ids and signatures of all events below, as one thread alone made them: Ed25519
 * leaves nothing to chance. */
#define GOLDEN "BbN3mU4dUN6MuaE6e41VNUAW2veFsWGJZK8PudTp2h5d"

static GhSigningKey *
make_key (void)
{
  g_autoptr (GhSecret) seed = NULL;

  for (guint i = 0; i < sizeof counting; i++)
    counting[i] = (guint8) i;
  seed = gh_secret_new (counting, sizeof counting);
  return gh_signing_key_new_from_seed (seed);
}

static GhEventSigner
signer_for (GhSigningKey *key)
{
  return (GhEventSigner) { "localhost", gh_signing_key_get_id (key), gh_signing_key_sign, key };
}

/* A chain of messages that are always the same; without signatures. */
static GPtrArray *
make_events (const GhEventSigner *signer)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  GhEventSigner later = *signer;
  const char *heads[2] = { NULL };

  later.sign = NULL;
  for (guint i = 0; i < N_EVENTS; i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"body\":\"%u\",\"msgtype\":\"m.text\"}", i);
      g_autoptr (GError) error = NULL;
      g_autoptr (GhJson) content = gh_json_parse (text, strlen (text), &error);
      g_autoptr (GhEventDraft) draft = NULL;
      GhEvent *event;

      g_assert_no_error (error);
      draft = gh_event_draft_new (ROOM, GH_EVENT_ROOM_MESSAGE, NULL, SENDER, content);
      gh_event_draft_set_origin_ts (draft, 1700000000000 + i);
      event = gh_event_draft_finish (draft, i + 1, heads, counting, &later, &error);
      g_assert_no_error (error);
      g_ptr_array_add (events, event);
      heads[0] = gh_event_get_id (event);
    }
  return events;
}

static void
add_all (GhdSigning *signing, GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++)
    ghd_signing_add (signing, g_ptr_array_index (events, i));
}

static void
assert_golden (GPtrArray *events)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  g_autofree char *text = NULL;
  GhHash hash;

  for (guint i = 0; i < events->len; i++)
    {
      GhEvent *event = g_ptr_array_index (events, i);

      g_byte_array_append (all, gh_event_get_hash (event)->bytes, GH_HASH_SIZE);
      g_byte_array_append (all, gh_event_get_signature (event, 0, NULL, NULL), GH_SIGNATURE_SIZE);
    }
  hash = gh_hash_data (all->data, all->len);
  text = gh_hash_to_string (&hash);
  g_assert_cmpstr (text, ==, GOLDEN);
}

/* One thread, and as many as there are cores: the same bytes. */
static void
test_golden (void)
{
  g_autoptr (GhSigningKey) key = make_key ();
  GhEventSigner signer = signer_for (key);
  GThreadPool *helpers = ghd_signing_make_helpers ();
  GThreadPool *pools[] = { NULL, helpers, helpers, helpers };

  for (guint i = 0; i < G_N_ELEMENTS (pools); i++)
    {
      g_autoptr (GPtrArray) events = make_events (&signer);
      GhdSigning *signing = ghd_signing_new (&signer, pools[i]);
      g_autoptr (GError) error = NULL;

      add_all (signing, events);
      g_assert_true (ghd_signing_finish (signing, &error));
      g_assert_no_error (error);
      assert_golden (events);
    }
  if (helpers != NULL)
    g_thread_pool_free (helpers, FALSE, TRUE);
}

/* A helper that is with others, or never comes, is not waited for. */
static void
test_helper_away (void)
{
  g_autoptr (GhSigningKey) key = make_key ();
  GhEventSigner signer = signer_for (key);
  GThreadPool *helpers = ghd_signing_make_helpers ();
  g_autoptr (GPtrArray) held = make_events (&signer);
  g_autoptr (GPtrArray) events = make_events (&signer);
  GhdSigning *holding = ghd_signing_new (&signer, helpers);
  GhdSigning *signing = ghd_signing_new (&signer, helpers);
  g_autoptr (GError) error = NULL;

  /* Who has begun to help here stays until this is finished. */
  add_all (holding, held);
  add_all (signing, events);
  g_assert_true (ghd_signing_finish (signing, &error));
  g_assert_no_error (error);
  assert_golden (events);

  g_assert_true (ghd_signing_finish (holding, &error));
  g_assert_no_error (error);
  assert_golden (held);
  if (helpers != NULL)
    g_thread_pool_free (helpers, FALSE, TRUE);
}

typedef struct
{
  GhSigningKey *key;
  GPtrArray *events;
  guint n_refused; /* every so manieth event */
  int n_calls;     /* atomic */
} Moody;

static gboolean
is_refused (Moody *moody, gconstpointer data)
{
  for (guint i = 0; i < moody->events->len; i += moody->n_refused)
    if (memcmp (gh_event_get_hash (g_ptr_array_index (moody->events, i))->bytes, data, GH_HASH_SIZE)
        == 0)
      return TRUE;
  return FALSE;
}

static gboolean
sign_some (gconstpointer data, gsize size, guint8 signature[GH_SIGNATURE_SIZE], gpointer user_data,
           GError **error)
{
  Moody *moody = user_data;

  g_atomic_int_inc (&moody->n_calls);
  if (is_refused (moody, data))
    return gh_set_error (error, GH_ERROR_INTERNAL, "signature.failed", NULL, "No ink");
  return gh_signing_key_sign (data, size, signature, moody->key, error);
}

/* Whoever of them fails: one is told, each event was tried once, and all others are signed. */
static void
test_fails (void)
{
  static const guint every[] = { 1, 7, 100, N_EVENTS };
  g_autoptr (GhSigningKey) key = make_key ();
  GThreadPool *helpers = ghd_signing_make_helpers ();

  for (guint i = 0; i < G_N_ELEMENTS (every); i++)
    {
      Moody moody = { .key = key, .n_refused = every[i] };
      GhEventSigner signer = { "localhost", gh_signing_key_get_id (key), sign_some, &moody };
      GhdSigning *signing = ghd_signing_new (&signer, helpers);
      g_autoptr (GError) error = NULL;

      moody.events = make_events (&signer);
      add_all (signing, moody.events);
      g_assert_false (ghd_signing_finish (signing, &error));
      g_assert_error (error, GH_ERROR, GH_ERROR_INTERNAL);
      g_assert_cmpint (g_atomic_int_get (&moody.n_calls), ==, N_EVENTS);
      for (guint j = 0; j < moody.events->len; j++)
        {
          GhEvent *event = g_ptr_array_index (moody.events, j);

          g_assert_cmpint (gh_signing_verify (gh_signing_key_get_public (key),
                                              gh_event_get_hash (event)->bytes, GH_HASH_SIZE,
                                              gh_event_get_signature (event, 0, NULL, NULL)),
                           ==, j % every[i] != 0);
        }
      g_ptr_array_unref (moody.events);
    }
  if (helpers != NULL)
    g_thread_pool_free (helpers, FALSE, TRUE);
}

/* Nothing to sign is signed. */
static void
test_nothing (void)
{
  g_autoptr (GhSigningKey) key = make_key ();
  GhEventSigner signer = signer_for (key);
  g_autoptr (GError) error = NULL;

  g_assert_true (ghd_signing_finish (ghd_signing_new (&signer, NULL), &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signing/golden", test_golden);
  g_test_add_func ("/signing/helper-away", test_helper_away);
  g_test_add_func ("/signing/fails", test_fails);
  g_test_add_func ("/signing/nothing", test_nothing);
  return g_test_run ();
}
