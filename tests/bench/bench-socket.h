/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include <openssl/ssl.h>

G_BEGIN_DECLS

/**
 * BenchSocket:
 *
 * A connection to the daemon that costs the load generator as little as possible: HTTP enough to
 * sign up with, then a WebSocket taken apart where its bytes arrive.
 */
typedef struct _BenchSocket BenchSocket;

/* One frame from the server. The text is valid until the call returns. */
typedef void (*BenchFrameFunc) (BenchSocket *self, const char *text, gsize size,
                                gpointer user_data);

BenchSocket *bench_socket_connect (guint16 port, SSL_CTX *tls, GError **error);
void bench_socket_free (BenchSocket *self);
int bench_socket_get_fd (BenchSocket *self);
char *bench_socket_post (BenchSocket *self, const char *path, const char *token, const char *body,
                         GError **error);
gboolean bench_socket_upgrade (BenchSocket *self, GError **error);
gboolean bench_socket_send_text (BenchSocket *self, const char *text);
gssize bench_socket_read (BenchSocket *self, guint8 *buffer, gsize size);
void bench_socket_rest (BenchSocket *self);
gboolean bench_socket_receive (BenchSocket *self, gboolean wait, BenchFrameFunc func,
                               gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchSocket, bench_socket_free)

G_END_DECLS
