/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Three people in one process: the first shares a screen by way of the desktop's portal, and hears with
 * whatever sound server there is; the others watch, and the second one says a tone all the time. Does what it
 * is told on its standard input and says in lines of JSON what comes of it. share.py reads it.
 *
 *   share [SOUND]   asks the portal; "shared", later "ended", or "error"
 *   watch N, leave N  person N wants to see that, or does not any more
 *   hear N HZ       "heard": how loud that is to person N, in dB below full scale
 *   sent            "sent": what the one who shares has sent, and how it is encoded
 *   stop            ends the sharing
 *
 * "picture" is each picture that person N saw, 0 its own, with what is written in it; every eighth is compared
 * with what was drawn.
 */
#include "voice-room.h"

#include "gh-error.h"
#include "ghc-screen-portal.h"
#include "ghc-sound-sources.h"
#include "tools/test-card.h"

#include <gio/gunixinputstream.h>
#include <gst/app/gstappsink.h>
#include <gst/video/video.h>
#include <math.h>
#include <stdio.h>

#define N_PEOPLE 3
#define N_BITS 32
#define COMPARED 8

typedef struct
{
  GMainLoop *loop;
  GDataInputStream *input;
  Room *room;
  GhcScreenPortal *portal;
  GhcSoundSources *sounds;
  GhcBroadcast *broadcast;
} World;

G_GNUC_PRINTF (1, 2)
static void
say (const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  printf ("%s\n", line);
  fflush (stdout);
}

/* Between quotation marks in JSON; what is not ASCII stays as it is. */
static char *
quote (const char *text)
{
  char beyond_ascii[0x80 + 1] = { 0 };

  for (guint i = 0; i < 0x80; i++)
    beyond_ascii[i] = (char) (0x80 + i);
  return g_strescape (text, beyond_ascii);
}

static void
say_error (const GError *error)
{
  g_autofree char *message = quote (error->message);

  say ("{\"event\":\"error\",\"message\":\"%s\"}", message);
}

/* --- Pictures: see tests/tools/test-card.c --- */

static guint32
read_word (const GstVideoFrame *frame, int row)
{
  int width = GST_VIDEO_FRAME_WIDTH (frame);
  int y = GST_VIDEO_FRAME_HEIGHT (frame) * (2 * row + 1) / 32;
  const guint8 *pixels = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (frame, 0)
                         + y * GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0);
  guint32 word = 0;

  for (int bit = 0; bit < N_BITS; bit++)
    word = word << 1 | (pixels[4 * (width * (2 * bit + 1) / (2 * N_BITS)) + 1] > 127);
  return word;
}

/* How like it is to what was drawn, in dB; and how far the farthest colour is from its own in the middles of
 * the bars. */
static double
compare (const GstVideoFrame *frame, guint32 number, guint32 time_ms, int *worst)
{
  int width = GST_VIDEO_FRAME_WIDTH (frame);
  int height = GST_VIDEO_FRAME_HEIGHT (frame);
  g_autofree guint32 *drawn = g_new (guint32, (gsize) width * (gsize) height);
  double sum = 0;

  test_card_draw (drawn, (gsize) width, width, height, number, time_ms);
  *worst = 0;
  for (int y = 0; y < height; y++)
    {
      const guint8 *seen = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (frame, 0)
                           + y * GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0);

      for (int x = 0; x < width; x++)
        for (int colour = 0; colour < 3; colour++)
          {
            int wanted = (int) (drawn[(gsize) y * (gsize) width + (gsize) x] >> (8 * colour) & 0xff);
            int error = seen[4 * x + colour] - wanted;

            sum += error * error;
            if (y == height * 3 / 4 && x % (width / 8) == width / 16)
              *worst = MAX (*worst, ABS (error));
          }
    }
  return 10 * log10 (255.0 * 255.0 / MAX (sum / (3.0 * width * height), 1e-6));
}

