/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <pipewire/pipewire.h>

G_BEGIN_DECLS

/**
 * GhcPipeWire:
 *
 * A connection to PipeWire whose events come on the main context of the thread that made it.
 */
typedef struct _GhcPipeWire GhcPipeWire;

/**
 * GhcPipeWireEvents:
 * @added: (nullable): there is something; called for all that there is, and later for what comes
 * @removed: (nullable): it is gone
 * @settled: (nullable): the answer to ghc_pipewire_sync()
 * @lost: PipeWire is gone; nothing else will come
 */
typedef struct
{
  void (*added) (gpointer owner, guint32 id, const char *type, const struct spa_dict *properties);
  void (*removed) (gpointer owner, guint32 id);
  void (*settled) (gpointer owner, int sequence);
  void (*lost) (gpointer owner);
} GhcPipeWireEvents;

GhcPipeWire *ghc_pipewire_new (int fd, const GhcPipeWireEvents *events,
                               gpointer owner) G_GNUC_WARN_UNUSED_RESULT;
void ghc_pipewire_free (GhcPipeWire *self);
struct pw_core *ghc_pipewire_get_core (GhcPipeWire *self);
struct pw_registry *ghc_pipewire_get_registry (GhcPipeWire *self);
int ghc_pipewire_sync (GhcPipeWire *self);

G_END_DECLS
