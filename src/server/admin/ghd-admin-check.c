/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-admin-private.h"

#include "gh-json-builder.h"
#include "gh-key-ring.h"
#include "ghd-audit.h"
#include "ghd-projection.h"
#include "ghd-store-keys.h"

#include <string.h>

#define PAGE 500

/* Rooms whose last event is remembered, which saves looking it up; the memory of a check does not grow
 * with the log. */
#define MAX_HEADS 500

/* Findings that are told one by one; all are counted. */
#define MAX_TOLD 100

typedef struct
{
  GhdAudit *audit;
  GhKeyRing *keys;
  GHashTable *heads;   /* room → id of its last event: of all rooms, or of those seen lately */
  gboolean knows_all;  /* no room was forgotten */
  GPtrArray *findings; /* (element-type Finding) */
  gint64 n_findings;
  gint64 n_events;
  gint64 position;
  gint64 end;
} Check;

typedef struct
{
  gint64 position; /* 0 = it concerns no single event */
  const char *kind;
  char *detail;
} Finding;

static void
finding_free (gpointer data)
{
  Finding *finding = data;

  g_free (finding->detail);
  g_free (finding);
}

static void
check_clear (Check *check)
{
  if (check->audit != NULL)
    ghd_audit_close (check->audit);
  g_clear_object (&check->audit);
  g_clear_pointer (&check->keys, gh_key_ring_unref);
  g_clear_pointer (&check->heads, g_hash_table_unref);
  g_clear_pointer (&check->findings, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Check, check_clear)

static void G_GNUC_PRINTF (4, 5)
  find (Check *check, gint64 position, const char *kind, const char *format, ...)
{
  Finding *finding;
  va_list args;

  if (check->n_findings++ >= MAX_TOLD)
    return;
  finding = g_new0 (Finding, 1);
  finding->position = position;
  finding->kind = kind;
  va_start (args, format);
  finding->detail = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (check->findings, finding);
}

static gboolean
load_keys (GhdAdmin *self, Check *check, GError **error)
{
  g_autoptr (GPtrArray) rows = dex_await_boxed (ghd_store_keys_list (self->pool), error);

  if (rows == NULL)
    return FALSE;
  check->keys = gh_key_ring_new ();
  for (guint i = 0; i < rows->len; i++)
    {
      const GhdServerKeyRow *row = g_ptr_array_index (rows, i);
      g_autoptr (GError) local_error = NULL;

      if (!gh_key_ring_add (check->keys, row->server, row->key_id, row->public_key, &local_error))
        find (check, 0, "key", "Key %s of %s: %s", row->key_id, row->server, local_error->message);
    }
  return TRUE;
}

/* --- one event --- */

static void
check_columns (Check *check, const GhdAuditRow *row)
{
  GhEvent *event = row->event;

  if (g_strcmp0 (row->event_id, gh_event_get_id (event)) != 0)
    find (check, row->position, "id", "The id is %s, the header's hash makes it %s", row->event_id,
          gh_event_get_id (event));
  if (g_strcmp0 (row->room_id, gh_event_get_room_id (event)) != 0
      || g_strcmp0 (row->type, gh_event_get_event_type (event)) != 0
      || g_strcmp0 (row->state_key, gh_event_get_state_key (event)) != 0
      || g_strcmp0 (row->sender, gh_event_get_sender (event)) != 0
      || row->origin_ts != gh_event_get_origin_ts (event))
    find (check, row->position, "columns", "The columns do not say what the signed header says");
}

static void
check_signature (Check *check, GhEvent *event)
{
  const char *server, *key_id;
  const guint8 *signature = gh_event_get_signature (event, 0, &server, &key_id);
  const GhHash *hash = gh_event_get_hash (event);
  g_autoptr (GError) error = NULL;

  if (!gh_key_ring_verify (check->keys, server, key_id, hash->bytes, GH_HASH_SIZE, signature,
                           &error))
    find (check, gh_event_get_position (event), "signature", "%s", error->message);
}

static void
check_position (Check *check, gint64 position)
{
  if (position != check->position + 1)
    find (check, position, "gap", "The position before it is %" G_GINT64_FORMAT, check->position);
  check->position = position;
}

/* An event that is cited, and by which; the last event of the room needs no search and is left
 * out. */
typedef struct
{
  GhEvent *event;
  const char *cited;
  const char *kind;
} Citation;

static void
note_cited (GArray *citations, GhEvent *event, const char *const *cited, const char *head,
            const char *kind)
{
  for (; cited != NULL && *cited != NULL; cited++)
    {
      Citation citation = { event, *cited, kind };

      if (g_strcmp0 (*cited, head) != 0)
        g_array_append_val (citations, citation);
    }
}

static gboolean
note_citations (Check *check, GhEvent *event, GArray *citations, GError **error)
{
  const char *const *prev = gh_event_get_prev_events (event);
  const char *head = g_hash_table_lookup (check->heads, gh_event_get_room_id (event));
  gboolean had_events = head != NULL;

  if (prev == NULL || prev[0] == NULL)
    {
      if (!had_events && !check->knows_all
          && !ghd_audit_knows_room (check->audit, gh_event_get_room_id (event), &had_events, error))
        return FALSE;
      if (had_events)
        find (check, gh_event_get_position (event), "prev_events",
              "It follows nothing, but its room had events");
    }
  note_cited (citations, event, prev, head, "prev_events");
  note_cited (citations, event, gh_event_get_auth_events (event), NULL, "auth_events");
  g_hash_table_replace (check->heads, g_strdup (gh_event_get_room_id (event)),
                        g_strdup (gh_event_get_id (event)));
  return TRUE;
}

/* --- the log --- */

/* What is forgotten has been folded: the database knows it. */
static void
forget_heads (Check *check)
{
  if (g_hash_table_size (check->heads) <= MAX_HEADS)
    return;
  g_hash_table_remove_all (check->heads);
  check->knows_all = FALSE;
}

static gboolean
check_citations (Check *check, GArray *citations, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_sized_new (citations->len);
  g_autoptr (GHashTable) found = NULL;

  for (guint i = 0; i < citations->len; i++)
    g_ptr_array_add (ids, (gpointer) g_array_index (citations, Citation, i).cited);
  found = ghd_audit_find (check->audit, ids, error);
  if (found == NULL)
    return FALSE;

  for (guint i = 0; i < citations->len; i++)
    {
      const Citation *citation = &g_array_index (citations, Citation, i);
      const gint64 *position = g_hash_table_lookup (found, citation->cited);
      gint64 own = gh_event_get_position (citation->event);

      if (position == NULL)
        find (check, own, citation->kind, "It cites %s, which is not there", citation->cited);
      else if (*position >= own)
        find (check, own, citation->kind, "It cites %s, which comes later", citation->cited);
    }
  return TRUE;
}

static gboolean
check_page (Check *check, GPtrArray *rows, GError **error)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new ();
  g_autoptr (GArray) citations = g_array_new (FALSE, FALSE, sizeof (Citation));

  for (guint i = 0; i < rows->len; i++)
    {
      const GhdAuditRow *row = g_ptr_array_index (rows, i);

      check->n_events++;
      check_position (check, row->position);
      if (row->event == NULL)
        {
          find (check, row->position, "hash", "%s", row->error->message);
          continue;
        }
      check_columns (check, row);
      check_signature (check, row->event);
      if (!note_citations (check, row->event, citations, error))
        return FALSE;
      g_ptr_array_add (events, row->event);
    }
  return check_citations (check, citations, error) && ghd_audit_fold (check->audit, events, error);
}

