/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where timelines get their pages: from the cache where it has them, else from the server. */
#include "ghc-session-internal.h"

#include "gh-error.h"
#include "ghc-operation.h"

#include <glib/gi18n.h>

typedef struct
{
  GhcSession *self;
  char *channel_id;
  gint64 before;
  gint64 after;
  gint64 around_ts;
  guint limit;
} Load;

static void
load_free (Load *load)
{
  g_object_unref (load->self);
  g_free (load->channel_id);
  g_free (load);
}

static gint64
position_at (GPtrArray *events, guint index)
{
  return gh_event_get_position (g_ptr_array_index (events, index));
}

/* What is kept is written first, so that the page reaches as far as the stream has. */
static GhcPage *
read_cache (Load *load)
{
  ghc_session_write_batch (load->self);

  return dex_await_object (ghc_cache_load_page (load->self->cache, load->channel_id, load->before,
                                                load->after, load->limit),
                           NULL);
}

static gboolean
is_first_page (Load *load)
{
  GhcChannel *channel = ghc_account_lookup_channel (load->self->account, load->channel_id);

  return load->before == 0 && load->after == 0 && load->around_ts == 0 && channel != NULL
         && !ghc_timeline_get_loaded (ghc_channel_get_timeline (channel));
}

/* A page of the cache that is as good as the server's. */
static gboolean
is_enough (Load *load, GhcPage *page)
{
  guint n_events = page != NULL ? ghc_page_get_events (page)->len : 0;

  if (n_events == 0)
    return FALSE;

  return load->before == 0 || n_events >= load->limit || ghc_page_get_at_start (page);
}

static GhcPage *
parse_page (Load *load, GhJson *reply, GError **error)
{
  g_autoptr (GPtrArray) events = ghc_session_parse_events (reply, load->channel_id, error);
  gboolean at_start = gh_json_peek_bool (reply, "at_start", FALSE);
  gboolean at_end = gh_json_peek_bool (reply, "at_end", FALSE);

  if (events == NULL)
    return NULL;

  if (events->len > 0
      && ((load->before != 0 && position_at (events, events->len - 1) >= load->before)
          || (load->after != 0 && position_at (events, 0) <= load->after)))
    {
      gh_set_error (error, GH_ERROR_INVALID, "history.range", NULL,
                    _ ("The server sent different messages than those asked for."));
      return NULL;
    }

  return ghc_page_new (events, at_start, at_end);
}

static void
keep_page (Load *load, GhcPage *page)
{
  GhcChannel *channel = ghc_account_lookup_channel (load->self->account, load->channel_id);
  GPtrArray *events = ghc_page_get_events (page);
  gint64 low;
  gint64 high;

  /* What lies around some date is not recent history; and one may have left meanwhile. */
  if (events->len == 0 || load->around_ts != 0 || channel == NULL || !ghc_channel_get_joined (channel))
    return;

  low = load->after != 0 ? load->after + 1 : position_at (events, 0);
  high = load->before != 0 ? load->before - 1 : position_at (events, events->len - 1);
  dex_future_disown (ghc_cache_add_page (load->self->cache, load->channel_id, page, low, high));
}

static GhcPage *
ask_server (Load *load, GError **error)
{
  const char *edge = load->before != 0 ? "before" : load->after != 0 ? "after" : "around_ts";
  gint64 value = load->before + load->after + load->around_ts;
  g_autoptr (GhJson) data = NULL;
  g_autoptr (GhJson) reply = NULL;
  GhcPage *page;

  if (value != 0)
    data = ghc_data_new ("s", "channel_id", load->channel_id, "i", "limit", (gint64) load->limit,
                         "i", edge, value, NULL);
  else
    data = ghc_data_new ("s", "channel_id", load->channel_id, "i", "limit", (gint64) load->limit,
                         NULL);

  reply = dex_await_boxed (ghc_session_request (load->self, "message.history", data), error);
  page = reply != NULL ? parse_page (load, reply, error) : NULL;
  if (page != NULL)
    keep_page (load, page);

  return page;
}

/* @page: (transfer full) */
static DexFuture *
give_page (Load *load, GhcPage *page)
{
  ghc_session_add_receipts (load->self, load->channel_id, page);

  return dex_future_new_take_object (page);
}

static DexFuture *
load_fiber (gpointer data)
{
  Load *load = data;
  g_autoptr (GhcPage) cached = NULL;
  g_autoptr (GhcPage) page = NULL;
  g_autoptr (GError) error = NULL;

  if (load->before != 0 || is_first_page (load))
    {
      cached = read_cache (load);
      if (is_enough (load, cached))
        return give_page (load, g_steal_pointer (&cached));
    }

  page = ask_server (load, &error);
  if (page != NULL)
    return give_page (load, g_steal_pointer (&page));

  /* Offline: what there is, though it may be little. */
  if (gh_error_get_code (error) == GH_ERROR_UNAVAILABLE && load->around_ts == 0)
    {
      if (cached == NULL && load->after != 0)
        cached = read_cache (load);
      if (cached != NULL && ghc_page_get_events (cached)->len > 0)
        return give_page (load, g_steal_pointer (&cached));
    }

  return dex_future_new_for_error (g_steal_pointer (&error));
}

static DexFuture *
load (GhcTimelineLoader *loader, const char *channel_id, gint64 before, gint64 after,
      gint64 around_ts, guint limit)
{
  Load *task = g_new0 (Load, 1);

  task->self = g_object_ref (GHC_SESSION (loader));
  task->channel_id = g_strdup (channel_id);
  task->before = before;
  task->after = after;
  task->around_ts = around_ts;
  task->limit = limit;

  return dex_scheduler_spawn (NULL, 0, load_fiber, task, (GDestroyNotify) load_free);
}

void
ghc_session_loader_init (GhcTimelineLoaderInterface *iface)
{
  iface->load = load;
}
