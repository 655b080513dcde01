/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-signal.h"

#include "gh-error.h"
#include "gh-json-builder.h"
#include "ghc-line.h"

#include <string.h>

#define MAX_TURN G_MAXINT32
#define UFRAG "a=ice-ufrag:"
#define PASSWORD "a=ice-pwd:"

static const char *const kinds[] = { "description", "candidate", "pictures", NULL };
static const char *const types[] = { "offer", "answer", NULL };

/* What a line of SDP may have in it; anything else could be taken for another line, or for its end. */
static gboolean
is_printable (const char *text, const char *also)
{
  for (const char *at = text; *at != '\0'; at++)
    {
      if (!g_ascii_isprint (*at) && strchr (also, *at) == NULL)
        return FALSE;
    }
  return TRUE;
}

/**
 * ghc_signal_read:
 * @json: what another member sent
 * @signal: (out): what it says
 * @error: return location
 *
 * Returns: whether it is a signal; otherwise %GH_ERROR_INVALID
 */
gboolean
ghc_signal_read (GhJson *json, GhcSignal *signal, GError **error)
{
  gint64 turn = 0;
  gint64 line = 0;
  guint kind, type;

  g_return_val_if_fail (json != NULL && signal != NULL, FALSE);

  memset (signal, 0, sizeof *signal);
  if (!gh_json_get_choice (json, "kind", kinds, &kind, error)
      || !gh_json_get_int (json, "turn", 1, MAX_TURN, &turn, error))
    return FALSE;
  signal->turn = (guint) turn;
  if (kind == 0)
    {
      if (!gh_json_get_choice (json, "type", types, &type, error)
          || !gh_json_get_string (json, "sdp", 1, GHC_SIGNAL_MAX_SDP, &signal->text, error))
        return FALSE;
      signal->kind = type == 0 ? GHC_SIGNAL_OFFER : GHC_SIGNAL_ANSWER;
      if (!is_printable (signal->text, "\r\n"))
        return gh_set_error (error, GH_ERROR_INVALID, "call.description", "sdp",
                             "The description is not text");
      return TRUE;
    }
  if (kind == 2)
    {
      gboolean is_paused = FALSE;

      if (!gh_json_get_int (json, "mline", GHC_LINE_CAMERA, GHC_LINE_SCREEN, &line, error)
          || !gh_json_get_bool (json, "paused", &is_paused, error))
        return FALSE;
      signal->kind = is_paused ? GHC_SIGNAL_PAUSE : GHC_SIGNAL_RESUME;
      signal->line = (guint) line;
      signal->text = "";
      return TRUE;
    }
  signal->kind = GHC_SIGNAL_CANDIDATE;
  if (!gh_json_get_int (json, "mline", 0, 0, &line, error)
      || !gh_json_get_string (json, "candidate", 0, GHC_SIGNAL_MAX_CANDIDATE, &signal->text, error))
    return FALSE;
  signal->line = (guint) line;
  if (!is_printable (signal->text, "")
      || (*signal->text != '\0' && !g_str_has_prefix (signal->text, "candidate:")))
    return gh_set_error (error, GH_ERROR_INVALID, "call.candidate", "candidate",
                         "This is no candidate");
  return TRUE;
}

/**
 * ghc_signal_write:
 * @signal: what to say
 *
 * Returns: (transfer full): its form on the wire
 */
GhJson *
ghc_signal_write (const GhcSignal *signal)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  if (signal->kind == GHC_SIGNAL_CANDIDATE)
    {
      gh_json_builder_add_string (builder, "kind", "candidate");
      gh_json_builder_add_int (builder, "mline", signal->line);
      gh_json_builder_add_string (builder, "candidate", signal->text);
    }
  else if (signal->kind == GHC_SIGNAL_PAUSE || signal->kind == GHC_SIGNAL_RESUME)
    {
      gh_json_builder_add_string (builder, "kind", "pictures");
      gh_json_builder_add_int (builder, "mline", signal->line);
      gh_json_builder_add_bool (builder, "paused", signal->kind == GHC_SIGNAL_PAUSE);
    }
  else
    {
      gh_json_builder_add_string (builder, "kind", "description");
      gh_json_builder_add_string (builder, "type",
                                  signal->kind == GHC_SIGNAL_OFFER ? "offer" : "answer");
      gh_json_builder_add_string (builder, "sdp", signal->text);
    }
  gh_json_builder_add_int (builder, "turn", signal->turn);
  return gh_json_builder_finish (builder);
}

/**
 * ghc_ticket_clear:
 * @self: a ticket, to be empty
 */
void
ghc_ticket_clear (GhcTicket *self)
{
  g_clear_pointer (&self->ufrag, g_free);
  g_clear_pointer (&self->password, g_free);
}

