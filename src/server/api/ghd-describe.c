/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-api.h"

#include "gh-json-builder.h"
#include "ghd-limits.h"

static void
describe_arg (GhJsonBuilder *builder, const GhdArg *arg)
{
  gh_json_builder_open_object (builder, NULL);
  gh_json_builder_add_string (builder, "name", arg->name);
  gh_json_builder_add_string (builder, "type", ghd_arg_type_to_string (arg->type));
  gh_json_builder_add_bool (builder, "required", (arg->flags & GHD_ARG_REQUIRED) != 0);
  gh_json_builder_add_bool (builder, "nullable", (arg->flags & GHD_ARG_NULLABLE) != 0);
  gh_json_builder_add_int (builder, "min", arg->min);
  gh_json_builder_add_int (builder, "max", arg->max);
  gh_json_builder_add_optional_string (builder, "choices", arg->choices);
  gh_json_builder_close (builder);
}

static void
describe_limit (GhJsonBuilder *builder, GhdLimit limit)
{
  const GhdLimitRow *row = ghd_limit_get_row (limit);

  gh_json_builder_add_string (builder, "limit", row->name);
  gh_json_builder_add_int (builder, "burst", row->caller.burst);
  gh_json_builder_add_int (builder, "per_minute", row->caller.per_minute);
  gh_json_builder_add_int (builder, "room_burst", row->room.burst);
  gh_json_builder_add_int (builder, "room_per_minute", row->room.per_minute);
}

/**
 * ghd_api_describe:
 *
 * Returns: (transfer full): the table of operations as JSON text, for tests and tools
 */
char *
ghd_api_describe (void)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GhJson) json = NULL;
  gsize n_operations;
  const GhdOperation *operations = ghd_api_operations (&n_operations);

  gh_json_builder_open_array (builder, "operations");
  for (gsize i = 0; i < n_operations; i++)
    {
      const GhdOperation *operation = &operations[i];

      gh_json_builder_open_object (builder, NULL);
      gh_json_builder_add_string (builder, "name", operation->name);
      gh_json_builder_add_string (builder, "method", operation->method);
      gh_json_builder_add_string (builder, "path", operation->path);
      gh_json_builder_add_string (builder, "scope", ghd_scope_to_string (operation->scope));
      gh_json_builder_add_int (builder, "max_body", operation->max_body);
      describe_limit (builder, operation->limit);
      gh_json_builder_add_bool (builder, "raw_body",
                                (operation->flags & GHD_OPERATION_RAW_BODY) != 0);
      gh_json_builder_add_bool (builder, "raw_reply",
                                (operation->flags & GHD_OPERATION_RAW_REPLY) != 0);
      gh_json_builder_open_array (builder, "args");
      for (const GhdArg *arg = operation->args; arg->name != NULL; arg++)
        describe_arg (builder, arg);
      gh_json_builder_close (builder);
      gh_json_builder_close (builder);
    }
  gh_json_builder_close (builder);

  gh_json_builder_open_array (builder, "limits");
  for (GhdLimit limit = 0; limit < GHD_N_LIMITS; limit++)
    {
      gh_json_builder_open_object (builder, NULL);
      describe_limit (builder, limit);
      gh_json_builder_close (builder);
    }
  gh_json_builder_close (builder);
  json = gh_json_builder_finish (builder);

  return gh_json_to_string (json);
}
