/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-devices.h"

#include "ghc-pipewire.h"
#include "ghc-speaker.h"

#include <gio/gio.h>

/* What a sound server keeps ready at a time; its own default is several times as much. */
#define CHUNK_US 10000
#define N_CHUNKS 3
#define PIPEWIRE_LATENCY "240/48000"

typedef struct
{
  GstDevice *device;
  GhcAudioDevice *shown;
  gboolean is_output;
} Entry;

struct _GhcDevices
{
  GObject parent_instance;
  GstDeviceMonitor *monitor;
  guint bus_watch;
  GListStore *lists[2];
  GPtrArray *entries; /* of Entry */
  DexFuture *started; /* (nullable) */
  GhcPipeWire *pipewire; /* (nullable): tells when it ends */
  guint lost;
  gboolean is_monitoring;
};

typedef enum
{
  CHANGED,
  LOST,
  N_SIGNALS
} Signal;
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcDevices, ghc_devices, G_TYPE_OBJECT)

static void
entry_free (Entry *entry)
{
  gst_object_unref (entry->device);
  g_object_unref (entry->shown);
  g_free (entry);
}

/* What stays the same when the computer starts anew. */
static char *
get_id (GstDevice *device)
{
  static const char *const fields[] = { "node.name", "device.name", "device.string", "api.alsa.path" };
  g_autoptr (GstStructure) structure = gst_device_get_properties (device);

  for (guint i = 0; structure != NULL && i < G_N_ELEMENTS (fields); i++)
    {
      const char *value = gst_structure_get_string (structure, fields[i]);

      if (value != NULL)
        return g_strdup (value);
    }
  return gst_device_get_display_name (device);
}

static gboolean
is_default (GstDevice *device)
{
  g_autoptr (GstStructure) structure = gst_device_get_properties (device);
  gboolean value = FALSE;

  return structure != NULL && gst_structure_get_boolean (structure, "is-default", &value) && value;
}

/* What an output plays is no microphone. */
static gboolean
is_monitor (GstDevice *device)
{
  g_autoptr (GstStructure) structure = gst_device_get_properties (device);

  return structure != NULL
         && g_strcmp0 (gst_structure_get_string (structure, "device.class"), "monitor") == 0;
}

static void
add_device (GhcDevices *self, GstDevice *device)
{
  gboolean is_output = gst_device_has_classes (device, "Audio/Sink");
  g_autofree char *id = get_id (device);
  g_autofree char *name = gst_device_get_display_name (device);
  Entry *entry;

  /* Two sound servers that show the same device. */
  if ((!is_output && is_monitor (device)) || ghc_devices_has (self, is_output, id))
    return;
  entry = g_new0 (Entry, 1);
  entry->device = gst_object_ref (device);
  entry->shown = ghc_audio_device_new (id, name, is_default (device));
  entry->is_output = is_output;
  g_ptr_array_add (self->entries, entry);
  g_list_store_append (self->lists[is_output], entry->shown);
}

static void
remove_device (GhcDevices *self, GstDevice *device)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);
      guint position;

      if (entry->device != device)
        continue;
      if (g_list_store_find (self->lists[entry->is_output], entry->shown, &position))
        g_list_store_remove (self->lists[entry->is_output], position);
      g_ptr_array_remove_index (self->entries, i);
      return;
    }
}

static void
change_device (GhcDevices *self, GstDevice *before, GstDevice *after)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (entry->device != before)
        continue;
      gst_object_replace ((GstObject **) &entry->device, GST_OBJECT (after));
      ghc_audio_device_set_default (entry->shown, is_default (after));
    }
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  GhcDevices *self = data;
  g_autoptr (GstDevice) device = NULL;
  g_autoptr (GstDevice) before = NULL;

  switch ((guint) GST_MESSAGE_TYPE (message))
    {
    case GST_MESSAGE_DEVICE_ADDED:
      gst_message_parse_device_added (message, &device);
      add_device (self, device);
      break;
    case GST_MESSAGE_DEVICE_REMOVED:
      gst_message_parse_device_removed (message, &device);
      remove_device (self, device);
      break;
    case GST_MESSAGE_DEVICE_CHANGED:
      gst_message_parse_device_changed (message, &device, &before);
      change_device (self, before, device);
      break;
    default:
      return G_SOURCE_CONTINUE;
    }
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_CONTINUE;
}

