/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-dec.h"

#include "gh-media-pads.h"

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

typedef struct
{
  GhMediaOpener *opener;
  GhMediaKind kind; /* what it turned out to be */
} Opening;

static GhMediaResult
open_packet (gpointer data, const guint8 *in, gsize size, guint8 *out, gsize *out_size)
{
  Opening *opening = data;

  return gh_media_opener_open (opening->opener, in, size, out, out_size, &opening->kind);
}

static GstFlowReturn
on_packet (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GhMediaDec *self = GH_MEDIA_DEC (parent);
  Opening opening = { gh_media_leg_get_opener (self->leg), 0 };
  GstBuffer *out = gh_media_pads_convert (GST_ELEMENT (self), buffer, 0, open_packet, &opening);
  Way *way = &self->ways[opening.kind];
  GstFlowReturn result;

  gst_buffer_unref (buffer);
  if (out == NULL)
    return GST_FLOW_OK;
  if (way->pad == NULL)
    {
      gst_buffer_unref (out);
      return GST_FLOW_OK;
    }
  begin (self, way, opening.kind);
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

  gh_media_pads_add_receiving (element_class);
  gst_element_class_set_static_metadata (element_class, "Opener of a call", "Decoder/Network",
                                         "Opens what was sealed with AEGIS-256", "Guildhall");
}

static void
gh_media_dec_init (GhMediaDec *self)
{
  self->sink = gh_media_pads_make (GST_ELEMENT (self), "sink");
  gst_pad_set_chain_function (self->sink, on_packet);
  gst_pad_set_event_function (self->sink, on_event);
  self->ways[GH_MEDIA_RTP].pad = gh_media_pads_make (GST_ELEMENT (self), "rtp_src");
  self->ways[GH_MEDIA_RTCP].pad = gh_media_pads_make (GST_ELEMENT (self), "rtcp_src");
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
