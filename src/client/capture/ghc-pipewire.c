/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-pipewire.h"

struct _GhcPipeWire
{
  GSource *source;
  struct pw_loop *loop;
  struct pw_context *context;
  struct pw_core *core;
  struct spa_hook core_hook;
  struct pw_registry *registry;
  struct spa_hook registry_hook;
  const GhcPipeWireEvents *events;
  gpointer owner;
};

/* PipeWire's loop, turned by GLib's. */
typedef struct
{
  GSource parent_instance;
  struct pw_loop *loop;
} LoopSource;

static gboolean
loop_source_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  struct pw_loop *loop = ((LoopSource *) source)->loop;

  pw_loop_enter (loop);
  pw_loop_iterate (loop, 0);
  pw_loop_leave (loop);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs loop_source_funcs = { .dispatch = loop_source_dispatch };

static void
on_core_done (void *data, uint32_t id, int sequence)
{
  GhcPipeWire *self = data;

  if (id == PW_ID_CORE && self->events->settled != NULL)
    self->events->settled (self->owner, sequence);
}

static void
on_core_error (void *data, uint32_t id, int sequence, int result, const char *message)
{
  GhcPipeWire *self = data;

  g_debug ("PipeWire: object %u: %s", id, message);
  if (id == PW_ID_CORE)
    self->events->lost (self->owner);
}

static const struct pw_core_events core_events = {
  PW_VERSION_CORE_EVENTS,
  .done = on_core_done,
  .error = on_core_error,
};

static void
on_global (void *data, uint32_t id, uint32_t permissions, const char *type, uint32_t version,
           const struct spa_dict *properties)
{
  GhcPipeWire *self = data;

  if (properties != NULL && self->events->added != NULL)
    self->events->added (self->owner, id, type, properties);
}

static void
on_global_remove (void *data, uint32_t id)
{
  GhcPipeWire *self = data;

  if (self->events->removed != NULL)
    self->events->removed (self->owner, id);
}

static const struct pw_registry_events registry_events = {
  PW_VERSION_REGISTRY_EVENTS,
  .global = on_global,
  .global_remove = on_global_remove,
};

/**
 * ghc_pipewire_new:
 * @fd: (transfer full): a connection, or -1 for the one that every program has
 * @events: what to call; kept, so static
 * @owner: passed to them
 *
 * Returns: (transfer full) (nullable): a connection, or %NULL when PipeWire does not answer
 */
GhcPipeWire *
ghc_pipewire_new (int fd, const GhcPipeWireEvents *events, gpointer owner)
{
  GhcPipeWire *self = g_new0 (GhcPipeWire, 1);

  pw_init (NULL, NULL);
  self->events = events;
  self->owner = owner;
  self->loop = pw_loop_new (NULL);
  self->context = pw_context_new (self->loop, NULL, 0);
  if (self->context != NULL)
    self->core = fd >= 0 ? pw_context_connect_fd (self->context, fd, NULL, 0)
                         : pw_context_connect (self->context, NULL, 0);
  if (self->core == NULL)
    {
      ghc_pipewire_free (self);
      return NULL;
    }
  pw_core_add_listener (self->core, &self->core_hook, &core_events, self);
  self->registry = pw_core_get_registry (self->core, PW_VERSION_REGISTRY, 0);
  pw_registry_add_listener (self->registry, &self->registry_hook, &registry_events, self);

  self->source = g_source_new (&loop_source_funcs, sizeof (LoopSource));
  ((LoopSource *) self->source)->loop = self->loop;
  g_source_add_unix_fd (self->source, pw_loop_get_fd (self->loop), G_IO_IN | G_IO_ERR | G_IO_HUP);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return self;
}

/**
 * ghc_pipewire_free:
 * @self: (transfer full): not within one of its own events
 */
void
ghc_pipewire_free (GhcPipeWire *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  if (self->registry != NULL)
    {
      spa_hook_remove (&self->registry_hook);
      pw_proxy_destroy ((struct pw_proxy *) self->registry);
    }
  if (self->core != NULL)
    {
      spa_hook_remove (&self->core_hook);
      pw_core_disconnect (self->core);
    }
  g_clear_pointer (&self->context, pw_context_destroy);
  pw_loop_destroy (self->loop);
  g_free (self);
}

/**
 * ghc_pipewire_get_core:
 * @self:
 *
 * Returns: (transfer none): for what is not here
 */
struct pw_core *
ghc_pipewire_get_core (GhcPipeWire *self)
{
  return self->core;
}

/**
 * ghc_pipewire_get_registry:
 * @self:
 *
 * Returns: (transfer none): to bind what was added
 */
struct pw_registry *
ghc_pipewire_get_registry (GhcPipeWire *self)
{
  return self->registry;
}

/**
 * ghc_pipewire_sync:
 * @self:
 *
 * Returns: what "settled" is called with once all that was asked up to now is answered
 */
int
ghc_pipewire_sync (GhcPipeWire *self)
{
  return pw_core_sync (self->core, PW_ID_CORE, 0);
}
