/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-sharing.h"

#include <glib/gi18n.h>
#include <libportal-gtk4/portal-gtk4.h>

#include "ghc-call-desk-private.h"
#include "ghc-screen-portal.h"

#define N_KINDS 2

/* A face needs no more. */
#define CAMERA_HEIGHT 720
#define CAMERA_RATE 30

struct _GhcSharing
{
  GObject parent_instance;

  GhcCallDesk *desk; /* holds this */
  GSettings *settings;
  GhcScreenPortal *portal;
  GhcCameras *cameras;
  GhcSoundSources *sounds;
  GhcBroadcast *broadcasts[N_KINDS];
  GhcSoundSource *heard[N_KINDS]; /* (nullable): with the broadcast */
  gboolean is_known[N_KINDS]; /* to the server */
  gboolean is_asking;
};

typedef enum
{
  PROP_SCREEN = 1,
  PROP_CAMERA,
  PROP_ASKING,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcSharing, ghc_sharing, G_TYPE_OBJECT)

static void
notify_kind (GhcSharing *self, GhcShareKind kind)
{
  g_object_notify_by_pspec (G_OBJECT (self),
                            properties[kind == GHC_SHARE_SCREEN ? PROP_SCREEN : PROP_CAMERA]);
}

static void
set_asking (GhcSharing *self, gboolean is_asking)
{
  if (self->is_asking == is_asking)
    return;

  self->is_asking = is_asking;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ASKING]);
}

/* --- What one shows ------------------------------------------------------------------------- */

static void
let_go (GhcSharing *self, GhcShareKind kind)
{
  if (self->broadcasts[kind] == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->broadcasts[kind], self);
  g_clear_object (&self->broadcasts[kind]);
  g_clear_object (&self->heard[kind]);
  self->is_known[kind] = FALSE;
  notify_kind (self, kind);
}

static void
on_ended (GhcSharing *self, const char *sentence, GhcBroadcast *broadcast)
{
  g_autoptr (GhcBroadcast) kept = g_object_ref (broadcast);
  g_autofree char *text = g_strdup (sentence);

  let_go (self, ghc_broadcast_get_kind (broadcast));
  if (text != NULL && self->desk != NULL)
    ghc_call_desk_tell (self->desk, text);
}

static const char *
describe_end (GhcSharing *self, GhcShareKind kind)
{
  GhcCallSeat *seat = ghc_call_desk_get_seat (self->desk);
  GhcCallMember *own = ghc_call_lookup_member (ghc_call_seat_get_call (seat),
                                               ghc_call_seat_get_member_id (seat));
  gboolean screen = kind == GHC_SHARE_SCREEN;

  if (own != NULL && !ghc_call_member_get_may_share (own))
    return screen ? _ ("Your screen is no longer shared: your roles don’t let you share here.")
                  : _ ("Your camera is no longer shown: your roles don’t let you show it here.");
  return screen ? _ ("A moderator ended the sharing of your screen.")
                : _ ("A moderator turned your camera off.");
}

/* The server has it no more: a moderator ended it, or it may not be shown any longer. */
static void
on_share_changed (GhcSharing *self, GParamSpec *pspec, GhcBroadcast *broadcast)
{
  GhcShareKind kind = ghc_broadcast_get_kind (broadcast);
  gboolean is_known = ghc_broadcast_get_share (broadcast) != NULL;
  gboolean was_known = self->is_known[kind];
  g_autoptr (GhcBroadcast) kept = g_object_ref (broadcast);

  self->is_known[kind] = is_known;
  if (!was_known || is_known || ghc_broadcast_has_ended (broadcast))
    return;

  let_go (self, kind);
  ghc_broadcast_stop (broadcast);
  if (self->desk != NULL && ghc_call_desk_get_seat (self->desk) != NULL)
    ghc_call_desk_tell (self->desk, describe_end (self, kind));
}

