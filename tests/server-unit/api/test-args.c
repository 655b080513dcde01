/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gh-error.h"
#include "ghd-args.h"
#include "ghd-crop.h"

#include <string.h>

static const GhdArg args[] = {
  { "word", GHD_ARG_STRING, 2, 5, GHD_ARG_OPTIONAL },
  { "name", GHD_ARG_NAME, 1, 5, GHD_ARG_OPTIONAL, "The name", 40 },
  { "text", GHD_ARG_TEXT, 0, 5, GHD_ARG_OPTIONAL, "The text", 40 },
  { "secret", GHD_ARG_SECRET, 1, 8 },
  { "number", GHD_ARG_INTEGER, -1, 10 },
  { "flag", GHD_ARG_BOOLEAN },
  { "kind", GHD_ARG_ENUM, .choices = "text|voice" },
  { "object", GHD_ARG_OBJECT },
  { "objects", GHD_ARG_OBJECTS, 1, 2 },
  { "roles", GHD_ARG_ROLE_IDS, 0, 2 },
  { "room", GHD_ARG_ROOM_ID },
  { "user", GHD_ARG_USER_ID },
  { "target", GHD_ARG_TARGET },
  { "parent", GHD_ARG_CATEGORY_ID, .flags = GHD_ARG_NULLABLE },
  { "txn_id", GHD_ARG_TXN_ID },
  { NULL },
};

static const GhdArg required_args[] = {
  { "a", GHD_ARG_INTEGER, 0, 9, GHD_ARG_REQUIRED },
  { NULL },
};

typedef struct
{
  const char *data;
  const char *reason; /* NULL: accepted */
  const char *field;
} Row;

#define ROOM "!5TPdaPd5hNm4KGTY1tPcfn:localhost"

static const Row rows[] = {
  { "{}" },
  { "[]", "argument.object", NULL },
  { "{\"nonsense\":1}", "argument.unknown", "nonsense" },
  { "{\"word\":\"ok\"}" },
  { "{\"word\":\"x\"}", "argument.string", "word" },
  { "{\"word\":\"toolong\"}", "argument.string", "word" },
  { "{\"word\":\"a b\"}", "argument.string", "word" },
  { "{\"word\":\"\\u00e4\\u00e4\"}", "argument.string", "word" },
  { "{\"word\":7}", "argument.type", "word" },
  { "{\"word\":null}", "argument.type", "word" },
  { "{\"name\":\"\\u00e4\\u00f6\\u00fc\\u00e4\\u00f6\"}" },
  { "{\"name\":\"\\u00e4\\u00f6\\u00fc\\u00e4\\u00f6x\"}", "text.long", "name" },
  { "{\"name\":\"  \"}", "text.short", "name" },
  { "{\"name\":[]}", "argument.type", "name" },
  { "{\"text\":\"\"}" },
  { "{\"text\":\"a\\nb\"}" },
  { "{\"secret\":\"\"}", "argument.string", "secret" },
  { "{\"secret\":\"p\\u00e4ss w\"}" },
  { "{\"number\":10}" },
  { "{\"number\":11}", "argument.range", "number" },
  { "{\"number\":-2}", "argument.range", "number" },
  { "{\"number\":\"3\"}", "argument.type", "number" },
  { "{\"number\":true}", "argument.type", "number" },
  { "{\"flag\":true}" },
  { "{\"flag\":1}", "argument.type", "flag" },
  { "{\"kind\":\"voice\"}" },
  { "{\"kind\":\"voic\"}", "argument.choice", "kind" },
  { "{\"kind\":\"text|voice\"}", "argument.choice", "kind" },
  { "{\"kind\":1}", "argument.choice", "kind" },
  { "{\"object\":{}}" },
  { "{\"object\":\"\"}", "argument.type", "object" },
  { "{\"objects\":[{}]}" },
  { "{\"objects\":[]}", "argument.range", "objects" },
  { "{\"objects\":[{},{},{}]}", "argument.range", "objects" },
  { "{\"objects\":[1]}", "argument.type", "objects" },
  { "{\"roles\":[]}" },
  { "{\"roles\":[\"everyone\"]}" },
  { "{\"roles\":[\"nobody\"]}", "argument.type", "roles" },
  { "{\"roles\":[7]}", "argument.type", "roles" },
  { "{\"room\":\"" ROOM "\"}" },
  { "{\"room\":\"@alice:localhost\"}", "argument.id", "room" },
  { "{\"room\":\"\"}", "argument.id", "room" },
  { "{\"room\":5}", "argument.type", "room" },
  { "{\"user\":\"@alice:localhost\"}" },
  { "{\"user\":\"alice\"}", "argument.id", "user" },
  { "{\"target\":\"everyone\"}" },
  { "{\"target\":\"@alice:localhost\"}" },
  { "{\"target\":\"" ROOM "\"}", "argument.id", "target" },
  { "{\"parent\":null}" },
  { "{\"parent\":\"c_x\"}", "argument.id", "parent" },
  { "{\"txn_id\":\"t-1\"}" },
  { "{\"txn_id\":\"\"}", "argument.id", "txn_id" },
  { "{\"txn_id\":\"white space\"}", "argument.id", "txn_id" },
  { "{\"txn_id\":\"0123456789012345678901234567890123456789012345678901234567890123\"}" },
  { "{\"txn_id\":\"01234567890123456789012345678901234567890123456789012345678901234\"}",
    "argument.id", "txn_id" },
};

static void
check (const GhdArg *table, const Row *row)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhJson) data = gh_json_parse (row->data, strlen (row->data), &error);
  gboolean ok;

  g_test_message ("%s", row->data);
  g_assert_no_error (error);
  ok = ghd_args_check (table, data, &error);

  if (row->reason == NULL)
    {
      g_assert_no_error (error);
      g_assert_true (ok);
      return;
    }

  g_assert_false (ok);
  g_assert_error (error, GH_ERROR, GH_ERROR_INVALID);
  g_assert_cmpstr (gh_error_get_reason (error), ==, row->reason);
  g_assert_cmpstr (gh_error_get_field (error), ==, row->field);
  g_assert_cmpuint (strlen (error->message), >, 0);
}

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    check (args, &rows[i]);
}

static void
test_required (void)
{
  check (required_args, &(Row) { "{}", "argument.missing", "a" });
  check (required_args, &(Row) { "{\"a\":1}" });
  check (required_args, &(Row) { "{\"a\":null}", "argument.type", "a" });
}

static void
test_crop (void)
{
  static const char *const wrong[] = { "",       "1,2",       "1,2,3,4", "a,b,c", "1,2,0",
                                       "-1,2,3", "1,2,99999", "1, 2,3",  "1,2,3 " };
  g_autoptr (GError) error = NULL;
  GhdCrop crop;

  g_assert_true (ghd_crop_parse (NULL, 1, &crop, &error));
  g_assert_cmpint (crop.size, ==, 0);
  g_assert_true (ghd_crop_parse ("0,12,345", 3, &crop, &error));
  g_assert_cmpint (crop.x, ==, 0);
  g_assert_cmpint (crop.y, ==, 12);
  g_assert_cmpint (crop.size, ==, 345);
  g_assert_cmpint (crop.ratio, ==, 3);

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_false (ghd_crop_parse (wrong[i], 1, &crop, &error));
      g_assert_error (error, GH_ERROR, GH_ERROR_INVALID);
      g_assert_cmpstr (gh_error_get_field (error), ==, "crop");
      g_clear_error (&error);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/api/args/table", test_table);
  g_test_add_func ("/api/args/required", test_required);
  g_test_add_func ("/api/args/crop", test_crop);

  return g_test_run ();
}
