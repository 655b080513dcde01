/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Somebody in a call without a window: the client's own session and voice, told what to do by lines on its standard
 * input, and telling how it stands by lines of JSON on its standard output, ten times a second.
 *
 *   call-peer SERVER-URL USERNAME PASSWORD DATA-DIR
 *
 *   join CHANNEL-ID        leave             mute on|off       deafen on|off
 *   relay-only on|off      set KEY VALUE     talk on|off       quit
 */

#include <gio/gunixinputstream.h>
#include <json-glib/json-glib.h>
#include <stdio.h>

#include "ghc-sessions.h"
#include "ghc-voice.h"

#define TELL_INTERVAL_MS 100

typedef struct
{
  char **argv;
  GMainLoop *loop;
  GhcSessions *sessions;
  GhcSession *session;
  GhcVoice *voice;
  GSettings *settings;
  GDataInputStream *lines;
  char *error;
  char *ended;
  gboolean is_relay_only;
  GhcSeatCounters counters;
} Peer;

/* The voice says to the seat how it stands; we overhear it. */
static void (*report_on) (GhcCallSeat *seat, const GhcSeatCounters *counters);

static void
overhear (GhcCallSeat *seat, const GhcSeatCounters *counters)
{
  Peer *self = g_object_get_data (G_OBJECT (seat), "peer");

  self->counters = *counters;
  report_on (seat, counters);
}

static void
add_enum (JsonBuilder *builder, const char *name, GType type, int value)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);
  GEnumValue *found = g_enum_get_value (klass, value);

  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, found != NULL ? found->value_nick : "?");
}

static void
add_bool (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static void
add_double (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, value);
}

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_member (JsonBuilder *builder, GhcCallMember *member)
{
  json_builder_begin_object (builder);
  add_string (builder, "user_id", ghc_user_get_user_id (ghc_call_member_get_user (member)));
  add_string (builder, "member_id", ghc_call_member_get_member_id (member));
  add_bool (builder, "is_self", ghc_call_member_get_is_self (member));
  add_bool (builder, "muted", ghc_call_member_get_muted (member));
  add_bool (builder, "speaking", ghc_call_member_get_speaking (member));
  add_double (builder, "level", ghc_call_member_get_level (member));
  add_enum (builder, "link", GHC_TYPE_CALL_LINK, (int) ghc_call_member_get_link (member));
  add_enum (builder, "route", GHC_TYPE_CALL_ROUTE, (int) ghc_call_member_get_route (member));
  add_double (builder, "round_trip_ms", ghc_call_member_get_round_trip_ms (member));
  add_double (builder, "loss", ghc_call_member_get_loss (member));
  add_double (builder, "concealed", ghc_call_member_get_concealed (member));
  json_builder_end_object (builder);
}

static void
add_counters (JsonBuilder *builder, const GhcSeatCounters *counters)
{
  json_builder_set_member_name (builder, "counters");
  json_builder_begin_object (builder);
  add_double (builder, "sealed", (double) counters->sealed);
  add_double (builder, "opened", (double) counters->opened);
  add_double (builder, "unsealed", (double) counters->unsealed);
  add_double (builder, "malformed", (double) counters->malformed);
  add_double (builder, "unknown_epoch", (double) counters->unknown_epoch);
  add_double (builder, "reflected", (double) counters->reflected);
  add_double (builder, "replayed", (double) counters->replayed);
  add_double (builder, "tampered", (double) counters->tampered);
  add_double (builder, "exhausted", (double) counters->exhausted);
  json_builder_end_object (builder);
}

static void
add_seat (JsonBuilder *builder, GhcCallSeat *seat)
{
  GListModel *members = ghc_call_get_members (ghc_call_seat_get_call (seat));
  g_autoptr (GhSecret) key = NULL;
  guint32 epoch = 0;

  add_string (builder, "call_id", ghc_call_seat_get_call_id (seat));
  add_string (builder, "member_id", ghc_call_seat_get_member_id (seat));
  add_enum (builder, "state", GHC_TYPE_SEAT_STATE, (int) ghc_call_seat_get_state (seat));
  ghc_call_seat_get_key (seat, &epoch, &key);
  add_double (builder, "epoch", epoch);
  json_builder_set_member_name (builder, "members");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (GhcCallMember) member = g_list_model_get_item (members, i);

      add_member (builder, member);
    }
  json_builder_end_array (builder);
}

static gboolean
on_tell (gpointer data)
{
  Peer *self = data;
  GhcCallSeat *seat = ghc_session_get_seat (self->session);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  add_double (builder, "now", (double) g_get_monotonic_time () / G_USEC_PER_SEC);
  add_enum (builder, "connection", GHC_TYPE_CONNECTION,
            (int) ghc_session_get_connection (self->session));
  add_bool (builder, "transmitting", ghc_voice_get_transmitting (self->voice));
  add_bool (builder, "capturing", ghc_voice_get_capturing (self->voice));
  add_double (builder, "input_level", ghc_voice_get_input_level (self->voice));
  add_enum (builder, "problem", GHC_TYPE_VOICE_PROBLEM, (int) ghc_voice_get_problem (self->voice));
  add_string (builder, "problem_text", ghc_voice_get_problem_text (self->voice));
  add_string (builder, "error", self->error);
  add_string (builder, "ended", self->ended);
  add_bool (builder, "joined", seat != NULL);
  add_counters (builder, &self->counters);
  if (seat != NULL)
    add_seat (builder, seat);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  printf ("%s\n", text);
  fflush (stdout);
  return G_SOURCE_CONTINUE;
}