static gboolean
begin (GhcSharing *self, GhcShareKind kind, GhcVideoSource *source, GhcSoundSource *sound,
       const GhcVideoQuality *quality)
{
  GhcVoice *voice = self->desk != NULL ? ghc_call_desk_ensure_voice (self->desk) : NULL;
  g_autoptr (GError) error = NULL;
  GhcBroadcast *broadcast;

  if (voice == NULL)
    {
      ghc_video_source_close (source);
      return FALSE;
    }
  broadcast = ghc_voice_share (voice, kind, source, sound, quality, &error);
  if (broadcast == NULL)
    {
      ghc_video_source_close (source);
      ghc_call_desk_tell (self->desk, error->message);
      return FALSE;
    }

  let_go (self, kind);
  self->broadcasts[kind] = broadcast;
  g_set_object (&self->heard[kind], sound);
  self->is_known[kind] = ghc_broadcast_get_share (broadcast) != NULL;
  g_signal_connect_object (broadcast, "ended", G_CALLBACK (on_ended), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (broadcast, "notify::share", G_CALLBACK (on_share_changed), self,
                           G_CONNECT_SWAPPED);
  notify_kind (self, kind);
  return TRUE;
}

/* --- Asking the desktop --------------------------------------------------------------------- */

typedef struct
{
  GhcSharing *self;
  GhcSoundSource *sound;
  XdpParent *parent;
  gboolean repeat;
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  g_object_unref (asking->self);
  g_clear_object (&asking->sound);
  g_clear_pointer (&asking->parent, xdp_parent_free);
  g_free (asking);
}

static DexFuture *
ask_fiber (gpointer data)
{
  Asking *asking = data;
  GhcSharing *self = asking->self;
  g_autofree char *token = g_settings_get_string (self->settings, "share-restore-token");
  g_autoptr (GError) error = NULL;
  g_autoptr (GhcVideoSource) source = NULL;
  const char *next;
  GhcVideoQuality quality;

  source = dex_await_object (ghc_screen_portal_ask (self->portal, asking->parent, TRUE,
                                                    asking->repeat && *token != '\0' ? token : NULL),
                             &error);
  set_asking (self, FALSE);
  if (self->desk == NULL)
    {
      if (source != NULL)
        ghc_video_source_close (source);
      return dex_future_new_false ();
    }
  if (source == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        ghc_call_desk_tell (self->desk, error->message);
      return dex_future_new_false ();
    }

  /* Each is good for one time. */
  next = ghc_screen_source_get_restore_token (GHC_SCREEN_SOURCE (source));
  g_settings_set_string (self->settings, "share-restore-token", next != NULL ? next : "");
  ghc_sharing_get_quality (self, &quality);
  return dex_future_new_for_boolean (
    begin (self, GHC_SHARE_SCREEN, source, asking->sound, &quality));
}

/* Who left has nobody to show anything to. */
static void
on_seat (GhcSharing *self)
{
  if (self->desk != NULL && self->is_asking && ghc_call_desk_get_seat (self->desk) == NULL)
    ghc_screen_portal_cancel (self->portal);
}

/**
 * ghc_sharing_begin_screen:
 * @from: in the window that the desktop's question belongs to
 * @sound: (nullable): what is heard with the pictures
 * @repeat: show what was shown the last time, without a question if the desktop allows it
 *
 * Has the person choose a screen or a window, and shows it.
 */
void
ghc_sharing_begin_screen (GhcSharing *self, GtkWidget *from, GhcSoundSource *sound, gboolean repeat)
{
  GtkRoot *root = gtk_widget_get_root (from);
  Asking *asking;

  g_return_if_fail (GHC_IS_SHARING (self));

  if (self->is_asking)
    return;

  if (self->portal == NULL)
    self->portal = ghc_screen_portal_new ();
  asking = g_new0 (Asking, 1);
  asking->self = g_object_ref (self);
  g_set_object (&asking->sound, sound);
  asking->repeat = repeat;
  if (GTK_IS_WINDOW (root))
    asking->parent = xdp_parent_new_gtk (GTK_WINDOW (root));
  set_asking (self, TRUE);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, ask_fiber, asking, asking_free));
}

/**
 * ghc_sharing_begin_camera:
 * @source: closed when this ends, or cannot begin
 *
 * Returns: whether it began; if not, a notice was given
 */
