/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-seats.h"

/* A subscriber of IPv6 is given a network of this many bits (RFC 6177): that counts as one. */
#define IPV6_NETWORK_BYTES 8

struct _GhdSeats
{
  grefcount ref_count;
  guint max_seats;
  guint max_per_address; /* 0: no limit */
  guint n_taken;
  GHashTable *addresses; /* GBytes -> number of seats */
};

struct _GhdSeat
{
  GhdSeats *seats;
  GBytes *address; /* NULL: counts for no address */
};

static GBytes *
build_key (GInetAddress *address)
{
  gsize size = g_inet_address_get_native_size (address);

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6)
    size = IPV6_NETWORK_BYTES;

  return g_bytes_new (g_inet_address_to_bytes (address), size);
}

static guint
count (GhdSeats *self, GBytes *address)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->addresses, address));
}

static void
leave_address (GhdSeat *self)
{
  g_autoptr (GBytes) address = g_steal_pointer (&self->address);
  guint n;

  if (address == NULL)
    return;

  n = count (self->seats, address) - 1;
  if (n > 0)
    g_hash_table_replace (self->seats->addresses, g_bytes_ref (address), GUINT_TO_POINTER (n));
  else
    g_hash_table_remove (self->seats->addresses, address);
}

/**
 * ghd_seats_new:
 * @max_per_address: 0 for no limit
 */
GhdSeats *
ghd_seats_new (guint max_seats, guint max_per_address)
{
  GhdSeats *self = g_new0 (GhdSeats, 1);

  g_ref_count_init (&self->ref_count);
  self->max_seats = max_seats;
  self->max_per_address = max_per_address;
  self->addresses = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                           (GDestroyNotify) g_bytes_unref, NULL);

  return self;
}

GhdSeats *
ghd_seats_ref (GhdSeats *self)
{
  g_ref_count_inc (&self->ref_count);

  return self;
}

void
ghd_seats_unref (GhdSeats *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;

  g_hash_table_unref (self->addresses);
  g_free (self);
}

guint
ghd_seats_get_n_taken (GhdSeats *self)
{
  return self->n_taken;
}

/**
 * ghd_seats_get_max:
 *
 * Returns: how many there are
 */
guint
ghd_seats_get_max (GhdSeats *self)
{
  return self->max_seats;
}

/**
 * ghd_seats_take:
 *
 * Returns: (transfer full) (nullable): a seat that counts for no address yet; %NULL when all are
 *   taken
 */
GhdSeat *
ghd_seats_take (GhdSeats *self)
{
  GhdSeat *seat;

  if (self->n_taken >= self->max_seats)
    return NULL;

  seat = g_new0 (GhdSeat, 1);
  seat->seats = ghd_seats_ref (self);
  self->n_taken++;

  return seat;
}

/**
 * ghd_seat_set_address:
 *
 * From now on the seat counts for @address; loopback addresses are not counted.
 *
 * Returns: %FALSE when that address has as many as it may have
 */
gboolean
ghd_seat_set_address (GhdSeat *self, GInetAddress *address)
{
  GhdSeats *seats = self->seats;
  g_autoptr (GBytes) key = NULL;
  guint n;

  leave_address (self);

  if (seats->max_per_address == 0 || g_inet_address_get_is_loopback (address))
    return TRUE;

  key = build_key (address);
  n = count (seats, key);
  if (n >= seats->max_per_address)
    return FALSE;

  g_hash_table_replace (seats->addresses, g_bytes_ref (key), GUINT_TO_POINTER (n + 1));
  self->address = g_steal_pointer (&key);

  return TRUE;
}

void
ghd_seat_give_back (GhdSeat *self)
{
  leave_address (self);
  self->seats->n_taken--;
  ghd_seats_unref (self->seats);
  g_free (self);
}
