/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GhdSeats:
 *
 * How many connections there may be, altogether and from one address. Whoever holds a #GhdSeat is
 * counted until it is given back. For the main thread.
 */
typedef struct _GhdSeats GhdSeats;
typedef struct _GhdSeat GhdSeat;

GhdSeats *ghd_seats_new (guint max_seats, guint max_per_address);
GhdSeats *ghd_seats_ref (GhdSeats *self);
void ghd_seats_unref (GhdSeats *self);
guint ghd_seats_get_n_taken (GhdSeats *self);
guint ghd_seats_get_max (GhdSeats *self);

GhdSeat *ghd_seats_take (GhdSeats *self);
gboolean ghd_seat_set_address (GhdSeat *self, GInetAddress *address);
void ghd_seat_give_back (GhdSeat *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdSeats, ghd_seats_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdSeat, ghd_seat_give_back)

G_END_DECLS
