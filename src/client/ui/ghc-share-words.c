/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-share-words.h"

#include <glib/gi18n.h>

static const char *
get_name (GhcShare *share)
{
  GhcCallMember *member = ghc_share_get_member (share);

  return member != NULL ? ghc_user_get_display_name (ghc_call_member_get_user (member)) : "";
}

static gboolean
is_screen (GhcShare *share)
{
  return ghc_share_get_kind (share) == GHC_SHARE_SCREEN;
}

char *
ghc_share_describe (GhcShare *share)
{
  if (ghc_share_get_is_own (share))
    return g_strdup (is_screen (share) ? _ ("Your screen") : _ ("Your camera"));

  /* Translators: %s is somebody’s name */
  return g_strdup_printf (is_screen (share) ? _ ("Screen of %s") : _ ("Camera of %s"),
                          get_name (share));
}

char *
ghc_share_describe_short (GhcShare *share)
{
  return ghc_share_get_is_own (share) ? ghc_share_describe (share) : g_strdup (get_name (share));
}

char *
ghc_share_describe_viewers (GhcShare *share)
{
  GListModel *viewers = ghc_share_get_viewers (share);
  guint n = g_list_model_get_n_items (viewers);
  g_autoptr (GString) names = g_string_new (NULL);

  if (n == 0)
    return g_strdup (_ ("Nobody is watching"));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GhcCallMember) viewer = g_list_model_get_item (viewers, i);

      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                              ghc_user_get_display_name (ghc_call_member_get_user (viewer)));
    }
  /* Translators: %s is one name, or several with commas between them */
  return g_strdup_printf (_ ("Watching: %s"), names->str);
}

char *
ghc_share_describe_picture (GhcShare *share)
{
  double bitrate = ghc_share_get_bitrate (share);
  g_autofree char *rate = NULL;

  if (ghc_share_get_width (share) == 0 || ghc_share_get_height (share) == 0)
    return g_strdup (_ ("No picture yet"));

  if (bitrate >= 1e6)
    /* Translators: millions of bits in a second */
    rate = g_strdup_printf (_ ("%.1f Mbit/s"), bitrate / 1e6);
  else
    /* Translators: thousands of bits in a second */
    rate = g_strdup_printf (_ ("%.0f kbit/s"), bitrate / 1e3);
  /* Translators: width and height of a moving picture, how many pictures a second, and its rate in bits */
  return g_strdup_printf (_ ("%u × %u · %.0f frames/s · %s"), ghc_share_get_width (share),
                          ghc_share_get_height (share), ghc_share_get_frame_rate (share), rate);
}

char *
ghc_share_describe_codec (GhcShare *share)
{
  const char *element = ghc_share_get_codec_element (share);

  if (element == NULL)
    return g_strdup ("");

  /* Translators: %s is the name of the part that turns pictures into a stream, or the other way round */
  return g_strdup_printf (ghc_share_get_is_own (share) ? _ ("Encoder: %s") : _ ("Decoder: %s"),
                          element);
}

char *
ghc_share_describe_state (GhcShare *share)
{
  if (ghc_share_get_is_own (share))
    return ghc_share_get_paintable (share) != NULL
             ? NULL
             : g_strdup (is_screen (share) ? _ ("You share your screen.")
                                           : _ ("You share your camera."));
  if (!ghc_share_get_watched (share))
    /* Translators: %s is somebody’s name */
    return g_strdup_printf (is_screen (share) ? _ ("%s shares a screen.") : _ ("%s shares a camera."),
                            get_name (share));

  switch (ghc_share_get_state (share))
    {
    case GHC_SHARE_PAUSED:
      return g_strdup (ghc_share_get_has_sound (share)
                         ? _ ("Your connection can’t keep up. You hear the sound; the picture comes "
                              "back when the connection can carry it.")
                         : _ ("Your connection can’t keep up. The picture comes back when the "
                              "connection can carry it."));
    case GHC_SHARE_FAILED:
      return g_strdup (_ ("The picture can’t be shown on this computer."));
    case GHC_SHARE_PLAYING:
      return NULL;
    case GHC_SHARE_IDLE:
    case GHC_SHARE_WAITING:
    default:
      return g_strdup (_ ("Waiting for the picture…"));
    }
}

static char *
describe_audience (GhcShareKind kind, GhcShare *share)
{
  gboolean screen = kind == GHC_SHARE_SCREEN;
  guint n;

  if (share == NULL)
    return g_strdup (screen ? _ ("Starting to share your screen…") : _ ("Turning your camera on…"));

  n = ghc_share_get_n_viewers (share);
  if (n == 0)
    return g_strdup (screen ? _ ("You share your screen. Nobody is watching.")
                            : _ ("Your camera is on. Nobody is watching."));
  return g_strdup_printf (screen ? ngettext ("You share your screen. %u person is watching.",
                                             "You share your screen. %u people are watching.", n)
                                 : ngettext ("Your camera is on. %u person is watching.",
                                             "Your camera is on. %u people are watching.", n),
                          n);
}

char *
ghc_share_describe_own (GhcShareKind kind, GhcShare *share, const char *problem,
                        const char *sound_problem)
{
  g_autofree char *first = problem != NULL ? g_strdup (problem) : describe_audience (kind, share);

  if (sound_problem == NULL)
    return g_steal_pointer (&first);
  return g_strconcat (first, "\n", sound_problem, NULL);
}