/* --- Whether PipeWire is there --- */

static void
on_lost_idle (gpointer data)
{
  g_autoptr (GhcDevices) self = g_object_ref (data);

  self->lost = 0;
  g_clear_pointer (&self->pipewire, ghc_pipewire_free);
  g_signal_emit (self, signals[LOST], 0);
}

/* Not from within what it calls: who hears of it lets go of the connection. */
static void
on_lost (gpointer owner)
{
  GhcDevices *self = owner;

  if (self->lost == 0)
    self->lost = g_idle_add_once (on_lost_idle, self);
}

static const GhcPipeWireEvents pipewire_events = { .lost = on_lost };

static void
ghc_devices_dispose (GObject *object)
{
  GhcDevices *self = GHC_DEVICES (object);

  g_clear_handle_id (&self->bus_watch, g_source_remove);
  g_clear_handle_id (&self->lost, g_source_remove);
  dex_clear (&self->started);
  g_clear_pointer (&self->pipewire, ghc_pipewire_free);
  if (self->is_monitoring)
    gst_device_monitor_stop (self->monitor);
  self->is_monitoring = FALSE;
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_object (&self->lists[0]);
  g_clear_object (&self->lists[1]);
  G_OBJECT_CLASS (ghc_devices_parent_class)->dispose (object);
}