static GstFlowReturn
on_picture (GstAppSink *sink, gpointer data)
{
  Person *person = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  g_autofree char *likeness = NULL;
  GstVideoInfo info;
  GstVideoFrame frame;
  guint32 number, time_ms;
  int worst;

  if (sample == NULL || !gst_video_info_from_caps (&info, gst_sample_get_caps (sample))
      || !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return GST_FLOW_OK;
  number = read_word (&frame, 0);
  time_ms = read_word (&frame, 1);
  if (person->n_seen++ % COMPARED == 0)
    {
      double psnr = compare (&frame, number, time_ms, &worst);

      likeness = g_strdup_printf (",\"psnr\":%.1f,\"worst\":%d", psnr, worst);
    }
  say ("{\"event\":\"picture\",\"who\":%u,\"number\":%u,\"age_ms\":%d,\"width\":%d,\"height\":%d%s}",
       person->index, number, (int) ((guint32) (g_get_monotonic_time () / 1000) - time_ms),
       info.width, info.height, likeness != NULL ? likeness : "");
  gst_video_frame_unmap (&frame);
  return GST_FLOW_OK;
}

static GstElement *
make_picture (gpointer data)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_picture };
  g_autoptr (GstCaps) caps = gst_caps_from_string ("video/x-raw,format=BGRx");
  GstElement *sink = gst_element_factory_make_full ("appsink", "caps", caps, "sync", FALSE, "async",
                                                    FALSE, NULL);

  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, data, NULL);
  return sink;
}

/* --- Commands --- */

static void
on_ended (GhcBroadcast *broadcast, const char *text, gpointer data)
{
  g_autofree char *message = quote (text != NULL ? text : "");

  say ("{\"event\":\"ended\",\"message\":\"%s\"}", message);
}

/* Resolves to an object or not; either way it is there when this returns. */
static gpointer
wait_for (DexFuture *future, GError **error)
{
  const GValue *value;
  gpointer object = NULL;

  run_until (dex_future_get_status (future) != DEX_FUTURE_STATUS_PENDING);
  value = dex_future_get_value (future, error);
  if (value != NULL && G_VALUE_HOLDS_OBJECT (value))
    object = g_value_dup_object (value);
  dex_unref (future);
  return object;
}

static GhcSoundSource *
find_sound (World *world, const char *id, GError **error)
{
  GhcSoundSource *sound;

  if (world->sounds == NULL)
    world->sounds = ghc_sound_sources_new ();
  wait_for (ghc_sound_sources_start (world->sounds), error);
  if (error != NULL && *error != NULL)
    return NULL;
  run_until ((sound = ghc_sound_sources_find (world->sounds, id)) != NULL);
  return sound;
}

static void
share (World *world, const char *sound_id)
{
  const GhcVideoQuality quality = { .frame_rate = 30, .preference = GHC_VIDEO_TEXT };
  GhcVoice *voice = world->room->people[0].voice;
  g_autoptr (GhcVideoSource) source = NULL;
  g_autoptr (GhcSoundSource) sound = NULL;
  g_autoptr (GError) error = NULL;

  if (sound_id != NULL)
    sound = find_sound (world, sound_id, &error);
  if (error == NULL)
    source = wait_for (ghc_screen_portal_ask (world->portal, NULL, TRUE, NULL), &error);
  g_clear_object (&world->broadcast);
  if (source != NULL)
    world->broadcast = ghc_voice_share (voice, GHC_SHARE_SCREEN, source, sound, &quality, &error);
  if (world->broadcast == NULL)
    {
      say_error (error);
      return;
    }
  g_signal_connect (world->broadcast, "ended", G_CALLBACK (on_ended), NULL);
  run_until (ghc_broadcast_get_share (world->broadcast) != NULL);
  say ("{\"event\":\"shared\",\"name\":\"%s\"}", ghc_video_source_get_name (source));
}

