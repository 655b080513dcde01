/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-codec.h"

static void
add_pad (GstBinClass *klass, const char *name, GstPadDirection direction, const char *text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  gst_element_class_add_pad_template (GST_ELEMENT_CLASS (klass),
                                      gst_pad_template_new (name, direction, GST_PAD_ALWAYS, caps));
}

void
fake_codec_class_set_caps (GstBinClass *klass, const char *taken, const char *made)
{
  add_pad (klass, "sink", GST_PAD_SINK, taken);
  add_pad (klass, "src", GST_PAD_SRC, made);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Stands for a graphics card", "Codec/Video",
                                         "Does by program what one would do", "Guildhall");
}

void
fake_codec_work_by (GstBin *self, const char *description, GstPadProbeCallback on_work)
{
  GstElement *inner = gst_parse_bin_from_description (description, TRUE, NULL);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (inner, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (inner, "src");

  gst_bin_add (self, inner);
  gst_element_add_pad (GST_ELEMENT (self), gst_ghost_pad_new ("sink", sink));
  gst_element_add_pad (GST_ELEMENT (self), gst_ghost_pad_new ("src", src));
  if (on_work != NULL)
    gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, on_work, self, NULL);
}
