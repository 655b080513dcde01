/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A weak reference that is given away: the data of a callback that may come when its object is gone. */
GWeakRef *gh_weak_ref_new (gpointer object);
void gh_weak_ref_free (gpointer weak_ref);

G_END_DECLS
