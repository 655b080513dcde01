/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is made of the graph: applications, which have many streams each and come and go. */
#include "ghc-sound-graph-private.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static const char *
get (GhcSoundThing *thing, const char *key)
{
  return thing != NULL ? g_hash_table_lookup (thing->properties, key) : NULL;
}

static GhcSoundThing *
get_client (GhcSoundGraph *self, GhcSoundThing *node)
{
  const char *id = get (node, PW_KEY_CLIENT_ID);

  return id != NULL ? g_hash_table_lookup (self->things, GUINT_TO_POINTER (strtoul (id, NULL, 10)))
                    : NULL;
}

static const char *
get_either (GhcSoundGraph *self, GhcSoundThing *node, const char *key)
{
  const char *value = get (node, key);

  return value != NULL ? value : get (get_client (self, node), key);
}

/* Whether this very process plays it: nobody is to hear themselves. */
static gboolean
is_own (GhcSoundGraph *self, GhcSoundThing *node)
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
is_filter (GhcSoundThing *node)
{
  return get (node, PW_KEY_NODE_LINK_GROUP) != NULL;
}

/* Whoever connects a stream by hand has something else in mind than the loudspeakers. */
static gboolean
is_for_speakers (GhcSoundThing *node)
{
  return g_strcmp0 (get (node, PW_KEY_NODE_AUTOCONNECT), "false") != 0;
}

/* PipeWire told all that it takes to say whose it is. */
static gboolean
is_known (GhcSoundGraph *self, GhcSoundThing *thing)
{
  GhcSoundThing *client = get_client (self, thing);

  return thing->is_node && client != NULL && g_hash_table_size (client->properties) > 0
         && self->self_pid != NULL;
}

static gboolean
is_application (GhcSoundGraph *self, GhcSoundThing *thing)
{
  return is_known (self, thing) && !is_filter (thing) && !is_own (self, thing);
}

/* All streams of a process are one application. */
static char *
make_key (GhcSoundGraph *self, GhcSoundThing *node)
{
  const char *pid = get_either (self, node, PW_KEY_APP_PROCESS_ID);

  return pid != NULL ? g_strdup_printf ("process:%s", pid)
                     : g_strdup_printf ("client:%u", get_client (self, node)->id);
}

static gboolean
has_key (GhcSoundGraph *self, GhcSoundThing *node, const char *key)
{
  g_autofree char *own = make_key (self, node);

  return g_str_equal (own, key);
}

/* What is the same when an application is started again. */
static char *
make_kin (GhcSoundGraph *self, GhcSoundThing *node)
{
  const char *binary = get_either (self, node, PW_KEY_APP_PROCESS_BINARY);
  const char *name = get_either (self, node, PW_KEY_APP_NAME);

  return g_strdup_printf ("%s\n%s", binary != NULL ? binary : "", name != NULL ? name : "");
}

static guint64
get_serial (GhcSoundThing *thing)
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
  GhcSoundThing *thing;

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
  GhcSoundPort *port;

  g_hash_table_iter_init (&iter, self->ports);
  while (g_hash_table_iter_next (&iter, &id, (gpointer *) &port))
    {
      GhcSoundThing *node = g_hash_table_lookup (self->things, GUINT_TO_POINTER (port->node_id));
      g_autofree char *owned = NULL;

      if (!port->is_output || node == NULL || !is_application (self, node))
        continue;
      owned = make_key (self, node);
      if (key != NULL ? g_str_equal (key, owned) : is_for_speakers (node))
        function (owner, port->node_id, GPOINTER_TO_UINT (id), port->sides);
    }
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
  GhcSoundThing *thing;

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
  GhcSoundThing *thing;

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
  GhcSoundThing *thing;

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
  GhcSoundThing *thing;
  guint64 newest = 0;

  g_hash_table_iter_init (&iter, self->things);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &thing))
    newest = MAX (newest, get_serial (thing));
  return newest;
}
