/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every rung of the ladder where there is no graphics card: elements of the same names and properties as GStreamer's
 * own (plug-ins va, nvcodec, qsv, video4linux2 and vulkan of 1.26 to 1.28), which encode and decode by program. */
#include "ghc-codec-ladder.h"
#include "fake-codec.h"
#include "fake-relabel.h"
#include "room-wait.h"

#define RATE 3000000
#define PICTURES "video/x-raw, format=I420"
#define PICTURES_IN "video/x-raw(%s), format=I420"
#define CODED "video/x-h264, stream-format=byte-stream, alignment=au"
#define ENCODE "x264enc tune=zerolatency speed-preset=ultrafast byte-stream=true"
#define DECODE "openh264dec"

/* --- What stands on the rungs --------------------------------------------------------------- */

/* @properties: as "name:type", of which u, i and b are numbers and truths, s is a structure, and words with commas
 *   between them are those of an enumeration. Whatever it is, it is not what is wanted before somebody sets it.
 * @wanted: what they are then, as GStreamer writes it */
typedef struct
{
  const char *name;
  const char *properties;
  const char *wanted;
  const char *memory; /* (nullable): where it takes pictures, or gives them */
} Rung;

#define VA_PROPERTIES                                                                              \
  "rate-control:cqp,vbr,cbr b-frames:u ref-frames:u key-int-max:u target-usage:u cpb-size:u bitrate:u"
#define VA_WANTED                                                                                  \
  "rate-control=cbr b-frames=0 ref-frames=1 key-int-max=300 target-usage=7 cpb-size=0 bitrate=3000"
#define NV_PROPERTIES                                                                              \
  "rc-mode:default,constqp,vbr,cbr tune:default,high-quality,low-latency,ultra-low-latency "       \
  "zerolatency:b bframes:u gop-size:i repeat-sequence-header:b bitrate:u"
#define NV_WANTED                                                                                  \
  "rc-mode=cbr tune=ultra-low-latency zerolatency=true bframes=0 gop-size=300 "                    \
  "repeat-sequence-header=true bitrate=3000"

static const Rung encoders[] = {
  { "vah264enc", VA_PROPERTIES, VA_WANTED, NULL },
  { "vah264lpenc", VA_PROPERTIES, VA_WANTED, NULL },
  { "nvh264enc", NV_PROPERTIES, NV_WANTED, NULL },
  { "nvcudah264enc", NV_PROPERTIES, NV_WANTED, NULL },
  { "nvautogpuh264enc", NV_PROPERTIES, NV_WANTED, NULL },
  { "qsvh264enc", "rate-control:vbr,cqp,cbr b-frames:u ref-frames:u gop-size:u low-latency:b bitrate:u",
    "rate-control=cbr b-frames=0 ref-frames=1 gop-size=300 low-latency=true bitrate=3000", NULL },
  { "v4l2h264enc", "extra-controls:s",
    "extra-controls=controls,video_bitrate_mode=1,repeat_sequence_header=1,h264_i_frame_period=300,"
    "video_gop_size=300,video_b_frames=0,video_bitrate=3000000",
    NULL },
  { "vulkanh264enc", "rate-control:disabled,vbr,cbr b-frames:u num-ref-frames:i idr-period:u bitrate:u",
    "rate-control=cbr b-frames=0 num-ref-frames=1 idr-period=300 bitrate=3000", "memory:VulkanImage" },
};

static const Rung decoders[] = {
  { "vah264dec", "", "", NULL },     { "nvh264dec", "", "", NULL },
  { "qsvh264dec", "", "", NULL },    { "v4l2slh264dec", "", "", NULL },
  { "v4l2h264dec", "", "", NULL },   { "vulkanh264dec", "", "", "memory:VulkanImage" },
};

typedef struct
{
  GstBin parent_instance;
  GValue values[16];
} Fake;

typedef struct
{
  GstBinClass parent_class;
  const Rung *rung;
} FakeClass;

static void
fake_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  g_value_copy (value, &((Fake *) object)->values[id]);
}

static void
fake_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_copy (&((Fake *) object)->values[id], value);
}

static void
fake_finalize (GObject *object)
{
  Fake *self = (Fake *) object;

  for (guint i = 0; i < G_N_ELEMENTS (self->values); i++)
    if (G_IS_VALUE (&self->values[i]))
      g_value_unset (&self->values[i]);
  G_OBJECT_CLASS (g_type_class_peek (GST_TYPE_BIN))->finalize (object);
}

static GType
make_enum (const char *rung, const char *property, const char *words)
{
  g_autofree char *name = g_strdup_printf ("Fake-%s-%s", rung, property);
  g_auto (GStrv) nicks = g_strsplit (words, ",", -1);
  guint n = g_strv_length (nicks);
  GEnumValue *values = g_new0 (GEnumValue, n + 1); /* for as long as the type, which is for good */

  for (guint i = 0; i < n; i++)
    {
      values[i].value = (int) i;
      values[i].value_name = values[i].value_nick = g_intern_string (nicks[i]);
    }
  return g_enum_register_static (g_intern_string (name), values);
}

