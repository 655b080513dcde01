/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-admin-private.h"

#include "gh-error.h"
#include "gh-limits.h"
#include "gh-receipt.h"
#include "ghd-store-events.h"
#include "ghd-store-keys.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* What the program ends with when the receipt is not honoured. */
#define STATUS_NOT_IN_LOG 1
#define STATUS_NOT_A_RECEIPT EX_DATAERR
#define STATUS_NO_FILE EX_NOINPUT
#define STATUS_NOT_SIGNED EX_NOPERM

static GBytes *
read_file (const char *path, GError **error)
{
  gboolean is_stdin = g_str_equal (path, "-");
  g_autofd int opened = is_stdin ? -1 : open (path, O_RDONLY | O_CLOEXEC);
  int fd = is_stdin ? STDIN_FILENO : opened;
  g_autoptr (GByteArray) data = g_byte_array_new ();
  guint8 piece[4096];
  gssize n = fd >= 0 ? 1 : -1;

  while (n > 0 && data->len <= GH_LIMIT_EVENT)
    {
      n = read (fd, piece, sizeof piece);
      if (n > 0)
        g_byte_array_append (data, piece, (guint) n);
    }
  if (n < 0)
    {
      g_set_error (error, GHD_ADMIN_ERROR, STATUS_NO_FILE, "Cannot read %s: %s", path,
                   g_strerror (errno));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&data));
}

/* The receipt itself, or an answer of the server that has one. */
static GhReceipt *
parse (GBytes *bytes, const char *path, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (GhJson) json = NULL;
  g_autoptr (GhJson) member = NULL;
  g_autoptr (GhReceipt) receipt = NULL;

  if (g_bytes_get_size (bytes) > GH_LIMIT_EVENT)
    gh_set_error (&why, GH_ERROR_TOO_LARGE, "receipt.size", NULL, "it is too large");
  else
    json = gh_json_parse_bytes (bytes, &why);
  if (json != NULL && gh_json_is_object (json))
    member = gh_json_peek_object (json, "receipt");
  if (json != NULL)
    receipt = gh_receipt_from_json (member != NULL ? member : json, &why);
  if (receipt == NULL)
    g_set_error (error, GHD_ADMIN_ERROR, STATUS_NOT_A_RECEIPT, "%s is not a receipt: %s", path,
                 why->message);
  return g_steal_pointer (&receipt);
}

static GhKeyRing *
load_keys (GhdAdmin *self, GError **error)
{
  g_autoptr (GPtrArray) rows = dex_await_boxed (ghd_store_keys_list (self->pool), error);
  g_autoptr (GhKeyRing) keys = gh_key_ring_new ();

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const GhdServerKeyRow *row = g_ptr_array_index (rows, i);

      if (!gh_key_ring_add (keys, row->server, row->key_id, row->public_key, error))
        return NULL;
    }
  return rows != NULL ? g_steal_pointer (&keys) : NULL;
}

static gboolean
check_signature (GhdAdmin *self, GhReceipt *receipt, GError **error)
{
  const char *name = ghd_settings_get_string (self->settings, GHD_SETTING_SERVER_NAME);
  g_autoptr (GhKeyRing) keys = load_keys (self, error);
  g_autoptr (GError) why = NULL;

  if (keys == NULL)
    return FALSE;
  if (!g_str_equal (gh_receipt_get_server (receipt), name))
    {
      g_set_error (
        error, GHD_ADMIN_ERROR, STATUS_NOT_SIGNED,
        "Not honoured: the receipt is of %s, and this is %s. Nobody can say here whether "
        "it is true.",
        gh_receipt_get_server (receipt), name);
      return FALSE;
    }
  if (gh_receipt_verify (receipt, keys, &why))
    return TRUE;
  g_set_error (error, GHD_ADMIN_ERROR, STATUS_NOT_SIGNED,
               "Not honoured: this server has not signed the receipt. %s.", why->message);
  return FALSE;
}

static gboolean
check_log (GhdAdmin *self, GhReceipt *receipt, GError **error)
{
  const char *event_id = gh_receipt_get_event_id (receipt);
  gint64 position = gh_receipt_get_position (receipt);
  g_autoptr (GError) why = NULL;
  g_autoptr (GhEvent) event = dex_await_boxed (ghd_store_events_get (self->pool, event_id), &why);

  if (event != NULL && gh_event_get_position (event) == position)
    return TRUE;
  if (event != NULL)
    g_set_error (
      error, GHD_ADMIN_ERROR, STATUS_NOT_IN_LOG,
      "Not honoured: this server has signed that the event %s is at position %" G_GINT64_FORMAT
      ", but its log has it at %" G_GINT64_FORMAT
      ". Something is wrong with the database: run guildhalld check.",
      event_id, position, gh_event_get_position (event));
  else if (g_error_matches (why, GH_ERROR, GH_ERROR_NOT_FOUND))
    g_set_error (
      error, GHD_ADMIN_ERROR, STATUS_NOT_IN_LOG,
      "Not honoured: this server has signed that the event %s is at position %" G_GINT64_FORMAT
      ", but its log does not hold it. Was the database restored from an older backup?",
      event_id, position);
  else
    g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/**
 * ghd_admin_verify_receipt:
 *
 * Tells whether this server honours a receipt: whether it has signed it, and its log holds the event
 * at that position.
 */
gboolean
ghd_admin_verify_receipt (GhdAdmin *self, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GhReceipt) receipt = NULL;
  const char *path;

  if (!ghd_admin_take_words (self, "a file that holds a receipt, or - for standard input", &path,
                             error))
    return FALSE;
  bytes = read_file (path, error);
  if (bytes == NULL)
    return FALSE;
  receipt = parse (bytes, g_str_equal (path, "-") ? "What came" : path, error);
  if (receipt == NULL || !ghd_admin_open_database (self, FALSE, error)
      || !check_signature (self, receipt, error) || !check_log (self, receipt, error))
    return FALSE;

  g_print ("Honoured: the event %s is at position %" G_GINT64_FORMAT
           " of the log of %s, which signed it with %s.\n",
           gh_receipt_get_event_id (receipt), gh_receipt_get_position (receipt),
           gh_receipt_get_server (receipt), gh_receipt_get_key_id (receipt));
  return TRUE;
}
