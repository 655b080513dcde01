/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection to one member, and what becomes of what it is asked. */
#include "ghc-link-private.h"
#include "ghc-link.h"
#include "gh-error.h"
#include "gh-media-plugin.h"
#include "room-wait.h"

#include <libdex.h>

#define N_LINKS 20

typedef struct
{
  GhMediaSession *session;
  GhcPlayout *playout;
  GhcFan *fans[GHC_N_LINES];
  GhcInlet *inlets[GHC_N_LINES];
} World;

static void
set_up (World *self, gconstpointer data)
{
  self->session = gh_media_session_new ("call", "!ada", NULL);
  self->playout = ghc_playout_new (0);
  for (guint i = 0; i < GHC_N_LINES; i++)
    {
      self->fans[i] = ghc_fan_new ();
      self->inlets[i] = ghc_inlet_new ();
    }
}

static void
tear_down (World *self, gconstpointer data)
{
  for (guint i = 0; i < GHC_N_LINES; i++)
    {
      ghc_fan_unref (self->fans[i]);
      ghc_inlet_unref (self->inlets[i]);
    }
  ghc_playout_unref (self->playout);
  gh_media_session_unref (self->session);
}

static GhcLink *
make_link (World *self)
{
  GhcLinkSetup setup = {
    .session = self->session,
    .peer_id = "!brook",
    .turn = 1,
    .local_address = "127.0.0.1",
    .fans = self->fans,
    .playout = self->playout,
    .inlets = self->inlets,
  };
  g_autoptr (GError) error = NULL;
  GhcLink *link = ghc_link_new (&setup, &error);

  g_assert_no_error (error);
  return link;
}

/* webrtcbin may drop what it was asked and has not begun. */
static void
test_closed_while_asked (World *self, gconstpointer data)
{
  guint n_closed = 0;

  for (guint i = 0; i < N_LINKS; i++)
    {
      g_autoptr (GhcLink) link = make_link (self);
      g_autoptr (DexFuture) offer = ghc_link_offer (link);
      g_autoptr (GError) error = NULL;
      GhcLink *gone = link;

      run_until (ghc_link_get_asked (link)->len > 0);
      ghc_link_close (link);
      run_until (!dex_future_is_pending (offer));
      if (dex_future_get_value (offer, &error) == NULL)
        {
          g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
          n_closed++;
        }
      run_until (ghc_link_get_asked (link)->len == 0);
      dex_clear (&offer);
      g_object_add_weak_pointer (G_OBJECT (gone), (gpointer *) &gone);
      g_clear_object (&link);
      run_until (gone == NULL);
    }
  g_test_message ("%u of %u were not answered", n_closed, N_LINKS);
  run_until (!run_has_threads ());
}

/* Who asks a link that is closed hears so. */
static void
test_asked_when_closed (World *self, gconstpointer data)
{
  g_autoptr (GhcLink) link = make_link (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (DexFuture) offer = NULL;

  ghc_link_close (link);
  offer = ghc_link_offer (link);
  run_until (!dex_future_is_pending (offer));
  g_assert_null (dex_future_get_value (offer, &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
  run_until (!run_has_threads ());
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  dex_init ();
  gst_init (NULL, NULL);
  gh_media_plugin_register (&error);
  g_assert_no_error (error);
  g_test_add ("/link/closed-while-asked", World, NULL, set_up, test_closed_while_asked, tear_down);
  g_test_add ("/link/asked-when-closed", World, NULL, set_up, test_asked_when_closed, tear_down);
  return g_test_run ();
}
