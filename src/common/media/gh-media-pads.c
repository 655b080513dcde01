/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-pads.h"

static GstStaticPadTemplate rtp_sink_template =
  GST_STATIC_PAD_TEMPLATE ("rtp_sink_%d", GST_PAD_SINK, GST_PAD_REQUEST,
                           GST_STATIC_CAPS ("application/x-rtp; application/x-rtcp"));
static GstStaticPadTemplate rtcp_sink_template =
  GST_STATIC_PAD_TEMPLATE ("rtcp_sink_%d", GST_PAD_SINK, GST_PAD_REQUEST,
                           GST_STATIC_CAPS ("application/x-rtp; application/x-rtcp"));
static GstStaticPadTemplate data_sink_template =
  GST_STATIC_PAD_TEMPLATE ("data_sink", GST_PAD_SINK, GST_PAD_REQUEST, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate src_template =
  GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static GstStaticPadTemplate sink_template =
  GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate rtp_src_template =
  GST_STATIC_PAD_TEMPLATE ("rtp_src", GST_PAD_SRC, GST_PAD_ALWAYS,
                           GST_STATIC_CAPS ("application/x-rtp"));
static GstStaticPadTemplate rtcp_src_template =
  GST_STATIC_PAD_TEMPLATE ("rtcp_src", GST_PAD_SRC, GST_PAD_ALWAYS,
                           GST_STATIC_CAPS ("application/x-rtcp"));
static GstStaticPadTemplate data_src_template =
  GST_STATIC_PAD_TEMPLATE ("data_src", GST_PAD_SRC, GST_PAD_REQUEST, GST_STATIC_CAPS_ANY);

/**
 * gh_media_pads_add_sending:
 *
 * Gives a class the pads of webrtcbin's sending end.
 */
void
gh_media_pads_add_sending (GstElementClass *klass)
{
  gst_element_class_add_static_pad_template (klass, &rtp_sink_template);
  gst_element_class_add_static_pad_template (klass, &rtcp_sink_template);
  gst_element_class_add_static_pad_template (klass, &data_sink_template);
  gst_element_class_add_static_pad_template (klass, &src_template);
}

/**
 * gh_media_pads_add_receiving:
 *
 * Gives a class the pads of webrtcbin's receiving end.
 */
void
gh_media_pads_add_receiving (GstElementClass *klass)
{
  gst_element_class_add_static_pad_template (klass, &sink_template);
  gst_element_class_add_static_pad_template (klass, &rtp_src_template);
  gst_element_class_add_static_pad_template (klass, &rtcp_src_template);
  gst_element_class_add_static_pad_template (klass, &data_src_template);
}

/**
 * gh_media_pads_make:
 * @name: of one of the pads that are always there
 *
 * Makes the pad and gives it to the element.
 *
 * Returns: (transfer none): the pad
 */
GstPad *
gh_media_pads_make (GstElement *element, const char *name)
{
  GstPadTemplate *templ = gst_element_class_get_pad_template (GST_ELEMENT_GET_CLASS (element),
                                                              name);
  GstPad *pad = gst_pad_new_from_template (templ, name);

  gst_element_add_pad (element, pad);
  return pad;
}

/**
 * gh_media_pads_convert:
 * @element: of which the log speaks
 * @buffer: (transfer none): a packet
 * @extra: by how many bytes it may grow
 *
 * Makes of a packet another one of the same time.
 *
 * Returns: (transfer full) (nullable): %NULL for a packet that is empty or was refused
 */
GstBuffer *
gh_media_pads_convert (GstElement *element, GstBuffer *buffer, gsize extra, GhMediaConvert convert,
                       gpointer data)
{
  g_autoptr (GstBuffer) out = NULL;
  GhMediaResult result;
  GstMapInfo in_map;
  GstMapInfo out_map;
  gsize size = 0;

  if (!gst_buffer_map (buffer, &in_map, GST_MAP_READ))
    return NULL;
  out = gst_buffer_new_allocate (NULL, MAX (in_map.size + extra, 1), NULL);
  if (out == NULL || in_map.size == 0 || !gst_buffer_map (out, &out_map, GST_MAP_WRITE))
    {
      gst_buffer_unmap (buffer, &in_map);
      return NULL;
    }
  result = convert (data, in_map.data, in_map.size, out_map.data, &size);
  gst_buffer_unmap (out, &out_map);
  gst_buffer_unmap (buffer, &in_map);
  if (result != GH_MEDIA_OK)
    {
      GST_LOG_OBJECT (element, "packet dropped: %s", gh_media_result_to_string (result));
      return NULL;
    }
  gst_buffer_set_size (out, (gssize) size);
  gst_buffer_copy_into (out, buffer,
                        GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS | GST_BUFFER_COPY_META,
                        0, (gsize) -1);
  return g_steal_pointer (&out);
}
