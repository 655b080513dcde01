/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/**
 * GhcPortalFault:
 * @GHC_PORTAL_FAILED: it could not do it this time
 * @GHC_PORTAL_REFUSED: the system's settings do not allow it
 * @GHC_PORTAL_MISSING: there is none, or none that can do it
 *
 * Why the desktop's portal did not do what it was asked for.
 */
typedef enum
{
  GHC_PORTAL_FAILED,
  GHC_PORTAL_REFUSED,
  GHC_PORTAL_MISSING
} GhcPortalFault;

GhcPortalFault ghc_portal_get_fault (const GError *error);

typedef struct _GhcPortalWatch GhcPortalWatch;

GhcPortalWatch *ghc_portal_watch_new (DexPromise *answer);
void ghc_portal_watch_free (GhcPortalWatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcPortalWatch, ghc_portal_watch_free)

G_END_DECLS
