/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-words.h"

#include <glib/gi18n.h>

#include "ghc-guild.h"

/* What there is to say about a call and those who are in it. */

/* Breaks, where it must, after the dot. */
#define SEPARATOR " · "

/* From here on somebody who listens notices: beyond 150 ms people begin to talk into each other (ITU-T
 * G.114), and beyond a few percent what is made up in the place of lost sound is to be heard. */
#define GOOD_ROUND_TRIP_MS 150
#define FAIR_ROUND_TRIP_MS 300
#define POOR_ROUND_TRIP_MS 500
/* Less than what rounds to a tenth of a hundredth is none. */
#define LEAST_LOSS 0.0005
#define GOOD_LOSS 0.02
#define FAIR_LOSS 0.05
#define POOR_LOSS 0.12

static const char *
quality_icon (guint round_trip_ms, double loss)
{
  if (round_trip_ms <= GOOD_ROUND_TRIP_MS && loss < GOOD_LOSS)
    return "network-cellular-signal-excellent-symbolic";
  if (round_trip_ms <= FAIR_ROUND_TRIP_MS && loss < FAIR_LOSS)
    return "network-cellular-signal-good-symbolic";
  if (round_trip_ms <= POOR_ROUND_TRIP_MS && loss < POOR_LOSS)
    return "network-cellular-signal-ok-symbolic";
  return "network-cellular-signal-weak-symbolic";
}

/* "0 %", "0.4 %", "12 %": small shares matter more than their decimals. */
static char *
format_share (double share)
{
  double percent = share * 100;

  if (share >= LEAST_LOSS && percent < 10)
    /* Translators: a share of 0 to 10 in a hundred, with one decimal */
    return g_strdup_printf (_ ("%.1f %%"), percent);
  /* Translators: a share of a hundred */
  return g_strdup_printf (_ ("%.0f %%"), percent);
}

static void
add_round_trip (GStrvBuilder *parts, guint round_trip_ms)
{
  if (round_trip_ms > 0)
    /* Translators: how long sound takes there and back, in milliseconds */
    g_strv_builder_take (parts, g_strdup_printf (_ ("%u ms"), round_trip_ms));
}

static void
add_loss (GStrvBuilder *parts, double loss)
{
  g_autofree char *share = format_share (loss);

  /* Translators: %s is a share such as "0.4 %" */
  g_strv_builder_take (parts, g_strdup_printf (_ ("%s lost"), share));
}

static const char *
describe_trouble (GhcCallMember *member)
{
  switch (ghc_call_member_get_link (member))
    {
    case GHC_CALL_LINK_CONNECTING:
      return _ ("connecting");
    case GHC_CALL_LINK_RECONNECTING:
      return _ ("connection lost, looking for another way");
    case GHC_CALL_LINK_FAILED:
      return _ ("can’t be reached");
    case GHC_CALL_LINK_NO_KEY:
      return _ ("key is missing");
    case GHC_CALL_LINK_NONE:
    case GHC_CALL_LINK_CONNECTED:
    default:
      return NULL;
    }
}

/**
 * ghc_call_describe_member:
 *
 * Returns: (transfer full): who it is and all that the eye sees of them: "Anna, speaking"
 */
char *
ghc_call_describe_member (GhcCallMember *member)
{
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;
  const char *trouble;

  g_return_val_if_fail (GHC_IS_CALL_MEMBER (member), NULL);

  g_strv_builder_add (parts, ghc_user_get_display_name (ghc_call_member_get_user (member)));
  if (ghc_call_member_get_silenced (member))
    g_strv_builder_add (parts, _ ("muted for everyone"));
  else if (!ghc_call_member_get_may_speak (member))
    g_strv_builder_add (parts, _ ("may only listen"));
  else if (ghc_call_member_get_deafened (member))
    g_strv_builder_add (parts, _ ("deafened"));
  else if (ghc_call_member_get_muted (member))
    g_strv_builder_add (parts, _ ("muted"));
  else if (ghc_call_member_get_speaking (member))
    g_strv_builder_add (parts, _ ("speaking"));
  if (ghc_call_member_get_silenced_here (member))
    g_strv_builder_add (parts, _ ("muted here"));
  if (ghc_call_member_get_screen (member) != NULL)
    g_strv_builder_add (parts, _ ("shares a screen"));
  if (ghc_call_member_get_camera (member) != NULL)
    g_strv_builder_add (parts, _ ("camera on"));
  trouble = describe_trouble (member);
  if (trouble != NULL)
    g_strv_builder_add (parts, trouble);

  words = g_strv_builder_end (parts);
  return g_strjoinv (", ", words);
}

