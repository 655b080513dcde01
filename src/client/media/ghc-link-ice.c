/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-link-private.h"

#include "ghc-network.h"

#include <string.h>

#define CHECK_EVERY_MS 5u

/* As the server may give them: RFC 7064 and 7065, "turn:host:port?transport=udp". */
static gboolean
split_url (const char *url, char **scheme, char **rest)
{
  const char *colon = strchr (url, ':');

  if (colon == NULL || colon[1] == '\0')
    return FALSE;
  *scheme = g_ascii_strdown (url, colon - url);
  *rest = g_strdup (colon + 1);
  return TRUE;
}

/**
 * ghc_turn_uri:
 * @url: a TURN server as RFC 7065 writes it
 * @user_name: for it
 * @password: for it
 *
 * Returns: (transfer full) (nullable): the same as webrtcbin wants it; holds the password
 */
char *
ghc_turn_uri (const char *url, const char *user_name, const char *password)
{
  g_autofree char *scheme = NULL;
  g_autofree char *rest = NULL;
  g_autofree char *user = NULL;
  g_autofree char *secret = NULL;

  if (!split_url (url, &scheme, &rest)
      || !(g_str_equal (scheme, "turn") || g_str_equal (scheme, "turns")))
    return NULL;
  user = g_uri_escape_string (user_name, NULL, FALSE);
  secret = g_uri_escape_string (password, NULL, FALSE);
  return g_strdup_printf ("%s://%s:%s@%s", scheme, user, secret, rest);
}

static void
add_server (GstElement *webrtc, const GhcIceServer *server)
{
  for (guint i = 0; server->urls[i] != NULL; i++)
    {
      g_autofree char *scheme = NULL;
      g_autofree char *rest = NULL;
      gboolean is_taken = FALSE;

      if (!split_url (server->urls[i], &scheme, &rest))
        continue;
      if (g_str_equal (scheme, "stun"))
        {
          g_autofree char *uri = g_strconcat ("stun://", rest, NULL);

          g_object_set (webrtc, "stun-server", uri, NULL);
        }
      else if (server->username != NULL && server->credential != NULL)
        {
          char *uri = ghc_turn_uri (server->urls[i], server->username,
                                    gh_secret_get_string (server->credential));

          if (uri == NULL)
            continue;
          g_signal_emit_by_name (webrtc, "add-turn-server", uri, &is_taken);
          gh_secret_wipe (uri, strlen (uri));
          g_free (uri);
        }
    }
}

/* RFC 8445, section 14.2, allows a check every 5 ms; libnice waits four times as long. Nothing of a call
 * goes over TCP, so nothing is looked for there either. */
static void
hurry (GObject *ice)
{
  g_autoptr (GObject) agent = NULL;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (ice), "agent") == NULL)
    return;
  g_object_get (ice, "agent", &agent, NULL);
  if (agent == NULL)
    return;
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (agent), "stun-pacing-timer") != NULL)
    g_object_set (agent, "stun-pacing-timer", CHECK_EVERY_MS, NULL);
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (agent), "ice-tcp") != NULL)
    g_object_set (agent, "ice-tcp", FALSE, NULL);
}

/* Where the link finds its way; what has to be there before anything is gathered. */
void
ghc_link_set_up_ice (GstElement *webrtc, const GhcLinkSetup *setup)
{
  const char *address = setup->local_address;
  g_autoptr (GObject) ice = NULL;
  gboolean is_taken = FALSE;

  g_object_get (webrtc, "ice-agent", &ice, NULL);
  hurry (ice);

  for (guint i = 0; i < setup->n_servers; i++)
    add_server (webrtc, setup->servers[i]);
  if (setup->is_relay_only)
    g_object_set (webrtc, "ice-transport-policy", GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY, NULL);
  /* Two people on a computer without a network can talk, too. */
  if (address == NULL && !ghc_network_has_address ())
    address = "127.0.0.1";
  if (address != NULL)
    g_signal_emit_by_name (ice, "add-local-ip-address", address, &is_taken);
}
