/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-operation.h"

static const char *const scopes[] = { "public", "read", "write", "account" };

static const char *const arg_types[GHD_N_ARG_TYPES] = {
  [GHD_ARG_STRING] = "string",
  [GHD_ARG_NAME] = "name",
  [GHD_ARG_TEXT] = "text",
  [GHD_ARG_SECRET] = "secret",
  [GHD_ARG_INTEGER] = "integer",
  [GHD_ARG_BOOLEAN] = "boolean",
  [GHD_ARG_ENUM] = "enum",
  [GHD_ARG_OBJECT] = "object",
  [GHD_ARG_OBJECTS] = "objects",
  [GHD_ARG_ROLE_IDS] = "role_ids",
  [GHD_ARG_ROOM_ID] = "room_id",
  [GHD_ARG_CATEGORY_ID] = "category_id",
  [GHD_ARG_CHANNEL_ID] = "channel_id",
  [GHD_ARG_USER_ID] = "user_id",
  [GHD_ARG_ROLE_ID] = "role_id",
  [GHD_ARG_TARGET] = "target",
  [GHD_ARG_DEVICE_ID] = "device_id",
  [GHD_ARG_MEDIA_ID] = "media_id",
  [GHD_ARG_TXN_ID] = "txn_id",
};

const char *
ghd_scope_to_string (GhdScope scope)
{
  return scopes[scope];
}

const char *
ghd_arg_type_to_string (GhdArgType type)
{
  return arg_types[type];
}