static void
say_sent (World *world)
{
  GhcShare *own = ghc_broadcast_get_share (world->broadcast);
  const char *codec = own != NULL ? ghc_share_get_codec_element (own) : NULL;
  GhMediaStats stats;

  person_get_stats (&world->room->people[0], &stats);
  say ("{\"event\":\"sent\",\"packets\":%" G_GUINT64_FORMAT ",\"codec\":\"%s\",\"rate\":%d,"
       "\"seen\":%s}",
       stats.n_sealed_rtp, codec != NULL ? codec : "",
       own != NULL ? (int) ghc_share_get_frame_rate (own) : 0,
       person_see_share (&world->room->people[1], 0, GHC_SHARE_SCREEN) != NULL ? "true" : "false");
}

static void
obey (World *world, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  Person *person = words[0] != NULL && words[1] != NULL && g_ascii_isdigit (words[1][0])
                     ? &world->room->people[words[1][0] - '0']
                     : NULL;

  if (g_strcmp0 (words[0], "share") == 0)
    share (world, words[1]);
  else if (g_strcmp0 (words[0], "watch") == 0 && person != NULL)
    {
      run_until (person_see_share (person, 0, GHC_SHARE_SCREEN) != NULL);
      person_watch (person, 0, GHC_SHARE_SCREEN, TRUE);
    }
  else if (g_strcmp0 (words[0], "leave") == 0 && person != NULL)
    person_watch (person, 0, GHC_SHARE_SCREEN, FALSE);
  else if (g_strcmp0 (words[0], "hear") == 0 && person != NULL && words[2] != NULL)
    say ("{\"event\":\"heard\",\"level\":%.1f}",
         20 * log10 (MAX (person_hears (person, g_ascii_strtod (words[2], NULL)), 1e-6)));
  else if (g_strcmp0 (words[0], "sent") == 0)
    say_sent (world);
  else if (g_strcmp0 (words[0], "stop") == 0)
    ghc_broadcast_stop (world->broadcast);
  else
    g_error ("What is “%s” to mean?", line);
}

static void
on_line (GObject *object, GAsyncResult *result, gpointer data)
{
  World *world = data;
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (world->input, result, NULL,
                                                                     NULL);

  if (line == NULL)
    {
      g_main_loop_quit (world->loop);
      return;
    }
  obey (world, line);
  g_data_input_stream_read_line_async (world->input, G_PRIORITY_DEFAULT, NULL, on_line, world);
}

static gboolean
is_connected (Room *room)
{
  for (guint a = 0; a < room->n_people; a++)
    for (guint b = 0; b < room->n_people; b++)
      if (a != b
          && ghc_call_member_get_link (person_see (&room->people[a], b)) != GHC_CALL_LINK_CONNECTED)
        return FALSE;
  return TRUE;
}

static void
meet (World *world)
{
  world->room = room_new (N_PEOPLE);
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      Person *person = &world->room->people[i];

      if (i == 0) /* the computer's own microphone and loudspeaker */
        ghc_voice_use_elements (person->voice, NULL, person, "127.0.0.1");
      ghc_voice_use_pictures (person->voice, make_picture);
      ghc_voice_use_sounds (person->voice, NULL);
      if (i != 1)
        ghc_voice_set_mode (person->voice, GHC_VOICE_PUSH_TO_TALK);
    }
  room_join_all (world->room);
  run_until (is_connected (world->room));
  say ("{\"event\":\"ready\",\"tone\":%g}", world->room->people[1].tone_hz);
}

int
main (int argc, char *argv[])
{
  World world = { 0 };
  g_autoptr (GInputStream) input = g_unix_input_stream_new (0, FALSE);

  gst_init (&argc, &argv);
  dex_init ();
  world.loop = g_main_loop_new (NULL, FALSE);
  world.input = g_data_input_stream_new (input);
  world.portal = ghc_screen_portal_new ();
  meet (&world);
  g_data_input_stream_read_line_async (world.input, G_PRIORITY_DEFAULT, NULL, on_line, &world);
  g_main_loop_run (world.loop);

  room_free (world.room);
  g_clear_object (&world.broadcast);
  g_assert_finalize_object (world.portal);
  if (world.sounds != NULL)
    g_assert_finalize_object (world.sounds);
  g_object_unref (world.input);
  g_main_loop_unref (world.loop);
  return 0;
}
