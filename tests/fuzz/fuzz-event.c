/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events. The first byte says what the rest is: an event in log form, a header as a table keeps it (whose
 * hash is computed, so that the fuzzer gets past it), or the content of a draft. */
#include "fuzz.h"

#include "gh-event-draft.h"

#define ROOM "!37G9X3VBf9g7tEbWtLBu9Z:example.org"
#define KEY "ed25519:fuzz"

static gboolean
sign (gconstpointer hash, gsize size, guint8 signature[GH_SIGNATURE_SIZE], gpointer data,
      GError **error)
{
  for (gsize i = 0; i < GH_SIGNATURE_SIZE; i++)
    signature[i] = ((const guint8 *) hash)[i % size];
  return TRUE;
}

/* An event that exists proves itself and survives the wire. */
static void
check (GhEvent *event)
{
  GBytes *bytes = gh_event_get_bytes (event);
  g_autoptr (GError) error = NULL;
  g_autoptr (GhEvent) again = NULL;
  g_autoptr (GhEvent) erased = gh_event_erase (event);
  g_autoptr (GhEvent) erased_again = NULL;

  must (gh_event_verify_hash (event, &error));
  must (gh_id_is_valid (GH_ID_EVENT, gh_event_get_id (event)));
  must (gh_id_is_valid (GH_ID_ROOM, gh_event_get_room_id (event)));
  must (gh_id_is_valid (GH_ID_USER, gh_event_get_sender (event)));
  must (gh_event_get_n_signatures (event) >= 1);
  must ((gh_event_get_content (event) == NULL) == (gh_event_get_salt (event) == NULL));

  again = gh_event_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  must_tell (again != NULL, error);
  must (again != NULL && g_bytes_equal (gh_event_get_bytes (again), bytes));
  must (strcmp (gh_event_get_id (again), gh_event_get_id (event)) == 0);

  bytes = gh_event_get_bytes (erased);
  erased_again = gh_event_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  must (erased_again != NULL && gh_event_get_content (erased_again) == NULL);
  must (strcmp (gh_event_get_id (erased_again), gh_event_get_id (event)) == 0);
}

static GhEvent *
from_header (const char *text, gsize size, GError **error)
{
  guint8 signature[GH_SIGNATURE_SIZE] = { 0 };
  GhEventParts parts = {
    .header = text,
    .header_size = size,
    .key_id = KEY,
    .signature = signature,
    .position = 1,
  };

  return gh_event_from_parts (&parts, error);
}

static GhEvent *
from_content (const char *text, gsize size, GError **error)
{
  static const guint8 salt[GH_SALT_SIZE] = { 0 };
  const GhEventSigner signer = { "example.org", KEY, sign, NULL };
  g_autoptr (GhJson) content = gh_json_parse_object (text, size, error);
  g_autoptr (GhEventDraft) draft = NULL;

  if (content == NULL)
    return NULL;
  draft = gh_event_draft_new (ROOM, GH_EVENT_ROOM_MESSAGE, NULL, "@fuzz:example.org", content);
  return gh_event_draft_finish (draft, 1, NULL, salt, &signer, error);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhEvent) event = NULL;
  const char *rest = (const char *) data + 1;

  if (size == 0)
    return 0;
  switch (data[0])
    {
    case 'h':
      event = from_header (rest, size - 1, &error);
      break;
    case 'c':
      event = from_content (rest, size - 1, &error);
      break;
    default:
      event = gh_event_parse ((const char *) data, size, &error);
    }
  must_tell (event != NULL, error);
  if (event != NULL)
    check (event);
  return 0;
}
