/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-send.h"

#include "gh-media-enc.h"
#include "gh-media-pads.h"

struct _GhMediaSend
{
  GhMediaSlot parent_instance;
  char *connection_id;
  gboolean is_client;
  gboolean rtp_sync;
};

typedef enum
{
  PROP_CONNECTION_ID = 1,
  PROP_IS_CLIENT,
  PROP_RTP_SYNC,
  PROP_CONNECTION_STATE,
  PROP_DTLS_VERSION,
  N_PROPS
} Property;
static GParamSpec *properties[N_PROPS];

typedef enum
{
  ON_KEY_SET,
  N_SIGNALS
} Signal;
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhMediaSend, gh_media_send, GH_TYPE_MEDIA_SLOT)

static void
on_connection_state (GObject *element, GParamSpec *pspec, GhMediaSend *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONNECTION_STATE]);
}

static void
on_key_set (GstElement *element, GhMediaSend *self)
{
  g_signal_emit (self, signals[ON_KEY_SET], 0);
}

static void
gh_media_send_prepare (GhMediaSlot *slot, GstElement *element)
{
  GhMediaSend *self = GH_MEDIA_SEND (slot);

  /* Ours needs none of these. */
  if (!GH_IS_MEDIA_ENC (element))
    g_object_set (element, "connection-id", self->connection_id, "is-client", self->is_client,
                  "rtp-sync", self->rtp_sync, NULL);
  g_signal_connect_object (element, "notify::connection-state", G_CALLBACK (on_connection_state),
                           self, G_CONNECT_DEFAULT);
  g_signal_connect_object (element, "on-key-set", G_CALLBACK (on_key_set), self, G_CONNECT_DEFAULT);
}

static void
gh_media_send_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GhMediaSend *self = GH_MEDIA_SEND (object);
  GstElement *element = gh_media_slot_get_element (GH_MEDIA_SLOT (self));

  switch ((Property) id)
    {
    case PROP_CONNECTION_ID:
      g_value_set_string (value, self->connection_id);
      break;
    case PROP_IS_CLIENT:
      g_value_set_boolean (value, self->is_client);
      break;
    case PROP_RTP_SYNC:
      g_value_set_boolean (value, self->rtp_sync);
      break;
    case PROP_CONNECTION_STATE:
      {
        int state = 0; /* new */

        if (element != NULL)
          g_object_get (element, "connection-state", &state, NULL);
        g_value_set_int (value, state);
        break;
      }
    case PROP_DTLS_VERSION:
      {
        guint version = 0;

        if (element != NULL
            && g_object_class_find_property (G_OBJECT_GET_CLASS (element), "dtls-version") != NULL)
          g_object_get (element, "dtls-version", &version, NULL);
        g_value_set_uint (value, version);
        break;
      }
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
gh_media_send_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GhMediaSend *self = GH_MEDIA_SEND (object);
  GstElement *element = gh_media_slot_get_element (GH_MEDIA_SLOT (self));

  switch ((Property) id)
    {
    case PROP_CONNECTION_ID:
      g_set_str (&self->connection_id, g_value_get_string (value));
      break;
    case PROP_IS_CLIENT:
      self->is_client = g_value_get_boolean (value);
      break;
    case PROP_RTP_SYNC:
      self->rtp_sync = g_value_get_boolean (value);
      break;
    case PROP_CONNECTION_STATE:
    case PROP_DTLS_VERSION:
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (element != NULL && !GH_IS_MEDIA_ENC (element))
    g_object_set_property (G_OBJECT (element), pspec->name, value);
}

static void
gh_media_send_finalize (GObject *object)
{
  g_free (GH_MEDIA_SEND (object)->connection_id);
  G_OBJECT_CLASS (gh_media_send_parent_class)->finalize (object);
}

static void
gh_media_send_class_init (GhMediaSendClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GhMediaSlotClass *slot_class = GH_MEDIA_SLOT_CLASS (klass);

  object_class->get_property = gh_media_send_get_property;
  object_class->set_property = gh_media_send_set_property;
  object_class->finalize = gh_media_send_finalize;
  slot_class->stock_name = "dtlssrtpenc";
  slot_class->make = gh_media_enc_new;
  slot_class->prepare = gh_media_send_prepare;

  /* webrtcbin waits for "is-client" to be notified even when it is set to what it is. */
  properties[PROP_CONNECTION_ID] = g_param_spec_string ("connection-id", NULL, NULL, NULL,
                                                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_CLIENT] = g_param_spec_boolean ("is-client", NULL, NULL, FALSE,
                                                     G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_RTP_SYNC] = g_param_spec_boolean ("rtp-sync", NULL, NULL, FALSE,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CONNECTION_STATE] = g_param_spec_int ("connection-state", NULL, NULL, 0, 4, 0,
                                                        G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_DTLS_VERSION] = g_param_spec_uint ("dtls-version", NULL, NULL, 0, G_MAXUINT, 0,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[ON_KEY_SET] = g_signal_new ("on-key-set", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 0);

  gh_media_pads_add_sending (element_class);
  gst_element_class_set_static_metadata (element_class, "Transport of a call, sending end",
                                         "Encoder/Network",
                                         "AEGIS-256 for a call of Guildhall, DTLS-SRTP otherwise",
                                         "Guildhall");
}

static void
gh_media_send_init (GhMediaSend *self)
{
  gh_media_slot_add_pad (GH_MEDIA_SLOT (self),
                         gst_element_class_get_pad_template (GST_ELEMENT_GET_CLASS (self), "src"),
                         "src");
}
