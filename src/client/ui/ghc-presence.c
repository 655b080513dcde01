/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-presence.h"

#include <glib/gi18n.h>

/**
 * ghc_presence_get_label:
 *
 * Returns: (transfer none): the presence in a person's words, translated
 */
const char *
ghc_presence_get_label (GhcPresence presence)
{
  switch (presence)
    {
    case GHC_PRESENCE_ONLINE:
      return _ ("Online");
    case GHC_PRESENCE_IDLE:
      return _ ("Away");
    case GHC_PRESENCE_DND:
      return _ ("Do Not Disturb");
    case GHC_PRESENCE_INVISIBLE:
      return _ ("Invisible");
    case GHC_PRESENCE_OFFLINE:
    default:
      return _ ("Offline");
    }
}

/**
 * ghc_presence_get_icon_name:
 *
 * Returns: (transfer none): a symbolic icon whose shape alone tells the presence
 */
const char *
ghc_presence_get_icon_name (GhcPresence presence)
{
  switch (presence)
    {
    case GHC_PRESENCE_ONLINE:
      return "presence-online-symbolic";
    case GHC_PRESENCE_IDLE:
      return "presence-idle-symbolic";
    case GHC_PRESENCE_DND:
      return "presence-dnd-symbolic";
    case GHC_PRESENCE_INVISIBLE:
    case GHC_PRESENCE_OFFLINE:
    default:
      return "presence-offline-symbolic";
    }
}

/**
 * ghc_presence_is_known:
 * @session: (nullable)
 *
 * Returns: %FALSE while the server cannot tell who is here: what it said last is a memory
 */
gboolean
ghc_presence_is_known (GhcSession *session)
{
  GhcConnection connection;

  if (session == NULL)
    return TRUE;

  connection = ghc_session_get_connection (session);
  return connection == GHC_CONNECTION_ONLINE || connection == GHC_CONNECTION_CATCHING_UP;
}
