/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <pipewire/pipewire.h>

G_BEGIN_DECLS

/**
 * GhcSoundGraph:
 *
 * What applications play just now, as PipeWire knows it. Lives with the loop of its connection.
 */
typedef struct _GhcSoundGraph GhcSoundGraph;

typedef enum
{
  GHC_SOUND_LEFT = 1 << 0,
  GHC_SOUND_RIGHT = 1 << 1,
} GhcSoundSide;

typedef void (*GhcSoundApplicationFunc) (gpointer owner, const char *key, const char *name,
                                         const char *icon_name);
typedef void (*GhcSoundPortFunc) (gpointer owner, guint32 node_id, guint32 port_id,
                                  GhcSoundSide sides);

GhcSoundGraph *ghc_sound_graph_new (struct pw_core *core, void (*changed) (gpointer owner),
                                    gpointer owner) G_GNUC_WARN_UNUSED_RESULT;
void ghc_sound_graph_free (GhcSoundGraph *self);
void ghc_sound_graph_each_application (GhcSoundGraph *self, GhcSoundApplicationFunc function,
                                       gpointer owner);
void ghc_sound_graph_each_output (GhcSoundGraph *self, const char *key, GhcSoundPortFunc function,
                                  gpointer owner);
void ghc_sound_graph_each_input (GhcSoundGraph *self, guint32 node_id, GhcSoundPortFunc function,
                                 gpointer owner);
char *ghc_sound_graph_get_kin (GhcSoundGraph *self, const char *key) G_GNUC_WARN_UNUSED_RESULT;
char *ghc_sound_graph_find_kin (GhcSoundGraph *self, const char *kin,
                                guint64 after) G_GNUC_WARN_UNUSED_RESULT;
gboolean ghc_sound_graph_is_alive (GhcSoundGraph *self, const char *key);
guint64 ghc_sound_graph_get_newest (GhcSoundGraph *self);
gboolean ghc_sound_graph_has_port (GhcSoundGraph *self, guint32 port_id);

G_END_DECLS
