/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GhdCall     GhdCall;
typedef struct _GhdReply    GhdReply;

/* What kind of operation it is, as its description says (x-scope). A sign-in is good for every kind. */
typedef enum
{
  GHD_SCOPE_PUBLIC,  /* no sign-in needed; not on the gateway */
  GHD_SCOPE_READ,
  GHD_SCOPE_WRITE,
  GHD_SCOPE_ACCOUNT, /* changes sign-in itself: passwords, devices */
} GhdScope;

typedef enum
{
  GHD_OPERATION_RAW_BODY = 1 << 0, /* the body is bytes, not JSON; HTTP only */
  GHD_OPERATION_RAW_REPLY = 1 << 1, /* the answer is bytes; HTTP only */
} GhdOperationFlags;

typedef enum
{
  GHD_ARG_STRING,  /* printable ASCII; min, max: length in bytes */
  GHD_ARG_NAME,    /* one line of text; min, max: length in characters as people count them */
  GHD_ARG_TEXT,    /* the same, of several lines */
  GHD_ARG_SECRET,  /* never logged nor repeated; min, max: length in bytes */
  GHD_ARG_INTEGER, /* min, max: the value */
  GHD_ARG_BOOLEAN,
  GHD_ARG_ENUM, /* one of the words in choices, separated by | */
  GHD_ARG_OBJECT,
  GHD_ARG_OBJECTS,  /* an array of objects; min, max: how many */
  GHD_ARG_ROLE_IDS, /* an array; min, max: how many */
  GHD_ARG_ROOM_ID,
  GHD_ARG_CATEGORY_ID,
  GHD_ARG_CHANNEL_ID, /* a channel's room id, or a category's id */
  GHD_ARG_USER_ID,
  GHD_ARG_ROLE_ID,
  GHD_ARG_TARGET, /* a role's id or a user's */
  GHD_ARG_DEVICE_ID,
  GHD_ARG_MEDIA_ID,
  GHD_ARG_TXN_ID, /* 1 to 64 printable ASCII characters */
} GhdArgType;

#define GHD_N_ARG_TYPES (GHD_ARG_TXN_ID + 1)

typedef enum
{
  GHD_ARG_OPTIONAL = 0,
  GHD_ARG_REQUIRED = 1 << 0,
  GHD_ARG_NULLABLE = 1 << 1, /* null is allowed and means: take it away */
} GhdArgFlags;

/* One member of an operation's data object; the table of them ends with a NULL name. */
typedef struct
{
  const char *name;
  GhdArgType  type;
  gint64      min;
  gint64      max;
  GhdArgFlags flags;
  const char *what;      /* NAME and TEXT: the subject of the sentence, "The name" */
  gsize       max_bytes; /* NAME and TEXT */
  const char *choices;   /* ENUM */
} GhdArg;

/* How fast it may be asked for: a row of the table in ghd-limits.c. */
typedef enum
{
  GHD_LIMIT_READS,
  GHD_LIMIT_WRITES,
  GHD_LIMIT_SAYS,
  GHD_LIMIT_SWITCHES,
  GHD_LIMIT_SIGNALS,
  GHD_LIMIT_HINTS,
  GHD_LIMIT_HASHES,
  GHD_LIMIT_PICTURES,
  GHD_LIMIT_VIEWS,
  GHD_LIMIT_GUESSES,
  GHD_LIMIT_EVERYTHING, /* of no single operation */
} GhdLimit;

#define GHD_N_LIMITS (GHD_LIMIT_EVERYTHING + 1)

typedef GhdReply *(*GhdHandler) (GhdCall *call, GError **error);

/* One row of the table: everything that is checked before the handler runs is here, as data. */
typedef struct
{
  const char       *name;     /* "message.send" */
  const char       *method;   /* "POST" */
  const char       *path;     /* below /client/v1: "/channels/{channel_id}/messages" */
  GhdScope          scope;
  gsize             max_body; /* bytes; 0: the limit is the setting image-bytes */
  GhdLimit          limit;
  GhdOperationFlags flags;
  const GhdArg     *args;
  GhdHandler        handler;
} GhdOperation;

const char *ghd_scope_to_string      (GhdScope scope);
const char *ghd_arg_type_to_string   (GhdArgType type);

G_END_DECLS
