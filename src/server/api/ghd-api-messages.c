/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-handlers.h"

#include "gh-base64url.h"
#include "gh-error.h"
#include "gh-limits.h"

#define DEFAULT_EVENTS_PAGE 200

/* The server's signature over the event's hash. */
static void
build_signatures (GhJsonBuilder *builder, GhEvent *event)
{
  gh_json_builder_open_object (builder, "signatures");
  for (guint i = 0; i < gh_event_get_n_signatures (event); i++)
    {
      const char *server, *key_id;
      const guint8 *signature = gh_event_get_signature (event, i, &server, &key_id);
      g_autofree char *text = gh_base64url_encode (signature, GH_SIGNATURE_SIZE);

      gh_json_builder_open_object (builder, server);
      gh_json_builder_add_string (builder, key_id, text);
      gh_json_builder_close (builder);
    }
  gh_json_builder_close (builder);
}

GHD_HANDLER (message_send)
{
  g_autoptr (GhJson) content = gh_json_peek_object (call->data, "content");
  g_autoptr (GhdCommit) commit = NULL;
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  const char *txn_id = ghd_call_get_string (call, "txn_id");
  GhEvent *event;

  commit = ghd_messages_send (ghd_domain_get_messages (call->domain), ghd_call_get_user (call),
                              ghd_call_get_string (call, "channel_id"), content, txn_id, error);
  if (commit == NULL)
    return NULL;

  event = ghd_commit_get_event (commit, 0);
  gh_json_builder_add_string (builder, "event_id", gh_event_get_id (event));
  gh_json_builder_add_int (builder, "position", gh_event_get_position (event));
  gh_json_builder_add_int (builder, "origin_ts", gh_event_get_origin_ts (event));
  gh_json_builder_add_string (builder, "txn_id", txn_id);
  build_signatures (builder, event);
  ghd_commit_add_receipt (commit, builder);

  return ghd_call_reply (builder);
}

static void
build_events (GhJsonBuilder *builder, GhdEventPage *page)
{
  gh_json_builder_open_array (builder, "events");
  for (guint i = 0; i < page->events->len; i++)
    gh_json_builder_add_raw (builder, NULL,
                             gh_event_get_bytes (g_ptr_array_index (page->events, i)));
  gh_json_builder_close (builder);
}

GHD_HANDLER (message_history)
{
  g_autoptr (GhdEventPage) page = NULL;
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  GhdHistoryQuery query = {
    .before = ghd_call_get_int (call, "before", 0),
    .after = ghd_call_get_int (call, "after", -1),
    .around_ts = ghd_call_get_int (call, "around_ts", -1),
    .limit = ghd_call_get_int (call, "limit", GH_DEFAULT_HISTORY_PAGE),
  };

  if (ghd_call_has (call, "before") + ghd_call_has (call, "after")
        + ghd_call_has (call, "around_ts")
      > 1)
    {
      gh_set_error (error, GH_ERROR_INVALID, "history.range", "before",
                    "Give one of “before”, “after” and “around_ts”.");
      return NULL;
    }

  page = ghd_messages_history (ghd_domain_get_messages (call->domain), ghd_call_get_user (call),
                               ghd_call_get_string (call, "channel_id"), &query, error);
  if (page == NULL)
    return NULL;

  build_events (builder, page);
  gh_json_builder_add_bool (builder, "at_start", page->at_start);
  gh_json_builder_add_bool (builder, "at_end", page->at_end);

  return ghd_call_reply (builder);
}

GHD_HANDLER (events_after)
{
  g_autoptr (GhdEventPage) page = NULL;
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  page = ghd_messages_events_after (ghd_domain_get_messages (call->domain),
                                    ghd_call_get_user (call), ghd_call_get_int (call, "after", 0),
                                    ghd_call_get_int (call, "limit", DEFAULT_EVENTS_PAGE), error);
  if (page == NULL)
    return NULL;

  build_events (builder, page);
  gh_json_builder_add_int (builder, "position", page->position);
  gh_json_builder_add_bool (builder, "more", !page->at_end);

  return ghd_call_reply (builder);
}