gboolean
ghc_sharing_begin_camera (GhcSharing *self, GhcVideoSource *source)
{
  const GhcVideoQuality quality = { CAMERA_HEIGHT, CAMERA_RATE, 0, GHC_VIDEO_MOTION };

  g_return_val_if_fail (GHC_IS_SHARING (self), FALSE);
  g_return_val_if_fail (GHC_IS_VIDEO_SOURCE (source), FALSE);

  return begin (self, GHC_SHARE_CAMERA, source, NULL, &quality);
}

typedef struct
{
  GhcSharing *self;
  DexFuture *joined;
  GhcVideoSource *source;
} Joining;

static void
joining_free (gpointer data)
{
  Joining *joining = data;

  g_object_unref (joining->self);
  dex_clear (&joining->joined);
  g_object_unref (joining->source);
  g_free (joining);
}

static DexFuture *
join_fiber (gpointer data)
{
  Joining *joining = data;
  GhcSharing *self = joining->self;
  g_autoptr (GError) error = NULL;

  if (dex_await (g_steal_pointer (&joining->joined), &error))
    return dex_future_new_for_boolean (ghc_sharing_begin_camera (self, joining->source));
  ghc_video_source_close (joining->source);
  if (self->desk != NULL)
    ghc_call_desk_tell (self->desk, error->message);
  return dex_future_new_false ();
}

/**
 * ghc_sharing_join_with_camera:
 * @session: (nullable): of @channel
 * @channel: whose call
 * @source: shown there; closed when that ends, or cannot begin, of which a notice is given
 *
 * Goes into a call, and shows oneself there.
 */
void
ghc_sharing_join_with_camera (GhcSharing *self, GhcSession *session, GhcChannel *channel,
                              GhcVideoSource *source)
{
  Joining *joining;

  g_return_if_fail (GHC_IS_SHARING (self));
  g_return_if_fail (GHC_IS_VIDEO_SOURCE (source));

  if (self->desk == NULL)
    {
      ghc_video_source_close (source);
      return;
    }
  joining = g_new0 (Joining, 1);
  joining->self = g_object_ref (self);
  joining->joined = ghc_call_desk_join (self->desk, session, channel);
  joining->source = g_object_ref (source);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, join_fiber, joining, joining_free));
}

void
ghc_sharing_stop (GhcSharing *self, GhcShareKind kind)
{
  g_return_if_fail (GHC_IS_SHARING (self));

  if (self->broadcasts[kind] != NULL)
    ghc_broadcast_stop (self->broadcasts[kind]);
}

/* --- How ------------------------------------------------------------------------------------ */

/* What a screen is shown with, now or the next time. */
void
ghc_sharing_get_quality (GhcSharing *self, GhcVideoQuality *quality)
{
  *quality = (GhcVideoQuality) {
    .max_height = g_settings_get_uint (self->settings, "share-height"),
    .frame_rate = g_settings_get_uint (self->settings, "share-frame-rate"),
    .bitrate = g_settings_get_uint (self->settings, "share-bitrate"),
    .preference = g_settings_get_boolean (self->settings, "share-motion") ? GHC_VIDEO_MOTION
                                                                          : GHC_VIDEO_TEXT,
  };
}

void
ghc_sharing_set_quality (GhcSharing *self, const GhcVideoQuality *quality)
{
  GhcBroadcast *screen = self->broadcasts[GHC_SHARE_SCREEN];

  g_settings_set_uint (self->settings, "share-height", quality->max_height);
  g_settings_set_uint (self->settings, "share-frame-rate", quality->frame_rate);
  g_settings_set_uint (self->settings, "share-bitrate", quality->bitrate);
  g_settings_set_boolean (self->settings, "share-motion", quality->preference == GHC_VIDEO_MOTION);
  if (screen != NULL)
    ghc_broadcast_set_quality (screen, quality);
}

/* --- Life ----------------------------------------------------------------------------------- */