static GParamSpec *
make_property (const char *rung, const char *name, const char *type)
{
  if (g_str_equal (type, "u"))
    return g_param_spec_uint (name, NULL, NULL, 0, G_MAXUINT, 4, G_PARAM_READWRITE);
  if (g_str_equal (type, "i"))
    return g_param_spec_int (name, NULL, NULL, -1, G_MAXINT, 4, G_PARAM_READWRITE);
  if (g_str_equal (type, "b"))
    return g_param_spec_boolean (name, NULL, NULL, FALSE, G_PARAM_READWRITE);
  if (g_str_equal (type, "s"))
    return g_param_spec_boxed (name, NULL, NULL, GST_TYPE_STRUCTURE, G_PARAM_READWRITE);
  return g_param_spec_enum (name, NULL, NULL, make_enum (rung, name, type), 0, G_PARAM_READWRITE);
}

static gboolean
is_encoder (const Rung *rung)
{
  return g_str_has_suffix (rung->name, "enc");
}

static void
fake_class_init (gpointer klass, gpointer data)
{
  GObjectClass *object_class = klass;
  const Rung *rung = data;
  g_autofree char *pictures = rung->memory != NULL ? g_strdup_printf (PICTURES_IN, rung->memory) : g_strdup (PICTURES);
  g_auto (GStrv) words = g_strsplit (rung->properties, " ", -1);

  ((FakeClass *) klass)->rung = rung;
  object_class->set_property = fake_set_property;
  object_class->get_property = fake_get_property;
  object_class->finalize = fake_finalize;
  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      char *type = strchr (words[i], ':');

      *type++ = '\0';
      g_object_class_install_property (object_class, i + 1, make_property (rung->name, words[i], type));
    }
  fake_codec_class_set_caps (klass, is_encoder (rung) ? pictures : CODED, is_encoder (rung) ? CODED : pictures);
}

/* Between a device's memory and a program's. */
#define DEFINE_RELABEL(Name, name, taken, made)                                                    \
  typedef FakeRelabel Name;                                                                        \
  typedef FakeRelabelClass Name##Class;                                                            \
  GType name##_get_type (void);                                                                    \
  G_DEFINE_TYPE (Name, name, FAKE_TYPE_RELABEL)                                                    \
  static void name##_class_init (Name##Class *klass) { fake_relabel_class_set_caps (klass, taken, made); } \
  static void name##_init (Name *self) {}

#define IMAGE "video/x-raw(memory:VulkanImage), format=I420"
DEFINE_RELABEL (FakeUpload, fake_upload, PICTURES, IMAGE)
DEFINE_RELABEL (FakeDownload, fake_download, IMAGE, PICTURES)

static void
fake_init (GTypeInstance *instance, gpointer klass)
{
  Fake *self = (Fake *) instance;
  const Rung *rung = ((FakeClass *) klass)->rung;
  guint n;
  g_autofree GParamSpec **all = g_object_class_list_properties (klass, &n);
  g_autofree char *way = g_strdup_printf (is_encoder (rung) ? "%s ! " ENCODE : DECODE " ! %s",
                                          rung->memory == NULL ? "identity"
                                          : is_encoder (rung)  ? "vulkandownload"
                                                               : "vulkanupload");

  for (guint i = 0; i < n; i++)
    if (g_param_spec_get_redirect_target (all[i]) == NULL && all[i]->owner_type == G_TYPE_FROM_CLASS (klass))
      {
        g_value_init (&self->values[all[i]->param_id], all[i]->value_type);
        g_param_value_set_default (all[i], &self->values[all[i]->param_id]);
      }
  fake_codec_work_by (GST_BIN (self), way, NULL);
}

static void
forget (const char *name)
{
  g_autoptr (GstPluginFeature) feature = gst_registry_lookup_feature (gst_registry_get (), name);

  if (feature != NULL)
    gst_registry_remove_feature (gst_registry_get (), feature);
}

static void
put_on (const Rung *rung)
{
  g_autofree char *name = g_strdup_printf ("Fake-%s", rung->name);
  const GTypeInfo info = { sizeof (FakeClass), NULL, NULL, fake_class_init, NULL, rung, sizeof (Fake), 0, fake_init, NULL };

  forget (rung->name);
  g_assert_true (gst_element_register (NULL, rung->name, GST_RANK_NONE,
                                       g_type_register_static (GST_TYPE_BIN, g_intern_string (name), &info, 0)));
}

/* --- What is expected of them --------------------------------------------------------------- */

static void
assert_is (GstElement *element, const char *name, const char *wanted)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (element), name);
  g_auto (GValue) value = G_VALUE_INIT;
  g_auto (GValue) other = G_VALUE_INIT;

  g_assert_nonnull (pspec);
  g_value_init (&value, pspec->value_type);
  g_value_init (&other, pspec->value_type);
  g_object_get_property (G_OBJECT (element), name, &value);
  g_assert_true (gst_value_deserialize (&other, wanted));
  if (gst_value_compare (&value, &other) != GST_VALUE_EQUAL)
    {
      g_autofree char *is = gst_value_serialize (&value);

      g_error ("%s of %s is %s, not %s", name, G_OBJECT_TYPE_NAME (element), is, wanted);
    }
}

