/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-link-private.h"

#include "gh-error.h"

#include <gst/sdp/sdp.h>

typedef struct
{
  GhcLink *link;
  char *theirs; /* (nullable): what the other end said */
  gboolean is_answer;
} Talk;

typedef struct
{
  GhcLink *link;
  GhcLinkReport *report;
} Ask;

typedef struct
{
  GhcLink *link;
  GstPromise *reply; /* the link holds it */
} Asked;

static Talk *
talk_new (GhcLink *link, const char *theirs, gboolean is_answer)
{
  Talk *talk = g_new0 (Talk, 1);

  talk->link = g_object_ref (link);
  talk->theirs = g_strdup (theirs);
  talk->is_answer = is_answer;
  return talk;
}

static void
talk_free (gpointer data)
{
  Talk *talk = data;

  g_object_unref (talk->link);
  g_free (talk->theirs);
  g_free (talk);
}

/* On one of webrtcbin's threads, or where the link is closed. */
static void
on_reply (GstPromise *reply, gpointer data)
{
  DexPromise *promise = data;
  const GstStructure *answer;
  g_autoptr (GError) error = NULL;

  if (gst_promise_wait (reply) != GST_PROMISE_RESULT_REPLIED)
    {
      dex_promise_reject (promise, g_error_new_literal (GH_ERROR, GH_ERROR_UNAVAILABLE,
                                                        "The connection was closed"));
      return;
    }
  answer = gst_promise_get_reply (reply);
  if (answer != NULL && gst_structure_get (answer, "error", G_TYPE_ERROR, &error, NULL))
    {
      /* Its words are for whoever wrote the other end. */
      g_info ("webrtcbin refused: %s", error->message);
      dex_promise_reject (promise,
                          gh_error_new (GH_ERROR_INVALID, "call.description", NULL, 0,
                                        "The connection’s description was refused"));
    }
  else
    dex_promise_resolve_boxed (promise, GST_TYPE_STRUCTURE,
                               answer != NULL ? gst_structure_copy (answer)
                                              : gst_structure_new_empty ("nothing"));
}

static void
asked_free (gpointer data)
{
  Asked *asked = data;

  g_object_unref (asked->link);
  g_free (asked);
}

static DexFuture *
on_answered (DexFuture *future, gpointer data)
{
  Asked *asked = data;

  g_ptr_array_remove_fast (ghc_link_get_asked (asked->link), asked->reply);
  return dex_ref (future);
}

/* Resolves to a GstStructure. */
static DexFuture *
ask (GhcLink *link, const char *action, gpointer argument)
{
  DexPromise *promise = dex_promise_new ();
  GstPromise *reply;
  Asked *asked = g_new0 (Asked, 1);

  reply = gst_promise_new_with_change_func (on_reply, dex_ref (promise),
                                            (GDestroyNotify) dex_unref);
  asked->link = g_object_ref (link);
  asked->reply = reply;
  g_ptr_array_add (ghc_link_get_asked (link), reply);
  g_signal_emit_by_name (ghc_link_get_webrtc (link), action, argument, reply);
  return dex_future_finally (DEX_FUTURE (promise), on_answered, asked, asked_free);
}

/* webrtcbin drops unanswered what it was asked shortly before it ended: whoever waits for that would wait
 * for ever. */
void
ghc_link_stop_asking (GhcLink *self)
{
  GPtrArray *asked = ghc_link_get_asked (self);
  g_autoptr (GPtrArray) replies =
    g_ptr_array_new_with_free_func ((GDestroyNotify) gst_promise_unref);

  /* Who hears of it may take its own out of the list. */
  for (guint i = 0; i < asked->len; i++)
    g_ptr_array_add (replies, gst_promise_ref (g_ptr_array_index (asked, i)));
  for (guint i = 0; i < replies->len; i++)
    gst_promise_interrupt (g_ptr_array_index (replies, i));
}

static DexFuture *
refuse_closed (void)
{
  return dex_future_new_reject (GH_ERROR, GH_ERROR_UNAVAILABLE, "The connection was closed");
}

static DexFuture *
tell (GhcLink *link, const char *action, GstWebRTCSDPType type, const char *text)
{
  g_autoptr (GstWebRTCSessionDescription) description = NULL;
  GstSDPMessage *message = NULL;

  if (ghc_link_get_webrtc (link) == NULL)
    return refuse_closed ();
  if (gst_sdp_message_new_from_text (text, &message) != GST_SDP_OK)
    return dex_future_new_reject (GH_ERROR, GH_ERROR_INVALID,
                                  "The connection’s description is no SDP");
  description = gst_webrtc_session_description_new (type, message);
  return ask (link, action, description);
}

/* Our side, with the ticket that the server gave us; the text, or NULL. The other end can read it while
 * webrtcbin still makes what it describes; should that fail, nothing ever connects. */
static char *
describe (GhcLink *link, gboolean is_answer, GError **error)
{
  g_autoptr (GstStructure) made = NULL;
  g_autoptr (GstWebRTCSessionDescription) description = NULL;
  g_autofree char *text = NULL;
  g_autofree char *ticketed = NULL;

  if (ghc_link_get_webrtc (link) == NULL)
    return dex_await_string (refuse_closed (), error);
  made = dex_await_boxed (ask (link, is_answer ? "create-answer" : "create-offer", NULL), error);
  if (made == NULL)
    return NULL;
  gst_structure_get (made, is_answer ? "answer" : "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
                     &description, NULL);
  if (description == NULL)
    return dex_await_string (refuse_closed (), error);
  text = gst_sdp_message_as_text (description->sdp);
  ticketed = ghc_link_put_ticket (link, text);
  dex_future_disown (tell (link, "set-local-description", description->type, ticketed));
  return g_steal_pointer (&ticketed);
}

