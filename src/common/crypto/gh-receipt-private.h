/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include "gh-hash.h"
#include "gh-limits.h"
#include "gh-receipt.h"

G_BEGIN_DECLS

/* Levels of the largest tree, the root not counted. */
#define GH_RECEIPT_MAX_PATH 16
G_STATIC_ASSERT (1 << GH_RECEIPT_MAX_PATH == GH_LIMIT_RECEIPT_SIZE);

struct _GhReceipt
{
  gatomicrefcount ref_count;
  char *event_id;
  char *server;
  char *key_id;
  gint64 position;
  guint index;
  guint size;
  guint8 signature[GH_SIGNATURE_SIZE];
  guint n_path;
  GhHash path[]; /* n_path of them */
};

/* A receipt whose members but @n_path and the counter are to be filled. */
GhReceipt *gh_receipt_alloc (guint n_path);

GhHash gh_receipt_hash_leaf (const char *event_id, gint64 position);
GhHash gh_receipt_hash_node (const GhHash *left, const GhHash *right);
/* What is signed. */
char *gh_receipt_make_statement (const GhHash *root, const char *server, guint size);

G_END_DECLS