/**
 * ghc_call_describe_link:
 *
 * Returns: (transfer full): how one's own device reaches @member: "Direct · 23 ms · 0.4 % lost"
 */
char *
ghc_call_describe_link (GhcCallMember *member)
{
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;
  double concealed;

  g_return_val_if_fail (GHC_IS_CALL_MEMBER (member), NULL);

  switch (ghc_call_member_get_link (member))
    {
    case GHC_CALL_LINK_CONNECTING:
      return g_strdup (_ ("Connecting…"));
    case GHC_CALL_LINK_RECONNECTING:
      return g_strdup (_ ("The connection was lost; looking for another way…"));
    case GHC_CALL_LINK_FAILED:
      return g_strdup (_ ("No way was found to this person. Their network or yours lets no calls through; "
                          "a relay (TURN) on the server would help."));
    case GHC_CALL_LINK_NO_KEY:
      return g_strdup (_ ("Connected, but the key for this person’s sound is missing. It comes with the next "
                          "change of key; leaving and joining again fetches it at once."));
    case GHC_CALL_LINK_NONE:
      return g_strdup (ghc_call_member_get_is_self (member) ? _ ("You") : _ ("Not connected"));
    case GHC_CALL_LINK_CONNECTED:
    default:
      break;
    }

  if (ghc_call_member_get_route (member) == GHC_CALL_ROUTE_RELAYED)
    g_strv_builder_add (parts, _ ("Relayed"));
  else if (ghc_call_member_get_route (member) == GHC_CALL_ROUTE_DIRECT)
    g_strv_builder_add (parts, _ ("Direct"));
  else
    g_strv_builder_add (parts, _ ("Connected"));
  add_round_trip (parts, ghc_call_member_get_round_trip_ms (member));
  add_loss (parts, ghc_call_member_get_loss (member));
  concealed = ghc_call_member_get_concealed (member);
  if (concealed >= 0.001)
    {
      g_autofree char *share = format_share (concealed);

      /* Translators: the share of somebody's sound that was lost and had to be guessed */
      g_strv_builder_take (parts, g_strdup_printf (_ ("%s made up"), share));
    }

  words = g_strv_builder_end (parts);
  return g_strjoinv (SEPARATOR, words);
}

const char *
ghc_call_get_link_icon_name (GhcCallMember *member)
{
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (member), NULL);

  switch (ghc_call_member_get_link (member))
    {
    case GHC_CALL_LINK_CONNECTED:
      return quality_icon (ghc_call_member_get_round_trip_ms (member),
                           ghc_call_member_get_loss (member));
    case GHC_CALL_LINK_FAILED:
      return "network-offline-symbolic";
    case GHC_CALL_LINK_NO_KEY:
      return "channel-insecure-symbolic";
    case GHC_CALL_LINK_NONE:
    case GHC_CALL_LINK_CONNECTING:
    case GHC_CALL_LINK_RECONNECTING:
    default:
      return "network-cellular-signal-none-symbolic";
    }
}

/**
 * ghc_call_sum:
 * @totals: (out caller-allocates): how one is connected to all others
 */
void
ghc_call_sum (GhcCall *call, GhcCallTotals *totals)
{
  GListModel *members;

  g_return_if_fail (GHC_IS_CALL (call));
  g_return_if_fail (totals != NULL);

  *totals = (GhcCallTotals) { 0 };
  members = ghc_call_get_members (call);
  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (GhcCallMember) member = g_list_model_get_item (members, i);
      GhcCallLink link = ghc_call_member_get_link (member);

      if (ghc_call_member_get_is_self (member))
        continue;
      totals->n_others++;
      totals->n_connecting += link == GHC_CALL_LINK_CONNECTING || link == GHC_CALL_LINK_NONE
                              || link == GHC_CALL_LINK_RECONNECTING;
      if (link != GHC_CALL_LINK_CONNECTED)
        continue;
      totals->n_connected++;
      totals->n_direct += ghc_call_member_get_route (member) == GHC_CALL_ROUTE_DIRECT;
      totals->n_relayed += ghc_call_member_get_route (member) == GHC_CALL_ROUTE_RELAYED;
      totals->round_trip_ms = MAX (totals->round_trip_ms,
                                   ghc_call_member_get_round_trip_ms (member));
      totals->loss = MAX (totals->loss, ghc_call_member_get_loss (member));
    }
}

static const char *
describe_way (const GhcCallTotals *totals)
{
  if (totals->n_direct > 0 && totals->n_relayed > 0)
    return _ ("Partly relayed");
  if (totals->n_relayed > 0)
    return _ ("Relayed");
  return totals->n_direct > 0 ? _ ("Direct") : _ ("Connected");
}