/* What an encoder is set to, so that nothing waits in it, and so that it keeps to the bits that it may take. */
static void
test_settings (gconstpointer data)
{
  const Rung *rung = data;
  g_autoptr (GstElement) encoder = gst_object_ref_sink (ghc_encoder_make (rung->name, GHC_VIDEO_TEXT, RATE));
  g_auto (GStrv) wanted = g_strsplit (rung->wanted, " ", -1);

  for (guint i = 0; wanted[i] != NULL; i++)
    {
      char *value = strchr (wanted[i], '=');

      *value++ = '\0';
      assert_is (encoder, wanted[i], value);
    }
  ghc_encoder_set_bitrate (encoder, RATE / 2);
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (encoder), "bitrate") != NULL)
    assert_is (encoder, "bitrate", "1500");
  else
    {
      g_autoptr (GstStructure) controls = NULL;
      int bitrate;

      g_object_get (encoder, "extra-controls", &controls, NULL);
      g_assert_true (gst_structure_get_int (controls, "video_bitrate", &bitrate));
      g_assert_cmpint (bitrate, ==, RATE / 2);
    }
}

/* Down all the ladder, the hardware first: each rung is tried, gives something for pictures, and falls. */
static void
test_encoders (void)
{
  g_autoptr (GhcCodecLadder) ladder = ghc_codec_ladder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (encoders) + 2; i++)
    {
      const char *expected = i < G_N_ELEMENTS (encoders)    ? encoders[i].name
                             : i == G_N_ELEMENTS (encoders) ? "x264enc"
                                                            : "openh264enc";
      DexFuture *choice = ghc_codec_ladder_choose_encoder (ladder);

      run_until (dex_future_get_status (choice) != DEX_FUTURE_STATUS_PENDING);
      g_assert_cmpstr (g_value_get_string (dex_future_get_value (choice, NULL)), ==, expected);
      dex_unref (choice);
      ghc_codec_ladder_fall_from (ladder, expected);
    }
}

static void
on_picture (GstElement *sink, GstBuffer *buffer, GstPad *pad, gint *n)
{
  g_atomic_int_inc (n);
}

/* And so the decoders, with what brings their pictures back to where they are drawn. */
static void
test_decoders (void)
{
  g_autoptr (GhcCodecLadder) ladder = ghc_codec_ladder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (decoders); i++)
    {
      const char *name = ghc_codec_ladder_choose_decoder (ladder, NULL);
      g_autoptr (GstElement) pipeline = gst_object_ref_sink (gst_parse_launch (
        "videotestsrc num-buffers=5 ! video/x-raw,format=I420,width=320,height=240 ! x264enc tune=zerolatency ! "
        "h264parse name=coded",
        NULL));
      g_autoptr (GstElement) coded = gst_bin_get_by_name (GST_BIN (pipeline), "coded");
      g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
      GstElement *decoder = gst_element_factory_make (name, NULL);
      GstElement *download = ghc_decoder_make_download (name);
      GstElement *convert = gst_element_factory_make ("videoconvert", NULL);
      GstElement *sink = gst_element_factory_make_full ("fakesink", "signal-handoffs", TRUE, NULL);
      g_autoptr (GstMessage) message = NULL;
      gint n = 0;

      g_assert_cmpstr (name, ==, decoders[i].name);
      g_signal_connect (sink, "handoff", G_CALLBACK (on_picture), &n);
      gst_bin_add_many (GST_BIN (pipeline), decoder, download, convert, sink, NULL);
      g_assert_true (gst_element_link_many (coded, decoder, download, convert, sink, NULL));
      gst_element_set_state (pipeline, GST_STATE_PLAYING);
      message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
      g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
      g_assert_cmpint (g_atomic_int_get (&n), ==, 5);
      gst_element_set_state (pipeline, GST_STATE_NULL);
      ghc_codec_ladder_fall_from (ladder, name);
    }
  g_assert_cmpstr (ghc_codec_ladder_choose_decoder (ladder, NULL), ==, "avdec_h264");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  dex_init ();
  for (guint i = 0; i < G_N_ELEMENTS (encoders); i++)
    {
      g_autofree char *path = g_strdup_printf ("/rungs/settings/%s", encoders[i].name);

      put_on (&encoders[i]);
      g_test_add_data_func (path, &encoders[i], test_settings);
    }
  for (guint i = 0; i < G_N_ELEMENTS (decoders); i++)
    put_on (&decoders[i]);
  forget ("vulkanupload");
  forget ("vulkandownload");
  g_assert_true (gst_element_register (NULL, "vulkanupload", GST_RANK_NONE, fake_upload_get_type ()));
  g_assert_true (gst_element_register (NULL, "vulkandownload", GST_RANK_NONE, fake_download_get_type ()));
  g_test_add_func ("/rungs/encoders", test_encoders);
  g_test_add_func ("/rungs/decoders", test_decoders);
  return g_test_run ();
}
