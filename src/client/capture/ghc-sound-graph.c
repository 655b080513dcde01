/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-sound-graph-private.h"

#include <stdlib.h>

static void
thing_free (GhcSoundThing *thing)
{
  spa_hook_remove (&thing->hook);
  pw_proxy_destroy (thing->proxy);
  g_hash_table_unref (thing->properties);
  g_free (thing);
}

static void
remember (GHashTable *properties, const struct spa_dict *dict)
{
  const struct spa_dict_item *item;

  spa_dict_for_each (item, dict)
  {
    if (item->key != NULL && item->value != NULL)
      g_hash_table_insert (properties, g_strdup (item->key), g_utf8_make_valid (item->value, -1));
  }
}

static void
on_node_info (void *data, const struct pw_node_info *info)
{
  GhcSoundThing *thing = data;

  if (!(info->change_mask & PW_NODE_CHANGE_MASK_PROPS) || info->props == NULL)
    return;
  remember (thing->properties, info->props);
  thing->graph->changed (thing->graph->owner);
}

static const struct pw_node_events node_events = {
  PW_VERSION_NODE_EVENTS,
  .info = on_node_info,
};

static void
on_client_info (void *data, const struct pw_client_info *info)
{
  GhcSoundThing *thing = data;

  if (!(info->change_mask & PW_CLIENT_CHANGE_MASK_PROPS) || info->props == NULL)
    return;
  remember (thing->properties, info->props);
  thing->graph->changed (thing->graph->owner);
}

static const struct pw_client_events client_events = {
  PW_VERSION_CLIENT_EVENTS,
  .info = on_client_info,
};

static void
on_self_info (void *data, const struct pw_client_info *info)
{
  GhcSoundGraph *self = data;
  const char *pid = info->props != NULL ? spa_dict_lookup (info->props, PW_KEY_SEC_PID) : NULL;

  if (pid != NULL && g_set_str (&self->self_pid, pid))
    self->changed (self->owner);
}

static const struct pw_client_events self_events = {
  PW_VERSION_CLIENT_EVENTS,
  .info = on_self_info,
};

static void
watch (GhcSoundGraph *self, guint32 id, const char *type, gboolean is_node)
{
  GhcSoundThing *thing = g_new0 (GhcSoundThing, 1);

  thing->graph = self;
  thing->id = id;
  thing->is_node = is_node;
  thing->properties = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  thing->proxy = pw_registry_bind (self->registry, id, type,
                                   is_node ? PW_VERSION_NODE : PW_VERSION_CLIENT, 0);
  if (is_node)
    pw_node_add_listener ((struct pw_node *) thing->proxy, &thing->hook, &node_events, thing);
  else
    pw_client_add_listener ((struct pw_client *) thing->proxy, &thing->hook, &client_events, thing);
  g_hash_table_insert (self->things, GUINT_TO_POINTER (id), thing);
}

/* Which ears hear a channel; what has no side is heard by both. */
static GhcSoundSide
get_sides (const char *channel)
{
  if (channel != NULL && channel[0] != '\0')
    {
      /* FL, RL, SL, TFL, FLC… */
      if (g_str_equal (channel, "FL") || g_str_has_suffix (channel, "RL")
          || g_str_equal (channel, "SL") || g_str_equal (channel, "FLC")
          || g_str_equal (channel, "FLW") || g_str_has_suffix (channel, "FL")
          || g_str_equal (channel, "TSL") || g_str_equal (channel, "AUX0"))
        return GHC_SOUND_LEFT;
      if (g_str_equal (channel, "FR") || g_str_has_suffix (channel, "RR")
          || g_str_equal (channel, "SR") || g_str_equal (channel, "FRC")
          || g_str_equal (channel, "FRW") || g_str_has_suffix (channel, "FR")
          || g_str_equal (channel, "TSR") || g_str_equal (channel, "AUX1"))
        return GHC_SOUND_RIGHT;
    }
  return GHC_SOUND_LEFT | GHC_SOUND_RIGHT;
}

