/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-cameras.h"

#include "gh-error.h"
#include "ghc-camera-mode.h"
#include "ghc-camera-source.h"
#include "ghc-pipewire.h"
#include "ghc-portal.h"

#include <glib/gi18n-lib.h>
#include <libportal/camera.h>

struct _GhcCameras
{
  GObject parent_instance;
  gboolean through_portal;
  XdpPortal *portal; /* (nullable) */
  GhcPipeWire *pipewire;
  guint losing;
  GListStore *list;
  DexFuture *started; /* (nullable) */
  GPtrArray *waiting; /* of Wait: for PipeWire's answers */
};

/* Something that is asked of PipeWire. */
typedef struct
{
  int sequence;
  DexPromise *answer;
  GPtrArray *modes; /* (nullable) (element-type GstStructure) */
  struct pw_proxy *node;
  struct spa_hook hook;
} Wait;

static void ghc_cameras_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GhcCameras, ghc_cameras, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, ghc_cameras_list_init))

static GType
get_item_type (GListModel *model)
{
  return GHC_TYPE_CAMERA;
}

static guint
get_n_items (GListModel *model)
{
  GhcCameras *self = GHC_CAMERAS (model);

  return self->list != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->list)) : 0;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GhcCameras *self = GHC_CAMERAS (model);

  return self->list != NULL ? g_list_model_get_item (G_LIST_MODEL (self->list), position) : NULL;
}

static void
ghc_cameras_list_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static GError *
make_away_error (void)
{
  return gh_error_new_literal (GH_ERROR_UNAVAILABLE, "capture.pipewire", NULL, 0,
                               _ ("Cameras can’t be found. Check that PipeWire is running."));
}

static void
wait_free (Wait *wait)
{
  if (wait->node != NULL)
    {
      spa_hook_remove (&wait->hook);
      pw_proxy_destroy (wait->node);
    }
  if (dex_future_is_pending (DEX_FUTURE (wait->answer)))
    dex_promise_reject (wait->answer, make_away_error ());
  dex_unref (wait->answer);
  g_clear_pointer (&wait->modes, g_ptr_array_unref);
  g_free (wait);
}

/* --- PipeWire's events ---------------------------------------------------------------------- */

static const char *
look_up (const struct spa_dict *properties, const char *const *keys)
{
  for (guint i = 0; keys[i] != NULL; i++)
    {
      const char *value = spa_dict_lookup (properties, keys[i]);

      if (value != NULL && *value != '\0')
        return value;
    }
  return NULL;
}

static void
on_added (gpointer owner, guint32 id, const char *type, const struct spa_dict *properties)
{
  static const char *const names[] = { PW_KEY_NODE_DESCRIPTION, PW_KEY_NODE_NICK, PW_KEY_NODE_NAME,
                                       NULL };
  GhcCameras *self = owner;
  const char *key = spa_dict_lookup (properties, PW_KEY_NODE_NAME);
  const char *name = look_up (properties, names);
  g_autoptr (GhcCamera) camera = NULL;
  g_autofree char *shown = NULL;

  /* Screens that are shared have the same class, and another role. */
  if (g_strcmp0 (type, PW_TYPE_INTERFACE_Node) != 0 || key == NULL || name == NULL
      || g_strcmp0 (spa_dict_lookup (properties, PW_KEY_MEDIA_CLASS), "Video/Source") != 0
      || g_strcmp0 (spa_dict_lookup (properties, PW_KEY_MEDIA_ROLE), "Camera") != 0)
    return;
  shown = g_utf8_make_valid (name, -1);
  camera = ghc_camera_new (key, shown, id, spa_dict_lookup (properties, PW_KEY_OBJECT_SERIAL));
  g_list_store_append (self->list, camera);
}

static void
on_removed (gpointer owner, guint32 id)
{
  GhcCameras *self = owner;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->list)); i++)
    {
      g_autoptr (GhcCamera) camera = g_list_model_get_item (G_LIST_MODEL (self->list), i);

      if (ghc_camera_get_node_id (camera) == id)
        {
          g_list_store_remove (self->list, i);
          return;
        }
    }
}

static void
on_settled (gpointer owner, int sequence)
{
  GhcCameras *self = owner;

  for (guint i = 0; i < self->waiting->len; i++)
    {
      Wait *wait = g_ptr_array_index (self->waiting, i);

      if (wait->sequence != sequence)
        continue;
      dex_promise_resolve_boolean (wait->answer, TRUE);
      g_ptr_array_remove_index (self->waiting, i);
      return;
    }
}

static void
drop (GhcCameras *self)
{
  g_clear_handle_id (&self->losing, g_source_remove);
  if (self->waiting != NULL)
    g_ptr_array_set_size (self->waiting, 0);
  g_clear_pointer (&self->pipewire, ghc_pipewire_free);
  dex_clear (&self->started);
}

static void
on_idle_lost (gpointer data)
{
  GhcCameras *self = data;

  self->losing = 0;
  drop (self);
  g_list_store_remove_all (self->list);
}

