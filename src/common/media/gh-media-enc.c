/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-enc.h"

#include "gh-media-pads.h"

/* What webrtcbin knows as the states of a DTLS connection. */
typedef enum
{
  STATE_NEW = 0,
  STATE_CONNECTING = 3,
  STATE_CONNECTED = 4,
} State;

struct _GhMediaEnc
{
  GstElement parent_instance;
  GhMediaLeg *leg;
  GstPad *src;

  GMutex lock; /* of what follows */
  State state;
  gboolean has_begun; /* whether what comes before the first buffer was sent */
};

typedef enum
{
  PROP_CONNECTION_STATE = 1,
  N_PROPS
} Property;
static GParamSpec *properties[N_PROPS];

typedef enum
{
  ON_KEY_SET,
  N_SIGNALS
} Signal;
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhMediaEnc, gh_media_enc, GST_TYPE_ELEMENT)

/* Several pads lead into one, so the one has a stream of its own. */
static void
begin (GhMediaEnc *self)
{
  g_autofree char *id = NULL;
  GstSegment segment;

  g_mutex_lock (&self->lock);
  if (self->has_begun)
    {
      g_mutex_unlock (&self->lock);
      return;
    }
  self->has_begun = TRUE;
  id = g_uuid_string_random ();
  gst_pad_push_event (self->src, gst_event_new_stream_start (id));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->src, gst_event_new_segment (&segment));
  g_mutex_unlock (&self->lock);
}

typedef struct
{
  GhMediaSealer *sealer;
  gboolean is_data;
} Sealing;

static GhMediaResult
seal (gpointer data, const guint8 *in, gsize size, guint8 *out, gsize *out_size)
{
  Sealing *sealing = data;
  GhMediaKind kind = GH_MEDIA_DATA;

  /* RTCP also comes by the pad for RTP, when both share a transport. */
  if (!sealing->is_data)
    kind = gh_media_packet_is_rtcp (in, size) ? GH_MEDIA_RTCP : GH_MEDIA_RTP;
  return gh_media_sealer_seal (sealing->sealer, kind, in, size, out, out_size);
}

static GstFlowReturn
take (GstPad *pad, GstObject *parent, GstBuffer *buffer, gboolean is_data)
{
  GhMediaEnc *self = GH_MEDIA_ENC (parent);
  Sealing sealing = { gh_media_leg_get_sealer (self->leg), is_data };
  GstBuffer *out = gh_media_pads_convert (GST_ELEMENT (self), buffer, GH_MEDIA_MAX_OVERHEAD, seal,
                                          &sealing);

  gst_buffer_unref (buffer);
  if (out == NULL)
    return GST_FLOW_OK;
  begin (self);
  return gst_pad_push (self->src, out);
}

static GstFlowReturn
on_media (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  return take (pad, parent, buffer, FALSE);
}

static GstFlowReturn
on_data (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  return take (pad, parent, buffer, TRUE);
}

static gboolean
on_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  switch (GST_EVENT_TYPE (event))
    {
    case GST_EVENT_STREAM_START:
    case GST_EVENT_CAPS:
    case GST_EVENT_SEGMENT:
    case GST_EVENT_TAG:
    case GST_EVENT_GAP:
    case GST_EVENT_EOS:
    case GST_EVENT_FLUSH_START:
    case GST_EVENT_FLUSH_STOP:
      /* One of several streams; the transport goes on. */
      gst_event_unref (event);
      return TRUE;
    default:
      return gst_pad_event_default (pad, parent, event);
    }
}

static GstPad *
gh_media_enc_request_new_pad (GstElement *element, GstPadTemplate *templ, const char *name,
                              const GstCaps *caps)
{
  gboolean is_data = g_str_equal (GST_PAD_TEMPLATE_NAME_TEMPLATE (templ), "data_sink");
  GstPad *pad = gst_pad_new_from_template (templ, name);

  gst_pad_set_chain_function (pad, is_data ? on_data : on_media);
  gst_pad_set_event_function (pad, on_event);
  gst_pad_set_active (pad, TRUE);
  return gst_element_add_pad (element, pad) ? pad : NULL;
}

static void
gh_media_enc_release_pad (GstElement *element, GstPad *pad)
{
  gst_pad_set_active (pad, FALSE);
  gst_element_remove_pad (element, pad);
}

static void
set_state (GhMediaEnc *self, State state)
{
  g_mutex_lock (&self->lock);
  self->state = state;
  g_mutex_unlock (&self->lock);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTION_STATE]);
}

/* There is nothing to shake hands about: the key came by another way, and without it nothing is sent. */
static void
announce (GstElement *element, gpointer data)
{
  GhMediaEnc *self = GH_MEDIA_ENC (element);

  set_state (self, STATE_CONNECTING);
  g_signal_emit (self, signals[ON_KEY_SET], 0);
  set_state (self, STATE_CONNECTED);
}

static GstStateChangeReturn
gh_media_enc_change_state (GstElement *element, GstStateChange transition)
{
  GhMediaEnc *self = GH_MEDIA_ENC (element);
  GstStateChangeReturn result =
    GST_ELEMENT_CLASS (gh_media_enc_parent_class)->change_state (element, transition);

  if (result == GST_STATE_CHANGE_FAILURE)
    return result;
  /* In a thread of its own, because who changes the state holds a lock that webrtcbin wants then. */
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    gst_element_call_async (element, announce, NULL, NULL);
  else if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    {
      g_mutex_lock (&self->lock);
      self->has_begun = FALSE;
      g_mutex_unlock (&self->lock);
    }
  return result;
}

static void
gh_media_enc_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GhMediaEnc *self = GH_MEDIA_ENC (object);

  switch ((Property) id)
    {
    case PROP_CONNECTION_STATE:
      g_mutex_lock (&self->lock);
      g_value_set_int (value, (int) self->state);
      g_mutex_unlock (&self->lock);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
gh_media_enc_finalize (GObject *object)
{
  GhMediaEnc *self = GH_MEDIA_ENC (object);

  g_clear_pointer (&self->leg, gh_media_leg_unref);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gh_media_enc_parent_class)->finalize (object);
}

static void
gh_media_enc_class_init (GhMediaEncClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->get_property = gh_media_enc_get_property;
  object_class->finalize = gh_media_enc_finalize;
  element_class->change_state = gh_media_enc_change_state;
  element_class->request_new_pad = gh_media_enc_request_new_pad;
  element_class->release_pad = gh_media_enc_release_pad;

  properties[PROP_CONNECTION_STATE] = g_param_spec_int ("connection-state", NULL, NULL, 0, 4, 0,
                                                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[ON_KEY_SET] = g_signal_new ("on-key-set", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 0);

  gh_media_pads_add_sending (element_class);
  gst_element_class_set_static_metadata (element_class, "Sealer of a call", "Encoder/Network",
                                         "Seals what is sent with AEGIS-256", "Guildhall");
}

static void
gh_media_enc_init (GhMediaEnc *self)
{
  g_mutex_init (&self->lock);
  self->src = gh_media_pads_make (GST_ELEMENT (self), "src");
}

/**
 * gh_media_enc_new:
 * @leg: what seals
 *
 * Returns: (transfer floating): an element
 */
GstElement *
gh_media_enc_new (GhMediaLeg *leg)
{
  GhMediaEnc *self = g_object_new (GH_TYPE_MEDIA_ENC, NULL);

  self->leg = gh_media_leg_ref (leg);
  return GST_ELEMENT (self);
}
