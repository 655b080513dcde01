/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/**
 * GhdSerial:
 *
 * Lets one fiber in at a time, in the order in which they came: what changes a guild's state is
 * checked and written by one operation before the next is checked. For one thread.
 */
typedef struct _GhdSerial GhdSerial;

GhdSerial *ghd_serial_new   (void);
GhdSerial *ghd_serial_ref   (GhdSerial *self);
void       ghd_serial_unref (GhdSerial *self);
gboolean   ghd_serial_enter (GhdSerial *self, GError **error);
void       ghd_serial_leave (GhdSerial *self);
gboolean   ghd_serial_is_idle (GhdSerial *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdSerial, ghd_serial_unref)

G_END_DECLS