/* The connection cannot be freed within its own event. */
static void
on_lost (gpointer owner)
{
  GhcCameras *self = owner;

  if (self->losing == 0)
    self->losing = g_idle_add_once (on_idle_lost, self);
}

static const GhcPipeWireEvents pipewire_events = {
  .added = on_added,
  .removed = on_removed,
  .settled = on_settled,
  .lost = on_lost,
};

static Wait *
wait_new (GhcCameras *self)
{
  Wait *wait = g_new0 (Wait, 1);

  wait->answer = dex_promise_new ();
  g_ptr_array_add (self->waiting, wait);
  return wait;
}

/* --- Life ----------------------------------------------------------------------------------- */

static void
on_items_changed (GhcCameras *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
ghc_cameras_dispose (GObject *object)
{
  GhcCameras *self = GHC_CAMERAS (object);

  drop (self);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_object (&self->list);
  g_clear_object (&self->portal);
  G_OBJECT_CLASS (ghc_cameras_parent_class)->dispose (object);
}

static void
ghc_cameras_class_init (GhcCamerasClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_cameras_dispose;
}

static void
ghc_cameras_init (GhcCameras *self)
{
  self->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) wait_free);
  self->list = g_list_store_new (GHC_TYPE_CAMERA);
  g_signal_connect_object (self->list, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
}

/**
 * ghc_cameras_new:
 * @through_portal: whether the desktop's portal gives the cameras, as in a sandbox; see
 *   xdp_portal_running_under_sandbox()
 *
 * Returns: (transfer full): an empty list
 */
GhcCameras *
ghc_cameras_new (gboolean through_portal)
{
  GhcCameras *self = g_object_new (GHC_TYPE_CAMERAS, NULL);

  self->through_portal = through_portal;
  return self;
}

/* --- Asking --------------------------------------------------------------------------------- */

/* What the desktop does not do, in words for a person. */
static GError *
explain (const GError *cause)
{
  /* It remembers that a person did not want to, and does not ask again. */
  gboolean is_refused = g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  GhcPortalFault fault = is_refused ? GHC_PORTAL_REFUSED : ghc_portal_get_fault (cause);

  g_message ("The desktop gives no camera: %s", cause->message);
  switch (fault)
    {
    case GHC_PORTAL_MISSING:
      return gh_error_new_literal (GH_ERROR_UNAVAILABLE, "capture.no-portal", NULL, 0,
                                   _ ("This desktop has no way to let applications use the camera. "
                                      "Install xdg-desktop-portal and the part of it for your desktop, "
                                      "for example xdg-desktop-portal-gnome."));
    case GHC_PORTAL_REFUSED:
      return gh_error_new_literal (GH_ERROR_DENIED, "capture.refused", NULL, 0,
                                   _ ("The desktop doesn’t let Guildhall use the camera. Allow "
                                      "it in the system settings."));
    case GHC_PORTAL_FAILED:
    default:
      return gh_error_new_literal (GH_ERROR_UNAVAILABLE, "capture.portal", NULL, 0,
                                   _ ("The desktop couldn’t open the camera. Try again."));
    }
}

static void
on_access (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) answer = data;
  g_autoptr (GError) error = NULL;
  gboolean is_allowed = xdp_portal_access_camera_finish (XDP_PORTAL (object), result, &error);

  if (!dex_future_is_pending (DEX_FUTURE (answer)))
    return;
  if (is_allowed)
    dex_promise_resolve_boolean (answer, TRUE);
  else
    dex_promise_reject (answer, g_steal_pointer (&error));
}

/* A connection from the portal, or -1 with an error. */
static int
open_through_portal (GhcCameras *self, GError **error)
{
  g_autoptr (DexPromise) answer = dex_promise_new ();
  g_autoptr (GhcPortalWatch) portal = NULL;
  g_autoptr (GError) cause = NULL;
  int fd;

  if (self->portal == NULL)
    self->portal = xdp_portal_initable_new (&cause);
  if (self->portal == NULL)
    {
      g_propagate_error (error, explain (cause));
      return -1;
    }
  portal = ghc_portal_watch_new (answer);
  xdp_portal_access_camera (self->portal, NULL, XDP_CAMERA_FLAG_NONE, NULL, on_access,
                            dex_ref (answer));
  if (!dex_await (dex_ref (DEX_FUTURE (answer)), &cause))
    {
      g_propagate_error (error, explain (cause));
      return -1;
    }
  fd = xdp_portal_open_pipewire_remote_for_camera (self->portal);
  if (fd < 0)
    g_propagate_error (error, make_away_error ());
  return fd;
}

static DexFuture *
start_fiber (gpointer data)
{
  GhcCameras *self = data;
  GError *error = NULL;
  Wait *wait;
  int fd = -1;

  if (self->through_portal && (fd = open_through_portal (self, &error)) < 0)
    {
      dex_clear (&self->started);
      return dex_future_new_for_error (error);
    }
  self->pipewire = ghc_pipewire_new (fd, &pipewire_events, self);
  if (self->pipewire == NULL)
    {
      dex_clear (&self->started);
      return dex_future_new_for_error (make_away_error ());
    }
  wait = wait_new (self);
  wait->sequence = ghc_pipewire_sync (self->pipewire);
  return DEX_FUTURE (dex_ref (wait->answer));
}