static DexFuture *
describe_fiber (gpointer data)
{
  Talk *talk = data;
  g_autoptr (GError) error = NULL;
  char *text;

  if (talk->theirs != NULL)
    {
      g_autoptr (GstStructure) set =
        dex_await_boxed (tell (talk->link, "set-remote-description", GST_WEBRTC_SDP_TYPE_OFFER,
                               talk->theirs),
                         &error);

      if (set == NULL)
        return dex_future_new_for_error (g_steal_pointer (&error));
    }
  text = describe (talk->link, talk->is_answer, &error);
  if (text == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_take_string (text);
}

static DexFuture *
accept_fiber (gpointer data)
{
  Talk *talk = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstStructure) set =
    dex_await_boxed (tell (talk->link, "set-remote-description", GST_WEBRTC_SDP_TYPE_ANSWER,
                           talk->theirs),
                     &error);

  if (set == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_for_boolean (TRUE);
}

/**
 * ghc_link_offer:
 * @self: a new link
 *
 * Returns: (transfer full): resolves to the offer in SDP; rejects with %GH_ERROR_INVALID or
 *   %GH_ERROR_UNAVAILABLE
 */
DexFuture *
ghc_link_offer (GhcLink *self)
{
  g_return_val_if_fail (GHC_IS_LINK (self), NULL);

  return dex_scheduler_spawn (NULL, 0, describe_fiber, talk_new (self, NULL, FALSE), talk_free);
}

/**
 * ghc_link_answer:
 * @self: a new link
 * @offer: what the other end offers, in SDP
 *
 * Returns: (transfer full): resolves to the answer in SDP; rejects as ghc_link_offer() does
 */
DexFuture *
ghc_link_answer (GhcLink *self, const char *offer)
{
  g_return_val_if_fail (GHC_IS_LINK (self) && offer != NULL, NULL);

  return dex_scheduler_spawn (NULL, 0, describe_fiber, talk_new (self, offer, TRUE), talk_free);
}

/**
 * ghc_link_accept:
 * @self: a link that made an offer
 * @answer: what the other end said to it, in SDP
 *
 * Returns: (transfer full): resolves to %TRUE; rejects as ghc_link_offer() does
 */
DexFuture *
ghc_link_accept (GhcLink *self, const char *answer)
{
  g_return_val_if_fail (GHC_IS_LINK (self) && answer != NULL, NULL);

  return dex_scheduler_spawn (NULL, 0, accept_fiber, talk_new (self, answer, FALSE), talk_free);
}

static gboolean
read_part (const GstIdStr *name, const GValue *value, gpointer data)
{
  GhcLinkReport *report = data;
  const GstStructure *part;
  GstWebRTCStatsType type;

  if (!GST_VALUE_HOLDS_STRUCTURE (value))
    return TRUE;
  part = gst_value_get_structure (value);
  if (!gst_structure_get (part, "type", GST_TYPE_WEBRTC_STATS_TYPE, &type, NULL))
    return TRUE;
  if (type == GST_WEBRTC_STATS_LOCAL_CANDIDATE || type == GST_WEBRTC_STATS_REMOTE_CANDIDATE)
    {
      /* Only those of the selected pair are in the report. */
      report->has_pair = TRUE;
      if (g_strcmp0 (gst_structure_get_string (part, "candidate-type"), "relay") == 0)
        report->is_relayed = TRUE;
    }
  return TRUE;
}

static DexFuture *
report_fiber (gpointer data)
{
  Ask *query = data;
  g_autoptr (GstStructure) stats = NULL;
  g_autoptr (GError) error = NULL;

  if (ghc_link_get_webrtc (query->link) == NULL)
    return refuse_closed ();
  stats = dex_await_boxed (ask (query->link, "get-stats", NULL), &error);
  if (stats == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  *query->report = (GhcLinkReport) { 0 };
  gst_structure_foreach_id_str (stats, read_part, query->report);
  ghc_ear_read_report (ghc_link_get_ear (query->link), query->report);
  return dex_future_new_for_boolean (TRUE);
}

static void
ask_free (gpointer data)
{
  Ask *query = data;

  g_object_unref (query->link);
  g_free (query);
}

/**
 * ghc_link_ask_report:
 * @self: a link
 * @report: (out): what is known about the way; to be kept until this resolves
 *
 * Returns: (transfer full): resolves to %TRUE when @report is filled in; rejects with
 *   %GH_ERROR_UNAVAILABLE when the link was closed
 */
DexFuture *
ghc_link_ask_report (GhcLink *self, GhcLinkReport *report)
{
  Ask *query;

  g_return_val_if_fail (GHC_IS_LINK (self) && report != NULL, NULL);

  query = g_new0 (Ask, 1);
  query->link = g_object_ref (self);
  query->report = report;
  return dex_scheduler_spawn (NULL, 0, report_fiber, query, ask_free);
}
