/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-sound-graph.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct _GhcSoundGraph
{
  struct pw_registry *registry;
  struct spa_hook registry_hook;
  struct pw_client *self_client;
  struct spa_hook self_hook;
  char *self_pid;     /* ours, as PipeWire sees it: within a sandbox it is another */
  GHashTable *things; /* id to Thing */
  GHashTable *ports;  /* id to Port */
  void (*changed) (gpointer owner);
  gpointer owner;
};

/* A stream that plays, or the client that it belongs to. */
typedef struct
{
  GhcSoundGraph *graph;
  guint32 id;
  gboolean is_node;
  struct pw_proxy *proxy;
  struct spa_hook hook;
  GHashTable *properties; /* empty until PipeWire told them */
} Thing;

typedef struct
{
  guint32 node_id;
  gboolean is_output;
  GhcSoundSide sides;
} Port;

static void
thing_free (Thing *thing)
{
  spa_hook_remove (&thing->hook);
  pw_proxy_destroy (thing->proxy);
  g_hash_table_unref (thing->properties);
  g_free (thing);
}

static const char *
get (Thing *thing, const char *key)
{
  return thing != NULL ? g_hash_table_lookup (thing->properties, key) : NULL;
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

/* --- What PipeWire tells -------------------------------------------------------------------- */

static void
on_node_info (void *data, const struct pw_node_info *info)
{
  Thing *thing = data;

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
  Thing *thing = data;

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
  Thing *thing = g_new0 (Thing, 1);

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
  Port *port;

  if (node == NULL || direction == NULL
      || g_strcmp0 (spa_dict_lookup (properties, PW_KEY_PORT_MONITOR), "true") == 0)
    return;
  port = g_new0 (Port, 1);
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

/* --- What is made of it --------------------------------------------------------------------- */

static Thing *
get_client (GhcSoundGraph *self, Thing *node)
{
  const char *id = get (node, PW_KEY_CLIENT_ID);

  return id != NULL ? g_hash_table_lookup (self->things, GUINT_TO_POINTER (strtoul (id, NULL, 10)))
                    : NULL;
}

static const char *
get_either (GhcSoundGraph *self, Thing *node, const char *key)
{
  const char *value = get (node, key);

  return value != NULL ? value : get (get_client (self, node), key);
}

/* Whether this very process plays it: nobody is to hear themselves. */
static gboolean
is_own (GhcSoundGraph *self, Thing *node)
{
  const char *said_pid = get_either (self, node, PW_KEY_APP_PROCESS_ID);
  const char *true_pid = get (get_client (self, node), PW_KEY_SEC_PID);
  const char *binary = get_either (self, node, PW_KEY_APP_PROCESS_BINARY);
  g_autofree char *pid = g_strdup_printf ("%d", (int) getpid ());

  if (true_pid != NULL && g_strcmp0 (true_pid, self->self_pid) == 0)
    return TRUE;
  /* By way of PulseAudio's protocol. In sandboxes many processes have the same number. */
  return g_strcmp0 (said_pid, pid) == 0
         && (binary == NULL || g_str_equal (binary, program_invocation_short_name));
}

/* A filter between an application and the loudspeakers plays what was heard before. */
static gboolean
is_filter (Thing *node)
{
  return get (node, PW_KEY_NODE_LINK_GROUP) != NULL;
}

/* Whoever connects a stream by hand has something else in mind than the loudspeakers. */
static gboolean
is_for_speakers (Thing *node)
{
  return g_strcmp0 (get (node, PW_KEY_NODE_AUTOCONNECT), "false") != 0;
}

/* PipeWire told all that it takes to say whose it is. */
static gboolean
is_known (GhcSoundGraph *self, Thing *thing)
{
  Thing *client = get_client (self, thing);

  return thing->is_node && client != NULL && g_hash_table_size (client->properties) > 0
         && self->self_pid != NULL;
}

static gboolean
is_application (GhcSoundGraph *self, Thing *thing)
{
  return is_known (self, thing) && !is_filter (thing) && !is_own (self, thing);
}

/* All streams of a process are one application. */
static char *
make_key (GhcSoundGraph *self, Thing *node)
{
  const char *pid = get_either (self, node, PW_KEY_APP_PROCESS_ID);

  return pid != NULL ? g_strdup_printf ("process:%s", pid)
                     : g_strdup_printf ("client:%u", get_client (self, node)->id);
}

static gboolean
has_key (GhcSoundGraph *self, Thing *node, const char *key)
{
  g_autofree char *own = make_key (self, node);

  return g_str_equal (own, key);
}

/* What is the same when an application is started again. */
static char *
make_kin (GhcSoundGraph *self, Thing *node)
{
  const char *binary = get_either (self, node, PW_KEY_APP_PROCESS_BINARY);
  const char *name = get_either (self, node, PW_KEY_APP_NAME);

  return g_strdup_printf ("%s\n%s", binary != NULL ? binary : "", name != NULL ? name : "");
}

static guint64
get_serial (Thing *thing)
{
  const char *serial = get (thing, PW_KEY_OBJECT_SERIAL);

  return serial != NULL ? g_ascii_strtoull (serial, NULL, 10) : 0;
}

/**
 * ghc_sound_graph_each_application:
 * @self: a graph
 * @function: called for each application that plays or may, more than once for one of many streams
 * @owner: passed to it
 */
void
ghc_sound_graph_each_application (GhcSoundGraph *self, GhcSoundApplicationFunc function,
                                  gpointer owner)
{
  GHashTableIter iter;
  Thing *thing;

  g_hash_table_iter_init (&iter, self->things);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &thing))
    {
      g_autofree char *key = NULL;
      const char *name;

      if (!is_application (self, thing))
        continue;
      key = make_key (self, thing);
      name = get_either (self, thing, PW_KEY_APP_NAME);
      if (name == NULL)
        name = get (thing, PW_KEY_NODE_DESCRIPTION);
      if (name == NULL)
        name = get (thing, PW_KEY_NODE_NAME);
      if (name != NULL)
        function (owner, key, name, get_either (self, thing, PW_KEY_APP_ICON_NAME));
    }
}

