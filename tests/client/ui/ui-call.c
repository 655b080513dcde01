/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui-call.h"

#include "gh-frame.h"
#include "ghc-voice-private.h"

#include <string.h>

struct _UiSeat
{
  GhcCallSeat parent_instance;
  guint       n_told;
};

G_DEFINE_FINAL_TYPE (UiSeat, ui_seat, GHC_TYPE_CALL_SEAT)

static void
ui_seat_tell_state (GhcCallSeat *seat)
{
  UI_SEAT (seat)->n_told++;
}

static DexFuture *
ui_seat_share (GhcCallSeat *seat,
               GhcShareKind kind,
               gboolean     on,
               gboolean     has_sound)
{
  UI_SEAT (seat)->n_told++;
  return dex_future_new_true ();
}

static DexFuture *
ui_seat_watch (GhcCallSeat *seat,
               GhcShare    *share,
               gboolean     on)
{
  UI_SEAT (seat)->n_told++;
  return dex_future_new_true ();
}

static void
ui_seat_report (GhcCallSeat           *seat,
                const GhcSeatCounters *counters)
{
}

static void
ui_seat_class_init (UiSeatClass *klass)
{
  GHC_CALL_SEAT_CLASS (klass)->report = ui_seat_report;
  GHC_CALL_SEAT_CLASS (klass)->tell_state = ui_seat_tell_state;
  GHC_CALL_SEAT_CLASS (klass)->share = ui_seat_share;
  GHC_CALL_SEAT_CLASS (klass)->watch = ui_seat_watch;
}

static void
ui_seat_init (UiSeat *self)
{
}

GhcCallSeat *
ui_seat_new (GhcCall *call)
{
  GhcCallSeat *self = g_object_new (UI_TYPE_SEAT, NULL);

  ghc_call_seat_set_call (self, call);
  ghc_call_seat_set_identity (self, "call", "robin", "ufrag", "password");
  ghc_call_seat_set_allowed (self, FALSE, TRUE);
  ghc_call_seat_set_may_share (self, TRUE);
  return self;
}

guint
ui_seat_get_n_told (UiSeat *self)
{
  return self->n_told;
}

void
ui_call_tell (UiWorld    *world,
              GhcChannel *channel,
              const char *people)
{
  static gint64 revision = 0;
  g_auto (GStrv) words = g_strsplit (people, " ", -1);
  g_autoptr (GString) stays = g_string_new (NULL);
  g_autoptr (GString) viewers = g_string_new (NULL);
  g_autoptr (GhJson) json = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      g_auto (GStrv) parts = g_strsplit (words[i], "/", 2);

      if (parts[1] != NULL && strchr (parts[1], 'w') != NULL)
        g_string_append_printf (viewers, "%s'%.*s'", viewers->len > 0 ? "," : "", (int) strcspn (parts[0] + 1, ":"),
                                parts[0] + 1);
    }
  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      g_auto (GStrv) parts = g_strsplit (words[i], "/", 2);
      const char *flags = parts[1] != NULL ? parts[1] : "";
      g_autofree char *member_id = g_strndup (parts[0] + 1, strcspn (parts[0] + 1, ":"));

      g_string_append_printf (stays,
                              "%s{'user_id':'%s','member_id':'%s','joined_ts':5,'muted':%s,'deafened':%s,'silenced':%s,"
                              "'may_speak':%s,'may_share':true,'shares':[",
                              i > 0 ? "," : "", parts[0], member_id, strchr (flags, 'm') != NULL ? "true" : "false",
                              strchr (flags, 'd') != NULL ? "true" : "false", strchr (flags, 's') != NULL ? "true" : "false",
                              strchr (flags, 'l') != NULL ? "false" : "true");
      if (strchr (flags, 'S') != NULL)
        g_string_append_printf (stays, "{'kind':'screen','sound':true,'viewers':[%s]}", viewers->str);
      if (strchr (flags, 'C') != NULL)
        g_string_append_printf (stays, "%s{'kind':'camera','sound':false,'viewers':[%s]}",
                                strchr (flags, 'S') != NULL ? "," : "", viewers->str);
      g_string_append (stays, "]}");
    }

  text = g_strdup_printf ("{'channel_id':'%s','guild_id':'%s','revision':%" G_GINT64_FORMAT ",'started_ts':7,'members':[%s]}",
                          ghc_channel_get_channel_id (channel), ghc_guild_get_guild_id (world->guild), ++revision, stays->str);
  json = test_json (text);
  ghc_account_fold_ephemeral (world->account, GH_EPHEMERAL_CALL, json);
}

GhcCallMember *
ui_call_find (GhcChannel *channel,
              const char *user_id)
{
  GhcCallMember *member = ghc_call_lookup_user (ghc_channel_get_call (channel), user_id);

  g_assert_nonnull (member);
  return member;
}

void
ui_call_connect (GhcChannel   *channel,
                 const char   *user_id,
                 GhcCallRoute  route,
                 guint         round_trip_ms,
                 double        loss)
{
  GhcCallMember *member = ui_call_find (channel, user_id);

  ghc_call_member_set_link (member, GHC_CALL_LINK_CONNECTED);
  ghc_call_member_set_route (member, route);
  ghc_call_member_set_round_trip_ms (member, round_trip_ms);
  ghc_call_member_set_loss (member, loss);
}

GhcVoice *
ui_voice_new (GSettings *settings)
{
  static const char *const names[] = { "Desk Microphone", "Headphones with a Very Long Name of Their Own" };
  GhcVoice *self = ghc_voice_new (settings);

  /* As if GStreamer had not started: nothing is opened, and problems come from here alone. */
  self->is_started = TRUE;
  self->has_failed = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GhcAudioDevice) device = ghc_audio_device_new (names[i], names[i], TRUE);

      g_list_store_append (self->lists[i], device);
    }
  return self;
}

void
ui_voice_set_problem (GhcVoice        *voice,
                      GhcVoiceProblem  problem)
{
  voice->problem = problem;
  g_object_notify (G_OBJECT (voice), "problem");
  g_object_notify (G_OBJECT (voice), "problem-text");
}
