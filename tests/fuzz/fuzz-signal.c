/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What another member of a call says about the connection to them. What is accepted keeps to its bounds, and
 * comes back the same when it is said again. */
#include "fuzz.h"

#include "gh-json.h"
#include "ghc-signal.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GhJson) json = gh_json_parse_object ((const char *) data, size, NULL);
  g_autoptr (GhJson) again = NULL;
  GhcSignal signal, back;
  GhcTicket ticket;

  if (json == NULL || !ghc_signal_read (json, &signal, NULL))
    return 0;
  must (signal.turn >= 1);
  must (strlen (signal.text) <= GHC_SIGNAL_MAX_SDP);
  again = ghc_signal_write (&signal);
  must (ghc_signal_read (again, &back, NULL));
  must (back.kind == signal.kind && back.turn == signal.turn
        && g_str_equal (back.text, signal.text));
  if (signal.kind == GHC_SIGNAL_CANDIDATE)
    {
      must (strpbrk (signal.text, "\r\n") == NULL);
      return 0;
    }
  if (ghc_ticket_read (signal.text, &ticket, NULL))
    {
      g_autofree char *ours = ghc_ticket_write (signal.text, "mine", "a-password-that-is-mine");

      must (strlen (ticket.ufrag) >= 4 && strlen (ticket.password) >= 22);
      must (strpbrk (ticket.ufrag, "\r\n") == NULL && strpbrk (ticket.password, "\r\n") == NULL);
      must (ours != NULL);
      ghc_ticket_clear (&ticket);
    }
  return 0;
}
