/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-receive.h"

#include "gh-media-dec.h"
#include "gh-media-pads.h"

struct _GhMediaReceive
{
  GhMediaSlot parent_instance;
  char *connection_id;
  char *pem; /* (nullable): a certificate that webrtcbin was given */
};

typedef enum
{
  PROP_CONNECTION_ID = 1,
  PROP_PEM,
  PROP_PEER_PEM,
  PROP_CONNECTION_STATE,
  N_PROPS
} Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhMediaReceive, gh_media_receive, GH_TYPE_MEDIA_SLOT)

static void
on_notify (GObject *element, GParamSpec *pspec, GhMediaReceive *self)
{
  if (g_str_equal (pspec->name, "peer-pem"))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PEER_PEM]);
  else if (g_str_equal (pspec->name, "connection-state"))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTION_STATE]);
}

static void
gh_media_receive_prepare (GhMediaSlot *slot, GstElement *element)
{
  GhMediaReceive *self = GH_MEDIA_RECEIVE (slot);

  /* Ours needs none of these. */
  if (GH_IS_MEDIA_DEC (element))
    return;
  g_object_set (element, "connection-id", self->connection_id, NULL);
  if (self->pem != NULL)
    g_object_set (element, "pem", self->pem, NULL);
  g_signal_connect_object (element, "notify", G_CALLBACK (on_notify), self, G_CONNECT_DEFAULT);
}

static void
gh_media_receive_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GhMediaReceive *self = GH_MEDIA_RECEIVE (object);
  GstElement *element;

  switch ((Property) id)
    {
    case PROP_CONNECTION_ID:
      g_value_set_string (value, self->connection_id);
      break;
    case PROP_PEM:
    case PROP_PEER_PEM:
      /* For its fingerprint; now it must be known which element it is. */
      element = gh_media_slot_choose (GH_MEDIA_SLOT (self));
      if (element != NULL)
        g_object_get_property (G_OBJECT (element), pspec->name, value);
      break;
    case PROP_CONNECTION_STATE:
      {
        int state = 0;

        element = gh_media_slot_get_element (GH_MEDIA_SLOT (self));
        if (element != NULL && !GH_IS_MEDIA_DEC (element))
          g_object_get (element, "connection-state", &state, NULL);
        g_value_set_int (value, state);
        break;
      }
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
gh_media_receive_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GhMediaReceive *self = GH_MEDIA_RECEIVE (object);
  GstElement *element = gh_media_slot_get_element (GH_MEDIA_SLOT (self));

  switch ((Property) id)
    {
    case PROP_CONNECTION_ID:
      g_set_str (&self->connection_id, g_value_get_string (value));
      break;
    case PROP_PEM:
      g_set_str (&self->pem, g_value_get_string (value));
      break;
    case PROP_PEER_PEM:
    case PROP_CONNECTION_STATE:
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (element != NULL && !GH_IS_MEDIA_DEC (element))
    g_object_set_property (G_OBJECT (element), pspec->name, value);
}

static void
gh_media_receive_finalize (GObject *object)
{
  GhMediaReceive *self = GH_MEDIA_RECEIVE (object);

  g_free (self->connection_id);
  g_free (self->pem);
  G_OBJECT_CLASS (gh_media_receive_parent_class)->finalize (object);
}

static void
gh_media_receive_class_init (GhMediaReceiveClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GhMediaSlotClass *slot_class = GH_MEDIA_SLOT_CLASS (klass);

  object_class->get_property = gh_media_receive_get_property;
  object_class->set_property = gh_media_receive_set_property;
  object_class->finalize = gh_media_receive_finalize;
  slot_class->stock_name = "dtlssrtpdec";
  slot_class->make = gh_media_dec_new;
  slot_class->prepare = gh_media_receive_prepare;

  properties[PROP_CONNECTION_ID] = g_param_spec_string ("connection-id", NULL, NULL, NULL,
                                                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PEM] = g_param_spec_string ("pem", NULL, NULL, NULL,
                                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PEER_PEM] = g_param_spec_string ("peer-pem", NULL, NULL, NULL,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CONNECTION_STATE] = g_param_spec_int ("connection-state", NULL, NULL, 0, 4, 0,
                                                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gh_media_pads_add_receiving (element_class);
  gst_element_class_set_static_metadata (element_class, "Transport of a call, receiving end",
                                         "Decoder/Network",
                                         "AEGIS-256 for a call of Guildhall, DTLS-SRTP otherwise",
                                         "Guildhall");
}

static void
gh_media_receive_init (GhMediaReceive *self)
{
  static const char *const names[] = { "sink", "rtp_src", "rtcp_src" };
  GstElementClass *klass = GST_ELEMENT_GET_CLASS (self);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    gh_media_slot_add_pad (GH_MEDIA_SLOT (self),
                           gst_element_class_get_pad_template (klass, names[i]), names[i]);
}