/**
 * ghc_call_describe_totals:
 *
 * Returns: (transfer full): "Direct · 23 ms", or "23 ms · 0.4 % lost" where something is, of the worst connection
 *   where there are several: it has to fit in one line beside buttons, and the way is told with each connection
 */
char *
ghc_call_describe_totals (const GhcCallTotals *totals)
{
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;

  g_return_val_if_fail (totals != NULL, NULL);

  if (totals->n_others == 0)
    return g_strdup (_ ("Nobody else is here yet"));
  if (totals->n_connected == 0)
    return g_strdup (totals->n_connecting > 0 ? _ ("Connecting…") : _ ("Nobody can be reached"));

  if (totals->loss < LEAST_LOSS)
    g_strv_builder_add (parts, describe_way (totals));
  add_round_trip (parts, totals->round_trip_ms);
  if (totals->loss >= LEAST_LOSS)
    add_loss (parts, totals->loss);

  words = g_strv_builder_end (parts);
  return g_strjoinv (SEPARATOR, words);
}

const char *
ghc_call_get_totals_icon_name (const GhcCallTotals *totals)
{
  g_return_val_if_fail (totals != NULL, NULL);

  if (totals->n_others == 0)
    return "network-cellular-signal-excellent-symbolic";
  if (totals->n_connected == 0)
    return totals->n_connecting > 0 ? "network-cellular-signal-none-symbolic"
                                    : "network-offline-symbolic";
  return quality_icon (totals->round_trip_ms, totals->loss);
}

/**
 * ghc_call_describe_place:
 *
 * Returns: (transfer full): "lounge · Hall of Makers"
 */
char *
ghc_call_describe_place (GhcCall *call)
{
  GhcChannel *channel;
  GhcGuild *guild;

  g_return_val_if_fail (GHC_IS_CALL (call), NULL);

  channel = ghc_call_get_channel (call);
  guild = channel != NULL ? ghc_channel_get_guild (channel) : NULL;
  if (channel == NULL)
    return g_strdup (_ ("A channel that is gone"));
  if (guild == NULL)
    return g_strdup (ghc_channel_get_name (channel));
  /* Translators: a channel's name, then the name of its guild */
  return g_strdup_printf (_ ("%s · %s"), ghc_channel_get_name (channel),
                          ghc_guild_get_name (guild));
}

static void
add_count (GStrvBuilder *parts, guint64 count, const char *format)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, count);
  g_autoptr (GString) part = g_string_new (format);

  if (count == 0)
    return;
  g_string_replace (part, "%s", text, 1);
  /* In one line: what is counted, and how often. */
  g_string_replace (part, " ", "\u00a0", 0);
  g_strv_builder_add (parts, part->str);
}

/**
 * ghc_call_describe_packets:
 *
 * Returns: (transfer full): "Packets: 5120 sealed · 4870 opened", and in a second line those that were
 *   refused, where there are any
 */
char *
ghc_call_describe_packets (const GhcSeatCounters *counters)
{
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;
  g_autofree char *refused = NULL;
  g_autofree char *passed = NULL;

  g_return_val_if_fail (counters != NULL, NULL);

  /* Translators: how many packets of sound and pictures this device has sent, and taken */
  passed = g_strdup_printf (_ ("Packets: %llu sealed · %llu opened"),
                            (unsigned long long) counters->sealed,
                            (unsigned long long) counters->opened);
  /* Translators: %s is a number of packets that were refused, in a list */
  add_count (parts, counters->tampered, _ ("%s forged or damaged"));
  /* Translators: %s is a number of packets that were refused, in a list */
  add_count (parts, counters->replayed, _ ("%s sent again"));
  /* Translators: %s is a number of packets that were refused, in a list */
  add_count (parts, counters->reflected, _ ("%s of your own sent back"));
  /* Translators: %s is a number of packets that were refused, in a list */
  add_count (parts, counters->unknown_epoch, _ ("%s under another key"));
  /* Translators: %s is a number of packets that were refused, in a list */
  add_count (parts, counters->malformed + counters->exhausted, _ ("%s unreadable"));
  words = g_strv_builder_end (parts);
  if (words[0] == NULL)
    return g_steal_pointer (&passed);
  refused = g_strjoinv (SEPARATOR, words);
  /* Translators: two lines: packets that were sent and taken; what was refused, a list */
  return g_strdup_printf (_ ("%s\nRefused: %s"), passed, refused);
}
