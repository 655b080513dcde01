/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include <sys/uio.h>

G_BEGIN_DECLS

/* The most that one TLS record carries (RFC 8446, section 5.1). */
#define GHD_TLS_RECORD (16 * 1024)

/**
 * GhdTransport:
 *
 * A connected descriptor that never blocks, plain or under TLS. Either way readiness is that of the
 * descriptor, so that both kinds wait in the same epoll set: a #GTlsConnection is asked without
 * blocking whenever its descriptor stirs, and never polled by a main context.
 */
typedef struct
{
  int fd;
  GIOStream *stream;           /* owns fd, or NULL: fd is ours alone */
  GPollableInputStream *input; /* TLS only */
  GPollableOutputStream *output;
  gsize max_write; /* bytes that one write can take */
  gsize staged;    /* bytes that TLS has refused once: the next write must begin so */
} GhdTransport;

void ghd_transport_init (GhdTransport *self, int fd, GIOStream *stream, gboolean is_tls);
gboolean ghd_transport_is_tls (GhdTransport *self);
gssize ghd_transport_read (GhdTransport *self, guint8 *buffer, gsize size);
gssize ghd_transport_write (GhdTransport *self, struct iovec *vectors, guint n_vectors);
void ghd_transport_hold (GhdTransport *self, gboolean is_held);
void ghd_transport_shutdown (GhdTransport *self);
void ghd_transport_close (GhdTransport *self);

G_END_DECLS
