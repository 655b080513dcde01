/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-dec.h"

/* One of the ways out; only the thread of the sink pad uses it while packets come. */
typedef struct
{
  GstPad *pad; /* (nullable) */
  gboolean has_begun;
} Way;

struct _GhMediaDec
{
  GstElement parent_instance;
  GhMediaLeg *leg;
  GstPad *sink;
  Way ways[GH_MEDIA_DATA + 1];
};

typedef enum
{
  PROP_PEM = 1,
  PROP_PEER_PEM,
  N_PROPS
} Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhMediaDec, gh_media_dec, GST_TYPE_ELEMENT)

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

/* Each way out is a stream of its own, in the time of what comes in. */
static void
begin (GhMediaDec *self, Way *way, GhMediaKind kind)
{
  static const char *const caps_names[] = { NULL, "application/x-rtp", "application/x-rtcp",
                                            "application/x-sctp" };
  g_autofree char *id = NULL;
  g_autoptr (GstCaps) caps = NULL;
  g_autoptr (GstEvent) segment = NULL;

  if (way->has_begun)
    return;
  way->has_begun = TRUE;
  id = gst_pad_create_stream_id (way->pad, GST_ELEMENT (self), caps_names[kind]);
  gst_pad_push_event (way->pad, gst_event_new_stream_start (id));
  caps = gst_caps_new_empty_simple (caps_names[kind]);
  gst_pad_push_event (way->pad, gst_event_new_caps (caps));
  segment = gst_pad_get_sticky_event (self->sink, GST_EVENT_SEGMENT, 0);
  if (segment == NULL)
    {
      GstSegment time;

      gst_segment_init (&time, GST_FORMAT_TIME);
      segment = gst_event_new_segment (&time);
    }
  gst_pad_push_event (way->pad, g_steal_pointer (&segment));
}

static GstBuffer *
open_buffer (GhMediaDec *self, GstBuffer *buffer, GhMediaKind *kind)
{
  g_autoptr (GstBuffer) out = NULL;
  GhMediaResult result;
  GstMapInfo in_map;
  GstMapInfo out_map;
  gsize size = 0;

  if (!gst_buffer_map (buffer, &in_map, GST_MAP_READ))
    return NULL;
  out = gst_buffer_new_allocate (NULL, MAX (in_map.size, 1), NULL);
  if (out == NULL || in_map.size == 0 || !gst_buffer_map (out, &out_map, GST_MAP_WRITE))
    {
      gst_buffer_unmap (buffer, &in_map);
      return NULL;
    }
  result = gh_media_opener_open (gh_media_leg_get_opener (self->leg), in_map.data, in_map.size,
                                 out_map.data, &size, kind);
  gst_buffer_unmap (out, &out_map);
  gst_buffer_unmap (buffer, &in_map);
  if (result != GH_MEDIA_OK)
    {
      GST_LOG_OBJECT (self, "packet dropped: %s", gh_media_result_to_string (result));
      return NULL;
    }
  gst_buffer_set_size (out, (gssize) size);
  gst_buffer_copy_into (out, buffer,
                        GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS | GST_BUFFER_COPY_META,
                        0, (gsize) -1);
  return g_steal_pointer (&out);
}

static GstFlowReturn
on_packet (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GhMediaDec *self = GH_MEDIA_DEC (parent);
  GhMediaKind kind = 0;
  GstBuffer *out = open_buffer (self, buffer, &kind);
  Way *way = &self->ways[kind];
  GstFlowReturn result;

  gst_buffer_unref (buffer);
  if (out == NULL)
    return GST_FLOW_OK;
  if (way->pad == NULL)
    {
      gst_buffer_unref (out);
      return GST_FLOW_OK;
    }
  begin (self, way, kind);
  result = gst_pad_push (way->pad, out);
  /* One way that leads nowhere, or has ended, is no reason to close the others. */
  return result == GST_FLOW_FLUSHING || result == GST_FLOW_ERROR ? result : GST_FLOW_OK;
}

