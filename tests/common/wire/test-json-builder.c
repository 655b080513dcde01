/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON that is built piece by piece. */
#include "gh-json-builder.h"
#include "gh-limits.h"
#include "json-util.h"

static void
test_builder (void)
{
  static const char *const strings[] = { "x", "y\"z", NULL };
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GhJson) part = parse_json ("{\"k\":[1,{\"l\":null}]}");
  g_autoptr (GBytes) raw = g_bytes_new_static ("{\"z\":1, \"a\":2}", strlen ("{\"z\":1, \"a\":2}"));
  g_autoptr (GhJson) json = NULL;
  g_autofree char *text = NULL;
  g_autofree char *sorted = NULL;

  gh_json_builder_add_string (builder, "name", "ñ\n");
  gh_json_builder_add_optional_string (builder, "absent", NULL);
  gh_json_builder_add_optional_string (builder, "given", "g");
  gh_json_builder_open_object (builder, "object");
  gh_json_builder_add_int (builder, "min", -GH_LIMIT_JSON_INT);
  gh_json_builder_add_bool (builder, "yes", 7);
  gh_json_builder_close (builder);
  gh_json_builder_open_array (builder, "array");
  gh_json_builder_add_null (builder, NULL);
  gh_json_builder_open_object (builder, NULL);
  gh_json_builder_add_strings (builder, "strings", strings);
  gh_json_builder_close (builder);
  gh_json_builder_add_json (builder, NULL, part);
  gh_json_builder_close (builder);
  gh_json_builder_add_strings (builder, "none", NULL);
  gh_json_builder_add_members (builder, part);
  gh_json_builder_add_raw (builder, "raw", raw);
  json = gh_json_builder_finish (builder);
  g_assert_nonnull (json);

  text = gh_json_to_string (json);
  g_assert_cmpstr (text, ==,
                   "{\"name\":\"ñ\\n\",\"given\":\"g\",\"object\":{\"min\":-9007199254740991,"
                   "\"yes\":true},\"array\":[null,{\"strings\":[\"x\",\"y\\\"z\"]},"
                   "{\"k\":[1,{\"l\":null}]}],\"none\":[],\"k\":[1,{\"l\":null}],"
                   "\"raw\":{\"z\":1,\"a\":2}}");
  sorted = write_canonical (json);
  g_assert_true (g_str_has_prefix (sorted, "{\"array\":"));
}

static void
test_builder_bytes (void)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new_array ();
  g_autoptr (GBytes) raw = g_bytes_new_static ("[ 1 ]", 5);
  g_autoptr (GBytes) bytes = NULL;

  gh_json_builder_add_raw (builder, NULL, raw);
  gh_json_builder_open_object (builder, NULL);
  bytes = gh_json_builder_finish_bytes (builder);
  /* Raw bytes as they are; what is open is closed. */
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "[[ 1 ],{}]", 10);
}

static void
test_builder_mistakes (void)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  gh_json_builder_add_int (builder, "a", 1);
  gh_json_builder_add_int (builder, "a", 2);
  g_test_expect_message ("gh-wire", G_LOG_LEVEL_CRITICAL, "*built wrongly*");
  g_assert_null (gh_json_builder_finish (builder));
  g_test_assert_expected_messages ();

  g_test_expect_message ("gh-wire", G_LOG_LEVEL_CRITICAL, "*not valid UTF-8*");
  gh_json_builder_add_string (builder, "b", "\xff");
  g_test_assert_expected_messages ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/builder", test_builder);
  g_test_add_func ("/json/builder-bytes", test_builder_bytes);
  g_test_add_func ("/json/builder-mistakes", test_builder_mistakes);
  return g_test_run ();
}
