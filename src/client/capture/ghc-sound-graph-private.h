/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-sound-graph.h"

G_BEGIN_DECLS

struct _GhcSoundGraph
{
  struct pw_registry *registry;
  struct spa_hook registry_hook;
  struct pw_client *self_client;
  struct spa_hook self_hook;
  char *self_pid;     /* ours, as PipeWire sees it: within a sandbox it is another */
  GHashTable *things; /* id to GhcSoundThing */
  GHashTable *ports;  /* id to GhcSoundPort */
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
} GhcSoundThing;

typedef struct
{
  guint32 node_id;
  gboolean is_output;
  GhcSoundSide sides;
} GhcSoundPort;

G_END_DECLS