static gboolean
on_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  switch (GST_EVENT_TYPE (event))
    {
    case GST_EVENT_STREAM_START:
    case GST_EVENT_CAPS:
    case GST_EVENT_SEGMENT:
      gst_event_unref (event);
      return TRUE;
    default:
      return gst_pad_event_default (pad, parent, event);
    }
}

static GstPad *
gh_media_dec_request_new_pad (GstElement *element, GstPadTemplate *templ, const char *name,
                              const GstCaps *caps)
{
  GhMediaDec *self = GH_MEDIA_DEC (element);
  Way *way = &self->ways[GH_MEDIA_DATA];

  if (way->pad != NULL)
    return NULL;
  way->pad = gst_pad_new_from_template (templ, "data_src");
  gst_pad_set_active (way->pad, TRUE);
  gst_element_add_pad (element, way->pad);
  return way->pad;
}

static GstStateChangeReturn
gh_media_dec_change_state (GstElement *element, GstStateChange transition)
{
  GhMediaDec *self = GH_MEDIA_DEC (element);
  GstStateChangeReturn result =
    GST_ELEMENT_CLASS (gh_media_dec_parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    {
      for (guint i = 0; i < G_N_ELEMENTS (self->ways); i++)
        self->ways[i].has_begun = FALSE;
    }
  return result;
}

static void
gh_media_dec_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GhMediaDec *self = GH_MEDIA_DEC (object);

  switch ((Property) id)
    {
    case PROP_PEM:
    case PROP_PEER_PEM:
      g_value_set_string (value, gh_media_leg_get_certificate (self->leg));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
gh_media_dec_finalize (GObject *object)
{
  g_clear_pointer (&GH_MEDIA_DEC (object)->leg, gh_media_leg_unref);
  G_OBJECT_CLASS (gh_media_dec_parent_class)->finalize (object);
}

static void
gh_media_dec_class_init (GhMediaDecClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->get_property = gh_media_dec_get_property;
  object_class->finalize = gh_media_dec_finalize;
  element_class->change_state = gh_media_dec_change_state;
  element_class->request_new_pad = gh_media_dec_request_new_pad;

  properties[PROP_PEM] = g_param_spec_string ("pem", NULL, NULL, NULL,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PEER_PEM] = g_param_spec_string ("peer-pem", NULL, NULL, NULL,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &rtp_src_template);
  gst_element_class_add_static_pad_template (element_class, &rtcp_src_template);
  gst_element_class_add_static_pad_template (element_class, &data_src_template);
  gst_element_class_set_static_metadata (element_class, "Opener of a call", "Decoder/Network",
                                         "Opens what was sealed with AEGIS-256", "Guildhall");
}

static void
gh_media_dec_init (GhMediaDec *self)
{
  self->sink = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sink, on_packet);
  gst_pad_set_event_function (self->sink, on_event);
  gst_element_add_pad (GST_ELEMENT (self), self->sink);
  self->ways[GH_MEDIA_RTP].pad = gst_pad_new_from_static_template (&rtp_src_template, "rtp_src");
  gst_element_add_pad (GST_ELEMENT (self), self->ways[GH_MEDIA_RTP].pad);
  self->ways[GH_MEDIA_RTCP].pad = gst_pad_new_from_static_template (&rtcp_src_template, "rtcp_src");
  gst_element_add_pad (GST_ELEMENT (self), self->ways[GH_MEDIA_RTCP].pad);
}

/**
 * gh_media_dec_new:
 * @leg: what opens
 *
 * Returns: (transfer floating): an element
 */
GstElement *
gh_media_dec_new (GhMediaLeg *leg)
{
  GhMediaDec *self = g_object_new (GH_TYPE_MEDIA_DEC, NULL);

  self->leg = gh_media_leg_ref (leg);
  return GST_ELEMENT (self);
}