/**
 * ghc_sound_graph_each_output:
 * @self: a graph
 * @key: (nullable): one application, or %NULL for all that is for the loudspeakers
 * @function: called for each port that gives its sound
 * @owner: passed to it
 */
void
ghc_sound_graph_each_output (GhcSoundGraph *self, const char *key, GhcSoundPortFunc function,
                             gpointer owner)
{
  GHashTableIter iter;
  gpointer id;
  Port *port;

  g_hash_table_iter_init (&iter, self->ports);
  while (g_hash_table_iter_next (&iter, &id, (gpointer *) &port))
    {
      Thing *node = g_hash_table_lookup (self->things, GUINT_TO_POINTER (port->node_id));
      g_autofree char *owned = NULL;

      if (!port->is_output || node == NULL || !is_application (self, node))
        continue;
      owned = make_key (self, node);
      if (key != NULL ? g_str_equal (key, owned) : is_for_speakers (node))
        function (owner, port->node_id, GPOINTER_TO_UINT (id), port->sides);
    }
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
  Port *port;

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

/**
 * ghc_sound_graph_get_kin:
 * @self: a graph
 * @key: an application
 *
 * Returns: (transfer full) (nullable): what it is known by when it is started again, or %NULL when it has
 *   no stream
 */
char *
ghc_sound_graph_get_kin (GhcSoundGraph *self, const char *key)
{
  GHashTableIter iter;
  Thing *thing;

  g_hash_table_iter_init (&iter, self->things);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &thing))
    if (is_application (self, thing) && has_key (self, thing, key))
      return make_kin (self, thing);
  return NULL;
}

/**
 * ghc_sound_graph_find_kin:
 * @self: a graph
 * @kin: what an application is known by
 * @after: a number of ghc_sound_graph_get_newest()
 *
 * Returns: (transfer full) (nullable): the key of one that was not there then
 */
char *
ghc_sound_graph_find_kin (GhcSoundGraph *self, const char *kin, guint64 after)
{
  GHashTableIter iter;
  Thing *thing;

  g_hash_table_iter_init (&iter, self->things);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &thing))
    {
      g_autofree char *own = NULL;

      /* Whose client is older only began to play. */
      if (!is_application (self, thing) || get_serial (get_client (self, thing)) <= after)
        continue;
      own = make_kin (self, thing);
      if (g_str_equal (own, kin))
        return make_key (self, thing);
    }
  return NULL;
}

/**
 * ghc_sound_graph_is_alive:
 * @self: a graph
 * @key: an application
 *
 * Returns: whether it is still connected to PipeWire, with or without a stream
 */
gboolean
ghc_sound_graph_is_alive (GhcSoundGraph *self, const char *key)
{
  GHashTableIter iter;
  Thing *thing;

  g_hash_table_iter_init (&iter, self->things);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &thing))
    {
      const char *pid = get (thing, PW_KEY_APP_PROCESS_ID);
      g_autofree char *own = pid != NULL ? g_strdup_printf ("process:%s", pid)
                                         : g_strdup_printf ("client:%u", thing->id);

      if (g_str_equal (own, key))
        return TRUE;
    }
  return FALSE;
}

/**
 * ghc_sound_graph_get_newest:
 * @self: a graph
 *
 * Returns: a number that all that comes from now on is above
 */
guint64
ghc_sound_graph_get_newest (GhcSoundGraph *self)
{
  GHashTableIter iter;
  Thing *thing;
  guint64 newest = 0;

  g_hash_table_iter_init (&iter, self->things);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &thing))
    newest = MAX (newest, get_serial (thing));
  return newest;
}