static gboolean
check_log (Check *check, GError **error)
{
  for (;;)
    {
      g_autoptr (GPtrArray) rows = ghd_audit_read (check->audit, check->position, PAGE, error);

      if (rows == NULL)
        return FALSE;
      if (rows->len == 0)
        break;
      if (!check_page (check, rows, error))
        return FALSE;
      forget_heads (check);
      ghd_admin_progress ("Reading the log: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                          " events (%d %%)",
                          check->position, check->end,
                          (int) (100 * check->position / MAX (check->end, 1)));
    }
  return TRUE;
}

static gboolean
check_tables (Check *check, GError **error)
{
  gint64 n_missing, n_extra, n_requests, marked;

  for (const char *const *table = ghd_projection_tables (); *table != NULL; table++)
    {
      ghd_admin_progress ("Comparing the table %s with the log", *table);
      if (!ghd_audit_compare (check->audit, *table, &n_missing, &n_extra, error))
        return FALSE;
      if (n_missing > 0 || n_extra > 0)
        find (check, 0, "projection",
              "Table %s: %" G_GINT64_FORMAT " rows of the log are not in it, %" G_GINT64_FORMAT
              " rows in it are not of the log",
              *table, n_missing, n_extra);
    }
  ghd_admin_progress ("Comparing what was answered with the log");
  if (!ghd_audit_count_lost (check->audit, &n_requests, &marked, error))
    return FALSE;
  if (n_requests > 0)
    find (check, 0, "lost", "The events of %" G_GINT64_FORMAT " answered requests are not there",
          n_requests);
  if (marked != check->position)
    find (check, 0, "lost",
          "The log ends at %" G_GINT64_FORMAT ", but the writer had come to %" G_GINT64_FORMAT,
          check->position, marked);
  ghd_admin_progress ("%s", "");
  return TRUE;
}