/**
 * ghc_cameras_start:
 * @self: cameras
 *
 * Looks for cameras, unless that was done; again after it failed or PipeWire was lost. In a sandbox the
 * person may be asked.
 *
 * Returns: (transfer full): resolves to %TRUE once the list holds what there is; rejects with a sentence
 *   for people: %GH_ERROR_DENIED when the person did not want to, now or earlier, %GH_ERROR_UNAVAILABLE
 *   otherwise
 */
DexFuture *
ghc_cameras_start (GhcCameras *self)
{
  g_return_val_if_fail (GHC_IS_CAMERAS (self), NULL);

  if (self->started == NULL)
    {
      DexFuture *started = dex_scheduler_spawn (NULL, 0, start_fiber, g_object_ref (self),
                                                g_object_unref);

      self->started = dex_ref (started);
      return started;
    }
  return dex_ref (self->started);
}

/**
 * ghc_cameras_find:
 * @self: cameras
 * @id: (nullable): a camera's id
 *
 * Returns: (transfer full) (nullable): the camera, if it is there
 */
GhcCamera *
ghc_cameras_find (GhcCameras *self, const char *id)
{
  g_return_val_if_fail (GHC_IS_CAMERAS (self), NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->list)); i++)
    {
      g_autoptr (GhcCamera) camera = g_list_model_get_item (G_LIST_MODEL (self->list), i);

      if (g_strcmp0 (ghc_camera_get_id (camera), id) == 0)
        return g_steal_pointer (&camera);
    }
  return NULL;
}

/* --- Opening -------------------------------------------------------------------------------- */

static void
on_param (void *data, int sequence, uint32_t id, uint32_t index, uint32_t next,
          const struct spa_pod *param)
{
  Wait *wait = data;

  if (id == SPA_PARAM_EnumFormat && param != NULL)
    ghc_camera_modes_read (param, wait->modes);
}

static const struct pw_node_events node_events = {
  PW_VERSION_NODE_EVENTS,
  .param = on_param,
};

typedef struct
{
  GhcCamera *camera;
  XdpPortal *portal;
  GPtrArray *modes;
} Opening;

static void
opening_free (Opening *opening)
{
  g_object_unref (opening->camera);
  g_clear_object (&opening->portal);
  g_ptr_array_unref (opening->modes);
  g_free (opening);
}

static DexFuture *
on_modes (DexFuture *future, gpointer data)
{
  Opening *opening = data;
  g_autoptr (GstElementFactory) decoder = gst_element_factory_find ("jpegdec");

  return dex_future_new_take_object (
    ghc_camera_source_new (opening->camera, opening->portal,
                           ghc_camera_modes_choose (opening->modes, decoder != NULL)));
}

/**
 * ghc_cameras_open:
 * @self: cameras
 * @camera: one of them
 *
 * Its light goes on only when the source's element plays.
 *
 * Returns: (transfer full): resolves to a #GhcVideoSource; rejects with %GH_ERROR_UNAVAILABLE and a
 *   sentence for people when the camera is not there any more
 */
DexFuture *
ghc_cameras_open (GhcCameras *self, GhcCamera *camera)
{
  g_autoptr (GError) error = NULL;
  Opening *opening;
  Wait *wait;

  g_return_val_if_fail (GHC_IS_CAMERAS (self), NULL);
  g_return_val_if_fail (GHC_IS_CAMERA (camera), NULL);

  if (self->pipewire == NULL || !g_list_store_find (self->list, camera, NULL))
    return dex_future_new_for_error (
      gh_error_new_literal (GH_ERROR_UNAVAILABLE, "capture.gone", NULL, 0,
                            _ ("That camera is no longer connected. Choose another one.")));
  /* One may look at oneself before one's first call. */
  if (!gst_init_check (NULL, NULL, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  wait = wait_new (self);
  wait->modes = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_structure_free);
  wait->node = pw_registry_bind (ghc_pipewire_get_registry (self->pipewire),
                                 ghc_camera_get_node_id (camera), PW_TYPE_INTERFACE_Node,
                                 PW_VERSION_NODE, 0);
  pw_node_add_listener ((struct pw_node *) wait->node, &wait->hook, &node_events, wait);
  pw_node_enum_params ((struct pw_node *) wait->node, 0, SPA_PARAM_EnumFormat, 0, G_MAXUINT32,
                       NULL);
  wait->sequence = ghc_pipewire_sync (self->pipewire);

  opening = g_new0 (Opening, 1);
  opening->camera = g_object_ref (camera);
  g_set_object (&opening->portal, self->portal);
  opening->modes = g_ptr_array_ref (wait->modes);
  return dex_future_then (DEX_FUTURE (dex_ref (wait->answer)), on_modes, opening,
                          (GDestroyNotify) opening_free);
}