static void
ghc_sharing_dispose (GObject *object)
{
  GhcSharing *self = GHC_SHARING (object);

  self->desk = NULL;
  for (guint kind = 0; kind < N_KINDS; kind++)
    if (self->broadcasts[kind] != NULL)
      g_signal_handlers_disconnect_by_data (self->broadcasts[kind], self);
  for (guint kind = 0; kind < N_KINDS; kind++)
    {
      g_clear_object (&self->broadcasts[kind]);
      g_clear_object (&self->heard[kind]);
    }
  if (self->portal != NULL)
    ghc_screen_portal_cancel (self->portal);
  g_clear_object (&self->portal);
  g_clear_object (&self->cameras);
  g_clear_object (&self->sounds);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (ghc_sharing_parent_class)->dispose (object);
}

static void
ghc_sharing_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcSharing *self = GHC_SHARING (object);

  switch ((Property) prop_id)
    {
    case PROP_SCREEN:
      g_value_set_object (value, self->broadcasts[GHC_SHARE_SCREEN]);
      break;
    case PROP_CAMERA:
      g_value_set_object (value, self->broadcasts[GHC_SHARE_CAMERA]);
      break;
    case PROP_ASKING:
      g_value_set_boolean (value, self->is_asking);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_sharing_class_init (GhcSharingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = ghc_sharing_dispose;
  object_class->get_property = ghc_sharing_get_property;

  properties[PROP_SCREEN] = g_param_spec_object ("screen", NULL, NULL, GHC_TYPE_BROADCAST, flags);
  properties[PROP_CAMERA] = g_param_spec_object ("camera", NULL, NULL, GHC_TYPE_BROADCAST, flags);
  properties[PROP_ASKING] = g_param_spec_boolean ("asking", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_sharing_init (GhcSharing *self)
{
}

/**
 * ghc_sharing_new:
 * @desk: holds what this returns, and lives longer
 */
GhcSharing *
ghc_sharing_new (GhcCallDesk *desk)
{
  GhcSharing *self = g_object_new (GHC_TYPE_SHARING, NULL);

  self->desk = desk;
  self->settings = g_object_ref (ghc_call_desk_get_settings (desk));
  g_signal_connect_object (desk, "notify::seat", G_CALLBACK (on_seat), self, G_CONNECT_SWAPPED);
  return self;
}

/* (nullable): the desk, while it lives */
GhcCallDesk *
ghc_sharing_get_desk (GhcSharing *self)
{
  g_return_val_if_fail (GHC_IS_SHARING (self), NULL);

  return self->desk;
}

/* (transfer none) (nullable) */
GhcBroadcast *
ghc_sharing_get_broadcast (GhcSharing *self, GhcShareKind kind)
{
  g_return_val_if_fail (GHC_IS_SHARING (self), NULL);

  return self->broadcasts[kind];
}

/* (transfer none) (nullable): what is heard with the broadcast */
GhcSoundSource *
ghc_sharing_get_sound (GhcSharing *self, GhcShareKind kind)
{
  g_return_val_if_fail (GHC_IS_SHARING (self), NULL);

  return self->heard[kind];
}

gboolean
ghc_sharing_get_asking (GhcSharing *self)
{
  g_return_val_if_fail (GHC_IS_SHARING (self), FALSE);

  return self->is_asking;
}

/* Whether the desktop may know what was shown the last time. */
gboolean
ghc_sharing_get_can_repeat (GhcSharing *self)
{
  g_autofree char *token = g_settings_get_string (self->settings, "share-restore-token");

  return *token != '\0';
}

/* (transfer none): made when first needed; to be started */
GhcCameras *
ghc_sharing_get_cameras (GhcSharing *self)
{
  g_return_val_if_fail (GHC_IS_SHARING (self), NULL);

  if (self->cameras == NULL)
    self->cameras = ghc_cameras_new (xdp_portal_running_under_sandbox ());
  return self->cameras;
}

/* (transfer none): made when first needed; to be started */
GhcSoundSources *
ghc_sharing_get_sounds (GhcSharing *self)
{
  g_return_val_if_fail (GHC_IS_SHARING (self), NULL);

  if (self->sounds == NULL)
    self->sounds = ghc_sound_sources_new ();
  return self->sounds;
}