/* --- what is told --- */

static void
print_json (const Check *check)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GBytes) json = NULL;

  gh_json_builder_add_bool (builder, "ok", check->n_findings == 0);
  gh_json_builder_add_int (builder, "events", check->n_events);
  gh_json_builder_add_int (builder, "position", check->position);
  gh_json_builder_add_int (builder, "problems_count", check->n_findings);
  gh_json_builder_open_array (builder, "problems");
  for (guint i = 0; i < check->findings->len; i++)
    {
      const Finding *finding = g_ptr_array_index (check->findings, i);

      gh_json_builder_open_object (builder, NULL);
      if (finding->position > 0)
        gh_json_builder_add_int (builder, "position", finding->position);
      gh_json_builder_add_string (builder, "kind", finding->kind);
      gh_json_builder_add_string (builder, "detail", finding->detail);
      gh_json_builder_close (builder);
    }
  gh_json_builder_close (builder);
  json = gh_json_builder_finish_bytes (builder);
  g_print ("%.*s\n", (int) g_bytes_get_size (json), (const char *) g_bytes_get_data (json, NULL));
}

static void
print_text (const Check *check)
{
  for (guint i = 0; i < check->findings->len; i++)
    {
      const Finding *finding = g_ptr_array_index (check->findings, i);

      if (finding->position > 0)
        g_print ("event at %" G_GINT64_FORMAT ": %s: %s\n", finding->position, finding->kind,
                 finding->detail);
      else
        g_print ("%s: %s\n", finding->kind, finding->detail);
    }
  if (check->n_findings > check->findings->len)
    g_print ("… and %" G_GINT64_FORMAT " more\n", check->n_findings - check->findings->len);
  if (check->n_findings == 0)
    g_print ("%" G_GINT64_FORMAT " events: all is well.\n", check->n_events);
  else
    g_print ("%" G_GINT64_FORMAT " events, %" G_GINT64_FORMAT " problems.\n", check->n_events,
             check->n_findings);
}

/* check [--json] */
gboolean
ghd_admin_check (GhdAdmin *self, GError **error)
{
  gboolean json = ghd_admin_take_switch (self, "--json");
  g_auto (Check) check = { 0 };

  if (!ghd_admin_take_words (self, NULL, NULL, error)
      || !ghd_admin_open_database (self, TRUE, error))
    return FALSE;

  check.heads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  check.knows_all = TRUE;
  check.findings = g_ptr_array_new_with_free_func (finding_free);
  check.audit = ghd_audit_open (self->conninfo, error);
  if (check.audit == NULL || !ghd_audit_get_end (check.audit, &check.end, error)
      || !load_keys (self, &check, error) || !check_log (&check, error)
      || !check_tables (&check, error))
    return FALSE;
  if (json)
    print_json (&check);
  else
    print_text (&check);
  self->status = check.n_findings == 0 ? 0 : 1;
  return TRUE;
}