static void
ghc_devices_class_init (GhcDevicesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_devices_dispose;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  /* PipeWire ended: what is listed is not true any more, and what GStreamer opens by way of the connection
   * that it shares would wait half a minute in vain. Everything has to be let go of, this object, too. */
  signals[LOST] = g_signal_new ("lost", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void
ghc_devices_init (GhcDevices *self)
{
  self->lists[FALSE] = g_list_store_new (GHC_TYPE_AUDIO_DEVICE);
  self->lists[TRUE] = g_list_store_new (GHC_TYPE_AUDIO_DEVICE);
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
}

/**
 * ghc_devices_new:
 *
 * Returns: (transfer full): lists that are empty until ghc_devices_start()
 */
GhcDevices *
ghc_devices_new (void)
{
  return g_object_new (GHC_TYPE_DEVICES, NULL);
}

/* On a thread of its own: sound servers are asked one after the other. */
static DexFuture *
ask_fiber (gpointer data)
{
  return dex_future_new_for_boolean (gst_device_monitor_start (data));
}

static DexFuture *
start_fiber (gpointer data)
{
  GhcDevices *self = data;
  GList *devices;

  self->pipewire = ghc_pipewire_new (-1, &pipewire_events, self);
  self->is_monitoring = dex_await_boolean (
    dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, ask_fiber,
                         g_object_ref (self->monitor), g_object_unref),
    NULL);
  devices = self->is_monitoring ? gst_device_monitor_get_devices (self->monitor) : NULL;
  for (GList *at = devices; at != NULL; at = at->next)
    add_device (self, at->data);
  g_list_free_full (devices, gst_object_unref);
  g_signal_emit (self, signals[CHANGED], 0);
  return dex_future_new_for_boolean (TRUE);
}

/**
 * ghc_devices_start:
 * @self: devices
 *
 * Asks the sound servers, the first time.
 *
 * Returns: (transfer full): resolves to %TRUE once the lists hold what there is; never rejects
 */
DexFuture *
ghc_devices_start (GhcDevices *self)
{
  g_autoptr (GstBus) bus = NULL;

  g_return_val_if_fail (GHC_IS_DEVICES (self), NULL);

  if (self->started != NULL)
    return dex_ref (self->started);
  self->monitor = gst_device_monitor_new ();
  gst_device_monitor_add_filter (self->monitor, "Audio/Source", NULL);
  gst_device_monitor_add_filter (self->monitor, "Audio/Sink", NULL);
  bus = gst_device_monitor_get_bus (self->monitor);
  self->bus_watch = gst_bus_add_watch (bus, on_message, self);
  self->started = dex_scheduler_spawn (NULL, 0, start_fiber, g_object_ref (self), g_object_unref);
  return dex_ref (self->started);
}

/**
 * ghc_devices_has_server:
 * @self: devices
 *
 * Returns: whether a sound server answered: PipeWire, or another that has devices
 */
gboolean
ghc_devices_has_server (GhcDevices *self)
{
  g_return_val_if_fail (GHC_IS_DEVICES (self), FALSE);

  /* What looks for devices without any server is there, too. */
  return self->pipewire != NULL || self->entries->len > 0;
}

/**
 * ghc_devices_get_list:
 * @self: devices
 * @is_output: which
 *
 * Returns: (transfer none): a list of #GhcAudioDevice
 */
GListModel *
ghc_devices_get_list (GhcDevices *self, gboolean is_output)
{
  g_return_val_if_fail (GHC_IS_DEVICES (self), NULL);

  return G_LIST_MODEL (self->lists[!!is_output]);
}

static Entry *
find (GhcDevices *self, gboolean is_output, const char *id)
{
  for (guint i = 0; id != NULL && i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (entry->is_output == !!is_output
          && g_str_equal (ghc_audio_device_get_id (entry->shown), id))
        return entry;
    }
  return NULL;
}

/**
 * ghc_devices_has:
 * @self: devices
 * @is_output: which
 * @id: (nullable): a device's id
 *
 * Returns: whether it is there
 */
gboolean
ghc_devices_has (GhcDevices *self, gboolean is_output, const char *id)
{
  g_return_val_if_fail (GHC_IS_DEVICES (self), FALSE);

  return find (self, is_output, id) != NULL;
}

static gboolean
has_property (GstElement *element, const char *name)
{
  return g_object_class_find_property (G_OBJECT_GET_CLASS (element), name) != NULL;
}

/* As little on the way as the device bears. */
static void
make_quick (GstElement *element)
{
  if (has_property (element, "buffer-time") && has_property (element, "latency-time"))
    g_object_set (element, "latency-time", (gint64) CHUNK_US, "buffer-time",
                  (gint64) CHUNK_US * N_CHUNKS, NULL);
  if (has_property (element, "processing-deadline"))
    g_object_set (element, "processing-deadline", (guint64) 0, NULL);
  if (has_property (element, "stream-properties"))
    {
      /* What is told to be live waits until the time that is written on it, which is seconds to come when
       * PipeWire itself had stood still. */
      g_autoptr (GstStructure) wishes = gst_structure_new (
        "wishes", "node.latency", G_TYPE_STRING, PIPEWIRE_LATENCY, "media.role", G_TYPE_STRING,
        "Communication", "stream.is-live", G_TYPE_STRING, "false", NULL);

      g_object_set (element, "stream-properties", wishes, NULL);
    }
}

/* With @is_bound, that very device; without, the sound server's default, also when that changes. */
static GstElement *
make_for (Entry *entry, gboolean is_bound)
{
  g_autoptr (GstElement) example = gst_device_create_element (entry->device, NULL);
  g_autofree char *target = NULL;
  const char *factory;
  GstElement *element;

  if (example == NULL)
    return NULL;
  gst_object_ref_sink (example);
  factory = GST_OBJECT_NAME (gst_element_get_factory (example));
  if (is_bound && has_property (example, "target-object"))
    g_object_get (example, "target-object", &target, NULL);
  if (g_str_has_prefix (factory, "pipewire"))
    {
      /* Its provider gives an element that plays also for a microphone that exists in software only. */
      if (entry->is_output)
        return ghc_speaker_new (target);
      factory = "pipewiresrc";
    }
  else if (is_bound)
    {
      return gst_device_create_element (entry->device, NULL);
    }
  element = gst_element_factory_make (factory, NULL);
  if (element != NULL && target != NULL)
    g_object_set (element, "target-object", target, NULL);
  return element;
}

/**
 * ghc_devices_make_element:
 * @self: devices
 * @is_output: which
 * @id: (nullable): the device; another than there is, or none, stands for the system's default
 *
 * Returns: (transfer floating) (nullable): an element that uses the device, or %NULL when there is no
 *   device at all
 */
GstElement *
ghc_devices_make_element (GhcDevices *self, gboolean is_output, const char *id)
{
  Entry *chosen = find (self, is_output, id);
  GstElement *element = NULL;

  if (chosen != NULL)
    element = make_for (chosen, TRUE);
  for (guint i = 0; element == NULL && i < self->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (self->entries, i);

      if (entry->is_output == !!is_output)
        element = make_for (entry, FALSE);
    }
  if (element != NULL)
    make_quick (element);
  return element;
}
