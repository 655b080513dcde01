/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-handlers.h"

#include "gh-error.h"
#include "ghd-args.h"

static GhdCalls *
get_calls (GhdCall *call)
{
  return ghd_domain_get_calls (call->domain);
}

static const char *
get_device (GhdCall *call)
{
  return ghd_caller_get_device_id (call->caller);
}

static GhdReply *
reply_empty_if (gboolean is_done)
{
  return is_done ? ghd_call_reply_empty () : NULL;
}

static GhdShareKind
get_share_kind (GhJson *data)
{
  GhdShareKind kind = GHD_SHARE_SCREEN;

  ghd_share_kind_from_string (gh_json_peek_string (data, "kind"), &kind);
  return kind;
}

static const GhdArg show_args[] = {
  { "kind", GHD_ARG_ENUM, 0, 0, GHD_ARG_REQUIRED, NULL, 0, "screen|camera" },
  { "sound", GHD_ARG_BOOLEAN, 0, 0, GHD_ARG_OPTIONAL },
  { NULL },
};

/* The elements of "shares", checked as arguments are. */
static gboolean
read_shows (GhJson *shares, GhdCallJoin *join, GError **error)
{
  GhJsonIter iter;
  GhJson *element;

  join->has_shows = TRUE;
  gh_json_iter_init (&iter, shares);
  while (gh_json_iter_next (&iter, NULL, &element))
    {
      g_autoptr (GhJson) owned = element;

      if (!ghd_args_check (show_args, owned, error))
        {
          if (error != NULL)
            gh_error_set_field (*error, "shares");
          return FALSE;
        }
      join->shows[get_share_kind (owned)] = (GhdCallShow) {
        .is_on = TRUE,
        .has_sound = gh_json_peek_bool (owned, "sound", FALSE),
      };
    }

  return TRUE;
}

GHD_HANDLER (call_join)
{
  g_autoptr (GhJson) answer = NULL;
  g_autoptr (GhJsonBuilder) builder = NULL;
  g_autoptr (GhJson) shares = gh_json_peek_array (call->data, "shares");
  GhdCallJoin join = {
    .is_muted = ghd_call_get_bool (call, "muted", FALSE),
    .is_deafened = ghd_call_get_bool (call, "deafened", FALSE),
    .call_id = ghd_call_get_string (call, "call_id"),
    .epoch = ghd_call_get_int (call, "epoch", 0),
    .member_id = ghd_call_get_string (call, "member_id"),
  };

  if (shares != NULL && !read_shows (shares, &join, error))
    return NULL;

  answer = ghd_calls_join (get_calls (call), ghd_call_get_user (call), get_device (call),
                           ghd_call_get_string (call, "channel_id"), &join, error);
  if (answer == NULL)
    return NULL;

  builder = gh_json_builder_new ();
  gh_json_builder_add_members (builder, answer);
  return ghd_call_reply (builder);
}

GHD_HANDLER (call_leave)
{
  ghd_calls_leave (get_calls (call), ghd_call_get_user (call), get_device (call));

  return ghd_call_reply_empty ();
}

/* The members of "counters", checked as arguments are. */
static gboolean
read_counters (GhJson *counters, gint64 counts[GHD_N_CALL_COUNTS], GError **error)
{
  GhdArg args[GHD_N_CALL_COUNTS + 1] = { 0 };

  for (guint i = 0; i < GHD_N_CALL_COUNTS; i++)
    args[i] = (GhdArg) { .name = ghd_calls_get_count_name (i),
                         .type = GHD_ARG_INTEGER,
                         .max = GHD_CALLS_MAX_COUNT };
  if (!ghd_args_check (args, counters, error))
    {
      if (error != NULL)
        gh_error_set_field (*error, "counters");
      return FALSE;
    }

  for (guint i = 0; i < GHD_N_CALL_COUNTS; i++)
    counts[i] = gh_json_peek_int (counters, ghd_calls_get_count_name (i), 0);
  return TRUE;
}

GHD_HANDLER (call_alive)
{
  g_autoptr (GhJson) counters = gh_json_peek_object (call->data, "counters");
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  gint64 counts[GHD_N_CALL_COUNTS];

  if ((counters != NULL && !read_counters (counters, counts, error))
      || !ghd_calls_keep_alive (get_calls (call), ghd_call_get_user (call), get_device (call),
                                builder, error))
    return NULL;

  if (counters != NULL)
    ghd_calls_report (get_calls (call), ghd_call_get_user (call), get_device (call), counts);
  return ghd_call_reply (builder);
}

GHD_HANDLER (call_set_state)
{
  const GhdCallState state = {
    .has_muted = ghd_call_has (call, "muted"),
    .is_muted = ghd_call_get_bool (call, "muted", FALSE),
    .has_deafened = ghd_call_has (call, "deafened"),
    .is_deafened = ghd_call_get_bool (call, "deafened", FALSE),
  };

  if (!state.has_muted && !state.has_deafened)
    {
      gh_set_error (error, GH_ERROR_INVALID, "argument.missing", "muted",
                    "Say what is to change: muted or deafened.");
      return NULL;
    }

  return reply_empty_if (ghd_calls_set_state (get_calls (call), ghd_call_get_user (call),
                                              get_device (call), &state, error));
}

GHD_HANDLER (call_signal)
{
  g_autoptr (GhJson) signal = gh_json_peek_object (call->data, "signal");

  return reply_empty_if (ghd_calls_signal (get_calls (call), ghd_call_get_user (call),
                                           get_device (call), ghd_call_get_string (call, "to"),
                                           signal, error));
}

GHD_HANDLER (call_silence)
{
  return reply_empty_if (ghd_calls_silence (get_calls (call), ghd_call_get_user (call),
                                            ghd_call_get_string (call, "channel_id"),
                                            ghd_call_get_string (call, "user_id"),
                                            ghd_call_get_bool (call, "silenced", TRUE), error));
}

GHD_HANDLER (call_disconnect)
{
  return reply_empty_if (ghd_calls_disconnect (get_calls (call), ghd_call_get_user (call),
                                               ghd_call_get_string (call, "channel_id"),
                                               ghd_call_get_string (call, "user_id"), error));
}

GHD_HANDLER (call_share)
{
  const GhdCallShow show = {
    .is_on = ghd_call_get_bool (call, "on", FALSE),
    .has_sound = ghd_call_get_bool (call, "sound", FALSE),
  };

  return reply_empty_if (ghd_calls_share (get_calls (call), ghd_call_get_user (call),
                                          get_device (call), get_share_kind (call->data), &show,
                                          error));
}

GHD_HANDLER (call_watch)
{
  return reply_empty_if (ghd_calls_watch (get_calls (call), ghd_call_get_user (call),
                                          get_device (call),
                                          ghd_call_get_string (call, "member_id"),
                                          get_share_kind (call->data),
                                          ghd_call_get_bool (call, "on", FALSE), error));
}

GHD_HANDLER (call_stop_share)
{
  return reply_empty_if (ghd_calls_stop_share (get_calls (call), ghd_call_get_user (call),
                                               ghd_call_get_string (call, "channel_id"),
                                               ghd_call_get_string (call, "user_id"),
                                               get_share_kind (call->data), error));
}