/* FALSE when it names another than before. */
static gboolean
take_value (char **value, const char *found)
{
  if (*value == NULL)
    *value = g_strdup (found);
  return g_str_equal (*value, found);
}

/* @line begins with "m=". */
static gboolean
is_of_media (const char *line, const char *media)
{
  gsize length = strlen (media);

  return strncmp (line + 2, media, length) == 0 && line[2 + length] == ' ';
}

/**
 * ghc_ticket_read:
 * @sdp: a description from another member
 * @ticket: (out): the credentials that it names
 * @error: return location
 *
 * Returns: whether it describes one connection of all lines with one ticket; otherwise
 *   %GH_ERROR_INVALID ("call.description")
 */
gboolean
ghc_ticket_read (const char *sdp, GhcTicket *ticket, GError **error)
{
  g_auto (GStrv) lines = g_strsplit_set (sdp, "\r\n", -1);
  gboolean is_ours = TRUE;
  gboolean is_one = TRUE;
  guint n_media = 0;

  memset (ticket, 0, sizeof *ticket);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_prefix (lines[i], "m="))
        {
          is_ours = is_ours && n_media < GHC_N_LINES
                    && is_of_media (lines[i], ghc_line_get_media ((GhcLine) n_media));
          n_media++;
        }
      else if (g_str_has_prefix (lines[i], UFRAG))
        is_one = take_value (&ticket->ufrag, lines[i] + strlen (UFRAG)) && is_one;
      else if (g_str_has_prefix (lines[i], PASSWORD))
        is_one = take_value (&ticket->password, lines[i] + strlen (PASSWORD)) && is_one;
    }
  /* RFC 8839, section 5.4, has these sizes. */
  if (n_media == GHC_N_LINES && is_ours && is_one && ticket->ufrag != NULL && ticket->password != NULL
      && strlen (ticket->ufrag) >= 4 && strlen (ticket->ufrag) <= 256
      && strlen (ticket->password) >= 22 && strlen (ticket->password) <= 256)
    return TRUE;
  ghc_ticket_clear (ticket);
  return gh_set_error (error, GH_ERROR_INVALID, "call.description", "sdp",
                       "The description is not of one connection for a call");
}

/**
 * ghc_ticket_check:
 * @self: the ticket that a member showed before, or none; the one of @sdp from now on
 * @told_ufrag: (nullable): what the server says that the sender of @sdp was given; %NULL when it does not
 *   say: then the first one that comes holds, because only that member's device can have it passed on
 * @sdp: a description from that member
 * @error: return location
 *
 * A server that has forgotten the call gives new tickets, so that another one may come later.
 *
 * Returns: whether it has the ticket of its sender; otherwise %GH_ERROR_INVALID ("call.description", or
 *   "call.ticket")
 */
gboolean
ghc_ticket_check (GhcTicket *self, const char *told_ufrag, const char *sdp, GError **error)
{
  GhcTicket shown;
  gboolean is_good;

  g_return_val_if_fail (self != NULL && sdp != NULL, FALSE);

  if (!ghc_ticket_read (sdp, &shown, error))
    return FALSE;
  is_good = told_ufrag == NULL || g_str_equal (shown.ufrag, told_ufrag);
  if (is_good && self->ufrag != NULL && told_ufrag != NULL
      && !g_str_equal (self->ufrag, told_ufrag))
    ghc_ticket_clear (self);
  if (is_good && self->ufrag == NULL)
    {
      *self = shown;
      return TRUE;
    }
  is_good = is_good && g_str_equal (self->ufrag, shown.ufrag)
            && g_str_equal (self->password, shown.password);
  ghc_ticket_clear (&shown);
  if (is_good)
    return TRUE;
  return gh_set_error (error, GH_ERROR_INVALID, "call.ticket", "sdp",
                       "The description has another ticket than its sender");
}

/**
 * ghc_ticket_write:
 * @sdp: a description of ours
 * @ufrag: (nullable): what the server gave us
 * @password: (nullable): what the server gave us
 *
 * Returns: (transfer full): the description with these credentials instead of its own
 */
char *
ghc_ticket_write (const char *sdp, const char *ufrag, const char *password)
{
  g_auto (GStrv) lines = NULL;

  if (ufrag == NULL || password == NULL)
    return g_strdup (sdp);
  lines = g_strsplit (sdp, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *name = g_str_has_prefix (lines[i], UFRAG)      ? UFRAG
                         : g_str_has_prefix (lines[i], PASSWORD) ? PASSWORD
                                                                 : NULL;

      if (name == NULL)
        continue;
      g_free (lines[i]);
      lines[i] = g_strconcat (name, g_str_equal (name, UFRAG) ? ufrag : password, NULL);
    }
  return g_strjoinv ("\r\n", lines);
}