static void
add_port (GhcSoundGraph *self, guint32 id, const struct spa_dict *properties)
{
  const char *node = spa_dict_lookup (properties, PW_KEY_NODE_ID);
  const char *direction = spa_dict_lookup (properties, PW_KEY_PORT_DIRECTION);
  GhcSoundPort *port;

  if (node == NULL || direction == NULL
      || g_strcmp0 (spa_dict_lookup (properties, PW_KEY_PORT_MONITOR), "true") == 0)
    return;
  port = g_new0 (GhcSoundPort, 1);
  port->node_id = (guint32) strtoul (node, NULL, 10);
  port->is_output = g_str_equal (direction, "out");
  port->sides = get_sides (spa_dict_lookup (properties, PW_KEY_AUDIO_CHANNEL));
  g_hash_table_insert (self->ports, GUINT_TO_POINTER (id), port);
  self->changed (self->owner);
}

static void
on_global (void *data, uint32_t id, uint32_t permissions, const char *type, uint32_t version,
           const struct spa_dict *properties)
{
  GhcSoundGraph *self = data;

  if (properties == NULL)
    return;
  if (g_str_equal (type, PW_TYPE_INTERFACE_Client))
    watch (self, id, type, FALSE);
  else if (g_str_equal (type, PW_TYPE_INTERFACE_Port))
    add_port (self, id, properties);
  else if (g_str_equal (type, PW_TYPE_INTERFACE_Node)
           && g_strcmp0 (spa_dict_lookup (properties, PW_KEY_MEDIA_CLASS), "Stream/Output/Audio")
                == 0)
    watch (self, id, type, TRUE);
}

static void
on_global_remove (void *data, uint32_t id)
{
  GhcSoundGraph *self = data;

  if (g_hash_table_remove (self->things, GUINT_TO_POINTER (id))
      || g_hash_table_remove (self->ports, GUINT_TO_POINTER (id)))
    self->changed (self->owner);
}

static const struct pw_registry_events registry_events = {
  PW_VERSION_REGISTRY_EVENTS,
  .global = on_global,
  .global_remove = on_global_remove,
};

/**
 * ghc_sound_graph_new:
 * @core: a connection; outlives the graph
 * @changed: called whenever something came, went, or is known better
 * @owner: passed to it
 *
 * Returns: (transfer full): a graph that is empty until PipeWire told what there is
 */
GhcSoundGraph *
ghc_sound_graph_new (struct pw_core *core, void (*changed) (gpointer owner), gpointer owner)
{
  GhcSoundGraph *self = g_new0 (GhcSoundGraph, 1);

  self->changed = changed;
  self->owner = owner;
  self->things = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) thing_free);
  self->ports = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->self_client = pw_core_get_client (core);
  pw_client_add_listener (self->self_client, &self->self_hook, &self_events, self);
  self->registry = pw_core_get_registry (core, PW_VERSION_REGISTRY, 0);
  pw_registry_add_listener (self->registry, &self->registry_hook, &registry_events, self);
  return self;
}

/**
 * ghc_sound_graph_free:
 * @self: (transfer full):
 */
void
ghc_sound_graph_free (GhcSoundGraph *self)
{
  spa_hook_remove (&self->registry_hook);
  spa_hook_remove (&self->self_hook);
  g_hash_table_unref (self->things);
  g_hash_table_unref (self->ports);
  pw_proxy_destroy ((struct pw_proxy *) self->registry);
  g_free (self->self_pid);
  g_free (self);
}

/**
 * ghc_sound_graph_each_input:
 * @self: a graph
 * @node_id: a node
 * @function: called for each port where sound goes into it
 * @owner: passed to it
 */
void
ghc_sound_graph_each_input (GhcSoundGraph *self, guint32 node_id, GhcSoundPortFunc function,
                            gpointer owner)
{
  GHashTableIter iter;
  gpointer id;
  GhcSoundPort *port;

  g_hash_table_iter_init (&iter, self->ports);
  while (g_hash_table_iter_next (&iter, &id, (gpointer *) &port))
    if (!port->is_output && port->node_id == node_id)
      function (owner, node_id, GPOINTER_TO_UINT (id), port->sides);
}

/**
 * ghc_sound_graph_has_port:
 * @self: a graph
 * @port_id: a port's number
 *
 * Returns: whether it is still there
 */
gboolean
ghc_sound_graph_has_port (GhcSoundGraph *self, guint32 port_id)
{
  return g_hash_table_contains (self->ports, GUINT_TO_POINTER (port_id));
}