static void
on_ended (GhcCallSeat *seat, const char *reason, Peer *self)
{
  g_set_str (&self->ended, reason);
}

static void
on_seat (GhcSession *session, GParamSpec *pspec, Peer *self)
{
  GhcCallSeat *seat = ghc_session_get_seat (session);

  if (seat != NULL)
    {
      if (report_on == NULL)
        {
          report_on = GHC_CALL_SEAT_GET_CLASS (seat)->report;
          GHC_CALL_SEAT_GET_CLASS (seat)->report = overhear;
        }
      g_object_set_data (G_OBJECT (seat), "peer", self);
      ghc_call_seat_set_relay_only (seat, self->is_relay_only);
      g_signal_connect (seat, "ended", G_CALLBACK (on_ended), self);
    }
  ghc_voice_set_seat (self->voice, seat);
}

/* In a fiber: waits until the guilds say that there is such a channel. */
static GhcChannel *
find_channel (Peer *self, const char *channel_id)
{
  GhcAccount *account = ghc_session_get_account (self->session);
  GhcChannel *channel;

  while ((channel = ghc_account_lookup_channel (account, channel_id)) == NULL)
    dex_await (dex_timeout_new_msec (10), NULL);
  return channel;
}

static void
set_setting (Peer *self, const char *key, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = g_variant_parse (NULL, text, NULL, NULL, &error);

  if (value == NULL || !g_settings_set_value (self->settings, key, value))
    g_error ("%s cannot be set to %s", key, text);
}

static void
do_line (Peer *self, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  guint n_words = g_strv_length (words);
  const char *what = n_words > 0 ? words[0] : "";
  const char *value = n_words > 1 ? words[1] : "";
  gboolean is_on = g_str_equal (value, "on");
  GhcCallSeat *seat = ghc_session_get_seat (self->session);
  g_autoptr (GError) error = NULL;

  if (g_str_equal (what, "join"))
    dex_await (ghc_session_join_call (self->session, find_channel (self, value), FALSE, FALSE),
               &error);
  else if (g_str_equal (what, "leave"))
    dex_await (ghc_session_leave_call (self->session), &error);
  else if (g_str_equal (what, "mute") && seat != NULL)
    ghc_call_seat_set_muted (seat, is_on);
  else if (g_str_equal (what, "deafen") && seat != NULL)
    ghc_call_seat_set_deafened (seat, is_on);
  else if (g_str_equal (what, "relay-only"))
    self->is_relay_only = is_on;
  else if (g_str_equal (what, "talk"))
    ghc_voice_set_talk_pressed (self->voice, is_on);
  else if (g_str_equal (what, "set") && n_words == 3)
    set_setting (self, value, words[2]);
  else
    g_error ("what is %s?", line);
  g_set_str (&self->error, error != NULL ? error->message : NULL);
}

static void read_on (Peer *self);

typedef struct
{
  Peer *self;
  char *text;
} Line;

static void
line_free (gpointer data)
{
  Line *line = data;

  g_free (line->text);
  g_free (line);
}

static DexFuture *
line_fiber (gpointer data)
{
  Line *line = data;

  do_line (line->self, line->text);
  read_on (line->self);
  return dex_future_new_true ();
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  Peer *self = data;
  g_autofree char *text = g_data_input_stream_read_line_finish (self->lines, result, NULL, NULL);
  Line *line;

  if (text == NULL || g_str_equal (text, "quit"))
    {
      g_main_loop_quit (self->loop);
      return;
    }
  line = g_new0 (Line, 1);
  line->self = self;
  line->text = g_steal_pointer (&text);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, line_fiber, line, line_free));
}

static void
read_on (Peer *self)
{
  g_data_input_stream_read_line_async (self->lines, G_PRIORITY_DEFAULT, NULL, on_line, self);
}

static DexFuture *
begin_fiber (gpointer data)
{
  Peer *self = data;
  g_autoptr (GError) error = NULL;

  dex_await (ghc_sessions_load (self->sessions), NULL);
  self->session = dex_await_object (
    ghc_sessions_sign_in (self->sessions, self->argv[1], self->argv[2], self->argv[3]), &error);
  if (self->session == NULL)
    g_error ("cannot sign in: %s", error->message);
  g_signal_connect (self->session, "notify::seat", G_CALLBACK (on_seat), self);
  g_timeout_add (TELL_INTERVAL_MS, on_tell, self);
  read_on (self);
  return dex_future_new_true ();
}

int
main (int argc, char **argv)
{
  Peer self = { .argv = argv };
  g_autoptr (GInputStream) input = g_unix_input_stream_new (0, FALSE);

  if (argc != 5)
    {
      fprintf (stderr, "usage: call-peer SERVER-URL USERNAME PASSWORD DATA-DIR\n");
      return 64;
    }
  dex_init ();
  self.loop = g_main_loop_new (NULL, FALSE);
  self.lines = g_data_input_stream_new (input);
  self.settings = g_settings_new_with_path ("org.guildhall.Guildhall", "/org/guildhall/Guildhall/");
  self.voice = ghc_voice_new (self.settings);
  self.sessions = ghc_sessions_new (argv[4], NULL);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, begin_fiber, &self, NULL));
  g_main_loop_run (self.loop);
  ghc_voice_set_seat (self.voice, NULL);
  g_clear_object (&self.voice);
  return 0;
}
